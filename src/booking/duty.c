#include "booking/duty.h"

#include <string.h>

#include "booking/analytics.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/job.h"
#include "booking/money.h"
#include "booking/payment.h"

/* What duty_settle_tx works on. */
struct duties {
	const struct status_facts *facts;
	const struct status *status;
	const struct history_source *by;
};

/* --- money that goes back ----------------------------------------------- */

/* Two kinds of money for a person to see. */
static enum err
count_oddities(struct ctx *c, struct db *db, const struct duties *d,
    const struct payment *p, const struct booking *b)
{
	const struct analytics_claim claims[] = {
		{ { "DUPLICATE_PAYMENT", p->id, p->received },
		    status_is_duplicate(d->facts, d->status, p) },
		{ { "PAYMENT_MISMATCH", p->id, p->received },
		    status_is_misfit(d->facts, p) },
	};

	return analytics_settle_all_tx(c, db, b, claims, COUNT(claims));
}

/* Why it goes back, for the history. */
static const char *
refund_reason(struct ctx *c, const struct duties *d, const struct payment *p)
{
	const struct booking *b = d->facts->booking;
	const char *why = "asked for";

	if (status_is_duplicate(d->facts, d->status, p))
		why = "paid twice";
	else if (d->status->late)
		why = "paid when the seat was gone";
	else if (status_percent(b) > 0 && b->auto_refund)
		why = arena_printf(c->mem, "cancelled by the %s, %d%% by the "
		    "policy", b->cancelled_by, status_percent(b));
	return why;
}

/*
 * What is owed for p is counted and asked for under the booking it was paid
 * for, whichever of the chain finds out.
 */
static enum err
settle_refund(struct ctx *c, struct db *db, const struct duties *d,
    const struct payment *p)
{
	struct job job = { .kind = DUTY_REFUND, .subject = p->id,
		.booking = p->booking };
	const struct booking *b = d->facts->booking;
	struct booking *paid_for;
	struct status_return r;
	int changed;
	enum err e = OK;

	status_return(d->facts, d->status, p, &r);
	job.due_at = r.due_at;
	if (strcmp(p->booking, b->id) != 0) {
		e = booking_get_tx(c, db, p->booking, &paid_for);
		b = paid_for;
	}
	if (e == OK)
		e = count_oddities(c, db, d, p, b);
	if (e == OK)
		e = job_settle_tx(c, db, &job, r.due > 0, &changed);
	if (e != OK || !changed)
		return e;
	if (r.due == 0)
		return history_add_tx(c, db, b->id, d->by, "refund not owed",
		    p->id);
	return history_add_tx(c, db, b->id, d->by, "refund owed",
	    arena_printf(c->mem, "%s of %s: %s",
	    money_text(c, r.due, p->currency), p->id,
	    refund_reason(c, d, p)));
}

/* --- seats --------------------------------------------------------------- */

int
duty_is_release(const struct booking *b)
{
	return strcmp(b->source, "calendly") == 0 &&
	    strcmp(b->status, "PENDING") == 0 &&
	    (strcmp(b->payment_status, "UNPAID") == 0 ||
	    strcmp(b->payment_status, "FAILED") == 0);
}

int
duty_is_cancel(const struct booking *b)
{
	return b->asked_cancel_at > 0 && b->told_cancel_at == 0 &&
	    b->moved_to == NULL && b->told_at > 0 && b->calendly_event != NULL;
}

int
duty_is_expire(const struct booking *b, const struct checkout *co)
{
	return b->cancelled_at > 0 && b->moved_to == NULL &&
	    (strcmp(co->status, "open") == 0 ||
	    strcmp(co->status, "asked") == 0);
}

static enum err
settle_seat(struct ctx *c, struct db *db, const struct booking *b)
{
	const struct job release = { .kind = DUTY_RELEASE, .subject = b->id,
		.booking = b->id, .due_at = b->hold_at };
	const struct job cancel = { .kind = DUTY_CANCEL, .subject = b->id,
		.booking = b->id };
	int changed;
	enum err e;

	e = job_settle_tx(c, db, &release, duty_is_release(b), &changed);
	if (e == OK)
		e = job_settle_tx(c, db, &cancel, duty_is_cancel(b), &changed);
	return e;
}

static enum err
settle_page(struct ctx *c, struct db *db, const struct booking *b,
    const struct checkout *co)
{
	const struct job job = { .kind = DUTY_EXPIRE, .subject = co->id,
		.booking = co->booking };
	int changed;

	return job_settle_tx(c, db, &job, duty_is_expire(b, co), &changed);
}

enum err
duty_settle_tx(struct ctx *c, struct db *db, const struct status_facts *facts,
    const struct status *status, const struct history_source *by)
{
	const struct duties d = { facts, status, by };
	size_t i;
	enum err e;

	e = settle_seat(c, db, facts->booking);
	for (i = 0; e == OK && i < facts->checkout_count; i++)
		e = settle_page(c, db, facts->booking, &facts->checkouts[i]);
	for (i = 0; e == OK && i < facts->payment_count; i++)
		e = settle_refund(c, db, &d, &facts->payments[i]);
	return e;
}
