#include "app/translate_request.h"

#include <string.h>

#include "app/request.h"
#include "base/json.h"
#include "base/now.h"
#include "booking/asked.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/checkout.h"
#include "booking/collect.h"
#include "booking/erase.h"
#include "booking/event.h"
#include "booking/seat.h"
#include "booking/session_type.h"
#include "db/row.h"

/* One request, parsed. */
struct wish {
	const struct event *event;
	const struct cJSON *body;
	struct history_source by;
};

typedef enum err wish_apply(struct ctx *c, struct db *db,
    const struct wish *w, struct event_outcome *ret);

/* --- new bookings -------------------------------------------------------- */

static enum err
book(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	const struct cJSON *o = w->body;
	struct seat_request rq = {
		.booking = json_text(o, "bookingId"),
		.session_type = json_text(o, "sessionTypeId"),
		.event_type = json_text(o, "eventTypeId"),
		.invitee = json_text(o, "inviteeId"),
		.event = json_text(o, "eventId"),
		.name = json_text(o, "name"),
		.email = json_text(o, "email"),
		.timezone = json_text(o, "timezone"),
		.client = json_text(o, "client"),
		.by_admin = strcmp(w->event->source, REQUEST_ADMIN) == 0,
	};
	const char *start = json_text(o, "startTime");
	struct booking *b;
	enum err e;

	if (start == NULL || now_parse(start, &rq.start_at) != OK)
		return ctx_fail(c, E_BADREQ, "no start in a request to book");
	e = rq.invitee != NULL ? seat_claim_tx(c, db, &rq, &b)
			       : seat_request_tx(c, db, &rq, &b);
	if (e == OK)
		event_applied(ret, b->id);
	return e;
}

/* --- what is asked of one ------------------------------------------------ */

static struct asked
asked(const struct wish *w)
{
	struct asked a = {
		.booking = w->event->object_id,
		.by = json_text(w->body, "by"),
		.reason = json_text(w->body, "reason"),
		.at = w->event->told_at,
		.to = json_text(w->body, "to"),
		.client = json_text(w->body, "client"),
	};

	if (a.by == NULL)
		a.by = w->event->source;
	if (!json_int(w->body, "upTo", &a.goal))
		a.goal = 0;
	if (!json_int(w->body, "serial", &a.serial))
		a.serial = 0;
	return a;
}

static enum err
cancel(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	const struct asked a = asked(w);

	return asked_cancel_tx(c, db, &a, &w->by, ret);
}

static enum err
give_back(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	const struct asked a = asked(w);

	return asked_refund_tx(c, db, &a, &w->by, ret);
}

static enum err
move(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	const struct asked a = asked(w);

	return asked_move_tx(c, db, &a, &w->by, ret);
}

static enum err
sign(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	const struct asked a = asked(w);

	return asked_sign_tx(c, db, &a, &w->by, ret);
}

static enum err
revoke(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	const struct asked a = asked(w);

	return asked_revoke_tx(c, db, &a, &w->by, ret);
}

static enum err
forget(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	struct erase what = { .booking = w->event->object_id,
		.at = w->event->told_at };

	if (!json_int(w->body, "serial", &what.link_serial))
		what.link_serial = 0;
	return erase_booking_tx(c, db, &what, &w->by, ret);
}

/* --- attempts to collect ------------------------------------------------- */

static enum err
attempt(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	struct checkout co = { 0 };
	enum err e;

	row_read(&checkout_table, w->body, &co);
	e = collect_attempt_tx(c, db, &co);
	if (e == OK)
		event_applied(ret, co.booking);
	return e;
}

static enum err
refused(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	struct checkout *co;
	enum err e;

	e = checkout_get_tx(c, db, w->event->object_id, &co);
	if (e == OK && co == NULL)
		e = ctx_fail(c, E_NOTFOUND, "no such attempt");
	if (e == OK)
		e = collect_refused_tx(c, db, co->id,
		    json_text(w->body, "code"));
	if (e != OK)
		return e;
	event_applied(ret, co->booking);
	event_frees(ret, arena_printf(c->mem, "checkout:%s", co->booking));
	return OK;
}

/* --- who sells what ------------------------------------------------------ */

static enum err
set_builder(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	struct builder b = { .created_at = c->now };

	row_read(&builder_table, w->body, &b);
	event_applied(ret, NULL);
	return builder_set_tx(c, db, &b);
}

static enum err
add_user(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	event_applied(ret, NULL);
	return builder_add_user_tx(c, db, w->event->object_id,
	    json_text(w->body, "user"));
}

static enum err
set_type(struct ctx *c, struct db *db, const struct wish *w,
    struct event_outcome *ret)
{
	struct session_type t = { .created_at = c->now };

	row_read(&session_type_table, w->body, &t);
	event_applied(ret, NULL);
	/* Deliveries for an event type that nobody sold until now. */
	if (t.calendly_type != NULL)
		event_frees(ret, arena_printf(c->mem, "type:%s",
		    t.calendly_type));
	return session_type_set_tx(c, db, &t);
}

/* ------------------------------------------------------------------------- */

static const struct {
	const char *type;
	wish_apply *apply;
} types[] = {
	{ "booking.request", book },
	{ "booking.claim", book },
	{ "booking.cancel", cancel },
	{ "booking.release", cancel },
	{ "booking.refund", give_back },
	{ "booking.move", move },
	{ "booking.sign", sign },
	{ "booking.revoke", revoke },
	{ "booking.erase", forget },
	{ "checkout.attempt", attempt },
	{ "checkout.refused", refused },
	{ "builder.set", set_builder },
	{ "builder.user", add_user },
	{ "session-type.set", set_type },
};

enum err
translate_request_tx(struct ctx *c, struct db *db, const struct event *ev,
    struct event_outcome *ret)
{
	struct wish w = { .event = ev, .by = { ev->source, ev->id } };
	struct cJSON *body;
	size_t i;
	enum err e;

	e = json_parse(c, ev->body, strlen(ev->body), &body);
	if (e != OK)
		return e;
	w.body = body;
	for (i = 0; i < COUNT(types); i++)
		if (strcmp(types[i].type, ev->type) == 0)
			return types[i].apply(c, db, &w, ret);
	event_ignored(c, ret, "we do not know the request %s", ev->type);
	return OK;
}
