#include "db/pg_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/wipe.h"
#include "db/pg.h"

struct pg_pool {
	struct pg_pool *next;
	char *url; /* may hold a password */
	pid_t owner; /* a child must not speak on its parent's connections */
	size_t users; /* who found it and did not drop it */
	pthread_mutex_t lock;
	pthread_cond_t given;
	size_t count; /* connections there are, or are being made */
	size_t idle_count;
	struct pg *idle[PG_POOL_MAX]; /* the last given is taken first */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pg_pool *pools; /* under lock, with the users of each */

static struct pg_pool *
new_pool(const char *url)
{
	struct pg_pool *pool = calloc(1, sizeof(*pool));
	pthread_condattr_t attr;

	if (pool == NULL || (pool->url = strdup(url)) == NULL)
		abort();
	pool->owner = getpid();
	pthread_mutex_init(&pool->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&pool->given, &attr);
	pthread_condattr_destroy(&attr);
	return pool;
}

struct pg_pool *
pg_pool_find(const char *url)
{
	struct pg_pool *pool;

	pthread_mutex_lock(&lock);
	for (pool = pools; pool != NULL; pool = pool->next)
		if (pool->owner == getpid() && strcmp(pool->url, url) == 0)
			break;
	if (pool == NULL) {
		pool = new_pool(url);
		pool->next = pools;
		pools = pool;
	}
	pool->users++;
	pthread_mutex_unlock(&lock);
	return pool;
}

static void
free_pool(struct pg_pool *pool)
{
	while (pool->idle_count > 0)
		pg_free(pool->idle[--pool->idle_count]);
	pthread_cond_destroy(&pool->given);
	pthread_mutex_destroy(&pool->lock);
	wipe_free(pool->url);
	free(pool);
}

void
pg_pool_drop(struct pg_pool *pool)
{
	struct pg_pool **at = &pools;

	pthread_mutex_lock(&lock);
	if (--pool->users > 0) {
		pthread_mutex_unlock(&lock);
		return;
	}
	while (*at != pool)
		at = &(*at)->next;
	*at = pool->next;
	pthread_mutex_unlock(&lock);
	free_pool(pool);
}

/*
 * One that nobody uses, or room for a new one; 0 if there is neither before it
 * is too late.
 */
static int
wait_for_one(struct pg_pool *pool, struct pg **ret)
{
	struct timespec deadline;
	int late = 0, got = 1;

	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += DB_BUSY_MILLISECONDS / 1000;
	pthread_mutex_lock(&pool->lock);
	while (pool->idle_count == 0 && pool->count == PG_POOL_MAX && !late)
		late = pthread_cond_timedwait(&pool->given, &pool->lock,
		    &deadline) != 0;
	*ret = NULL;
	if (pool->idle_count > 0)
		*ret = pool->idle[--pool->idle_count];
	else if (pool->count < PG_POOL_MAX)
		pool->count++;
	else
		got = 0;
	pthread_mutex_unlock(&pool->lock);
	return got;
}

/* The room of one that could not be made. */
static void
give_room(struct pg_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->count--;
	pthread_cond_signal(&pool->given);
	pthread_mutex_unlock(&pool->lock);
}

enum err
pg_pool_take(struct ctx *c, struct pg_pool *pool, struct pg **ret)
{
	struct pg *pg;
	enum err e;

	if (!wait_for_one(pool, &pg))
		return ctx_fail(c, E_BUSY, "postgresql: all %d connections of "
		    "this program are in use", PG_POOL_MAX);
	if (pg == NULL) {
		e = pg_open(c, pool->url, &pg);
		if (e != OK)
			give_room(pool);
	} else {
		e = pg_refresh(c, pg);
		if (e != OK)
			pg_pool_give(pool, pg);
	}
	if (e == OK)
		*ret = pg;
	return e;
}

void
pg_pool_give(struct pg_pool *pool, struct pg *pg)
{
	pthread_mutex_lock(&pool->lock);
	pool->idle[pool->idle_count++] = pg;
	pthread_cond_signal(&pool->given);
	pthread_mutex_unlock(&pool->lock);
}
