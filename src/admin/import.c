/*
 * import: bookpay builders import, session-types import
 *
 * A row of a table is one command "set": the names of the columns are those of
 * its options.
 */
#include <string.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/builders.h"
#include "admin/csv.h"
#include "admin/import_part.h"
#include "admin/types.h"
#include "base/json.h"

struct importing {
	const char *csv;
	int64_t from_calendly;
	struct import_wish wish;
};

/* A table, as lines of words for "set". */
struct lines {
	const char *path;
	struct admin *rows;
	int *numbers;
	size_t count;
};

void
import_tell(struct admin *a, const char *id, const char *action)
{
	struct cJSON *o = json_push_object(a->answer);

	json_set_text(o, "id", id);
	json_set_text(o, "action", action);
}

/* The first reason, with the line it is about. */
static enum err
in_line(struct ctx *c, enum err e, const struct lines *lines, size_t i)
{
	const char *why = c->why != NULL ? c->why : err_words(e);

	ctx_forgive(c);
	return ctx_fail(c, E_BADREQ, "%s:%d: %s", lines->path,
	    lines->numbers[i], why);
}

/* Yes or no, as an option without a value; NULL: the column is no such
 * question, "": the answer is none. */
static const char *
answer_of(const char *column, const char *cell)
{
	static const struct {
		const char *column, *yes, *no;
	} questions[] = {
		{ "direct", "--direct", "--no-direct" },
		{ "requires-auth", "--requires-auth", "--no-requires-auth" },
		{ "auto-refund", "--auto-refund", "--no-auto-refund" },
		{ "active", "--active", "--inactive" },
	};
	size_t i;

	for (i = 0; i < COUNT(questions); i++)
		if (strcmp(questions[i].column, column) == 0)
			return strcmp(cell, "yes") == 0 ? questions[i].yes
			    : strcmp(cell, "no") == 0 ? questions[i].no : "";
	return NULL;
}

/* The words of one row; an empty cell is nothing said. */
static enum err
words(struct ctx *c, const struct csv_row *head, const struct csv_row *row,
    struct admin *ret)
{
	char **argv = arena_alloc(c->mem,
	    (2 * row->count + 2) * sizeof(*argv));
	const char *option;
	int n = 1;
	size_t i;

	argv[0] = arena_dup(c->mem, "import");
	if (row->count > head->count)
		return ctx_fail(c, E_BADREQ, "more cells than columns");
	for (i = 0; i < row->count; i++) {
		if (*row->cells[i] == '\0')
			continue;
		option = answer_of(head->cells[i], row->cells[i]);
		if (option != NULL && *option == '\0')
			return ctx_fail(c, E_BADREQ, "%s is yes or no",
			    head->cells[i]);
		if (option != NULL) {
			argv[n++] = arena_dup(c->mem, option);
			continue;
		}
		if (strcmp(head->cells[i], "id") != 0)
			argv[n++] = arena_printf(c->mem, "--%s",
			    head->cells[i]);
		argv[n++] = arena_dup(c->mem, row->cells[i]);
	}
	ret->argc = n;
	ret->argv = argv;
	return OK;
}

static enum err
read_lines(struct ctx *c, const struct admin *a, const char *path,
    struct lines *ret)
{
	struct lines lines = { .path = path };
	struct csv_row head, row;
	const char *at;
	char *text;
	size_t most;
	int line = 1;
	enum err e;

	e = csv_file(c, path, &text);
	if (e != OK)
		return e;
	/* No row is shorter than its end. */
	most = strlen(text) / 2 + 1;
	lines.rows = arena_alloc(c->mem, most * sizeof(*lines.rows));
	lines.numbers = arena_alloc(c->mem, most * sizeof(*lines.numbers));
	at = text;
	e = csv_next(c, &at, &line, &head);
	while (e == OK) {
		e = csv_next(c, &at, &line, &row);
		if (e != OK || row.count == 0)
			break;
		lines.rows[lines.count] = *a;
		lines.numbers[lines.count] = row.line;
		e = words(c, &head, &row, &lines.rows[lines.count]);
		if (e != OK)
			return in_line(c, e, &lines, lines.count);
		lines.count++;
	}
	if (e == OK)
		*ret = lines;
	return e;
}

static enum err
builders_of(struct ctx *c, struct admin *a, const struct lines *lines)
{
	struct builders_rows list = { .rows = arena_alloc(c->mem,
	    (lines->count + 1) * sizeof(*list.rows)) };
	size_t i;
	enum err e;

	for (i = 0; i < lines->count; i++) {
		e = builders_read(c, &lines->rows[i], &list.rows[i]);
		if (e != OK)
			return in_line(c, e, lines, i);
		list.count++;
		import_tell(a, list.rows[i].builder.id, "set");
	}
	e = builders_set_all(c, a->db, &list);
	return e == E_BADREQ ? in_line(c, e, lines, list.at) : e;
}

static enum err
types_of(struct ctx *c, struct admin *a, const struct lines *lines)
{
	struct types_list list = { .rows = arena_alloc(c->mem,
	    (lines->count + 1) * sizeof(*list.rows)) };
	size_t i;
	enum err e;

	for (i = 0; i < lines->count; i++) {
		e = types_read(c, &lines->rows[i], &list.rows[i]);
		if (e != OK)
			return in_line(c, e, lines, i);
		list.count++;
		import_tell(a, list.rows[i].id, "set");
	}
	e = types_set_all(c, a->db, &list);
	return e == E_BADREQ ? in_line(c, e, lines, list.at) : e;
}

enum err
import_builders(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("csv", ARGS_TEXT, importing, csv, 1),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct importing im = { 0 };
	struct lines lines;
	const char *id;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &im, &id);
	if (e == OK)
		e = read_lines(c, a, im.csv, &lines);
	if (e != OK)
		return e;
	a->answer = json_set_array(json_object(c), "rows");
	return builders_of(c, a, &lines);
}

enum err
import_types(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("csv", ARGS_TEXT, importing, csv, 0),
		ARGS_OPTION("from-calendly", ARGS_ON, importing,
		    from_calendly, 0),
		ARGS_OPTION("builder", ARGS_TEXT, importing, wish.builder, 0),
		ARGS_OPTION("currency", ARGS_TEXT, importing, wish.currency,
		    0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct importing im = { 0 };
	struct lines lines;
	const char *id;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &im, &id);
	if (e == OK && (im.csv != NULL) == (im.from_calendly != 0))
		e = ctx_fail(c, E_BADREQ, "one of --csv and --from-calendly, "
		    "please");
	if (e == OK && im.csv != NULL)
		e = read_lines(c, a, im.csv, &lines);
	if (e != OK)
		return e;
	a->answer = json_set_array(json_object(c), "rows");
	return im.csv != NULL ? types_of(c, a, &lines)
	    : import_calendly(c, a, &im.wish);
}
