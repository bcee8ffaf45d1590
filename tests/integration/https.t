#!/bin/bash
# Over https: cookies that go nowhere else, and browsers that stay.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
with_tls=1
world_start
site=$(conf_get PUBLIC_BASE_URL)

# --- Cookies ------------------------------------------------------------------
next_slot
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "a time is sold over https"
like "$(header Set-Cookie)" \
    "^bookpay_$BOOKING=[^;]+; Path=/api; Max-Age=[0-9]+; HttpOnly; SameSite=Lax; Secure\$" \
    "its cookie is for https only, no script reads it, no other site sends it"
cookie=$(header Set-Cookie) cookie=${cookie%%;*}
as_guest "$BOOKING"
like "$(bookpay bookings link "$BOOKING")" "$site/booking/confirmation" \
    "a guest's link is one of https"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
like "$(header Set-Cookie)" '; Secure$' "so is the cookie it is exchanged for"
checkout_booking "$BOOKING" -H "Cookie: $cookie"
is "$STATUS" 200 "our page may send the cookie"
checkout_booking "$BOOKING" -H "Cookie: $cookie" \
    -H "Origin: http://${site#https://}"
refused 403 FORBIDDEN "the same host without https is not our page"
checkout_booking "$BOOKING" -H "Cookie: $cookie" \
    -H "Origin: http://127.0.0.1:$port"
refused 403 FORBIDDEN "nor is another port of it"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "and what is paid is confirmed"

# --- Strict-Transport-Security ---------------------------------------------------
for path in / /book/ /nothing /bookpay/index.js /api/session-types \
    /api/nothing "/api/bookings/$BOOKING" /healthz; do
	get "$path"
	is "$(header Strict-Transport-Security)" max-age=31536000 \
	    "${path%bk_*} is to be asked for over https from now on"
done
site='' get /
is "$STATUS, $(header Strict-Transport-Security)" '200, ' \
    "over http, where nobody should believe it, nothing is said"

# --- Where Stripe sends people back to --------------------------------------------
next_slot
for path in https://evil.example //evil.example '/\evil.example' \
    'https:\\evil.example' '\/\/evil.example' ///evil.example evil.example \
    @evil.example .evil.example :443@evil.example '/a//evil.example' \
    /%2f%2fevil.example /%5cevil.example '/?to=//evil.example' '/#//evil' \
    $'/\tevil.example' $'\t//evil.example' ' //evil.example' \
    $'/\n/evil.example' '/../..//evil.example' javascript:alert /javascript:x \
    'data:text/html,x' '/／evil.example' //еvil.example ''; do
	checkout "$(order review-45 "$START" \
	    ".returnPath = $(jq -n --arg path "$path" '$path')")"
	refused 400 INVALID_REQUEST "SEC-18 nobody comes back to $(printf %q "$path")"
done
checkout "$(order review-45 "$START" '.returnPath = "/thanks"
    | .returnUrl = "https://evil.example" | .successUrl = "//evil.example"
    | .cancel_url = "//evil.example"')" -H 'X-Forwarded-Host: evil.example' \
    -H 'Forwarded: host=evil.example' -H 'X-Forwarded-Proto: http' \
    -H "Referer: https://evil.example/"
is "$STATUS" 200 "a path of ours is taken, whatever stands around it"
is "$(stripe "checkout/sessions/$SESSION" | jq -r '[.success_url, .cancel_url]
    | map(sub("[?].*"; "")) | join(" ")')" \
    "$site/thanks $site/booking/confirmation" \
    "SEC-18 and Stripe is told addresses of ours alone"
next_slot
checkout "$(order review-45 "$START")" -H 'Host: evil.example'
is "$(stripe "checkout/sessions/$SESSION" | jq -r '.success_url |
    sub("[?].*"; "")')" "$site/booking/payment" \
    "SEC-18 whatever the host of the request is called"

# --- Redirects of nginx's own: none ------------------------------------------------
for path in /book /bookpay /booking //evil.example/%2e%2e /%2fevil.example/.. \
    /.//evil.example '/\evil.example/' //evil.example /book/%0d%0aLocation:x; do
	get "$path" --path-as-is
	unlike "$STATUS $(header Location)" '^3|[^0-9 ]' \
	    "SEC-18 $path leads nowhere else"
done
done_testing
