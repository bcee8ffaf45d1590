/*
 * import_calendly: session types out of Calendly's event types.
 *
 * Calendly does not say what one costs.  So a new one is not active: it is
 * sold once somebody has set a price.
 */
#include <string.h>

#include "admin/admin.h"
#include "admin/import_part.h"
#include "admin/types.h"
#include "app/outside.h"
#include "app/shop.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/builder.h"
#include "db/db.h"
#include "provider/calendly_list.h"

/* More than anybody has. */
enum { TYPES_MAX = 1000, PAGES_MAX = 40 };

struct taking {
	struct admin *a;
	const struct import_wish *wish;
	const struct calendly *calendly;
	struct builder_list builders;
	const struct builder *host; /* whose list is read */
	struct types_list list;
};

static enum err
builders_tx(struct ctx *c, struct db *db, void *arg)
{
	return builder_list_tx(c, db, arg);
}

/* What is known under both of its names; NULL: nothing. */
struct known {
	const char *uuid, *id;
	const struct session_type *by_uuid, *by_id;
};

static enum err
known_tx(struct ctx *c, struct db *db, void *arg)
{
	struct known *k = arg;
	enum err e;

	e = session_type_by_calendly_tx(c, db, k->uuid, &k->by_uuid);
	return e == OK ? session_type_get_tx(c, db, k->id, &k->by_id) : e;
}

/* Is it in the list already?  Hosts share event types. */
static int
is_taken(const struct taking *t, const char *uuid)
{
	size_t i;

	for (i = 0; i < t->list.count; i++)
		if (strcmp(t->list.rows[i].calendly_type, uuid) == 0)
			return 1;
	return 0;
}

static int
id_is_taken(const struct taking *t, const struct known *k)
{
	size_t i;

	for (i = 0; i < t->list.count; i++)
		if (strcmp(t->list.rows[i].id, k->id) == 0)
			return 1;
	return k->by_id != NULL;
}

/* Its slug; or its uuid, where another has that. */
static struct session_type
fresh(struct ctx *c, const struct taking *t, const struct known *k)
{
	return (struct session_type){
		.id = id_is_taken(t, k) ? k->uuid : k->id,
		.builder = t->wish->builder != NULL ? t->wish->builder
						    : t->host->id,
		.currency = t->wish->currency != NULL ? t->wish->currency
						      : "usd",
		.calendly_type = k->uuid,
		.horizon_days = 365, .hold_minutes = 60, .policy = "",
		.created_at = c->now,
	};
}

/* Price, policy and all else that was set here stay. */
static int
fill(struct ctx *c, const struct cJSON *o, struct session_type *t)
{
	const struct session_type old = *t;
	const char *text = json_text(o, "name");

	/* One that is not said is refused, with reasons. */
	t->title = text_blank(text) ? "" : text_shown(c->mem, text);
	t->scheduling_url = json_text(o, "scheduling_url");
	if (!json_int(o, "duration", &t->minutes))
		t->minutes = old.minutes;
	text = json_text(o, "description_plain");
	if (!text_blank(text))
		t->description = text_shown(c->mem, text);
	return !text_same(t->title, old.title) || t->minutes != old.minutes ||
	    !text_same(t->scheduling_url, old.scheduling_url) ||
	    !text_same(t->description, old.description);
}

static enum err
take(struct ctx *c, struct taking *t, const struct calendly_item *item)
{
	struct session_type *row = &t->list.rows[t->list.count];
	struct known k = { .uuid = item->id };
	const struct cJSON *o;
	struct cJSON *tree;
	int differs;
	enum err e;

	if (t->list.count == TYPES_MAX || is_taken(t, item->id))
		return OK;
	e = json_parse(c, item->text, strlen(item->text), &tree);
	if (e != OK)
		return e;
	o = json_get(tree, "resource");
	k.id = json_text(o, "slug");
	if (text_blank(k.id))
		k.id = k.uuid;
	e = db_read(c, t->a->db, known_tx, &k);
	if (e != OK)
		return e;
	*row = k.by_uuid != NULL ? *k.by_uuid : fresh(c, t, &k);
	differs = fill(c, o, row);
	import_tell(t->a, row->id, k.by_uuid == NULL ? "new, not active"
	    : differs ? "changed" : "as it was");
	t->list.count += differs;
	return OK;
}

/* All event types of the host. */
static enum err
take_all(struct ctx *c, struct taking *t)
{
	struct calendly_page page = { .next = NULL };
	int pages = 0;
	size_t i;
	enum err e;

	do {
		e = calendly_list_types(c, t->calendly,
		    t->host->calendly_user, page.next, now_monotonic() +
		    20 * NOW_SECOND, &page);
		for (i = 0; e == OK && i < page.count; i++)
			e = take(c, t, &page.items[i]);
	} while (e == OK && page.next != NULL && ++pages < PAGES_MAX);
	return e;
}

static enum err
take_from_all(struct ctx *c, struct taking *t)
{
	size_t i, hosts = 0;
	enum err e;

	e = db_read(c, t->a->db, builders_tx, &t->builders);
	for (i = 0; e == OK && i < t->builders.count; i++) {
		t->host = &t->builders.rows[i];
		if (t->host->calendly_user == NULL)
			continue;
		hosts++;
		e = take_all(c, t);
	}
	if (e == OK && hosts == 0)
		e = ctx_fail(c, E_CONFLICT, "no builder has a user at "
		    "Calendly: bookpay builders set ID --calendly-user URI");
	return e;
}

enum err
import_calendly(struct ctx *c, struct admin *a,
    const struct import_wish *wish)
{
	static const char *const required[] = { "CALENDLY_TOKEN", NULL };
	struct taking t = { .a = a, .wish = wish };
	struct shop *shop;
	void *opened;
	enum err e;

	e = conf_require(c, a->conf, required);
	if (e != OK)
		return e;
	outside_prepare();
	e = outside_open_plain(c, a->conf, &opened);
	if (e != OK)
		return e;
	shop = opened;
	t.calendly = &shop->calendly;
	t.list.rows = arena_alloc(c->mem,
	    (TYPES_MAX + 1) * sizeof(*t.list.rows));
	e = take_from_all(c, &t);
	if (e == OK && t.list.count > 0)
		e = types_set_all(c, a->db, &t.list);
	outside_close(shop);
	return e;
}
