/*
 * What happened to a booking, in the order in which it happened.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/history.h"
#include "world.h"

static void
it_is_told_in_its_order_even_within_one_moment(void **state)
{
	static const struct history_source by = { "client", "ev_1" };
	struct world *w = *state;
	const char *id = world_book(w, 1, world_slot(7, 15))->id;
	struct history_list list;
	size_t before;
	int i;

	assert_int_equal(history_list_tx(&w->c, w->db, id, &list), OK);
	before = list.count;
	for (i = 0; i < 300; i++)
		assert_int_equal(history_add_tx(&w->c, w->db, id, &by, "step",
		    arena_printf(w->c.mem, "%d", i)), OK);
	assert_int_equal(history_list_tx(&w->c, w->db, id, &list), OK);
	assert_int_equal(list.count, before + 300);
	for (i = 0; i < 300; i++)
		assert_string_equal(list.rows[before + (size_t)i].why,
		    arena_printf(w->c.mem, "%d", i));
	assert_string_equal(list.rows[before].who, "client");
	assert_string_equal(list.rows[before].event, "ev_1");
	assert_int_equal(list.rows[before].at, WORLD_NOW);
}

static void
ids_sort_by_time_and_are_never_the_same(void **state)
{
	struct world *w = *state;
	const char *a = history_id(&w->c, "hi_"), *b;

	b = history_id(&w->c, "hi_");
	assert_true(strcmp(a, b) < 0);
	w->c.now++;
	w->c.serial = 0;
	assert_true(strcmp(b, history_id(&w->c, "hi_")) < 0);
	w->c.serial = 0;
	w->c.now--;
	assert_string_not_equal(a, history_id(&w->c, "hi_"));
}

static void
nothing_happens_to_a_booking_that_is_not_there(void **state)
{
	static const struct history_source by = { "client", NULL };
	struct world *w = *state;

	assert_int_equal(history_add_tx(&w->c, w->db, "bk_none", &by, "x",
	    NULL), E_CONFLICT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(it_is_told_in_its_order_even_within_one_moment),
		WITH_SHOP(ids_sort_by_time_and_are_never_the_same),
		WITH_SHOP(nothing_happens_to_a_booking_that_is_not_there),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
