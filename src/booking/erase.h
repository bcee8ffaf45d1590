/*
 * erase: a booking without its person.
 *
 * Sums, times, statuses and the providers' ids stay: the books must add up.
 * Names, addresses and words that people wrote go.  In their place stands what
 * is made of the booking's own id, always the same: what its events say without
 * the person (app/redact.h) makes the same row.
 */
#ifndef BOOKING_ERASE_H
#define BOOKING_ERASE_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct event_outcome;
struct history_source;

/* Instead of a name, or of anybody's words. */
#define ERASE_WORD "erased"

/* Instead of an address, and of who has signed in: in c.  Nobody can have
 * either of them. */
const char *erase_email(struct ctx *c, const char *id);
const char *erase_client(struct ctx *c, const char *id);

struct erase {
	const char *booking; /* id */
	int64_t at;          /* when it was asked for */
	int64_t link_serial; /* no link with a lower one opens it any more */
};

/* Of the booking, its attempts, history and jobs; its events are left to the
 * caller. */
enum err erase_booking_tx(struct ctx *c, struct db *db,
    const struct erase *what, const struct history_source *by,
    struct event_outcome *ret) MUST_USE;

/* What is still under way for a booking, so that its person is needed. */
enum { ERASE_WHY_MAX = 5 };
struct erase_hindrance {
	const char *why[ERASE_WHY_MAX]; /* in c, for people */
	size_t count;                   /* 0: nothing */
};

enum err erase_hindrance_tx(struct ctx *c, struct db *db, const char *booking,
    struct erase_hindrance *ret) MUST_USE;

#endif
