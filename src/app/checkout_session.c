#include "app/checkout_session.h"

#include <string.h>

#include "app/access.h"
#include "app/attempt.h"
#include "app/claim.h"
#include "app/order.h"
#include "app/request.h"
#include "app/shop.h"
#include "app/view.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/collect.h"
#include "booking/session_type.h"
#include "db/db.h"
#include "db/row.h"
#include "provider/stripe_event.h"
#include "provider/stripe_session.h"
#include "web/auth.h"

/* A person waits this long, all calls together; nginx waits longer. */
#define TOTAL_BUDGET (20 * NOW_SECOND)

/* Steps of one creation: one looks, one ends the session that is not wanted
 * any more, one opens its own, and others do the same meanwhile. */
enum { ROUNDS_MAX = 6 };

/* One creation under way. */
struct creation {
	struct shop *shop;
	const struct order *order;
	struct caller *who;
	const char *booking;      /* id, once known */
	const char *promotion;    /* promo_… id, or NULL */
	int64_t deadline;
	const struct link_grant *grant; /* by which the caller may pay */
	int rounds;               /* that are left */
	int looked;               /* Stripe said how the session stands */
	struct collect_plan plan; /* the latest */
};

/* --- the exact body ----------------------------------------------------- */

static void
compose(struct ctx *c, struct collect_draft *draft, const void *arg)
{
	const struct creation *cr = arg;
	const struct booking *b = draft->booking;
	const char *base = cr->shop->public_url;
	const char *path = cr->order->return_path;
	int64_t ends = stripe_session_expiry(ctx_seconds(c),
	    draft->hold_at / NOW_SECOND);
	const struct stripe_session_params params = {
		.booking = b->id,
		.builder = b->builder,
		.client = b->client,
		.session_type = b->session_type,
		.start_time = now_text(c->mem, b->start_at),
		.end_time = now_text(c->mem, b->end_at),
		.timezone = b->timezone,
		.calendly_event = b->calendly_event,
		.is_calendly = b->invitee != NULL,
		.checkout = draft->checkout,
		.title = draft->type->title,
		.description = draft->type->description,
		.amount = b->amount,
		.currency = b->currency,
		.email = draft->without_email ? NULL : b->email,
		.locale = cr->order->locale,
		.promotion_code = cr->promotion,
		.success_url = arena_printf(c->mem,
		    "%s%s?session_id={CHECKOUT_SESSION_ID}", base,
		    path == NULL ? "/booking/payment" : path),
		.cancel_url = arena_printf(c->mem,
		    "%s/booking/confirmation?booking=%s", base, b->id),
		.expires_at = ends,
	};

	draft->body = stripe_session_body(c, &params);
	draft->expires_at = ends * NOW_SECOND;
}

/* --- looking at Stripe -------------------------------------------------- */

/* Where a lookup waits for Stripe, a person waits along. */
#define LOOKUP_BUDGET (5 * NOW_SECOND)

struct turn {
	const char *checkout;
	int mine;
};

static enum err
turn_tx(struct ctx *c, struct db *db, void *arg)
{
	struct turn *t = arg;

	return collect_turn_tx(c, db, t->checkout, &t->mine);
}

/*
 * Asks Stripe, if it is this caller's turn.  That it does not answer is no
 * reason not to show what we know; the log says so.
 */
static void
refresh(struct ctx *c, struct shop *shop, const struct checkout *co,
    int64_t latest)
{
	struct turn turn = { .checkout = co->id };
	int64_t deadline = now_monotonic() + LOOKUP_BUDGET;
	enum err e;

	if (deadline > latest)
		deadline = latest;
	e = db_transaction(c, shop->db, turn_tx, &turn);
	if (e == OK && turn.mine)
		e = attempt_read(c, shop, co->session, deadline);
	if (e != OK) {
		c->say = NULL;
		c->retry_after = 0;
	}
}

/* --- steps -------------------------------------------------------------- */

static enum err
plan_tx(struct ctx *c, struct db *db, void *arg)
{
	struct creation *cr = arg;
	const struct collect_terms terms = {
		.booking = cr->booking,
		.promotion_code = cr->order->promotion_code,
		.per_hour = conf_number(cr->shop->conf, "CHECKOUTS_PER_HOUR"),
		.extra_hours = conf_number(cr->shop->conf, "HOLD_EXTRA_HOURS"),
		.compose = compose,
		.arg = cr,
	};

	struct collect_plan *plan = &cr->plan;
	enum err e;

	e = collect_plan_tx(c, db, &terms, plan);
	if (e != OK || !plan->is_new)
		return e;
	return request_note_tx(c, db, &(const struct request){
		.source = REQUEST_CLIENT,
		.type = "checkout.attempt",
		.key = plan->checkout->id,
		.object = plan->checkout->id,
		.body = row_json(c, &checkout_table, plan->checkout),
	}, cr->booking);
}

static void
found(const struct creation *cr, struct checkout_session *ret)
{
	const struct checkout *co = cr->plan.checkout;

	*ret = (struct checkout_session){ .booking = cr->booking,
		.session = co->session, .url = co->url,
		.expires_at = co->expires_at };
}

