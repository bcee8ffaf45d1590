#!/bin/bash
# Scenario 1: a booking that exists is paid by whoever may pay it.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"

# --- Guests: by the link they were sent ---------------------------------------
world_start AUTH=guest,remote-user AUTH_ADMINS=chief@id
next_slot
new_booking review-45 "$START"
as_guest "$BOOKING"
mine=$BOOKING
get "/api/bookings/$mine"
refused 401 AUTHENTICATION_REQUIRED "SEC-08 knowing the id alone opens nothing"
checkout_booking "$mine"
refused 401 AUTHENTICATION_REQUIRED "SEC-09 nor does it pay"
get "/api/bookings/$mine" "${GUEST[@]}"
is "$STATUS $(json '.data | [.bookingId, .can[0]] | join(" ")')" \
    "200 $mine pay" "the token of the link shows the booking"
like "$(header Set-Cookie)" \
    "^bookpay_$mine=[^;]+; Path=/api; Max-Age=[0-9]+; HttpOnly; SameSite=Lax\$" \
    "and the answer remembers it in a cookie that no script can read"
cookie=$(header Set-Cookie) cookie=${cookie%%;*}
get "/api/bookings/$mine" -H "Cookie: $cookie"
is "$STATUS" 200 "from then on the cookie is enough"
checkout_booking "$mine" -H "Cookie: a=b; $cookie; c=d"
is "$STATUS $BOOKING" "200 $mine" "also to pay"
pay "$SESSION"
becomes "$mine" CONFIRMED PAID "and what is paid is confirmed"
get "/api/stripe/sessions/$SESSION" -H "Cookie: $cookie"
is "$STATUS $(json .data.bookingStatus)" '200 CONFIRMED' \
    "the cookie also shows how the payment stands"

next_slot
new_booking review-45 "$START"
checkout_booking "$BOOKING" "${GUEST[@]}"
refused 404 BOOKING_NOT_FOUND "SEC-09 the link of one booking does not pay another"
get "/api/bookings/$BOOKING" -H "Cookie: $cookie"
refused 404 BOOKING_NOT_FOUND "SEC-08 nor does its cookie show another"
other=$(json .error.message)
get /api/bookings/bk_00000000000000000000000000000000 -H "Cookie: $cookie"
refused 404 BOOKING_NOT_FOUND "a booking that there is not looks the same"
is "$(json .error.message)" "$other" "to the word"
get "/api/bookings/$mine" -H "Cookie: ${cookie/$mine/$BOOKING}"
is "$STATUS" 200 "the cookie's name is nothing but a name"
get "/api/bookings/$BOOKING" -H "Cookie: ${cookie//$mine/$BOOKING}"
refused 401 AUTHENTICATION_REQUIRED "SEC-10 a token rewritten to another id opens nothing"

# What a token says, cut at its dots: booking, serial number, end, seal.
IFS=. read -r _ serial end seal <<<"$TOKEN"
claim=$mine.$serial
flipped=${seal:0:63}$(printf '%x' $((0x${seal:63:1} ^ 1)))
for bad in \
    "a bit of the seal is flipped:$claim.$end.$flipped" \
    "the seal is short:$claim.$end.${seal:0:62}" \
    "the seal is gone:$claim.$end." \
    "the seal is in capitals:$claim.$end.${seal^^}x" \
    "the end is later:$claim.$((end + 1)).$seal" \
    "the end is huge:$claim.99999999999999999999.$seal" \
    "the number is another:$mine.$((serial + 1)).$end.$seal" \
    "the number is gone:$mine.$end.$seal" \
    "it is empty: " \
    "it is not one at all:Ada" \
    "it is very long:$(printf 'a%.0s' {1..900}).1.$seal"; do
	get "/api/bookings/$mine" -H "Authorization: Guest ${bad#*:}"
	refused 401 AUTHENTICATION_REQUIRED "SEC-10 no entry when ${bad%%:*}"
done

secret=$(conf_get LINK_SECRET)
is "$(sealed "$mine" 0 "$end" "$secret")" "$TOKEN" \
    "openssl makes the same token: HMAC-SHA256 over purpose, booking and end"
get "/api/bookings/$mine" -H \
    "Authorization: Guest $(sealed "$mine" 0 "$(($(date +%s) - 1))" "$secret")"
refused 401 AUTHENTICATION_REQUIRED "SEC-10 a link that has expired opens nothing"
get "/api/bookings/$mine" -H \
    "Authorization: Guest $(sealed "$mine" 0 "$end" "$secret" cancel)"
