/*
 * builders: builders, from the words of a command.
 */
#ifndef ADMIN_BUILDERS_H
#define ADMIN_BUILDERS_H

#include <stddef.h>

#include "base/ctx.h"
#include "booking/builder.h"

struct admin;
struct db;

struct builders_row {
	struct builder builder;
	const char *user; /* one more who may see the bookings; or NULL */
};

/* What bookpay builders set is given in *a, over what there is. */
enum err builders_read(struct ctx *c, const struct admin *a,
    struct builders_row *ret) MUST_USE;

struct builders_rows {
	struct builders_row *rows;
	size_t count;
	size_t at; /* the one that failed, if one did */
};

/* All of them, or none. */
enum err builders_set_all(struct ctx *c, struct db *db,
    struct builders_rows *list) MUST_USE;

#endif
