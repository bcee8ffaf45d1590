#include "booking/sale.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "booking/analytics.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/event.h"
#include "booking/mismatch.h"
#include "booking/payment.h"
#include "booking/settle.h"

/*
 * The attempt a session belongs to; *ret is NULL if there is none.  A session
 * we do not know yet is bound to the attempt it names, once.
 */
static enum err
find_attempt(struct ctx *c, struct db *db, const struct sale_session *told,
    struct checkout **ret)
{
	enum err e;

	e = checkout_by_session_tx(c, db, told->session, ret);
	if (e != OK || *ret != NULL || told->checkout == NULL)
		return e;
	e = checkout_get_tx(c, db, told->checkout, ret);
	if (e == OK && *ret != NULL && (*ret)->session != NULL)
		*ret = NULL;
	return e;
}

/* Is an attempt for this booking under way whose session is unknown? */
static enum err
is_under_way(struct ctx *c, struct db *db, const char *booking, int *ret)
{
	struct checkout_list list;
	size_t i;
	enum err e;

	*ret = 0;
	e = checkout_list_tx(c, db, booking, &list);
	for (i = 0; e == OK && i < list.count; i++)
		*ret |= strcmp(list.rows[i].status, "asked") == 0;
	return e;
}

/* What an event waits for that nothing but its session can place. */
static const char *
session_key(struct ctx *c, const char *session)
{
	return arena_printf(c->mem, "session:%s", session);
}

/* A session that none of our attempts has made, as far as we know. */
static enum err
unknown_session(struct ctx *c, struct db *db, const struct sale_session *told,
    const struct history_source *by, struct event_outcome *ret)
{
	const char *key = arena_printf(c->mem, "checkout:%s", told->booking);
	struct booking *b;
	int under_way;
	enum err e;

	if (told->booking == NULL) {
		event_ignored(c, ret, "not ours: it names no booking");
		return OK;
	}
	e = booking_get_tx(c, db, told->booking, &b);
	if (e == OK)
		e = is_under_way(c, db, told->booking, &under_way);
	if (e != OK)
		return e;
	/* It may be a session of ours all the same, whose id is to come. */
	if (b == NULL) {
		event_parked(ret, session_key(c, told->session),
		    "it names a booking we do not know");
		return OK;
	}
	if (under_way) {
		event_parked(ret, key,
		    "the answer to its creation is still to come");
		return OK;
	}
	return mismatch_note_tx(c, db, told->booking, by,
	    arena_printf(c->mem, "session %s is not one we made",
	    told->session), ret);
}

/* What contradicts the attempt; NULL if nothing does. */
static const char *
objection(const struct checkout *co, const struct sale_session *told)
{
	if (told->booking != NULL && strcmp(told->booking, co->booking) != 0 &&
	    !TWIN("one-booking"))
		return "session names another booking";
	if (!text_same(told->mode, "payment"))
		return "session mode is not payment";
	if (told->live != checkout_is_live(told->session) &&
	    !TWIN("live-mode"))
		return "live mode and session id disagree";
	if (TWIN("amount"))
		return NULL;
	if (!text_same(told->currency, co->currency))
		return "currency";
	if (told->subtotal != co->subtotal)
		return "amount before discounts";
	if (told->amount < 0 || told->amount > told->subtotal)
		return "amount";
	/* Fixed by the answer to the creation; nothing changes it later. */
	if (co->session != NULL && told->amount != co->amount)
		return "amount";
	if (co->payment != NULL && told->payment != NULL &&
	    strcmp(told->payment, co->payment) != 0)
		return "payment";
	return NULL;
}

/*
 * The same, *ret being the answer, and of what other rows say: the payment, if
 * there is one and we know it, goes to *ret_payment.
 */
static enum err
find_objection(struct ctx *c, struct db *db, const struct checkout *co,
    const struct sale_session *told, struct payment **ret_payment,
    const char **ret)
{
	const char *id = co->payment != NULL ? co->payment : told->payment;
	enum err e;

	*ret_payment = NULL;
	*ret = objection(co, told);
	if (*ret != NULL || id == NULL)
		return OK;
	e = payment_get_tx(c, db, id, ret_payment);
	if (e == OK && *ret_payment != NULL &&
	    strcmp((*ret_payment)->checkout, co->id) != 0 &&
	    !TWIN("one-payment"))
		*ret = "payment belongs to another session";
	return e;
}

static const char *
payment_word(const struct sale_session *told)
{
	return told->failed ? "failed" : told->payment_status;
}

/* Facts only grow: a late copy of an older word changes nothing. */
static void
merge_session(struct checkout *co, const struct sale_session *told)
{
	const char *word = payment_word(told);

	co->session = told->session;
	co->amount = told->amount;
	if (checkout_rank(told->status) > checkout_rank(co->status) ||
	    TWIN("ranks"))
		co->status = told->status;
	if (checkout_payment_rank(word) >
	    checkout_payment_rank(co->payment_status))
		co->payment_status = word;
	if (co->payment == NULL)
		co->payment = told->payment;
	if (told->url != NULL)
		co->url = told->url;
	if (told->expires_at > 0)
		co->expires_at = told->expires_at;
}

