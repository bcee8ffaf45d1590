#include "booking/collect.h"

#include <string.h>

#include "base/fault.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/analytics.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/session_type.h"
#include "booking/settle.h"

#define MINUTE (60 * NOW_SECOND)
#define HOUR (60 * MINUTE)

/* An open session is handed out again while it lasts at least this long. */
#define ABOUT_TO_EXPIRE (2 * MINUTE)

/* Stripe refuses a session that would end in less than half an hour. */
#define SHORTEST_SESSION (30 * MINUTE)

/* A lookup asks Stripe about one session at most this often. */
#define BETWEEN_LOOKUPS (3 * NOW_SECOND)

static const struct history_source by_client = { "client", NULL };

/* Why no money is asked for; OK if it may be. */
static enum err
check_state(struct ctx *c, struct db *db, const struct booking *b,
    const struct status *s)
{
	int taken = 0;
	enum err e;

	if (b->moved_to != NULL)
		return ctx_refuse(c, E_CONFLICT,
		    "This booking was moved to another time.");
	if (b->cancelled_at > 0)
		return ctx_refuse(c, E_CONFLICT, "This booking was cancelled.");
	if (s->captured > 0 || (s->paid && b->amount > 0))
		return ctx_refuse(c, E_CONFLICT,
		    "This booking is already paid.");
	if (strcmp(s->payment, "PROCESSING") == 0)
		return ctx_refuse(c, E_CONFLICT,
		    "A payment for this booking is on its way.");
	if (b->no_show || b->start_at <= c->now)
		return ctx_refuse(c, E_CONFLICT, "This time has passed.");
	if (b->hold_at > c->now || s->paid)
		return OK;
	/* The hold is over: is the time still free? */
	e = booking_overlaps_tx(c, db, b, &taken);
	if (e == OK && taken)
		e = ctx_refuse(c, E_CONFLICT,
		    "This time was kept for you until it had to be given "
		    "away. Please choose another one.");
	return e;
}

/* What an attempt that may still lead to a payment demands. */
static enum collect_step
step_for(struct ctx *c, const struct checkout *co, const struct booking *b,
    const struct collect_terms *terms)
{
	if (strcmp(co->status, "asked") == 0)
		return co->expires_at - c->now >= SHORTEST_SESSION
		    ? COLLECT_SEND : COLLECT_ASK;
	if (co->subtotal == b->amount &&
	    text_same(co->currency, b->currency) &&
	    text_same(co->booking, b->id) &&
	    text_same(co->promotion_code, terms->promotion_code) &&
	    co->expires_at - c->now >= ABOUT_TO_EXPIRE)
		return COLLECT_REUSE;
	return COLLECT_EXPIRE;
}

/*
 * Stripe is pickier about addresses than we are.  The client types it again
 * on Stripe's page, rather than lose the seat to it.
 */
static int
refused_email(const struct status_facts *f)
{
	size_t i;

	for (i = 0; i < f->checkout_count; i++)
		if (text_same(f->checkouts[i].refusal, COLLECT_BAD_EMAIL))
			return 1;
	return 0;
}

enum err
collect_attempt_tx(struct ctx *c, struct db *db, const struct checkout *co)
{
	struct booking *b;
	enum err e;

	e = booking_get_tx(c, db, co->booking, &b);
	if (e == OK && b == NULL)
		e = ctx_fail(c, E_NOBOOKING, "no such booking");
	if (e == OK)
		e = checkout_add_tx(c, db, co);
	if (e == OK)
		e = analytics_note_tx(c, db, b, &(struct analytics_fact){
		    "CHECKOUT_INITIATED", arena_printf(c->mem, "%s:%lld",
		    b->id, (long long)co->attempt), b->amount });
	if (e == OK)
		e = history_add_tx(c, db, b->id, &by_client, "checkout",
		    arena_printf(c->mem, "attempt %lld started",
		    (long long)co->attempt));
	if (e != OK)
		return e;
	if (b->hold_at < co->expires_at)
		b->hold_at = co->expires_at;
	return settle_booking_tx(c, db, b, &by_client);
}

/* Each attempt asks Stripe: who only clicks must come to an end. */
static enum err
check_rate(struct ctx *c, const struct status_facts *f,
    const struct booking *b, const struct collect_terms *terms)
{
	int64_t oldest = c->now, n = 0;
	size_t i;

	for (i = 0; i < f->checkout_count; i++) {
		const struct checkout *co = &f->checkouts[i];

		if (!text_same(co->booking, b->id) ||
		    co->created_at <= c->now - HOUR)
			continue;
		n++;
		if (co->created_at < oldest)
			oldest = co->created_at;
	}
	if (terms->per_hour == 0 || n < terms->per_hour ||
	    TWIN("checkout-rate"))
		return OK;
	c->retry_after = (int)((oldest + HOUR - c->now) / NOW_SECOND) + 1;
	return ctx_refuse(c, E_RATE, "The payment page of this booking was "
	    "opened too often; please try again in an hour.");
}

