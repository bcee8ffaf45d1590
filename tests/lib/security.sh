# shellcheck shell=bash
# security.sh: for tests/security: one known way in each, tried on the real
# programs; then once more without the guard that closes it, so that the damage
# is seen.  Programs that were not configured with --enable-faults keep their
# guards; that part is skipped.  It reads cgi.sh.
#
#	. "$srcdir/tests/lib/security.sh"
#	scene
#	try_it; says 401 WEBHOOK_VERIFICATION_FAILED "a forged notice is refused"
#	if weak signature; then
#		try_it
#		is "$STATUS" 200 "without the guard it would be taken in"
#		strong
#	fi

srcdir=${srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
# shellcheck source-path=SCRIPTDIR source=cgi.sh
. "$srcdir/tests/lib/cgi.sh"

# --- The scene ----------------------------------------------------------------
# scene [KEY=value...]: as cgi_start.  What is asked comes from our own pages,
# as far as a browser says so.
scene() {
	cgi_start "$@"
	from_our_page
}

from_our_page() {
	asked_with=(HTTP_ORIGIN="$(conf_get PUBLIC_BASE_URL)"
	    HTTP_SEC_FETCH_SITE=same-origin)
}

# set_own PROGRAM KEY [VALUE]: changes that line of the program's own config, or
# takes it out, until bookpay.conf changes: that would not be split with a value
# that is no good.
set_own() {
	own_config "$1"
	sed -i "/^$2=/d" "$OWN"
	[ $# -lt 3 ] || printf "%s='%s'\n" "$2" "$3" >>"$OWN"
}

# starts PROGRAM: does it, with its config?  $state/said is what it says.
starts() {
	own_config "$1"
	BOOKPAY_CONFIG=$OWN "$state/bin/$1" --check >"$state/said" 2>&1
}

# --- Guards -------------------------------------------------------------------
# weak GUARD: it does not guard any more, until `strong'.
weak() {
	if grep -q BOOKPAY_TWIN "$programs/worker"; then
		export BOOKPAY_TWIN=$1
		return 0
	fi
	skip "the damage without the guard \"$1\"" \
	    "the programs were configured without --enable-faults"
	return 1
}

strong() {
	unset BOOKPAY_TWIN
}

# --- Asking -------------------------------------------------------------------
# says STATUS CODE NAME: so the last answer refuses, and says no more.
says() {
	is "$STATUS $(json '[.success, .error.code, (.data == null)] |
	    join(" ")' 2>/dev/null)" "$1 false $2 true" "$3"
}

# through PROGRAM METHOD PATH BODY [NAME=value...]: ask as who has BOOKING's
# link, whose TOKEN as_guest said.
through() {
	ask "$@" HTTP_AUTHORIZATION="Guest $TOKEN"
}

# book_direct [TYPE]: BOOKING at a new time, its page to pay is open, its link
# is TOKEN.
book_direct() {
	next_slot
	ask_checkout "$(order "${1:-review-45}" "$START")" || return 1
	as_guest "$BOOKING"
}

# cancel BOOKING [NAME=value...]
cancel() {
	local id=$1
	shift
	ask cancel POST "/api/bookings/$id/cancel" '{}' "$@"
}

# resign TOKEN ENDS [PURPOSE]: the same link, as if it had been made to end at
# ENDS (unix seconds) or for another purpose; only who knows LINK_SECRET can.
# Its own end and purpose make the same text again: so a test sees that it
# signs as web/link.c does.
resign() {
	local claim=${1%.*}
	claim=${claim%.*}.$2
	printf '%s.%s' "$claim" "$(printf '%s\n%s' "${3:-booking}" "$claim" |
	    hmac "$(conf_get LINK_SECRET)")"
}

# --- Webhooks -----------------------------------------------------------------
# hmac KEY: of what is on stdin.  -macopt takes an empty key, -hmac does not.
hmac() {
	perl -MDigest::SHA=hmac_sha256_hex -e \
	    'undef $/; print hmac_sha256_hex(<STDIN>, $ARGV[0])' "$1"
}

# seal KEY BODY [TIME]: what both providers put into their header.
seal() {
	local t=${3:-$(date +%s)}
	printf 't=%s,v1=%s' "$t" "$(printf '%s.%s' "$t" "$2" | hmac "$1")"
}

# hand_in PROVIDER BODY HEADER: a delivery with this signature; - is none.
hand_in() {
	local name=HTTP_STRIPE_SIGNATURE
	[ "$1" = stripe ] || name=HTTP_CALENDLY_WEBHOOK_SIGNATURE
	if [ "$3" = - ]; then
		ask "$1-webhook" POST "/api/webhooks/$1" "$2"
	else
		ask "$1-webhook" POST "/api/webhooks/$1" "$2" "$name=$3"
	fi
}

# paid_event ID [JQ]: what Stripe would tell if the page of BOOKING had been
# paid, changed by JQ.
paid_event() {
	local session
	session=$(sessions "$BOOKING" '.[0]' | jq -c --arg id "$1" '
	    .status = "complete" | .payment_status = "paid" |
	    .payment_intent = "pi_" + $id')
	jq -c --argjson session "$session" --arg id "$1" \
	    '.id = $id | .livemode = false | .data.object = $session'" |
	    ${2:-.}" \
	    "$srcdir/tests/contract/stripe/events/checkout.session.completed.json"
}

# --- What came of it ------------------------------------------------------------
# stands BOOKING: "STATUS PAYMENT".
stands() {
	sql "select status || ' ' || payment_status from booking
	    where id = '$1'"
}

# books: a digest of every row there is.
books() {
	rows_dump | md5sum
}
