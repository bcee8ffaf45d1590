#include "booking/refund.h"

#include <string.h>

#include "db/db.h"

/* Owned here: table refund. */
#define COLUMNS                                                                \
	"id, payment, amount, currency, status, reason, failure, asked_by,"    \
	" created_at"
static const char sql_get[] =
	"SELECT " COLUMNS " FROM refund WHERE id = $1";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM refund WHERE payment = $1 ORDER BY id";
static const char sql_waiting[] =
	"SELECT " COLUMNS " FROM refund WHERE id IN (SELECT MIN(id) FROM refund"
	" WHERE status IN ('pending', 'requires_action') AND payment > $1"
	" GROUP BY payment ORDER BY payment LIMIT $2) ORDER BY payment";
static const char sql_put[] =
	"INSERT INTO refund (" COLUMNS ")"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	" ON CONFLICT (id) DO UPDATE SET status = excluded.status,"
	" reason = excluded.reason, failure = excluded.failure,"
	" asked_by = excluded.asked_by";
static const char sql_page[] =
	"SELECT " COLUMNS " FROM refund WHERE id > $1 ORDER BY id LIMIT $2";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(refund, id),
	DB_FIELD_TEXT(refund, payment),
	DB_FIELD_INT(refund, amount),
	DB_FIELD_TEXT(refund, currency),
	DB_FIELD_TEXT(refund, status),
	DB_FIELD_TEXT(refund, reason),
	DB_FIELD_TEXT(refund, failure),
	DB_FIELD_TEXT(refund, asked_by),
	DB_FIELD_INT(refund, created_at),
};
const struct db_table refund_table = DB_TABLE(refund, fields, sql_page);

int
refund_rank(const char *status)
{
	static const char *const order[] = { "pending", "requires_action",
		"succeeded", "canceled", "failed" };
	size_t i;

	for (i = 0; i < COUNT(order); i++)
		if (status != NULL && strcmp(order[i], status) == 0)
			return (int)i;
	return -1;
}

int
refund_counts(const struct refund *r)
{
	return strcmp(r->status, "canceled") != 0 &&
	    strcmp(r->status, "failed") != 0;
}

enum err
refund_get_tx(struct ctx *c, struct db *db, const char *id,
    struct refund **ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_get, &refund_table, &list, DB_VALUES(DB_TEXT(id)));
	if (e == OK)
		*ret = list.count == 0 ? NULL : list.rows;
	return e;
}

enum err
refund_list_tx(struct ctx *c, struct db *db, const char *payment,
    struct refund_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_list, &refund_table, &list,
	    DB_VALUES(DB_TEXT(payment)));
	if (e == OK)
		*ret = (struct refund_list){ list.rows, list.count };
	return e;
}

enum err
refund_waiting_tx(struct ctx *c, struct db *db, const char *after,
    struct refund_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_waiting, &refund_table, &list,
	    DB_VALUES(DB_TEXT(after), DB_INT(REFUND_BATCH)));
	if (e == OK)
		*ret = (struct refund_list){ list.rows, list.count };
	return e;
}

enum err
refund_put_tx(struct ctx *c, struct db *db, const struct refund *r)
{
	return db_put(c, db, sql_put, &refund_table, r, NULL);
}