/*
 * A new attempt prolongs the hold.  Without an end to that, a time could be
 * kept from everybody else and never be paid.  What an admin books is kept for
 * whom the admin likes.
 */
static enum err
check_hold(struct ctx *c, const struct booking *b,
    const struct session_type *type, const struct collect_terms *terms)
{
	int64_t end = b->created_at + type->hold_minutes * MINUTE +
	    terms->extra_hours * HOUR;

	if (terms->extra_hours == 0 || c->now < end ||
	    strcmp(b->source, "admin") == 0 || TWIN("hold-end"))
		return OK;
	return ctx_refuse(c, E_CONFLICT, "This time could not be kept for you "
	    "any longer. Please book again.");
}

static enum err
new_attempt(struct ctx *c, struct db *db, const struct status_facts *f,
    const struct booking *b, int64_t attempt,
    const struct collect_terms *terms, struct checkout **ret)
{
	struct checkout *co = arena_alloc(c->mem, sizeof(*co));
	struct collect_draft draft = { .booking = b, .hold_at = b->hold_at,
		.without_email = refused_email(f) };
	enum err e;

	e = check_rate(c, f, b, terms);
	if (e == OK)
		e = session_type_get_tx(c, db, b->session_type, &draft.type);
	if (e == OK)
		e = check_hold(c, b, draft.type, terms);
	if (e != OK)
		return e;
	draft.checkout = arena_printf(c->mem, "checkout-%s-%lld", b->id,
	    (long long)attempt);
	terms->compose(c, &draft, terms->arg);
	*co = (struct checkout){
		.id = draft.checkout,
		.booking = b->id,
		.attempt = attempt,
		.body = draft.body,
		.promotion_code = terms->promotion_code,
		.status = "asked",
		.payment_status = "unpaid",
		.amount = b->amount,
		.subtotal = b->amount,
		.currency = b->currency,
		.expires_at = draft.expires_at,
		.created_at = c->now,
	};
	*ret = co;
	return collect_attempt_tx(c, db, co);
}

static enum err
plan(struct ctx *c, struct db *db, const struct collect_terms *terms,
    struct collect_plan *ret)
{
	struct booking *b = ret->booking;
	struct status_facts f;
	struct status s;
	int64_t attempt = 1;
	size_t i;
	enum err e;

	e = settle_gather_tx(c, db, b, &f);
	if (e != OK)
		return e;
	status_compute(&f, &s);
	e = check_state(c, db, b, &s);
	if (e != OK)
		return e;
	if (b->amount == 0) {
		ret->step = COLLECT_NOTHING;
		return OK;
	}
	for (i = 0; i < f.checkout_count; i++) {
		const struct checkout *co = &f.checkouts[i];

		if (text_same(co->booking, b->id) && co->attempt >= attempt)
			attempt = co->attempt + 1;
		if (strcmp(co->status, "asked") != 0 &&
		    strcmp(co->status, "open") != 0)
			continue;
		if (TWIN("one-session"))
			continue;
		ret->checkout = (struct checkout *)co;
		ret->step = step_for(c, co, b, terms);
		if (ret->step == COLLECT_EXPIRE && TWIN("expire-first"))
			continue;
		return OK;
	}
	ret->step = COLLECT_SEND;
	ret->is_new = 1;
	return new_attempt(c, db, &f, b, attempt, terms, &ret->checkout);
}

enum err
collect_plan_tx(struct ctx *c, struct db *db,
    const struct collect_terms *terms, struct collect_plan *ret)
{
	struct collect_plan p = { 0 };
	enum err e;

	e = booking_get_tx(c, db, terms->booking, &p.booking);
	if (e == OK && p.booking == NULL)
		e = ctx_fail(c, E_NOBOOKING, "no such booking");
	if (e == OK)
		e = plan(c, db, terms, &p);
	if (e == OK)
		*ret = p;
	return e;
}

enum err
collect_refused_tx(struct ctx *c, struct db *db, const char *checkout,
    const char *code)
{
	struct checkout *co;
	enum err e;

	e = checkout_get_tx(c, db, checkout, &co);
	if (e != OK || co == NULL || strcmp(co->status, "asked") != 0)
		return e;
	co->status = "refused";
	co->refusal = code;
	e = checkout_save_tx(c, db, co);
	if (e == OK)
		e = history_add_tx(c, db, co->booking,
		    &(const struct history_source){ "stripe", NULL },
		    "checkout refused", code);
	return e;
}

enum err
collect_turn_tx(struct ctx *c, struct db *db, const char *checkout, int *ret)
{
	struct checkout *co;
	enum err e;

	*ret = 0;
	e = checkout_get_tx(c, db, checkout, &co);
	if (e != OK || co == NULL)
		return e;
	/*
	 * A request that waited comes with an older time than the one that
	 * asked; a clock that was put back must not keep everybody waiting.
	 */
	if (co->asked_at - c->now < MINUTE &&
	    c->now - co->asked_at < BETWEEN_LOOKUPS)
		return OK;
	co->asked_at = c->now;
	*ret = 1;
	return checkout_save_tx(c, db, co);
}
