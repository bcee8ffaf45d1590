/*
 * move_tables: every table, column by column, as move.c copies it.
 *
 * The texts are made by the preprocessor, as one would write them: tests/unit/
 * move.c compares them with the schema, and runs them.
 */
#include "db/move_tables.h"

#include <stddef.h>

#define V1 "$1"
#define V2 V1 ", $2"
#define V3 V2 ", $3"
#define V7 V3 ", $4, $5, $6, $7"
#define V8 V7 ", $8"
#define V9 V8 ", $9"
#define V10 V9 ", $10"
#define V11 V10 ", $11"
#define V13 V11 ", $12, $13"
#define V14 V13 ", $14"
#define V17 V14 ", $15, $16, $17"
#define V20 V17 ", $18, $19, $20"
#define V30 V20 ", $21, $22, $23, $24, $25, $26, $27, $28, $29, $30"
#define V40 V30 ", $31, $32, $33, $34, $35, $36, $37, $38, $39, $40"
#define V44 V40 ", $41, $42, $43, $44"
#define V50 V44 ", $45, $46, $47, $48, $49, $50"
#define V60 V50 ", $51, $52, $53, $54, $55, $56, $57, $58, $59, $60"
#define V70 V60 ", $61, $62, $63, $64, $65, $66, $67, $68, $69, $70"
#define V80 V70 ", $71, $72, $73, $74, $75, $76, $77, $78, $79, $80"
#define V90 V80 ", $81, $82, $83, $84, $85, $86, $87, $88, $89, $90"
#define V100 V90 ", $91, $92, $93, $94, $95, $96, $97, $98, $99, $100"

/* The rows of one table; key finds one of them again. */
#define TABLE(t, key, match, list, n, grows) { \
	.name = #t, .columns = (n), .only_grows = (grows), \
	.sql_page = "SELECT " key ", " list " FROM " #t " WHERE " key \
	    " > $1 ORDER BY " key " LIMIT $2", \
	.sql_find = "SELECT " key ", " list " FROM " #t " WHERE " key \
	    " IN (" V100 ")", \
	.sql_keys = "SELECT " key " FROM " #t " WHERE " key \
	    " > $1 ORDER BY " key " LIMIT $2", \
	.sql_have = "SELECT " key " FROM " #t " WHERE " key \
	    " IN (" V100 ")", \
	.sql_add = "INSERT INTO " #t " (" list ") VALUES (" V##n ")", \
	.sql_change = "UPDATE " #t " SET (" list ") = (" V##n ")" \
	    " WHERE " match, \
	.sql_remove = "DELETE FROM " #t " WHERE " key " = $1", \
}
#define BY_ID(t, list, n, grows) \
	TABLE(t, "id", "id = $1", list, n, grows)

const struct move_table move_tables[] = {
	BY_ID(builder,
	    "id, name, email, timezone, calendly_user, stripe_account, "
	    "created_at", 7, 1),
	TABLE(builder_user, "builder || ' ' || user_id",
	    "builder = $1 AND user_id = $2",
	    "builder, user_id", 2, 0),
	BY_ID(session_type,
	    "id, builder, title, description, minutes, amount, "
	    "currency, calendly_type, scheduling_url, direct, hours, "
	    "notice_minutes, horizon_days, requires_auth, hold_minutes, "
	    "policy, auto_refund, late_hours, active, created_at", 20, 1),
	BY_ID(booking,
	    "id, builder, session_type, client, name, email, timezone, "
	    "start_at, end_at, source, invitee, invitee_uri, "
	    "calendly_event, told_at, contradiction, amount, currency, "
	    "policy, auto_refund, late_hours, created_at, hold_at, "
	    "asked_cancel_at, asked_cancel_by, asked_cancel_reason, "
	    "told_cancel_at, told_cancel_by, told_cancel_reason, "
	    "cancelled_at, cancelled_by, cancel_reason, refund_goal, "
	    "refund_asked_by, refund_reason, moved_to, moved_from, "
	    "moved_told, no_show, no_show_at, status, payment_status, "
	    "updated_at, link_serial, erased_at", 44, 1),
	BY_ID(checkout,
	    "id, booking, attempt, body, promotion_code, session, "
	    "status, payment_status, amount, subtotal, currency, url, "
	    "payment, refusal, expires_at, asked_at, created_at", 17, 1),
	BY_ID(payment,
	    "id, booking, checkout, received, currency, charge, "
	    "charge_refunded, paid_at, failure, failed_at, created_at", 11, 1),
	BY_ID(refund,
	    "id, payment, amount, currency, status, reason, failure, "
	    "asked_by, created_at", 9, 1),
	BY_ID(dispute,
	    "id, payment, amount, currency, status, told_at, reason, "
	    "due_at, created_at", 9, 1),
	BY_ID(event,
	    "id, source, dedupe_key, type, object_id, told_at, "
	    "received_at, body, outcome, reason, waits_for, booking, "
	    "erased_at", 13, 1),
	BY_ID(history,
	    "id, booking, at, who, what, why, event", 7, 1),
	BY_ID(job,
	    "id, kind, booking, subject, due_at, attempts, lease_at, "
	    "call_number, call_body, call_at, last_error, done_at, "
	    "dead_at, created_at", 14, 0),
	TABLE(mark, "name", "name = $1",
	    "name, at, note", 3, 0),
	BY_ID(analytics,
	    "id, name, booking, session_type, builder, amount, "
	    "currency, at", 8, 0),
};
const size_t move_tables_count = sizeof(move_tables) / sizeof(move_tables[0]);

/*
 * Whoever writes there is told that nothing was changed, and why.  Triggers
 * are kept in the file: they hold for programs that have it open already, for
 * those of older builds, and for the shell.
 */
#define SHUT_FOR(t, what) \
	"CREATE TRIGGER moved_" #t "_" what " BEFORE " what " ON " #t \
	" BEGIN SELECT RAISE(ABORT, 'this database was moved to another:" \
	" DATABASE_URL still names the old one'); END;"
#define SHUT(t) \
	SHUT_FOR(t, "INSERT") SHUT_FOR(t, "UPDATE") SHUT_FOR(t, "DELETE")
const char move_tables_shut[] =
	SHUT(builder)
	SHUT(builder_user)
	SHUT(session_type)
	SHUT(booking)
	SHUT(checkout)
	SHUT(payment)
	SHUT(refund)
	SHUT(dispute)
	SHUT(event)
	SHUT(history)
	SHUT(job)
	SHUT(mark)
	SHUT(analytics);
const char move_tables_is_shut[] =
	"SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
	" AND name = 'moved_event_INSERT'";
