#include "booking/ledger.h"

#include <string.h>

#include "base/text.h"
#include "booking/analytics.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/event.h"
#include "booking/mismatch.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "booking/settle.h"

static enum err
note(struct ctx *c, struct db *db, const struct booking *b, const char *name,
    const char *subject, int64_t amount)
{
	const struct analytics_fact fact = { name, subject, amount };

	return analytics_note_tx(c, db, b, &fact);
}

/* What contradicts the payment and its session; NULL if nothing does. */
static const char *
objection(const struct payment *p, const struct checkout *co,
    const struct ledger_entry *told)
{
	if (!text_same(told->currency, p->currency))
		return "currency";
	if (told->amount < 0)
		return "amount is negative";
	if (told->booking != NULL && strcmp(told->booking, p->booking) != 0)
		return "it names another booking";
	if (told->live >= 0 && told->live != checkout_is_live(co->session))
		return "live mode and session id disagree";
	return NULL;
}

/*
 * The payment that told is about; *ret is NULL, and *how says what becomes
 * of the event, if we do not know it or it contradicts it.
 */
static enum err
find_payment(struct ctx *c, struct db *db, const struct ledger_entry *told,
    const struct history_source *by, struct event_outcome *how,
    struct payment **ret)
{
	struct payment *p = NULL;
	struct checkout *co;
	const char *wrong;
	enum err e;

	*ret = NULL;
	if (told->payment == NULL) {
		event_ignored(c, how, "not ours: it has no PaymentIntent");
		return OK;
	}
	e = payment_get_tx(c, db, told->payment, &p);
	if (e != OK)
		return e;
	if (p == NULL) {
		event_parked(how, arena_printf(c->mem, "intent:%s",
		    told->payment), "its payment is not known yet");
		return OK;
	}
	e = checkout_get_tx(c, db, p->checkout, &co);
	if (e != OK)
		return e;
	wrong = objection(p, co, told);
	if (wrong != NULL)
		return mismatch_note_tx(c, db, p->booking, by, wrong, how);
	*ret = p;
	return OK;
}

/*
 * The same for money that goes back.  More than was asked for cannot: whoever
 * says so is not believed, or the books would call the rest repaid.
 */
static enum err
find_source(struct ctx *c, struct db *db, const struct ledger_entry *told,
    const struct history_source *by, struct event_outcome *how,
    struct payment **ret)
{
	struct checkout *co;
	struct payment *p;
	enum err e;

	*ret = NULL;
	e = find_payment(c, db, told, by, how, &p);
	if (e != OK || p == NULL)
		return e;
	e = checkout_get_tx(c, db, p->checkout, &co);
	if (e != OK)
		return e;
	if (told->amount > co->amount)
		return mismatch_note_tx(c, db, p->booking, by,
		    "more goes back than was asked for", how);
	*ret = p;
	return OK;
}

/* Stores p, and settles its booking. */
static enum err
settle_payment(struct ctx *c, struct db *db, const struct payment *p,
    const struct history_source *by, struct event_outcome *ret)
{
	struct booking *b;
	enum err e;

	e = payment_put_tx(c, db, p);
	if (e == OK)
		e = booking_get_tx(c, db, p->booking, &b);
	if (e == OK)
		e = settle_booking_tx(c, db, b, by);
	if (e == OK)
		event_applied(ret, p->booking);
	return e;
}

/* Money came in through an intent: so its session was completed and paid. */
static enum err
complete_session(struct ctx *c, struct db *db, struct checkout *co)
{
	co->status = "complete";
	co->payment_status = "paid";
	return checkout_save_tx(c, db, co);
}

static enum err
receive(struct ctx *c, struct db *db, struct payment *p, struct checkout *co,
    const struct ledger_entry *told)
{
	struct booking *b;
	enum err e;

	if (told->amount > p->received)
		p->received = told->amount;
	if (p->paid_at == 0 || told->told_at < p->paid_at)
		p->paid_at = told->told_at;
	if (told->charge != NULL)
		p->charge = told->charge;
	p->failure = NULL;
	p->failed_at = 0;
	e = booking_get_tx(c, db, p->booking, &b);
	if (e == OK)
		e = note(c, db, b, "PAYMENT_COMPLETED", p->id, p->received);
	if (e == OK)
		e = complete_session(c, db, co);
	return e;
}

/* The newer word wins, as always; of two in one second, any but the same. */
static int
is_newer_failure(const struct payment *p, const struct ledger_entry *told)
{
	if (p->received > 0 || told->told_at != p->failed_at)
		return p->received == 0 && told->told_at > p->failed_at;
	return p->failure == NULL || strcmp(told->failure, p->failure) > 0;
}

/* A declined try is not the end: the session stays open for another card. */
static enum err
note_failure(struct ctx *c, struct db *db, struct payment *p,
    const struct checkout *co, const struct ledger_entry *told,
    const struct history_source *by)
{
	const char *subject = told->charge != NULL ? told->charge : p->id;
	const struct analytics_fact delayed = { "PAYMENT_FAILED", co->session,
		co->amount };
	struct booking *b;
	enum err e;

	if (is_newer_failure(p, told)) {
		p->failure = told->failure;
		p->failed_at = told->told_at;
	}
	e = booking_get_tx(c, db, p->booking, &b);
	if (e == OK)
		e = note(c, db, b, "PAYMENT_FAILED", subject, 0);
	/* Its session tells of the same failure. */
	if (e == OK)
		e = analytics_settle_tx(c, db, b, &delayed, 0);
	if (e == OK)
		e = history_add_tx(c, db, p->booking, by, "payment declined",
		    told->failure);
	return e;
}

