/*
 * A few things of one kind, taken and given back by many threads.
 */
#include <pthread.h>
#include <string.h>

#include "base/now.h"
#include "base/pool.h"
#include "unit.h"

#define MILLISECOND (NOW_SECOND / 1000)
#define PATIENCE (30 * NOW_SECOND) /* longer than a busy machine takes */

static int things[4];

static void
count(void *thing)
{
	++*(int *)thing;
}

static struct pool *
of(size_t most)
{
	memset(things, 0, sizeof(things));
	return pool_new(most);
}

static int
take(struct pool *p, int64_t patience, void **ret)
{
	return pool_take(p, now_monotonic() + patience, ret);
}

static void
who_takes_makes_what_is_not_there(void **state)
{
	struct pool *p = of(2);
	void *got = things;

	(void)state;
	assert_true(take(p, PATIENCE, &got));
	assert_null(got);
	pool_give(p, &things[0]);
	assert_true(take(p, PATIENCE, &got));
	assert_ptr_equal(got, &things[0]);
	pool_give(p, got);
	pool_free(p, count);
	assert_int_equal(things[0], 1);
}

static void
the_last_given_is_taken_first(void **state)
{
	struct pool *p = of(2);
	void *got;

	(void)state;
	assert_true(take(p, PATIENCE, &got) && take(p, PATIENCE, &got));
	pool_give(p, &things[0]);
	pool_give(p, &things[1]);
	assert_true(take(p, PATIENCE, &got));
	assert_ptr_equal(got, &things[1]);
	pool_give(p, got);
	pool_free(p, count);
	assert_int_equal(things[0] + things[1], 2);
}

static void
there_are_never_more(void **state)
{
	struct pool *p = of(1);
	int64_t before = now_monotonic();
	void *got;

	(void)state;
	assert_true(take(p, PATIENCE, &got));
	assert_false(take(p, 20 * MILLISECOND, &got));
	assert_null(got);
	assert_true(now_monotonic() - before >= 20 * MILLISECOND);
	/* What could not be made leaves its room to the next. */
	pool_give(p, NULL);
	assert_true(take(p, PATIENCE, &got));
	assert_null(got);
	pool_give(p, NULL);
	pool_free(p, count);
}

static void *
wait_for_it(void *pool)
{
	void *got = NULL;

	return take(pool, PATIENCE, &got) ? got : NULL;
}

static void
who_waits_gets_what_is_given(void **state)
{
	struct pool *p = of(1);
	pthread_t thread;
	void *got;

	(void)state;
	assert_true(take(p, PATIENCE, &got));
	assert_int_equal(pthread_create(&thread, NULL, wait_for_it, p), 0);
	pool_give(p, &things[2]);
	assert_int_equal(pthread_join(thread, &got), 0);
	assert_ptr_equal(got, &things[2]);
	pool_give(p, got);
	pool_free(p, count);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_takes_makes_what_is_not_there),
		cmocka_unit_test(the_last_given_is_taken_first),
		cmocka_unit_test(there_are_never_more),
		cmocka_unit_test(who_waits_gets_what_is_given),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
