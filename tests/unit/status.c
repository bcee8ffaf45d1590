/*
 * The one pure function, as a table: these facts, that status.
 */
#include <string.h>

#include "base/now.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "booking/status.h"
#include "unit.h"

enum { FEW = 4, SHUFFLES = 50 };

struct row {
	const char *name;
	/* What is known.  A list ends with the first that has no id. */
	int64_t price;
	struct checkout checkouts[FEW];
	struct payment payments[FEW];
	struct refund refunds[FEW];
	struct dispute disputes[FEW];
	struct booking ending; /* cancelled_at, moved_to, no_show */
	/* What follows. */
	const char *booking, *payment;
	const char *kept;  /* id of the payment that keeps the seat */
	const char *owed;  /* ids of those that must go back, blanks between */
};

#define SESSION(name, state, paid) \
	{ .id = name, .status = state, .payment_status = paid, \
		.amount = 15000, .subtotal = 15000, .currency = "usd" }
#define LATER(name, state, paid, when) \
	{ .id = name, .status = state, .payment_status = paid, \
		.amount = 15000, .subtotal = 15000, .currency = "usd", \
		.created_at = when }
#define ASKED(name, total, before, money) \
	{ .id = name, .status = "complete", .payment_status = "paid", \
		.amount = total, .subtotal = before, .currency = money }
#define DONE SESSION("c1", "complete", "paid")
#define MONEY(name, session, sum, when) \
	{ .id = name, .checkout = session, .received = sum, \
		.currency = "usd", .paid_at = (when) * NOW_SECOND }
#define CHARGED(sum) \
	{ .id = "p1", .checkout = "c1", .received = 15000, \
		.currency = "usd", .paid_at = 100, .charge_refunded = sum }
#define PAID MONEY("p1", "c1", 15000, 100)
#define BACK(name, from, sum, state) \
	{ .id = name, .payment = from, .amount = sum, .status = state }
#define DISPUTE(state) { .id = "d1", .payment = "p1", .status = state }
#define CANCELLED(when) { .cancelled_at = (when) * NOW_SECOND }
#define MOVED { .moved_to = "i2" }

