/*
 * import_part: where session types can come from.
 */
#ifndef ADMIN_IMPORT_PART_H
#define ADMIN_IMPORT_PART_H

#include "base/ctx.h"

struct admin;

struct import_wish {
	const char *builder;  /* of new ones; NULL: whose they are there */
	const char *currency; /* of new ones; NULL: usd */
};

/* The event types of all builders at Calendly. */
enum err import_calendly(struct ctx *c, struct admin *a,
    const struct import_wish *wish) MUST_USE;

/* Says what became of one. */
void import_tell(struct admin *a, const char *id, const char *action);

#endif
