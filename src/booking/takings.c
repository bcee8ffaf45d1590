#include "booking/takings.h"

#include <string.h>

#include "base/json.h"
#include "base/now.h"
#include "booking/mark.h"
#include "db/db.h"
#include "db/row.h"

/* A fact has the time at which its request began, and is there when that has
 * ended: by then, it surely is. */
#define SETTLED (120 * NOW_SECOND)

/* Facts that are added at once; and so many that nobody waits for it. */
enum { STEP = 5000, LIVE_MAX = 50000 };

static const char mark_name[] = "takings";

const char *const takings_facts[TAKINGS_FACTS] = { "PAYMENT_COMPLETED",
	"PAYMENT_REFUNDED" };

/* Table analytics is analytics.c's; here it is only read. */
static const char sql_sums[] =
	"SELECT name, currency, COUNT(*) AS facts,"
	" CAST(SUM(amount) AS BIGINT) AS amount FROM analytics"
	" WHERE name IN ('PAYMENT_COMPLETED', 'PAYMENT_REFUNDED')"
	" AND at >= $1 AND at < $2 GROUP BY name, currency"
	" ORDER BY name, currency";
static const char sql_reach[] =
	"SELECT at FROM analytics WHERE name = $1 AND at >= $2 ORDER BY at"
	" LIMIT 1 OFFSET $3";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(takings_sum, name),
	DB_FIELD_TEXT(takings_sum, currency),
	DB_FIELD_INT(takings_sum, facts),
	DB_FIELD_INT(takings_sum, amount),
};
static const struct db_table table = DB_TABLE(takings_sum, fields, NULL);

/* *end comes down to behind fact n from `from` on, if there are more. */
static enum err
limit(struct ctx *c, struct db *db, int64_t from, int64_t n, int64_t *end)
{
	struct db_rows rows;
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < TAKINGS_FACTS; i++) {
		e = db_query(c, db, sql_reach, &rows,
		    DB_VALUES(DB_TEXT(takings_facts[i]), DB_INT(from), DB_INT(n)));
		if (e == OK && rows.count > 0 &&
		    rows.values[0].integer < *end)
			*end = rows.values[0].integer + 1;
	}
	return e;
}

/* --- what was added up before: a list of sums, as JSON -------------------- */

static enum err
read_sums(struct ctx *c, const char *note, struct takings *ret)
{
	struct cJSON *list;
	struct takings_sum *rows;
	size_t n = 0;
	enum err e;

	*ret = (struct takings){ .count = 0 };
	if (note == NULL)
		return OK;
	e = json_parse(c, note, strlen(note), &list);
	if (e != OK)
		return e;
	while (json_item(list, (int)n) != NULL)
		n++;
	rows = arena_alloc(c->mem, (n + 1) * sizeof(*rows));
	for (ret->rows = rows; ret->count < n; ret->count++)
		row_read(&table, json_item(list, (int)ret->count),
		    &rows[ret->count]);
	return OK;
}

static const char *
write_sums(struct ctx *c, const struct takings *t)
{
	struct cJSON *o = json_object(c), *list = json_set_array(o, "sums");
	size_t i;

	for (i = 0; i < t->count; i++)
		json_push_copy(list, row_json(c, &table, &t->rows[i]));
	return json_print(c, list);
}

static void
add_sum(struct takings *t, struct takings_sum *rows,
    const struct takings_sum *more)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		if (strcmp(rows[i].name, more->name) == 0 &&
		    strcmp(rows[i].currency, more->currency) == 0)
			break;
	if (i == t->count)
		rows[t->count++] = (struct takings_sum){ more->name,
			more->currency, 0, 0 };
	rows[i].facts += more->facts;
	rows[i].amount += more->amount;
}

/* Adds the facts of [from, end) to *t. */
static enum err
add_span(struct ctx *c, struct db *db, int64_t from, int64_t end,
    struct takings *t)
{
	struct takings_sum *rows;
	struct db_list list;
	size_t i;
	enum err e;

	e = db_select(c, db, sql_sums, &table, &list,
	    DB_VALUES(DB_INT(from), DB_INT(end)));
	if (e != OK)
		return e;
	rows = arena_alloc(c->mem, (t->count + list.count + 1) * sizeof(*rows));
	if (t->count > 0)
		memcpy(rows, t->rows, t->count * sizeof(*rows));
	for (i = 0; i < list.count; i++)
		add_sum(t, rows, (struct takings_sum *)list.rows + i);
	t->rows = rows;
	return OK;
}

/* -------------------------------------------------------------------------- */

enum err
takings_add_tx(struct ctx *c, struct db *db, int *ret_more)
{
	int64_t horizon = c->now - SETTLED, end = horizon;
	struct takings t;
	struct mark m;
	enum err e;

	*ret_more = 0;
	e = mark_get_tx(c, db, mark_name, &m);
	if (e != OK || m.at >= horizon)
		return e;
	e = read_sums(c, m.note, &t);
	if (e == OK)
		e = limit(c, db, m.at, STEP, &end);
	if (e == OK)
		e = add_span(c, db, m.at, end, &t);
	if (e != OK)
		return e;
	*ret_more = end < horizon;
	m.at = end;
	m.note = write_sums(c, &t);
	return mark_set_tx(c, db, &m);
}

enum err
takings_forget_tx(struct ctx *c, struct db *db)
{
	const struct mark none = { .name = mark_name };
	enum err e;

	e = mark_hold_tx(c, db, mark_name, 0);
	return e == OK ? mark_set_tx(c, db, &none) : e;
}

enum err
takings_get_tx(struct ctx *c, struct db *db, struct takings *ret)
{
	int64_t end = INT64_MAX;
	struct takings t;
	struct mark m;
	enum err e;

	e = mark_get_tx(c, db, mark_name, &m);
	if (e == OK)
		e = read_sums(c, m.note, &t);
	if (e == OK)
		e = limit(c, db, m.at, LIVE_MAX, &end);
	if (e != OK)
		return e;
	t.whole = end == INT64_MAX;
	if (t.whole)
		e = add_span(c, db, m.at, end, &t);
	if (e == OK)
		*ret = t;
	return e;
}
