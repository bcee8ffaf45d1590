/*
 * types: bookpay session-types set|list
 */
#include "admin/types.h"

#include "admin/admin.h"
#include "admin/args.h"
#include "app/intake.h"
#include "app/request.h"
#include "base/json.h"
#include "booking/builder.h"
#include "booking/money.h"
#include "booking/session_type.h"
#include "db/db.h"
#include "db/row.h"

/* A type that was set before keeps what is not named. */
static enum err
load_tx(struct ctx *c, struct db *db, void *arg)
{
	struct session_type *t = arg;
	const struct session_type *old;
	enum err e;

	e = session_type_get_tx(c, db, t->id, &old);
	if (e == OK && old != NULL)
		*t = *old;
	return e;
}

static enum err
set_tx(struct ctx *c, struct db *db, const struct session_type *t)
{
	const struct builder *builder;
	struct event_outcome outcome;
	enum err e;

	e = builder_get_tx(c, db, t->builder, &builder);
	if (e == OK && builder == NULL)
		e = ctx_fail(c, E_BADREQ, "there is no builder %s",
		    t->builder);
	if (e != OK)
		return e;
	return request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_ADMIN,
		.type = "session-type.set",
		.object = t->id,
		.body = row_json(c, &session_type_table, t),
	}, &outcome);
}

enum err
types_read(struct ctx *c, const struct admin *a, struct session_type *ret)
{
	static const struct args_option options[] = {
		ARGS_OPTION("builder", ARGS_TEXT, session_type, builder, 0),
		ARGS_OPTION("title", ARGS_TEXT, session_type, title, 0),
		ARGS_OPTION("description", ARGS_TEXT, session_type,
		    description, 0),
		ARGS_OPTION("minutes", ARGS_NUMBER, session_type, minutes, 0),
		ARGS_OPTION("amount", ARGS_NUMBER, session_type, amount, 0),
		ARGS_OPTION("currency", ARGS_TEXT, session_type, currency, 0),
		ARGS_OPTION("calendly-type", ARGS_TEXT, session_type,
		    calendly_type, 0),
		ARGS_OPTION("scheduling-url", ARGS_TEXT, session_type,
		    scheduling_url, 0),
		ARGS_OPTION("direct", ARGS_ON, session_type, direct, 0),
		ARGS_OPTION("no-direct", ARGS_OFF, session_type, direct, 0),
		ARGS_OPTION("hours", ARGS_TEXT, session_type, hours, 0),
		ARGS_OPTION("notice-minutes", ARGS_NUMBER, session_type,
		    notice_minutes, 0),
		ARGS_OPTION("horizon-days", ARGS_NUMBER, session_type,
		    horizon_days, 0),
		ARGS_OPTION("requires-auth", ARGS_ON, session_type,
		    requires_auth, 0),
		ARGS_OPTION("no-requires-auth", ARGS_OFF, session_type,
		    requires_auth, 0),
		ARGS_OPTION("hold", ARGS_NUMBER, session_type, hold_minutes,
		    0),
		ARGS_OPTION("policy", ARGS_TEXT, session_type, policy, 0),
		ARGS_OPTION("auto-refund", ARGS_ON, session_type, auto_refund,
		    0),
		ARGS_OPTION("no-auto-refund", ARGS_OFF, session_type,
		    auto_refund, 0),
		ARGS_OPTION("late-hours", ARGS_NUMBER, session_type,
		    late_hours, 0),
		ARGS_OPTION("active", ARGS_ON, session_type, active, 0),
		ARGS_OPTION("inactive", ARGS_OFF, session_type, active, 0),
	};
	const struct args_line line = { options, COUNT(options), 1 };
	struct session_type t = { .horizon_days = 365, .hold_minutes = 60,
		.policy = "", .active = 1, .created_at = c->now }, scratch = t;
	const char *id;
	enum err e;

	/* Twice: the ID first, then the options over what there is. */
	e = args_parse(c, a->argc, a->argv, &line, &scratch, &t.id);
	if (e == OK)
		e = db_read(c, a->db, load_tx, &t);
	if (e == OK)
		e = args_parse(c, a->argc, a->argv, &line, &t, &id);
	if (e == OK && (t.builder == NULL || t.title == NULL ||
	    t.currency == NULL || t.minutes == 0))
		e = ctx_fail(c, E_BADREQ, "a new session type needs "
		    "--builder, --title, --minutes, --amount and --currency");
	if (e == OK)
		*ret = t;
	return e;
}

static enum err
set_all_tx(struct ctx *c, struct db *db, void *arg)
{
	struct types_list *list = arg;
	enum err e = OK;

	for (list->at = 0; e == OK && list->at < list->count; list->at++)
		e = set_tx(c, db, &list->rows[list->at]);
	list->at -= e != OK;
	return e;
}

enum err
types_set_all(struct ctx *c, struct db *db, struct types_list *list)
{
	size_t i;
	enum err e;

	e = db_transaction(c, db, set_all_tx, list);
	/* Deliveries for an event type that nobody sold until now. */
	for (i = 0; e == OK && i < list->count; i++)
		if (list->rows[i].calendly_type != NULL)
			e = intake_free(c, db, arena_printf(c->mem, "type:%s",
			    list->rows[i].calendly_type));
	return e;
}

enum err
types_set(struct ctx *c, struct admin *a)
{
	struct session_type t;
	struct types_list list = { .rows = &t, .count = 1 };
	enum err e = types_read(c, a, &t);

	return e == OK ? types_set_all(c, a->db, &list) : e;
}

static enum err
list_tx(struct ctx *c, struct db *db, void *arg)
{
	return session_type_list_tx(c, db, 0, arg);
}

enum err
types_list(struct ctx *c, struct admin *a)
{
	struct session_type_list list;
	size_t i;
	enum err e;

	e = db_read(c, a->db, list_tx, &list);
	for (i = 0; e == OK && i < list.count; i++) {
		const struct session_type *t = &list.rows[i];
		struct cJSON *o = json_push_object(a->answer);

		json_set_text(o, "id", t->id);
		json_set_text(o, "builder", t->builder);
		json_set_text(o, "title", t->title);
		json_set_int(o, "minutes", t->minutes);
		json_set_text(o, "price", money_text(c, t->amount,
		    t->currency));
		json_set_text(o, "policy", t->policy);
		json_set_bool(o, "autoRefund", t->auto_refund != 0);
		json_set_bool(o, "direct", t->direct != 0);
		json_set_text(o, "calendlyType", t->calendly_type);
		json_set_bool(o, "active", t->active != 0);
	}
	return e;
}
