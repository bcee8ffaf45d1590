/*
 * checkout: one attempt to collect the money for a booking.
 *
 * An attempt is stored before Stripe is asked, with its idempotency key (its
 * id) and the exact body, so that it can be repeated byte for byte; the
 * attempt number moves on only after a definite answer.
 */
#ifndef BOOKING_CHECKOUT_H
#define BOOKING_CHECKOUT_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct db_table;

struct checkout {
	const char *id;             /* "checkout-<booking>-<attempt>" */
	const char *booking;
	int64_t attempt;
	const char *body;
	const char *promotion_code; /* what the client typed, or NULL */
	const char *session;        /* Checkout Session id, once known */
	const char *status;         /* the higher rank wins: checkout_rank */
	const char *payment_status; /* likewise */
	int64_t amount;             /* to be paid, after discounts */
	int64_t subtotal;           /* before */
	const char *currency;
	const char *url;
	const char *payment;        /* PaymentIntent id; set once */
	const char *refusal;
	int64_t expires_at;
	int64_t asked_at;           /* last time a lookup asked Stripe */
	int64_t created_at;
};

struct checkout_list {
	const struct checkout *rows;
	size_t count;
};

/* Places of a status ("asked" … "complete") or payment status; -1: none. */
int checkout_rank(const char *status);
int checkout_payment_rank(const char *payment_status);

/* Does real money move through the session?  Its id says so. */
int checkout_is_live(const char *session);

enum err checkout_get_tx(struct ctx *c, struct db *db, const char *id,
    struct checkout **ret) MUST_USE;
enum err checkout_by_session_tx(struct ctx *c, struct db *db,
    const char *session, struct checkout **ret) MUST_USE;

/* All attempts of a booking, the first one first. */
enum err checkout_list_tx(struct ctx *c, struct db *db, const char *booking,
    struct checkout_list *ret) MUST_USE;

/* Attempts whose end may have passed us by: those that begin before asked and
 * nobody knows what became of, those whose page closes before closing, and
 * those that are complete and wait for the money. */
struct checkout_doubt {
	int64_t asked, closing;
	const char *after; /* behind this id; "": from the first */
};

/* At most CHECKOUT_BATCH of them, by id. */
enum { CHECKOUT_BATCH = 50 };
enum err checkout_doubtful_tx(struct ctx *c, struct db *db,
    const struct checkout_doubt *doubt, struct checkout_list *ret) MUST_USE;

enum err checkout_add_tx(struct ctx *c, struct db *db,
    const struct checkout *co) MUST_USE;
enum err checkout_save_tx(struct ctx *c, struct db *db,
    const struct checkout *co) MUST_USE;

/* For db/row.h. */
extern const struct db_table checkout_table;

#endif
