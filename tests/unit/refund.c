/*
 * Refunds: their rows, and the ranks by which their states grow.
 */
#include <string.h>

#include "booking/refund.h"
#include "world.h"

static void
a_refund_can_fail_after_it_succeeded_and_never_back(void **state)
{
	static const char *const order[] = { "pending", "requires_action",
		"succeeded", "canceled", "failed" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(order); i++)
		assert_int_equal(refund_rank(order[i]), i);
	assert_int_equal(refund_rank("new word"), -1);
	assert_int_equal(refund_rank(NULL), -1);
}

static void
what_is_on_its_way_counts_as_gone(void **state)
{
	static const struct {
		const char *status;
		int counts;
	} cases[] = { { "pending", 1 }, { "requires_action", 1 },
		{ "succeeded", 1 }, { "canceled", 0 }, { "failed", 0 } };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_int_equal(refund_counts(&(const struct refund){
		    .status = cases[i].status }), cases[i].counts);
}

static void
every_fact_goes_in_and_comes_out(void **state)
{
	struct world *w = *state;
	struct refund r = { "re_1", WORLD_INTENT, 5, "usd", "pending",
		"duplicate", NULL, "system", 6 }, *back;
	struct refund_list list;

	world_open_story(w);
	world_start_paying(w);
	assert_int_equal(refund_put_tx(&w->c, w->db, &r), OK);
	r.status = "failed";
	r.failure = "lost_or_stolen_card";
	r.amount = 500;
	assert_int_equal(refund_put_tx(&w->c, w->db, &r), OK);
	assert_int_equal(refund_get_tx(&w->c, w->db, "re_1", &back), OK);
	assert_string_equal(back->status, "failed");
	assert_string_equal(back->failure, "lost_or_stolen_card");
	assert_string_equal(back->reason, "duplicate");
	assert_string_equal(back->asked_by, "system");
	/* How much it is does not change. */
	assert_int_equal(back->amount, 5);
	assert_int_equal(refund_list_tx(&w->c, w->db, WORLD_INTENT, &list),
	    OK);
	assert_int_equal(list.count, 1);
	r.id = "re_2";
	r.payment = "pi_none";
	assert_int_equal(refund_put_tx(&w->c, w->db, &r), E_CONFLICT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_refund_can_fail_after_it_succeeded_and_never_back),
		cmocka_unit_test(what_is_on_its_way_counts_as_gone),
		WITH_SHOP(every_fact_goes_in_and_comes_out),
	};

	return cmocka_run_group_tests_name("refund", tests, NULL, NULL);
}
