#!/bin/bash
# SEC-13  SQL in what people send, names of sorting and filters among it
# (CVE-2026-7797, CVE-2026-4668, CVE-2026-48882).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene AUTH=guest,remote-user
book_direct
schema() {
	schema_dump | md5sum
}
tables=$(schema) others=$(sql "select * from builder; select * from session_type")

payloads=("' or '1'='1" "'; drop table booking; --" '" or ""="' \
    "') union select body from event --" "\\'; --" '$1' '?1' \
    "x'||(select 1)||'" '/*' '%_')

# --- Where a text is kept: it comes back as it was sent --------------------------
kept=''
for text in "${payloads[@]}"; do
	next_slot
	ask_checkout "$(order review-45 "$START" |
	    jq -c --arg text "Ada $text" '.name = $text')" || kept+=" $text"
	[ "$(sql "select name from booking where id = '$BOOKING'")" = \
	    "Ada $text" ] || kept+=" $text"
done
is "$kept" '' "a name with SQL in it is a name"
as_guest "$BOOKING"
for text in "${payloads[@]:0:3}"; do
	ask cancel POST "/api/bookings/$BOOKING/cancel" \
	    "$(jq -nc --arg text "$text" '{reason: $text}')" \
	    HTTP_AUTHORIZATION="Guest $TOKEN"
done
is "$(sql "select cancel_reason from booking where id = '$BOOKING'")" \
    "${payloads[0]}" "so is a reason a reason"
hello=$(jq -c --arg text "${payloads[1]}" '.payload |= (.name = $text |
    .uri |= sub("[^/]*$"; "5a5a5a5a-0000-4000-8000-000000000000") |
    .tracking.utm_source = $text | .questions_and_answers[0].answer = $text |
    .scheduled_event.event_type = $type)' --arg type \
    "https://api.calendly.com/event_types/$STRATEGY" \
    "$srcdir/tests/contract/calendly/webhooks/invitee_created.json")
tell calendly "$hello"
is "$STATUS $(sql "select name from booking where invitee like '5a5a5a5a%'")" \
    "200 ${payloads[1]}" "and what comes through Calendly"
book_direct
tell stripe "$(paid_event evt_sql \
    ".data.object.metadata.note = \"'; drop table payment; --\"")"
is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' "or through Stripe"

# --- Where it names something: there is nothing of that name ----------------------
wrong=''
for text in "${payloads[@]}"; do
	ask booking GET "/api/bookings/$text" '' REMOTE_USER="$text" \
	    REMOTE_EMAIL="$text" HTTP_AUTHORIZATION="Guest $text" \
	    HTTP_COOKIE="bookpay_$text=$text"
	[ "$STATUS" = 404 ] || wrong+=" booking $text $STATUS"
	ask session GET "/api/stripe/sessions/$text" '' REMOTE_USER="$text"
	[ "$STATUS" = 404 ] || wrong+=" session $text $STATUS"
	ask checkout POST /api/stripe/checkout "$(order review-45 "$START" |
	    jq -c --arg text "$text" '.sessionTypeId = $text')"
	[[ $STATUS = 40[04] ]] || wrong+=" type $text $STATUS"
done
is "$wrong" '' "as an id, a user, an address or a link it opens nothing"
ask catalogue GET /api/session-types ''
all=$BODY wrong=''
for text in "${payloads[@]:0:3}" 'title desc' -1; do
	query=$(printf "%s=$text&" sort order orderBy sort_by filter search q \
	    limit offset page columns fields id builder)
	ask catalogue GET /api/session-types '' "QUERY_STRING=$query"
	[ "$BODY" = "$all" ] || wrong+=" $text"
done
is "$wrong" '' "the catalogue is not sorted or filtered by anybody's words"
wrong=''
for text in "${payloads[@]:0:2}"; do
	for line in 'bookings list --status' 'bookings list --email' \
	    'bookings show' 'events show' 'jobs retry' 'bookings list --limit' \
	    'events list --booking' 'analytics funnel --session-type'; do
		# shellcheck disable=SC2086 # words of a command
		[[ $(bookpay $line "$text" 2>/dev/null) != *"$BOOKING"* ]] ||
		    wrong+=" $line $text"
	done
done
is "$wrong" '' "nor does the command find by it what it should not"

is "$(schema)" "$tables" "the tables are as they were"
is "$(sql "select * from builder; select * from session_type")" "$others" \
    "and what only an admin writes"
is "$(database_is_whole)" ok "the database is whole"

# --- That no statement is built from texts is checked by a test -------------------
copy=$state/copy
mkdir -p "$copy"/src/{app,booking,db} "$copy/tests" &&
    cp -R "$srcdir/tests/lib" "$copy/tests" &&
    (cd "$srcdir" && cp --parents src/checkout.c src/app/view.c \
    src/booking/booking.c src/db/migrate.c "$copy")
cat >>"$copy/src/booking/booking.c" <<'END'
static enum err
sorted(struct ctx *c, struct db *db, const char *by)
{
	char *sql = arena_printf(c->mem, "SELECT id FROM booking ORDER BY %s", by);
	return db_run(c, db, sql, NULL);
}
END
like "$(env srcdir="$copy" bash "$srcdir/tests/house/sql.t" 2>&1)" \
    'not ok [0-9]+ - (SQL stands|no statement)' \
    "a statement that somebody builds fails tests/house/sql.t"
done_testing
