/*
 * config: bookpay config split|list
 *
 * Each program gets a file with the keys it reads and no other, so that who
 * breaks into one of them finds no more than that one needs.
 */
#include <string.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/draft.h"
#include "base/json.h"

struct splitting {
	const char *to, *from, *program;
};

static enum err
put_key(struct ctx *c, const struct draft *d, const char *key,
    const struct conf *conf)
{
	const char *file, *text = conf_given(conf, key, &file);

	if (text == NULL)
		return OK;
	if (file != NULL)
		return draft_set(c, d, arena_printf(c->mem, "%s_FILE", key),
		    file);
	return draft_set(c, d, key, text);
}

static enum err
put_keys(struct ctx *c, const struct draft *d, const char *program,
    const struct conf *conf)
{
	const char *head = arena_printf(c->mem, "# What %s reads; made by "
	    "bookpay config split.\n", program), *key;
	enum err e;
	size_t i;

	e = draft_put(c, d, head, strlen(head));
	for (i = 0; e == OK && (key = conf_name(i)) != NULL; i++)
		if (conf_reads(program, key))
			e = put_key(c, d, key, conf);
	return e;
}

static enum err
split_one(struct ctx *c, const struct conf *conf, const char *program,
    const char *path)
{
	struct draft d;
	enum err e;

	e = draft_begin(c, path, &d);
	if (e != OK)
		return e;
	return draft_end(c, &d, put_keys(c, &d, program, conf));
}

static enum err
split_all(struct ctx *c, const struct conf *conf, const struct splitting *s,
    struct cJSON *answer)
{
	const char *program;
	enum err e = OK;
	int found = 0;
	size_t i;

	for (i = 0; e == OK && (program = conf_program(i)) != NULL; i++) {
		struct cJSON *row;
		char *path;

		if (strcmp(program, "bookpay") == 0 || (s->program != NULL &&
		    strcmp(program, s->program) != 0))
			continue;
		found = 1;
		path = arena_printf(c->mem, "%s/%s.conf", s->to, program);
		e = split_one(c, conf, program, path);
		row = json_push_object(answer);
		json_set_text(row, "program", program);
		json_set_text(row, "file", path);
	}
	if (e == OK && !found)
		return ctx_fail(c, E_BADREQ, "there is no program %s",
		    s->program);
	return e;
}

enum err
config_split(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("to", ARGS_TEXT, splitting, to, 1),
		ARGS_OPTION("from", ARGS_TEXT, splitting, from, 0),
		ARGS_OPTION("program", ARGS_TEXT, splitting, program, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct splitting s = { 0 };
	struct conf *conf;
	const char *id;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &s, &id);
	if (e == OK)
		e = conf_load(c, "bookpay", s.from, &conf);
	if (e != OK)
		return e;
	a->answer = json_set_array(json_object(c), "files");
	e = split_all(c, conf, &s, a->answer);
	conf_free(conf);
	return e;
}

/* Which programs read key, in words. */
static char *
readers_of(struct ctx *c, const char *key)
{
	char *words = arena_dup(c->mem, "");
	const char *program;
	size_t i;

	for (i = 0; (program = conf_program(i)) != NULL; i++)
		if (strcmp(program, "bookpay") != 0 &&
		    conf_reads(program, key))
			words = arena_printf(c->mem, "%s%s%s", words,
			    *words == '\0' ? "" : " ", program);
	return words;
}

enum err
config_list(struct ctx *c, struct admin *a)
{
	const struct args_line line = { NULL, 0, 0 };
	const char *id, *key;
	size_t i;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, NULL, &id);
	for (i = 0; e == OK && (key = conf_name(i)) != NULL; i++) {
		struct cJSON *row = json_push_object(a->answer);

		json_set_text(row, "key", key);
		json_set_text(row, "secret", conf_is_secret(key) ? "yes" : "");
		json_set_text(row, "programs", readers_of(c, key));
	}
	return e;
}
