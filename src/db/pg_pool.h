/*
 * pg_pool: the connections to one PostgreSQL that the threads of a process
 * share: a server has few, and a thread needs one for moments only.
 */
#ifndef DB_PG_POOL_H
#define DB_PG_POOL_H

#include "base/ctx.h"

struct pg;
struct pg_pool;

/* So many at most, of one process to one URL. */
enum { PG_POOL_MAX = 8 };

/* The pool of url, which is made by who comes first; then drop it. */
struct pg_pool *pg_pool_find(const char *url);
void pg_pool_drop(struct pg_pool *pool);

/*
 * A connection that is up, for the caller alone until it is given back.
 * E_BUSY: it cannot be had, or all are in use until that time on now_monotonic's
 * clock.
 */
enum err pg_pool_take(struct ctx *c, struct pg_pool *pool, int64_t deadline,
    struct pg **ret) MUST_USE;
void pg_pool_give(struct pg_pool *pool, struct pg *pg);

/*
 * One transaction that writes at a time, until it leaves: each of two would look
 * for the newest event and add one, so that one of them would have worked for
 * nothing.  E_BUSY: not until that time on now_monotonic's clock.
 */
enum err pg_pool_enter(struct ctx *c, struct pg_pool *pool,
    int64_t deadline) MUST_USE;
void pg_pool_leave(struct pg_pool *pool);

#endif
