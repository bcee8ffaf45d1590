#!/bin/bash
# Two hosts, each with nginx and all programs, on one PostgreSQL.  What both are
# told, or asked for, at the same time is done once; and when one of them is
# killed under load, nothing that it acknowledged is lost, and the other goes on.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/postgres.sh
. "$srcdir/tests/lib/postgres.sh"
pg_there || skip_all "there is no PostgreSQL"
! grep -q 'postgresql:' "$programs/bookpay" &&
    skip_all "the programs were built without PostgreSQL"
# `bookpay verify' is asked at the end of this test, in words of its own.
rows_by_hand=1
unset BOOKPAY_DATABASE

cluster=$(mktemp -d "${TMPDIR:-/tmp}/bookpay-pg-XXXXXX") || exit 1
world_also_ends() {
	[ -z "${other:-}" ] || end_other
	pg_stop "$cluster"
}
trap world_also_ends EXIT
pg_start "$cluster" || exit 1
url=$(pg_database shop) || exit 1
sql() {
	pg_sql shop "$1"
}

# --- The other host -----------------------------------------------------------
# there COMMAND...: as if we were on it.
there() (
	state=$other port=$other_port
	"$@"
)

start_other() {
	stack_folder &&
	    sed "s|127.0.0.1:$1|127.0.0.1:$port|" "$2" \
	    >"$state/bookpay.conf" && chmod 600 "$state/bookpay.conf" &&
	    stack_programs && stack_check && stack_routes && stack_nginx &&
	    stack_ready
}

# Everything that has its folder in the command line, and then nginx's workers: it
# would start others in their place.
pids_of_other() {
	local workers
	workers=$(cat "/proc/$(cat "$other/run/nginx.pid")/task"/*/children \
	    2>/dev/null)
	# In a file, so that grep does not find itself.
	printf '%s\n' "$other" >"$state/other"
	grep -lsF -f "$state/other" /proc/[0-9]*/cmdline | cut -d / -f 3
	printf '%s\n' "$workers"
}
kill_other() {
	local pids
	while pids=$(pids_of_other); [ -n "$pids" ]; do
		# shellcheck disable=SC2086 # one word each
		kill -9 $pids 2>/dev/null
	done
}
end_other() {
	kill_other
	[ -z "${WORLD_KEEP:-}" ] || return 0
	rm -rf "$other"
	rmdir "${TMPDIR:-/tmp}/bookpay-port-$other_port" 2>/dev/null
}

world_start DATABASE_URL="$url"
here_port=$port
world_port
other_port=$port port=$here_port
other=$(mktemp -d "${TMPDIR:-/tmp}/bookpay-XXXXXX") || exit 1
there start_other "$here_port" "$state/bookpay.conf" ||
    die "the other host did not start"
pass "two hosts have started on one database"

# --- Two who want one seat ------------------------------------------------------
# at PORT COMMAND...: its status.
at() (
	site=http://127.0.0.1:$1
	shift
	"$@" >/dev/null
	echo "$STATUS"
)

outcomes=''
for _ in {1..5}; do
	next_slot
	wanted=$(order review-45 "$START")
	outcomes+=$({
		at "$here_port" checkout "$wanted" &
		at "$other_port" checkout "$wanted" &
		wait
	} | sort | paste -sd ' ')';'
done
is "$outcomes" "200 409;200 409;200 409;200 409;200 409;" \
    "of two who want one seat, one at each host, one gets it"

# --- Deliveries -----------------------------------------------------------------
now=$(date +%s)
letters=120
mkdir "$state/letters"
n=0
while read -r body; do
	printf '%s' "$body" >"$state/letters/$n"
	printf 't=%s,v1=%s' "$now" "$(printf '%s.%s' "$now" "$body" |
	    openssl dgst -sha256 -hmac "$(conf_get STRIPE_WEBHOOK_SECRET)" -r |
	    cut -d ' ' -f 1)" >"$state/letters/$n.signed"
	n=$((n + 1))
done < <(jq -c --argjson n "$letters" \
    'range($n) as $i | .id = "evt_hosts_\($i)"' \
    "$srcdir/tests/contract/stripe/events/payment_intent.created.json")

# deliver PORT NUMBER: its status, and its number, as a line.
deliver() {
	printf '%s %s\n' "$(curl -sS --noproxy '*' -m 10 -o /dev/null \
	    -w '%{http_code}' -H 'Content-Type: application/json' \
	    -H "Stripe-Signature: $(cat "$state/letters/$2.signed")" \
	    --data-binary "@$state/letters/$2" \
	    "http://127.0.0.1:$1/api/webhooks/stripe" \
	    2>>"$state/log/curl.log")" "$2"
}

# deliver_all PORT FROM TO
deliver_all() {
	local i
	for ((i = $2; i < $3; i++)); do
		deliver "$1" "$i"
	done
}

deliver_all "$here_port" 0 20 >"$state/told" &
here=$!
deliver_all "$other_port" 0 20 >"$state/told.other" &
wait "$here" $!
is "$(cut -d ' ' -f 1 "$state/told" "$state/told.other" | sort | uniq -c |
    awk '{ print $2 ":" $1 }')" 200:40 \
    "what both hosts are told at the same time both acknowledge"
is "$(sql "select count(*) from event where dedupe_key like 'evt_hosts_%'")" \
    20 "and it is there once"

# --- One is killed ----------------------------------------------------------------
deliver_all "$here_port" 20 70 >"$state/told" &
here=$!
deliver_all "$other_port" 60 120 >"$state/told.other" &
elsewhere=$!
wait_until 10 grep -q '^200 7' "$state/told.other"
kill_other
wait "$here" "$elsewhere"
is "$(cut -d ' ' -f 1 "$state/told" | sort | uniq -c |
    awk '{ print $2 ":" $1 }')" 200:50 \
    "when one host is killed the other goes on, without an error"
isnt "$(grep -vc '^200' "$state/told.other")" 0 \
    "what the killed one did not take is not acknowledged"
sql "select dedupe_key from event" | sort >"$state/there"
is "$(sed -n 's/^200 /evt_hosts_/p' "$state/told" "$state/told.other" |
    sort -u | comm -23 - "$state/there")" "" \
    "what was acknowledged is there, whoever did"
sed -n 's/^[^2].. //p' "$state/told.other" | while read -r n; do
	deliver "$here_port" "$n"
done >"$state/told"
is "$(grep -vc '^200' "$state/told")" 0 \
    "and the rest, when it comes again, is taken by the one that is left"
is "$(sql "select count(*) from event where dedupe_key like 'evt_hosts_%'")" \
    "$letters" "all is there once"

next_slot
checkout "$(order review-45 "$START")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "and who pays there has a seat"
like "$(bookpay verify 2>&1)" ' 0 differences$' \
    "the rows are what the events say"
done_testing
