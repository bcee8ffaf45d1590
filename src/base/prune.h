/*
 * prune: JSON of which only what is named remains.
 *
 * Whatever nobody named is gone, key and all: who adds a member to a body
 * tomorrow adds nothing to what we keep of people.
 */
#ifndef BASE_PRUNE_H
#define BASE_PRUNE_H

#include <stddef.h>

#include "base/ctx.h"

struct cJSON;

/* What becomes of a member; others are numbers that the caller gives out. */
enum { PRUNE_KEEP };

struct prune_rule {
	const char *path; /* "data.object.id": of a text, a number, a yes or
	                     no; an object there stays, be it empty */
	size_t how;       /* PRUNE_KEEP, or the number of a word */
};

struct prune {
	const struct prune_rule *rules;
	size_t count;
	/* What a text is replaced by, by its rule's number; NULL: it stays.
	 * A blank one always does: it says nothing, and may mean that. */
	const char *const *words;
};

/* from without all else, in c.  Lists are never kept. */
struct cJSON *prune_json(struct ctx *c, const struct cJSON *from,
    const struct prune *p);

#endif
