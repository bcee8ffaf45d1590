/*
 * story: a file of tests/stories, read.  Its README says how one is written.
 *
 * Reading never fails the test by itself: the first thing that is wrong is
 * noted with its line, so that a test can ask for it.
 */
#ifndef UNIT_STORY_H
#define UNIT_STORY_H

#include <stddef.h>

#include "base/ctx.h"

enum { STORY_STEPS = 64, STORY_FIELDS = 16, STORY_WORDS = 6 };

/* "path = value", on an indented line of its own. */
struct story_field {
	int line;
	const char *path;
	const char *value;
};

/* A line that begins at the left edge, and its fields. */
struct story_step {
	int line;
	const char *keyword;
	const char *words[STORY_WORDS]; /* behind it; NULL behind the last */
	const char *rest;               /* the same as one text */
	struct story_field fields[STORY_FIELDS];
	size_t field_count;
};

struct db;

struct story {
	struct ctx *c; /* everything lives in it */
	const char *file;
	const char *name; /* what "story" says */
	struct story_step steps[STORY_STEPS];
	size_t count;
	const char *why; /* "file:line: what is wrong", or NULL */
};

/* Reads text; file is its name in messages. */
void story_read(struct ctx *c, const char *file, const char *text,
    struct story *ret);

/* Notes that something is wrong in that line, unless something is already. */
void story_fault(struct story *s, int line, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* One thing that somebody tells us, as it comes in at a door. */
struct story_delivery {
	const char *source; /* as world_tell wants it, or who asks */
	const char *request; /* what a person asks for; NULL: a provider's */
	const char *body;
	int64_t clock; /* ours, when it comes; 0: does not matter */
	int line;
};

/* What the step "told" or "before" says; the file it is made from is a body
 * of tests/contract. */
void story_deliver(struct story *s, const struct story_step *step,
    struct story_delivery *ret);

struct world;

/*
 * What was there before: the shop, its types, the booking and its attempts,
 * and what was told "before".  The world must be empty, or as it was just
 * made; its clock then stands where the story begins.
 */
void story_begin(struct story *s, struct world *w);

/* Tells one delivery; 0: the database was busy, it must come again. */
int story_tell(struct ctx *c, struct db *db, const struct story_delivery *d);

/* The same for a thread, which looks at the result. */
enum err story_take_in(struct ctx *c, struct db *db,
    const struct story_delivery *d) MUST_USE;

/*
 * Delivers told[order[0 … n - 1]] by STORY_CROWD threads, each with its own
 * connection to url: who gets to it first takes the next.
 */
enum { STORY_CROWD = 8 };
void story_crowd(const char *url, const struct story_delivery *told,
    const size_t *order, size_t n, int64_t start);

/*
 * What a worker would call now, a line each, sorted.  Its jobs are tried, so
 * the rows are not what they were.
 */
char *story_calls(struct world *w);

/* The lines of text, sorted, in c. */
char *story_sorted(struct ctx *c, const char *text);

/* How it ended, in the words of "end" lines, sorted, a line each. */
char *story_end(struct world *w);

/* The "end" lines of the story in the same form. */
char *story_expected(struct story *s);

/* "2026-12-10T14:00:00Z" as a moment; 0 and a fault if it is not one. */
int64_t story_moment(struct story *s, int line, const char *text);

#endif
