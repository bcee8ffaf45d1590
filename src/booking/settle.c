#include "booking/settle.h"

#include <string.h>

#include "base/text.h"
#include "booking/analytics.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/duty.h"
#include "booking/money.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "db/db.h"

/* n structs of size, behind the count there are already. */
static void *
append(struct ctx *c, const void *list, size_t count, const void *more,
    size_t n, size_t size)
{
	char *joined;

	if (n == 0)
		return (void *)list;
	joined = arena_alloc(c->mem, (count + n) * size);
	if (count > 0)
		memcpy(joined, list, count * size);
	memcpy(joined + count * size, more, n * size);
	return joined;
}

static enum err
gather_payment(struct ctx *c, struct db *db, const char *payment,
    struct status_facts *f)
{
	struct refund_list refunds;
	struct dispute_list disputes;
	enum err e;

	e = refund_list_tx(c, db, payment, &refunds);
	if (e == OK)
		e = dispute_list_tx(c, db, payment, &disputes);
	if (e != OK)
		return e;
	f->refunds = append(c, f->refunds, f->refund_count, refunds.rows,
	    refunds.count, sizeof(*f->refunds));
	f->refund_count += refunds.count;
	f->disputes = append(c, f->disputes, f->dispute_count, disputes.rows,
	    disputes.count, sizeof(*f->disputes));
	f->dispute_count += disputes.count;
	return OK;
}

/* Adds what one booking of the chain has: its money, and what was asked. */
static enum err
gather_booking(struct ctx *c, struct db *db, const struct booking *b,
    struct status_facts *f)
{
	struct checkout_list checkouts;
	struct payment_list payments;
	size_t i;
	enum err e;

	e = checkout_list_tx(c, db, b->id, &checkouts);
	if (e == OK)
		e = payment_list_tx(c, db, b->id, &payments);
	if (e != OK)
		return e;
	if (b->refund_goal > f->refund_goal)
		f->refund_goal = b->refund_goal;
	f->checkouts = append(c, f->checkouts, f->checkout_count,
	    checkouts.rows, checkouts.count, sizeof(*f->checkouts));
	f->checkout_count += checkouts.count;
	f->payments = append(c, f->payments, f->payment_count, payments.rows,
	    payments.count, sizeof(*f->payments));
	f->payment_count += payments.count;
	for (i = 0; e == OK && i < payments.count; i++)
		e = gather_payment(c, db, payments.rows[i].id, f);
	return e;
}

enum err
settle_gather_tx(struct ctx *c, struct db *db, const struct booking *b,
    struct status_facts *ret)
{
	struct status_facts f = { .booking = b };
	const char *from = b->moved_from;
	struct booking *before;
	int links;
	enum err e;

	e = gather_booking(c, db, b, &f);
	for (links = 0; e == OK && from != NULL && links < BOOKING_CHAIN_MAX;
	    links++) {
		e = booking_find_tx(c, db, from, &before);
		if (e != OK || before == NULL || strcmp(before->id, b->id) == 0)
			break;
		e = gather_booking(c, db, before, &f);
		from = before->moved_from;
	}
	if (e == OK)
		*ret = f;
	return e;
}

/* A seat that the system gave up is CANCELLED, and counted as this. */
static const char RELEASED[] = "RELEASED";

static const char *
news_status(const struct booking *b, const struct status *s)
{
	if (strcmp(s->booking, "CANCELLED") == 0 &&
	    strcmp(b->cancelled_by, "system") == 0)
		return RELEASED;
	return s->booking;
}

/* What a status is called when it is counted; PENDING is no news. */
static const struct {
	const char *status, *fact, *history;
} news[] = {
	{ "CONFIRMED", "BOOKING_CONFIRMED", "confirmed" },
	{ "CANCELLED", "BOOKING_CANCELLED", "cancelled" },
	{ RELEASED, "BOOKING_RELEASED", "released" },
	{ "RESCHEDULED", "BOOKING_RESCHEDULED", "rescheduled" },
	{ "NO_SHOW", "BOOKING_NO_SHOW", "no-show" },
};

/*
 * Confirmed counts for a booking that was paid before its seat was given up:
 * by the providers' times, not by who reached us first.
 */
static int
counts(const struct booking *b, const struct status *s, const char *status)
{
	if (strcmp(status, "CONFIRMED") != 0)
		return strcmp(news_status(b, s), status) == 0;
	return s->paid && !s->late;
}

/* Who gave the seat up and why, and what that means for the money. */
static const char *
cancel_story(struct ctx *c, const struct booking *b, const struct status *s)
{
	const char *money = s->captured == 0 ? "nothing was paid"
	    : arena_printf(c->mem, "%s of %s go back%s",
		money_text(c, s->target, b->currency),
		money_text(c, s->captured, b->currency),
		s->target > s->target_due ? ", which is left to a person" : "");

	if (b->cancel_reason == NULL)
		return arena_printf(c->mem, "by the %s; %s", b->cancelled_by,
		    money);
	return arena_printf(c->mem, "by the %s (%s); %s", b->cancelled_by,
	    b->cancel_reason, money);
}

/* b has its old statuses still: *s is news if it differs. */
static const char *
story(struct ctx *c, const struct booking *b, const struct status *s)
{
	if (strcmp(s->booking, "CANCELLED") == 0)
		return cancel_story(c, b, s);
	if (strcmp(s->booking, "RESCHEDULED") == 0)
		return arena_printf(c->mem, "to %s", b->moved_to);
	return NULL;
}