refused 401 AUTHENTICATION_REQUIRED "SEC-10 nor does one made for another purpose"
get "/api/bookings/$mine" -H "Authorization: Guest $(sealed "$mine" 0 "$end" \
    00000000000000000000000000000000)"
refused 401 AUTHENTICATION_REQUIRED "SEC-10 nor one sealed by another"

# --- Links to look, links for a day, links called back -------------------------
# cookie_lasts: how long the last answer's is kept, and COOKIE.
cookie_lasts() {
	COOKIE=$(header Set-Cookie)
	LASTS=${COOKIE#*Max-Age=} LASTS=${LASTS%%;*}
	COOKIE=${COOKIE%%;*}
}

a_second_after() {
	[ "$(date +%s)" -gt "$1" ]
}

for wrong in '--days 0' '--days 3651' '--days -1' '--revoke --see' \
    '--revoke --days 3'; do
	# shellcheck disable=SC2086 # two words
	bookpay bookings link "$mine" $wrong >/dev/null 2>&1
	is "$?" 2 "there is no link with $wrong"
done
as_guest "$mine" --days 1
strong=("${GUEST[@]}")
get "/api/bookings/$mine" "${GUEST[@]}"
cookie_lasts
is "$STATUS $((LASTS > 86000 && LASTS <= 86400))" '200 1' \
    "SEC-10 the cookie of a link for a day lasts a day"
strong_cookie=$COOKIE
second=$(date +%s)
wait_until 60 a_second_after "$second"
get "/api/bookings/$mine" -H "Cookie: $COOKIE"
before=$LASTS
cookie_lasts
is "$((LASTS < before))" 1 "and is not prolonged by looking"
as_guest "$mine" --see
get "/api/bookings/$mine" "${GUEST[@]}"
cookie_lasts
is "$STATUS $(json '.data.can | length')" '200 0' \
    "a link to look shows the booking, and offers nothing"
post "/api/bookings/$mine/cancel" '{}' -H "Cookie: $COOKIE"
refused 403 FORBIDDEN "SEC-09 the cookie that comes of it does no more"
get "/api/bookings/$mine" "${GUEST[@]}" -H "Cookie: $strong_cookie"
cookie_lasts
post "/api/bookings/$mine/cancel" '{"dryRun":true}' -H "Cookie: $COOKIE"
is "$STATUS" 200 "but it does not take away what one had"
is "$(bookpay --json bookings link "$mine" --revoke | jq -c .)" \
    "{\"booking\":\"$mine\",\"serial\":1}" "links are called back"
for old in "${strong[1]}" "${GUEST[1]}" "Cookie: $strong_cookie"; do
	get "/api/bookings/$mine" -H "$old"
	refused 404 BOOKING_NOT_FOUND "SEC-10 then they open nothing: ${old%% *}"
done
as_guest "$mine"
get "/api/bookings/$mine" "${GUEST[@]}" -H "Cookie: $strong_cookie"
is "$STATUS" 200 "and a new one does"
like "$(bookpay bookings show "$mine")" 'links called back' "it is remembered"

# --- What a client sends is not who a client is -------------------------------
next_slot
new_booking review-45 "$START" --client ada@id
for name in Remote-User X-Remote-User Remote_User X-Forwarded-User \
    X-Auth-Request-User Remote-Email REMOTE_USER Remote-Roles; do
	get "/api/bookings/$BOOKING" -H "$name: ada@id" -H 'Remote-Roles: admin' \
	    -H 'X-Forwarded-Groups: admin'
	refused 401 AUTHENTICATION_REQUIRED \
	    "SEC-11 the header $name does not sign anybody in"
done
get "/api/bookings/$BOOKING" -u chief@id:secret
refused 401 AUTHENTICATION_REQUIRED \
    "SEC-11 nor does a password that nobody checks"

# --- Signed-in people: nginx says who, as its file explains -------------------
bookpay builders set robin --name 'Robin Coach' --timezone America/New_York \
    --user robin@id >/dev/null
people_sign_in
get "/api/bookings/$BOOKING" -H 'X-Test-User: ada@id'
is "$STATUS $(json '.data.can[0]')" '200 pay' "who booked is known by name"
get "/api/bookings/$BOOKING" -H 'X-Test-User: eve@id'
refused 404 BOOKING_NOT_FOUND "SEC-08 somebody else is told that it is not there"
get "/api/bookings/$BOOKING" -H 'X-Test-User: eve@id' \
    -H 'X-Test-Email: ADA.lovelace@EXAMPLE.org'
is "$STATUS" 200 "an address that nginx vouches for opens, too, in any case"
get "/api/bookings/$BOOKING" -H 'X-Test-Email: ada.lovelace@example.org'
refused 401 AUTHENTICATION_REQUIRED "but not without a name"
get "/api/bookings/$BOOKING" -H 'X-Test-User: robin@id'
is "$STATUS $(json '.data.can | join(" ")')" '200 cancel' \
    "the builder sees it, and is not asked to pay"
checkout_booking "$BOOKING" -H 'X-Test-User: robin@id'
refused 403 FORBIDDEN "SEC-09 nor can pay"
get "/api/bookings/$mine" -H 'X-Test-User: chief@id'
is "$STATUS" 200 "an admin by name sees all"
get "/api/bookings/$mine" -H 'X-Test-User: eve@id' \
    -H 'X-Test-Roles: staff, admin'
is "$STATUS" 200 "so does an admin by role"
get "/api/bookings/$mine" -H 'X-Test-User: eve@id' \
    -H 'X-Test-Roles: administrators'
refused 404 BOOKING_NOT_FOUND "a role that only begins like it is none"
checkout_booking "$BOOKING" -H 'X-Test-User: eve@id'
refused 404 BOOKING_NOT_FOUND "SEC-09 somebody else cannot pay it"
checkout_booking "$BOOKING" -H 'X-Test-User: ada@id'
is "$STATUS $(sessions "$BOOKING" '.[0].metadata.clientId')" '200 ada@id' \
    "who booked can, and Stripe is told who"
get "/api/stripe/sessions/$SESSION" -H 'X-Test-User: robin@id'
is "$STATUS $(json .data.url)" '200 null' \
    "the builder sees how it stands, without the page to pay at"
get "/api/stripe/sessions/$SESSION" -H 'X-Test-User: eve@id'
refused 404 SESSION_NOT_FOUND "SEC-08 somebody else does not"

next_slot
checkout "$(order review-45 "$START")" -H 'X-Test-User: ada@id'
is "$STATUS $(sql "select client from booking where id = '$BOOKING'")" \
    '200 ada@id' "who is signed in books under that name"

# --- Who signed in with what was not theirs -------------------------------------
bookpay bookings link "$mine" --client ada@id >/dev/null 2>&1
is "$?" 2 "a link is no sign-in"
for rightful in ada@id ''; do
	next_slot
	book "$STRATEGY" "$START"
	checkout "$(claim "$REDIRECT")" -H 'X-Test-User: eve@id'
	is "$(bookpay --json bookings link "$BOOKING" --revoke | jq -r .client)" \
	    eve@id "who calls links back is told who has signed in"
	get "/api/bookings/$BOOKING" -H 'X-Test-User: eve@id'
	is "$STATUS" 200 "who has keeps the booking"
	bookpay bookings link "$BOOKING" --revoke --client "$rightful" >/dev/null
	for path in "$BOOKING" "$INVITEE"; do
		get "/api/bookings/$path" -H 'X-Test-User: eve@id'
		refused 404 BOOKING_NOT_FOUND \
		    "SEC-10 unless it is said whose it is: ${rightful:-nobody}'s"
	done
	checkout "$(claim "$REDIRECT")" -H 'X-Test-User: eve@id'
	refused 404 BOOKING_NOT_FOUND "SEC-10 and not claimed once more"
	[ -n "$rightful" ] || continue
	get "/api/bookings/$BOOKING" -H "X-Test-User: $rightful"
	is "$STATUS" 200 "who it is sees it"
done

bookpay session-types set review-45 --builder robin --title 'Plan Review' \
    --minutes 45 --amount 9000 --currency usd --direct --requires-auth
next_slot
checkout "$(order review-45 "$START")"
refused 401 AUTHENTICATION_REQUIRED "a type for members is not sold to guests"
checkout "$(order review-45 "$START")" -H 'X-Test-User: ada@id'
is "$STATUS" 200 "but to who is signed in"

next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")" -H 'X-Test-User: ada@id'
is "$STATUS $(sql "select client from booking where id = '$BOOKING'")" \
    '200 ada@id' "a booking that Calendly told of becomes its claimer's"

for program in booking checkout session; do
	reconfigure $program AUTH=remote-user
done
get "/api/bookings/$mine" "${GUEST[@]}"
refused 401 AUTHENTICATION_REQUIRED \
    "where only sign-in counts, a link opens nothing"
checkout "$(order hello-15 "$START")"
refused 401 AUTHENTICATION_REQUIRED "and guests do not book"

done_testing
