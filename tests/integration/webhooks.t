#!/bin/bash
# The receivers: who may tell us something, and that nothing told is lost.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

samples=$srcdir/tests/contract
now=$(date +%s)
secret=$(conf_get STRIPE_WEBHOOK_SECRET)
signing_key=$(conf_get CALENDLY_WEBHOOK_SIGNING_KEY)

# seal BODY KEY [TIME]: what both providers send: t=…,v1=…
seal() {
	local t=${3:-$(date +%s)}
	printf 't=%s,v1=%s' "$t" "$(printf '%s.%s' "$t" "$1" |
	    openssl dgst -sha256 -mac HMAC -macopt "key:$2" | sed 's/.*= *//')"
}

# From Stripe, and from Calendly: BODY [HEADER [curl's arguments...]].
stripe_tells() {
	post /api/webhooks/stripe "$1" \
	    -H "Stripe-Signature: ${2-$(seal "$1" "$secret")}" "${@:3}"
}

calendly_tells() {
	post /api/webhooks/calendly "$1" -H \
	    "Calendly-Webhook-Signature: ${2-$(seal "$1" "$signing_key")}" \
	    "${@:3}"
}

# event ID [JQ]: an event about a payment that is not ours.
event() {
	jq -c --arg id "$1" ".id = \$id | ${2:-.}" \
	    "$samples/stripe/events/payment_intent.created.json"
}

# --- Who tells us -------------------------------------------------------------
good=$(event evt_good_1)
stripe_tells "$good"
is "$STATUS $(json '.data | [.received, .duplicate] | join(" ")')" \
    '200 true false' "what Stripe signed is taken in"
is "$(sql "select source, dedupe_key, type from event where source = 'stripe'")" \
    'stripe|evt_good_1|payment_intent.created' "and stored"
is "$(sql "select body from event where source = 'stripe'")" "$good" "as it came, to the byte"

forged=$(event evt_forged)
for wrong in \
    "no signature:-" \
    "an empty one:" \
    "a wrong one:t=$now,v1=$(printf 'a%.0s' {1..64})" \
    "one without a time:v1=$(printf 'a%.0s' {1..64})" \
    "one that is not read by us, v0:$(seal "$forged" "$secret" | sed s/v1=/v0=/)" \
    "one with another key:$(seal "$forged" whsec_another)" \
    "one with the key of Calendly:$(seal "$forged" "$signing_key")" \
    "one of another body:$(seal "$good" "$secret")" \
    "an old one:$(seal "$forged" "$secret" $((now - 301)))" \
    "one from the future:$(seal "$forged" "$secret" $((now + 900)))" \
    "two times:t=1,$(seal "$forged" "$secret")" \
    "one of 4500 bytes:$(printf 'v1=a,%.0s' {1..900})$(seal "$forged" "$secret")" \
    ; do
	header=${wrong#*:}
	case $header in
	-) post /api/webhooks/stripe "$forged" ;;
	*) stripe_tells "$forged" "$header" ;;
	esac
	refused 401 WEBHOOK_VERIFICATION_FAILED "SEC-22 Stripe: ${wrong%%:*}"
done
stripe_tells "$forged" "$(seal "$forged" " ")"
refused 401 WEBHOOK_VERIFICATION_FAILED "SEC-02 signed with a blank key"
stripe_tells "${good/1000/9000} " "$(seal "$good" "$secret")"
refused 401 WEBHOOK_VERIFICATION_FAILED "SEC-22 a byte more than was signed"
stripe_tells "$forged" "t=$now,v1=$(printf 'b%.0s' {1..64}),$(
	seal "$forged" "$secret" "$now" | sed 's/t=[0-9]*,//')"
is "$STATUS" 200 "SEC-22 one of several v1 is enough, as while keys are changed"
stripe_tells "$forged" "$(seal "$forged" "$secret" $((now - 100)))"
is "$STATUS $(json .data.duplicate)" '200 true' \
    "SEC-23 the same event again is welcome, and a duplicate"
is "$(count event "source = 'stripe'")" 2 "SEC-03 no refusal left a row"

