/*
 * draft: a configuration file that is written anew.
 *
 * Whoever reads it meanwhile reads the old one or the new one, whole.  Not by
 * stdio, which would keep the secrets in its buffers.
 */
#ifndef ADMIN_DRAFT_H
#define ADMIN_DRAFT_H

#include <stddef.h>

#include "base/ctx.h"

struct draft {
	const char *path; /* that it will have */
	char *name;       /* that it has until then */
	int fd;
};

/* Beside path, for its owner only; then draft_end. */
enum err draft_begin(struct ctx *c, const char *path,
    struct draft *ret) MUST_USE;

enum err draft_put(struct ctx *c, const struct draft *d, const char *bytes,
    size_t len) MUST_USE;

/* NAME=value in a line, as both a shell and conf_load read it; E_CONFLICT:
 * it cannot be. */
enum err draft_set(struct ctx *c, const struct draft *d, const char *name,
    const char *value) MUST_USE;

/* If e is OK the draft takes its name; whom the file before belonged to, and
 * who could read it, stays.  Or else there was none.  Passes e on. */
enum err draft_end(struct ctx *c, struct draft *d, enum err e) MUST_USE;

#endif
