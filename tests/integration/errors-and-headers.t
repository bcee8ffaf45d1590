#!/bin/bash
# Headers on all that is answered, who may call from where, and what the logs
# say, and do not say.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start ALLOWED_ORIGINS=https://shop.example.org,https://www.example.org
base=$(conf_get PUBLIC_BASE_URL)

# --- Headers ------------------------------------------------------------------
next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")"
as_guest "$BOOKING"
mine=$BOOKING

# protected NAME: the last answer has what every answer must have.
protected() {
	is "$(header X-Content-Type-Options), $(header Referrer-Policy),\
 $(header Cross-Origin-Opener-Policy)" 'nosniff, no-referrer, same-origin' \
	    "$1 is neither guessed at nor passed on"
	like "$(header X-Request-Id)" '^[0-9a-f]{32}$' "$1 has one number"
	like "$(header Content-Security-Policy)" \
	    "^default-src 'none';.*frame-ancestors 'none'" \
	    "$1 loads and is framed by nothing that is not named"
	is "$(header X-Frame-Options), $(header Cross-Origin-Resource-Policy)" \
	    'DENY, same-origin' "$1 is part of nobody's page"
	unlike "$(header Content-Security-Policy)" 'unsafe|\*|data:|http:($| )' \
	    "$1 runs nothing that is written into a page"
	is "$(header Set-Cookie | grep -vc HttpOnly)" 0 \
	    "$1 sets no cookie that a script can read"
	is "$(header Server)" nginx "$1 does not say which nginx it is"
}
for page in / /book/ "/booking/confirmation?booking=$mine" \
    "/booking/payment?session_id=$SESSION"; do
	get "$page"
	is "$STATUS $(header Content-Type)" '200 text/html; charset=utf-8' \
	    "the page $page is there"
	protected "the page ${page%%\?*}"
	is "$(grep -ciE '<[^>]+ (on[a-z]+|style)=|<style|<script>|javascript:' \
	    <<<"$BODY")" 0 "${page%%\?*} has no script and no style inside"
done
get /nothing/here
is "$STATUS" 404 "a page that there is not"
protected "the page that there is not"
for answer in "200 /api/session-types" "200 /api/bookings/$mine" \
    "200 /api/stripe/sessions/$SESSION" "404 /api/bookings/bk_none" \
    "404 /api/nothing" "200 /healthz" "200 /readyz" "405 /api/stripe/checkout" \
    "405 /api/webhooks/stripe"; do
	get "${answer#* }" "${GUEST[@]}"
	is "$STATUS $(header Content-Type)" "${answer%% *} application/json" \
	    "${answer#* } answers in JSON"
	is "$(header Cache-Control)" no-store "SEC-25 and is kept by nobody"
	protected "${answer#* }"
done
checkout '{}'
protected "a refusal"
is "$(header Strict-Transport-Security)" '' "over http nothing is said of https"

# --- nginx answers in a program's place ---------------------------------------
checkout "{\"x\":\"$(printf 'a%.0s' {1..20000})\"}"
refused 413 PAYLOAD_TOO_LARGE "too large a body"
protected "its refusal"

# A program is stopped, and not started again while we look.
expect_in_logs ' catalogue ended with status 0$'
expect_in_logs 'connect\(\) to unix:[^ ]*/catalogue.sock failed'
kill "$(cat "$state/run/catalogue.supervisor")"
catalogue_is_gone() {
	[ ! -e "$state/run/catalogue.pid" ]
}
wait_until 60 catalogue_is_gone
get /api/session-types
refused 503 INTERNAL "a program that is not there"
like "$(header Retry-After)" '^[1-9]' "may be back soon"
protected "its stand-in"

# --- Pages of others ----------------------------------------------------------
for origin in https://evil.example null "$base.evil.example" "${base}1" \
    https://shop.example.org.evil.example http://shop.example.org \
    https://SHOP.example.org,https://evil.example https://sub.shop.example.org