hello=$(cat "$samples/calendly/webhooks/invitee_created.json")
for wrong in \
    "no signature:-" \
    "a wrong one:t=$now,v1=$(printf 'a%.0s' {1..64})" \
    "one with the key of Stripe:$(seal "$hello" "$secret")" \
    "one that is two days old:$(seal "$hello" "$signing_key" $((now - 172800)))" \
    "one from the future:$(seal "$hello" "$signing_key" $((now + 900)))"; do
	header=${wrong#*:}
	case $header in
	-) post /api/webhooks/calendly "$hello" ;;
	*) calendly_tells "$hello" "$header" ;;
	esac
	refused 401 WEBHOOK_VERIFICATION_FAILED "SEC-22 Calendly: ${wrong%%:*}"
done
calendly_tells "$hello"
is "$STATUS $(json .data.duplicate)" '200 false' "what Calendly signed is taken in"
calendly_tells "$hello" "$(seal "$hello" "$signing_key" $((now - 3600)))"
is "$STATUS $(json .data.duplicate)" '200 true' \
    "SEC-23 as it is an hour later, when it has tried again"
is "$(count event "source = 'calendly'")" 1 "there is one row of it"

# --- What Stripe's own library signs ------------------------------------------
witness='const Stripe = require("stripe");
process.stdout.write(Stripe.webhooks.generateTestHeaderString({
	payload: process.argv[1], secret: process.argv[2] }));'
body=$(event evt_witness '.data.object.description = "Zoë – 100 % ✓"')
if signature=$(cd "$srcdir/tests" && node -e "$witness" "$body" "$secret" \
    2>/dev/null); then
	stripe_tells "$body" "$signature"
	is "$STATUS" 200 "a signature made by Stripe's own library is good"
else
	skip "a signature made by Stripe's own library is good" \
	    "its package stripe is not installed: npm install in tests/"
fi

# --- What is told -------------------------------------------------------------
rows=$(count event)
stripe_tells ''
refused 400 INVALID_REQUEST "an empty body is no event"
for body in 'not JSON' '[]' '"text"' 'null' '{}' '{"id":"evt_1"}' \
    '{"id":1,"type":2}' '{"id":"evt_1","type":"a.b"' \
    "$(printf '[%.0s' {1..5000})" $'{"id":"evt_\xff","type":"a.b"}'; do
	stripe_tells "$body"
	refused 400 INVALID_REQUEST "signed, and not an event: ${body:0:24}"
done
calendly_tells '{"created_at":"2026-11-22T10:00:00.000000Z","payload":{}}'
refused 400 INVALID_REQUEST "nor is a nameless one of Calendly's"
is "$(count event)" "$rows" "none of them is stored"

outcome() {
	sql "select outcome from event where dedupe_key = '$1'"
}
while read -r id change wanted name; do
	stripe_tells "$(event "$id" "$change")"
	is "$STATUS $(outcome "$id")" "200 $wanted" "$name"
done <<'END'
evt_type .type="moon.landed"|.data.object.object="moon" ignored a type nobody knows is stored and ignored
evt_more .data.object.new={"a":[1,2]}|.more=true parked fields nobody knows are no obstacle
evt_connect .account="acct_1Other" ignored SEC-07 an event of a connected account is not ours
END
thin='{"id":"evt_thin","object":"v2.core.event","type":"v1.checkout.session.completed","created":"2026-11-22T10:00:00.000Z","livemode":false,"related_object":{"id":"cs_test_a1thin","type":"checkout.session","url":"/v1/checkout/sessions/cs_test_a1thin"}}'
stripe_tells "$thin"
is "$STATUS $(outcome evt_thin)" '200 ignored' "a thin event is stored and ignored"
bookings=$(count booking)
for sample in "$samples"/stripe/events/*.json; do
	stripe_tells "$(cat "$sample")"
	[ "$STATUS" = 200 ] || fail "Stripe's sample ${sample##*/} is taken in"
done
pass "all of Stripe's samples are taken in"
is "$(count booking)" "$bookings" "and none of them is about a booking of ours"
for sample in "$samples"/calendly/webhooks/[a-z]*.json; do
	calendly_tells "$(cat "$sample")"
	[ "$STATUS" = 200 ] || fail "Calendly's sample ${sample##*/} is taken in"
done
pass "all of Calendly's samples are taken in"
is "$(count event "outcome = 'failed'")" 0 "and none of them was too much for us"

