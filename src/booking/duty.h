/*
 * duty: the jobs that follow from how a booking stands.
 *
 *   refund           of a payment from which money has to go back
 *   expire           of an attempt: its page is open and the seat is gone
 *   release          of an unpaid seat at Calendly whose hold runs out
 *   calendly-cancel  of a seat that was given up here, not at Calendly
 *
 * Like statuses they are computed from the facts, again each time these grow:
 * a job that nobody has begun goes when its reason goes.
 */
#ifndef BOOKING_DUTY_H
#define BOOKING_DUTY_H

#include "base/ctx.h"
#include "booking/history.h"
#include "booking/status.h"

struct db;

/* The kinds of jobs. */
#define DUTY_REFUND "refund"
#define DUTY_EXPIRE "expire"
#define DUTY_RELEASE "release"
#define DUTY_CANCEL "calendly-cancel"

/* facts and status are those of a booking that is settled now. */
enum err duty_settle_tx(struct ctx *c, struct db *db,
    const struct status_facts *facts, const struct status *status,
    const struct history_source *by) MUST_USE;

/* Does an unpaid Calendly seat wait for the end of its hold? */
int duty_is_release(const struct booking *b);

/* Is the seat still taken at Calendly, though it was given up here? */
int duty_is_cancel(const struct booking *b);

/* Must the page of this attempt be closed? */
int duty_is_expire(const struct booking *b, const struct checkout *co);

#endif
