/*
 * bookings: bookpay bookings list|create|link
 */
#include "admin/bookings.h"

#include <string.h>
#include <strings.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "app/request.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "base/zone.h"
#include "booking/attention.h"
#include "booking/booking.h"
#include "booking/money.h"
#include "booking/seat.h"
#include "booking/status.h"
#include "db/db.h"
#include "web/auth.h"

enum { LIST_DEFAULT = 50 };

/* How long a link opens. */
enum { LINK_DAYS = 90, LINK_DAYS_MAX = 3650, DAY_SECONDS = 86400 };

enum err
bookings_find_tx(struct ctx *c, struct db *db, const char *id,
    struct booking **ret)
{
	enum err e = booking_find_tx(c, db, id, ret);

	if (e == OK && *ret == NULL)
		e = ctx_fail(c, E_NOBOOKING, "there is no booking %s", id);
	return e;
}

void
bookings_print(struct ctx *c, const struct booking *b, struct cJSON *o)
{
	json_set_text(o, "id", b->id);
	json_set_text(o, "sessionType", b->session_type);
	json_set_text(o, "start", now_text(c->mem, b->start_at));
	json_set_text(o, "status", status_at(b, c->now));
	json_set_text(o, "payment", b->payment_status);
	json_set_text(o, "price", money_text(c, b->amount, b->currency));
	json_set_text(o, "source", b->source);
}

struct listing {
	int64_t attention;
	struct booking_filter filter;
	struct booking_list list;
	struct attention_list wanting;
};

static enum err
list_tx(struct ctx *c, struct db *db, void *arg)
{
	struct listing *l = arg;

	return l->attention ? attention_list_tx(c, db, &l->wanting)
			    : booking_list_tx(c, db, &l->filter, &l->list);
}

static int
fits(const struct ctx *c, const struct booking_filter *f,
    const struct booking *b)
{
	return (f->status == NULL ||
	    strcmp(f->status, status_at(b, c->now)) == 0) &&
	    (f->email == NULL || strcasecmp(f->email, b->email) == 0);
}

static void
print_wanting(struct ctx *c, const struct listing *l, struct cJSON *rows)
{
	int64_t room = l->filter.limit;
	struct cJSON *o;
	size_t i;

	for (i = 0; i < l->wanting.count && room > 0; i++) {
		if (!fits(c, &l->filter, l->wanting.rows[i].booking))
			continue;
		o = json_push_object(rows);
		bookings_print(c, l->wanting.rows[i].booking, o);
		json_set_text(o, "why", l->wanting.rows[i].why);
		room--;
	}
}

enum err
bookings_list(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("attention", ARGS_ON, listing, attention, 0),
		ARGS_OPTION("status", ARGS_TEXT, listing, filter.status, 0),
		ARGS_OPTION("email", ARGS_TEXT, listing, filter.email, 0),
		ARGS_OPTION("limit", ARGS_NUMBER, listing, filter.limit, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct listing l = { .filter = { .limit = LIST_DEFAULT } };
	const char *id;
	size_t i;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &l, &id);
	if (e == OK && l.filter.status != NULL &&
	    !status_is_word(l.filter.status))
		e = ctx_fail(c, E_BADREQ, "no booking is ever %s",
		    l.filter.status);
	if (e == OK)
		e = db_read(c, a->db, list_tx, &l);
	if (e != OK)
		return e;
	print_wanting(c, &l, a->answer);
	for (i = 0; i < l.list.count; i++)
		bookings_print(c, &l.list.rows[i],
		    json_push_object(a->answer));
	return OK;
}

struct making {
	struct seat_request request;
	struct booking *booking;
};

/* An admin's request is an event like any other. */
static enum err
create_tx(struct ctx *c, struct db *db, void *arg)
{
	struct making *m = arg;
	struct event_outcome outcome;
	enum err e;

	e = request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_ADMIN,
		.type = "booking.request",
		.object = m->request.booking,
		.body = request_to_book(c, &m->request),
	}, &outcome);
	return e == OK ? booking_get_tx(c, db, outcome.booking, &m->booking)
		       : e;
}

