#include "booking/mark.h"

#include "db/db.h"

/* Owned here: table mark. */
static const char sql_get[] =
	"SELECT name, at, note FROM mark WHERE name = $1";
static const char sql_list[] =
	"SELECT name, at, note FROM mark ORDER BY name";
static const char sql_set[] =
	"INSERT INTO mark (name, at, note) VALUES ($1, $2, $3)"
	" ON CONFLICT (name) DO UPDATE SET note = excluded.note, at = CASE"
	" WHEN excluded.at > mark.at THEN excluded.at ELSE mark.at END";
static const char sql_take[] =
	"INSERT INTO mark (name, at) VALUES ($1, $2)"
	" ON CONFLICT (name) DO UPDATE SET at = excluded.at"
	" WHERE mark.at <= $3 OR mark.at > excluded.at";
static const char sql_hold[] =
	"INSERT INTO mark (name, at) VALUES ($1, $2)"
	" ON CONFLICT (name) DO UPDATE SET at = excluded.at";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(mark, name),
	DB_FIELD_INT(mark, at),
	DB_FIELD_TEXT(mark, note),
};
static const struct db_table table = DB_TABLE(mark, fields, NULL);

enum err
mark_get_tx(struct ctx *c, struct db *db, const char *name, struct mark *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_get, &table, &list,
	    DB_VALUES(DB_TEXT(name)));
	if (e != OK)
		return e;
	*ret = (struct mark){ .name = name };
	if (list.count > 0)
		*ret = *(const struct mark *)list.rows;
	return OK;
}

enum err
mark_list_tx(struct ctx *c, struct db *db, struct mark_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_list, &table, &list, NULL, 0);
	if (e == OK)
		*ret = (struct mark_list){ list.rows, list.count };
	return e;
}

enum err
mark_set_tx(struct ctx *c, struct db *db, const struct mark *m)
{
	return db_put(c, db, sql_set, &table, m, NULL);
}

enum err
mark_take_tx(struct ctx *c, struct db *db, const char *name, int64_t until,
    int *ret_taken)
{
	int64_t changed;
	enum err e;

	e = db_run(c, db, sql_take, &changed, DB_VALUES(DB_TEXT(name),
	    DB_INT(until), DB_INT(c->now)));
	if (e == OK)
		*ret_taken = changed > 0;
	return e;
}

enum err
mark_hold_tx(struct ctx *c, struct db *db, const char *name, int64_t until)
{
	return db_run(c, db, sql_hold, NULL,
	    DB_VALUES(DB_TEXT(name), DB_INT(until)));
}
