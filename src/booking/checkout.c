#include "booking/checkout.h"

#include <string.h>

#include "db/db.h"

/* Owned here: table checkout. */
#define COLUMNS                                                                \
	"id, booking, attempt, body, promotion_code, session, status,"         \
	" payment_status, amount, subtotal, currency, url, payment, refusal,"  \
	" expires_at, asked_at, created_at"
static const char sql_get[] =
	"SELECT " COLUMNS " FROM checkout WHERE id = $1";
static const char sql_by_session[] =
	"SELECT " COLUMNS " FROM checkout WHERE session = $1";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM checkout WHERE booking = $1 ORDER BY attempt";
/* What the index checkout_doubtful holds, word for word; then which of them. */
static const char sql_doubtful[] =
	"SELECT " COLUMNS " FROM checkout WHERE id > $1"
	" AND (status IN ('asked', 'open')"
	" OR (status = 'complete' AND payment_status = 'unpaid'))"
	" AND ((status = 'asked' AND created_at <= $2)"
	" OR (status = 'open' AND expires_at <= $3)"
	" OR (status = 'complete' AND payment_status = 'unpaid'))"
	" ORDER BY id LIMIT $4";
static const char sql_add[] =
	"INSERT INTO checkout (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6,"
	" $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
/* Which attempt of which booking it is never changes: its index stays. */
static const char sql_save[] =
	"UPDATE checkout SET body = $2, promotion_code = $3,"
	" status = $4, payment_status = $5, amount = $6, subtotal = $7,"
	" currency = $8, url = $9, payment = $10, refusal = $11,"
	" expires_at = $12, asked_at = $13 WHERE id = $1";
/* It is set once: to set it, even to what it was, is to write its index. */
static const char sql_save_session[] =
	"UPDATE checkout SET session = $2 WHERE id = $1"
	" AND COALESCE(session, '') <> COALESCE($2, '')";
static const char sql_page[] =
	"SELECT " COLUMNS " FROM checkout WHERE id > $1 ORDER BY id LIMIT $2";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(checkout, id),
	DB_FIELD_TEXT(checkout, booking),
	DB_FIELD_INT(checkout, attempt),
	DB_FIELD_TEXT(checkout, body),
	DB_FIELD_TEXT(checkout, promotion_code),
	DB_FIELD_TEXT(checkout, session),
	DB_FIELD_TEXT(checkout, status),
	DB_FIELD_TEXT(checkout, payment_status),
	DB_FIELD_INT(checkout, amount),
	DB_FIELD_INT(checkout, subtotal),
	DB_FIELD_TEXT(checkout, currency),
	DB_FIELD_TEXT(checkout, url),
	DB_FIELD_TEXT(checkout, payment),
	DB_FIELD_TEXT(checkout, refusal),
	DB_FIELD_INT(checkout, expires_at),
	DB_FIELD_INT(checkout, asked_at),
	DB_FIELD_INT(checkout, created_at),
};
const struct db_table checkout_table = DB_TABLE(checkout, fields, sql_page);

/* As sql_save numbers them. */
static const struct db_field saved_fields[] = {
	DB_FIELD_TEXT(checkout, id),
	DB_FIELD_TEXT(checkout, body),
	DB_FIELD_TEXT(checkout, promotion_code),
	DB_FIELD_TEXT(checkout, status),
	DB_FIELD_TEXT(checkout, payment_status),
	DB_FIELD_INT(checkout, amount),
	DB_FIELD_INT(checkout, subtotal),
	DB_FIELD_TEXT(checkout, currency),
	DB_FIELD_TEXT(checkout, url),
	DB_FIELD_TEXT(checkout, payment),
	DB_FIELD_TEXT(checkout, refusal),
	DB_FIELD_INT(checkout, expires_at),
	DB_FIELD_INT(checkout, asked_at),
};
static const struct db_table saved_table =
    DB_TABLE(checkout, saved_fields, NULL);

static int
place(const char *const *list, size_t n, const char *word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (word != NULL && strcmp(list[i], word) == 0)
			return (int)i;
	return -1;
}

int
checkout_rank(const char *status)
{
	static const char *const order[] = { "asked", "refused", "open",
		"expired", "complete" };

	return place(order, COUNT(order), status);
}

int
checkout_payment_rank(const char *payment_status)
{
	static const char *const order[] = { "unpaid", "failed",
		"no_payment_required", "paid" };

	return place(order, COUNT(order), payment_status);
}

int
checkout_is_live(const char *session)
{
	return strncmp(session, "cs_live_", 8) == 0;
}

static enum err
get(struct ctx *c, struct db *db, const char *sql, const char *key,
    struct checkout **ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql, &checkout_table, &list, DB_VALUES(DB_TEXT(key)));
	if (e == OK)
		*ret = list.count == 0 ? NULL : list.rows;
	return e;
}

enum err
checkout_get_tx(struct ctx *c, struct db *db, const char *id,
    struct checkout **ret)
{
	return get(c, db, sql_get, id, ret);
}

enum err
checkout_by_session_tx(struct ctx *c, struct db *db, const char *session,
    struct checkout **ret)
{
	return get(c, db, sql_by_session, session, ret);
}

enum err
checkout_list_tx(struct ctx *c, struct db *db, const char *booking,
    struct checkout_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_list, &checkout_table, &list,
	    DB_VALUES(DB_TEXT(booking)));
	if (e == OK)
		*ret = (struct checkout_list){ list.rows, list.count };
	return e;
}

enum err
checkout_doubtful_tx(struct ctx *c, struct db *db,
    const struct checkout_doubt *doubt, struct checkout_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_doubtful, &checkout_table, &list,
	    DB_VALUES(DB_TEXT(doubt->after), DB_INT(doubt->asked),
		DB_INT(doubt->closing), DB_INT(CHECKOUT_BATCH)));
	if (e == OK)
		*ret = (struct checkout_list){ list.rows, list.count };
	return e;
}

enum err
checkout_add_tx(struct ctx *c, struct db *db, const struct checkout *co)
{
	return db_put(c, db, sql_add, &checkout_table, co, NULL);
}

enum err
checkout_save_tx(struct ctx *c, struct db *db, const struct checkout *co)
{
	enum err e = db_put(c, db, sql_save, &saved_table, co, NULL);

	return e == OK ? db_run(c, db, sql_save_session, NULL,
	    DB_VALUES(DB_TEXT(co->id), DB_TEXT(co->session))) : e;
}
