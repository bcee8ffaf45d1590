/*
 * history: what happened to a booking, append-only.
 */
#ifndef BOOKING_HISTORY_H
#define BOOKING_HISTORY_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct db_table;

struct history {
	const char *id;
	const char *booking;
	int64_t at;
	const char *who;   /* 'stripe', 'calendly', 'client', … */
	const char *what;  /* short and fixed */
	const char *why;   /* or NULL */
	const char *event; /* event id, or NULL */
};

struct history_list {
	const struct history *rows;
	size_t count;
};

/* Who did it and by which event: the same for all a delivery brings. */
struct history_source {
	const char *who;
	const char *event; /* or NULL */
};

enum err history_add_tx(struct ctx *c, struct db *db, const char *booking,
    const struct history_source *by, const char *what,
    const char *why) MUST_USE;

/* Whatever of one booking's may hold words of people says word instead. */
enum err history_erase_tx(struct ctx *c, struct db *db, const char *booking,
    const char *word) MUST_USE;

/* All of one booking, oldest first. */
enum err history_list_tx(struct ctx *c, struct db *db, const char *booking,
    struct history_list *ret) MUST_USE;

/* prefix, the context's time and random bits: ids that sort by time. */
char *history_id(struct ctx *c, const char *prefix);

/*
 * The same, behind `last` (NULL: there is none) whatever the clock says: for
 * rows whose order says which came from which.
 */
char *history_id_after(struct ctx *c, const char *prefix, const char *last);

/* For db/row.h. */
extern const struct db_table history_table;

#endif