enum err
bookings_create(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("session-type", ARGS_TEXT, making,
		    request.session_type, 1),
		ARGS_OPTION("start", ARGS_TIME, making, request.start_at, 1),
		ARGS_OPTION("name", ARGS_TEXT, making, request.name, 1),
		ARGS_OPTION("email", ARGS_TEXT, making, request.email, 1),
		ARGS_OPTION("timezone", ARGS_TEXT, making, request.timezone,
		    1),
		ARGS_OPTION("client", ARGS_TEXT, making, request.client, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct making m = { .request = { .by_admin = 1 } };
	struct zone *zone;
	const char *id;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &m, &id);
	if (e == OK)
		e = zone_load(c, m.request.timezone, &zone);
	if (e == OK && !text_email(m.request.email))
		e = ctx_fail(c, E_BADREQ, "--email is not an address");
	if (e != OK)
		return e;
	m.request.booking = hash_id(c->mem, "bk_");
	e = db_transaction(c, a->db, create_tx, &m);
	if (e != OK)
		return e;
	a->answer = json_object(c);
	bookings_print(c, m.booking, a->answer);
	return OK;
}

struct linking {
	const char *id;
	const char *client;
	int64_t see, days, revoke;
	struct booking *booking;
};

static enum err
revoke_tx(struct ctx *c, struct db *db, const struct linking *l)
{
	const struct booking *b = l->booking;
	struct cJSON *body = json_object(c);
	struct event_outcome outcome;

	json_set_int(body, "serial", b->link_serial + 1);
	if (l->client != NULL)
		json_set_text(body, "client", l->client);
	return request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_ADMIN,
		.type = "booking.revoke",
		.object = b->id,
		.body = body,
	}, &outcome);
}

static enum err
link_tx(struct ctx *c, struct db *db, void *arg)
{
	struct linking *l = arg;
	enum err e;

	e = bookings_find_tx(c, db, l->id, &l->booking);
	if (e == OK && l->revoke)
		e = revoke_tx(c, db, l);
	if (e == OK && l->revoke)
		e = booking_get_tx(c, db, l->booking->id, &l->booking);
	return e;
}

static enum err
print_link(struct ctx *c, struct admin *a, const struct linking *l)
{
	const struct link_grant grant = {
		.purpose = l->see ? LINK_SEE : LINK_BOOKING,
		.subject = l->booking->id,
		.serial = l->booking->link_serial,
		.expires = ctx_seconds(c) + l->days * DAY_SECONDS,
	};
	struct auth *auth;
	char *link;
	enum err e;

	e = auth_new(c, a->conf, &auth);
	if (e != OK)
		return e;
	link = auth_link(c, auth, &grant);
	auth_free(auth);
	if (link == NULL)
		return ctx_fail(c, E_FORBIDDEN, "AUTH does not let guests in");
	a->answer = json_object(c);
	json_set_text(a->answer, "link", link);
	json_set_text(a->answer, "until",
	    now_text(c->mem, grant.expires * NOW_SECOND));
	return OK;
}

enum err
bookings_link(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("see", ARGS_ON, linking, see, 0),
		ARGS_OPTION("days", ARGS_NUMBER, linking, days, 0),
		ARGS_OPTION("revoke", ARGS_ON, linking, revoke, 0),
		ARGS_OPTION("client", ARGS_TEXT, linking, client, 0),
	};
	const struct args_line line = { options, COUNT(options), 1 };
	struct linking l = { .days = -1 };
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &l, &l.id);
	if (e == OK && l.revoke && (l.see || l.days >= 0))
		e = ctx_fail(c, E_BADREQ, "--revoke makes no new link");
	if (e == OK && l.client != NULL && !l.revoke)
		e = ctx_fail(c, E_BADREQ, "--client goes with --revoke");
	if (e == OK && (l.days == 0 || l.days > LINK_DAYS_MAX))
		e = ctx_fail(c, E_BADREQ, "--days must be 1 to %d",
		    LINK_DAYS_MAX);
	if (e == OK)
		e = l.revoke ? db_transaction(c, a->db, link_tx, &l)
			     : db_read(c, a->db, link_tx, &l);
	if (e != OK)
		return e;
	if (l.days < 0)
		l.days = LINK_DAYS;
	if (!l.revoke)
		return print_link(c, a, &l);
	a->answer = json_object(c);
	json_set_text(a->answer, "booking", l.booking->id);
	json_set_int(a->answer, "serial", l.booking->link_serial);
	/* Who signed in with a link needs none any more. */
	if (l.booking->client != NULL)
		json_set_text(a->answer, "client", l.booking->client);
	return OK;
}
