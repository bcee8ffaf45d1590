#include "booking/status.h"

#include <string.h>

#include "base/fault.h"
#include "base/now.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/money.h"
#include "booking/payment.h"
#include "booking/policy.h"
#include "booking/refund.h"

#define HOUR (3600 * NOW_SECOND)

/* So many refunds of a payment may fail at the bank; then a person looks. */
enum { FAILED_REFUNDS_MAX = 3 };

/* Our clock and Calendly's may differ by so much. */
#define CLOCK_SKEW (120 * NOW_SECOND)

static const struct checkout *
checkout_of(const struct status_facts *f, const struct payment *p)
{
	size_t i;

	for (i = 0; i < f->checkout_count; i++)
		if (strcmp(f->checkouts[i].id, p->checkout) == 0)
			return &f->checkouts[i];
	return NULL;
}

/* Did the session ask for what this booking costs? */
static int
asked_right(const struct status_facts *f, const struct checkout *co)
{
	return co != NULL && co->subtotal == f->booking->amount &&
	    strcmp(co->currency, f->booking->currency) == 0;
}

static int
pays_in_full(const struct status_facts *f, const struct payment *p)
{
	const struct checkout *co = checkout_of(f, p);

	return p->received > 0 && asked_right(f, co) &&
	    p->received >= co->amount &&
	    strcmp(p->currency, f->booking->currency) == 0;
}

/* A promotion that takes everything off leaves no payment behind. */
static int
given_away(const struct status_facts *f)
{
	size_t i;

	for (i = 0; i < f->checkout_count; i++)
		if (strcmp(f->checkouts[i].payment_status,
		    "no_payment_required") == 0 &&
		    asked_right(f, &f->checkouts[i]))
			return 1;
	return 0;
}

/*
 * Refunds we know one by one, and what the charge's own total says beyond
 * them: a refund in the dashboard may reach us as a total first.  A failed
 * refund is in the charge's total and gave nothing back.
 */
int64_t
status_refunded(const struct status_facts *f, const struct payment *p)
{
	int64_t counted = 0, known = 0;
	size_t i;

	for (i = 0; i < f->refund_count; i++) {
		if (strcmp(f->refunds[i].payment, p->id) != 0)
			continue;
		known += f->refunds[i].amount;
		if (refund_counts(&f->refunds[i]))
			counted += f->refunds[i].amount;
	}
	if (p->charge_refunded > known)
		counted += p->charge_refunded - known;
	return counted < p->received ? counted : p->received;
}

static int
has_gone_back(const struct status_facts *f, const struct payment *p)
{
	return p->received > 0 && status_refunded(f, p) >= p->received;
}

/*
 * Which of two payments keeps the seat: one that has not gone back, then the
 * earlier one; ties go by id, for everybody alike.
 */
static int
is_better(const struct status_facts *f, const struct payment *a,
    const struct payment *b)
{
	int gone_a = has_gone_back(f, a), gone_b = has_gone_back(f, b);

	if (gone_a != gone_b)
		return gone_b;
	if (a->paid_at != b->paid_at)
		return a->paid_at < b->paid_at;
	return strcmp(a->id, b->id) < 0;
}

static void
find_payment(const struct status_facts *f, struct status *ret)
{
	const struct payment *p;
	size_t i;

	for (i = 0; i < f->payment_count; i++) {
		p = &f->payments[i];
		if (pays_in_full(f, p) &&
		    (ret->kept == NULL || is_better(f, p, ret->kept)))
			ret->kept = p;
	}
	ret->paid_at = ret->kept == NULL ? 0 : ret->kept->paid_at;
	ret->paid = ret->kept != NULL || f->booking->amount == 0 ||
	    given_away(f);
}

int
status_is_duplicate(const struct status_facts *facts, const struct status *s,
    const struct payment *p)
{
	return s->kept != NULL && p != s->kept && pays_in_full(facts, p);
}

/*
 * Stripe tells whole seconds.  Of a payment in the second of the cancellation
 * nobody knows whether it came first: then the client is not to lose by it.
 */
