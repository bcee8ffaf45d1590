/*
 * How much more may go back: what a person asks for, and what is decided.
 */
#include <string.h>

#include "base/now.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/payback.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "booking/status.h"
#include "unit.h"

#define NOW (1000 * NOW_SECOND)

struct row {
	const char *name;
	/* What is known: 150.00 USD were paid at 100 seconds, and … */
	int64_t paid;      /* … or this much of it; -1: nothing */
	int64_t gone;      /* went back */
	int64_t goal;      /* was asked for in all */
	int cancelled;     /* at this second, by the builder */
	int64_t automatic, late_hours;
	const char *dispute;
	int twice;         /* and the same once more */
	int64_t asked;     /* 0: no amount is named */
	/* What follows. */
	enum err e;
	int64_t amount, up_to, left;
	const char *why; /* is in the words of a refusal */
};

static const struct row rows[] = {
	/* clang-format off */
	{ .name = "part of it", .asked = 5000,
	    .amount = 5000, .up_to = 5000, .left = 10000 },
	{ .name = "all of it", .asked = 15000, .amount = 15000, .up_to = 15000 },
	{ .name = "all of it, unnamed", .amount = 15000, .up_to = 15000 },
	{ .name = "more than all", .asked = 15001, .e = E_CONFLICT,
	    .why = "150.01 USD is more than the 150.00 USD" },
	{ .name = "of nothing", .paid = -1, .e = E_CONFLICT,
	    .why = "nothing was paid" },
	{ .name = "the rest", .gone = 5000, .goal = 5000,
	    .amount = 10000, .up_to = 15000 },
	{ .name = "more than the rest", .gone = 5000, .asked = 10001,
	    .e = E_CONFLICT, .why = "100.01 USD is more than the 100.00 USD" },
	{ .name = "what has gone", .gone = 15000, .e = E_CONFLICT,
	    .why = "gone back already" },
	{ .name = "again, before the first has gone", .goal = 15000,
	    .e = E_CONFLICT, .why = "on its way back already" },
	{ .name = "a part again, before the first has gone", .goal = 5000,
	    .e = E_CONFLICT, .why = "50.00 USD, is on its way" },
	{ .name = "a part more, before the first has gone", .goal = 5000,
	    .asked = 5000, .amount = 5000, .up_to = 10000, .left = 5000 },
	{ .name = "more than is not on its way", .goal = 5000, .asked = 10001,
	    .e = E_CONFLICT, .why = "more than the 100.00 USD" },
	{ .name = "what is owed to a person's care", .cancelled = 200,
	    .amount = 15000, .up_to = 15000 },
	{ .name = "part of what is owed", .cancelled = 200, .asked = 5000,
	    .amount = 5000, .up_to = 5000, .left = 10000 },
	{ .name = "the rest of what is owed", .cancelled = 200, .gone = 5000,
	    .goal = 5000, .amount = 10000, .up_to = 15000 },
	{ .name = "what goes back by itself", .cancelled = 200,
	    .automatic = 1, .e = E_CONFLICT, .why = "on its way" },
	{ .name = "late money that goes at once", .cancelled = 50,
	    .e = E_CONFLICT, .why = "on its way" },
	{ .name = "late money that waits", .cancelled = 50, .late_hours = 48,
	    .amount = 15000, .up_to = 15000 },
	{ .name = "all late money that waits, named", .cancelled = 50,
	    .late_hours = 48, .asked = 15000,
	    .amount = 15000, .up_to = 15000 },
	{ .name = "part of late money", .cancelled = 50, .late_hours = 48,
	    .asked = 100, .e = E_CONFLICT, .why = "by itself" },
	{ .name = "late money that was asked for", .cancelled = 50,
	    .late_hours = 48, .goal = 15000,
	    .e = E_CONFLICT, .why = "on its way" },
	{ .name = "what is disputed", .dispute = "needs_response",
	    .e = E_CONFLICT, .why = "disputed" },
	{ .name = "what was won", .dispute = "won",
	    .amount = 15000, .up_to = 15000 },
	{ .name = "what came twice is not this money", .twice = 1,
	    .amount = 15000, .up_to = 15000 },
	{ .name = "what came twice is no more to ask for", .twice = 1,
	    .asked = 15001, .e = E_CONFLICT, .why = "more than" },
	/* clang-format on */
};

