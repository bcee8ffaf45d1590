#include "booking/event.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "booking/history.h"
#include "db/db.h"

/* An address that is looked for is shorter. */
enum { PATTERN_MAX = 1024 };

/* Owned here: table event. */
#define HEAD "id, source, dedupe_key, type, object_id, told_at, received_at"
#define TAIL "outcome, reason, waits_for, booking, erased_at"
#define COLUMNS HEAD ", body, " TAIL
/* A list may be long, and bodies are: it does without them. */
#define WITHOUT_BODY HEAD ", '' AS body, " TAIL
static const char sql_add[] =
	"INSERT INTO event (" COLUMNS ")"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
	" $13)"
	" ON CONFLICT (source, dedupe_key) DO NOTHING";
static const char sql_met[] =
	"SELECT (SELECT max(id) FROM event), (SELECT 1 FROM event"
	" WHERE source = $1 AND dedupe_key = $2)";
static const char sql_close[] =
	"UPDATE event SET outcome = $2, reason = $3, waits_for = $4,"
	" booking = COALESCE($5, booking) WHERE id = $1";
static const char sql_waiting[] =
	"SELECT " COLUMNS " FROM event WHERE waits_for = $1 AND id > $2"
	" ORDER BY id LIMIT $3";
static const char sql_get[] =
	"SELECT " COLUMNS " FROM event WHERE id = $1";
static const char sql_by_key[] =
	"SELECT " COLUMNS " FROM event WHERE source = $1 AND dedupe_key = $2";
static const char sql_list[] =
	"SELECT " WITHOUT_BODY " FROM event ORDER BY id DESC LIMIT $1";
static const char sql_parked[] =
	"SELECT " WITHOUT_BODY " FROM event WHERE outcome = 'parked'"
	" AND id > $1 ORDER BY id LIMIT $2";
static const char sql_of_booking[] =
	"SELECT " WITHOUT_BODY " FROM event WHERE booking = $1"
	" ORDER BY id DESC LIMIT $2";
static const char sql_bodies[] =
	"SELECT " COLUMNS " FROM event WHERE booking = $1 AND id > $2"
	" ORDER BY id LIMIT $3";
/* Who sells what is not about clients. */
static const char sql_mentions[] =
	"SELECT " COLUMNS " FROM event WHERE id > $1"
	" AND LOWER(body) LIKE LOWER($2)"
	" AND type NOT IN ('builder.set', 'builder.user', 'session-type.set')"
	" ORDER BY id LIMIT $3";
/* What is parked may still be wanted: it waits for a year longer. */
static const char sql_unrelated[] =
	"SELECT " COLUMNS " FROM event WHERE id > $1 AND received_at < $2"
	" AND booking IS NULL AND erased_at = 0 AND source IN"
	" ('stripe', 'stripe-api', 'calendly', 'calendly-api')"
	" AND (outcome = 'ignored' OR received_at < $3)"
	" ORDER BY id LIMIT $4";
static const char sql_erase[] =
	"UPDATE event SET body = $2, erased_at = $3 WHERE id = $1";
static const char sql_page[] =
	"SELECT " COLUMNS " FROM event WHERE id > $1 ORDER BY id LIMIT $2";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(event, id),
	DB_FIELD_TEXT(event, source),
	DB_FIELD_TEXT(event, dedupe_key),
	DB_FIELD_TEXT(event, type),
	DB_FIELD_TEXT(event, object_id),
	DB_FIELD_INT(event, told_at),
	DB_FIELD_INT(event, received_at),
	DB_FIELD_TEXT(event, body),
	DB_FIELD_TEXT(event, outcome),
	DB_FIELD_TEXT(event, reason),
	DB_FIELD_TEXT(event, waits_for),
	DB_FIELD_TEXT(event, booking),
	DB_FIELD_INT(event, erased_at),
};
const struct db_table event_table = DB_TABLE(event, fields, sql_page);

void
event_applied(struct event_outcome *ret, const char *booking)
{
	*ret = (struct event_outcome){ .word = "applied",
		.booking = booking };
}

void
event_frees(struct event_outcome *ret, const char *key)
{
	size_t i = 0;

	while (i < EVENT_FREES && ret->frees[i] != NULL)
		i++;
	assert(i < EVENT_FREES);
	ret->frees[i] = key;
}

void
event_ignored(struct ctx *c, struct event_outcome *ret, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	*ret = (struct event_outcome){ .word = "ignored",
		.reason = arena_vprintf(c->mem, fmt, ap) };
	va_end(ap);
}

void
event_parked(struct event_outcome *ret, const char *waits_for,
    const char *reason)
{
	*ret = (struct event_outcome){ .word = "parked", .reason = reason,
		.waits_for = TWIN("parking") ? NULL : waits_for };
}

void
event_failed(struct ctx *c, struct event_outcome *ret, const char *booking,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	*ret = (struct event_outcome){ .word = "failed", .booking = booking,
		.reason = arena_vprintf(c->mem, fmt, ap) };
	va_end(ap);
}

enum err
event_meet_tx(struct ctx *c, struct db *db, struct event *ev, int *ret_new)
{
	struct db_rows met;
	enum err e;

	e = db_query(c, db, sql_met, &met, DB_VALUES(DB_TEXT(ev->source),
	    DB_TEXT(ev->dedupe_key)));
	if (e != OK)
		return e;
	/*
	 * A request that began earlier can end later, and a clock be put back:
	 * an event comes behind all it can be the consequence of.
	 */
	ev->id = history_id_after(c, "ev_", met.values[0].string);
	ev->received_at = c->now;
	*ret_new = met.values[1].type == DB_NULL;
	return OK;
}

