#include "booking/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "db/db.h"

/* Of microseconds, in hex: they reach into the year 4253. */
enum { ID_TIME_DIGITS = 14 };

/* Owned here: table history. */
#define COLUMNS "id, booking, at, who, what, why, event"
static const char sql_add[] =
	"INSERT INTO history (" COLUMNS ")"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)";
/* What stands behind these is made of sums, statuses and ids. */
static const char sql_erase[] =
	"UPDATE history SET why = $2 WHERE booking = $1 AND why IS NOT NULL"
	" AND what NOT IN ('booked', 'payment', 'checkout', 'refund',"
	" 'refund owed', 'refund not owed', 'dispute', 'payment declined',"
	" 'payment mismatch', 'rescheduled', 'claim contradicted')";
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
const struct db_table history_table = DB_TABLE(history, fields, NULL);

static char *
id_at(struct ctx *c, const char *prefix, int64_t at)
{
	return hash_id(c->mem, arena_printf(c->mem, "%s%0*llx%04x", prefix,
	    ID_TIME_DIGITS, (unsigned long long)at, c->serial++ & 0xffff));
}

char *
history_id(struct ctx *c, const char *prefix)
{
	return id_at(c, prefix, c->now);
}

char *
history_id_after(struct ctx *c, const char *prefix, const char *last)
{
	char *id = history_id(c, prefix);
	char digits[ID_TIME_DIGITS + 1];

	if (last == NULL || strlen(last) < strlen(prefix) + ID_TIME_DIGITS ||
	    strcmp(last, id) < 0)
		return id;
	snprintf(digits, sizeof(digits), "%s", last + strlen(prefix));
	return id_at(c, prefix, strtoll(digits, NULL, 16) + 1);
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

	return db_put(c, db, sql_add, &history_table, &h, NULL);
}

enum err
history_erase_tx(struct ctx *c, struct db *db, const char *booking,
    const char *word)
{
	return db_run(c, db, sql_erase, NULL,
	    DB_VALUES(DB_TEXT(booking), DB_TEXT(word)));
}

enum err
history_list_tx(struct ctx *c, struct db *db, const char *booking,
    struct history_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_list, &history_table, &list,
	    DB_VALUES(DB_TEXT(booking)));
	if (e == OK)
		*ret = (struct history_list){ list.rows, list.count };
	return e;
}