# --- Money that is not what it says -------------------------------------------
next_slot
checkout "$(order review-45 "$START")"
as_guest "$BOOKING"
lies=0
for lie in '.amount_total = 1 | .amount_subtotal = 1' '.currency = "jpy"' \
    '.livemode = true' '.mode = "setup"'; do
	session=$(sessions "$BOOKING" '.[0]' | jq -c ".status = \"complete\" |
	    .payment_status = \"paid\" | .payment_intent = \"pi_lie\" | $lie")
	lies=$((lies + 1))
	stripe_tells "$(jq -c --argjson session "$session" \
	    --arg id "evt_lie_$lies" '.id = $id |
	    .data.object = $session | .livemode = $session.livemode' \
	    "$samples/stripe/events/checkout.session.completed.json")"
	is "$STATUS $(json .data.duplicate) $(sql "select status from booking
	    where id = '$BOOKING'")" '200 false PENDING' "SEC-04 a paid session confirms nothing if $lie"
done
like "$(count analytics "name = 'PAYMENT_MISMATCH'")" '^[1-9]' \
    "but a person is told"
mine=$BOOKING
session=$(sessions "$BOOKING" '.[0]' | jq -c '.status = "complete" |
    .payment_status = "paid" | .payment_intent = "pi_other"')
next_slot
checkout "$(order review-45 "$START")"
stripe_tells "$(jq -c --argjson session "$session" --arg other "$BOOKING" \
    '.id = "evt_other" | .data.object = ($session |
    .client_reference_id = $other | .metadata.bookingId = $other)' \
    "$samples/stripe/events/checkout.session.completed.json")"
is "$STATUS $(sql "select group_concat(status, ',') from booking
    where id in ('$mine', '$BOOKING')")" '200 PENDING,PENDING' \
    "SEC-05 one booking's session does not pay another"

# --- How it is told -----------------------------------------------------------
for route in stripe calendly; do
	for method in GET PUT DELETE PATCH HEAD OPTIONS; do
		request $method /api/webhooks/$route
		is "$STATUS $(header Allow)" '405 POST' \
		    "SEC-12 $method of $route is not allowed"
	done
	for path in $route/ $route/x "$route//" "$route?a=b#"; do
		request POST "/api/webhooks/$path" --data-binary "$good"
		unlike "$STATUS" '^(3|2)' "/api/webhooks/$path is no redirect"
	done
	request POST "//api/webhooks/$route" --data-binary "$good"
	unlike "$STATUS" '^(3|2)' "nor is one with two slashes"
done
request GET /api/webhooks/stripe -H 'X-HTTP-Method-Override: POST'
is "$STATUS" 405 "SEC-12 a method is not overridden by a header"
body=$(event evt_type_of_content)
stripe_tells "$body" "$(seal "$body" "$secret")" -H 'Content-Type: text/plain'
is "$STATUS" 200 "what counts is the signature, not the content type"
head -c 1100000 /dev/zero | tr '\0' x >"$state/large"
post /api/webhooks/stripe "@$state/large" -H 'Stripe-Signature: t=1,v1=a'
refused 413 PAYLOAD_TOO_LARGE "SEC-27 over a megabyte is too large"
large=$(event evt_large ".data.object.metadata.x = \"$(head -c 120000 \
    /dev/zero | tr '\0' x)\"")
printf %s "$large" >"$state/body"
stripe_tells "@$state/body" "$(seal "$large" "$secret")"
is "$STATUS" 200 "while 120 kB are not"
printf '%s' "$good" >"$state/body"
body=$(event evt_chunked)
stripe_tells "$body" "$(seal "$body" "$secret")" -H 'Transfer-Encoding: chunked'
is "$STATUS" 200 "nor does it matter that it comes in chunks"

