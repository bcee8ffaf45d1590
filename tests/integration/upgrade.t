#!/bin/bash
# A migration that touches every booking, while deliveries arrive and clients
# book: nothing is refused, killed in the middle it goes on where it was, and the
# programs of before work until they are swapped.  BOOKPAY_UPGRADE_BOOKINGS says
# of how many bookings; what is reported of time is for people.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
command -v perl >/dev/null || skip_all "there is no perl"
[ -x "$programs/bookpay-next" ] || skip_all "there is no bookpay-next"
rows_by_hand=1
world_start

bookings=${BOOKPAY_UPGRADE_BOOKINGS:-6000}
now=$(sql 'select max(number) from schema_version')

# Bookings of years ago.
fill() {
	sql "with recursive n (i) as (select 1 union all select i + 1 from n
	    where i < $1)
	insert into booking (id, builder, session_type, name, email, timezone,
	    start_at, end_at, source, amount, currency, policy, created_at,
	    hold_at, status, payment_status, updated_at)
	select 'bk_' || lower(hex(randomblob(16))), 'robin', 'review-45',
	    'Upgraded ' || i, 'Upgraded.' || i || '@Example.org', 'Europe/Berlin',
	    1500000000000000 + i * 3600000000, 1500002700000000 + i * 3600000000,
	    'direct', 9000, 'usd', '', 1490000000000000, 1490000000000000,
	    'CANCELLED', 'UNPAID', 1490000000000000 from n"
}

next() {
	BOOKPAY_CONFIG="$state/bookpay.conf" exec "$programs/bookpay-next" "$@"
}

# --- Those who go on meanwhile --------------------------------------------------
jq -c '.id = "evt_load_X"' \
    "$srcdir/tests/contract/stripe/events/payment_intent.created.json" \
    >"$state/stripe.body"

# deliver ROUND: fifty of its own, four at a time.  As providers do: a 503 is
# tried again after a while.  The last status and the seconds of each are told.
deliver() {
	rm -rf "$state/letters" && mkdir "$state/letters"
	KEY=$(conf_get STRIPE_WEBHOOK_SECRET) perl \
	    -MDigest::SHA=hmac_sha256_hex -e '
		my ($folder, $round, $url) = @ARGV;
		my ($form, $t) = (<STDIN>, time);
		chomp $form;
		for my $i (1 .. 50) {
			(my $body = $form) =~ s/X"/$round-$i"/;
			open my $file, ">", "$folder/$i" or die;
			print $file $body;
			close $file;
			my $v1 = hmac_sha256_hex("$t.$body", $ENV{KEY});
			print "next\n" if $i > 1;
			print "url = \"$url\"\n",
			    "data-binary = \"\@$folder/$i\"\n",
			    "header = \"Content-Type: application/json\"\n",
			    "header = \"Stripe-Signature: t=$t,v1=$v1\"\n",
			    "output = /dev/null\n", "retry = 10\n",
			    "write-out = \"%{http_code} %{time_total}\\n\"\n";
		}' "$state/letters" "$1" \
	    "http://127.0.0.1:$port/api/webhooks/stripe" \
	    <"$state/stripe.body" >"$state/letters/config"
	curl -sS --noproxy '*' -Z --parallel-immediate --parallel-max 4 \
	    -m 60 --no-progress-meter -K "$state/letters/config" \
	    2>>"$state/log/curl.log" >>"$state/delivered"
}

deliver_on() {
	local n
	for ((n = 1; ; n++)); do
		deliver "$n"
		[ ! -e "$state/enough" ] || return 0
	done
}

# A year has no more free days than these; then people only look.
book_on() {
	local n
	for ((n = 1; ; n++)); do
		[ ! -e "$state/enough" ] || return 0
		if [ "$n" -gt 150 ]; then
			get /api/session-types
			echo "$STATUS" >>"$state/booked"
			continue
		fi
		next_slot
		checkout "$(order review-45 "$START")"
		# As a page does.
		[ "$STATUS" != 503 ] || checkout "$(order review-45 "$START")"
		echo "$STATUS" >>"$state/booked"
	done
}

lines_are() {
	[ "$(wc -l <"$state/$1")" -ge "$2" ]
}

# Some more of both are answered from now on.
go_on() {
	local who
	for who in delivered booked; do
		wait_until 60 lines_are "$who" \
		    $(($(wc -l <"$state/$who") + 3)) || fail "$who goes on"
	done
}

# --- In the middle of it --------------------------------------------------------
fill "$bookings"
: >"$state/delivered"
: >"$state/booked"
deliver_on &
deliverer=$!
book_on &
booker=$!
go_on

has_done() {
	[ "$(sql "select count(*) from (select 1 from booking
	    where email_key is not null limit $1) as done" 2>/dev/null)" = "$1" ]
}
since=$EPOCHREALTIME
next migrate >"$state/said" 2>&1 &
migrator=$!
wait_until 60 has_done 1000
kill -9 "$migrator"
wait "$migrator" 2>/dev/null
is "$(sql "select count(*) > 0 from booking where email_key is null")" 1 \
    "killed in the middle"
is "$(sql 'select max(number) from schema_version')" "$now" \
    "it has not come to its end"
done_before=$(sql "select after from schema_progress")
go_on
restart_program stripe-webhook
go_on
(next bookings list) >"$state/said" 2>&1
is $? 3 "programs of the new schema do not begin yet"
like "$(cat "$state/said")" 'bookpay migrate' "and say why"

# --- Again, to the end --------------------------------------------------------------
next migrate >"$state/said.other" 2>&1 &
migrator=$!
(next migrate) >"$state/said" 2>&1
is "$?" 0 "run again, it comes to its end" || diag "$(cat "$state/said")"
wait "$migrator"
is "$?" 0 "and so it does for who runs it at the same time" ||
    diag "$(cat "$state/said.other")"
took=$((${EPOCHREALTIME/./} - ${since/./}))
go_on
restart_program stripe-webhook
restart_program checkout
go_on
touch "$state/enough"
wait "$deliverer" "$booker"

like "$done_before" '^bk_' "how far it had come was written down"
is "$(sql "select count(*) from booking where email_key is null
    and created_at = 1490000000000000")" 0 "every booking there was is done"
is "$(sql "select count(*) from booking where email_key <> lower(email)")" 0 \
    "and rightly"
is "$(sql 'select count(*) from schema_progress')" 0 "nothing is left of it"
(next bookings list --limit 1) >/dev/null 2>&1
is $? 0 "programs of the new schema begin"
bookpay migrate >"$state/said" 2>&1
is $? 3 "those of the one before do not migrate"

is "$(cut -d ' ' -f 1 "$state/delivered" | sort -u)" 200 \
    "every delivery was taken in"
is "$(sql "select count(*) from event where dedupe_key like 'evt_load_%'")" \
    "$(wc -l <"$state/delivered")" "and is there once"
is "$(sort -u "$state/booked")" 200 "every client could book"
diag "$bookings bookings in $((took / 1000)) ms, $(wc -l <"$state/delivered") \
deliveries meanwhile, $(sort -n -k 2 "$state/delivered" | awk '{ t[NR] = $2 }
    END { printf "answered in %.0f ms (half), %.0f ms (99 of 100), %.0f ms (all)",
    1000 * t[int((NR + 1) / 2)], 1000 * t[int(NR * .99 + .5)], 1000 * t[NR] }')"
done_testing
