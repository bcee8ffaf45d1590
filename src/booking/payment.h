/*
 * payment: one PaymentIntent that belongs to one of our Checkout Sessions.
 */
#ifndef BOOKING_PAYMENT_H
#define BOOKING_PAYMENT_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct db_table;

struct payment {
	const char *id;          /* "pi_…" */
	const char *booking;
	const char *checkout;
	int64_t received;        /* the larger wins */
	const char *currency;
	const char *charge;      /* the charge that brought the money */
	int64_t charge_refunded; /* the charge's own total; the larger wins */
	int64_t paid_at;         /* 0: not yet; the earliest wins */
	const char *failure;     /* of the last try; NULL once paid */
	int64_t failed_at;       /* of that try; the newer wins */
	int64_t created_at;
};

struct payment_list {
	const struct payment *rows;
	size_t count;
};

enum err payment_get_tx(struct ctx *c, struct db *db, const char *id,
    struct payment **ret) MUST_USE;
enum err payment_list_tx(struct ctx *c, struct db *db, const char *booking,
    struct payment_list *ret) MUST_USE;

/* Adds p, or writes all of it back. */
enum err payment_put_tx(struct ctx *c, struct db *db,
    const struct payment *p) MUST_USE;

/* For db/row.h. */
extern const struct db_table payment_table;

#endif
