#include "app/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/analytics.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/event.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "booking/session_type.h"
#include "db/db.h"
#include "db/migrate.h"
#include "db/row.h"

/* The longest key of a row: "checkout-…", "PAYMENT_FAILED:pi_…". */
enum { KEY_SIZE = 600 };

#define NEARLY (60 * NOW_SECOND)

static const struct db_table *const tables[] = {
	&builder_table, &session_type_table, &booking_table, &checkout_table,
	&payment_table, &refund_table, &dispute_table, &event_table,
	&analytics_table,
};

/* The newest moment at which something was done with the row, no more. */
static const char *const passing[] = { "updated_at", "asked_at" };

/* One table, read on one side, page by page. */
struct side {
	struct db *db;
	const struct db_table *table;
	struct ctx page; /* the rows live here */
	struct db_list rows;
	size_t next;
	char after[KEY_SIZE];
};

struct verifying {
	const struct verify_order *order;
	struct verify_result result;
	struct db *scratch;
};

/* --- sides ---------------------------------------------------------------- */

static enum err
fetch(struct ctx *c, struct side *s)
{
	enum err e;

	ctx_reset(&s->page);
	s->next = 0;
	e = row_page(&s->page, s->db, s->table, s->after, &s->rows);
	return e == OK ? OK : ctx_fail(c, e, "%s", s->page.why);
}

/* The row at which the side stands; NULL behind the last one. */
static const void *
current(const struct side *s)
{
	return s->next < s->rows.count ? row_at(s->table, &s->rows, s->next)
				       : NULL;
}

static enum err
advance(struct ctx *c, struct side *s)
{
	snprintf(s->after, sizeof(s->after), "%s",
	    row_key(s->table, current(s)));
	s->next++;
	return s->next < s->rows.count || s->rows.count < ROW_PAGE
	    ? OK : fetch(c, s);
}

/* --- comparing ------------------------------------------------------------ */

static int
is_passing(const char *column)
{
	size_t i;

	for (i = 0; i < COUNT(passing); i++)
		if (strcmp(passing[i], column) == 0)
			return 1;
	return 0;
}

static int
is_moment(const char *column)
{
	size_t len = strlen(column);

	return strcmp(column, "at") == 0 ||
	    (len > 3 && strcmp(column + len - 3, "_at") == 0);
}

static int
is_same(const struct db_field *f, const void *here, const void *there)
{
	const char *a = (const char *)here + f->offset;
	const char *b = (const char *)there + f->offset;
	const char *text_a, *text_b;
	int64_t number_a, number_b;

	if (f->type == DB_INTEGER) {
		memcpy(&number_a, a, sizeof(number_a));
		memcpy(&number_b, b, sizeof(number_b));
		return number_a == number_b || (is_moment(f->name) &&
		    llabs((long long)(number_a - number_b)) < NEARLY);
	}
	memcpy(&text_a, a, sizeof(text_a));
	memcpy(&text_b, b, sizeof(text_b));
	return text_same(text_a, text_b) ||
	    (text_a == NULL && text_b == NULL);
}

/* A value as text; NULL if the row has none. */
static const char *
value(struct ctx *c, const struct db_table *table, const void *row,
    const char *column)
{
	const struct cJSON *o = row_json(c, table, row);

	return json_has(o, column) ? json_print(c, json_get(o, column)) : NULL;
}

static void
report(struct verifying *v, const struct verify_difference *d)
{
	v->result.differences++;
	v->order->found(v->order->arg, d);
}

static void
compare(struct side *here, struct side *there, struct verifying *v)
{
	const struct db_table *t = here->table;
	const void *a = current(here), *b = current(there);
	size_t i;

	for (i = 0; i < t->count; i++) {
		const char *column = t->fields[i].name;

		if (is_passing(column) || is_same(&t->fields[i], a, b))
			continue;
		report(v, &(const struct verify_difference){ t->name,
		    row_key(t, a), column, value(&here->page, t, a, column),
		    value(&there->page, t, b, column) });
	}
}

/* Which of the two keys comes first?  Behind the end is behind all. */
static int
order_of(const struct side *here, const struct side *there)
{
	const void *a = current(here), *b = current(there);

	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(row_key(here->table, a), row_key(there->table, b));
}

static enum err
walk(struct ctx *c, struct side *here, struct side *there,
    struct verifying *v)
{
	const struct db_table *t = here->table;
	int order;
	enum err e;

	e = fetch(c, here);
	if (e == OK)
		e = fetch(c, there);
	while (e == OK && (current(here) != NULL || current(there) != NULL)) {
		v->result.rows++;
		order = order_of(here, there);
		if (order == 0)
			compare(here, there, v);
		else
			report(v, &(const struct verify_difference){ t->name,
			    row_key(t, current(order < 0 ? here : there)),
			    NULL, order < 0 ? "there" : NULL,
			    order > 0 ? "there" : NULL });
		if (order <= 0)
			e = advance(c, here);
		if (e == OK && order >= 0)
			e = advance(c, there);
	}
	return e;
}

struct comparing {
	struct verifying *v;
	struct db *live;
	const struct db_table *table;
};

/* The scratch database is read in a transaction of its own, as ours is. */
static enum err
compare_tx(struct ctx *c, struct db *scratch, void *arg)
{
	struct comparing *x = arg;
	struct side here = { .db = x->live, .table = x->table };
	struct side there = { .db = scratch, .table = x->table };
	enum err e;

	ctx_init(&here.page);
	ctx_init(&there.page);
	e = walk(c, &here, &there, x->v);
	ctx_free(&here.page);
	ctx_free(&there.page);
	return e;
}

static enum err
verify_tx(struct ctx *c, struct db *live, void *arg)
{
	struct verifying *v = arg;
	struct comparing x = { .v = v, .live = live };
	size_t i;
	enum err e;

	v->result = (struct verify_result){ 0 };
	e = replay_all_tx(c, live, v->scratch, v->order->progress,
	    v->order->arg, &v->result.events);
	for (i = 0; e == OK && i < COUNT(tables); i++) {
		x.table = tables[i];
		e = db_read(c, v->scratch, compare_tx, &x);
	}
	return e;
}

enum err
verify_run(struct ctx *c, struct db *db, const struct verify_order *order,
    struct verify_result *ret)
{
	struct verifying v = { .order = order };
	int applied;
	enum err e;

	e = db_open(c, "sqlite::memory:", 1, &v.scratch);
	if (e != OK)
		return e;
	e = migrate_run(c, v.scratch, &applied);
	if (e == OK)
		e = db_read(c, db, verify_tx, &v);
	db_free(v.scratch);
	if (e == OK)
		*ret = v.result;
	return e;
}
