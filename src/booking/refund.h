/*
 * refund: money that goes back, ours or made in Stripe's dashboard.
 */
#ifndef BOOKING_REFUND_H
#define BOOKING_REFUND_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct db_table;

struct refund {
	const char *id;       /* "re_…" */
	const char *payment;
	int64_t amount;
	const char *currency;
	const char *status;   /* the higher rank wins: refund_rank */
	const char *reason;   /* or NULL */
	const char *failure;  /* or NULL */
	const char *asked_by; /* NULL: a person at Stripe */
	int64_t created_at;
};

struct refund_list {
	const struct refund *rows;
	size_t count;
};

/*
 * The place of a status, -1 if Stripe has a new one.  A refund can go from
 * succeeded to failed days later, never back.
 */
int refund_rank(const char *status);

/* Has the money gone, or is it on its way? */
int refund_counts(const struct refund *r);

enum err refund_get_tx(struct ctx *c, struct db *db, const char *id,
    struct refund **ret) MUST_USE;

/* Those of one payment. */
enum err refund_list_tx(struct ctx *c, struct db *db, const char *payment,
    struct refund_list *ret) MUST_USE;

/*
 * Those whose end is open, one of each payment, by payment, behind `after`
 * ("": from the first): at most REFUND_BATCH.
 */
enum { REFUND_BATCH = 50 };
enum err refund_waiting_tx(struct ctx *c, struct db *db, const char *after,
    struct refund_list *ret) MUST_USE;

/* Adds r, or writes all of it back. */
enum err refund_put_tx(struct ctx *c, struct db *db,
    const struct refund *r) MUST_USE;

/* For db/row.h. */
extern const struct db_table refund_table;

#endif
