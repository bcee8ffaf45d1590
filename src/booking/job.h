/*
 * job: one thing to do later, outside of a transaction: to read, refund,
 * cancel, send.  Receivers call nobody; they leave a job.
 *
 * A worker takes a job under a lease, does it, and says how it went.  Workers
 * can be many, and can be killed at any moment: a lease runs out, and the
 * next one finds the call that was under way in the row and repeats it.  A
 * worker that was away for longer than its lease has lost the job: what it
 * still says about it is refused with E_CONFLICT.
 */
#ifndef BOOKING_JOB_H
#define BOOKING_JOB_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct db_rows;
struct db_table;

struct job {
	const char *id; /* "<kind>-<subject>": a job exists once */
	const char *kind;
	const char *booking; /* or NULL */
	const char *subject;
	int64_t due_at;
	int64_t attempts;
	int64_t lease_at;
	int64_t call_number;   /* part of the idempotency key */
	const char *call_body; /* NULL: no call is under way */
	int64_t call_at;       /* when that was made first */
	const char *last_error;
	int64_t done_at; /* 0: still to do */
	int64_t dead_at; /* 0: we have not given up */
	int64_t created_at;
};

struct job_list {
	const struct job *rows;
	size_t count;
};

/*
 * want (kind, subject, booking; due_at if later than now) is there if it is
 * due, and gone if it is not and nobody has begun with it: for what is
 * computed from facts and can turn out differently when an older one comes
 * late.  A job that is waiting stays as it is, unless it has become due
 * sooner; one that was done is done again.  *ret_changed: it is new, or gone.
 */
enum err job_settle_tx(struct ctx *c, struct db *db, const struct job *want,
    int due, int *ret_changed) MUST_USE;

/* The job that has been due longest, leased to us; *ret is NULL if none. */
enum err job_take_tx(struct ctx *c, struct db *db, struct job **ret) MUST_USE;

/* Stores the call that is about to be made for the job. */
enum err job_call_tx(struct ctx *c, struct db *db, struct job *job,
    const char *body) MUST_USE;

/* The call had a definite answer: the next one is another one. */
enum err job_answered_tx(struct ctx *c, struct db *db,
    struct job *job) MUST_USE;

/* The work takes longer: the lease begins anew. */
enum err job_hold_tx(struct ctx *c, struct db *db, struct job *job) MUST_USE;

/* There is nothing to do before `at`; that was no failure. */
enum err job_later_tx(struct ctx *c, struct db *db, const struct job *job,
    int64_t at) MUST_USE;

/* It is done. */
enum err job_done_tx(struct ctx *c, struct db *db,
    const struct job *job) MUST_USE;

/*
 * It did not work: later again, each time after a longer pause, and after
 * many tries not until a person says so.
 */
enum err job_failed_tx(struct ctx *c, struct db *db, const struct job *job,
    const char *why) MUST_USE;

/* A person wants it tried now, dead or not; *ret_found: there is such a job. */
enum err job_retry_tx(struct ctx *c, struct db *db, const char *id,
    int *ret_found) MUST_USE;

/* What went wrong with a booking's is not told any more. */
enum err job_erase_tx(struct ctx *c, struct db *db,
    const char *booking) MUST_USE;

/* The same of JOB_BATCH that were given up before then, and what they had to
 * say; *ret_count is less where there were no more. */
enum { JOB_BATCH = 10 };
enum err job_fade_tx(struct ctx *c, struct db *db, int64_t before,
    int64_t *ret_count) MUST_USE;

/* All of one booking, oldest first. */
enum err job_of_booking_tx(struct ctx *c, struct db *db, const char *booking,
    struct job_list *ret) MUST_USE;

/* The ids of the bookings that have one which was given up, in order. */
enum err job_given_up_tx(struct ctx *c, struct db *db,
    struct db_rows *ret) MUST_USE;

/* The newest `limit` that are not done; with the done ones if all is set. */
enum err job_list_tx(struct ctx *c, struct db *db, int all, int64_t limit,
    struct job_list *ret) MUST_USE;

/* How many of one kind are not done: due, not due yet, and given up. */
struct job_queue {
	const char *kind;
	int64_t due, later, dead;
	int64_t since; /* when the oldest of them became due; 0: none is */
};

struct job_queues {
	const struct job_queue *rows;
	size_t count;
};

/* By kind; those of which none is to be done are left out. */
enum err job_queues_tx(struct ctx *c, struct db *db,
    struct job_queues *ret) MUST_USE;

/* For db/row.h. */
extern const struct db_table job_table;

#endif
