#!/bin/bash
# SEC-11  Somebody makes themselves somebody else, or an admin, by saying so
# (CVE-2026-23478, CVE-2026-5465, CVE-2023-28121: by a header of their own).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
rows_by_hand=1
world_start AUTH=guest,remote-user AUTH_ADMINS=root
from_our_page
bookpay builders set lena --name 'Lena Berg' --timezone Europe/Berlin \
    --email lena@example.org --user lena-id >/dev/null
next_slot
checkout "$(order review-45 "$START")"
theirs=$BOOKING
next_slot
checkout "$(order review-45 "$START")"
mine=$BOOKING
as_guest "$mine"
cookie="bookpay_$mine=$TOKEN"

# Names under which programs elsewhere believe who calls.
as_root=()
for name in Remote-User REMOTE_USER Remote_User X-Remote-User \
    X-Forwarded-User X-Auth-Request-User X-User X-User-Id X-Auth-User \
    X-Wcpay-Platform-Checkout-User X-Webauth-User X-Authenticated-Userid \
    Http-Remote-User X-Original-User; do
	as_root+=(-H "$name: root")
done
for name in Remote-Roles REMOTE_ROLES X-Roles X-Auth-Request-Groups \
    X-Forwarded-Groups Roles X-Admin; do
	as_root+=(-H "$name: admin")
done
for name in Remote-Email REMOTE_EMAIL X-Auth-Request-Email \
    X-Forwarded-Email; do
	as_root+=(-H "$name: $EMAIL")
done
claims=(--cookie "REMOTE_USER=root; REMOTE_ROLES=admin; roles=admin; $cookie")

get "/api/bookings/$theirs" "${as_root[@]}"
refused 401 AUTHENTICATION_REQUIRED "headers of a client make nobody known"
get "/api/bookings/$theirs?REMOTE_USER=root&role=admin&admin=1" \
    "${as_root[@]}" "${claims[@]}"
refused 404 BOOKING_NOT_FOUND "nor do cookies and the query make a guest more"
for basic in root: root:root admin:admin "lena-id:x"; do
	get "/api/bookings/$theirs" -u "$basic"
	refused 401 AUTHENTICATION_REQUIRED "nor a password that nobody checked: $basic"
done
for bearer in '' root eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290Iiwicm9sZXMiOlsiYWRtaW4iXX0.; do
	get "/api/bookings/$theirs" -H "Authorization: Bearer $bearer"
	like "$STATUS" '^40[14]$' "nor a token that says so itself: ${bearer:0:20}"
done
body=$(jq -nc --arg id "$theirs" '{bookingId: $id, role: "admin",
    roles: ["admin"], admin: true, isAdmin: true, user: "root",
    sub: "root", client: "root", by: "admin", caller: {admin: true}}')
post /api/stripe/checkout "$body" "${as_root[@]}" "${GUEST[@]}"
refused 404 BOOKING_NOT_FOUND "nor the body of a request to pay"
post "/api/bookings/$theirs/cancel" "$body" "${as_root[@]}" "${GUEST[@]}"
refused 404 BOOKING_NOT_FOUND "nor that of one to cancel"
is "$(stands "$theirs")" 'PENDING UNPAID' "nothing has changed"
next_slot
checkout "$(order review-45 "$START" '.client = "root" | .user = "root" |
    .builder = "lena" | .source = "admin" | .requiresAuth = false')" \
    "${as_root[@]}"
is "$STATUS $(sql "select client is null, builder, source from booking
    where id = '$BOOKING'")" '200 1|robin|direct' \
    "who books is who they are, with whom they book"

# What nginx itself says is believed, and no more than it says.
# as USER PROGRAM METHOD PATH [BODY]
as() {
	local user=$1
	shift
	ask "$1" "$2" "$3" "${4:-}" REMOTE_USER="$user"
}
as lena-id booking GET "/api/bookings/$theirs"
says 404 BOOKING_NOT_FOUND "a builder is one for their own bookings only"
as lena-id cancel POST "/api/bookings/$theirs/cancel" '{"role":"admin"}'
says 404 BOOKING_NOT_FOUND "and does not cancel those of others"
bookpay builders set robin --name 'Robin Coach' --timezone America/New_York \
    --email robin@example.org --user robin-id >/dev/null
as robin-id checkout POST /api/stripe/checkout "{\"bookingId\":\"$theirs\"}"
says 403 FORBIDDEN "a builder does not pay for the client"
for user in Root ROOT 'root ' root,admin admin rootx roo; do
	as "$user" booking GET "/api/bookings/$theirs"
	says 404 BOOKING_NOT_FOUND "\"$user\" is not root"
done
for roles in administrator Admin xadmin 'no admin' user; do
	ask booking GET "/api/bookings/$theirs" '' REMOTE_USER=eve \
	    REMOTE_ROLES="$roles"
	says 404 BOOKING_NOT_FOUND "the role \"$roles\" is not admin"
done
ask booking GET "/api/bookings/$theirs" '' REMOTE_ROLES=admin
says 401 AUTHENTICATION_REQUIRED "a role without a user is nobody's"
as root booking GET "/api/bookings/$theirs"
is "$STATUS" 200 "while root is let in"

# An nginx that believes headers, as some are set up.
people_sign_in
get "/api/bookings/$theirs" -H 'X-Test-User: root'
is "$STATUS $(json .data.firstName)" '200 Ada' \
    "were nginx to believe a header, anybody would be root"
done_testing
