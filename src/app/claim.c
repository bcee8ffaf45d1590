#include "app/claim.h"

#include <string.h>

#include "app/access.h"
#include "app/intake.h"
#include "app/order.h"
#include "app/request.h"
#include "app/shop.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/event.h"
#include "booking/session_type.h"
#include "db/db.h"
#include "web/auth.h"

struct claim {
	const struct order *order;
	const struct caller *who;
	int64_t seats_max;             /* direct, unpaid, of one client; 0: any */
	const struct builder *builder; /* of the event type that is claimed */
	int checked;                   /* Calendly knows this invitee */
	struct booking *booking;       /* found or made */
	struct caller opened;          /* who, with the capability for it */
};

/* --- is it true? -------------------------------------------------------- */

/*
 * Has Calendly told us of this invitee already, and if not, for whom would it
 * list the booking?
 */
static enum err
look_tx(struct ctx *c, struct db *db, void *arg)
{
	struct claim *cl = arg;
	const struct seat_request *rq = &cl->order->seat;
	const struct session_type *type;
	enum err e;

	e = booking_by_invitee_tx(c, db, rq->invitee, &cl->booking);
	if (e != OK)
		return e;
	cl->checked = cl->booking != NULL && cl->booking->told_at > 0;
	if (cl->checked)
		return OK;
	e = session_type_by_calendly_tx(c, db, rq->event_type, &type);
	if (e == OK && (type == NULL || !type->active))
		e = ctx_fail(c, E_NOTYPE, "nobody sells that event type");
	if (e == OK)
		e = access_book(c, cl->who, type);
	if (e == OK)
		e = builder_get_tx(c, db, type->builder, &cl->builder);
	return e;
}

/* Asks Calendly; what it says makes the booking. */
static enum err
verify(struct ctx *c, struct shop *shop, struct claim *cl, int64_t deadline)
{
	const struct seat_request *rq = &cl->order->seat;
	const struct calendly_seat seat = {
		.invitee = rq->invitee,
		.event = rq->event,
		.host = cl->builder->calendly_user,
		.email = rq->email,
		.start = rq->start_at,
		.deadline = deadline,
	};
	struct intake in;
	char *text;
	enum err e;

	e = calendly_invitee_read(c, &shop->calendly, &seat, &text);
	if (e != OK)
		return e;
	cl->checked = 1;
	return intake_calendly_read(c, shop->db, text, strlen(text), &in);
}

/* --- the request as an event -------------------------------------------- */

/* What the key has made before; E_REPLAYED if that was another order. */
static enum err
find_replayed(struct ctx *c, struct db *db, struct claim *cl,
    const char *dedupe_key)
{
	const struct event *ev;
	struct cJSON *body;
	enum err e;

	e = event_by_key_tx(c, db, "client", dedupe_key, &ev);
	if (e != OK || ev == NULL)
		return e;
	e = json_parse(c, ev->body, strlen(ev->body), &body);
	if (e != OK)
		return e;
	if (!text_same(json_text(body, "digest"), cl->order->digest))
		return ctx_fail(c, E_REPLAYED, "key of another order");
	return booking_get_tx(c, db, ev->booking, &cl->booking);
}

/* A seat is kept before it is paid: nobody keeps all of them. */
static enum err
check_seats(struct ctx *c, struct db *db, const struct claim *cl)
{
	struct booking_unpaid unpaid;
	enum err e;

	if (cl->order->kind != ORDER_DIRECT || cl->seats_max == 0)
		return OK;
	e = booking_unpaid_tx(c, db, cl->who->user, cl->order->seat.email,
	    &unpaid);
	if (e != OK || unpaid.count < cl->seats_max || TWIN("unpaid-seats"))
		return e;
	c->retry_after = (int)((unpaid.ends_at - c->now) / NOW_SECOND) + 1;
	return ctx_refuse(c, E_RATE, "%lld sessions are kept for you and not "
	    "paid yet. Please pay for one of them, or come back later.",
	    (long long)unpaid.count);
}

