#include "admin/csv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { FILE_MAX = 1 << 20 };

/* A cell in quotes, *at being behind the first of them; "" stands for one. */
static enum err
read_quoted(struct ctx *c, const char **at, int *line, char **ret)
{
	char *cell = arena_alloc(c->mem, strlen(*at) + 1), *to = cell;
	int begin = *line;
	const char *s;

	for (s = *at; *s != '\0'; s++) {
		if (*s == '"' && s[1] != '"')
			break;
		s += *s == '"';
		*line += *s == '\n';
		*to++ = *s;
	}
	if (*s == '\0')
		return ctx_fail(c, E_BADREQ, "line %d: a quote is not closed",
		    begin);
	if (strchr(",\r\n", s[1]) == NULL)
		return ctx_fail(c, E_BADREQ, "line %d: text behind a quote",
		    *line);
	*to = '\0';
	*at = s + 1;
	*ret = cell;
	return OK;
}

static enum err
read_cell(struct ctx *c, const char **at, int *line, const char **ret)
{
	size_t len = strcspn(*at, ",\r\n");
	char *cell = NULL;
	enum err e;

	if (**at == '"') {
		(*at)++;
		e = read_quoted(c, at, line, &cell);
		if (e != OK)
			return e;
	} else {
		cell = arena_printf(c->mem, "%.*s", (int)len, *at);
		*at += len;
	}
	*ret = cell;
	return OK;
}

static enum err
read_row(struct ctx *c, const char **at, int *line, struct csv_row *ret)
{
	enum err e;

	for (;;) {
		if (ret->count == CSV_COLUMNS_MAX)
			return ctx_fail(c, E_BADREQ, "line %d: more than %d "
			    "columns", *line, CSV_COLUMNS_MAX);
		e = read_cell(c, at, line, &ret->cells[ret->count]);
		if (e != OK)
			return e;
		ret->count++;
		if (**at != ',')
			return OK;
		(*at)++;
	}
}

enum err
csv_next(struct ctx *c, const char **at, int *line, struct csv_row *ret)
{
	for (; **at == '\r' || **at == '\n'; (*at)++)
		*line += **at == '\n';
	*ret = (struct csv_row){ .line = *line };
	return **at == '\0' ? OK : read_row(c, at, line, ret);
}

enum err
csv_file(struct ctx *c, const char *path, char **ret)
{
	static const char mark[] = "\xef\xbb\xbf"; /* spreadsheets begin so */
	char *text = arena_alloc(c->mem, FILE_MAX + 1);
	FILE *f = fopen(path, "r");
	size_t len;

	if (f == NULL)
		return ctx_fail(c, E_BADREQ, "%s: %s", path, strerror(errno));
	len = fread(text, 1, FILE_MAX, f);
	fclose(f);
	text[len] = '\0';
	if (len == FILE_MAX || strlen(text) != len || !text_utf8(text, len))
		return ctx_fail(c, E_BADREQ, "%s: not UTF-8, or more than 1 "
		    "MiB", path);
	*ret = strncmp(text, mark, 3) == 0 ? text + 3 : text;
	return OK;
}
