/*
 * Marks: how far something has come, and whose turn it is.
 */
#include <string.h>

#include "booking/mark.h"
#include "db/db.h"
#include "world.h"

static struct mark
get(struct world *w, const char *name)
{
	struct mark m;

	assert_int_equal(mark_get_tx(&w->c, w->db, name, &m), OK);
	return m;
}

static void
a_mark_begins_at_nothing_and_never_goes_back(void **state)
{
	struct world *w = *state;
	struct mark m = { .name = "a", .at = 7, .note = "first" };

	assert_int_equal(get(w, "a").at, 0);
	assert_null(get(w, "a").note);
	assert_string_equal(get(w, "a").name, "a");
	assert_int_equal(mark_set_tx(&w->c, w->db, &m), OK);
	assert_int_equal(get(w, "a").at, 7);
	m.at = 5;
	m.note = "second";
	assert_int_equal(mark_set_tx(&w->c, w->db, &m), OK);
	assert_int_equal(get(w, "a").at, 7);
	assert_string_equal(get(w, "a").note, "second");
	assert_int_equal(get(w, "b").at, 0);
}

static int
take(struct world *w, int64_t until)
{
	int taken = -1;

	assert_int_equal(mark_take_tx(&w->c, w->db, "turn", until, &taken),
	    OK);
	return taken;
}

static void
a_turn_is_taken_once(void **state)
{
	struct world *w = *state;

	assert_true(take(w, WORLD_NOW + HOURS(1)));
	assert_false(take(w, WORLD_NOW + HOURS(1)));
	w->c.now += HOURS(1);
	assert_true(take(w, w->c.now + HOURS(1)));
	assert_false(take(w, w->c.now + HOURS(1)));
	assert_int_equal(mark_hold_tx(&w->c, w->db, "turn",
	    w->c.now + HOURS(2)), OK);
	w->c.now += HOURS(1);
	assert_false(take(w, w->c.now + HOURS(1)));
}

static void
a_clock_that_was_wrong_puts_no_turn_off(void **state)
{
	struct world *w = *state;

	w->c.now += DAYS(365);
	assert_true(take(w, w->c.now + HOURS(1)));
	w->c.now = WORLD_NOW;
	assert_true(take(w, w->c.now + HOURS(1)));
	assert_false(take(w, w->c.now + HOURS(1)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(a_mark_begins_at_nothing_and_never_goes_back),
		WITH_WORLD(a_turn_is_taken_once),
		WITH_WORLD(a_clock_that_was_wrong_puts_no_turn_off),
	};

	return cmocka_run_group_tests_name("mark", tests, NULL, NULL);
}
