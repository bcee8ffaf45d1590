#include "booking/analytics.h"

#include "booking/booking.h"
#include "db/db.h"

/* Owned here: table analytics. */
static const char sql_add[] =
	"INSERT INTO analytics (id, name, booking, session_type, builder,"
	" amount, currency, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	" ON CONFLICT (id) DO NOTHING";
static const char sql_follow[] =
	"UPDATE analytics SET session_type = $2, builder = $3, currency = $4,"
	" amount = CASE WHEN name LIKE 'BOOKING%' THEN $5 ELSE amount END"
	" WHERE booking = $1";
static const char sql_drop[] = "DELETE FROM analytics WHERE id = $1";

enum err
analytics_note_tx(struct ctx *c, struct db *db, const struct booking *b,
    const struct analytics_fact *fact)
{
	const char *id = arena_printf(c->mem, "%s:%s", fact->name,
	    fact->subject);

	return db_run(c, db, sql_add, NULL, DB_VALUES(DB_TEXT(id),
	    DB_TEXT(fact->name), DB_TEXT(b->id), DB_TEXT(b->session_type),
	    DB_TEXT(b->builder), DB_INT(fact->amount), DB_TEXT(b->currency),
	    DB_INT(c->now)));
}

enum err
analytics_follow_tx(struct ctx *c, struct db *db, const struct booking *b)
{
	return db_run(c, db, sql_follow, NULL, DB_VALUES(DB_TEXT(b->id),
	    DB_TEXT(b->session_type), DB_TEXT(b->builder),
	    DB_TEXT(b->currency), DB_INT(b->amount)));
}

enum err
analytics_settle_tx(struct ctx *c, struct db *db, const struct booking *b,
    const struct analytics_fact *fact, int holds)
{
	if (holds)
		return analytics_note_tx(c, db, b, fact);
	return db_run(c, db, sql_drop, NULL, DB_VALUES(DB_TEXT(
	    arena_printf(c->mem, "%s:%s", fact->name, fact->subject))));
}
