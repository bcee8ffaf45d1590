/*
 * sale: what Stripe says about a Checkout Session, added to the facts of its
 * booking.
 *
 * It takes plain values that came signed, or as the answer to a call of ours,
 * and can be called again with the same.  It confirms nothing where session,
 * booking, mode, currency or amount contradict our rows: that is a
 * PAYMENT_MISMATCH for a person to see.
 */
#ifndef BOOKING_SALE_H
#define BOOKING_SALE_H

#include <stdint.h>

#include "base/ctx.h"
#include "booking/history.h"

struct db;
struct event_outcome;

/* A Checkout Session as it stood at told_at. */
struct sale_session {
	const char *session;        /* "cs_…" */
	const char *checkout;       /* our attempt it was made by, or NULL */
	const char *booking;        /* the booking it names, or NULL */
	const char *mode;
	const char *status;         /* "open", "complete", "expired" */
	const char *payment_status; /* "unpaid", "paid", "no_payment_required" */
	int failed;                 /* a delayed payment has failed */
	const char *payment;        /* PaymentIntent, or NULL */
	int64_t amount;             /* total */
	int64_t subtotal;
	const char *currency;
	const char *url;            /* or NULL */
	int64_t expires_at;         /* microseconds; 0: not said */
	int64_t told_at;            /* 0: no telling since when it is so */
	int live;
};

/*
 * Handle successful payment: the action of that name, called for every word
 * about a Checkout Session by webhook, by lookup and by healing alike.  A
 * session that is complete and paid makes its payment; other words (open,
 * unpaid, expired, failed) are facts, too.  Parked while the answer to its
 * creation is still to come.
 */
enum err sale_handle_successful_payment_tx(struct ctx *c, struct db *db,
    const struct sale_session *told, const struct history_source *by,
    struct event_outcome *ret) MUST_USE;

#endif
