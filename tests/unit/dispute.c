/*
 * Disputes: which of them take money away, and which are over.
 */
#include <string.h>

#include "booking/dispute.h"
#include "world.h"

static void
an_inquiry_takes_nothing_and_what_is_won_is_back(void **state)
{
	static const struct {
		const char *status;
		int counts, final;
	} cases[] = {
		{ "warning_needs_response", 0, 0 },
		{ "warning_under_review", 0, 0 },
		{ "warning_closed", 0, 1 },
		{ "needs_response", 1, 0 },
		{ "under_review", 1, 0 },
		{ "appeal_needs_response", 1, 0 },
		{ "appeal_under_review", 1, 0 },
		{ "won", 0, 1 },
		{ "lost", 1, 1 },
		{ "prevented", 0, 1 },
		/* Of a word we do not know we fear the worst. */
		{ "something new", 1, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (dispute_counts(&(const struct dispute){
		    .status = cases[i].status }) != cases[i].counts ||
		    dispute_is_final(cases[i].status) != cases[i].final)
			fail_msg("%s", cases[i].status);
}

static void
every_fact_goes_in_and_comes_out(void **state)
{
	struct world *w = *state;
	struct dispute d = { "du_1", WORLD_INTENT, 5, "usd", "needs_response",
		6, "fraudulent", 7, 8 }, *back;
	struct dispute_list list;

	world_open_story(w);
	world_start_paying(w);
	assert_int_equal(dispute_put_tx(&w->c, w->db, &d), OK);
	d.status = "won";
	d.told_at = 60;
	d.due_at = 0;
	assert_int_equal(dispute_put_tx(&w->c, w->db, &d), OK);
	assert_int_equal(dispute_get_tx(&w->c, w->db, "du_1", &back), OK);
	assert_string_equal(back->status, "won");
	assert_int_equal(back->told_at, 60);
	assert_int_equal(back->due_at, 0);
	assert_int_equal(back->created_at, 8);
	assert_int_equal(dispute_list_tx(&w->c, w->db, WORLD_INTENT, &list),
	    OK);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.rows[0].reason, "fraudulent");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_inquiry_takes_nothing_and_what_is_won_is_back),
		WITH_SHOP(every_fact_goes_in_and_comes_out),
	};

	return cmocka_run_group_tests_name("dispute", tests, NULL, NULL);
}
