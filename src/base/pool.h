/*
 * pool: a few things of one kind, each for one thread at a time: connections.
 *
 * They are made as they are needed, by who takes them; the one that was given
 * back last is taken first, so that few are kept busy.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool;

/* At most so many at a time. */
struct pool *pool_new(size_t most);

/* Ends each that was given back, and all have to be.  NULL is fine. */
void pool_free(struct pool *p, void (*end)(void *item));

/*
 * 1: *ret is one of them, or NULL, and the caller makes one; in both cases
 * pool_give comes next.  0: all were taken until that time on now_monotonic's
 * clock.
 */
int pool_take(struct pool *p, int64_t deadline, void **ret);

/* NULL: the one that was to be made is not. */
void pool_give(struct pool *p, void *item);

#endif
