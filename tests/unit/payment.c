/*
 * The rows of payments.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/payment.h"
#include "world.h"

static void
every_fact_of_a_payment_goes_in_and_comes_out(void **state)
{
	struct world *w = *state;
	struct payment p = { "pi_1", WORLD_BOOKING, WORLD_CHECKOUT, 1, "usd",
		"ch_1", 2, 3, "declined", 4, 5 }, *back;
	struct payment_list list;

	world_open_story(w);
	assert_int_equal(payment_get_tx(&w->c, w->db, "pi_1", &back), OK);
	assert_null(back);
	assert_int_equal(payment_put_tx(&w->c, w->db, &p), OK);
	p.received = 10;
	p.charge_refunded = 20;
	p.paid_at = 30;
	p.failure = NULL;
	p.failed_at = 0;
	/* What it is for, and when we heard of it, does not change. */
	p.booking = "another";
	p.created_at = 50;
	assert_int_equal(payment_put_tx(&w->c, w->db, &p), OK);
	assert_int_equal(payment_list_tx(&w->c, w->db, WORLD_BOOKING, &list),
	    OK);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.rows[0].received, 10);
	assert_int_equal(list.rows[0].charge_refunded, 20);
	assert_int_equal(list.rows[0].paid_at, 30);
	assert_null(list.rows[0].failure);
	assert_int_equal(list.rows[0].created_at, 5);
	assert_string_equal(list.rows[0].charge, "ch_1");
}

static void
a_payment_needs_its_booking_and_its_attempt(void **state)
{
	struct world *w = *state;
	struct payment p = { .id = "pi_1", .booking = "none",
		.checkout = WORLD_CHECKOUT, .currency = "usd" };

	world_open_story(w);
	assert_int_equal(payment_put_tx(&w->c, w->db, &p), E_CONFLICT);
	p.booking = WORLD_BOOKING;
	p.checkout = "none";
	assert_int_equal(payment_put_tx(&w->c, w->db, &p), E_CONFLICT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(every_fact_of_a_payment_goes_in_and_comes_out),
		WITH_SHOP(a_payment_needs_its_booking_and_its_attempt),
	};

	return cmocka_run_group_tests_name("payment", tests, NULL, NULL);
}
