#include "base/errand.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

struct errand {
	void (*run)(void *arg);
	void *arg;
	atomic_int is_asked, is_over;
	sem_t news; /* one of the two was set */
	pthread_t thread;
};

static void *
wait_and_run(void *arg)
{
	struct errand *e = arg;

	for (;;) {
		while (sem_wait(&e->news) != 0)
			;
		if (atomic_load(&e->is_over))
			return NULL;
		atomic_store(&e->is_asked, 0);
		e->run(e->arg);
	}
}

struct errand *
errand_new(void (*run)(void *arg), void *arg)
{
	struct errand *e = calloc(1, sizeof(*e));
	sigset_t all, before;
	int rc;

	if (e == NULL)
		abort();
	e->run = run;
	e->arg = arg;
	sem_init(&e->news, 0, 0);
	/* A signal is for whoever waits for it. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&e->thread, NULL, wait_and_run, e);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc == 0)
		return e;
	sem_destroy(&e->news);
	free(e);
	return NULL;
}

void
errand_ask(struct errand *e)
{
	if (!atomic_exchange(&e->is_asked, 1))
		sem_post(&e->news);
}

void
errand_free(struct errand *e)
{
	if (e == NULL)
		return;
	atomic_store(&e->is_over, 1);
	sem_post(&e->news);
	pthread_join(e->thread, NULL);
	sem_destroy(&e->news);
	free(e);
}
