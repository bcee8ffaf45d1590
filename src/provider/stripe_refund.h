/*
 * stripe_refund: giving money back.
 */
#ifndef PROVIDER_STRIPE_REFUND_H
#define PROVIDER_STRIPE_REFUND_H

#include <stdint.h>

#include "base/attr.h"
#include "provider/stripe.h"

struct ctx;

struct stripe_refund_params {
	const char *payment; /* PaymentIntent id */
	int64_t amount;      /* smallest unit, above 0 */
	const char *reason;  /* "duplicate", "requested_by_customer" or NULL */
	const char *booking; /* goes into the metadata */
};

/*
 * The body of POST /v1/refunds, in c.  A refund has only the metadata of its
 * own call: without ours the webhook about it could not name the booking.
 */
char *stripe_refund_body(struct ctx *c, const struct stripe_refund_params *p);

/* The amount in such a body. */
int64_t stripe_refund_amount(const char *body);

/* POST /v1/refunds. */
enum stripe_outcome stripe_refund_create(struct ctx *c,
    const struct stripe *s, const struct stripe_attempt *attempt,
    int64_t deadline, struct stripe_answer *ret) MUST_USE;

/* GET /v1/refunds of one PaymentIntent: up to 100, for stripe_event_list. */
enum stripe_outcome stripe_refund_list(struct ctx *c, const struct stripe *s,
    const char *payment, int64_t deadline,
    struct stripe_answer *ret) MUST_USE;

#endif
