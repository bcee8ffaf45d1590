#!/bin/bash
# What nginx refuses by itself, before a program or even an address is known:
# in the words that all refusals have; and what its logs keep of it.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

# long NUMBER: so many letters.
long() {
	head -c "$1" /dev/zero | tr '\0' x
}

# raw REQUEST: what curl would not send.  One of this test's own for each.
raw() {
	local line request
	printf -v request '%b' "$1"
	exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
	# In one piece: nginx may hang up after the first line, and bash would
	# die of the second.
	cat <<<"$request" >&3
	{
		IFS= read -r line
		STATUS=$(cut -d ' ' -f 2 <<<"$line")
		while IFS= read -r line && [ "$line" != $'\r' ]; do
			printf '%s\n' "$line"
		done >"$state/headers"
		BODY=$(cat)
	} <&3
	exec 3>&-
}
close='Host: x\r\nConnection: close\r\n'

get /api/session-types -H "Cookie: a=$(long 13000)"
refused 413 PAYLOAD_TOO_LARGE "a header longer than any sign-in's"
get /api/session-types -H "Cookie: a=$(long 9000)"
is "$STATUS" 200 "one as long as a sign-in's is taken"
cookies=()
for name in {1..5}; do
	cookies+=(-H "X-$name: $(long 9000)")
done
get /api/session-types "${cookies[@]}"
refused 413 PAYLOAD_TOO_LARGE "many of them"
get "/api/$(long 13000)"
refused 413 PAYLOAD_TOO_LARGE "an address without end"
headers=()
for name in {1..120}; do
	headers+=(-H "X-$name: 1")
done
get /api/session-types "${headers[@]}"
refused 413 PAYLOAD_TOO_LARGE "more headers than anybody has"

raw "nonsense\r\n\r\n"
refused 400 INVALID_REQUEST "what is no request"
raw "GET /api/session-types HTTP/1.1\r\nConnection: close\r\n\r\n"
refused 400 INVALID_REQUEST "a request without a host"
raw "POST /api/webhooks/stripe HTTP/1.1\r\n${close}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"
refused 400 INVALID_REQUEST "two lengths"
raw "POST /api/webhooks/stripe HTTP/1.1\r\n${close}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
refused 400 INVALID_REQUEST "a length and chunks: two readers would differ"
raw "POST /api/webhooks/stripe HTTP/1.1\r\n${close}Transfer-Encoding: gzip\r\n\r\n"
refused 400 INVALID_REQUEST "a transfer nobody knows"
for method in TRACE CONNECT; do
	raw "$method /api/session-types HTTP/1.1\r\n$close\r\n"
	refused 405 METHOD_NOT_ALLOWED "$method"
done
is "$(header Cache-Control), $(header X-Content-Type-Options), $(
	header Content-Security-Policy)" "no-store, nosniff, default-src 'none'; \
frame-ancestors 'none'" "with all the headers"
like "$(header X-Request-Id)" '^[0-9a-f]{32}$' "and a number"
get /api/error
refused 404 NOT_FOUND "these answers have no address of their own"

# The log of errors keeps the whole line that was asked for, wherever a program
# does not answer: so it says nothing of these, and the other log says enough.
expect_in_logs ' booking ended with status 0$'
kill "$(cat "$state/run/booking.supervisor")"
booking_is_gone() {
	[ ! -e "$state/run/booking.pid" ]
}
wait_until 60 booking_is_gone
get "/api/bookings/1417e000-0000-4000-8000-00000000cafe?email=eve@example.net"
refused 503 INTERNAL "a program that is not there"
is "$(holds 00000000cafe it; holds eve@example.net it)" '' \
    "no log holds what was asked for"
is "$(json '[.path, .status, .upstreamStatus] | map(tostring) | join(" ")' \
    "$(grep -F "$(header X-Request-Id)" "$state/log/nginx-access.log")")" \
    '/api/bookings/- 503 502' "and one says that nobody was there"

done_testing
