#include "booking/payment.h"

#include "db/db.h"

/* Owned here: table payment. */
#define COLUMNS                                                                \
	"id, booking, checkout, received, currency, charge, charge_refunded,"  \
	" paid_at, failure, failed_at, created_at"
static const char sql_get[] =
	"SELECT " COLUMNS " FROM payment WHERE id = $1";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM payment WHERE booking = $1 ORDER BY id";
static const char sql_put[] =
	"INSERT INTO payment (" COLUMNS ")"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
	" ON CONFLICT (id) DO UPDATE SET received = excluded.received,"
	" charge = excluded.charge,"
	" charge_refunded = excluded.charge_refunded,"
	" paid_at = excluded.paid_at, failure = excluded.failure,"
	" failed_at = excluded.failed_at";
static const char sql_page[] =
	"SELECT " COLUMNS " FROM payment WHERE id > $1 ORDER BY id LIMIT $2";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(payment, id),
	DB_FIELD_TEXT(payment, booking),
	DB_FIELD_TEXT(payment, checkout),
	DB_FIELD_INT(payment, received),
	DB_FIELD_TEXT(payment, currency),
	DB_FIELD_TEXT(payment, charge),
	DB_FIELD_INT(payment, charge_refunded),
	DB_FIELD_INT(payment, paid_at),
	DB_FIELD_TEXT(payment, failure),
	DB_FIELD_INT(payment, failed_at),
	DB_FIELD_INT(payment, created_at),
};
const struct db_table payment_table = DB_TABLE(payment, fields, sql_page);

enum err
payment_get_tx(struct ctx *c, struct db *db, const char *id,
    struct payment **ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_get, &payment_table, &list, DB_VALUES(DB_TEXT(id)));
	if (e == OK)
		*ret = list.count == 0 ? NULL : list.rows;
	return e;
}

enum err
payment_list_tx(struct ctx *c, struct db *db, const char *booking,
    struct payment_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_list, &payment_table, &list,
	    DB_VALUES(DB_TEXT(booking)));
	if (e == OK)
		*ret = (struct payment_list){ list.rows, list.count };
	return e;
}

enum err
payment_put_tx(struct ctx *c, struct db *db, const struct payment *p)
{
	return db_put(c, db, sql_put, &payment_table, p, NULL);
}
