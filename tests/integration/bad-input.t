#!/bin/bash
# Whatever is sent: a clear no, no row, no program lost, no memory kept.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

next_slot
new_booking review-45 "$START"
mine=$BOOKING
as_guest "$mine"
next_slot
book_unheard "$STRATEGY" "$START"
declare -A bodies=(
	[calendly]=$(claim "$REDIRECT" ".calendly.eventId = \"$EVENT\"")
	[direct]=$(order review-45 "$START")
	[existing]="{\"bookingId\":\"$mine\"}"
)

rows() {
	sql "select (select count(*) from booking), (select count(*) from event),
	    (select count(*) from checkout), (select count(*) from history)"
}

# of_programs COMMAND...: what it prints of each program's pid.
of_programs() {
	local program
	for program in "${routes[@]}"; do
		"$@" "$(cat "$state/run/$program.pid")"
	done | paste -sd ' '
}
rows_before=$(rows) pids_before=$(of_programs echo)

# --- Checkout: every field ----------------------------------------------------
# bad BODY NAME
bad() {
	checkout "$1" "${GUEST[@]}"
	refused 400 INVALID_REQUEST "$2"
}

# spoil BODY PATH JQ NAME: the body with PATH changed; & in JQ stands for it.
spoil() {
	bad "$(jq -c "${3//&/$2}" <<<"${bodies[$1]}")" "$1: ${2#.} $4"
}

texts='direct.sessionTypeId direct.startTime direct.name direct.email
    direct.timezone existing.bookingId calendly.calendly.eventTypeId
    calendly.calendly.inviteeId calendly.calendly.startTime
    calendly.calendly.endTime calendly.calendly.name calendly.calendly.email
    calendly.calendly.timezone'
for field in $texts; do
	for change in \
	    'is missing:del(&)' 'is null:& = null' 'is a number:& = 7' \
	    'is a list:& = ["a"]' 'is an object:& = {a: "b"}' 'is true:& = true' \
	    'is empty:& = ""' 'is blank:& = " "' 'is very long:& = "a" * 3000' \
	    'SEC-16 has a line end:& = "a@b.example\r\nBcc: c@d.example"' \
	    'has a control character:& = "a\u0001b"' \
	    'has an escaped NUL:& |= .[:4] + "\u0000"'; do
		spoil "${field%%.*}" ".${field#*.}" "${change#*:}" "${change%%:*}"
	done
done
for field in direct.startTime calendly.calendly.startTime \
    calendly.calendly.endTime; do
	for time in 2030-01-02T10:00:00 2030-01-02 '2030-01-02 10:00:00Z' \
	    2030-02-30T10:00:00Z 2029-02-29T10:00:00Z 2030-13-01T10:00:00Z \
	    2030-01-02T24:00:01Z 2030-01-02T10:60:00Z 2030-01-02T10:00:00+25:00 \
	    2030-01-02T10:00:00+0100 2030-01-02T10:00:00Zulu 20300102T100000Z \
	    99999-01-02T10:00:00Z -2030-01-02T10:00:00Z 1e999 now 1893578400 \
	    '2030-01-02T10:00:00.Z' '２０３０-01-02T10:00:00Z'; do
		spoil "${field%%.*}" ".${field#*.}" "& = \"$time\"" "is $time"
	done
done
spoil calendly .calendly '&.endTime = &.startTime' "ends when it begins"
for address in ada ada@ @example.org a@b@c.example 'a b@example.org' \
    'ada@exam ple.org' 'ada@example.org,eve@example.org' \
    '<ada@example.org>' 'ada@-' 'ada@example..org'; do
	spoil direct .email "& = \"$address\"" "is $address"
done
for zone in Mars/Olympus ../../../etc/passwd /etc/localtime Europe/ \
    europe/london/.. 'Europe/Berlin ' GMT+99; do
	spoil direct .timezone "& = \"$zone\"" "is $zone"
done
for path in //evil.example https://evil.example 'https:\\\\evil.example' \
    '/\\\\evil.example' /a/../b /%2f%2fevil.example 'javascript:alert(1)' \
    '/a?b=c' /a#b '/a b' thanks /@evil.example '/é' "/$(printf 'a%.0s' {1..300})"; do
	spoil direct .returnPath "& = \"$path\"" "SEC-18 is ${path:0:24}"
done
for what in '7' '["a"]' '""' '"a b"' '"a\nb"' '"a" * 101' '{}'; do
	spoil direct .promotionCode "& = $what" "is $what"
	spoil direct .locale "& = $what" "is $what"
done
spoil existing .bookingId '& = "bk_zz"' "is no id"
spoil existing .bookingId '& |= ascii_upcase' "is in capitals"
bad "$(jq -c '.bookingId = "'"$mine"'"' <<<"${bodies[direct]}")" \
    "two kinds of order in one"
bad '{"calendly":[]}' "Calendly's part is a list"
bad '{"calendly":"x"}' "Calendly's part is a text"
for id in "' or 1=1 --" '";drop table booking;--' '$1' '%s%n'; do
	checkout "$(jq -c --arg id "$id" '.sessionTypeId = $id' \
	    <<<"${bodies[direct]}")"
	refused 400 INVALID_REQUEST "SEC-13 $id is no id"
done
checkout "$(order nonesuch "$START")"
refused 404 SESSION_TYPE_NOT_FOUND "a type that there is not"

# --- Checkout: the body itself ------------------------------------------------
bad '' "no body"
for body in '{' '[]' '"text"' 7 null '{}' '{"a":1}' '{"bookingId":"a",}' \
    '{"bookingId":"a"} {}' "{'bookingId':'a'}" '{"name":NaN}' 1e999 \
    '{"bookingId":1e999}' '{"a":"\ud800"}' '{"a":"\u00"}' '// x'; do
	bad "$body" "a body that is $body"
done
bad "{\"bookingId\":\"$mine\",\"bookingId\":\"$mine\"}" "a key that comes twice"
bad "{\"bookingId\":\"$mine\",\"x\":{\"a\":1,\"a\":2}}" "also further inside"
bad "{\"bookingId\":\"$mine\",\"x\":$(printf '[%.0s' {1..200})$(
	printf ']%.0s' {1..200})}" "SEC-27 lists in lists, 200 deep"
