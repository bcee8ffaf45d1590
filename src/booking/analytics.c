#include "booking/analytics.h"

#include "booking/booking.h"
#include "db/db.h"

/* Owned here: table analytics. */
#define COLUMNS "id, name, booking, session_type, builder, amount, currency, at"
static const char sql_add[] =
	"INSERT INTO analytics (" COLUMNS ")"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING";
static const char sql_page[] =
	"SELECT " COLUMNS " FROM analytics WHERE id > $1 ORDER BY id LIMIT $2";
static const char sql_follow[] =
	"UPDATE analytics SET session_type = $2, builder = $3, currency = $4,"
	" amount = CASE WHEN name LIKE 'BOOKING%' THEN $5 ELSE amount END"
	" WHERE booking = $1";
static const char sql_drop[] = "DELETE FROM analytics WHERE id = $1";

struct analytics {
	const char *id, *name, *booking, *session_type, *builder;
	int64_t amount;
	const char *currency;
	int64_t at;
};

static const struct db_field fields[] = {
	DB_FIELD_TEXT(analytics, id),
	DB_FIELD_TEXT(analytics, name),
	DB_FIELD_TEXT(analytics, booking),
	DB_FIELD_TEXT(analytics, session_type),
	DB_FIELD_TEXT(analytics, builder),
	DB_FIELD_INT(analytics, amount),
	DB_FIELD_TEXT(analytics, currency),
	DB_FIELD_INT(analytics, at),
};
const struct db_table analytics_table = DB_TABLE(analytics, fields, sql_page);

enum err
analytics_note_tx(struct ctx *c, struct db *db, const struct booking *b,
    const struct analytics_fact *fact)
{
	const struct analytics row = {
		.id = arena_printf(c->mem, "%s:%s", fact->name, fact->subject),
		.name = fact->name,
		.booking = b->id,
		.session_type = b->session_type,
		.builder = b->builder,
		.amount = fact->amount,
		.currency = b->currency,
		.at = c->now,
	};

	return db_put(c, db, sql_add, &analytics_table, &row, NULL);
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
