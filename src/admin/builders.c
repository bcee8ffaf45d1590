/*
 * builders: bookpay builders set|list
 */
#include "admin/builders.h"

#include "admin/admin.h"
#include "admin/args.h"
#include "app/request.h"
#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"
#include "booking/builder.h"
#include "db/db.h"
#include "db/row.h"

/* A builder that was set before keeps what is not named. */
static enum err
load_tx(struct ctx *c, struct db *db, void *arg)
{
	struct builders_row *s = arg;
	const struct builder *old;
	enum err e;

	e = builder_get_tx(c, db, s->builder.id, &old);
	if (e == OK && old != NULL)
		s->builder = *old;
	return e;
}

static enum err
set_tx(struct ctx *c, struct db *db, const struct builders_row *s)
{
	struct cJSON *user = json_object(c);
	struct event_outcome outcome;
	enum err e;

	e = request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_ADMIN,
		.type = "builder.set",
		.object = s->builder.id,
		.body = row_json(c, &builder_table, &s->builder),
	}, &outcome);
	if (e != OK || s->user == NULL)
		return e;
	json_set_text(user, "user", s->user);
	return request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_ADMIN,
		.type = "builder.user",
		.object = s->builder.id,
		.body = user,
	}, &outcome);
}

enum err
builders_read(struct ctx *c, const struct admin *a, struct builders_row *ret)
{
	static const struct args_option options[] = {
		ARGS_OPTION("name", ARGS_TEXT, builders_row, builder.name, 0),
		ARGS_OPTION("timezone", ARGS_TEXT, builders_row, builder.timezone,
		    0),
		ARGS_OPTION("email", ARGS_TEXT, builders_row, builder.email, 0),
		ARGS_OPTION("calendly-user", ARGS_TEXT, builders_row,
		    builder.calendly_user, 0),
		ARGS_OPTION("user", ARGS_TEXT, builders_row, user, 0),
	};
	const struct args_line line = { options, COUNT(options), 1 };
	struct builders_row s = { .builder.created_at = c->now }, scratch = s;
	struct zone *zone;
	const char *id;
	enum err e;

	/* Twice: the ID first, then the options over what there is. */
	e = args_parse(c, a->argc, a->argv, &line, &scratch, &s.builder.id);
	if (e == OK)
		e = db_read(c, a->db, load_tx, &s);
	if (e == OK)
		e = args_parse(c, a->argc, a->argv, &line, &s, &id);
	if (e == OK && (s.builder.name == NULL || s.builder.timezone == NULL))
		e = ctx_fail(c, E_BADREQ, "a new builder needs --name and "
		    "--timezone");
	if (e == OK)
		e = zone_load(c, s.builder.timezone, &zone);
	if (e == OK && s.builder.email != NULL && !text_email(s.builder.email))
		e = ctx_fail(c, E_BADREQ, "--email is not an address");
	if (e == OK)
		*ret = s;
	return e;
}

static enum err
set_all_tx(struct ctx *c, struct db *db, void *arg)
{
	struct builders_rows *list = arg;
	enum err e = OK;

	for (list->at = 0; e == OK && list->at < list->count; list->at++)
		e = set_tx(c, db, &list->rows[list->at]);
	list->at -= e != OK;
	return e;
}

enum err
builders_set_all(struct ctx *c, struct db *db, struct builders_rows *list)
{
	return db_transaction(c, db, set_all_tx, list);
}

enum err
builders_set(struct ctx *c, struct admin *a)
{
	struct builders_row row;
	struct builders_rows list = { .rows = &row, .count = 1 };
	enum err e = builders_read(c, a, &row);

	return e == OK ? builders_set_all(c, a->db, &list) : e;
}

static enum err
list_tx(struct ctx *c, struct db *db, void *arg)
{
	return builder_list_tx(c, db, arg);
}

enum err
builders_list(struct ctx *c, struct admin *a)
{
	struct builder_list list;
	size_t i;
	enum err e;

	e = db_read(c, a->db, list_tx, &list);
	for (i = 0; e == OK && i < list.count; i++) {
		struct cJSON *o = json_push_object(a->answer);

		json_set_text(o, "id", list.rows[i].id);
		json_set_text(o, "name", list.rows[i].name);
		json_set_text(o, "timezone", list.rows[i].timezone);
		json_set_text(o, "email", list.rows[i].email);
		json_set_text(o, "calendlyUser", list.rows[i].calendly_user);
	}
	return e;
}
