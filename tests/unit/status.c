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
		    these_facts_give_that_status_in_whatever_order_they_stand),
		cmocka_unit_test(
		    money_is_counted_once_and_never_more_than_came),
		cmocka_unit_test(a_confirmed_booking_is_completed_when_it_ends),
	};

	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
