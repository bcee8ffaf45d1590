#!/bin/bash
# What has to do with seats is killed everywhere, as in crash-payments.t.
# shellcheck source-path=SCRIPTDIR source=../lib/cgi.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/cgi.sh"
need_faults
cgi_start

[ -x "$state/bin/cancel" ] || cp "$programs/cancel" "$state/bin/"
save empty
in_empty() {
	restore empty
}

# --- Booked at Calendly, and cancelled there ----------------------------------------
next_slot
book "$STRATEGY" "$START"
claim_it() {
	ask_checkout "$(claim "$REDIRECT")"
}
sweep checkout in_empty claim_it rows_and_sessions "a claim"

PROVIDER=calendly
save claimed
in_claimed() {
	restore claimed
}
cancel_there() {
	fake_calendly /_fake/cancel "{\"inviteeUri\":\"$INVITEE_URI\",
	    \"by\":\"invitee\"}" >/dev/null
}
cancel_there
mapfile -t EVENTS < <(calendly_events "$INVITEE")
sweep calendly-webhook in_claimed told rows "a cancellation at Calendly"
sweep calendly-webhook in_empty told_backwards rows \
    "a booking that is told after its cancellation"

# --- Cancelled here -------------------------------------------------------------------
in_claimed
as_guest "$BOOKING"
cancel_here() {
	ask cancel POST "/api/bookings/$BOOKING/cancel" '{}' \
	    HTTP_AUTHORIZATION="Guest $TOKEN"
	[ "$STATUS" = 200 ]
}
sweep cancel in_claimed cancel_here rows "a cancellation by the client"

# --- Not paid in time: the page is closed, the seat given up, Calendly told ----------------
hold_is_over() {
	restore empty
	next_slot
	book "$STRATEGY" "$START"
	claim_it
	sql "update booking set hold_at = 1; update job set due_at = 1"
}
# Who finds it done does not say in the history that it did it.
rows_and_calendars() {
	rows_and_sessions | grep -v '^history.*calendly-cancel done'
	curl -sS --noproxy '*' \
	    -H "Authorization: Bearer $(conf_get CALENDLY_TOKEN)" \
	    "$(conf_get CALENDLY_API_BASE)/scheduled_events/$EVENT" |
	    jq -r .resource.status
}
sweep worker hold_is_over work_all rows_and_calendars \
    "a seat that was not paid in time"

diag "$total points in all"
done_testing
