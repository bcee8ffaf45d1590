#define _GNU_SOURCE /* conditions by the clock of now_monotonic */
#include "base/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/now.h"

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t given;
	size_t most;
	size_t count; /* that there are, or are being made */
	size_t idle_count;
	void *idle[];
};

struct pool *
pool_new(size_t most)
{
	struct pool *p = calloc(1, sizeof(*p) + most * sizeof(p->idle[0]));

	if (p == NULL)
		abort();
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->given, NULL);
	p->most = most;
	return p;
}

void
pool_free(struct pool *p, void (*end)(void *item))
{
	if (p == NULL)
		return;
	while (p->idle_count > 0)
		end(p->idle[--p->idle_count]);
	pthread_cond_destroy(&p->given);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

int
pool_take(struct pool *p, int64_t deadline, void **ret)
{
	const struct timespec until = { .tv_sec = deadline / NOW_SECOND,
		.tv_nsec = deadline % NOW_SECOND * 1000 };
	int late = 0, got = 1;

	pthread_mutex_lock(&p->lock);
	while (p->idle_count == 0 && p->count == p->most && !late)
		late = pthread_cond_clockwait(&p->given, &p->lock,
		    CLOCK_MONOTONIC, &until) != 0;
	*ret = NULL;
	if (p->idle_count > 0)
		*ret = p->idle[--p->idle_count];
	else if (p->count < p->most)
		p->count++;
	else
		got = 0;
	pthread_mutex_unlock(&p->lock);
	return got;
}

void
pool_give(struct pool *p, void *item)
{
	pthread_mutex_lock(&p->lock);
	if (item != NULL)
		p->idle[p->idle_count++] = item;
	else
		p->count--;
	pthread_cond_signal(&p->given);
	pthread_mutex_unlock(&p->lock);
}