do
	next_slot
	checkout "$(order review-45 "$START")" -H "Origin: $origin"
	refused 403 FORBIDDEN "SEC-12 a page of $origin books nothing"
	is "$(header Access-Control-Allow-Origin)" '' "and is not encouraged"
done
is "$(count booking "source = 'direct'")" 0 "nothing was booked by them"
next_slot
checkout "$(order review-45 "$START")" -H 'Sec-Fetch-Site: cross-site'
refused 403 FORBIDDEN "SEC-12 nor does a form of another site"
request OPTIONS /api/stripe/checkout -H 'Origin: https://evil.example' \
    -H 'Access-Control-Request-Method: POST'
refused 403 FORBIDDEN "a stranger's preflight is refused"
request OPTIONS /api/stripe/checkout -H 'Origin: https://shop.example.org' \
    -H 'Access-Control-Request-Method: POST' \
    -H 'Access-Control-Request-Headers: content-type, idempotency-key'
is "$STATUS $(header Access-Control-Allow-Origin) $(
	header Access-Control-Allow-Methods)" \
    '204 https://shop.example.org POST' "a friend's is granted"
like "$(header Access-Control-Allow-Headers)" 'Content-Type, Idempotency-Key' \
    "with the headers it needs"
is "$(header Vary)" Origin "and not kept for others"
checkout "$(order review-45 "$START")" -H 'Origin: https://shop.example.org'
is "$STATUS $(header Access-Control-Allow-Origin) $(
	header Access-Control-Allow-Credentials)" \
    '200 https://shop.example.org true' "then its page may book"
next_slot
checkout "$(order review-45 "$START")" -H "Origin: $base"
is "$STATUS" 200 "so may our own"
next_slot
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "and whoever is no browser"
get /bookpay/index.js -H 'Origin: https://anybody.example'
is "$STATUS $(header Access-Control-Allow-Origin)" '200 *' \
    "the elements are for everybody's pages"
get "/api/bookings/$mine" "${GUEST[@]}" -H 'Origin: https://evil.example'
is "$(header Access-Control-Allow-Origin), $(header Vary)" ', Origin' \
    "bookings are not, and no cache takes one answer for the other"

# --- Whose page sends this cookie? ---------------------------------------------
# A browser adds it to whatever any page sends here, a form among them.
cookie="Cookie: bookpay_$mine=$TOKEN"
reason='{"reason":"CSRF"}'
for sign in 'Origin:' 'Origin: null' 'Origin: https://evil.example' \
    'Sec-Fetch-Site: same-site' 'Sec-Fetch-Site: cross-site'; do
	post "/api/bookings/$mine/cancel" "$reason" -H "$cookie" -H "$sign"
	refused 403 FORBIDDEN "SEC-12 a cookie cancels nothing with ${sign%:}"
	checkout_booking "$mine" -H "$cookie" -H "$sign"
	refused 403 FORBIDDEN "SEC-12 nor does it pay"
done
for type in text/plain application/x-www-form-urlencoded \
    multipart/form-data application/json-patch+json ''; do
	request POST "/api/bookings/$mine/cancel" -H "Origin: $base" \
	    -H "$cookie" -H "Content-Type: $type" --data-binary "$reason"
	refused 415 UNSUPPORTED_MEDIA_TYPE \
	    "SEC-12 a form sends ${type:-nothing}, and that is not JSON"
done
for method in GET HEAD PUT PATCH DELETE; do
	request "$method" "/api/bookings/$mine/cancel?_method=POST" \
	    -H "$cookie" -H "Origin: $base" -H 'X-HTTP-Method-Override: POST' \
	    -H 'X-Method-Override: POST'
	is "$STATUS $(header Allow)" '405 POST' "SEC-12 $method changes nothing"
done
request POST "/api/bookings/$mine" -H "$cookie" -H "Origin: $base" \
    -H 'X-HTTP-Method-Override: GET'
