#!/bin/bash
# SEC-03  A payment notice whose origin nobody checks confirms a booking
# (CVE-2025-13317, CVE-2026-0656).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene
book_direct
body=$(paid_event evt_forged)
before=$(books)

forged="t=$(date +%s),v1=$(printf 'a%.0s' {1..64})"
hand_in stripe "$body" -
says 401 WEBHOOK_VERIFICATION_FAILED "a notice that nobody signed is refused"
hand_in stripe "$body" "$forged"
says 401 WEBHOOK_VERIFICATION_FAILED "and one with a made-up signature"
for more in REMOTE_ADDR=3.18.12.63 HTTP_USER_AGENT='Stripe/1.0' \
    HTTP_X_FORWARDED_FOR=3.18.12.63 REMOTE_USER=stripe REMOTE_ROLES=admin \
    HTTP_AUTHORIZATION="Guest $TOKEN"; do
	ask stripe-webhook POST /api/webhooks/stripe "$body" \
	    HTTP_STRIPE_SIGNATURE="$forged" "$more"
	says 401 WEBHOOK_VERIFICATION_FAILED "${more%%=*} does not vouch for it"
done
uuid=$(cat /proc/sys/kernel/random/uuid)
hand_in calendly "$(jq -c --arg uuid "$uuid" '.payload.uri |=
    sub("[^/]*$"; $uuid)' \
    "$srcdir/tests/contract/calendly/webhooks/invitee_created.json")" "$forged"
says 401 WEBHOOK_VERIFICATION_FAILED "nor is a booking made by a forged notice of Calendly's"

is "$(books)" "$before" "no row changed: no status, no job, no mail to send"
work
is "$(stands "$BOOKING")" 'PENDING UNPAID' "and nothing comes of it later"

if weak signature; then
	hand_in stripe "$body" "$forged"
	is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' \
	    "without the guard the seat would be had for nothing"
	strong
fi
done_testing
