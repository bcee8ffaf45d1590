/*
 * What the worker counts: once in a while, and by one worker at a time.
 */
#include <string.h>

#include "app/shop.h"
#include "app/survey.h"
#include "base/conf.h"
#include "booking/booking.h"
#include "booking/job.h"
#include "booking/mark.h"
#include "db/db.h"
#include "world.h"

static int64_t
survey(struct world *w, survey_between *between, void *arg)
{
	struct shop shop = { .db = w->db };
	struct mark_list marks;
	int64_t at, n;

	assert_int_equal(survey_run(&w->c, &shop, between, arg), OK);
	assert_int_equal(mark_list_tx(&w->c, w->db, &marks), OK);
	n = survey_attention(&marks, &at);
	return at == 0 ? -1 : n;
}

/* A job of booking n was given up. */
static void
give_up(struct world *w, int n)
{
	char *id = arena_printf(w->c.mem, "refund-%s", world_id(w, n));

	assert_int_equal(db_run(&w->c, w->db, "INSERT INTO job (id, kind,"
	    " booking, subject, due_at, dead_at, created_at)"
	    " VALUES ($1, 'refund', $2, $1, 1, 1, 1)", NULL,
	    DB_VALUES(DB_TEXT(id), DB_TEXT(world_id(w, n)))), OK);
}

static void
nothing_is_counted_before_there_is_a_survey(void **state)
{
	struct world *w = *state;
	struct mark_list marks;
	int64_t at = 7;

	assert_int_equal(mark_list_tx(&w->c, w->db, &marks), OK);
	assert_int_equal(survey_attention(&marks, &at), 0);
	assert_int_equal(at, 0);
	assert_int_equal(survey(w, NULL, NULL), 0);
}

static void
bookings_that_need_a_person_are_counted_every_five_minutes(void **state)
{
	struct world *w = *state;
	int i;

	for (i = 1; i < 5; i++)
		world_book(w, i, world_slot(i, 15));
	give_up(w, 1);
	give_up(w, 3);
	assert_int_equal(survey(w, NULL, NULL), 2);
	give_up(w, 4);
	w->c.now += MINUTES(4);
	assert_int_equal(survey(w, NULL, NULL), 2);
	w->c.now += MINUTES(2);
	assert_int_equal(survey(w, NULL, NULL), 3);
}

static int
stop(void *arg)
{
	(*(int *)arg)++;
	return 1;
}

static void
who_is_told_to_stop_stops_and_notes_nothing(void **state)
{
	struct world *w = *state;
	int asked = 0;

	world_book(w, 1, world_slot(1, 15));
	give_up(w, 1);
	assert_int_equal(survey(w, stop, &asked), -1);
	assert_int_equal(asked, 1);
}

static int
count(void *arg)
{
	(*(int *)arg)++;
	return 0;
}

static void
jobs_have_their_turn_between_the_steps(void **state)
{
	struct world *w = *state;
	int asked = 0;

	world_book(w, 1, world_slot(1, 15));
	give_up(w, 1);
	assert_int_equal(survey(w, count, &asked), 1);
	assert_int_equal(asked, 2);
	/* And there is no second survey at once. */
	assert_int_equal(survey(w, count, &asked), 1);
	assert_int_equal(asked, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(nothing_is_counted_before_there_is_a_survey),
		WITH_SHOP(bookings_that_need_a_person_are_counted_every_five_minutes),
		WITH_SHOP(who_is_told_to_stop_stops_and_notes_nothing),
		WITH_SHOP(jobs_have_their_turn_between_the_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
