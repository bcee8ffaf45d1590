/*
 * job: one thing to do later, outside of a transaction: to read, refund,
 * cancel, send.  Receivers call nobody; they leave a job.
 */
#ifndef BOOKING_JOB_H
#define BOOKING_JOB_H

#include <stdint.h>

#include "base/ctx.h"

struct db;

struct job {
	const char *id; /* "<kind>-<subject>": a job exists once */
	const char *kind;
	const char *booking; /* or NULL */
	const char *subject;
	int64_t due_at;
	int64_t attempts;
	int64_t lease_at;
	const char *last_error;
	int64_t done_at; /* 0: still to do */
	int64_t created_at;
};

/* Asks for kind to be done to subject, at once; again is the same job. */
enum err job_add_tx(struct ctx *c, struct db *db, const char *kind,
    const char *subject, const char *booking) MUST_USE;

#endif
