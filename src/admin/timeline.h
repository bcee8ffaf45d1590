/*
 * timeline: all that happened about a booking, in one order.
 *
 * What we were told and asked (events), what followed from it (history), and
 * the jobs that were left and how they ended; of a seat that was moved, also
 * what happened to those it was moved from.
 */
#ifndef ADMIN_TIMELINE_H
#define ADMIN_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct booking;
struct db;

struct timeline_entry {
	const char *order;   /* entries are sorted by it */
	int64_t at;
	const char *kind;    /* "event", "history", "job" */
	const char *who;
	const char *what;
	const char *outcome; /* of an event; or NULL */
	const char *why;     /* or NULL */
	const char *id;      /* of the event or job, or NULL */
	const char *booking; /* one of the chain */
};

struct timeline {
	struct timeline_entry *rows;
	size_t count, room;
};

/* Adds those of one booking. */
enum err timeline_add_tx(struct ctx *c, struct db *db, const char *booking,
    struct timeline *to) MUST_USE;

void timeline_sort(struct ctx *c, struct timeline *t);

#endif
