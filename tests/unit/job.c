/*
 * Things to do later: each once, by one worker at a time, and again until it
 * worked.
 */
#include <string.h>

#include "booking/job.h"
#include "world.h"

#define LEASE (120 * NOW_SECOND)

static void
add(struct world *w, const char *subject)
{
	const struct job want = { .kind = "refund", .subject = subject };
	int changed;

	assert_int_equal(job_settle_tx(&w->c, w->db, &want, 1, &changed), OK);
}

/* The next job that is due; NULL if there is none. */
static struct job *
take(struct world *w)
{
	struct job *job;

	assert_int_equal(job_take_tx(&w->c, w->db, &job), OK);
	return job;
}

static struct job_list
all(struct world *w)
{
	struct job_list list;

	assert_int_equal(job_list_tx(&w->c, w->db, 1, 99, &list), OK);
	return list;
}

static void
a_job_exists_once_and_is_due_at_once(void **state)
{
	struct world *w = *state;
	struct job *job;

	assert_null(take(w));
	add(w, "pi_1");
	add(w, "pi_1");
	assert_int_equal(all(w).count, 1);
	job = take(w);
	assert_string_equal(job->id, "refund-pi_1");
	assert_string_equal(job->subject, "pi_1");
	assert_int_equal(job->attempts, 1);
}

static void
the_one_that_waits_longest_comes_first(void **state)
{
	struct world *w = *state;

	add(w, "pi_2");
	w->c.now++;
	add(w, "pi_1");
	assert_string_equal(take(w)->subject, "pi_2");
	assert_string_equal(take(w)->subject, "pi_1");
	assert_null(take(w));
}

static void
a_leased_job_is_nobody_else_s_until_the_lease_is_over(void **state)
{
	struct world *w = *state;

	add(w, "pi_1");
	assert_non_null(take(w));
	assert_null(take(w));
	w->c.now += LEASE - 1;
	assert_null(take(w));
	w->c.now++;
	assert_int_equal(take(w)->attempts, 2);
}

static void
a_call_under_way_is_found_by_the_next_worker(void **state)
{
	struct world *w = *state;
	struct job *job;

	add(w, "pi_1");
	job = take(w);
	assert_int_equal(job_call_tx(&w->c, w->db, job, "amount=5"), OK);
	w->c.now += LEASE;
	job = take(w);
	assert_string_equal(job->call_body, "amount=5");
	assert_int_equal(job->call_number, 0);
	assert_int_equal(job_answered_tx(&w->c, w->db, job), OK);
	w->c.now += LEASE;
	job = take(w);
	assert_null(job->call_body);
	assert_int_equal(job->call_number, 1);
}

static void
what_failed_comes_again_later_and_later(void **state)
{
	struct world *w = *state;
	int64_t pause, last = 0, i;
	struct job *job;

	add(w, "pi_1");
	for (i = 0; i < 8; i++) {
		job = take(w);
		assert_non_null(job);
		assert_int_equal(job_failed_tx(&w->c, w->db, job, "no"), OK);
		pause = all(w).rows[0].due_at - w->c.now;
		/* Less than a half is taken off at random. */
		assert_true(pause > 0 && pause * 2 > last);
		assert_null(take(w));
		last = pause;
		w->c.now += pause;
	}
	assert_string_equal(all(w).rows[0].last_error, "no");
}

static void
what_never_works_waits_for_a_person(void **state)
{
	struct world *w = *state;
	struct job *job;
	int found, tries = 0;

	add(w, "pi_1");
	while ((job = take(w)) != NULL && tries < 100) {
		assert_int_equal(job_failed_tx(&w->c, w->db, job, "no"), OK);
		w->c.now += DAYS(2);
		tries++;
	}
	assert_in_range(tries, 10, 50);
	assert_true(all(w).rows[0].dead_at > 0);
	assert_int_equal(job_retry_tx(&w->c, w->db, "none", &found), OK);
	assert_false(found);
	assert_int_equal(job_retry_tx(&w->c, w->db, "refund-pi_1", &found),
	    OK);
	assert_true(found);
	assert_non_null(take(w));
}

static void
what_is_done_is_done_until_it_is_asked_for_again(void **state)
{
	struct world *w = *state;
	struct job_list open;
	struct job *job;
	int found;

	add(w, "pi_1");
	job = take(w);
	assert_int_equal(job_call_tx(&w->c, w->db, job, "x"), OK);
	assert_int_equal(job_answered_tx(&w->c, w->db, job), OK);
	assert_int_equal(job_done_tx(&w->c, w->db, job), OK);
	w->c.now += DAYS(1);
	assert_null(take(w));
	assert_int_equal(job_list_tx(&w->c, w->db, 0, 9, &open), OK);
	assert_int_equal(open.count, 0);
	assert_int_equal(job_retry_tx(&w->c, w->db, "refund-pi_1", &found),
	    OK);
	assert_false(found);
	add(w, "pi_1");
	job = take(w);
	assert_int_equal(job->attempts, 1);
	/* A new call, so a new key. */
	assert_int_equal(job->call_number, 1);
}

/* --- what facts ask for -------------------------------------------------- */

static int
settle(struct world *w, int due)
{
	const struct job want = { .kind = "refund", .subject = "pi_1" };
	int changed;

	assert_int_equal(job_settle_tx(&w->c, w->db, &want, due, &changed),
	    OK);
	return changed;
}

static void
what_is_no_longer_due_is_dropped_before_it_has_begun(void **state)
{
	struct world *w = *state;

	assert_false(settle(w, 0));
	assert_true(settle(w, 1));
	assert_false(settle(w, 1));
	assert_int_equal(all(w).count, 1);
	assert_true(settle(w, 0));
	assert_int_equal(all(w).count, 0);
}

static void
what_has_begun_is_not_dropped(void **state)
{
	struct world *w = *state;
	struct job *job;

	settle(w, 1);
	job = take(w);
	assert_false(settle(w, 0));
	assert_int_equal(job_failed_tx(&w->c, w->db, job, "no"), OK);
	assert_false(settle(w, 0));
	w->c.now += DAYS(2);
	assert_int_equal(job_done_tx(&w->c, w->db, take(w)), OK);
	assert_false(settle(w, 0));
	assert_int_equal(all(w).count, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(a_job_exists_once_and_is_due_at_once),
		WITH_WORLD(the_one_that_waits_longest_comes_first),
		WITH_WORLD(
		    a_leased_job_is_nobody_else_s_until_the_lease_is_over),
		WITH_WORLD(a_call_under_way_is_found_by_the_next_worker),
		WITH_WORLD(what_failed_comes_again_later_and_later),
		WITH_WORLD(what_never_works_waits_for_a_person),
		WITH_WORLD(what_is_done_is_done_until_it_is_asked_for_again),
		WITH_WORLD(
		    what_is_no_longer_due_is_dropped_before_it_has_begun),
		WITH_WORLD(what_has_begun_is_not_dropped),
	};

	return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
