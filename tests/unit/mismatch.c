/*
 * Authentic money that contradicts our rows: for a person to see.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/event.h"
#include "booking/history.h"
#include "booking/mismatch.h"
#include "world.h"

static const struct history_source by = { "stripe", "ev_1" };

static void
it_is_counted_told_and_confirms_nothing(void **state)
{
	struct world *w = *state;
	const char *id = world_book(w, 1, world_slot(7, 15))->id;
	struct event_outcome how;
	struct history_list list;

	assert_int_equal(mismatch_note_tx(&w->c, w->db, id, &by, "currency",
	    &how), OK);
	assert_string_equal(how.word, "failed");
	assert_string_equal(how.reason, "PAYMENT_MISMATCH: currency");
	assert_string_equal(how.booking, id);
	assert_true(world_has(w, arena_printf(w->c.mem,
	    "analytics PAYMENT_MISMATCH:%s:currency", id)));
	assert_int_equal(history_list_tx(&w->c, w->db, id, &list), OK);
	assert_string_equal(list.rows[list.count - 1].what,
	    "payment mismatch");
	assert_string_equal(list.rows[list.count - 1].why, "currency");
	assert_string_equal(world_booking(w, id)->status, "PENDING");
}

static void
of_a_booking_that_is_not_there_only_the_event_knows(void **state)
{
	struct world *w = *state;
	struct event_outcome how;

	assert_int_equal(mismatch_note_tx(&w->c, w->db, "bk_none", &by,
	    "amount", &how), OK);
	assert_string_equal(how.word, "failed");
	assert_string_equal(world_dump(w), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(it_is_counted_told_and_confirms_nothing),
		WITH_WORLD(of_a_booking_that_is_not_there_only_the_event_knows),
	};

	return cmocka_run_group_tests_name("mismatch", tests, NULL, NULL);
}
