#include "db/pg_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/now.h"
#include "base/pool.h"
#include "base/wipe.h"
#include "db/line.h"
#include "db/pg.h"

struct pg_pool {
	struct pg_pool *next;
	char *url; /* may hold a password */
	pid_t owner; /* a child must not speak on its parent's connections */
	size_t users; /* who found it and did not drop it */
	struct pool *connections;
	struct line line; /* who writes, and who waits to */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pg_pool *pools; /* under lock, with the users of each */

static struct pg_pool *
new_pool(const char *url)
{
	struct pg_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL || (pool->url = strdup(url)) == NULL)
		abort();
	pool->owner = getpid();
	pool->connections = pool_new(PG_POOL_MAX);
	line_init(&pool->line);
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
end_connection(void *pg)
{
	pg_free(pg);
}

static void
free_pool(struct pg_pool *pool)
{
	pool_free(pool->connections, end_connection);
	line_end(&pool->line);
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

enum err
pg_pool_take(struct ctx *c, struct pg_pool *pool, int64_t deadline,
    struct pg **ret)
{
	struct pg *pg = NULL;
	void *idle;
	enum err e;

	if (!pool_take(pool->connections, deadline, &idle))
		return ctx_fail(c, E_BUSY, "postgresql: all %d connections of "
		    "this program are in use", PG_POOL_MAX);
	pg = idle;
	e = pg == NULL ? pg_open(c, pool->url, &pg) : pg_refresh(c, pg);
	if (e != OK)
		pg_pool_give(pool, pg);
	else
		*ret = pg;
	return e;
}

void
pg_pool_give(struct pg_pool *pool, struct pg *pg)
{
	pool_give(pool->connections, pg);
}

enum err
pg_pool_enter(struct ctx *c, struct pg_pool *pool, int64_t deadline)
{
	struct waiter w = { .is_alone = 1 };

	return line_join(&pool->line, &w, deadline) ? OK
	    : ctx_fail(c, E_BUSY, "postgresql: other writers are slow");
}

void
pg_pool_leave(struct pg_pool *pool)
{
	line_pass_on(&pool->line);
}
