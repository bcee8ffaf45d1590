/*
 * dispute: a cardholder who asks the bank for the money back.
 */
#ifndef BOOKING_DISPUTE_H
#define BOOKING_DISPUTE_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct db_table;

struct dispute {
	const char *id;     /* "du_…" */
	const char *payment;
	int64_t amount;
	const char *currency;
	const char *status; /* Stripe's word; the newest by told_at wins */
	int64_t told_at;
	const char *reason;
	int64_t due_at;     /* evidence is due by then; 0: unknown */
	int64_t created_at;
};

struct dispute_list {
	const struct dispute *rows;
	size_t count;
};

/*
 * Is the money away or at stake?  Not so for inquiries (warning_…), for what
 * was prevented, and once it is won.
 */
int dispute_counts(const struct dispute *d);

/* Does a dispute in this status never change again? */
int dispute_is_final(const char *status);

enum err dispute_get_tx(struct ctx *c, struct db *db, const char *id,
    struct dispute **ret) MUST_USE;
enum err dispute_list_tx(struct ctx *c, struct db *db, const char *payment,
    struct dispute_list *ret) MUST_USE;

/* Adds d, or writes all of it back. */
enum err dispute_put_tx(struct ctx *c, struct db *db,
    const struct dispute *d) MUST_USE;

/* For db/row.h. */
extern const struct db_table dispute_table;

#endif
