/*
 * heal_part: what the parts of healing share.  See heal.h.
 */
#ifndef APP_HEAL_PART_H
#define APP_HEAL_PART_H

#include "app/heal.h"
#include "app/intake.h"
#include "base/now.h"

/* One call; nobody waits for it but the jobs behind us. */
#define HEAL_PATIENCE (20 * NOW_SECOND)

struct heal {
	struct shop *shop;
	const struct heal_order *order;
	struct heal_result *result;
	int64_t clock; /* what now_monotonic lacks to be the caller's time */
	int64_t now;   /* when the part began */
	int stopped;   /* told to */
	int64_t since; /* up to when it had found everything; 0: never */
	/* Memory, by how long it is needed: a page of a list, a page about one
	 * thing in it, and taking in one piece. */
	struct ctx page, inner, item;
};

/* The parts.  What a provider said has gone through heal_answered; any other
 * failure is the database's. */
enum err heal_hooks(struct heal *h) MUST_USE;
enum err heal_happened(struct heal *h) MUST_USE;
enum err heal_sessions(struct heal *h) MUST_USE;
enum err heal_calendly(struct heal *h) MUST_USE;

/* Drops what is in c, one of h's, and takes the time anew. */
void heal_fresh(const struct heal *h, struct ctx *c);

/* Adds to the note. */
void heal_say(struct heal *h, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The part is at least as bad as that. */
void heal_worsen(struct heal *h, enum heal_state state);

/* A failure e of a provider, with its words in c, becomes the part's; gives
 * back e. */
enum err heal_answered(struct heal *h, const struct ctx *c, enum err e)
    MUST_USE;

/* Lets others do their work.  E_BUSY: it is to end. */
enum err heal_step(struct heal *h) MUST_USE;

/* A provider's word and the key by which it is known. */
struct heal_word {
	enum err (*door)(struct ctx *c, struct db *db, const char *body,
	    size_t len, struct intake *ret);
	const char *source, *dedupe_key;
	const char *text;
};

/* Looks at it and takes it in, or, in a dry run, sees whether it is known. */
enum err heal_take_in(struct heal *h, const struct heal_word *word) MUST_USE;

#endif
