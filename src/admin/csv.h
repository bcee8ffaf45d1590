/*
 * csv: a table as spreadsheets write it (RFC 4180): commas, quotes, a line of
 * names first.
 */
#ifndef ADMIN_CSV_H
#define ADMIN_CSV_H

#include <stddef.h>

#include "base/ctx.h"

enum { CSV_COLUMNS_MAX = 64 };

struct csv_row {
	const char *cells[CSV_COLUMNS_MAX];
	size_t count;
	int line; /* where it begins, from 1 */
};

/* Reads the next row of *at, which moves on, into *ret; *line counts.  count
 * is 0 at the end.  Empty lines are left out.  E_BADREQ with words. */
enum err csv_next(struct ctx *c, const char **at, int *line,
    struct csv_row *ret) MUST_USE;

/* The file at path, up to 1 MiB of UTF-8 without NUL.  E_BADREQ with words. */
enum err csv_file(struct ctx *c, const char *path, char **ret) MUST_USE;

#endif
