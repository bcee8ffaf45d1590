/*
 * payback: money that the system has to pay back: paid twice, paid when the
 * seat was gone, owed by the policy, or asked for.
 */
#ifndef BOOKING_PAYBACK_H
#define BOOKING_PAYBACK_H

#include <stdint.h>

#include "base/ctx.h"

struct db;

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

#endif