bad "$(printf '[%.0s' {1..15000})" "SEC-27 and 15000 deep"
bad $'{"bookingId":"\xc3\x28"}' "bytes that are not UTF-8"
bad $'{"bookingId":"\xed\xa0\x80"}' "half a character"
bad $'{"bookingId":"\xc0\xaf"}' "a slash written too long"
printf '{"bookingId":"%s\0"}' "$mine" >"$state/nul"
bad "@$state/nul" "a NUL byte"
printf '{"bookingId":"%s"}\0' "$mine" >"$state/nul"
bad "@$state/nul" "a NUL byte at the end"
checkout "{\"x\":\"$(printf 'a%.0s' {1..17000})\"}"
refused 413 PAYLOAD_TOO_LARGE "SEC-27 more than 16 kB"
for type in text/plain application/x-www-form-urlencoded multipart/form-data \
    application/jsonx 'application/json; charset=latin1' text/json; do
	request POST /api/stripe/checkout -H "Content-Type: $type" \
	    "${GUEST[@]}" --data-binary "${bodies[existing]}"
	refused 415 UNSUPPORTED_MEDIA_TYPE "SEC-12 a content type of $type"
done
request POST /api/stripe/checkout -H 'Content-Type:' "${GUEST[@]}" \
    --data-binary "${bodies[existing]}"
refused 415 UNSUPPORTED_MEDIA_TYPE "no content type"

# --- Methods and addresses ----------------------------------------------------
for route in POST:/api/stripe/checkout GET:/api/stripe/sessions/cs_test_a1 \
    "GET:/api/bookings/$mine" GET:/api/session-types GET:/healthz GET:/readyz
do
	for method in GET POST PUT PATCH DELETE HEAD BREW; do
		[ "$method" != "${route%%:*}" ] || continue
		request $method "${route#*:}" "${GUEST[@]}"
		[ "$STATUS" = 405 ] && [ "$(header Allow)" = "${route%%:*}" ] ||
		    fail "$method ${route#*:} is answered $STATUS"
	done
	pass "SEC-12 ${route#*:} takes no other method"
done
request POST "/api/bookings/$mine" "${GUEST[@]}" \
    -H 'X-HTTP-Method-Override: GET'
refused 405 METHOD_NOT_ALLOWED "SEC-12 nor one that a header names"
for path in /api/ /api/nothing /api/bookings/ /api/bookings \
    /api/stripe/sessions/ "/api/bookings/$mine/" "/api/bookings/$mine/x" \
    /api/bookings/a%2fb /api/bookings/%2e%2e%2fsession-types%2f \
    /api/bookings/a%20b /api/bookings/a%0ab /api/bookings/é \
    /api/stripe/sessions/cs-test "/api/bookings/$(printf 'a%.0s' {1..65})" \
    "/api/stripe/sessions/$(printf 'a%.0s' {1..256})" /api/stripe/checkout/ \
    /api/session-types.json /api/session-types/..%2f; do
	get "$path" "${GUEST[@]}" --path-as-is
	refused 404 NOT_FOUND "nothing is at ${path:0:48}" || diag "$BODY"
