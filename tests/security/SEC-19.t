#!/bin/bash
# SEC-19  A page says more of a person than it must (Easy!Appointments 1.6.0;
# CVE-2026-9349): ours say first name and time.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene AUTH=guest,remote-user
next_slot
book_unheard "$STRATEGY" "$START" '{"answers":["+1 555 0100"]}'
ask_checkout "$(claim "$REDIRECT" ".calendly.eventId = \"$EVENT\"")"
as_guest "$BOOKING"
bookpay builders set robin --name 'Robin Coach' --timezone America/New_York \
    --email robin@example.org --user robin-secret-id >/dev/null
pay "$SESSION"
while IFS= read -r event; do
	tell stripe "$event"
done < <(stripe_events "$(jq -r .paymentIntent "$state/paid")")
is "$(stands "$BOOKING")" 'CONFIRMED PAID' "somebody has booked and paid"

# What there is about them, and about the builder, that a page need not say.
private=(Lovelace ada.lovelace "$EMAIL" robin@example.org robin-secret-id
    "$INVITEE" "$(jq -r .paymentIntent "$state/paid")" cus_ card 4242
    'link_serial' 'client"' 'email"' 'metadata')
# tells: which of these are in TEXT.
tells() {
	local text
	for text in "${private[@]}"; do
		[[ $1 != *"$text"* ]] || printf '%s ' "$text"
	done
}
# fields: every name in the last answer's data, but those of the catalogue's types.
fields() {
	json '[.data | paths(type != "object" and type != "array") | map(if type ==
	    "number" then "*" else . end) | join(".")] | unique | join(" ")'
}
common='advice bookingId builder.id builder.name builder.timezone
    calendlyEventId currency amount endTime isCalendlyBooking policy
    sessionType.durationMinutes sessionType.id sessionType.title settled
    startTime status paymentStatus summary timezone can.*'
# unknown [FIELD...]: of the last answer, beyond these, that no page asks for.
unknown() {
	fields | tr ' ' '\n' | grep -vxF -f <(printf '%s\n' $common "$@") |
	    paste -sd ' '
}
as_client=HTTP_AUTHORIZATION="Guest $TOKEN"
for who in "$as_client" REMOTE_USER=robin-secret-id "REMOTE_ROLES=admin"; do
	with=("$who")
	[ "$who" != REMOTE_ROLES=admin ] || with+=(REMOTE_USER=root)
	ask booking GET "/api/bookings/$BOOKING" '' "${with[@]}"
	is "$STATUS|$(tells "$BODY")|$(unknown firstName holdExpiresAt checkoutUrl)" \
	    '200||' "a booking is shown by its first name and time, ${who%%=*}"
	ask session GET "/api/stripe/sessions/$SESSION" '' "${with[@]}"
	is "$STATUS|$(tells "$BODY")|$(unknown sessionId url bookingStatus bookingPaymentStatus)" \
	    '200||' "its session tells even less"
done
is "$(json .data.firstName)" null "not the name at all"
ask catalogue GET /api/session-types ''
is "$STATUS|$(tells "$BODY")" '200|' "the catalogue tells of nobody but builders' names"
is "$(fields)" "calendlyWidgetUrl $(printf 'sessionTypes.*.%s\n' amount \
    builder.id builder.name builder.timezone calendlyEventTypeId currency \
    description direct durationMinutes hours id policy requiresAuth \
    schedulingUrl title | paste -sd ' ')" \
    "and of a type what is to be known of it"
ask cancel POST "/api/bookings/$BOOKING/cancel" '{"dryRun":true}' "$as_client"
is "$STATUS|$(tells "$BODY")" '200|' "what a cancellation gives back tells no more"
ask booking GET "/api/bookings/$BOOKING" ''
is "$STATUS|$(tells "$BODY")" '401|' "and a refusal tells nothing"
ask health GET /readyz ''
is "$STATUS|$(tells "$BODY")" '200|' "nor does the health of the whole"

shown=$(bookpay --json bookings show "$BOOKING")
like "$(tells "$shown")" 'Lovelace.*ada\.lovelace.*email' \
    "what an admin is shown is more, so this test would see it"
BODY="{\"data\":$shown}"
like "$(unknown)" 'email.*name' "in its fields, too"
done_testing