static enum err
note_status(struct ctx *c, struct db *db, const struct booking *b,
    const struct status *s, const struct history_source *by)
{
	struct analytics_claim claims[COUNT(news)];
	size_t i;
	enum err e;

	for (i = 0; i < COUNT(news); i++)
		claims[i] = (struct analytics_claim){
			{ news[i].fact, b->id, b->amount },
			counts(b, s, news[i].status) };
	e = analytics_settle_all_tx(c, db, b, claims, COUNT(news));
	for (i = 0; e == OK && i < COUNT(news); i++)
		if (strcmp(b->status, s->booking) != 0 &&
		    strcmp(news[i].status, news_status(b, s)) == 0)
			e = history_add_tx(c, db, b->id, by, news[i].history,
			    story(c, b, s));
	if (e == OK && strcmp(b->payment_status, s->payment) != 0)
		e = history_add_tx(c, db, b->id, by, "payment",
		    arena_printf(c->mem, "%s, was %s", s->payment,
		    b->payment_status));
	return e;
}

/* Settles the booking that b was moved to, if we know it. */
static enum err
settle_next(struct ctx *c, struct db *db, const struct booking *b,
    const struct history_source *by, int links);

static const char SOLD_AGAIN[] = "the time was given to somebody else";

static int
is_sold_again(const struct booking *b)
{
	return b->asked_cancel_at > 0 &&
	    strcmp(b->asked_cancel_by, "system") == 0 &&
	    text_same(b->asked_cancel_reason, SOLD_AGAIN);
}

/* The seat is gone when the money comes, whichever telling of it says when. */
static void
give_slot_up(struct ctx *c, struct booking *b, const struct status *s)
{
	int64_t at = s->paid_at > 0 ? s->paid_at : c->now;

	if (b->asked_cancel_at == 0 || at < b->asked_cancel_at)
		b->asked_cancel_at = at;
	b->asked_cancel_by = "system";
	b->asked_cancel_reason = SOLD_AGAIN;
	status_cancellation(b);
}

/*
 * A time that was not paid while it was held may have been given to somebody
 * else by now.  Money that comes then, by a webhook that was lost for a while,
 * has no seat: it goes back as any late payment.  Calendly keeps its own times.
 */
static enum err
check_slot(struct ctx *c, struct db *db, struct booking *b,
    const struct status *s)
{
	int taken = is_sold_again(b);
	enum err e = OK;

	if (!taken && (strcmp(b->source, "calendly") == 0 ||
	    b->hold_at > c->now || strcmp(b->status, "PENDING") != 0 ||
	    strcmp(s->booking, "CONFIRMED") != 0))
		return OK;
	if (!taken)
		e = booking_overlaps_tx(c, db, b, &taken);
	if (e == OK && taken)
		give_slot_up(c, b, s);
	return e;
}

static enum err
settle_one(struct ctx *c, struct db *db, struct booking *b,
    const struct history_source *by, int links)
{
	struct status_facts f;
	struct status s;
	enum err e;

	e = settle_gather_tx(c, db, b, &f);
	if (e != OK)
		return e;
	status_cancellation(b);
	status_compute(&f, &s);
	e = check_slot(c, db, b, &s);
	if (e != OK)
		return e;
	status_compute(&f, &s);
	e = note_status(c, db, b, &s, by);
	if (e != OK)
		return e;
	b->status = s.booking;
	b->payment_status = s.payment;
	b->updated_at = c->now;
	e = booking_save_tx(c, db, b);
	if (e == OK)
		e = duty_settle_tx(c, db, &f, &s, by);
	if (e == OK && b->moved_to != NULL && links < BOOKING_CHAIN_MAX)
		e = settle_next(c, db, b, by, links + 1);
	return e;
}

/*
 * A seat that was given up here and is moved at Calendly, before Calendly was
 * told, is given up at its new time as well: its money may be back already.
 * An admin who moves it wants it to go on.
 */
static void
hand_over_cancellation(const struct booking *b, struct booking *next)
{
	if (!b->moved_told || b->asked_cancel_at == 0 ||
	    (next->asked_cancel_at > 0 &&
	    next->asked_cancel_at <= b->asked_cancel_at))
		return;
	next->asked_cancel_at = b->asked_cancel_at;
	next->asked_cancel_by = b->asked_cancel_by;
	next->asked_cancel_reason = b->asked_cancel_reason;
}

/* The price and its rules move with the seat, whichever side came first. */
static enum err
hand_over(struct ctx *c, struct db *db, const struct booking *b,
    struct booking *next)
{
	int differs = next->amount != b->amount ||
	    !text_same(next->currency, b->currency);

	next->amount = b->amount;
	next->currency = b->currency;
	next->policy = b->policy;
	next->auto_refund = b->auto_refund;
	next->late_hours = b->late_hours;
	hand_over_cancellation(b, next);
	return differs ? analytics_follow_tx(c, db, next) : OK;
}

static enum err
settle_next(struct ctx *c, struct db *db, const struct booking *b,
    const struct history_source *by, int links)
{
	struct booking *next;
	enum err e;

	e = booking_find_tx(c, db, b->moved_to, &next);
	if (e != OK || next == NULL)
		return e;
	if (next->moved_from == NULL)
		next->moved_from = booking_name(b);
	if (text_same(next->moved_from, booking_name(b)))
		e = hand_over(c, db, b, next);
	if (e != OK)
		return e;
	return settle_one(c, db, next, by, links);
}

enum err
settle_booking_tx(struct ctx *c, struct db *db, struct booking *b,
    const struct history_source *by)
{
	return settle_one(c, db, b, by, 0);
}