/* One round: looks what is to do, and does it.  *ret_done when it is over. */
static enum err
round_once(struct ctx *c, struct creation *cr, struct checkout_session *ret,
    int *ret_done)
{
	const struct checkout *co;
	enum err e;

	e = db_transaction(c, cr->shop->db, plan_tx, cr);
	if (e != OK)
		return e;
	co = cr->plan.checkout;
	switch (cr->plan.step) {
	case COLLECT_NOTHING:
		*ret = (struct checkout_session){ .booking = cr->booking,
			.url = arena_printf(c->mem,
			    "%s/booking/confirmation?booking=%s",
			    cr->shop->public_url, cr->booking) };
		*ret_done = 1;
		return OK;
	case COLLECT_REUSE:
		/* Open, as far as we know: it may be paid, and the webhook
		 * lost.  Nobody is sent to pay what is paid. */
		if (!cr->looked && cr->shop->stripe.key != NULL) {
			cr->looked = 1;
			refresh(c, cr->shop, co, cr->deadline);
			return OK;
		}
		found(cr, ret);
		*ret_done = 1;
		return OK;
	case COLLECT_SEND:
		if (cr->shop->stripe.key == NULL)
			return ctx_fail(c, E_PAYMENT,
			    "STRIPE_SECRET_KEY is not set");
		cr->looked = 1;
		return attempt_send(c, cr->shop, co, cr->deadline);
	case COLLECT_ASK:
		cr->looked = 1;
		return attempt_ask(c, cr->shop, co, cr->deadline);
	case COLLECT_EXPIRE:
		/* Who ends one opens one: in a fight of two tabs about the
		 * price, the last blow must not leave the client none. */
		if (cr->rounds < 2)
			return ctx_fail(c, E_STRIPE, "others want this "
			    "booking's session at another price");
		return attempt_expire(c, cr->shop, co, cr->deadline);
	}
	return ctx_fail(c, E_INTERNAL, "unknown step");
}

/* --- create ------------------------------------------------------------- */

/* Stripe takes the code's id, not what the client typed. */
static enum err
find_promotion(struct ctx *c, struct creation *cr)
{
	struct stripe_list list;
	struct stripe_answer a;
	enum err e;

	if (cr->order->promotion_code == NULL || cr->shop->stripe.key == NULL)
		return OK;
	if (stripe_promotion_find(c, &cr->shop->stripe,
	    cr->order->promotion_code, cr->deadline, &a) != STRIPE_DONE)
		return stripe_verdict(c, "find promotion code", &a);
	e = stripe_event_list(c, a.body, a.body_len, &list);
	if (e == OK && list.count == 0)
		e = ctx_refuse(c, E_BADREQ,
		    "This promotion code is not valid.");
	if (e == OK)
		cr->promotion = list.items[0].id;
	return e;
}

static enum err
may_pay_tx(struct ctx *c, struct db *db, void *arg)
{
	struct creation *cr = arg;
	struct booking *b;
	enum err e;

	e = booking_get_tx(c, db, cr->booking, &b);
	if (e == OK)
		e = access_check_tx(c, db, cr->who, b, ACCESS_PAY);
	if (e == OK)
		cr->grant = access_grant(c, cr->who, b);
	return e;
}

enum err
checkout_session_create(struct ctx *c, struct shop *shop,
    const struct order *order, struct caller *who,
    struct checkout_session *ret)
{
	struct creation cr = {
		.shop = shop,
		.order = order,
		.who = who,
		.booking = order->booking,
		.deadline = now_monotonic() + TOTAL_BUDGET,
		.rounds = ROUNDS_MAX,
	};
	int done = 0;
	enum err e = OK;

	if (order->kind != ORDER_BOOKING)
		e = access_book(c, who, NULL);
	/* A mistyped code must not leave a seat taken by who typed it. */
	if (e == OK && order->kind != ORDER_BOOKING)
		e = find_promotion(c, &cr);
	if (e == OK && order->kind != ORDER_BOOKING)
		e = claim_booking(c, shop, order, who, cr.deadline,
		    &cr.booking);
	if (e == OK)
		e = db_read(c, shop->db, may_pay_tx, &cr);
	if (e == OK && order->kind == ORDER_BOOKING)
		e = find_promotion(c, &cr);
	while (e == OK && !done && cr.rounds-- > 0)
		e = round_once(c, &cr, ret, &done);
	if (e == OK && !done)
		e = ctx_fail(c, E_STRIPE, "no open session after %d rounds",
		    ROUNDS_MAX);
	if (e == OK)
		ret->grant = cr.grant;
	return e;
}

/* --- status ------------------------------------------------------------- */

struct lookup {
	const char *session;
	const struct caller *who;
	struct checkout *checkout;
	struct view view;
};

static enum err
look_tx(struct ctx *c, struct db *db, void *arg)
{
	struct lookup *l = arg;
	struct booking *b = NULL;
	enum err e;

	e = checkout_by_session_tx(c, db, l->session, &l->checkout);
	if (e == OK && l->checkout != NULL)
		e = booking_get_tx(c, db, l->checkout->booking, &b);
	if (e == OK)
		e = access_check_tx(c, db, l->who, b, ACCESS_SEE);
	/* A session that is somebody else's is one that does not exist. */
	if (e == E_NOBOOKING)
		return E_NOSESSION;
	if (e == OK)
		e = view_load_tx(c, db, b, l->who, &l->view);
	return e;
}

/* Is there something that Stripe may know and we do not yet? */
static int
is_unsettled(const struct checkout *co)
{
	return strcmp(co->status, "open") == 0 ||
	    (strcmp(co->status, "complete") == 0 &&
	    strcmp(co->payment_status, "unpaid") == 0);
}

enum err
checkout_session_status(struct ctx *c, struct shop *shop, const char *session,
    const struct caller *who, struct cJSON *data)
{
	struct lookup l = { .session = session, .who = who };
	enum err e;

	e = db_read(c, shop->db, look_tx, &l);
	if (e == OK && is_unsettled(l.checkout) && shop->stripe.key != NULL) {
		refresh(c, shop, l.checkout, INT64_MAX);
		e = db_read(c, shop->db, look_tx, &l);
	}
	if (e == OK)
		view_session(c, &l.view, l.checkout, data);
	return e;
}
