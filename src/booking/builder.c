#include "booking/builder.h"

#include "db/db.h"

/* Owned here: tables builder and builder_user. */
#define COLUMNS "id, name, email, timezone, calendly_user, created_at"
static const char sql_get[] =
	"SELECT " COLUMNS " FROM builder WHERE id = $1";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM builder ORDER BY id";
static const char sql_set[] =
	"INSERT INTO builder (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6)"
	" ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
	" email = excluded.email, timezone = excluded.timezone,"
	" calendly_user = excluded.calendly_user";
static const char sql_add_user[] =
	"INSERT INTO builder_user (builder, user_id) VALUES ($1, $2)"
	" ON CONFLICT DO NOTHING";
static const char sql_acts[] =
	"SELECT 1 FROM builder_user WHERE builder = $1 AND user_id = $2";
static const char sql_page[] =
	"SELECT " COLUMNS " FROM builder WHERE id > $1 ORDER BY id LIMIT $2";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(builder, id),
	DB_FIELD_TEXT(builder, name),
	DB_FIELD_TEXT(builder, email),
	DB_FIELD_TEXT(builder, timezone),
	DB_FIELD_TEXT(builder, calendly_user),
	DB_FIELD_INT(builder, created_at),
};
const struct db_table builder_table = DB_TABLE(builder, fields, sql_page);

enum err
builder_get_tx(struct ctx *c, struct db *db, const char *id,
    const struct builder **ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_get, &builder_table, &list, DB_VALUES(DB_TEXT(id)));
	if (e == OK)
		*ret = list.count == 0 ? NULL : list.rows;
	return e;
}

enum err
builder_list_tx(struct ctx *c, struct db *db, struct builder_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_list, &builder_table, &list, NULL, 0);
	if (e == OK)
		*ret = (struct builder_list){ list.rows, list.count };
	return e;
}

enum err
builder_set_tx(struct ctx *c, struct db *db, const struct builder *b)
{
	return db_put(c, db, sql_set, &builder_table, b, NULL);
}

enum err
builder_add_user_tx(struct ctx *c, struct db *db, const char *builder,
    const char *user)
{
	return db_run(c, db, sql_add_user, NULL,
	    DB_VALUES(DB_TEXT(builder), DB_TEXT(user)));
}

enum err
builder_acts_tx(struct ctx *c, struct db *db, const char *builder,
    const char *user, int *ret)
{
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql_acts, &rows,
	    DB_VALUES(DB_TEXT(builder), DB_TEXT(user)));
	if (e == OK)
		*ret = rows.count > 0;
	return e;
}
