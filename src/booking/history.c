#include "booking/history.h"

#include "base/hash.h"
#include "db/db.h"

/* Owned here: table history. */
#define COLUMNS "id, booking, at, who, what, why, event"
static const char sql_add[] =
	"INSERT INTO history (" COLUMNS ")"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM history WHERE booking = $1 ORDER BY id";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(history, id),
	DB_FIELD_TEXT(history, booking),
	DB_FIELD_INT(history, at),
	DB_FIELD_TEXT(history, who),
	DB_FIELD_TEXT(history, what),
	DB_FIELD_TEXT(history, why),
	DB_FIELD_TEXT(history, event),
};
static const struct db_table table = DB_TABLE(history, fields, NULL);

char *
history_id(struct ctx *c, const char *prefix)
{
	/* 14 hex digits of microseconds reach into the year 4253. */
	return hash_id(c->mem, arena_printf(c->mem, "%s%014llx%04x", prefix,
	    (unsigned long long)c->now, c->serial++ & 0xffff));
}

enum err
history_add_tx(struct ctx *c, struct db *db, const char *booking,
    const struct history_source *by, const char *what, const char *why)
{
	const struct history h = {
		.id = history_id(c, "hi_"),
		.booking = booking,
		.at = c->now,
		.who = by->who,
		.what = what,
		.why = why,
		.event = by->event,
	};

	return db_put(c, db, sql_add, &table, &h, NULL);
}

enum err
history_list_tx(struct ctx *c, struct db *db, const char *booking,
    struct history_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_list, &table, &list,
	    DB_VALUES(DB_TEXT(booking)));
	if (e == OK)
		*ret = (struct history_list){ list.rows, list.count };
	return e;
}
