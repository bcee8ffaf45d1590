/*
 * events: bookpay events list|show
 */
#include "admin/admin.h"
#include "admin/args.h"
#include "base/json.h"
#include "base/now.h"
#include "booking/event.h"
#include "db/db.h"

enum { LIST_DEFAULT = 50 };

struct listing {
	int64_t limit;
	const char *booking;
	struct event_list list;
};

static void
print_event(struct ctx *c, const struct event *ev, struct cJSON *o)
{
	json_set_text(o, "id", ev->id);
	json_set_text(o, "received", now_text(c->mem, ev->received_at));
	json_set_text(o, "source", ev->source);
	json_set_text(o, "type", ev->type);
	json_set_text(o, "object", ev->object_id);
	json_set_text(o, "outcome", ev->outcome);
	json_set_text(o, "reason", ev->reason);
	json_set_text(o, "booking", ev->booking);
}

static enum err
list_tx(struct ctx *c, struct db *db, void *arg)
{
	struct listing *l = arg;

	return event_list_tx(c, db, l->booking, l->limit, &l->list);
}

enum err
events_list(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("limit", ARGS_NUMBER, listing, limit, 0),
		ARGS_OPTION("booking", ARGS_TEXT, listing, booking, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct listing l = { .limit = LIST_DEFAULT };
	const char *id;
	size_t i;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &l, &id);
	if (e == OK)
		e = db_read(c, a->db, list_tx, &l);
	for (i = 0; e == OK && i < l.list.count; i++)
		print_event(c, &l.list.rows[i], json_push_object(a->answer));
	return e;
}

struct showing {
	const char *id;
	const struct event *event;
};

static enum err
show_tx(struct ctx *c, struct db *db, void *arg)
{
	struct showing *s = arg;

	return event_get_tx(c, db, s->id, &s->event);
}

enum err
events_show(struct ctx *c, struct admin *a)
{
	const struct args_line line = { NULL, 0, 1 };
	struct showing s = { 0 };
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &s, &s.id);
	if (e == OK)
		e = db_read(c, a->db, show_tx, &s);
	if (e == OK && s.event == NULL)
		e = ctx_fail(c, E_NOTFOUND, "there is no event %s", s.id);
	if (e != OK)
		return e;
	a->answer = json_object(c);
	print_event(c, s.event, a->answer);
	json_set_text(a->answer, "waitsFor", s.event->waits_for);
	json_set_text(a->answer, "body", s.event->body);
	return OK;
}
