/*
 * What follows from the facts of a chain of bookings.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/history.h"
#include "booking/payment.h"
#include "booking/settle.h"
#include "world.h"

enum { LINKS = 5 };

static const struct history_source by = { "calendly", NULL };

/* Bookings 0 … n - 1, each moved to the next; the first one is paid. */
static void
make_chain(struct world *w, int n)
{
	const struct checkout co = { .id = "c1", .booking = world_id(w, 0),
		.attempt = 1, .body = "", .status = "complete",
		.payment_status = "paid", .amount = 15000, .subtotal = 15000,
		.currency = "usd", .payment = "pi_1" };
	const struct payment p = { .id = "pi_1", .booking = world_id(w, 0),
		.checkout = "c1", .received = 15000, .currency = "usd",
		.paid_at = 5 };
	struct booking b;
	int i;

	for (i = 0; i < n; i++) {
		b = (struct booking){ .id = world_id(w, i),
			.builder = "robin", .session_type = "strategy",
			.name = "", .email = "", .timezone = "UTC",
			.source = "calendly", .amount = 15000 + i,
			.currency = "usd", .policy = "", .status = "PENDING",
			.payment_status = "UNPAID",
			.invitee = arena_printf(w->c.mem, "inv-%d", i) };
		if (i > 0)
			b.moved_from = arena_printf(w->c.mem, "inv-%d",
			    i - 1);
		if (i < n - 1)
			b.moved_to = arena_printf(w->c.mem, "inv-%d", i + 1);
		assert_int_equal(booking_add_tx(&w->c, w->db, &b), OK);
	}
	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), OK);
	assert_int_equal(payment_put_tx(&w->c, w->db, &p), OK);
}

static void
settle_one(struct world *w, int n)
{
	assert_int_equal(settle_booking_tx(&w->c, w->db,
	    world_booking(w, world_id(w, n)), &by), OK);
}

static void
the_money_is_where_the_seat_is(void **state)
{
	struct world *w = *state;
	const struct booking *b;
	int i;

	make_chain(w, LINKS);
	settle_one(w, 0);
	for (i = 0; i < LINKS - 1; i++)
		assert_string_equal(world_booking(w, world_id(w, i))->status,
		    "RESCHEDULED");
	b = world_booking(w, world_id(w, LINKS - 1));
	assert_string_equal(b->status, "CONFIRMED");
	assert_string_equal(b->payment_status, "PAID");
	/* Nothing is charged for a move. */
	assert_int_equal(b->amount, 15000);
}

static void
the_last_of_a_chain_gathers_what_was_paid_for_the_first(void **state)
{
	struct world *w = *state;
	struct status_facts f;

	make_chain(w, LINKS);
	assert_int_equal(settle_gather_tx(&w->c, w->db, world_booking(w,
	    world_id(w, LINKS - 1)), &f), OK);
	assert_int_equal(f.payment_count, 1);
	assert_int_equal(f.checkout_count, 1);
}

/* Nobody sends a circle; if somebody did, it must end. */
static void
a_circle_ends(void **state)
{
	struct world *w = *state;
	struct booking *first;

	make_chain(w, 3);
	first = world_booking(w, world_id(w, 0));
	first->moved_from = "inv-2";
	assert_int_equal(booking_save_tx(&w->c, w->db, first), OK);
	first = world_booking(w, world_id(w, 2));
	first->moved_to = "inv-0";
	assert_int_equal(booking_save_tx(&w->c, w->db, first), OK);
	settle_one(w, 0);
	settle_one(w, 1);
}

static void
the_same_facts_again_are_no_news(void **state)
{
	static const char sql[] = "SELECT count(*) FROM history";
	static const char sql_analytics[] = "SELECT count(*) FROM analytics";
	struct world *w = *state;
	int64_t history, analytics;

	make_chain(w, 2);
	settle_one(w, 0);
	history = world_count(w, sql);
	analytics = world_count(w, sql_analytics);
	settle_one(w, 0);
	settle_one(w, 1);
	assert_int_equal(world_count(w, sql), history);
	assert_int_equal(world_count(w, sql_analytics), analytics);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(the_money_is_where_the_seat_is),
		WITH_SHOP(
		    the_last_of_a_chain_gathers_what_was_paid_for_the_first),
		WITH_SHOP(a_circle_ends),
		WITH_SHOP(the_same_facts_again_are_no_news),
	};

	return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
