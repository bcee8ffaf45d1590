/*
 * ctx: what belongs to one request (or one job, or one command).
 *
 * Made once per thread and reset after each reply.  `now` is the only clock
 * the business sees, so that tests and replays can set it.
 */
#ifndef BASE_CTX_H
#define BASE_CTX_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

struct ctx {
	struct arena *mem;      /* lives until ctx_reset */
	int64_t now;            /* microseconds since 1970, UTC */
	const char *request_id; /* nginx's, or one of ours; never NULL */
	const char *booking;    /* booking id for the log line, or NULL */
	const char *why;        /* for the log: the first reason given */
	const char *say;        /* for the client: better words than the code's */
	int retry_after;        /* seconds, 0: no Retry-After header */
	int64_t waited;         /* microseconds, before it was begun */
	unsigned int serial;    /* how many ids were made: keeps their order */
};

/* An empty context that owns an arena.  ctx_free releases it. */
void ctx_init(struct ctx *c);
void ctx_free(struct ctx *c);

/* Drops everything of the last request and takes the time anew. */
void ctx_reset(struct ctx *c);

/* Whole seconds of c->now. */
int64_t ctx_seconds(const struct ctx *c);

/*
 * Notes why for the log and returns e.  The first reason stays; later calls
 * only pass the code on.  No secrets, no personal data, no card data in it.
 */
enum err ctx_fail(struct ctx *c, enum err e, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Like ctx_fail, and the same words go to the client. */
enum err ctx_refuse(struct ctx *c, enum err e, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Takes back the reasons, for a failure the caller has dealt with. */
void ctx_forgive(struct ctx *c);

#endif
