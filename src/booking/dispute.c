#include "booking/dispute.h"

#include <string.h>

#include "db/db.h"

/* Owned here: table dispute. */
#define COLUMNS                                                                \
	"id, payment, amount, currency, status, told_at, reason, due_at,"      \
	" created_at"
static const char sql_get[] =
	"SELECT " COLUMNS " FROM dispute WHERE id = $1";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM dispute WHERE payment = $1 ORDER BY id";
static const char sql_put[] =
	"INSERT INTO dispute (" COLUMNS ")"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	" ON CONFLICT (id) DO UPDATE SET amount = excluded.amount,"
	" status = excluded.status, told_at = excluded.told_at,"
	" reason = excluded.reason, due_at = excluded.due_at";
static const char sql_page[] =
	"SELECT " COLUMNS " FROM dispute WHERE id > $1 ORDER BY id LIMIT $2";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(dispute, id),
	DB_FIELD_TEXT(dispute, payment),
	DB_FIELD_INT(dispute, amount),
	DB_FIELD_TEXT(dispute, currency),
	DB_FIELD_TEXT(dispute, status),
	DB_FIELD_INT(dispute, told_at),
	DB_FIELD_TEXT(dispute, reason),
	DB_FIELD_INT(dispute, due_at),
	DB_FIELD_INT(dispute, created_at),
};
const struct db_table dispute_table = DB_TABLE(dispute, fields, sql_page);

int
dispute_counts(const struct dispute *d)
{
	return strncmp(d->status, "warning_", 8) != 0 &&
	    strcmp(d->status, "prevented") != 0 &&
	    strcmp(d->status, "won") != 0;
}

int
dispute_is_final(const char *status)
{
	return strcmp(status, "won") == 0 || strcmp(status, "lost") == 0 ||
	    strcmp(status, "warning_closed") == 0 ||
	    strcmp(status, "prevented") == 0;
}

enum err
dispute_get_tx(struct ctx *c, struct db *db, const char *id,
    struct dispute **ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_get, &dispute_table, &list, DB_VALUES(DB_TEXT(id)));
	if (e == OK)
		*ret = list.count == 0 ? NULL : list.rows;
	return e;
}

enum err
dispute_list_tx(struct ctx *c, struct db *db, const char *payment,
    struct dispute_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_list, &dispute_table, &list,
	    DB_VALUES(DB_TEXT(payment)));
	if (e == OK)
		*ret = (struct dispute_list){ list.rows, list.count };
	return e;
}

enum err
dispute_put_tx(struct ctx *c, struct db *db, const struct dispute *d)
{
	return db_put(c, db, sql_put, &dispute_table, d, NULL);
}
