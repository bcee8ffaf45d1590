/*
 * payback: money that the system has to pay back: paid twice, paid when the
 * seat was gone, owed by the policy, or asked for.
 */
#ifndef BOOKING_PAYBACK_H
#define BOOKING_PAYBACK_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct status;
struct status_facts;

struct payback {
	const char *booking;
	int64_t amount;       /* still to go back; 0: nothing */
	const char *currency;
	int64_t due_at;       /* not before; 0: at once */
	const char *reason;   /* Stripe's word: "duplicate", … */
};

/*
 * What of the payment has to go back now, by the facts as they are: never
 * more than what is left of it, and nothing while it is disputed.  E_NOTFOUND:
 * there is no such payment.
 */
enum err payback_owed_tx(struct ctx *c, struct db *db, const char *payment,
    struct payback *ret) MUST_USE;

/*
 * A person wants `amount` more to go back than what has gone or goes by
 * itself; 0: what is owed and waits for a person or for its time, else all that
 * is left.
 */
struct payback_wish {
	int64_t amount; /* that much … */
	int64_t up_to;  /* … which makes so much in all */
	int64_t left;   /* and leaves this with us */
};

/* E_CONFLICT with words if that cannot be, E_BADREQ if no coin is so small. */
enum err payback_ask(struct ctx *c, const struct status_facts *facts,
    const struct status *s, int64_t amount, struct payback_wish *ret)
    MUST_USE;

#endif
