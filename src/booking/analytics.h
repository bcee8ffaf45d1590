/*
 * analytics: the funnel, one row per fact, without a name or an address.
 */
#ifndef BOOKING_ANALYTICS_H
#define BOOKING_ANALYTICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct booking;
struct db;
struct db_rows;
struct db_table;

/* A fact: its name, what it is about, and the amount it moves. */
struct analytics_fact {
	const char *name;    /* "PAYMENT_COMPLETED" */
	const char *subject; /* "pi_…": one row per name and subject */
	int64_t amount;      /* minor units of the booking's currency */
};

/* Notes a fact once; a repeat changes nothing. */
enum err analytics_note_tx(struct ctx *c, struct db *db,
    const struct booking *b, const struct analytics_fact *fact) MUST_USE;

/*
 * What b is sold as was learned anew: the rows that are there follow, with
 * its price where they count the booking itself.
 */
enum err analytics_follow_tx(struct ctx *c, struct db *db,
    const struct booking *b) MUST_USE;

/*
 * The fact stands if `holds`, and is gone if not: for what is computed from
 * other facts and can turn out differently when an older one comes late.
 */
enum err analytics_settle_tx(struct ctx *c, struct db *db,
    const struct booking *b, const struct analytics_fact *fact,
    int holds) MUST_USE;

/* The same of several facts at once. */
struct analytics_claim {
	struct analytics_fact fact;
	int holds;
};
enum err analytics_settle_all_tx(struct ctx *c, struct db *db,
    const struct booking *b, const struct analytics_claim *claims,
    size_t n) MUST_USE;

/* For db/row.h. */
extern const struct db_table analytics_table;

/* Was such a fact noted of that booking? */
enum err analytics_has_tx(struct ctx *c, struct db *db, const char *name,
    const char *booking, int *ret) MUST_USE;

/* The ids of all bookings of which it was, in order, once each. */
enum err analytics_bookings_tx(struct ctx *c, struct db *db, const char *name,
    struct db_rows *ret) MUST_USE;

/* Of bookings made in [from, to), of one session type unless that is NULL. */
struct analytics_span {
	int64_t from, to;
	const char *session_type;
};

/* How many facts of one name there are, in how many bookings, in one
 * currency. */
struct analytics_sum {
	const char *name;
	const char *currency;
	int64_t facts;
	int64_t bookings;
	int64_t amount;
};

struct analytics_sums {
	const struct analytics_sum *rows;
	size_t count;
};

/* By name and currency. */
enum err analytics_sums_tx(struct ctx *c, struct db *db,
    const struct analytics_span *span, struct analytics_sums *ret) MUST_USE;

#endif
