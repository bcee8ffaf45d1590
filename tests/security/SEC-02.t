#!/bin/bash
# SEC-02  An empty text as the key of an HMAC, which everybody knows
# (GHSA-xff3-5c9p-2mr4; the providers' own libraries take "").
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene
book_direct
body=$(paid_event evt_empty)

for key in '' ' ' x; do
	hand_in stripe "$body" "$(seal "$key" "$body")"
	says 401 WEBHOOK_VERIFICATION_FAILED "signed with \"$key\": refused"
	hand_in calendly "$body" "$(seal "$key" "$body")"
	says 401 WEBHOOK_VERIFICATION_FAILED "by the other receiver, too"
done

good=$(conf_get STRIPE_WEBHOOK_SECRET)
link=$(conf_get LINK_SECRET)
for secret in '' ' ' '	' ',' ' , ' x whsec_ "$good," "$good,,$good" \
    ",$good" "$good, "; do
	set_own stripe-webhook STRIPE_WEBHOOK_SECRET "$secret"
	if starts stripe-webhook; then
		fail "a receiver with the secret \"${secret//$good/GOOD}\" does not start"
	else
		like "$(cat "$state/said")" 'STRIPE_WEBHOOK_SECRET' \
		    "a receiver with the secret \"${secret//$good/GOOD}\" does not start"
	fi
done
for secret in '' ' ' short "$link,"; do
	set_own booking LINK_SECRET "$secret"
	if starts booking; then
		fail "links are not signed with \"${secret//$link/GOOD}\""
	else
		pass "links are not signed with \"${secret//$link/GOOD}\""
	fi
done
touch "$state/bookpay.conf"
ok "while whole ones are fine" starts booking
is "$(stands "$BOOKING")" 'PENDING UNPAID' "nothing was confirmed by all that"

if weak short-secret; then
	set_own stripe-webhook STRIPE_WEBHOOK_SECRET x
	hand_in stripe "$body" "$(seal x "$body")"
	is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' \
	    "without the guard a key that anybody tries first would do"
	set_own stripe-webhook STRIPE_WEBHOOK_SECRET ''
	hand_in stripe "$(paid_event evt_empty_2)" "$(seal '' "$body")"
	is "$STATUS" '' "and still not an empty one: that is guarded twice"
	strong
fi
done_testing
