/*
 * intake: the door through which everything we are told comes in.
 *
 * Webhooks, and answers to our own calls that carry news, take the same way:
 * stored with their bytes, deduplicated, translated, applied, and committed,
 * in one transaction.  What is parked is applied as soon as what it waits for
 * has come.
 */
#ifndef APP_INTAKE_H
#define APP_INTAKE_H

#include <stddef.h>

#include "base/ctx.h"
#include "booking/event.h"

struct db;
struct event;

struct intake {
	int duplicate;                /* told before: nothing was changed */
	const char *event;            /* id of the stored event */
	const char *type;             /* of the event, in its source's words */
	struct event_outcome outcome; /* not set for a duplicate */
};

/*
 * A webhook body whose signature was verified.  OK: it is durable, whatever
 * its outcome.  E_BADREQ: not an event, nothing is stored.  E_BUSY: it could
 * not be stored now.
 */
enum err intake_stripe(struct ctx *c, struct db *db, const char *body,
    size_t len, struct intake *ret) MUST_USE;
enum err intake_calendly(struct ctx *c, struct db *db, const char *body,
    size_t len, struct intake *ret) MUST_USE;

/* Stripe's answer that is an object: a Checkout Session, a refund … */
enum err intake_stripe_answer(struct ctx *c, struct db *db, const char *body,
    size_t len, struct intake *ret) MUST_USE;

/* Stripe's answer that is a list of objects: each of them, one by one. */
enum err intake_stripe_list(struct ctx *c, struct db *db, const char *body,
    size_t len) MUST_USE;

/* Calendly's answer about an invitee, composed by provider/calendly.h. */
enum err intake_calendly_read(struct ctx *c, struct db *db, const char *body,
    size_t len, struct intake *ret) MUST_USE;

/*
 * Applies the events that wait for key: for those who make something known in
 * another way than by an event.  The first one inside a transaction, where
 * they are few; the second one in as many as it takes.
 */
enum err intake_free_tx(struct ctx *c, struct db *db, const char *key) MUST_USE;
enum err intake_free(struct ctx *c, struct db *db, const char *key) MUST_USE;

/*
 * Applies a stored event once more: one that was parked or has failed, when
 * its reason is gone, or all of them, in a copy (app/replay.h).
 */
enum err intake_again_tx(struct ctx *c, struct db *db,
    const struct event *ev, struct event_outcome *ret) MUST_USE;

#endif
