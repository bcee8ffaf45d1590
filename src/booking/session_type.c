#include "booking/session_type.h"

#include "base/hours.h"
#include "base/text.h"
#include "booking/money.h"
#include "booking/policy.h"
#include "db/db.h"

/* Money that nobody wants for so long is not kept: 90 days. */
enum { LATE_HOURS_MAX = 2160 };

/* Owned here: table session_type. */
#define COLUMNS                                                                \
	"id, builder, title, description, minutes, amount, currency,"          \
	" calendly_type, scheduling_url, direct, hours, notice_minutes,"       \
	" horizon_days, requires_auth, hold_minutes, policy, auto_refund,"     \
	" late_hours, active, created_at"
static const char sql_get[] =
	"SELECT " COLUMNS " FROM session_type WHERE id = $1";
static const char sql_by_calendly[] =
	"SELECT " COLUMNS " FROM session_type WHERE calendly_type = $1";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM session_type WHERE active >= $1 ORDER BY id";
static const char sql_set[] =
	"INSERT INTO session_type (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6,"
	" $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
	" ON CONFLICT (id) DO UPDATE SET builder = excluded.builder,"
	" title = excluded.title, description = excluded.description,"
	" minutes = excluded.minutes, amount = excluded.amount,"
	" currency = excluded.currency,"
	" calendly_type = excluded.calendly_type,"
	" scheduling_url = excluded.scheduling_url, direct = excluded.direct,"
	" hours = excluded.hours, notice_minutes = excluded.notice_minutes,"
	" horizon_days = excluded.horizon_days,"
	" requires_auth = excluded.requires_auth,"
	" hold_minutes = excluded.hold_minutes, policy = excluded.policy,"
	" auto_refund = excluded.auto_refund,"
	" late_hours = excluded.late_hours, active = excluded.active";
static const char sql_page[] =
	"SELECT " COLUMNS " FROM session_type WHERE id > $1 ORDER BY id LIMIT $2";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(session_type, id),
	DB_FIELD_TEXT(session_type, builder),
	DB_FIELD_TEXT(session_type, title),
	DB_FIELD_TEXT(session_type, description),
	DB_FIELD_INT(session_type, minutes),
	DB_FIELD_INT(session_type, amount),
	DB_FIELD_TEXT(session_type, currency),
	DB_FIELD_TEXT(session_type, calendly_type),
	DB_FIELD_TEXT(session_type, scheduling_url),
	DB_FIELD_INT(session_type, direct),
	DB_FIELD_TEXT(session_type, hours),
	DB_FIELD_INT(session_type, notice_minutes),
	DB_FIELD_INT(session_type, horizon_days),
	DB_FIELD_INT(session_type, requires_auth),
	DB_FIELD_INT(session_type, hold_minutes),
	DB_FIELD_TEXT(session_type, policy),
	DB_FIELD_INT(session_type, auto_refund),
	DB_FIELD_INT(session_type, late_hours),
	DB_FIELD_INT(session_type, active),
	DB_FIELD_INT(session_type, created_at),
};
const struct db_table session_type_table = DB_TABLE(session_type, fields, sql_page);

static enum err
get(struct ctx *c, struct db *db, const char *sql, const char *key,
    const struct session_type **ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql, &session_type_table, &list, DB_VALUES(DB_TEXT(key)));
	if (e == OK)
		*ret = list.count == 0 ? NULL : list.rows;
	return e;
}

enum err
session_type_get_tx(struct ctx *c, struct db *db, const char *id,
    const struct session_type **ret)
{
	return get(c, db, sql_get, id, ret);
}

enum err
session_type_by_calendly_tx(struct ctx *c, struct db *db, const char *uuid,
    const struct session_type **ret)
{
	return get(c, db, sql_by_calendly, uuid, ret);
}

enum err
session_type_list_tx(struct ctx *c, struct db *db, int only_active,
    struct session_type_list *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_list, &session_type_table, &list,
	    DB_VALUES(DB_INT(only_active)));
	if (e == OK)
		*ret = (struct session_type_list){ list.rows, list.count };
	return e;
}

enum err
session_type_set_tx(struct ctx *c, struct db *db, const struct session_type *t)
{
	enum err e;

	if (text_blank(t->id) || text_blank(t->title))
		return ctx_refuse(c, E_BADREQ, "A session type needs an id "
		    "and a title.");
	if (t->minutes < 1 || t->minutes > 1440 || t->hold_minutes < 1)
		return ctx_refuse(c, E_BADREQ, "minutes must be 1 to 1440 and "
		    "hold_minutes at least 1.");
	if (t->notice_minutes < 0 || t->horizon_days < 0)
		return ctx_refuse(c, E_BADREQ, "notice_minutes and "
		    "horizon_days must not be negative.");
	if (t->late_hours < 0 || t->late_hours > LATE_HOURS_MAX)
		return ctx_refuse(c, E_BADREQ, "late_hours must be 0 to %d.",
		    LATE_HOURS_MAX);
	e = money_check(c, t->amount, t->currency);
	if (e == OK)
		e = policy_check(c, t->policy);
	if (e == OK && t->hours != NULL)
		e = hours_check(c, t->hours);
	if (e != OK)
		return e;
	return db_put(c, db, sql_set, &session_type_table, t, NULL);
}
