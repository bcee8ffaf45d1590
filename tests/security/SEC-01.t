#!/bin/bash
# SEC-01  A webhook is accepted unsigned because no secret is set
# (CVE-2026-1461, CVE-2026-12093: the check is only made where a secret is).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
rows_by_hand=1
world_start
behave '{"lose":1}'
book_direct
body=$(paid_event evt_unsigned)
cp "$state/bookpay.conf" "$state/whole.conf"

# without KEY: its line is gone.
without() {
	sed "/^$1=/d" "$state/whole.conf" >"$state/bookpay.conf"
}

for pair in stripe:STRIPE_WEBHOOK_SECRET calendly:CALENDLY_WEBHOOK_SIGNING_KEY
do
	provider=${pair%%:*} key=${pair#*:}
	without "$key"
	before=$(books)
	hand_in "$provider" "$body" -
	is "$STATUS" '' "without $key the receiver answers nothing, least of all 2xx"
	hand_in "$provider" "$body" "$(seal '' "$body")"
	is "$STATUS" '' "not even what is signed with nothing"
	like "$(tail -n 1 "$state/log/$provider-webhook.log")" \
	    "cannot start: $key is not set" "it says what is missing"
	starts "$provider-webhook"
	is "$?" 2 "and so does --check, before anything runs"
	is "$(books)" "$before" "no row was written"
done

# Behind nginx, where the supervisor tries to start it again and again, and keeps
# its socket open.
nginx_waits 1s
without STRIPE_WEBHOOK_SECRET
expect_in_logs ' stripe-webhook ended with status (0|2)( when told to stop)?$'
kill "$(cat "$state/run/stripe-webhook.pid")"
wait_until 60 grep -qs 'stripe-webhook ended with status 2' \
    "$state/log/supervisor.log"
before=$(books)
for header in t=1,v1=a "$(seal '' "$body")"; do
	post /api/webhooks/stripe "$body" -H "Stripe-Signature: $header"
	like "$STATUS $(json '[.success, .error.requestId] | join(" ")')" \
	    '^50[23] false [0-9a-f]{32}$' \
	    "its route is closed, and the provider is told to come again"
done
is "$(books)" "$before" "which changes no row"

if weak no-secret; then
	without STRIPE_WEBHOOK_SECRET
	hand_in stripe "$body" "t=$(date +%s),v1=$(printf 'a%.0s' {1..64})"
	is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' \
	    "without the guard anybody would confirm a booking so"
	strong
fi
done_testing
