#!/bin/bash
# SEC-18  A page of ours, or Stripe's on our behalf, sends the client on to
# somebody else's.  What our pages make of an address is asked of a browser
# (tests/browser/redirect*.mjs).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
rows_by_hand=1
world_start
from_our_page
base=$(conf_get PUBLIC_BASE_URL)

# back: where Stripe sends the client of the last booking, paid or not.
back() {
	asked "[.[] | select(.body | tostring | contains(\"$BOOKING\"))][-1].body" |
	    tr '&' '\n' | sed -nE 's/^(success|cancel)_url=//p' |
	    while IFS= read -r url; do
		decoded "$url"
		echo
	    done
}
for path in //evil.example /\\evil.example '\\evil.example' 'https:\\evil.example' \
    https://evil.example HTTPS://evil.example https:evil.example @evil.example \
    .evil.example :80@evil.example /@evil.example '/ /evil.example' \
    $'/\t/evil.example' '/%2f%2fevil.example' '/%5cevil.example' /a//evil.example \
    /a/../..//evil.example '/?next=//evil.example' '/#//evil.example' \
    'javascript:alert(1)' 'data:text/html,x' '//еvil.example' \
    'https://ours.example%00.evil.example' "${base}.evil.example/" \
    "${base/:\/\//://x@}" ''; do
	next_slot
	post /api/stripe/checkout "$(order review-45 "$START" |
	    jq -c --arg path "$path" '.returnPath = $path')"
	[ "$STATUS" = 400 ] || wrong+=" $path"
done
is "${wrong:-}" '' "a way back that is not a path of ours is refused"
next_slot
checkout "$(order review-45 "$START" '.returnPath = "/thanks" |
    .returnUrl = "https://evil.example" | .success_url = "https://evil.example" |
    .cancel_url = "//evil.example" | .redirect = "//evil.example" |
    .next = "//evil.example"')" -H 'Host: evil.example' \
    -H 'X-Forwarded-Host: evil.example' -H 'Forwarded: host=evil.example' \
    -H 'X-Forwarded-Proto: https' -H 'Referer: https://evil.example/'
is "$STATUS $(back | grep -vc "^$base/")" '200 0' \
    "no other field and no header says where the client comes back to" || back
like "$(back)" "^$base/thanks\?session_id=\{CHECKOUT_SESSION_ID\}" \
    "it is a path behind our own address"
as_guest "$BOOKING"
get "/api/bookings/$BOOKING" "${GUEST[@]}" -H 'Host: evil.example'
unlike "$BODY" 'evil' "and no answer repeats a host that the client names"

for path in //evil.example //evil.example/ /%2f%2fevil.example/ \
    '/\evil.example' '/%5cevil.example' /book/..//evil.example \
    '/booking/confirmation?redirect=//evil.example' /book /booking /bookpay \
    '/book?next=https://evil.example' /api//evil.example /healthz/; do
	get "$path" --path-as-is -H 'Host: evil.example'
	[ "${STATUS:0:1}" != 3 ] && [ -z "$(header Location)$(header Refresh)" ] ||
	    moved+=" $path"
done
is "${moved:-}" '' "nginx redirects nobody, anywhere"

if weak return-path; then
	next_slot
	ask_checkout "$(order review-45 "$START" \
	    '.returnPath = "@evil.example/"')"
	like "$(back)" '^http://[^/]*@evil\.example/' \
	    "without the guard who has paid would come to somebody else's page"
	strong
fi
done_testing