/*
 * The payment of a session: the row its refunds and disputes hang on.  Has its
 * intent told of the failure, too?
 */
static enum err
put_payment(struct ctx *c, struct db *db, const struct checkout *co,
    const struct sale_session *told, const struct payment *old,
    int *ret_failed)
{
	int paid = strcmp(co->payment_status, "paid") == 0;
	struct payment p;

	p = old != NULL ? *old : (struct payment){
		.id = co->payment,
		.booking = co->booking,
		.checkout = co->id,
		.currency = co->currency,
		.created_at = c->now,
	};
	if (paid && co->amount > p.received)
		p.received = co->amount;
	if (told->told_at > 0 && strcmp(payment_word(told), "paid") == 0 &&
	    (p.paid_at == 0 || told->told_at < p.paid_at))
		p.paid_at = told->told_at;
	if (p.received > 0) {
		p.failure = NULL;
		p.failed_at = 0;
	}
	*ret_failed = p.failed_at > 0;
	return payment_put_tx(c, db, &p);
}

/*
 * What the session's state counts for, once each.  It expired, or its payment
 * failed, only as long as nothing better is told of it; a failure that the
 * intent tells of (ledger.c) is the same one.
 */
static enum err
note_session(struct ctx *c, struct db *db, const struct booking *b,
    const struct checkout *co, int intent_failed)
{
	int complete = strcmp(co->status, "complete") == 0;
	int paid = strcmp(co->payment_status, "paid") == 0;
	const struct analytics_claim claims[] = {
		{ { "CHECKOUT_SESSION_CREATED", co->session, co->amount }, 1 },
		{ { "CHECKOUT_COMPLETED", co->session, co->amount },
		    complete },
		{ { "CHECKOUT_EXPIRED", co->session, co->amount },
		    strcmp(co->status, "expired") == 0 },
		{ { "PAYMENT_FAILED", co->session, co->amount },
		    strcmp(co->payment_status, "failed") == 0 &&
		    !intent_failed },
		/* Not paid yet by this session, it can be by its intent. */
		{ { "PAYMENT_COMPLETED", co->payment, co->amount }, 1 },
	};
	int told = paid && co->payment != NULL;

	return analytics_settle_all_tx(c, db, b, claims,
	    COUNT(claims) - (told ? 0 : 1));
}

/* The same fact in history: only when it is news. */
static enum err
tell_session(struct ctx *c, struct db *db, const struct checkout *was,
    const struct checkout *co, const struct history_source *by)
{
	if (text_same(was->status, co->status) &&
	    text_same(was->payment_status, co->payment_status))
		return OK;
	return history_add_tx(c, db, co->booking, by, "checkout",
	    arena_printf(c->mem, "attempt %lld is %s, %s",
	    (long long)co->attempt, co->status, co->payment_status));
}

static enum err
apply_session(struct ctx *c, struct db *db, struct checkout *co,
    const struct payment *old, const struct sale_session *told,
    const struct history_source *by, struct event_outcome *ret)
{
	const struct checkout was = *co;
	struct booking *b;
	int intent_failed = 0;
	enum err e;

	merge_session(co, told);
	e = checkout_save_tx(c, db, co);
	if (e == OK && co->payment != NULL)
		e = put_payment(c, db, co, told, old, &intent_failed);
	if (e == OK)
		e = booking_get_tx(c, db, co->booking, &b);
	if (e == OK)
		e = tell_session(c, db, &was, co, by);
	if (e == OK)
		e = note_session(c, db, b, co, intent_failed);
	if (e == OK)
		e = settle_booking_tx(c, db, b, by);
	if (e != OK)
		return e;
	event_applied(ret, co->booking);
	if (was.session == NULL) {
		event_frees(ret, arena_printf(c->mem, "checkout:%s",
		    co->booking));
		event_frees(ret, session_key(c, co->session));
	}
	if (was.payment == NULL && co->payment != NULL)
		event_frees(ret, arena_printf(c->mem, "intent:%s",
		    co->payment));
	return OK;
}

enum err
sale_handle_successful_payment_tx(struct ctx *c, struct db *db,
    const struct sale_session *told, const struct history_source *by,
    struct event_outcome *ret)
{
	struct checkout *co;
	struct payment *old;
	const char *why;
	enum err e;

	e = find_attempt(c, db, told, &co);
	if (e != OK)
		return e;
	if (co == NULL)
		return unknown_session(c, db, told, by, ret);
	e = find_objection(c, db, co, told, &old, &why);
	if (e != OK)
		return e;
	if (why != NULL)
		return mismatch_note_tx(c, db, co->booking, by, why, ret);
	if (checkout_rank(told->status) < 0 ||
	    checkout_payment_rank(told->payment_status) < 0) {
		event_failed(c, ret, co->booking, "a status we do not know");
		return OK;
	}
	return apply_session(c, db, co, old, told, by, ret);
}
