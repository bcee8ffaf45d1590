#!/bin/bash
# SEC-08  Bookings of others can be looked up (CVE-2026-1537, CVE-2026-2262,
# CVE-2026-1919, CVE-2026-1431, CVE-2026-9349, CVE-2026-9712, CVE-2026-5600).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene AUTH=guest,remote-user
bookpay builders set lena --name 'Lena Berg' --timezone Europe/Berlin \
    --email lena@example.org --user lena-id >/dev/null
book_direct
theirs=$BOOKING their_session=$SESSION their_token=$TOKEN
book_direct
mine=$BOOKING my_session=$SESSION
nobody=bk_00000000000000000000000000000000
no_session=cs_test_a1$(printf '0%.0s' {1..56})

# unlike_theirs NAME [NAME=value...]: who shows this learns of the others' no
# more than of what there is not.
unlike_theirs() {
	local name=$1 there nowhere
	shift
	ask booking GET "/api/bookings/$theirs" '' "$@"
	there=$STATUS${BODY/$(json .error.requestId)/}
	ask booking GET "/api/bookings/$nobody" '' "$@"
	nowhere=$STATUS${BODY/$(json .error.requestId)/}
	is "$there" "$nowhere" "$name: another's booking is like none"
	ask session GET "/api/stripe/sessions/$their_session" '' "$@"
	there=$STATUS${BODY/$(json .error.requestId)/}
	ask session GET "/api/stripe/sessions/$no_session" '' "$@"
	nowhere=$STATUS${BODY/$(json .error.requestId)/}
	is "$there" "$nowhere" "$name: so is another's session"
	like "$there" '^(401|404)' "$name: and it is a no"
}
unlike_theirs "nobody"
unlike_theirs "another guest" HTTP_AUTHORIZATION="Guest $TOKEN"
unlike_theirs "a guest by cookie" HTTP_COOKIE="bookpay_$mine=$TOKEN"
unlike_theirs "a cookie with another name" HTTP_COOKIE="bookpay_$theirs=$TOKEN"
unlike_theirs "somebody who is signed in" REMOTE_USER=eve \
    REMOTE_EMAIL=eve@example.org
unlike_theirs "with an address that begins the same" REMOTE_USER=eve \
    REMOTE_EMAIL="$EMAIL.evil.example"
unlike_theirs "another builder" REMOTE_USER=lena-id
# Its last digit is another one for sure.
unlike_theirs "a spoilt link" HTTP_AUTHORIZATION="Guest $(sed -E \
    's/[^0]$/0/; t; s/0$/1/' <<<"$their_token")"
unlike_theirs "a link with its booking changed" \
    HTTP_AUTHORIZATION="Guest $theirs.${TOKEN#*.}"

for id in "${theirs^^}" "$theirs%00" "../bookings/$theirs" "$theirs/" \
    'bk_%' "bk_' or '1'='1" '*' '' 1; do
	through booking GET "/api/bookings/$id" ''
	says 404 BOOKING_NOT_FOUND "no other way to write an id helps: \"${id:0:12}\""
done
through booking GET "/api/bookings/$mine" '' \
    "QUERY_STRING=id=$theirs&booking=$theirs&bookingId=$theirs"
is "$STATUS $(json .data.bookingId)" "200 $mine" "nor another id in the query"
through checkout POST /api/stripe/checkout "{\"bookingId\":\"$theirs\"}"
says 404 BOOKING_NOT_FOUND "nor can it be looked up by paying for it"
through session GET "/api/stripe/sessions/$my_session" ''
is "$STATUS $(json .data.bookingId)" "200 $mine" \
    "while one's own is there, session"
through booking GET "/api/bookings/$mine" ''
is "$STATUS $(json .data.bookingId)" "200 $mine" "and booking"

if weak access; then
	through booking GET "/api/bookings/$theirs" ''
	is "$STATUS $(json .data.firstName)" '200 Ada' \
	    "without the guard who knows an id would see who comes when"
	strong
fi
done_testing
