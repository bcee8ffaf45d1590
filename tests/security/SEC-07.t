#!/bin/bash
# SEC-07  Fulfilment across providers or modes: what one signed is believed of
# the other, test money buys real seats (GHSA-xff3-5c9p-2mr4).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene
book_direct
body=$(paid_event evt_cross)
stripe_key=$(conf_get STRIPE_WEBHOOK_SECRET)
calendly_key=$(conf_get CALENDLY_WEBHOOK_SIGNING_KEY)
invitee=$(jq -c '.payload.uri |= sub("[^/]*$"; "0d0d0d0d-0000-4000-8000-000000000000")' \
    "$srcdir/tests/contract/calendly/webhooks/invitee_created.json")

hand_in stripe "$body" "$(seal "$calendly_key" "$body")"
says 401 WEBHOOK_VERIFICATION_FAILED "Calendly's key does not sign for Stripe"
hand_in calendly "$invitee" "$(seal "$stripe_key" "$invitee")"
says 401 WEBHOOK_VERIFICATION_FAILED "nor Stripe's for Calendly"
ask stripe-webhook POST /api/webhooks/stripe "$body" \
    HTTP_CALENDLY_WEBHOOK_SIGNATURE="$(seal "$stripe_key" "$body")"
says 401 WEBHOOK_VERIFICATION_FAILED "nor is the other one's header read"

# Should somebody give both the same key: the body is still not the other's.
before=$(books)
hand_in calendly "$body" "$(seal "$calendly_key" "$body")"
says 400 INVALID_REQUEST "an event of Stripe's, signed by Calendly, is none"
hand_in stripe "$invitee" "$(seal "$stripe_key" "$invitee")"
says 400 INVALID_REQUEST "nor the other way round"
is "$(books)" "$before" "no row comes of it"

n=0
while IFS='|' read -r name change; do
	n=$((n + 1))
	tell stripe "$(paid_event "evt_mode_$n" "$change")"
	is "$STATUS $(stands "$BOOKING")" '200 PENDING UNPAID' "$name"
done <<'END'
real money does not pay a test booking|.livemode = true | .data.object.livemode = true
nor an event that says one thing and its object another|.livemode = true
nor the other way round|.data.object.livemode = true
nor one that does not say|.data.object |= del(.livemode) | .livemode = true
nor one of a connected account|.account = "acct_1Connected"
nor what a v2 event only points to|{id: .id, object: "v2.core.event", type: "v1.checkout.session.completed", created: "2026-11-22T10:00:00.000Z", livemode: false, related_object: {id: .data.object.id, type: "checkout.session", url: "/v1/x"}}
END
session_id=$(sql "select session from checkout where booking = '$BOOKING'")
# A live booking, and a test event about it.
sql "update checkout set session = replace(session, 'cs_test_', 'cs_live_')
    where booking = '$BOOKING'"
tell stripe "$(paid_event evt_test_of_live '.data.object.id |=
    sub("cs_test_"; "cs_live_")')"
is "$STATUS $(stands "$BOOKING")" '200 PENDING UNPAID' \
    "test money does not pay a live booking"
sql "update checkout set session = '$session_id' where booking = '$BOOKING'"

live=$(paid_event evt_live '.livemode = true | .data.object.livemode = true')
if weak live-mode; then
	tell stripe "$live"
	is "$(stands "$BOOKING")" 'CONFIRMED PAID' \
	    "without the guard the modes would mix"
	strong
fi
done_testing