static int
is_late(const struct booking *b, int64_t paid_at)
{
	return b->cancelled_at > 0 && b->moved_to == NULL && paid_at > 0 &&
	    !TWIN("late") && paid_at / NOW_SECOND >= b->cancelled_at / NOW_SECOND;
}

int
status_is_misfit(const struct status_facts *facts, const struct payment *p)
{
	return p->received > 0 && !pays_in_full(facts, p);
}

/* Has the bank the money, or may it take it? */
static int
is_at_stake(const struct status_facts *f, const struct payment *p)
{
	size_t i;

	for (i = 0; i < f->dispute_count; i++)
		if (strcmp(f->disputes[i].payment, p->id) == 0 &&
		    dispute_counts(&f->disputes[i]))
			return 1;
	return 0;
}

/* Money for which there is no question how much of it goes back. */
static int
goes_back_whole(const struct status_facts *f, const struct status *s,
    const struct payment *p)
{
	return is_late(f->booking, p->paid_at) || status_is_duplicate(f, s, p);
}

/* The kept payment gives back first; the others follow by their ids. */
static int
gives_before(const struct status *s, const struct payment *a,
    const struct payment *b)
{
	if ((a == s->kept) != (b == s->kept))
		return a == s->kept;
	return strcmp(a->id, b->id) < 0;
}

/* What p adds to reach a target that all payments share. */
static int64_t
share(const struct status_facts *f, const struct status *s,
    const struct payment *p, int64_t target)
{
	int64_t rest = target - s->refunded, left;
	size_t i;

	for (i = 0; i < f->payment_count; i++) {
		const struct payment *other = &f->payments[i];

		if (other != p && !goes_back_whole(f, s, other) &&
		    gives_before(s, other, p))
			rest -= other->received - status_refunded(f, other);
	}
	left = p->received - status_refunded(f, p);
	return rest < 0 ? 0 : rest < left ? rest : left;
}

/*
 * A card that is closed sends the money back each time: who gets it another
 * way is for a person to find out.
 */
static int
is_hopeless(const struct status_facts *f, const struct payment *p)
{
	int failed = 0;
	size_t i;

	for (i = 0; i < f->refund_count; i++)
		failed += strcmp(f->refunds[i].payment, p->id) == 0 &&
		    strcmp(f->refunds[i].status, "failed") == 0;
	return failed >= FAILED_REFUNDS_MAX;
}

static void
set_return(const struct status_facts *facts, const struct status *s,
    const struct payment *p, struct status_return *ret)
{
	int twice = status_is_duplicate(facts, s, p);

	*ret = (struct status_return){
		.reason = twice ? "duplicate" : "requested_by_customer" };
	if (is_at_stake(facts, p))
		return;
	if (goes_back_whole(facts, s, p)) {
		ret->owed = p->received - status_refunded(facts, p);
		ret->due = ret->owed;
		/* Who asks for all of it does not wait for a new time. */
		if (!twice && facts->refund_goal < s->captured)
			ret->due_at = p->paid_at +
			    facts->booking->late_hours * HOUR;
		return;
	}
	ret->owed = share(facts, s, p, s->target);
	ret->due = share(facts, s, p, s->target_due);
}

void
status_return(const struct status_facts *facts, const struct status *s,
    const struct payment *p, struct status_return *ret)
{
	set_return(facts, s, p, ret);
	if (is_hopeless(facts, p))
		ret->due = 0;
}

void
status_return_all(const struct status_facts *facts, const struct status *s,
    struct status_return *ret)
{
	struct status_return one;
	size_t i;

	*ret = (struct status_return){ 0 };
	for (i = 0; i < facts->payment_count; i++) {
		status_return(facts, s, &facts->payments[i], &one);
		ret->owed += one.owed;
		ret->due += one.due;
	}
}

static int
is_told_first(const struct booking *b)
{
	if (b->told_cancel_at == 0 || b->asked_cancel_at == 0)
		return b->told_cancel_at > 0;
	if (strcmp(b->told_cancel_by, "client") == 0)
		return b->told_cancel_at < b->asked_cancel_at;
	return b->told_cancel_at + CLOCK_SKEW < b->asked_cancel_at;
}

