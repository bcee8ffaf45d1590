#include "admin/draft.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum err
draft_begin(struct ctx *c, const char *path, struct draft *ret)
{
	struct draft d = { .path = path,
		.name = arena_printf(c->mem, "%s.XXXXXX", path) };

	d.fd = mkstemp(d.name);
	if (d.fd < 0)
		return ctx_fail(c, E_INTERNAL, "%s: %s", d.name,
		    strerror(errno));
	*ret = d;
	return OK;
}

enum err
draft_put(struct ctx *c, const struct draft *d, const char *bytes, size_t len)
{
	if (write(d->fd, bytes, len) != (ssize_t)len)
		return ctx_fail(c, E_INTERNAL, "cannot write %s: %s", d->name,
		    strerror(errno));
	return OK;
}

static const char *
quote_for(const char *text)
{
	if (strpbrk(text, "\r\n") != NULL)
		return NULL;
	if (strchr(text, '\'') == NULL)
		return "'";
	return strpbrk(text, "\"`$\\") == NULL ? "\"" : NULL;
}

enum err
draft_set(struct ctx *c, const struct draft *d, const char *name,
    const char *value)
{
	const char *quote = quote_for(value);
	const char *parts[] = { name, "=", quote, value, quote, "\n" };
	size_t i;
	enum err e = OK;

	if (quote == NULL)
		return ctx_fail(c, E_CONFLICT, "%s cannot be written in one "
		    "line", name);
	for (i = 0; e == OK && i < COUNT(parts); i++)
		e = draft_put(c, d, parts[i], strlen(parts[i]));
	return e;
}

static int
keep_owner(const struct draft *d)
{
	struct stat st;

	if (stat(d->path, &st) != 0)
		return errno == ENOENT;
	return fchown(d->fd, st.st_uid, st.st_gid) == 0 &&
	    fchmod(d->fd, st.st_mode & (S_IRUSR | S_IWUSR | S_IRGRP)) == 0;
}

enum err
draft_end(struct ctx *c, struct draft *d, enum err e)
{
	if (e == OK && (!keep_owner(d) || fsync(d->fd) != 0 ||
	    rename(d->name, d->path) != 0))
		e = ctx_fail(c, E_INTERNAL, "%s: %s", d->path,
		    strerror(errno));
	if (e != OK)
		unlink(d->name);
	close(d->fd);
	return e;
}
