#!/bin/bash
# SEC-05  One payment, made for something cheap, is used again for something
# dear (CVE-2026-2890).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene
bookpay session-types set cheap --builder robin --title Cheap --minutes 15 \
    --amount 100 --currency usd --direct >/dev/null
book_direct cheap
cheap=$BOOKING cheap_session=$SESSION
pay "$SESSION"
intent=$(jq -r .paymentIntent "$state/paid")
paid=$(stripe_events "$intent" | grep -m 1 '"checkout.session.completed"')
tell stripe "$paid"
is "$(stands "$cheap")" 'CONFIRMED PAID' "something cheap is paid for"
book_direct
dear=$BOOKING

# What a client can send names no payment.
through checkout POST /api/stripe/checkout "$(jq -nc --arg id "$dear" \
    --arg session "$cheap_session" --arg intent "$intent" '{bookingId: $id,
    sessionId: $session, session_id: $session, paymentIntentId: $intent,
    payment_intent: $intent, client_reference_id: $id}')"
is "$STATUS $(json .data.sessionId) $(stands "$dear")" \
    "200 $SESSION PENDING UNPAID" \
    "its session and payment, named in a request, are ignored"
through session GET "/api/stripe/sessions/$cheap_session" '' \
    "QUERY_STRING=booking=$dear&bookingId=$dear"
is "$STATUS $(stands "$dear")" '404 PENDING UNPAID' \
    "coming back from Stripe with it changes nothing"

n=0
while IFS='|' read -r name change; do
	n=$((n + 1))
	tell stripe "$(jq -c --arg id "evt_again_$n" --arg dear "$dear" \
	    --arg dear_session "$SESSION" --arg cheap "$cheap_session" \
	    ".id = \$id | $change" <<<"$paid")"
	is "$STATUS $(stands "$dear") $(stands "$cheap")" \
	    '200 PENDING UNPAID CONFIRMED PAID' "$name"
done <<'END'
a paid session that names another booking pays none|.data.object |= (.client_reference_id = $dear | .metadata.bookingId = $dear)
nor in the metadata alone|.data.object.metadata.bookingId = $dear
nor does one we did not make|.data.object |= (.id = "cs_test_a1foreign" | .client_reference_id = $dear | .metadata.bookingId = $dear | del(.metadata.checkoutId))
END
again=$(paid_event evt_intent ".data.object.payment_intent = \"$intent\"")
tell stripe "$again"
is "$STATUS $(stands "$dear") $(sql "select outcome from event
    where dedupe_key = 'evt_intent'")" '200 PENDING UNPAID failed' \
    "the payment of one session does not pay another"
is "$(sql "select booking from payment where id = '$intent'")" "$cheap" \
    "it belongs to the booking it was made for"
like "$(sql "select reason from event where dedupe_key = 'evt_intent'")" \
    'PAYMENT_MISMATCH' "and a person is told"

again=${again/evt_intent/evt_intent_2}
if weak one-payment; then
	tell stripe "$again"
	is "$(sql "select payment from checkout where session = '$SESSION'")" \
	    "$intent" "without the guard both would lean on one payment"
	strong
fi
done_testing
