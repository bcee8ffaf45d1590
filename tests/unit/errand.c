/*
 * A thread that does one thing when it is asked to.
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include "base/errand.h"
#include "unit.h"

/* What it does: says that it has begun, and waits until it may end. */
struct work {
	sem_t begun, may_end;
	int times;
	pthread_t by;
	sigset_t blocked; /* for who does it */
};

static void
do_work(void *arg)
{
	struct work *w = arg;

	w->times++;
	w->by = pthread_self();
	pthread_sigmask(SIG_BLOCK, NULL, &w->blocked);
	sem_post(&w->begun);
	sem_wait(&w->may_end);
}

static struct errand *
of(struct work *w)
{
	w->times = 0;
	sem_init(&w->begun, 0, 0);
	sem_init(&w->may_end, 0, 0);
	return errand_new(do_work, w);
}

static void
who_asks_goes_on(void **state)
{
	struct work w;
	struct errand *e = of(&w);

	(void)state;
	errand_ask(e);
	sem_wait(&w.begun);
	assert_false(pthread_equal(w.by, pthread_self()));
	sem_post(&w.may_end);
	errand_free(e);
	assert_int_equal(w.times, 1);
	/* A signal that the program waits for is not lost here. */
	assert_true(sigismember(&w.blocked, SIGTERM));
}

static void
it_runs_once_more_for_all_who_asked_meanwhile(void **state)
{
	struct work w;
	struct errand *e = of(&w);

	(void)state;
	errand_ask(e);
	sem_wait(&w.begun);
	errand_ask(e);
	errand_ask(e);
	errand_ask(e);
	sem_post(&w.may_end);
	sem_wait(&w.begun);
	sem_post(&w.may_end);
	errand_ask(e);
	sem_wait(&w.begun);
	sem_post(&w.may_end);
	errand_free(e);
	assert_int_equal(w.times, 3);
}

static void
nothing_is_done_unasked_or_after_the_end(void **state)
{
	struct work w;
	struct errand *e = of(&w);

	(void)state;
	errand_free(e);
	assert_int_equal(w.times, 0);
	errand_free(NULL);
	e = of(&w);
	errand_ask(e);
	sem_wait(&w.begun);
	errand_ask(e);
	sem_post(&w.may_end);
	sem_post(&w.may_end);
	errand_free(e);
	assert_in_range(w.times, 1, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_asks_goes_on),
		cmocka_unit_test(it_runs_once_more_for_all_who_asked_meanwhile),
		cmocka_unit_test(nothing_is_done_unasked_or_after_the_end),
	};

	return cmocka_run_group_tests_name("errand", tests, NULL, NULL);
}
