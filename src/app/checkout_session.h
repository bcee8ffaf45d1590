/*
 * checkout_session: the two server-side actions around a Checkout Session
 * that people start: create checkout session, and get checkout session
 * status.  (The third, handle successful payment, is booking/sale.h.)
 */
#ifndef APP_CHECKOUT_SESSION_H
#define APP_CHECKOUT_SESSION_H

#include <stdint.h>

#include "base/ctx.h"

struct caller;
struct cJSON;
struct link_grant;
struct order;
struct shop;

struct checkout_session {
	const char *booking;
	const char *session; /* NULL: nothing to pay */
	const char *url;     /* where the person goes next */
	int64_t expires_at;  /* of the session; 0: none */
	const struct link_grant *grant; /* by which they may; or NULL */
};

/*
 * Create checkout session: finds or makes the booking the order is about and
 * sees to it that there is exactly one open Checkout Session for it.  May be
 * repeated, and called twice at the same time, without asking for money
 * twice.  The caller gains the capability for a booking that the order proves
 * to be theirs.
 *
 * E_NOAUTH, E_NOBOOKING, E_FORBIDDEN: not theirs.  E_NOTYPE.  E_CONFLICT:
 * paid, cancelled, taken.  E_REPLAYED: the key came with another order.
 * E_RATE: too many unpaid seats, or attempts.
 * E_DECLINED, E_PAYMENT: Stripe refused.  E_STRIPE, E_CALENDLY: no answer in
 * time; the same call again goes on where this one ended.
 */
enum err checkout_session_create(struct ctx *c, struct shop *shop,
    const struct order *order, struct caller *who,
    struct checkout_session *ret) MUST_USE;

/*
 * Get checkout session status, into data.  Answers from our rows; where they
 * say that something is still to come, Stripe is asked first, in bounds, and
 * its answer goes through the same door as a webhook.  E_NOAUTH, E_NOSESSION:
 * unknown, or not the caller's.
 */
enum err checkout_session_status(struct ctx *c, struct shop *shop,
    const char *session, const struct caller *who,
    struct cJSON *data) MUST_USE;

#endif
