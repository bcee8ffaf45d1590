#!/bin/bash
# SEC-27  Somebody uses up what others need: bodies, depth, memory.  How often
# one client may ask: integration/limits.t; thousands at once, slow ones, and
# who is served meanwhile: integration/flood.t.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene
secret=$(conf_get STRIPE_WEBHOOK_SECRET)

# announces PROGRAM METHOD PATH LENGTH [NAME=value...]: says how long its body
# is, and sends one byte of it.
announces() {
	local program=$1 method=$2 path=$3 length=$4
	shift 4
	ask "$program" "$method" "$path" x CONTENT_LENGTH="$length" "$@"
}
for route in checkout:/api/stripe/checkout:16385 \
    cancel:/api/bookings/bk_1/cancel:16385 \
    stripe-webhook:/api/webhooks/stripe:1048577 \
    calendly-webhook:/api/webhooks/calendly:1048577; do
	IFS=: read -r program path length <<<"$route"
	for length in "$length" 999999999999 99999999999999999; do
		announces "$program" POST "$path" "$length"
		says 413 PAYLOAD_TOO_LARGE "$program: $length bytes are refused before one is read"
	done
	for length in -1 1e9 0x10 '1 2' 16x 18446744073709551617; do
		announces "$program" POST "$path" "$length"
		says 400 INVALID_REQUEST "$program: \"$length\" bytes are no number of them"
	done
	announces "$program" POST "$path" 5000
	says 400 INVALID_REQUEST "$program: a body that does not come whole is none"
done
# The signature of what is too long is not even looked at.
head -c 1100000 /dev/zero | tr '\0' x >"$state/large"
ask stripe-webhook POST /api/webhooks/stripe '' CONTENT_LENGTH=1100000 \
    HTTP_STRIPE_SIGNATURE="$(seal "$secret" x)" <"$state/large"
says 413 PAYLOAD_TOO_LARGE "too large is said before who it is from is asked"

deep=$(printf '[%.0s' {1..6000})
for body in "$deep" "{\"x\":$deep" "$(printf '{"a":%.0s' {1..2500})"; do
	ask checkout POST /api/stripe/checkout "$body"
	says 400 INVALID_REQUEST "lists in lists are refused: ${body:0:6}"
	hand_in stripe "$body" "$(seal "$secret" "$body")"
	says 400 INVALID_REQUEST "also where they are signed"
done
book_direct
many=$(printf '"k%d":1,' {1..1500})
ask checkout POST /api/stripe/checkout "{$many\"bookingId\":\"$BOOKING\"}" \
    HTTP_AUTHORIZATION="Guest $TOKEN"
is "$STATUS" 200 "fifteen hundred fields are only many"
ask booking GET "/api/bookings/$BOOKING" '' HTTP_AUTHORIZATION="Guest $TOKEN" \
    HTTP_COOKIE="$(printf 'bookpay_bk_%d=a.1.b; ' {1..600})"
is "$STATUS" 200 "so are six hundred cookies"
hand_in stripe "$(paid_event evt_long)" "$(printf 'v1=a,%.0s' {1..900})"
says 401 WEBHOOK_VERIFICATION_FAILED "a long list of signatures is not gone through"

# Thousands of forged events: no row, and no more memory than before.
flood_start() {
	own_config stripe-webhook
	BOOKPAY_CONFIG=$OWN spawn-fcgi -n -s "$state/flood.sock" -- \
	    "$state/bin/stripe-webhook" \
	    2>>"$state/log/stripe-webhook.log" &
	flooded=$!
	wait_until 60 test -S "$state/flood.sock"
}
rss() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$flooded/status"
}
# flood N: forged events over FastCGI; how many were refused.
flood() {
	perl -MIO::Socket::UNIX -e '
		my ($path, $n) = @ARGV;
		my $body = "{\"id\":\"evt_1\",\"data\":\"" . "x" x 3000 . "\"}";
		my %vars = (REQUEST_METHOD => "POST", CONTENT_LENGTH => length $body,
		    DOCUMENT_URI => "/api/webhooks/stripe",
		    HTTP_STRIPE_SIGNATURE => "t=" . time . ",v1=" . "a" x 64);
		my $params = join "", map { pack("CC", length $_,
		    length $vars{$_}) . $_ . $vars{$_} } keys %vars;
		sub record { pack("CCnnCx", 1, $_[0], 1, length $_[1], 0) . $_[1] }
		my $refused = 0;
		for (1 .. $n) {
			my $s = IO::Socket::UNIX->new($path) or next;
			print $s record(1, pack("nCx5", 1, 0)), record(4, $params),
			    record(4, ""), record(5, $body), record(5, "");
			local $/;
			$refused++ if <$s> =~ /Status: 401/;
		}
		print $refused' "$state/flood.sock" "$1"
}
before=$(count event)
flood_start
flood 200 >/dev/null
first=$(rss)
is "$(flood 2000)" 2000 "two thousand forged events are refused"
diag "$first kB, then $(rss) kB"
if grep -q __asan_init "$state/bin/stripe-webhook"; then
	skip "and leave the memory as it was" "a sanitizer keeps memory of its own"
else
	is "$(($(rss) - first < 1024))" 1 "and leave the memory as it was"
fi
is "$(count event)" "$before" "nor do they leave a row"
kill "$flooded"
wait "$flooded" 2>/dev/null

if weak body-max; then
	large=$(jq -nc '{id: "evt_1", type: "a.b", x: ("x" * 1100000)}')
	printf '%s' "$large" >"$state/large"
	seal_of_large=$(date +%s)
	seal_of_large=t=$seal_of_large,v1=$({ printf '%s.' "$seal_of_large"
	    cat "$state/large"; } | hmac "$secret")
	own_config stripe-webhook
	BODY=$(BOOKPAY_CONFIG=$OWN REQUEST_METHOD=POST \
	    DOCUMENT_URI=/api/webhooks/stripe CONTENT_LENGTH=${#large} \
	    HTTP_STRIPE_SIGNATURE=$seal_of_large "$state/bin/stripe-webhook" \
	    <"$state/large" 2>/dev/null)
	unlike "$BODY" 'Status: 413' "without the guard a body of any size would be read"
	strong
fi
done_testing
