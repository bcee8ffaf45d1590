/*
 * bookings: bookpay bookings list|show|create|link
 */
#include "admin/admin.h"
#include "admin/args.h"
#include "app/request.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "base/zone.h"
#include "booking/booking.h"
#include "booking/history.h"
#include "booking/money.h"
#include "booking/seat.h"
#include "booking/settle.h"
#include "booking/status.h"
#include "booking/words.h"
#include "db/db.h"
#include "web/auth.h"

enum { LIST_DEFAULT = 50 };

static void
print_booking(struct ctx *c, const struct booking *b, struct cJSON *o)
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
	int64_t limit;
	struct booking_list list;
};

static enum err
list_tx(struct ctx *c, struct db *db, void *arg)
{
	struct listing *l = arg;

	return booking_list_tx(c, db, l->limit, &l->list);
}

enum err
bookings_list(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("limit", ARGS_NUMBER, listing, limit, 0),
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
		print_booking(c, &l.list.rows[i],
		    json_push_object(a->answer));
	return e;
}

struct showing {
	const char *id;
	struct booking *booking;
	struct status status;
	struct history_list history;
};

static enum err
show_tx(struct ctx *c, struct db *db, void *arg)
{
	struct showing *s = arg;
	struct status_facts facts;
	enum err e;

	e = booking_find_tx(c, db, s->id, &s->booking);
	if (e == OK && s->booking == NULL)
		e = ctx_fail(c, E_NOBOOKING, "there is no booking %s", s->id);
	if (e == OK)
		e = settle_gather_tx(c, db, s->booking, &facts);
	if (e != OK)
		return e;
	status_compute(&facts, &s->status);
	return history_list_tx(c, db, s->booking->id, &s->history);
}

enum err
bookings_show(struct ctx *c, struct admin *a)
{
	const struct args_line line = { NULL, 0, 1 };
	struct showing s = { 0 };
	struct cJSON *rows;
	size_t i;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &s, &s.id);
	if (e == OK)
		e = db_read(c, a->db, show_tx, &s);
	if (e != OK)
		return e;
	a->answer = json_object(c);
	print_booking(c, s.booking, a->answer);
	json_set_text(a->answer, "received", money_text(c, s.status.captured,
	    s.booking->currency));
	json_set_text(a->answer, "paidBack", money_text(c, s.status.refunded,
	    s.booking->currency));
	json_set_text(a->answer, "contradiction", s.booking->contradiction);
	rows = json_set_array(a->answer, "history");
	for (i = 0; i < s.history.count; i++) {
		struct cJSON *o = json_push_object(rows);

		json_set_text(o, "at", now_text(c->mem,
		    s.history.rows[i].at));
		json_set_text(o, "who", s.history.rows[i].who);
		json_set_text(o, "what", s.history.rows[i].what);
		json_set_text(o, "why", s.history.rows[i].why);
		json_set_text(o, "event", s.history.rows[i].event);
	}
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
	print_booking(c, m.booking, a->answer);
	return OK;
}

enum err
bookings_link(struct ctx *c, struct admin *a)
{
	const struct args_line line = { NULL, 0, 1 };
	struct showing s = { 0 };
	struct auth *auth;
	char *link;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &s, &s.id);
	if (e == OK)
		e = db_read(c, a->db, show_tx, &s);
	if (e == OK)
		e = auth_new(c, a->conf, &auth);
	if (e != OK)
		return e;
	link = auth_link(c, auth, s.booking->id);
	auth_free(auth);
	if (link == NULL)
		return ctx_fail(c, E_FORBIDDEN, "AUTH does not let guests in");
	a->answer = json_object(c);
	json_set_text(a->answer, "link", link);
	return OK;
}
