/*
 * types: session types, from the words of a command.
 */
#ifndef ADMIN_TYPES_H
#define ADMIN_TYPES_H

#include <stddef.h>

#include "base/ctx.h"
#include "booking/session_type.h"

struct admin;
struct db;

/* What bookpay session-types set is given in *a, over what there is. */
enum err types_read(struct ctx *c, const struct admin *a,
    struct session_type *ret) MUST_USE;

struct types_list {
	struct session_type *rows;
	size_t count;
	size_t at; /* the one that failed, if one did */
};

/* All of them, or none. */
enum err types_set_all(struct ctx *c, struct db *db,
    struct types_list *list) MUST_USE;

#endif