void
status_cancellation(struct booking *b)
{
	int told = is_told_first(b);

	b->cancelled_at = told ? b->told_cancel_at : b->asked_cancel_at;
	b->cancelled_by = told ? b->told_cancel_by : b->asked_cancel_by;
	b->cancel_reason =
	    told ? b->told_cancel_reason : b->asked_cancel_reason;
}

int
status_percent(const struct booking *b)
{
	if (b->cancelled_at == 0 || b->moved_to != NULL)
		return 0;
	if (strcmp(b->cancelled_by, "client") != 0)
		return 100;
	return policy_percent(b->policy, b->start_at, b->cancelled_at);
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* How much of the money that bought the seat is to go back in all. */
static void
set_targets(const struct status_facts *f, struct status *ret)
{
	const struct booking *b = f->booking;
	int64_t by_policy = money_part(ret->captured, status_percent(b),
	    b->currency);

	ret->target = larger(by_policy, f->refund_goal);
	ret->target_due = larger(b->auto_refund ? by_policy : 0,
	    f->refund_goal);
}

static void
count_money(const struct status_facts *f, struct status *ret)
{
	const struct payment *p;
	size_t i;

	for (i = 0; i < f->payment_count; i++) {
		p = &f->payments[i];
		if (status_is_duplicate(f, ret, p))
			continue;
		ret->captured += p->received;
		ret->refunded += status_refunded(f, p);
	}
}

static int
is_disputed(const struct status_facts *f)
{
	size_t i;

	for (i = 0; i < f->dispute_count; i++)
		if (dispute_counts(&f->disputes[i]))
			return 1;
	return 0;
}

/* Ties can only come from bookings of one chain. */
static int
is_later(const struct checkout *a, const struct checkout *b)
{
	if (a->created_at != b->created_at)
		return a->created_at > b->created_at;
	if (a->attempt != b->attempt)
		return a->attempt > b->attempt;
	return strcmp(a->id, b->id) > 0;
}

/* Before any money is here: how the attempts stand. */
static const char *
attempts(const struct status_facts *f)
{
	const struct checkout *co, *last = NULL;
	int open = 0;
	size_t i;

	for (i = 0; i < f->checkout_count; i++) {
		co = &f->checkouts[i];
		if (strcmp(co->status, "complete") == 0 &&
		    strcmp(co->payment_status, "unpaid") == 0)
			return "PROCESSING";
		open |= strcmp(co->status, "open") == 0;
		if (last == NULL || is_later(co, last))
			last = co;
	}
	if (last != NULL && !open && strcmp(last->payment_status, "failed") == 0)
		return "FAILED";
	return "UNPAID";
}

static const char *
payment_status(const struct status_facts *f, const struct status *s)
{
	if (is_disputed(f))
		return "DISPUTED";
	if (s->captured > 0 && s->refunded >= s->captured)
		return "REFUNDED";
	if (s->refunded > 0)
		return "PARTIALLY_REFUNDED";
	if (s->captured > 0)
		return "PAID";
	if (s->paid)
		return "NOT_REQUIRED";
	return attempts(f);
}

static const char *
booking_status(const struct booking *b, int paid)
{
	if (b->moved_to != NULL)
		return "RESCHEDULED";
	if (b->cancelled_at > 0)
		return "CANCELLED";
	if (b->no_show)
		return "NO_SHOW";
	return paid ? "CONFIRMED" : "PENDING";
}

void
status_compute(const struct status_facts *facts, struct status *ret)
{
	struct status s = { 0 };

	find_payment(facts, &s);
	count_money(facts, &s);
	set_targets(facts, &s);
	s.payment = payment_status(facts, &s);
	s.booking = booking_status(facts->booking, s.paid);
	s.late = is_late(facts->booking, s.paid_at);
	*ret = s;
}

int
status_is_word(const char *word)
{
	static const char *const words[] = { "PENDING", "CONFIRMED",
		"CANCELLED", "RESCHEDULED", "NO_SHOW", "COMPLETED" };
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		if (strcmp(words[i], word) == 0)
			return 1;
	return 0;
}

const char *
status_at(const struct booking *b, int64_t now)
{
	if (strcmp(b->status, "CONFIRMED") == 0 && b->end_at <= now)
		return "COMPLETED";
	return b->status;
}
