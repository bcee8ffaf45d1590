/*
 * builder: who gives sessions.
 */
#ifndef BOOKING_BUILDER_H
#define BOOKING_BUILDER_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct db_table;

struct builder {
	const char *id;
	const char *name;
	const char *email;         /* or NULL */
	const char *timezone;      /* IANA name */
	const char *calendly_user; /* Calendly user URI, or NULL */
	int64_t created_at;
};

struct builder_list {
	const struct builder *rows;
	size_t count;
};

/* The builder called id; *ret is NULL if there is none. */
enum err builder_get_tx(struct ctx *c, struct db *db, const char *id,
    const struct builder **ret) MUST_USE;

/* All of them, by id. */
enum err builder_list_tx(struct ctx *c, struct db *db,
    struct builder_list *ret) MUST_USE;

/* Makes or changes one. */
enum err builder_set_tx(struct ctx *c, struct db *db,
    const struct builder *b) MUST_USE;

/* Lets the signed-in user act for the builder. */
enum err builder_add_user_tx(struct ctx *c, struct db *db, const char *builder,
    const char *user) MUST_USE;

/* May user act for the builder? */
enum err builder_acts_tx(struct ctx *c, struct db *db, const char *builder,
    const char *user, int *ret) MUST_USE;

/* For db/row.h. */
extern const struct db_table builder_table;

#endif
