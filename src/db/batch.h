/*
 * batch: works of several that are committed together.
 *
 * For each of them it is as if he were alone: what fails is undone alone.
 */
#ifndef DB_BATCH_H
#define DB_BATCH_H

#include "db/backend.h"
#include "db/line.h"

/* So many are committed together, whatever is said. */
enum { BATCH_MOST = 64 };

/* One who waits.  It lives on his stack. */
struct job {
	struct waiter waiter;
	struct job *next; /* whom he tells that it is done */
	struct ctx *c;
	db_work *work; /* NULL: he does it himself, alone with the connection */
	void *arg;
	enum err result;
	int64_t deadline;
};

struct batch {
	struct ctx *c;     /* of none of them */
	struct db *writer; /* in a transaction */
	struct job *jobs[BATCH_MOST];
	size_t count;
	size_t most;          /* so many; and others who come … */
	atomic_int *is_busy;  /* … for as long as the disk is */
	int is_broken;        /* it must not be committed */
};

/*
 * The work of own, and then of those in line; commits it.  E_BUSY and the like:
 * nothing of it is there, and b->c says why.
 */
enum err batch_write(struct batch *b, struct job *own,
    struct line *line) MUST_USE;

/*
 * Each learns what became of his work, and of the batch it was in.  One is woken,
 * and wakes the next by batch_told, before anything else: whoever begins has no
 * time to lose, and those who wake up take the processor from him.
 */
void batch_end(struct batch *b, enum err e, const char *why);
void batch_told(struct job *j);

/* The same in two steps: those who wait, in order, put behind *last; and later
 * the first of them all. */
void batch_append(struct batch *b, struct job ***last);
void batch_tell(struct job *first, enum err e, const char *why);

#endif
