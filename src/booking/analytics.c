#include "booking/analytics.h"

#include <string.h>

#include "booking/booking.h"
#include "booking/takings.h"
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
static const char sql_has[] =
	"SELECT 1 FROM analytics WHERE name = $1 AND booking = $2 LIMIT 1";
static const char sql_bookings[] =
	"SELECT DISTINCT booking FROM analytics WHERE name = $1"
	" ORDER BY booking";
static const char sql_sums[] =
	"SELECT name, currency, COUNT(*) AS facts,"
	" COUNT(DISTINCT booking) AS bookings,"
	" CAST(SUM(amount) AS BIGINT) AS amount"
	" FROM analytics WHERE booking IN (SELECT booking FROM analytics"
	" WHERE name = 'BOOKING_CREATED' AND at >= $1 AND at < $2"
	" AND session_type = COALESCE($3, session_type))"
	" GROUP BY name, currency ORDER BY name, currency";
static const char sql_noted[] =
	"SELECT id FROM analytics WHERE booking = $1";
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

static const struct db_field sum_fields[] = {
	DB_FIELD_TEXT(analytics_sum, name),
	DB_FIELD_TEXT(analytics_sum, currency),
	DB_FIELD_INT(analytics_sum, facts),
	DB_FIELD_INT(analytics_sum, bookings),
	DB_FIELD_INT(analytics_sum, amount),
};
static const struct db_table sums_table = DB_TABLE(analytics_sum, sum_fields,
    NULL);

static const char *
id_of(struct ctx *c, const struct analytics_fact *fact)
{
	return arena_printf(c->mem, "%s:%s", fact->name, fact->subject);
}

enum err
analytics_note_tx(struct ctx *c, struct db *db, const struct booking *b,
    const struct analytics_fact *fact)
{
	const struct analytics row = {
		.id = id_of(c, fact),
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

static int
is_money(const char *name)
{
	size_t i;

	for (i = 0; i < TAKINGS_FACTS; i++)
		if (strcmp(takings_facts[i], name) == 0)
			return 1;
	return 0;
}

/* If there is money among the facts of that booking. */
static enum err
forget_takings(struct ctx *c, struct db *db, const char *booking)
{
	int has = 0;
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && !has && i < TAKINGS_FACTS; i++)
		e = analytics_has_tx(c, db, takings_facts[i], booking, &has);
	return e == OK && has ? takings_forget_tx(c, db) : e;
}

enum err
analytics_follow_tx(struct ctx *c, struct db *db, const struct booking *b)
{
	int64_t changed;
	enum err e;

	e = db_run(c, db, sql_follow, &changed, DB_VALUES(DB_TEXT(b->id),
	    DB_TEXT(b->session_type), DB_TEXT(b->builder),
	    DB_TEXT(b->currency), DB_INT(b->amount)));
	return e == OK && changed > 0 ? forget_takings(c, db, b->id) : e;
}

enum err
analytics_settle_tx(struct ctx *c, struct db *db, const struct booking *b,
    const struct analytics_fact *fact, int holds)
{
	const struct analytics_claim claim = { *fact, holds };

	return analytics_settle_all_tx(c, db, b, &claim, 1);
}

static int
is_noted(const struct db_rows *noted, const char *id)
{
	size_t i;

	for (i = 0; i < noted->count; i++)
		if (strcmp(noted->values[i].string, id) == 0)
			return 1;
	return 0;
}

static enum err
drop(struct ctx *c, struct db *db, const struct analytics_fact *fact)
{
	enum err e = db_run(c, db, sql_drop, NULL,
	    DB_VALUES(DB_TEXT(id_of(c, fact))));

	return e == OK && is_money(fact->name) ? takings_forget_tx(c, db) : e;
}

enum err
analytics_settle_all_tx(struct ctx *c, struct db *db, const struct booking *b,
    const struct analytics_claim *claims, size_t n)
{
	struct db_rows noted;
	size_t i;
	int has;
	enum err e;

	/* Most stand as they should: to look is less than to try to write. */
	e = db_query(c, db, sql_noted, &noted, DB_VALUES(DB_TEXT(b->id)));
	for (i = 0; e == OK && i < n; i++) {
		has = is_noted(&noted, id_of(c, &claims[i].fact));
		if (claims[i].holds && !has)
			e = analytics_note_tx(c, db, b, &claims[i].fact);
		else if (!claims[i].holds && has)
			e = drop(c, db, &claims[i].fact);
	}
	return e;
}

enum err
analytics_has_tx(struct ctx *c, struct db *db, const char *name,
    const char *booking, int *ret)
{
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql_has, &rows,
	    DB_VALUES(DB_TEXT(name), DB_TEXT(booking)));
	if (e == OK)
		*ret = rows.count > 0;
	return e;
}

enum err
analytics_bookings_tx(struct ctx *c, struct db *db, const char *name,
    struct db_rows *ret)
{
	return db_query(c, db, sql_bookings, ret, DB_VALUES(DB_TEXT(name)));
}

enum err
analytics_sums_tx(struct ctx *c, struct db *db,
    const struct analytics_span *span, struct analytics_sums *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_sums, &sums_table, &list,
	    DB_VALUES(DB_INT(span->from), DB_INT(span->to),
	    DB_TEXT(span->session_type)));
	if (e == OK)
		*ret = (struct analytics_sums){ list.rows, list.count };
	return e;
}
