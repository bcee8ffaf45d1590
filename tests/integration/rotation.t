#!/bin/bash
# Secrets are replaced while providers deliver, guests look and clients pay:
# nothing is refused, nothing is lost, and the old ones are worth nothing then.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
command -v perl >/dev/null || skip_all "there is no perl"
world_start

old_stripe=$(conf_get STRIPE_WEBHOOK_SECRET)
old_calendly=$(conf_get CALENDLY_WEBHOOK_SIGNING_KEY)
old_link=$(conf_get LINK_SECRET)
new_stripe=whsec_$(random_hex 24) new_calendly=$(random_hex 24)
new_link=$(random_hex 32)
world_private+=("$new_stripe" "$new_calendly" "$new_link")

# --- Those who deliver -------------------------------------------------------------
samples=$srcdir/tests/contract
jq -c '.id = "evt_load_X"' "$samples/stripe/events/payment_intent.created.json" \
    >"$state/stripe.body"
# Of somebody else's event type: stored, and no more.
jq -c '.payload.uri |= sub("[0-9]{12}$"; "X") |
    .payload.scheduled_event.event_type |= sub("[0-9]{12}$"; "00000000ffff")' \
    "$samples/calendly/webhooks/invitee_created.json" >"$state/calendly.body"

# deliver PROVIDER KEY ROUND COUNT: as many, four at a time, each with an id of
# its own; the status of each is a line on stdout.
deliver() {
	local round=$1$3
	local header=Stripe-Signature
	[ "$1" = stripe ] || header=Calendly-Webhook-Signature
	mkdir "$state/$round"
	KEY=$2 perl -MDigest::SHA=hmac_sha256_hex -e '
		my ($folder, $round, $count, $url, $header) = @ARGV;
		my ($form, $t) = (<STDIN>, time);
		chomp $form;
		for my $i (1 .. $count) {
			my $id = sprintf "%06d%06d", $round, $i;
			(my $body = $form) =~ s/X"/$id"/;
			open my $file, ">", "$folder/$i" or die;
			print $file $body;
			close $file;
			my $v1 = hmac_sha256_hex("$t.$body", $ENV{KEY});
			print "next\n" if $i > 1;
			print "url = \"$url\"\n",
			    "data-binary = \"\@$folder/$i\"\n",
			    "header = \"Content-Type: application/json\"\n",
			    "header = \"$header: t=$t,v1=$v1\"\n",
			    "output = /dev/null\n",
			    "write-out = \"%{http_code}\\n\"\n";
		}' "$state/$round" "$3" "$4" \
	    "http://127.0.0.1:$port/api/webhooks/$1" "$header" \
	    <"$state/$1.body" >"$state/$round.config"
	curl -sS --noproxy '*' -Z --parallel-immediate --parallel-max 4 \
	    -m 60 --no-progress-meter -K "$state/$round.config" \
	    2>>"$state/log/curl.log"
}

# went_by WHO ROUND: whoever reads it sees a whole number.
went_by() {
	echo "$2" >"$state/$1.round"
	mv "$state/$1.round" "$state/$1.rounds"
}

# deliver_on PROVIDER: with the key in PROVIDER.key, until there is a file
# $state/enough; rounds are counted in PROVIDER.rounds.
deliver_on() {
	local n
	for ((n = 1; ; n++)); do
		deliver "$1" "$(cat "$state/$1.key")" "$n" 10 \
		    >>"$state/$1.answers"
		went_by "$1" "$n"
		[ ! -e "$state/enough" ] || return 0
	done
}

# Guests look at their booking with the token in guest.token, and new ones book.
look_on() {
	local n token
	for ((n = 1; ; n++)); do
		token=$(cat "$state/guest.token")
		curl -sS --noproxy '*' -Z --parallel-max 2 -m 60 -o /dev/null \
		    -w '%{http_code}\n' -H "Authorization: Guest $token" \
		    "http://127.0.0.1:$port/api/bookings/$BOOKING#[1-8]" \
		    2>>"$state/log/curl.log" >>"$state/guest.answers"
		went_by guest "$n"
		[ ! -e "$state/enough" ] || return 0
	done
}

pay_on() {
	local n
	for ((n = 1; ; n++)); do
		next_slot 10:00
		checkout "$(order review-45 "$START")"
		echo "$STATUS" >>"$state/checkout.answers"
		went_by checkout "$n"
		[ ! -e "$state/enough" ] || return 0
	done
}

# rounds_go_by: each of them begins and ends a round from now on.
has_gone_by() {
	[ "$(cat "$state/$1.rounds" 2>/dev/null || echo 0)" -ge "$2" ]
}
rounds_go_by() {
	local who
	declare -A goal
	for who in stripe calendly guest checkout; do
		goal[$who]=$(($(cat "$state/$who.rounds" 2>/dev/null ||
		    echo 0) + 2))
	done
	for who in stripe calendly guest checkout; do
		wait_until 60 has_gone_by "$who" "${goal[$who]}" ||
		    fail "$who goes on"
	done
}

# --- Programs that are replaced -------------------------------------------------------
# replace PROGRAM: another one listens beside it, and takes its place by renaming
# a socket; the one before is in OLD.
generation=0 OLD=()
replace() {
	local name=$1-$generation
	OLD+=("$(cat "$state"/run/"$1"{,-*}.supervisor 2>/dev/null)")
	expect_in_logs " $1(-[0-9]+)? ended with status (0|143)\$"
	if [ "$1" = worker ]; then
		supervise "$name" --config-of worker "$state/bin/worker"
	else
		supervise "$name" --config-of "$1" spawn-fcgi -n -M 0600 \
		    -b 511 -s "$state/run/$name.sock" -- "$state/bin/$1"
		wait_until 60 program_listens "$name"
		mv "$state/run/$name.sock" "$state/run/$1.sock"
	fi
}
# Those before go when nobody waits for them any more.
replace_all() {
	local program
	generation=$((generation + 1))
	for program in "${routes[@]}" worker; do
		replace "$program"
	done
	rounds_go_by
	kill "${OLD[@]}"
	OLD=()
	rounds_go_by
}

