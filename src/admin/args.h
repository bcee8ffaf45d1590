/*
 * args: options of a command into a struct, by a table.
 */
#ifndef ADMIN_ARGS_H
#define ADMIN_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

enum args_kind {
	ARGS_TEXT,   /* const char * */
	ARGS_NUMBER, /* int64_t, whole and not negative */
	ARGS_TIME,   /* int64_t, RFC 3339 with offset -> microseconds */
	ARGS_DATE,   /* the same; a day alone is its first moment in UTC */
	ARGS_ON,     /* int64_t, set to 1; takes no value */
	ARGS_OFF,    /* int64_t, set to 0; takes no value */
};

struct args_option {
	const char *name; /* without "--" */
	enum args_kind kind;
	size_t offset;
	int needed;
};

#define ARGS_OPTION(name, kind, type, member, needed)                          \
	{ name, kind, offsetof(struct type, member), needed }

/* The line of a command: its options, and one ID before them, or none. */
struct args_line {
	const struct args_option *options;
	size_t count;
	int takes_id;
};

/*
 * Reads argv[1 …] into *into, of which every member keeps its value unless
 * its option is there.  *ret_id is the ID (NULL if the line takes none).
 * E_BADREQ with words.
 */
enum err args_parse(struct ctx *c, int argc, char **argv,
    const struct args_line *line, void *into, const char **ret_id) MUST_USE;

#endif