/* Designators only where a row needs them; the rest is zero. */
static const struct row rows[] = {
	/* clang-format off */
	/* Nothing paid yet. */
	{ .name = "a new booking", .price = 15000,
	    .booking = "PENDING", .payment = "UNPAID" },
	{ .name = "a free booking", .price = 0,
	    .booking = "CONFIRMED", .payment = "NOT_REQUIRED" },
	{ .name = "an attempt that is asked for", .price = 15000,
	    .checkouts = { SESSION("c1", "asked", "unpaid") },
	    .booking = "PENDING", .payment = "UNPAID" },
	{ .name = "an open session", .price = 15000,
	    .checkouts = { SESSION("c1", "open", "unpaid") },
	    .booking = "PENDING", .payment = "UNPAID" },
	{ .name = "an expired session", .price = 15000,
	    .checkouts = { SESSION("c1", "expired", "unpaid") },
	    .booking = "PENDING", .payment = "UNPAID" },
	{ .name = "a refused attempt", .price = 15000,
	    .checkouts = { SESSION("c1", "refused", "unpaid") },
	    .booking = "PENDING", .payment = "UNPAID" },
	{ .name = "a delayed payment on its way", .price = 15000,
	    .checkouts = { SESSION("c1", "complete", "unpaid") },
	    .payments = { MONEY("p1", "c1", 0, 0) },
	    .booking = "PENDING", .payment = "PROCESSING" },
	{ .name = "on its way beside an expired one", .price = 15000,
	    .checkouts = { LATER("c1", "complete", "unpaid", 1),
		LATER("c2", "expired", "unpaid", 2) },
	    .booking = "PENDING", .payment = "PROCESSING" },
	{ .name = "a delayed payment that failed", .price = 15000,
	    .checkouts = { SESSION("c1", "complete", "failed") },
	    .booking = "PENDING", .payment = "FAILED" },
	{ .name = "failed, and another one is open", .price = 15000,
	    .checkouts = { LATER("c1", "complete", "failed", 1),
		LATER("c2", "open", "unpaid", 2) },
	    .booking = "PENDING", .payment = "UNPAID" },
	{ .name = "failed, and the next one expired", .price = 15000,
	    .checkouts = { LATER("c1", "complete", "failed", 1),
		LATER("c2", "expired", "unpaid", 2) },
	    .booking = "PENDING", .payment = "UNPAID" },
	{ .name = "expired, and the next one failed", .price = 15000,
	    .checkouts = { LATER("c1", "expired", "unpaid", 1),
		LATER("c2", "complete", "failed", 2) },
	    .booking = "PENDING", .payment = "FAILED" },
	{ .name = "two attempts of one moment", .price = 15000,
	    .checkouts = { LATER("c1", "expired", "unpaid", 1),
		LATER("c2", "complete", "failed", 1) },
	    .booking = "PENDING", .payment = "FAILED" },

	/* Paid. */
	{ .name = "paid in full", .price = 15000, .checkouts = { DONE },
	    .payments = { PAID },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },
	{ .name = "paid with a promotion", .price = 15000,
	    .checkouts = { ASKED("c1", 12000, 15000, "usd") },
	    .payments = { MONEY("p1", "c1", 12000, 100) },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },
	{ .name = "a promotion that takes all off", .price = 15000,
	    .checkouts = { { .id = "c1", .status = "complete",
		.payment_status = "no_payment_required", .subtotal = 15000,
		.currency = "usd" } },
	    .booking = "CONFIRMED", .payment = "NOT_REQUIRED" },
	{ .name = "all off, but off another price", .price = 20000,
	    .checkouts = { { .id = "c1", .status = "complete",
		.payment_status = "no_payment_required", .subtotal = 15000,
		.currency = "usd" } },
	    .booking = "PENDING", .payment = "UNPAID" },
	{ .name = "less than was asked for", .price = 15000,
	    .checkouts = { DONE },
	    .payments = { MONEY("p1", "c1", 14999, 100) },
	    .booking = "PENDING", .payment = "PAID" },
	{ .name = "a session for another price", .price = 20000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .booking = "PENDING", .payment = "PAID" },
	{ .name = "a session in another currency", .price = 15000,
	    .checkouts = { ASKED("c1", 15000, 15000, "jpy") },
	    .payments = { PAID },
	    .booking = "PENDING", .payment = "PAID" },
	{ .name = "a payment of no session of ours", .price = 15000,
	    .payments = { PAID },
	    .booking = "PENDING", .payment = "PAID" },

	/* Paid back. */
	{ .name = "a part paid back", .price = 15000, .checkouts = { DONE },
	    .payments = { PAID },
	    .refunds = { BACK("r1", "p1", 5000, "succeeded") },
	    .booking = "CONFIRMED", .payment = "PARTIALLY_REFUNDED",
	    .kept = "p1" },
	{ .name = "all paid back", .price = 15000, .checkouts = { DONE },
	    .payments = { PAID },
	    .refunds = { BACK("r1", "p1", 5000, "succeeded"),
		BACK("r2", "p1", 10000, "pending") },
	    .booking = "CONFIRMED", .payment = "REFUNDED", .kept = "p1" },
	{ .name = "a refund that failed", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .refunds = { BACK("r1", "p1", 15000, "failed") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },
	{ .name = "a refund that was canceled", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .refunds = { BACK("r1", "p1", 15000, "canceled") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },
	{ .name = "a refund that needs the client", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .refunds = { BACK("r1", "p1", 15000, "requires_action") },
	    .booking = "CONFIRMED", .payment = "REFUNDED", .kept = "p1" },
	{ .name = "only the charge tells of it", .price = 15000,
	    .checkouts = { DONE }, .payments = { CHARGED(5000) },
	    .booking = "CONFIRMED", .payment = "PARTIALLY_REFUNDED",
	    .kept = "p1" },
	{ .name = "the charge and the refund tell of the same",
	    .price = 15000, .checkouts = { DONE },
	    .payments = { CHARGED(7500) },
	    .refunds = { BACK("r1", "p1", 7500, "succeeded") },
	    .booking = "CONFIRMED", .payment = "PARTIALLY_REFUNDED",
	    .kept = "p1" },
	{ .name = "the charge knows of one more", .price = 15000,
	    .checkouts = { DONE }, .payments = { CHARGED(15000) },
	    .refunds = { BACK("r1", "p1", 7500, "succeeded") },
	    .booking = "CONFIRMED", .payment = "REFUNDED", .kept = "p1" },
	{ .name = "the charge still counts one that failed", .price = 15000,
	    .checkouts = { DONE }, .payments = { CHARGED(15000) },
	    .refunds = { BACK("r1", "p1", 15000, "failed") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },
	{ .name = "a refund of another payment", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .refunds = { BACK("r1", "p9", 15000, "succeeded") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },

	/* Disputed. */
	{ .name = "a dispute", .price = 15000, .checkouts = { DONE },
	    .payments = { PAID }, .disputes = { DISPUTE("needs_response") },
	    .booking = "CONFIRMED", .payment = "DISPUTED", .kept = "p1" },
	{ .name = "a dispute under review", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .disputes = { DISPUTE("under_review") },
	    .booking = "CONFIRMED", .payment = "DISPUTED", .kept = "p1" },
	{ .name = "a lost dispute", .price = 15000, .checkouts = { DONE },
	    .payments = { PAID }, .disputes = { DISPUTE("lost") },
	    .booking = "CONFIRMED", .payment = "DISPUTED", .kept = "p1" },
	{ .name = "a dispute with a new word", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .disputes = { DISPUTE("appeal_needs_response") },
	    .booking = "CONFIRMED", .payment = "DISPUTED", .kept = "p1" },
	{ .name = "a won dispute", .price = 15000, .checkouts = { DONE },
	    .payments = { PAID }, .disputes = { DISPUTE("won") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },
	{ .name = "a prevented dispute", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .disputes = { DISPUTE("prevented") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },
	{ .name = "an inquiry", .price = 15000, .checkouts = { DONE },
	    .payments = { PAID },
	    .disputes = { DISPUTE("warning_needs_response") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },
	{ .name = "a closed inquiry", .price = 15000, .checkouts = { DONE },
	    .payments = { PAID }, .disputes = { DISPUTE("warning_closed") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },

	/* Paid twice. */
	{ .name = "a second payment, later", .price = 15000,
	    .checkouts = { DONE, SESSION("c2", "complete", "paid") },
	    .payments = { PAID, MONEY("p2", "c2", 15000, 200) },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1",
	    .owed = "p2" },
	{ .name = "a second payment in the same second", .price = 15000,
	    .checkouts = { DONE, SESSION("c2", "complete", "paid") },
	    .payments = { MONEY("p2", "c2", 15000, 100), PAID },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1",
	    .owed = "p2" },
	{ .name = "three payments", .price = 15000,
	    .checkouts = { DONE, SESSION("c2", "complete", "paid"),
		SESSION("c3", "complete", "paid") },
	    .payments = { PAID, MONEY("p2", "c2", 15000, 50),
		MONEY("p3", "c3", 15000, 200) },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p2",
	    .owed = "p1 p3" },
	{ .name = "the second one has gone back", .price = 15000,
	    .checkouts = { DONE, SESSION("c2", "complete", "paid") },
	    .payments = { PAID, MONEY("p2", "c2", 15000, 200) },
	    .refunds = { BACK("r1", "p2", 15000, "succeeded") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },
	{ .name = "somebody gave the first one back", .price = 15000,
	    .checkouts = { DONE, SESSION("c2", "complete", "paid") },
	    .payments = { PAID, MONEY("p2", "c2", 15000, 200) },
	    .refunds = { BACK("r1", "p1", 15000, "succeeded") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p2" },
	{ .name = "both have gone back", .price = 15000,
	    .checkouts = { DONE, SESSION("c2", "complete", "paid") },
	    .payments = { PAID, MONEY("p2", "c2", 15000, 200) },
	    .refunds = { BACK("r1", "p1", 15000, "succeeded"),
		BACK("r2", "p2", 15000, "succeeded") },
	    .booking = "CONFIRMED", .payment = "REFUNDED", .kept = "p1" },
	{ .name = "the refund of the second one failed", .price = 15000,
	    .checkouts = { DONE, SESSION("c2", "complete", "paid") },
	    .payments = { PAID, MONEY("p2", "c2", 15000, 200) },
	    .refunds = { BACK("r1", "p2", 15000, "failed") },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1",
	    .owed = "p2" },
	{ .name = "a second attempt is on its way", .price = 15000,
	    .checkouts = { DONE, SESSION("c2", "complete", "unpaid") },
	    .payments = { PAID, MONEY("p2", "c2", 0, 0) },
	    .booking = "CONFIRMED", .payment = "PAID", .kept = "p1" },

	/* The seat is given up. */
	{ .name = "cancelled unpaid", .price = 15000,
	    .ending = CANCELLED(150),
	    .booking = "CANCELLED", .payment = "UNPAID" },
	{ .name = "cancelled after it was paid", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .ending = CANCELLED(150),
	    .booking = "CANCELLED", .payment = "PAID", .kept = "p1" },
	{ .name = "cancelled in the second it was paid", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .ending = { .cancelled_at = 100 * NOW_SECOND + 999999 },
	    .booking = "CANCELLED", .payment = "PAID", .kept = "p1",
	    .owed = "p1" },
	{ .name = "paid after it was cancelled", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .ending = CANCELLED(50),
	    .booking = "CANCELLED", .payment = "PAID", .kept = "p1",
	    .owed = "p1" },
	{ .name = "paid late and gone back", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .refunds = { BACK("r1", "p1", 15000, "pending") },
	    .ending = CANCELLED(50),
	    .booking = "CANCELLED", .payment = "REFUNDED", .kept = "p1" },
	{ .name = "paid late, a part has gone back", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .refunds = { BACK("r1", "p1", 100, "succeeded") },
	    .ending = CANCELLED(50),
	    .booking = "CANCELLED", .payment = "PARTIALLY_REFUNDED",
	    .kept = "p1", .owed = "p1" },
	{ .name = "cancelled while it was on its way", .price = 15000,
	    .checkouts = { SESSION("c1", "complete", "unpaid") },
	    .ending = CANCELLED(50),
	    .booking = "CANCELLED", .payment = "PROCESSING" },
	{ .name = "moved unpaid", .price = 15000, .ending = MOVED,
	    .booking = "RESCHEDULED", .payment = "UNPAID" },
	{ .name = "moved and paid", .price = 15000, .checkouts = { DONE },
	    .payments = { PAID }, .ending = MOVED,
	    .booking = "RESCHEDULED", .payment = "PAID", .kept = "p1" },
	{ .name = "moved, said to be cancelled, too", .price = 15000,
	    .checkouts = { DONE }, .payments = { PAID },
	    .ending = { .moved_to = "i2", .cancelled_at = 50 },
	    .booking = "RESCHEDULED", .payment = "PAID", .kept = "p1" },
	{ .name = "a no-show", .price = 15000, .checkouts = { DONE },
	    .payments = { PAID }, .ending = { .no_show = 1 },
	    .booking = "NO_SHOW", .payment = "PAID", .kept = "p1" },
	{ .name = "a no-show nobody paid for", .price = 15000,
	    .ending = { .no_show = 1 },
	    .booking = "NO_SHOW", .payment = "UNPAID" },
	{ .name = "cancelled and a no-show", .price = 15000,
	    .ending = { .no_show = 1, .cancelled_at = 50 },
	    .booking = "CANCELLED", .payment = "UNPAID" },
	{ .name = "free and cancelled", .price = 0,
	    .ending = CANCELLED(50),
	    .booking = "CANCELLED", .payment = "NOT_REQUIRED" },
	/* clang-format on */
};

/* A row's facts in memory of their own, to be shuffled. */
struct bag {
	struct booking booking;
	struct checkout checkouts[FEW];
	struct payment payments[FEW];
	struct refund refunds[FEW];
	struct dispute disputes[FEW];
	struct status_facts facts;
};

#define COUNT_OF(list) count_of((list), sizeof((list)[0]))

/* All these structs begin with their id. */
static size_t
count_of(const void *list, size_t size)
{
	const char *const *id;
	size_t n;

	for (n = 0; n < FEW; n++) {
		id = (const void *)((const char *)list + n * size);
		if (*id == NULL)
			break;
	}
	return n;
}

static void
fill(struct bag *bag, const struct row *row)
{
	bag->booking = row->ending;
	bag->booking.amount = row->price;
	bag->booking.currency = "usd";
	bag->booking.cancelled_by = "client";
	bag->booking.policy = "";
	memcpy(bag->checkouts, row->checkouts, sizeof(bag->checkouts));
	memcpy(bag->payments, row->payments, sizeof(bag->payments));
	memcpy(bag->refunds, row->refunds, sizeof(bag->refunds));
	memcpy(bag->disputes, row->disputes, sizeof(bag->disputes));
	bag->facts = (struct status_facts){
		&bag->booking,
		bag->checkouts, COUNT_OF(bag->checkouts),
		bag->payments, COUNT_OF(bag->payments),
		bag->refunds, COUNT_OF(bag->refunds),
		bag->disputes, COUNT_OF(bag->disputes),
		0,
	};
}

static void
shuffle(void *list, size_t n, size_t size)
{
	char *at = list, spare[sizeof(struct checkout)];
	size_t j;

	for (; n > 1; n--) {
		j = (size_t)rand() % n;
		memcpy(spare, at + j * size, size);
		memcpy(at + j * size, at + (n - 1) * size, size);
		memcpy(at + (n - 1) * size, spare, size);
	}
}

static void
shuffle_all(struct bag *bag)
{
	shuffle(bag->checkouts, bag->facts.checkout_count,
	    sizeof(bag->checkouts[0]));
	shuffle(bag->payments, bag->facts.payment_count,
	    sizeof(bag->payments[0]));
	shuffle(bag->refunds, bag->facts.refund_count,
	    sizeof(bag->refunds[0]));
	shuffle(bag->disputes, bag->facts.dispute_count,
	    sizeof(bag->disputes[0]));
}

static int
names(const char *list, const char *id)
{
	return list != NULL && strstr(list, id) != NULL;
}

static void
check(const struct row *row, const struct bag *bag)
{
	const struct status_facts *f = &bag->facts;
	struct status_return r;
	struct status s;
	size_t i;

	status_compute(f, &s);
	if (strcmp(s.booking, row->booking) != 0 ||
	    strcmp(s.payment, row->payment) != 0)
		fail_msg("%s: %s, %s", row->name, s.booking, s.payment);
	if (row->kept == NULL ? s.kept != NULL
	    : s.kept == NULL || strcmp(s.kept->id, row->kept) != 0)
		fail_msg("%s: another payment keeps the seat", row->name);
	for (i = 0; i < f->payment_count; i++) {
		status_return(f, &s, &f->payments[i], &r);
		if ((r.due > 0) != names(row->owed, f->payments[i].id) ||
		    r.owed != r.due)
			fail_msg("%s: %s", row->name, f->payments[i].id);
	}
}

static void
these_facts_give_that_status_in_whatever_order_they_stand(void **state)
{
	struct bag bag;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		fill(&bag, &rows[i]);
		for (n = 0; n < SHUFFLES; n++) {
			check(&rows[i], &bag);
			shuffle_all(&bag);
		}
	}
}

static void
a_refund_that_fails_again_and_again_is_left_to_a_person(void **state)
{
	const struct row row = {
		.price = 15000,
		.checkouts = { DONE },
		.payments = { PAID },
		.refunds = { BACK("r1", "p1", 15000, "failed"),
			BACK("r2", "p1", 15000, "failed") },
		.ending = CANCELLED(1),
	};
	const struct refund third = BACK("r3", "p1", 15000, "failed");
	struct status_return r;
	struct status s;
	struct bag bag;

	(void)state;
	fill(&bag, &row);
	status_compute(&bag.facts, &s);
	status_return(&bag.facts, &s, &bag.payments[0], &r);
	assert_int_equal(r.due, 15000);
	bag.refunds[2] = third;
	bag.facts.refund_count = 3;
	status_compute(&bag.facts, &s);
	status_return(&bag.facts, &s, &bag.payments[0], &r);
	assert_int_equal(r.due, 0);
	assert_int_equal(r.owed, 15000);
}

static void
money_is_counted_once_and_never_more_than_came(void **state)
{
	const struct row row = {
		.price = 15000,
		.checkouts = { DONE },
		.payments = { CHARGED(99999) },
		.refunds = { BACK("r1", "p1", 4000, "succeeded") },
	};
	struct status s;
	struct bag bag;

	(void)state;
	fill(&bag, &row);
	status_compute(&bag.facts, &s);
	assert_int_equal(s.captured, 15000);
	assert_int_equal(s.refunded, 15000);
	assert_int_equal(s.paid_at, 100);
}

/* --- what goes back ------------------------------------------------------- */

/* Paid with 15000 at second 100, to begin a hundred hours after second 0. */
struct back {
	const char *name;
	struct booking b;           /* how it ended */
	int64_t received;           /* 0: 15000 */
	const char *currency;       /* NULL: usd */
	int64_t gone, goal;
	const char *dispute;        /* its status, or NULL */
	int64_t owed, due;
};

#define H(n) ((int64_t)(n) * 3600 * NOW_SECOND)
#define START H(100)
#define BY(whom, when) \
	.cancelled_by = whom, .cancelled_at = (when), .policy = "24:100 12:50"
#define ITSELF .auto_refund = 1

static const struct back backs[] = {
	/* clang-format off */
	{ .name = "it takes place", .b = { .policy = "24:100", ITSELF } },
	{ .name = "in time", .b = { BY("client", H(76)), ITSELF },
	    .owed = 15000, .due = 15000 },
	{ .name = "just not in time", .b = { BY("client", H(76) + 1), ITSELF },
	    .owed = 7500, .due = 7500 },
	{ .name = "just half", .b = { BY("client", H(88)), ITSELF },
	    .owed = 7500, .due = 7500 },
	{ .name = "just too late", .b = { BY("client", H(88) + 1), ITSELF } },
	{ .name = "by the builder, too late for a client",
	    .b = { BY("builder", H(99)), ITSELF },
	    .owed = 15000, .due = 15000 },
	{ .name = "by the system", .b = { BY("system", H(99)), ITSELF },
	    .owed = 15000, .due = 15000 },
	{ .name = "by hand", .b = { BY("client", H(80)) }, .owed = 7500 },
	{ .name = "by the builder and by hand", .b = { BY("builder", H(80)) },
	    .owed = 15000 },
	{ .name = "moved away", .b = { BY("client", H(10)), ITSELF,
	    .moved_to = "i2" } },
	{ .name = "half of an odd sum", .received = 15001,
	    .b = { BY("client", H(80)), ITSELF }, .owed = 7501, .due = 7501 },
	{ .name = "half of an odd sum of yen", .received = 15001,
	    .currency = "jpy", .b = { BY("client", H(80)), ITSELF },
	    .owed = 7501, .due = 7501 },
	{ .name = "a part has gone", .gone = 5000,
	    .b = { BY("client", H(80)), ITSELF }, .owed = 2500, .due = 2500 },
	{ .name = "more than that has gone", .gone = 9000,
	    .b = { BY("client", H(80)), ITSELF } },
	{ .name = "asked for, though it takes place",
	    .b = { .policy = "" }, .goal = 4000, .owed = 4000, .due = 4000 },
	{ .name = "asked for, some has gone", .gone = 1000,
	    .b = { .policy = "" }, .goal = 4000, .owed = 3000, .due = 3000 },
	{ .name = "asked for more than came",
	    .b = { .policy = "" }, .goal = 99999, .owed = 15000,
	    .due = 15000 },
	{ .name = "asked for less than the policy gives, by hand",
	    .b = { BY("client", H(80)) }, .goal = 4000, .owed = 7500,
	    .due = 4000 },
	{ .name = "asked for more than the policy gives",
	    .b = { BY("client", H(80)), ITSELF }, .goal = 9000, .owed = 9000,
	    .due = 9000 },
	{ .name = "disputed", .dispute = "needs_response",
	    .b = { BY("builder", H(80)), ITSELF } },
	{ .name = "a dispute that was won", .dispute = "won",
	    .b = { BY("builder", H(80)), ITSELF }, .owed = 15000,
	    .due = 15000 },
	/* clang-format on */
};

static void
so_much_goes_back(void **state)
{
	struct status_return one, all;
	struct status s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(backs); i++) {
		const struct back *row = &backs[i];
		int64_t came = row->received == 0 ? 15000 : row->received;
		const char *currency =
		    row->currency == NULL ? "usd" : row->currency;
		struct booking b = row->b;
		struct checkout co = DONE;
		struct payment p = MONEY("p1", "c1", came, 100);
		struct refund r = BACK("r1", "p1", row->gone, "succeeded");
		struct dispute d = DISPUTE(row->dispute);
		const struct status_facts f = { &b, &co, 1, &p, 1, &r,
			row->gone > 0, &d, row->dispute != NULL, row->goal };

		b.start_at = START;
		b.amount = co.subtotal = co.amount = came;
		b.currency = co.currency = p.currency = currency;
		status_compute(&f, &s);
		status_return(&f, &s, &p, &one);
		status_return_all(&f, &s, &all);
		if (one.owed != row->owed || one.due != row->due ||
		    one.due_at != 0 || all.owed != one.owed ||
		    all.due != one.due)
			fail_msg("%s: %lld, by itself %lld", row->name,
			    (long long)one.owed, (long long)one.due);
	}
}

static void
money_that_came_too_late_waits_for_a_new_time(void **state)
{
	struct booking b = { .amount = 15000, .currency = "usd",
		.policy = "", .cancelled_by = "client",
		.cancelled_at = 50 * NOW_SECOND, .late_hours = 48 };
	const struct checkout co[] = { DONE,
		SESSION("c2", "complete", "paid") };
	const struct payment p[] = { PAID, MONEY("p2", "c2", 15000, 200) };
	const struct status_facts f = { .booking = &b, .checkouts = co,
		.checkout_count = 2, .payments = p, .payment_count = 2 };
	struct status_return r;
	struct status s;

	(void)state;
	status_compute(&f, &s);
	assert_true(s.late);
	status_return(&f, &s, &p[0], &r);
	assert_int_equal(r.due, 15000);
	assert_int_equal(r.due_at, 100 * NOW_SECOND + H(48));
	assert_string_equal(r.reason, "requested_by_customer");
	/* What came twice has no use for a new time. */
	status_return(&f, &s, &p[1], &r);
	assert_int_equal(r.due, 15000);
	assert_int_equal(r.due_at, 0);
	assert_string_equal(r.reason, "duplicate");
}

/* A part of a chain's money was paid for one booking, a part for the next. */
static void
what_goes_back_of_several_payments_is_taken_from_one_after_the_other(
    void **state)
{
	struct booking b = { .amount = 15000, .currency = "usd",
		.policy = "" };
	const struct checkout co[] = { DONE, ASKED("c2", 9000, 9000, "usd") };
	const struct payment p[] = { MONEY("p2", "c2", 9000, 50), PAID };
	struct status_facts f = { .booking = &b, .checkouts = co,
		.checkout_count = 2, .payments = p, .payment_count = 2,
		.refund_goal = 20000 };
	struct status_return misfit, kept;
	struct status s;

	(void)state;
	status_compute(&f, &s);
	assert_string_equal(s.kept->id, "p1");
	status_return(&f, &s, &p[1], &kept);
	status_return(&f, &s, &p[0], &misfit);
	assert_int_equal(kept.due, 15000);
	assert_int_equal(misfit.due, 5000);
	f.refund_goal = 10000;
	status_compute(&f, &s);
	status_return(&f, &s, &p[1], &kept);
	status_return(&f, &s, &p[0], &misfit);
	assert_int_equal(kept.due, 10000);
	assert_int_equal(misfit.due, 0);
}

/* --- who cancelled --------------------------------------------------------- */

static const struct {
	const char *name;
	int64_t asked, told;      /* seconds; 0: not */
	const char *asker, *teller;
	const char *by;           /* which of them counts */
	int64_t at;
} endings[] = {
	{ "nobody", 0, 0, NULL, NULL, NULL, 0 },
	{ "only here", 1000, 0, "client", NULL, "client", 1000 },
	{ "only there", 0, 1000, NULL, "builder", "builder", 1000 },
	{ "the echo, later", 1000, 1030, "client", "builder", "client", 1000 },
	{ "the echo, much later", 1000, 9000, "client", "builder", "client",
	    1000 },
	{ "the echo, by a clock that is behind", 1000, 990, "client",
	    "builder", "client", 1000 },
	{ "by a clock two minutes behind", 1000, 880, "client", "builder",
	    "client", 1000 },
	{ "the host, before any clock could err", 1000, 879, "client",
	    "builder", "builder", 879 },
	{ "the client there, first", 1000, 999, "builder", "client", "client",
	    999 },
	{ "the client there, at the same moment", 1000, 1000, "builder",
	    "client", "builder", 1000 },
	{ "the client there, later", 1000, 1001, "system", "client", "system",
	    1000 },
};

static void
of_two_cancellations_the_earlier_counts_and_an_echo_never(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(endings); i++) {
		struct booking b = {
			.asked_cancel_at = endings[i].asked * NOW_SECOND,
			.asked_cancel_by = endings[i].asker,
			.asked_cancel_reason = "asked",
			.told_cancel_at = endings[i].told * NOW_SECOND,
			.told_cancel_by = endings[i].teller,
			.told_cancel_reason = "told",
		};

		status_cancellation(&b);
		if (b.cancelled_at != endings[i].at * NOW_SECOND)
			fail_msg("%s: another time", endings[i].name);
		if (endings[i].by == NULL)
			continue;
		assert_string_equal(b.cancelled_by, endings[i].by);
		assert_string_equal(b.cancel_reason,
		    b.cancelled_at == b.asked_cancel_at ? "asked" : "told");
	}
}

static void
a_confirmed_booking_is_completed_when_it_ends(void **state)
{
	struct booking b = { .status = "CONFIRMED", .end_at = 100 };

	(void)state;
	assert_string_equal(status_at(&b, 99), "CONFIRMED");
	assert_string_equal(status_at(&b, 100), "COMPLETED");
	b.status = "PENDING";
	assert_string_equal(status_at(&b, 100), "PENDING");
	b.status = "CANCELLED";
	assert_string_equal(status_at(&b, 100), "CANCELLED");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_refund_that_fails_again_and_again_is_left_to_a_person),
		cmocka_unit_test(
		    these_facts_give_that_status_in_whatever_order_they_stand),
		cmocka_unit_test(
		    money_is_counted_once_and_never_more_than_came),
		cmocka_unit_test(so_much_goes_back),
		cmocka_unit_test(money_that_came_too_late_waits_for_a_new_time),
		cmocka_unit_test(
		    what_goes_back_of_several_payments_is_taken_from_one_after_the_other),
		cmocka_unit_test(
		    of_two_cancellations_the_earlier_counts_and_an_echo_never),
		cmocka_unit_test(a_confirmed_booking_is_completed_when_it_ends),
	};

	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
