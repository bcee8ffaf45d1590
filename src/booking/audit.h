/*
 * audit: do the rows agree with each other, and is all money accounted for?
 *
 * It looks at stored rows only and changes nothing.  A finding is a fault of
 * ours, or a row that somebody has changed by hand.
 */
#ifndef BOOKING_AUDIT_H
#define BOOKING_AUDIT_H

#include <stddef.h>

#include "base/ctx.h"

struct db;

struct audit_finding {
	const char *booking; /* id, or NULL */
	const char *words;   /* for a person */
};

/* More findings than this are not listed. */
enum { AUDIT_MAX = 200 };

struct audit {
	struct audit_finding rows[AUDIT_MAX]; /* texts live in c */
	size_t count;
};

/*
 * Of every booking: what is stored as computed is what its facts give; no more
 * went back than came in; at most one session is open; money that is here has
 * a seat, goes back by a job, or is on a list that a person sees; the jobs are
 * those that its state asks for.  And no event waits for what is known.
 */
enum err audit_tx(struct ctx *c, struct db *db, struct audit *ret) MUST_USE;

#endif