enum err
event_add_tx(struct ctx *c, struct db *db, const struct event *ev,
    const struct event_outcome *how)
{
	struct event row = *ev;
	int64_t added;
	enum err e;

	row.outcome = how->word;
	row.reason = how->reason;
	row.waits_for = how->waits_for;
	if (how->booking != NULL)
		row.booking = how->booking;
	e = db_put(c, db, sql_add, &event_table, &row, &added);
	/* Whoever told the same meanwhile has made what was seen untrue. */
	if (e == OK && added == 0 && !TWIN("dedupe"))
		e = ctx_fail(c, E_BUSY, "somebody told the same meanwhile");
	return e;
}

enum err
event_copy_tx(struct ctx *c, struct db *db, const struct event *ev)
{
	return db_put(c, db, sql_add, &event_table, ev, NULL);
}

enum err
event_close_tx(struct ctx *c, struct db *db, const char *id,
    const struct event_outcome *how)
{
	return db_run(c, db, sql_close, NULL, DB_VALUES(DB_TEXT(id),
	    DB_TEXT(how->word), DB_TEXT(how->reason), DB_TEXT(how->waits_for),
	    DB_TEXT(how->booking)));
}

static enum err
list(struct ctx *c, struct db *db, const char *sql,
    const struct db_value *values, size_t n, struct event_list *ret)
{
	struct db_list rows;
	enum err e;

	e = db_select(c, db, sql, &event_table, &rows, values, n);
	if (e == OK)
		*ret = (struct event_list){ rows.rows, rows.count };
	return e;
}

enum err
event_waiting_tx(struct ctx *c, struct db *db, const char *key,
    const char *after, struct event_list *ret)
{
	return list(c, db, sql_waiting, DB_VALUES(DB_TEXT(key), DB_TEXT(after),
	    DB_INT(EVENT_BATCH)), ret);
}

enum err
event_get_tx(struct ctx *c, struct db *db, const char *id,
    const struct event **ret)
{
	struct event_list found;
	enum err e;

	e = list(c, db, sql_get, DB_VALUES(DB_TEXT(id)), &found);
	if (e == OK)
		*ret = found.count == 0 ? NULL : found.rows;
	return e;
}

enum err
event_by_key_tx(struct ctx *c, struct db *db, const char *source,
    const char *dedupe_key, const struct event **ret)
{
	struct event_list found;
	enum err e;

	e = list(c, db, sql_by_key,
	    DB_VALUES(DB_TEXT(source), DB_TEXT(dedupe_key)), &found);
	if (e == OK)
		*ret = found.count == 0 ? NULL : found.rows;
	return e;
}

enum err
event_list_tx(struct ctx *c, struct db *db, const char *booking,
    int64_t limit, struct event_list *ret)
{
	if (booking == NULL)
		return list(c, db, sql_list, DB_VALUES(DB_INT(limit)), ret);
	return list(c, db, sql_of_booking,
	    DB_VALUES(DB_TEXT(booking), DB_INT(limit)), ret);
}

enum err
event_bodies_tx(struct ctx *c, struct db *db, const char *booking,
    const char *after, struct event_list *ret)
{
	return list(c, db, sql_bodies, DB_VALUES(DB_TEXT(booking),
	    DB_TEXT(after), DB_INT(EVENT_BATCH)), ret);
}

/* A pattern of LIKE: letters and digits are the same in every code (of forms,
 * or of JSON); what is between them is not. */
static const char *
pattern(struct ctx *c, const char *text)
{
	struct buf b = buf_make(c->mem, PATTERN_MAX);

	buf_add(&b, "%", 1);
	for (; *text != '\0'; text++)
		if (isalnum((unsigned char)*text))
			buf_add(&b, text, 1);
		else if (b.bytes[b.len - 1] != '%')
			buf_add(&b, "%", 1);
	buf_add(&b, "%", 1);
	return b.bytes;
}

enum err
event_mentions_tx(struct ctx *c, struct db *db,
    const struct event_search *what, struct event_list *ret)
{
	return list(c, db, sql_mentions, DB_VALUES(DB_TEXT(what->after),
	    DB_TEXT(pattern(c, what->text)), DB_INT(EVENT_BATCH)), ret);
}

enum err
event_unrelated_tx(struct ctx *c, struct db *db,
    const struct event_age *age, struct event_list *ret)
{
	return list(c, db, sql_unrelated, DB_VALUES(DB_TEXT(age->after),
	    DB_INT(age->ignored), DB_INT(age->parked), DB_INT(EVENT_BATCH)),
	    ret);
}

enum err
event_erase_tx(struct ctx *c, struct db *db, const char *id, const char *body)
{
	return db_run(c, db, sql_erase, NULL,
	    DB_VALUES(DB_TEXT(id), DB_TEXT(body), DB_INT(c->now)));
}

enum err
event_all_parked_tx(struct ctx *c, struct db *db, const char *after,
    struct event_list *ret)
{
	return list(c, db, sql_parked, DB_VALUES(DB_TEXT(after),
	    DB_INT(EVENT_BATCH)), ret);
}
