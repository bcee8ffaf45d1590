/*
 * takings: money captured and paid back in all, by currency.
 *
 * To add it up anew costs more the longer a business runs.  So the worker adds
 * what is new to what it added up before, and notes that in a mark; who asks
 * adds the rest, which is little.
 */
#ifndef BOOKING_TAKINGS_H
#define BOOKING_TAKINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct db;

/* What is added up. */
enum { TAKINGS_CAPTURED, TAKINGS_REFUNDED, TAKINGS_FACTS };
extern const char *const takings_facts[TAKINGS_FACTS];

struct takings_sum {
	const char *name; /* one of takings_facts */
	const char *currency;
	int64_t facts;
	int64_t amount; /* minor units */
};

struct takings {
	const struct takings_sum *rows;
	size_t count;
	int whole; /* 0: the worker is behind, and there are more */
};

/* Adds what is new, some thousand facts; *ret_more: there are more. */
enum err takings_add_tx(struct ctx *c, struct db *db,
    int *ret_more) MUST_USE;

/* A fact that may have been added was changed: all is added up again. */
enum err takings_forget_tx(struct ctx *c, struct db *db) MUST_USE;

/* What there is in all, up to now. */
enum err takings_get_tx(struct ctx *c, struct db *db,
    struct takings *ret) MUST_USE;

#endif
