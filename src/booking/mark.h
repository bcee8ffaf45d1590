/*
 * mark: how far something that goes on has come, and whose turn it is.
 */
#ifndef BOOKING_MARK_H
#define BOOKING_MARK_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct db;

struct mark {
	const char *name;
	int64_t at;       /* 0: it has not begun */
	const char *note; /* for people; or NULL */
};

/* The mark called name, made up if there is none. */
enum err mark_get_tx(struct ctx *c, struct db *db, const char *name,
    struct mark *ret) MUST_USE;

struct mark_list {
	const struct mark *rows;
	size_t count;
};

/* All of them; there are few. */
enum err mark_list_tx(struct ctx *c, struct db *db,
    struct mark_list *ret) MUST_USE;

/* Notes how it stands.  at never goes back: the larger wins. */
enum err mark_set_tx(struct ctx *c, struct db *db,
    const struct mark *m) MUST_USE;

/*
 * Takes the next turn of what is done once in a while: *ret_taken is 0 if it
 * is not time yet.  The turn after it begins at until, whoever takes it, and
 * if we are killed.  (A clock that was wrong does not put it off for longer.)
 */
enum err mark_take_tx(struct ctx *c, struct db *db, const char *name,
    int64_t until, int *ret_taken) MUST_USE;

/* We are still at it: the next turn begins at until. */
enum err mark_hold_tx(struct ctx *c, struct db *db, const char *name,
    int64_t until) MUST_USE;

#endif
