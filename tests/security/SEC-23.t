#!/bin/bash
# SEC-23  An authentic event is sent again: by its provider, who must be told
# that all is well, or by somebody who has kept it.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
rows_by_hand=1
world_start
from_our_page
behave '{"lose":1}'
secret=$(conf_get STRIPE_WEBHOOK_SECRET)
next_slot
checkout "$(order review-45 "$START")"
as_guest "$BOOKING"
pay "$SESSION"
body=$(stripe_events "$(jq -r .paymentIntent "$state/paid")" |
    grep -m 1 '"checkout.session.completed"')
then=$(($(date +%s) - 20))
first=$(seal "$secret" "$body" "$then")
hand_in stripe "$body" "$first"
is "$STATUS $(json .data.duplicate) $(stands "$BOOKING")" \
    '200 false CONFIRMED PAID' "an event is taken in"
# What follows from it is not what this test asks for.
kill "$(cat "$state/run/worker.supervisor")" 2>/dev/null
wait_until 60 test ! -e "$state/run/worker.supervisor"
before=$(books)

hand_in stripe "$body" "$first"
is "$STATUS $(json .data.duplicate)" '200 true' "the same again: all is well"
hand_in stripe "$body" "$(seal "$secret" "$body")"
is "$STATUS $(json .data.duplicate)" '200 true' "and as a provider repeats it, signed anew"
at_once 40 /api/webhooks/stripe -H "Stripe-Signature: $first" \
    --data-binary "$body"
is "$STATUSES" 200:40 "and forty times at once"
is "$(books)" "$before" "no row has changed by it"
is "$(count event "source = 'stripe'") $(count payment) $(count analytics \
    "name = 'PAYMENT_COMPLETED'")" '1 1 1' "one event, one payment, counted once"

stale=$(seal "$secret" "$body" $(($(date +%s) - 301)))
hand_in stripe "$body" "$stale"
says 401 WEBHOOK_VERIFICATION_FAILED "what somebody has kept is refused"
hand_in stripe "$body" "${stale/t=*,/t=$(date +%s),}"
says 401 WEBHOOK_VERIFICATION_FAILED "and its time cannot be changed"

# A change that was told twice under two names is still one change.
again=$(jq -c '.id = "evt_of_another_name"' <<<"$body")
hand_in stripe "$again" "$(seal "$secret" "$again")"
is "$STATUS $(stands "$BOOKING") $(count payment) $(count analytics \
    "name = 'PAYMENT_COMPLETED'")" '200 CONFIRMED PAID 1 1' \
    "told again as another event it counts once"

# Cancelled since: the old "paid" does not bring it back.
ask cancel POST "/api/bookings/$BOOKING/cancel" '{}' \
    HTTP_AUTHORIZATION="Guest $TOKEN"
cancelled=$(stands "$BOOKING")
hand_in stripe "$body" "$(seal "$secret" "$body")"
is "$STATUS ${cancelled%% *} $(stands "$BOOKING")" "200 CANCELLED $cancelled" \
    "nor does it undo what came later"

if weak signature-age; then
	hand_in stripe "$body" "$stale"
	is "$STATUS" 200 "without the guard of time what was kept would be believed"
	strong
fi
if weak dedupe; then
	before=$(books)
	for _ in 1 2; do
		hand_in stripe "$body" "$(seal "$secret" "$body")"
	done
	isnt "$(books)" "$before" "without the one of names it would be applied again"
	strong
fi
done_testing