# answered WHO: all that it was told, each once.
answered() {
	sort -u "$state/$1.answers" | paste -sd ' '
}

# --- Two keys of each ------------------------------------------------------------------
next_slot 14:00
new_booking review-45 "$START"
as_guest "$BOOKING"
old_token=$TOKEN
echo "$old_stripe" >"$state/stripe.key"
echo "$old_calendly" >"$state/calendly.key"
echo "$old_token" >"$state/guest.token"
deliver_on stripe &
loops=($!)
deliver_on calendly &
loops+=($!)
look_on &
loops+=($!)
pay_on &
loops+=($!)
rounds_go_by

old_api=$(conf_get STRIPE_SECRET_KEY) old_token_api=$(conf_get CALENDLY_TOKEN)
new_api=sk_test_$(random_hex 16) new_token_api=$(random_hex 20)
world_private+=("$old_api" "$old_token_api")
fake_stripe /_fake/keys "{\"keys\":[\"$old_api\",\"$new_api\"]}" >/dev/null
fake_calendly /_fake/keys \
    "{\"keys\":[\"$old_token_api\",\"$new_token_api\"]}" >/dev/null
conf_set STRIPE_WEBHOOK_SECRET "$new_stripe,$old_stripe"
conf_set CALENDLY_WEBHOOK_SIGNING_KEY "$new_calendly,$old_calendly"
conf_set LINK_SECRET "$new_link,$old_link"
conf_set STRIPE_SECRET_KEY "$new_api"
conf_set CALENDLY_TOKEN "$new_token_api"
replace_all

echo "$new_stripe" >"$state/stripe.key"
echo "$new_calendly" >"$state/calendly.key"
as_guest "$BOOKING"
isnt "$TOKEN" "$old_token" "a new link is signed with the new secret"
get "/api/bookings/$BOOKING" -H "Authorization: Guest $old_token"
is "$STATUS" 200 "and an old one still opens"
echo "$TOKEN" >"$state/guest.token"
rounds_go_by

# --- The new ones alone --------------------------------------------------------------------
fake_stripe /_fake/keys "{\"keys\":[\"$new_api\"]}" >/dev/null
fake_calendly /_fake/keys "{\"keys\":[\"$new_token_api\"]}" >/dev/null
conf_set STRIPE_WEBHOOK_SECRET "$new_stripe"
conf_set CALENDLY_WEBHOOK_SIGNING_KEY "$new_calendly"
conf_set LINK_SECRET "$new_link"
replace_all
touch "$state/enough"
wait "${loops[@]}"
for who in stripe calendly guest checkout; do
	is "$(answered "$who")" 200 "nothing of $who was refused"
	diag "$(wc -l <"$state/$who.answers") of $who"
done
is "$(count event "source = 'stripe' and dedupe_key like 'evt_load_%'")" \
    "$(wc -l <"$state/stripe.answers")" "nothing Stripe said is lost"
is "$(count event "source = 'calendly'")" \
    "$(wc -l <"$state/calendly.answers")" "nor what Calendly said"

# --- The old ones are worth nothing ------------------------------------------------------------
is "$(deliver stripe "$old_stripe" 90001 1) $(deliver stripe "$new_stripe" \
    90002 1)" '401 200' "Stripe's old secret signs nothing any more"
is "$(deliver calendly "$old_calendly" 90001 1) $(deliver calendly \
    "$new_calendly" 90002 1)" '401 200' "nor does Calendly's"
get "/api/bookings/$BOOKING" -H "Authorization: Guest $old_token"
like "$STATUS" '^40[14]$' "a link of the old secret opens nothing"
get "/api/bookings/$BOOKING" -H "Authorization: Guest $TOKEN"
is "$STATUS" 200 "one of the new one does"

# --- A key that ends before its successor is there -----------------------------------------------
next_slot 15:00
checkout "$(order review-45 "$START")"
as_guest "$BOOKING"
session=$SESSION late=$BOOKING
fake_stripe /_fake/keys '{"keys":[]}' >/dev/null
post "/api/bookings/$late/cancel" '{}' "${GUEST[@]}"
is "$STATUS" 200 "a seat is given up while Stripe knows no key of ours"
is_refused() {
	[ "$(count job "booking = '$late' and kind = 'expire' and
	    last_error like '%401%' and dead_at = 0 and done_at = 0")" = 1 ]
}
ok "closing its page is refused, and is for later" wait_until 20 is_refused
newest=sk_test_$(random_hex 16)
world_private+=("$new_api" "$newest")
fake_stripe /_fake/keys "{\"keys\":[\"$newest\"]}" >/dev/null
conf_set STRIPE_SECRET_KEY "$newest"
generation=9
replace worker
kill "${OLD[@]}"
sql "update job set due_at = 1 where done_at = 0"
ok "the key's successor ends it" wait_until 20 sql_is "select count(*) from job
    where booking = '$late' and done_at = 0" 0
is "$(stripe "checkout/sessions/$session" | jq -r .status)" expired \
    "and the page is closed"
done_testing
