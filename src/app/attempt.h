/*
 * attempt: one attempt to collect, carried out at Stripe.
 *
 * Every answer goes through app/intake.h before it is acted upon; what Stripe
 * has definitely not made is noted, so that the next attempt is a new one.
 */
#ifndef APP_ATTEMPT_H
#define APP_ATTEMPT_H

#include <stdint.h>

#include "base/ctx.h"

struct checkout;
struct shop;

/*
 * Sends the stored body under the stored key.  OK: the session is in our
 * rows, or it is settled that there is none.  E_STRIPE: nobody knows; the
 * attempt stays as it is, to be sent again.
 */
enum err attempt_send(struct ctx *c, struct shop *shop,
    const struct checkout *co, int64_t deadline) MUST_USE;

/* Settles an attempt whose result nobody knows by asking. */
enum err attempt_ask(struct ctx *c, struct shop *shop,
    const struct checkout *co, int64_t deadline) MUST_USE;

/*
 * Expires the open session.  If Stripe refuses, it is not open any more:
 * reading it tells whether it was paid meanwhile.
 */
enum err attempt_expire(struct ctx *c, struct shop *shop,
    const struct checkout *co, int64_t deadline) MUST_USE;

/* Reads the session and takes in what it says. */
enum err attempt_read(struct ctx *c, struct shop *shop, const char *session,
    int64_t deadline) MUST_USE;

#endif
