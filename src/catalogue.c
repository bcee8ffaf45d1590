/*
 * catalogue: GET /api/session-types
 *
 * What can be booked, for everybody.
 */
#include <stddef.h>

#include "app/fit.h"
#include "app/shop.h"
#include "base/json.h"
#include "booking/builder.h"
#include "booking/policy.h"
#include "booking/session_type.h"
#include "db/db.h"
#include "web/serve.h"

struct listing {
	struct session_type_list types;
	const struct builder **builders; /* of each type */
};

static enum err
list_tx(struct ctx *c, struct db *db, void *arg)
{
	struct listing *l = arg;
	size_t i;
	enum err e;

	e = session_type_list_tx(c, db, 1, &l->types);
	if (e != OK)
		return e;
	l->builders = arena_alloc(c->mem,
	    l->types.count * sizeof(*l->builders));
	for (i = 0; e == OK && i < l->types.count; i++)
		e = builder_get_tx(c, db, l->types.rows[i].builder,
		    &l->builders[i]);
	return e;
}

static void
print_type(struct ctx *c, const struct session_type *t,
    const struct builder *b, struct cJSON *o)
{
	struct cJSON *builder;

	json_set_text(o, "id", t->id);
	json_set_text(o, "title", t->title);
	json_set_text(o, "description", t->description);
	json_set_int(o, "durationMinutes", t->minutes);
	json_set_int(o, "amount", t->amount);
	json_set_text(o, "currency", t->currency);
	json_set_text(o, "calendlyEventTypeId", t->calendly_type);
	json_set_text(o, "schedulingUrl", t->scheduling_url);
	json_set_bool(o, "direct", t->direct != 0);
	json_set_bool(o, "requiresAuth", t->requires_auth != 0);
	json_set_text(o, "hours", t->hours);
	json_set_text(o, "policy", policy_words(c, t->policy));
	builder = json_set_object(o, "builder");
	json_set_text(builder, "id", b->id);
	json_set_text(builder, "name", b->name);
	json_set_text(builder, "timezone", b->timezone);
}

static enum err
list(void *arg, struct ctx *c, const struct req *rq, struct resp *rs)
{
	struct shop *shop = arg;
	struct listing l;
	struct cJSON *types;
	size_t i;
	enum err e;

	(void)rq;
	e = db_read(c, shop->db, list_tx, &l);
	if (e != OK)
		return e;
	types = json_set_array(rs->data, "sessionTypes");
	for (i = 0; i < l.types.count; i++)
		print_type(c, &l.types.rows[i], l.builders[i],
		    json_push_object(types));
	json_set_text(rs->data, "calendlyWidgetUrl",
	    conf_get(shop->conf, "CALENDLY_WIDGET_URL"));
	return OK;
}

int
main(int argc, char **argv)
{
	static const char *const required[] = { "DATABASE_URL",
		"PUBLIC_BASE_URL", NULL };
	static const struct service service = {
		.program = "catalogue",
		.route = "GET /api/session-types",
		.method = "GET",
		.cors = 1,
		.required = required,
		.open = shop_open_plain,
		.close = shop_close,
		.check = fit_check,
		.answer = list,
	};

	return serve_main(&service, argc, argv);
}
