#!/bin/bash
# SEC-09  Changing, cancelling or confirming what is somebody else's, or
# without saying who one is (CVE-2026-4807, CVE-2026-1932, CVE-2026-6449,
# CVE-2023-3700).  The whole table, every state among it, is integration/access.t.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene AUTH=guest,remote-user
book_direct
theirs=$BOOKING their_token=$TOKEN
book_direct
mine=$BOOKING

now=$(date +%s)
ends=${their_token%.*}
ends=${ends##*.}
is "$(resign "$their_token" "$ends")" "$their_token" \
    "this test signs as the programs do"
declare -A shown=(
	[nothing]=NOTHING=shown
	[an empty link]='HTTP_AUTHORIZATION=Guest '
	["the link of another booking"]="HTTP_AUTHORIZATION=Guest $TOKEN"
	["another's cookie"]="HTTP_COOKIE=bookpay_$mine=$TOKEN"
	["a link that ended a minute ago"]="HTTP_AUTHORIZATION=Guest $(
		resign "$their_token" $((now - 60)))"
	["a link made longer without the secret"]="HTTP_AUTHORIZATION=Guest ${their_token/$ends/$((ends + 9))}"
	["a link for another purpose"]="HTTP_AUTHORIZATION=Guest $(
		resign "$their_token" "$ends" other)"
	["the sign-in of another"]=REMOTE_USER=eve
	["the client's name as a header"]="HTTP_REMOTE_USER=$EMAIL"
	["somebody's Basic password"]='HTTP_AUTHORIZATION=Basic YWRtaW46YWRtaW4='
)
before=$(books)
for who in "${!shown[@]}"; do
	cancel "$theirs" "${shown[$who]}"
	like "$STATUS $(json .error.code)" \
	    '^(401 AUTHENTICATION_REQUIRED|403 FORBIDDEN|404 BOOKING_NOT_FOUND)$' \
	    "$who does not cancel"
	ask cancel POST "/api/bookings/$theirs/cancel" '{"dryRun":true}' \
	    "${shown[$who]}"
	like "$STATUS" '^40[134]$' "nor see what would be paid back"
	ask checkout POST /api/stripe/checkout "{\"bookingId\":\"$theirs\"}" \
	    "${shown[$who]}"
	like "$STATUS $(json .error.code)" \
	    '^(401 AUTHENTICATION_REQUIRED|403 FORBIDDEN|404 BOOKING_NOT_FOUND)$' \
	    "nor pay, nor end the page where it is paid"
done
is "$(books)" "$before" "no row changed"

if weak link-expiry; then
	cancel "$theirs" "${shown["a link that ended a minute ago"]}"
	is "$STATUS $(stands "$theirs")" '200 CANCELLED UNPAID' \
	    "without the guard a link would open for ever"
	strong
fi
book_direct
if weak access; then
	cancel "$BOOKING" REMOTE_USER=eve
	is "$STATUS $(stands "$BOOKING")" '200 CANCELLED UNPAID' \
	    "without the other one anybody would cancel anything"
	strong
fi
TOKEN=$(resign "$TOKEN" $((now + 60)))
book_direct
cancel "$BOOKING" HTTP_AUTHORIZATION="Guest $TOKEN"
is "$STATUS $(stands "$BOOKING")" '200 CANCELLED UNPAID' \
    "while who holds the right link cancels"
done_testing
