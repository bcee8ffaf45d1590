#include "admin/args.h"

#include <string.h>

#include "base/now.h"
#include "base/text.h"

static const struct args_option *
find(const struct args_line *line, const char *arg)
{
	size_t i;

	if (strncmp(arg, "--", 2) != 0)
		return NULL;
	for (i = 0; i < line->count; i++)
		if (strcmp(line->options[i].name, arg + 2) == 0)
			return &line->options[i];
	return NULL;
}

static enum err
put_number(struct ctx *c, const struct args_option *o, const char *text,
    char *at)
{
	int64_t number;

	if (o->kind == ARGS_DATE) {
		if (now_parse(text, &number) != OK &&
		    now_parse(arena_printf(c->mem, "%sT00:00:00Z", text),
		    &number) != OK)
			return ctx_fail(c, E_BADREQ, "--%s wants a day like "
			    "2026-12-10, or a time", o->name);
	} else if (o->kind == ARGS_TIME) {
		if (now_parse(text, &number) != OK)
			return ctx_fail(c, E_BADREQ, "--%s wants a time like "
			    "2026-12-10T09:00:00+01:00", o->name);
	} else if (!text_number(text, strlen(text), &number)) {
		return ctx_fail(c, E_BADREQ, "--%s wants a whole number",
		    o->name);
	}
	memcpy(at, &number, sizeof(number));
	return OK;
}

/* Takes option o, with the word behind it in value (NULL at the end). */
static enum err
put(struct ctx *c, const struct args_option *o, const char *value, char *at)
{
	int64_t flag = o->kind == ARGS_ON;

	if (o->kind == ARGS_ON || o->kind == ARGS_OFF) {
		memcpy(at, &flag, sizeof(flag));
		return OK;
	}
	if (value == NULL)
		return ctx_fail(c, E_BADREQ, "--%s wants a value", o->name);
	if (!text_utf8(value, strlen(value)) || !text_plain(value))
		return ctx_fail(c, E_BADREQ, "--%s wants plain UTF-8 text",
		    o->name);
	if (o->kind != ARGS_TEXT)
		return put_number(c, o, value, at);
	memcpy(at, &value, sizeof(value));
	return OK;
}

static enum err
check_needed(struct ctx *c, const struct args_line *line, const char *seen)
{
	size_t i;

	for (i = 0; i < line->count; i++)
		if (line->options[i].needed && !seen[i])
			return ctx_fail(c, E_BADREQ, "--%s is missing",
			    line->options[i].name);
	return OK;
}

enum err
args_parse(struct ctx *c, int argc, char **argv, const struct args_line *line,
    void *into, const char **ret_id)
{
	char *seen = arena_alloc(c->mem, line->count + 1);
	const char *id = NULL;
	int i;
	enum err e;

	for (i = 1; i < argc; i++) {
		const struct args_option *o = find(line, argv[i]);

		if (o == NULL && line->takes_id && id == NULL &&
		    argv[i][0] != '-') {
			id = argv[i];
			continue;
		}
		if (o == NULL)
			return ctx_fail(c, E_BADREQ, "unknown argument %s",
			    argv[i]);
		e = put(c, o, i + 1 < argc ? argv[i + 1] : NULL,
		    (char *)into + o->offset);
		if (e != OK)
			return e;
		seen[o - line->options] = 1;
		i += o->kind != ARGS_ON && o->kind != ARGS_OFF;
	}
	if (line->takes_id && id == NULL)
		return ctx_fail(c, E_BADREQ, "an ID is missing");
	*ret_id = id;
	return check_needed(c, line, seen);
}
