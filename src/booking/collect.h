/*
 * collect: what to do next to collect the money for a booking.
 *
 * At most one Checkout Session of a booking is open.  So a second click gets
 * the open one; one that asks for something else, or is about to expire, is
 * expired first; an attempt whose result is unknown is repeated byte for byte
 * or settled by asking, never made again beside it.
 */
#ifndef BOOKING_COLLECT_H
#define BOOKING_COLLECT_H

#include <stdint.h>

#include "base/ctx.h"

struct booking;
struct checkout;
struct db;
struct session_type;

enum collect_step {
	COLLECT_NOTHING, /* free: it is confirmed already */
	COLLECT_REUSE,   /* the open session of `checkout` */
	COLLECT_SEND,    /* send `checkout`'s body under its id, again or not */
	COLLECT_ASK,     /* too old to send: ask whether it was made */
	COLLECT_EXPIRE,  /* expire the open session of `checkout` first */
};

struct collect_plan {
	enum collect_step step;
	struct booking *booking;
	struct checkout *checkout;
	int is_new; /* the attempt has just been stored */
};

/* What goes into a new attempt; the caller knows how Stripe wants it. */
struct collect_draft {
	const struct booking *booking;
	const struct session_type *type;
	const char *checkout;  /* id of the attempt */
	int64_t hold_at;       /* the session should end then */
	int without_email;     /* Stripe has refused the address before */
	const char *body;      /* to be filled in: the exact form body … */
	int64_t expires_at;    /* … and when the session will really end */
};

/* Stripe's code for an address it does not take. */
#define COLLECT_BAD_EMAIL "email_invalid"

/* Called inside the transaction: composes, and calls nobody. */
typedef void collect_compose(struct ctx *c, struct collect_draft *draft,
    const void *arg);

struct collect_terms {
	const char *booking;        /* id */
	const char *promotion_code; /* what the client typed, or NULL */
	int64_t per_hour;           /* so many new attempts; 0: any number */
	/* New attempts keep a seat that its client took no longer than so
	 * many hours beyond the hold of its session type; 0: any time. */
	int64_t extra_hours;
	collect_compose *compose;
	const void *arg;
};

/*
 * Decides the next step, and stores a new attempt where that is the step.
 * E_CONFLICT with words: paid, cancelled, moved, over, kept long enough.
 * E_RATE with words, and c->retry_after: too many attempts within an hour.
 */
enum err collect_plan_tx(struct ctx *c, struct db *db,
    const struct collect_terms *terms, struct collect_plan *ret) MUST_USE;

/*
 * Stores a new attempt, keeps the seat as long as it can be paid, and settles
 * the booking.  collect_plan_tx has called this for a plan that is_new.
 */
enum err collect_attempt_tx(struct ctx *c, struct db *db,
    const struct checkout *co) MUST_USE;

/*
 * Stripe has definitely made no session for the attempt; the next click makes
 * a new one.  Without effect once a session is known.
 */
enum err collect_refused_tx(struct ctx *c, struct db *db, const char *checkout,
    const char *code) MUST_USE;

/*
 * May Stripe be asked about the session of `checkout` now?  At most once per
 * few seconds for each, whoever asks; *ret says whether it is this caller's
 * turn.
 */
enum err collect_turn_tx(struct ctx *c, struct db *db, const char *checkout,
    int *ret) MUST_USE;

#endif
