/*
 * claim: from what a browser says to a booking of ours.
 */
#ifndef APP_CLAIM_H
#define APP_CLAIM_H

#include <stdint.h>

#include "base/ctx.h"

struct caller;
struct order;
struct shop;

/*
 * The booking of an order that brings its own: just booked at Calendly, or a
 * time of ours.  The caller gains the capability for it.
 *
 * With a Calendly token, a claim that no webhook has confirmed yet is checked
 * with Calendly first; without one it is kept as a claim until the webhook
 * comes.  An Idempotency-Key that comes again finds the booking it made;
 * E_REPLAYED if the order differs.  E_RATE with words, and c->retry_after: the
 * client keeps too many direct seats unpaid.  Whether guests are let in, the caller has
 * checked.  Otherwise errors as checkout_session_create.
 */
enum err claim_booking(struct ctx *c, struct shop *shop,
    const struct order *order, struct caller *who, int64_t deadline,
    const char **ret_booking) MUST_USE;

#endif
