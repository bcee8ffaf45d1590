/*
 * conf_file: a file that may hold secrets, in memory that is wiped.
 */
#ifndef BASE_CONF_FILE_H
#define BASE_CONF_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/ctx.h"

/* A longer one is refused. */
enum { CONF_FILE_MAX = 64 * 1024 };

struct conf_file {
	char *text; /* ends in NUL, and holds no other */
	size_t len;
	mode_t mode;
};

/* The caller wipes *ret.  E_BADREQ with the reason in c->why. */
enum err conf_file_read(struct ctx *c, const char *path,
    struct conf_file *ret) MUST_USE;

/* Wipes and frees the text; the mode stays. */
void conf_file_wipe(struct conf_file *f);

/* Too open for secrets: others may read it, or the group may write it? */
int conf_file_is_open(const struct conf_file *f);

#endif