enum err
ledger_intent_tx(struct ctx *c, struct db *db, const struct ledger_entry *told,
    const struct history_source *by, struct event_outcome *ret)
{
	struct payment *p;
	struct checkout *co;
	enum err e;

	if (told->booking == NULL) {
		event_ignored(c, ret, "not ours: it names no booking");
		return OK;
	}
	e = find_payment(c, db, told, by, ret, &p);
	if (e != OK || p == NULL)
		return e;
	e = checkout_get_tx(c, db, p->checkout, &co);
	if (e != OK)
		return e;
	if (told->amount > 0 && told->amount != co->amount)
		return mismatch_note_tx(c, db, p->booking, by,
		    "received amount", ret);
	if (told->amount > 0)
		e = receive(c, db, p, co, told);
	else if (told->failure != NULL)
		e = note_failure(c, db, p, co, told, by);
	if (e == OK)
		e = settle_payment(c, db, p, by, ret);
	return e;
}

enum err
ledger_charge_tx(struct ctx *c, struct db *db, const struct ledger_entry *told,
    const struct history_source *by, struct event_outcome *ret)
{
	struct payment *p;
	enum err e;

	e = find_source(c, db, told, by, ret, &p);
	if (e != OK || p == NULL)
		return e;
	if (told->amount > p->charge_refunded)
		p->charge_refunded = told->amount;
	return settle_payment(c, db, p, by, ret);
}

/* What failed in the end was not paid back, whatever was said before. */
static enum err
note_refund(struct ctx *c, struct db *db, const struct booking *b,
    const struct refund *r)
{
	const struct analytics_fact back = { "PAYMENT_REFUNDED", r->id,
		r->amount };
	const struct analytics_fact failed = { "REFUND_FAILED", r->id,
		r->amount };
	enum err e;

	e = analytics_settle_tx(c, db, b, &back,
	    strcmp(r->status, "succeeded") == 0);
	if (e == OK)
		e = analytics_settle_tx(c, db, b, &failed,
		    strcmp(r->status, "failed") == 0);
	return e;
}

enum err
ledger_refund_tx(struct ctx *c, struct db *db, const struct ledger_entry *told,
    const struct history_source *by, struct event_outcome *ret)
{
	struct refund *old, r;
	struct payment *p;
	struct booking *b;
	enum err e;

	e = find_source(c, db, told, by, ret, &p);
	if (e != OK || p == NULL)
		return e;
	e = refund_get_tx(c, db, told->id, &old);
	if (e != OK)
		return e;
	r = old != NULL ? *old : (struct refund){
		.id = told->id,
		.payment = p->id,
		.amount = told->amount,
		.currency = told->currency,
		.status = "pending",
		.created_at = told->made_at,
	};
	/* A status Stripe has added since is kept as the one we know. */
	if (refund_rank(told->status) > refund_rank(r.status))
		r.status = told->status;
	if (r.reason == NULL)
		r.reason = told->reason;
	/* Only ours name a booking. */
	if (told->booking != NULL)
		r.asked_by = "system";
	if (told->failure != NULL)
		r.failure = told->failure;
	e = refund_put_tx(c, db, &r);
	if (e == OK)
		e = booking_get_tx(c, db, p->booking, &b);
	if (e == OK)
		e = note_refund(c, db, b, &r);
	if (e == OK && (old == NULL || strcmp(old->status, r.status) != 0))
		e = history_add_tx(c, db, b->id, by, "refund",
		    arena_printf(c->mem, "%s of %lld %s", r.status,
		    (long long)r.amount, r.currency));
	if (e == OK)
		e = settle_payment(c, db, p, by, ret);
	return e;
}

/* The newer word wins; of two in one second, the one that is final. */
static int
is_news(const struct dispute *d, const struct ledger_entry *told)
{
	if (told->told_at != d->told_at)
		return told->told_at > d->told_at;
	if (dispute_is_final(told->status) != dispute_is_final(d->status))
		return dispute_is_final(told->status);
	return strcmp(told->status, d->status) > 0;
}

/* A question by the bank is no dispute yet. */
static enum err
note_dispute(struct ctx *c, struct db *db, const struct booking *b,
    const struct dispute *d)
{
	const struct analytics_fact fact = { "PAYMENT_DISPUTED", d->id,
		d->amount };

	return analytics_settle_tx(c, db, b, &fact,
	    strncmp(d->status, "warning_", 8) != 0);
}

enum err
ledger_dispute_tx(struct ctx *c, struct db *db,
    const struct ledger_entry *told, const struct history_source *by,
    struct event_outcome *ret)
{
	struct dispute *old, d;
	struct payment *p;
	struct booking *b;
	enum err e;

	e = find_payment(c, db, told, by, ret, &p);
	if (e != OK || p == NULL)
		return e;
	e = dispute_get_tx(c, db, told->id, &old);
	if (e != OK)
		return e;
	d = old != NULL ? *old : (struct dispute){
		.id = told->id,
		.payment = p->id,
		.currency = told->currency,
		.status = "",
		.created_at = told->made_at,
	};
	if (is_news(&d, told)) {
		d.status = told->status;
		d.told_at = told->told_at;
		d.amount = told->amount;
		d.reason = told->reason;
		d.due_at = told->due_at;
	}
	e = dispute_put_tx(c, db, &d);
	if (e == OK)
		e = booking_get_tx(c, db, p->booking, &b);
	if (e == OK)
		e = note_dispute(c, db, b, &d);
	if (e == OK && (old == NULL || strcmp(old->status, d.status) != 0))
		e = history_add_tx(c, db, b->id, by, "dispute", d.status);
	if (e == OK)
		e = settle_payment(c, db, p, by, ret);
	return e;
}
