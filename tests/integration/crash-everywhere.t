#!/bin/bash
# Each program is killed at each write, each commit, each call and each reply in
# turn, asked again as a client or a provider asks again, and ends with the rows
# of one that was left alone.
# shellcheck source-path=SCRIPTDIR source=../lib/cgi.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/cgi.sh"
need_faults
cgi_start

# sweep PROGRAM PREPARE STEP CHECK NAME: PREPARE makes the world of before; STEP
# succeeds when what it asked for was acknowledged; CHECK prints what must be the
# same in the end, whatever happened.
sweep() {
	local program=$1 prepare=$2 step=$3 check=$4 name=$5 n wanted got
	local wrong='' where='' tries
	rm -f "$state/fault"
	acknowledged=0
	"$prepare"
	"$step" || wrong="left alone, it fails: $STATUS $BODY"
	wanted=$("$check")
	for ((n = 1; ; n++)); do
		acknowledged=0
		"$prepare"
		kill_at "$program" "$n"
		"$step"
		if ! was_killed; then
			rm "$state/fault"
			break
		fi
		for tries in 1 2 3; do
			[ "$program" != worker ] || time_passes
			"$step" && break
		done
		got=$("$check")
		[ "$got" = "$wanted" ] && continue
		where="$where $n ($DIED)"
		[ -n "$wrong" ] || wrong=$(diff <(echo "$wanted") <(echo "$got"))
	done
	is "$where" '' "$name" || diag "$wrong"
	diag "$((n - 1)) points of $program"
	[ "$n" -gt 5 ] || fail "$program was killed at all"
	total=$((total + n - 1))
}

total=0

# With what Stripe has: sessions that can be paid, refunds that were made.
rows_and_sessions() {
	rows
	stripe 'checkout/sessions?limit=3' | jq -r --arg booking "$BOOKING" \
	    '[.data[] | select(.client_reference_id == $booking) |
	    .status] | sort | join(" ")'
}

rows_and_refunds() {
	rows
	stripe "refunds?payment_intent=$PAYMENT" |
	    jq -r '.data | map(.amount) | join(" ")'
}

# deliver EVENT...: each until it is acknowledged, as the providers do.
acknowledged=0
deliver() {
	local body
	for body in "${@:acknowledged + 1}"; do
		tell "$provider" "$body" || return 1
		acknowledged=$((acknowledged + 1))
	done
}

save empty

# --- From a click to an open session ------------------------------------------------
next_slot
click() {
	ask_checkout "$(order review-45 "$START")" \
	    HTTP_IDEMPOTENCY_KEY=a-key-of-sixteen-letters
}
in_empty() {
	restore empty
}
sweep checkout in_empty click rows_and_sessions "a first click"

# --- To another price -----------------------------------------------------------------
clicked() {
	restore empty
	click
	as_guest "$BOOKING"
}
click_with_code() {
	ask_checkout "{\"bookingId\":\"$BOOKING\",
	    \"promotionCode\":\"WELCOME20\"}" \
	    HTTP_AUTHORIZATION="Guest $TOKEN"
}
sweep checkout clicked click_with_code rows_and_sessions \
    "a click that ends a session and opens another"

# --- Paid, and looked up before Stripe tells ------------------------------------------------
clicked
pay "$SESSION"
PAYMENT=$(jq -r .paymentIntent "$state/paid")
save paid
mapfile -t events < <(stripe_events "$PAYMENT")
in_paid() {
	restore paid
}
look() {
	ask session GET "/api/stripe/sessions/$SESSION" '' \
	    HTTP_AUTHORIZATION="Guest $TOKEN"
	[ "$STATUS" = 200 ]
}
look_again() {
	sql "update checkout set asked_at = 0"
	look
}
sweep session in_paid look_again rows "a payment that is looked up"

# --- Paid, and told by Stripe -----------------------------------------------------------------
provider=stripe
told() {
	deliver "${events[@]}"
}
told_backwards() {
	local i backwards=()
	for ((i = ${#events[@]} - 1; i >= 0; i--)); do
		backwards+=("${events[i]}")
	done
	deliver "${backwards[@]}"
}
sweep stripe-webhook in_paid told rows "a payment that is told"
sweep stripe-webhook in_paid told_backwards rows \
    "a payment that is told backwards"

# --- Money without a seat -----------------------------------------------------------------------
paid_too_late() {
	clicked
	sql "update booking set hold_at = 1"
	new_booking review-45 "$START"
	pay "$SESSION"
	PAYMENT=$(jq -r .paymentIntent "$state/paid")
	mapfile -t events < <(stripe_events "$PAYMENT")
	told
	acknowledged=0
}
work_all() {
	work
	[ "$(sql "select count(*) from job where done_at = 0")" = 0 ]
}
sweep worker paid_too_late work_all rows_and_refunds "a refund"

# --- ... as Stripe tells of it ---------------------------------------------------------------------
save refunded
mapfile -t events < <(stripe_events "$PAYMENT" |
    jq -c 'select(.type | test("refund"))')
in_refunded() {
	restore refunded
}
sweep stripe-webhook in_refunded told rows "a refund that is told"

# --- Calendly --------------------------------------------------------------------------------------------
in_empty
next_slot
book "$STRATEGY" "$START"
claim_it() {
	ask_checkout "$(claim "$REDIRECT")"
}
sweep checkout in_empty claim_it rows_and_sessions "a claim"
save claimed
in_claimed() {
	restore claimed
}
fake_calendly /_fake/cancel \
    "{\"inviteeUri\":\"$INVITEE_URI\",\"by\":\"invitee\"}" >/dev/null
mapfile -t events < <(calendly_events "$INVITEE")
provider=calendly
sweep calendly-webhook in_claimed told rows "a cancellation at Calendly"
sweep calendly-webhook in_empty told_backwards rows \
    "a booking that is told after its cancellation"

# --- The schema ----------------------------------------------------------------------------------------------
nothing() {
	rm -f "$state"/bookpay.db*
}
migrate() {
	bookpay migrate >/dev/null 2>&1
}
schema() {
	sqlite3 "$state/bookpay.db" .schema
}
sweep bookpay nothing migrate schema "making the tables"

diag "$total points in all"
done_testing
