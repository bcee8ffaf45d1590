/*
 * database: what the commands about whole databases share.
 */
#ifndef ADMIN_DATABASE_H
#define ADMIN_DATABASE_H

#include <stdint.h>

#include "base/attr.h"
#include "base/ctx.h"

struct admin;
struct db;

/* From which database to which; quick: without a replay. */
struct database_way {
	const char *from, *to;
	int64_t quick;
};

/* Moves all there is from one to the other, and answers what that was. */
enum err database_move(struct ctx *c, struct admin *a,
    const struct database_way *way) MUST_USE;

/*
 * Makes all rows of db anew from the events in it and compares them: whole,
 * and of one moment.  E_CONFLICT: they differ.
 */
enum err database_replay(struct ctx *c, struct db *db, int64_t *ret_events)
    MUST_USE;

#endif