/* A row as facts; they live in the context. */
static struct status_facts
facts_of(struct ctx *c, const struct row *r)
{
	struct booking *b = arena_alloc(c->mem, sizeof(*b));
	struct checkout *co = arena_alloc(c->mem, 2 * sizeof(*co));
	struct payment *p = arena_alloc(c->mem, 2 * sizeof(*p));
	struct refund *back = arena_alloc(c->mem, sizeof(*back));
	struct dispute *d = arena_alloc(c->mem, sizeof(*d));
	int i;

	*b = (struct booking){ .id = "b", .amount = 15000, .currency = "usd",
		.policy = "", .cancelled_at = r->cancelled * NOW_SECOND,
		.cancelled_by = "builder", .auto_refund = r->automatic,
		.late_hours = r->late_hours };
	for (i = 0; i < 2; i++) {
		co[i] = (struct checkout){ .id = i == 0 ? "c1" : "c2",
			.status = "complete", .payment_status = "paid",
			.amount = 15000, .subtotal = 15000,
			.currency = "usd" };
		p[i] = (struct payment){ .id = i == 0 ? "p1" : "p2",
			.checkout = co[i].id, .currency = "usd",
			.received = r->paid < 0 ? 0 : 15000,
			.paid_at = (100 + i) * NOW_SECOND };
	}
	*back = (struct refund){ .id = "r1", .payment = "p1",
		.amount = r->gone, .currency = "usd",
		.status = "succeeded" };
	*d = (struct dispute){ .id = "d1", .payment = "p1", .amount = 15000,
		.currency = "usd", .status = r->dispute };
	return (struct status_facts){ .booking = b, .checkouts = co,
		.checkout_count = 1 + (size_t)r->twice, .payments = p,
		.payment_count = 1 + (size_t)r->twice, .refunds = back,
		.refund_count = r->gone > 0, .disputes = d,
		.dispute_count = r->dispute != NULL,
		.refund_goal = r->goal };
}

static void
a_wish_is_granted_or_refused_with_words(void **state)
{
	struct ctx *c = *state;
	size_t i;

	c->now = NOW;
	for (i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		const struct status_facts f = facts_of(c, r);
		struct payback_wish wish = { 0 };
		struct status s;
		enum err e;

		status_compute(&f, &s);
		e = payback_ask(c, &f, &s, r->asked, &wish);
		if (e != r->e || wish.amount != r->amount ||
		    wish.up_to != r->up_to || wish.left != r->left)
			fail_msg("%s: %s %lld %lld %lld (%s)", r->name,
			    err_name(e), (long long)wish.amount,
			    (long long)wish.up_to, (long long)wish.left,
			    c->why == NULL ? "no words" : c->why);
		if (r->why != NULL && (c->why == NULL ||
		    strstr(c->why, r->why) == NULL))
			fail_msg("%s: %s", r->name, c->why);
		ctx_forgive(c);
	}
}

/* What is granted goes back, at once and no more than that. */
static void
what_is_granted_is_due(void **state)
{
	struct ctx *c = *state;
	size_t i;

	c->now = NOW;
	for (i = 0; i < COUNT(rows); i++) {
		struct status_facts f = facts_of(c, &rows[i]);
		struct payback_wish wish;
		struct status_return r;
		struct status s;

		if (rows[i].e != OK)
			continue;
		status_compute(&f, &s);
		assert_int_equal(payback_ask(c, &f, &s, rows[i].asked, &wish),
		    OK);
		f.refund_goal = wish.up_to;
		status_compute(&f, &s);
		status_return(&f, &s, s.kept, &r);
		assert_int_equal(s.refunded + r.due, wish.up_to);
		assert_in_range(wish.up_to, 1, s.captured);
		assert_true(r.due_at <= c->now);
	}
}

static void
an_amount_that_no_coin_pays_is_refused(void **state)
{
	struct ctx *c = *state;
	static const struct row row = { .asked = 5 };
	struct status_facts f = facts_of(c, &row);
	struct booking b = *f.booking;
	struct checkout co = f.checkouts[0];
	struct payment p = f.payments[0];
	struct payback_wish wish;
	struct status s;

	b.currency = co.currency = p.currency = "kwd";
	f.booking = &b;
	f.checkouts = &co;
	f.payments = &p;
	status_compute(&f, &s);
	assert_int_equal(payback_ask(c, &f, &s, 5, &wish), E_BADREQ);
	ctx_forgive(c);
	assert_int_equal(payback_ask(c, &f, &s, 10, &wish), OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(a_wish_is_granted_or_refused_with_words),
		WITH_CTX(what_is_granted_is_due),
		WITH_CTX(an_amount_that_no_coin_pays_is_refused),
	};

	return cmocka_run_group_tests_name("payback", tests, NULL, NULL);
}
