/*
 * Attempts: their rows, and the ranks by which their states grow.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/checkout.h"
#include "world.h"

static void
states_have_ranks(void **state)
{
	static const char *const states[] = { "asked", "refused", "open",
		"expired", "complete" };
	static const char *const payments[] = { "unpaid", "failed",
		"no_payment_required", "paid" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(states); i++)
		assert_int_equal(checkout_rank(states[i]), i);
	for (i = 0; i < COUNT(payments); i++)
		assert_int_equal(checkout_payment_rank(payments[i]), i);
	assert_int_equal(checkout_rank("Open"), -1);
	assert_int_equal(checkout_rank(NULL), -1);
	assert_int_equal(checkout_payment_rank(""), -1);
	assert_int_equal(checkout_payment_rank(NULL), -1);
}

static void
the_id_of_a_session_says_whether_money_is_real(void **state)
{
	(void)state;
	assert_true(checkout_is_live("cs_live_a1"));
	assert_false(checkout_is_live("cs_test_a1"));
	assert_false(checkout_is_live("cs_liv"));
}

static void
every_fact_goes_in_and_comes_out(void **state)
{
	struct world *w = *state;
	const char *id = world_book(w, 1, world_slot(7, 15))->id;
	struct checkout co = { "c1", id, 1, "a=b&c=d", "TEN", "cs_test_1",
		"open", "unpaid", 2, 3, "usd", "https://pay", "pi_1", "no", 4,
		5, 6 }, *back;

	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), OK);
	back = world_checkout(w, "c1");
	assert_string_equal(back->body, "a=b&c=d");
	assert_string_equal(back->promotion_code, "TEN");
	assert_string_equal(back->url, "https://pay");
	assert_string_equal(back->payment, "pi_1");
	assert_string_equal(back->refusal, "no");
	assert_int_equal(back->amount, 2);
	assert_int_equal(back->subtotal, 3);
	assert_int_equal(back->expires_at, 4);
	assert_int_equal(back->asked_at, 5);
	assert_int_equal(back->created_at, 6);
	co.status = "complete";
	co.asked_at = 50;
	assert_int_equal(checkout_save_tx(&w->c, w->db, &co), OK);
	assert_int_equal(checkout_by_session_tx(&w->c, w->db, "cs_test_1",
	    &back), OK);
	assert_string_equal(back->status, "complete");
	assert_int_equal(back->asked_at, 50);
	assert_int_equal(checkout_by_session_tx(&w->c, w->db, "cs_test_2",
	    &back), OK);
	assert_null(back);
}

static void
an_attempt_and_a_session_exist_once(void **state)
{
	struct world *w = *state;
	const char *id = world_book(w, 1, world_slot(7, 15))->id;
	struct checkout co = { "c1", id, 1, "", NULL, "cs_test_1", "open",
		"unpaid", 1, 1, "usd", NULL, NULL, NULL, 0, 0, 0 };

	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), OK);
	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), E_CONFLICT);
	co.id = "c2";
	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), E_CONFLICT);
	co.attempt = 2;
	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), E_CONFLICT);
	co.session = NULL;
	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), OK);
	co.id = "c3";
	co.attempt = 3;
	co.status = "unheard of";
	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), E_CONFLICT);
}

static void
attempts_are_listed_by_their_numbers(void **state)
{
	struct world *w = *state;
	const char *id = world_book(w, 1, world_slot(7, 15))->id;
	struct checkout_list list;
	int i;

	for (i = 11; i > 0; i--) {
		const struct checkout co = {
			.id = arena_printf(w->c.mem, "c%d", i),
			.booking = id, .attempt = i, .body = "",
			.status = "expired", .payment_status = "unpaid",
			.currency = "usd" };

		assert_int_equal(checkout_add_tx(&w->c, w->db, &co), OK);
	}
	assert_int_equal(checkout_list_tx(&w->c, w->db, id, &list), OK);
	assert_int_equal(list.count, 11);
	for (i = 0; i < 11; i++)
		assert_int_equal(list.rows[i].attempt, i + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_have_ranks),
		cmocka_unit_test(
		    the_id_of_a_session_says_whether_money_is_real),
		WITH_SHOP(every_fact_goes_in_and_comes_out),
		WITH_SHOP(an_attempt_and_a_session_exist_once),
		WITH_SHOP(attempts_are_listed_by_their_numbers),
	};

	return cmocka_run_group_tests_name("checkout", tests, NULL, NULL);
}
