/*
 * verify: are the rows what the events say?
 *
 * The event store is replayed into a scratch database and its rows compared
 * with ours, column by column.
 */
#ifndef APP_VERIFY_H
#define APP_VERIFY_H

#include <stdint.h>

#include "app/replay.h"
#include "base/ctx.h"

struct db;

/* A row, or one column of it, that is not as the events say. */
struct verify_difference {
	const char *table;
	const char *id;
	const char *column; /* NULL: the row is missing on one side */
	const char *here;   /* in our rows; NULL: nothing */
	const char *there;  /* by the events; NULL: nothing */
};

struct verify_order {
	/* Called for each; what it points to ends with the call. */
	void (*found)(void *arg, const struct verify_difference *d);
	replay_progress *progress; /* or NULL */
	void *arg;
};

struct verify_result {
	int64_t events;      /* replayed */
	int64_t rows;        /* compared */
	int64_t differences;
};

/*
 * Compares one snapshot of db.  Moments at which we noted something may differ
 * by less than a minute: of two deliveries at the same time either may have
 * been the first to be applied.  What belongs to work in progress (jobs, looks
 * at Stripe, history) is not compared.
 */
enum err verify_run(struct ctx *c, struct db *db,
    const struct verify_order *order, struct verify_result *ret) MUST_USE;

#endif
