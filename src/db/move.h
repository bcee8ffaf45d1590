/*
 * move: all rows of one database into another, on whatever backend, while
 * programs write to the first.
 *
 * A pass compares the two and mends what differs in the second, so passes can
 * be repeated, and begun again by whoever was killed.  The last one is made
 * while nobody can write; the first database then stays as it is for good.
 */
#ifndef DB_MOVE_H
#define DB_MOVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/ctx.h"

struct db;

/* So many rows of the table were looked at. */
typedef void move_progress(const char *table, int64_t rows);

struct move {
	struct db *from; /* SQLite's */
	struct db *to;
	move_progress *progress; /* or NULL */
};

/* A table in both databases: the hash is of all values of all its rows. */
struct move_sum {
	const char *table;
	int64_t rows;
	const char *hash;
};
struct move_result {
	const struct move_sum *sums;
	size_t count;
};

/*
 * OK if nobody has moved what is in db.  E_CONFLICT: it was, and is not
 * written to any more.
 */
enum err move_check(struct ctx *c, struct db *db) MUST_USE;

/*
 * One pass over a snapshot of the first database; how many rows of the second
 * had to be changed.  E_CONFLICT: it holds what the first never had, so it is
 * not a copy of it, and was left as it is.
 */
enum err move_pass(struct ctx *c, const struct move *m, int64_t *ret_changed)
    MUST_USE;

/*
 * The last pass.  If the same is in both then, nobody can write to the first
 * one any more: who tries is told E_BUSY.  On failure it goes on as before,
 * and E_CONFLICT says that the two differ.  *ret lives in c.
 */
enum err move_finish(struct ctx *c, const struct move *m,
    struct move_result *ret) MUST_USE;

#endif
