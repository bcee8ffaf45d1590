/*
 * order: what somebody asks for in the body of POST /api/stripe/checkout.
 */
#ifndef APP_ORDER_H
#define APP_ORDER_H

#include "base/ctx.h"
#include "booking/seat.h"

struct req;

enum order_kind {
	ORDER_BOOKING,  /* {"bookingId"}: one there is */
	ORDER_CALENDLY, /* {"calendly":{…}}: just booked at Calendly */
	ORDER_DIRECT,   /* {"sessionTypeId","startTime",…}: a time of ours */
};

struct order {
	enum order_kind kind;
	const char *booking;        /* ORDER_BOOKING: its id */
	struct seat_request seat;   /* the other two; without an id */
	const char *return_path;    /* a path of ours; NULL: the usual one */
	const char *promotion_code; /* as typed, or NULL */
	const char *locale;         /* for Stripe's page, or NULL */
	const char *key;            /* Idempotency-Key, or NULL */
	const char *digest;         /* SHA-256 of the body */
};

/*
 * Reads and checks every field: E_BADREQ, E_MEDIA, with words that name the
 * field.  Amounts and states in the body are ignored: they are ours to know.
 */
enum err order_parse(struct ctx *c, const struct req *rq,
    struct order *ret) MUST_USE;

#endif