# --- Nothing acknowledged is lost ---------------------------------------------
# tell_many NAME COUNT: that many events, each fifth twice, eight at a time;
# a line "STATUS ID" of each goes to $state/NAME.  openssl would take a minute
# to sign them; perl came with automake.
tell_many() {
	mkdir "$state/bodies.$1"
	event evt_many | perl -MDigest::SHA=hmac_sha256_hex -e '
		my ($folder, $name, $count, $url, $secret) = @ARGV;
		my ($many, $t) = (<STDIN>, time);
		chomp $many;
		for my $i (0 .. $count - 1) {
			my $id = "evt_${name}_" . ($i % 5 == 4 ? $i - 1 : $i);
			(my $body = $many) =~ s/evt_many/$id/;
			open my $file, ">", "$folder/$i" or die;
			print $file $body;
			close $file;
			my $v1 = hmac_sha256_hex("$t.$body", $secret);
			print "next\n" if $i;
			print "url = \"$url\"\n",
			    "data-binary = \"\@$folder/$i\"\n",
			    "header = \"Content-Type: application/json\"\n",
			    "header = \"Stripe-Signature: t=$t,v1=$v1\"\n",
			    "output = /dev/null\n",
			    "write-out = \"%{http_code} $id\\n\"\n";
		}' "$state/bodies.$1" "$1" "$2" \
	    "http://127.0.0.1:$port/api/webhooks/stripe" "$secret" \
	    >"$state/config.$1"
	curl -sS --noproxy '*' -Z --parallel-immediate --parallel-max 8 \
	    -m 60 --no-progress-meter -K "$state/config.$1" >"$state/$1" 2>>"$state/log/curl.log"
}
# What the last answers to tell_many were, as at_once says it.
answers() {
	cut -c1-3 "$state/$1" | sort -u | paste -sd ' '
}
tell_many calm 1000
like "$(answers calm)" '^200( 503)?$' \
    "a thousand deliveries, eight at a time: taken in, or asked to come again"
all_are_taken_in() {
	rm -rf "$state/bodies.calm"
	tell_many calm 1000
	[ "$(answers calm)" = 200 ]
}
ok "which they do, until all are acknowledged" wait_until 60 all_are_taken_in
is "$(count event "dedupe_key like 'evt_calm_%'")" 800 \
    "and all of their eight hundred events are there"

# missing NAME: ids that were acknowledged, and are in no row.
missing() {
	sort -u <(sed -n 's/^200 //p' "$state/$1") | comm -23 - <(
		sql "select dedupe_key from event
		    where dedupe_key like 'evt_$1_%'" | sort)
}
is "$(missing calm)" '' "each of them"
expect_in_logs ' stripe-webhook ended with status 137$'
expect_in_logs 'connect\(\) to unix:[^ ]*/stripe-webhook.sock failed'
# storm: tells and tells, until there is a file $state/enough.
storm() {
	local n
	for ((n = 1; ; n++)); do
		[ ! -e "$state/enough" ] || return 0
		tell_many "storm$n" 200
		cat "$state/storm$n" >>"$state/storm"
	done
}
# For wait_until.
storm_reaches() {
	[ "$(count event "dedupe_key like 'evt_storm_%'")" -ge "$1" ]
}
storm &
telling=$!
for events in 40 150 300; do
	wait_until 60 storm_reaches $events
	old=$(cat "$state/run/stripe-webhook.pid")
	kill -9 "$old"
	wait_until 60 program_is_new stripe-webhook "$old"
done
touch "$state/enough"
wait $telling
is "$(missing storm)" '' \
    "the receiver is killed three times: none is lost that was acknowledged"
# Who comes between two of them waits in the socket.
like "$(answers storm)" '^200( 503)?$' \
    "and those that failed, if any, were told so, and will come again"
is "$(database_is_whole)" ok "the database is whole"

# --- The database is held by somebody -----------------------------------------
next_slot
hold_database
body=$(event evt_locked)
stripe_tells "$body"
refused 503 DATABASE_ERROR "the database is locked: the provider is asked to retry"
like "$(header Retry-After)" '^[1-9][0-9]*$' "after a moment"
calendly_tells "$(jq -c '.payload.uri |= sub("000001$"; "00000a")' \
    "$samples/calendly/webhooks/invitee_canceled.json")"
refused 503 DATABASE_ERROR "so is the other one"
checkout "$(order review-45 "$START")"
refused 503 DATABASE_ERROR "and whoever books"
get "/api/bookings/$mine" "${GUEST[@]}"
is "$STATUS" 200 "while who only reads is not kept waiting"
release_database
stripe_tells "$body"
is "$STATUS $(json .data.duplicate)" '200 false' "the retry is taken in"

# --- The fake, which is told so by its own rules ------------------------------
behave '{"repeat":1,"reorder":1}'
next_slot
checkout "$(order review-45 "$START")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "each webhook twice and in any order: paid once"
quiet
behave '{}'
is "$(sql "select count(*), sum(received) from payment
    where booking = '$BOOKING'")" '1|9000' "with one payment"
is "$(count analytics "name = 'PAYMENT_COMPLETED' and
    booking = '$BOOKING'")" 1 "counted once"
is "$(jq -r '.status' "$state/log/nginx-access.log" | grep -c '^3')" 0 \
    "in all this no answer was a redirect"

done_testing