/* That nobody sells it is found out where it is booked. */
static enum err
check_type(struct ctx *c, struct db *db, const struct claim *cl)
{
	const struct seat_request *rq = &cl->order->seat;
	const struct session_type *type;
	enum err e;

	e = cl->order->kind == ORDER_CALENDLY
	    ? session_type_by_calendly_tx(c, db, rq->event_type, &type)
	    : session_type_get_tx(c, db, rq->session_type, &type);
	return e == OK ? access_book(c, cl->who, type) : e;
}

static enum err
book_tx(struct ctx *c, struct db *db, struct claim *cl, const char *dedupe_key)
{
	struct seat_request seat = cl->order->seat;
	int calendly = cl->order->kind == ORDER_CALENDLY;
	struct event_outcome outcome;
	struct cJSON *body;
	enum err e;

	e = check_type(c, db, cl);
	if (e == OK)
		e = check_seats(c, db, cl);
	if (e != OK)
		return e;
	seat.booking = hash_id(c->mem, "bk_");
	seat.client = cl->who->user;
	body = request_to_book(c, &seat);
	json_set_text(body, "digest", cl->order->digest);
	e = request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_CLIENT,
		.type = calendly ? "booking.claim" : "booking.request",
		.key = dedupe_key != NULL ? dedupe_key : seat.booking,
		.object = seat.booking,
		.body = body,
	}, &outcome);
	if (e == OK)
		e = booking_get_tx(c, db, outcome.booking, &cl->booking);
	return e == OK ? access_claim_tx(c, db, &cl->opened, cl->booking) : e;
}

/*
 * Calendly does not know who is signed in here: the claim tells.  A builder
 * who looks at it is not the client.
 */
static enum err
sign_tx(struct ctx *c, struct db *db, struct claim *cl)
{
	struct cJSON *body = json_object(c);
	struct event_outcome outcome;
	enum access_role role;
	enum err e;

	if (cl->booking->client != NULL || cl->who->user == NULL)
		return OK;
	e = access_role_tx(c, db, cl->who, cl->booking, &role);
	if (e != OK || role != ACCESS_CLIENT)
		return e;
	json_set_text(body, "client", cl->who->user);
	return request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_CLIENT,
		.type = "booking.sign",
		.object = cl->booking->id,
		.body = body,
	}, &outcome);
}

static enum err
claim_tx(struct ctx *c, struct db *db, void *arg)
{
	struct claim *cl = arg;
	const struct order *order = cl->order;
	const char *dedupe_key = NULL;
	enum err e = OK;

	cl->booking = NULL;
	cl->opened = *cl->who;
	if (order->key != NULL) {
		dedupe_key = arena_printf(c->mem, "key:%s",
		    hash_text(c->mem, order->key, strlen(order->key)));
		e = find_replayed(c, db, cl, dedupe_key);
	}
	if (e == OK && cl->booking == NULL && order->kind == ORDER_CALENDLY)
		e = booking_by_invitee_tx(c, db, order->seat.invitee,
		    &cl->booking);
	if (e == OK && cl->booking != NULL) {
		e = access_claim_tx(c, db, &cl->opened, cl->booking);
		return e == OK ? sign_tx(c, db, cl) : e;
	}
	if (e != OK)
		return e;
	/* Calendly knows the invitee, and it is for a type nobody sells. */
	if (cl->checked)
		return ctx_fail(c, E_NOTYPE, "nobody sells that event type");
	return book_tx(c, db, cl, dedupe_key);
}

/* ------------------------------------------------------------------------ */

enum err
claim_booking(struct ctx *c, struct shop *shop, const struct order *order,
    struct caller *who, int64_t deadline, const char **ret_booking)
{
	struct claim cl = { .order = order, .who = who,
		.seats_max = conf_number(shop->conf,
		    "UNPAID_SEATS_PER_CLIENT") };
	enum err e = OK;

	if (order->kind == ORDER_CALENDLY && shop->calendly.token != NULL) {
		e = db_read(c, shop->db, look_tx, &cl);
		if (e == OK && !cl.checked)
			e = verify(c, shop, &cl, deadline);
	}
	if (e == OK)
		e = db_transaction(c, shop->db, claim_tx, &cl);
	if (e != OK)
		return e;
	*who = cl.opened;
	*ret_booking = cl.booking->id;
	return OK;
}