is "$STATUS $(header Allow)" '405 GET' "SEC-12 a method cannot be replaced"
is "$(sql "select cancelled_at from booking where id = '$mine'")" 0 \
    "nothing was cancelled by all that"
post "/api/bookings/$mine/cancel" '{"dryRun":true}' -H "$cookie" -H 'Origin:' \
    -H 'Sec-Fetch-Site: same-origin'
is "$STATUS" 200 "a page of ours may, by either sign"
get "/api/bookings/$mine" -H "$cookie" -H 'Sec-Fetch-Site: cross-site' \
    -H 'Sec-Fetch-Mode: no-cors'
refused 403 FORBIDDEN "SEC-08 an answer is no image or script of other pages"

# --- Logs ---------------------------------------------------------------------
post /api/stripe/checkout '{}' -H 'User-Agent: Agent/7 (secret)'
id=$(header X-Request-Id)
line=$(grep -F "$id" "$state/log/checkout.log")
is "$(json '[.program, .route, .status, .code, .level] | join(" ")' "$line")" \
    'checkout POST /api/stripe/checkout 400 INVALID_REQUEST info' \
    "the request's number finds the program's line"
is "$(json '(.micros > 0 and (.why | length) > 0 and (.time |
    test("^20.*Z$")))' "$line")" true "with when, how long and why"
is "$(json '[.method, .path, .status] | join(" ")' \
    "$(grep -F "$id" "$state/log/nginx-access.log")")" \
    'POST /api/stripe/checkout 400' "and nginx's"
get "/api/bookings/$mine" "${GUEST[@]}"
line=$(grep -F "$(header X-Request-Id)" "$state/log/booking.log")
is "$(json .booking "$line")" "$mine" "whose booking it was about is in it"
is "$(cat "$state"/log/{checkout,session,booking,stripe-webhook}.log \
    "$state/log/nginx-access.log" | jq -r 'type' | sort -u)" object \
    "every line is JSON"

# The private words of all tests are looked for when this ends; here are more.
get "${REDIRECT#"$base"}"
get "/api/bookings/$INVITEE"
# Spelled in other ways it is still this one, for nginx.
for path in "/api/bookings//$INVITEE" "//api/bookings/$INVITEE" \
    "/api/bookings/./$INVITEE" "/api/bookings/x/../$INVITEE" \
    "/%61pi/bookings/$INVITEE"; do
	get "$path" --path-as-is
	is "$STATUS" 200 "${path%"$INVITEE"} and its uuid: nginx knows the address"
done
get "/API/bookings/$INVITEE"
get "/book/../%2e%2e/etc/passwd?email=$EMAIL"
get "/booking/nothing?email=$EMAIL&token=$TOKEN"
get "/api/nothing?email=$EMAIL"
post "/api/stripe/checkout?email=$EMAIL" "$(order review-45 "$START" \
    '.email = "broken address of eve@example.net"')"
get "/api/bookings/$mine" -H "Authorization: Guest ${TOKEN}x" \
    -H "Referer: $base/?email=$EMAIL" -H 'User-Agent: Agent/7 (secret)'
get "/api/bookings/$mine" "${GUEST[@]}" -H "Cookie: bookpay_x=$TOKEN"
new_booking review-45 "$(later "$START" 86400)"
for secret in "$EMAIL" Lovelace eve@example.net "$INVITEE" "$EVENT" "$TOKEN" \
    "${TOKEN##*.}" 'Agent/7' 'event_start_time' 'email=' 'token=' \
    "$(conf_get STRIPE_SECRET_KEY)" "$(conf_get LINK_SECRET)"; do
	is "$(holds "$secret" it)" '' "SEC-24 no log holds ${secret:0:24}"
done
like "$(cat "$state/log/nginx-access.log")" '"path":"/api/bookings/-"' \
    "nginx's log knows that a booking was asked for, and not which"

done_testing