done
get /api/bookings/a%00b "${GUEST[@]}"
is "$STATUS" 400 "nginx refuses a NUL in an address"
for id in "bk_${mine:3:31}" "bk_${mine:3}0" "BK_${mine:3}" bk_ x \
    "${mine:3}" "bk_-1" "bk_${mine:3:31}_"; do
	get "/api/bookings/$id" "${GUEST[@]}"
	refused 404 BOOKING_NOT_FOUND "no booking is called $id"
done
for id in cs_ x "cs_test_$(printf 'a%.0s' {1..120})" cs_test___; do
	get "/api/stripe/sessions/$id" "${GUEST[@]}"
	refused 404 SESSION_NOT_FOUND "no session is called ${id:0:32}"
done
request GET "/api/bookings/$mine" "${GUEST[@]}" --data-binary \
    "$(printf 'a%.0s' {1..2000})"
refused 413 PAYLOAD_TOO_LARGE "a body where none belongs"
get "/api/bookings/$mine?x=$(printf 'a%.0s' {1..4000})" "${GUEST[@]}"
is "$STATUS" 200 "a long query is ignored"

# --- Headers ------------------------------------------------------------------
get "/api/bookings/$mine" "${GUEST[@]}" -H "Cookie: $(printf 'a=b; %.0s' {1..1000})"
is "$STATUS" 200 "a thousand cookies of others are no obstacle"
get "/api/bookings/$mine" "${GUEST[@]}" \
    -H "Cookie: $(printf 'bookpay_x=y.1.z; %.0s' {1..400})"
is "$STATUS" 200 "nor are 400 that look like ours and are not"
get "/api/bookings/$mine" -H "Cookie: a=$(printf 'b%.0s' {1..13000})"
refused 413 PAYLOAD_TOO_LARGE "a cookie of 13 kB"
get "/api/bookings/$mine" -H "Authorization: Guest $(printf 'b%.0s' {1..7000})"
refused 401 AUTHENTICATION_REQUIRED "a token of 7 kB opens nothing"
get "/api/bookings/$mine" -H "A: $(printf 'b%.0s' {1..7900})" \
    -H "B: $(printf 'b%.0s' {1..7900})" -H "C: $(printf 'b%.0s' {1..7900})" \
    -H "Authorization: Guest $TOKEN"
is "$STATUS" 200 "24 kB of headers arrive whole"
get "/api/bookings/$mine" -H 'X-Request-Id: mine' "${GUEST[@]}"
like "$(header X-Request-Id)" '^[0-9a-f]{32}$' "a request id is nginx's, not a client's"

# --- What is left of all that -------------------------------------------------
is "$(rows)" "$rows_before" "no row"
is "$(of_programs echo)" "$pids_before" "no program was lost"

# noise N: bad requests of every kind.
noise() {
	checkout_at_once "$1" "${bodies[existing]}"
	checkout_at_once "$1" "$(printf '[%.0s' {1..5000})"
	checkout_at_once "$1" '{"calendly":{"eventTypeId":"x"}}' "${GUEST[@]}"
	at_once "$1" "/api/bookings/bk_${mine:3:31}" "${GUEST[@]}"
	at_once "$1" /api/stripe/sessions/cs_test_x "${GUEST[@]}"
	at_once "$1" /api/webhooks/stripe --data-binary "@$state/big" \
	    -H 'Stripe-Signature: t=1,v1=a'
	at_once "$1" /api/webhooks/calendly --data-binary "@$state/big"
	at_once "$1" /api/session-types -X POST
}

rss() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"
}
# What is never given back is missing in each round; a thread's own memory, which
# it has from its first big request on, is not.
leave_memory_as_it_was() {
	local before after i grown=0
	read -ra before <<<"$(of_programs rss)"
	noise 300
	read -ra after <<<"$(of_programs rss)"
	for i in "${!routes[@]}"; do
		diag "${routes[i]}: ${before[i]} kB, then ${after[i]} kB"
		[ $((after[i] - before[i])) -lt 2048 ] || grown=1
	done
	return $grown
}
if grep -q __asan_init "$state/bin/checkout"; then
	skip "SEC-27 thousands of bad requests leave the memory as it was" \
	    "a sanitizer keeps memory of its own"
else
	head -c 200000 /dev/zero | tr '\0' x >"$state/big"
	noise 120
	round=0
	until leave_memory_as_it_was || [ $((round += 1)) = 3 ]; do
		diag "once more: a thread had little to do before"
	done
	isnt $round 3 \
	    "SEC-27 thousands of bad requests leave the memory as it was"
fi
is "$(rows)" "$rows_before" "and no row"
is "$(of_programs echo)" "$pids_before" "and all programs alive"
checkout "${bodies[existing]}" "${GUEST[@]}" -H 'Idempotency-Key;'
is "$STATUS" 200 "and what is right is as right as before"
done_testing
