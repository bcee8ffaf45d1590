/*
 * chore: the kinds of jobs a worker carries out (the list is in chores.c).
 *
 * Each looks at the facts as they are now, calls in a way that can be
 * repeated, and takes what it hears in through the door.
 */
#ifndef APP_CHORE_H
#define APP_CHORE_H

#include <stdint.h>

#include "base/ctx.h"
#include "base/now.h"

struct db;
struct job;
struct shop;

/* No person waits; still shorter than the lease of a job. */
#define CHORE_BUDGET (60 * NOW_SECOND)

struct chore {
	struct shop *shop;
	struct job *job;     /* NULL: none is due */
	const char *refusal; /* the other side's definite no, or NULL */
	const char *failed;  /* why the call must be tried again, or NULL */
	const char *failure; /* the same of all of it */
	const char *remark;  /* for the history when it is done, or NULL */
	int excessive;       /* the stored call asks for more than is owed */
	int64_t later_at;    /* nothing to do before; 0: it is done */
};

/* A payment's excess goes back to where it came from. */
enum err chore_refund(struct ctx *c, struct chore *ch) MUST_USE;

/* Is nothing more of it owed?  In the transaction that ends the chore. */
enum err chore_refund_check_tx(struct ctx *c, struct db *db,
    struct chore *ch) MUST_USE;

/* The page to pay for a seat that is gone is closed. */
enum err chore_seat_expire(struct ctx *c, struct chore *ch) MUST_USE;

/* An unpaid seat whose hold has run out is given up: its pages are closed
 * first, so that no money can come in between unseen. */
enum err chore_seat_release(struct ctx *c, struct chore *ch) MUST_USE;

/* A seat that was given up here is given up at Calendly, too. */
enum err chore_seat_cancel(struct ctx *c, struct chore *ch) MUST_USE;

/* An invitee whose webhook left out the times is read. */
enum err chore_seat_read(struct ctx *c, struct chore *ch) MUST_USE;

/* Who was forgotten here is forgotten at Calendly. */
enum err chore_forget(struct ctx *c, struct chore *ch) MUST_USE;

#endif
