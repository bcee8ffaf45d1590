/*
 * attention: bookings that a person has to see to.
 *
 * Money that is owed and does not go back by itself, money that fits no
 * booking, disputes, and jobs that were given up.  What the policy keeps is in
 * order, and not here.
 */
#ifndef BOOKING_ATTENTION_H
#define BOOKING_ATTENTION_H

#include <stddef.h>

#include "base/ctx.h"

struct booking;
struct db;

struct attention {
	const struct booking *booking;
	const char *why;
};

struct attention_list {
	const struct attention *rows;
	size_t count;
};

/* All of them, the newest booking first. */
enum err attention_list_tx(struct ctx *c, struct db *db,
    struct attention_list *ret) MUST_USE;

/* Is that booking one of them? */
enum err attention_needed_tx(struct ctx *c, struct db *db,
    const char *booking, int *ret) MUST_USE;

#endif
