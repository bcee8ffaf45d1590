/*
 * config: bookpay config split|list
 *
 * Each program gets a file with the keys it reads and no other, so that who
 * breaks into one of them finds no more than that one needs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "base/json.h"

struct splitting {
	const char *to, *from, *program;
};

/* Not by stdio, which would keep the secrets in its buffers. */
static int
put(int fd, const char *text)
{
	size_t len = strlen(text);

	return write(fd, text, len) == (ssize_t)len;
}

/* As both a shell and conf_load read it; NULL: that cannot be. */
static const char *
quote_for(const char *text)
{
	if (strpbrk(text, "\r\n") != NULL)
		return NULL;
	if (strchr(text, '\'') == NULL)
		return "'";
	return strpbrk(text, "\"`$\\") == NULL ? "\"" : NULL;
}

static enum err
put_key(struct ctx *c, int fd, const char *key, const struct conf *conf)
{
	const char *file, *text = conf_given(conf, key, &file), *quote;

	if (text == NULL)
		return OK;
	quote = quote_for(file != NULL ? file : text);
	if (quote == NULL)
		return ctx_fail(c, E_CONFLICT, "%s cannot be written in one "
		    "line", key);
	if (!put(fd, key) || !put(fd, file != NULL ? "_FILE=" : "=") ||
	    !put(fd, quote) || !put(fd, file != NULL ? file : text) ||
	    !put(fd, quote) || !put(fd, "\n"))
		return ctx_fail(c, E_INTERNAL, "cannot write %s: %s", key,
		    strerror(errno));
	return OK;
}

static enum err
put_keys(struct ctx *c, int fd, const char *program, const struct conf *conf)
{
	const char *key;
	enum err e = OK;
	size_t i;

	if (!put(fd, "# What ") || !put(fd, program) || !put(fd, " reads; made "
	    "by bookpay config split.\n"))
		e = ctx_fail(c, E_INTERNAL, "cannot write: %s",
		    strerror(errno));
	for (i = 0; e == OK && (key = conf_name(i)) != NULL; i++)
		if (conf_reads(program, key))
			e = put_key(c, fd, key, conf);
	return e;
}

/* Whom the file before belonged to, and who could read it, stays. */
static int
keep_owner(int fd, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT;
	return fchown(fd, st.st_uid, st.st_gid) == 0 &&
	    fchmod(fd, st.st_mode & (S_IRUSR | S_IWUSR | S_IRGRP)) == 0;
}

/* Whoever starts meanwhile reads the old file or the new one, whole. */
static enum err
split_one(struct ctx *c, const struct conf *conf, const char *program,
    const char *path)
{
	char *draft = arena_printf(c->mem, "%s.XXXXXX", path);
	int fd = mkstemp(draft);
	enum err e;

	if (fd < 0)
		return ctx_fail(c, E_INTERNAL, "%s: %s", draft,
		    strerror(errno));
	e = put_keys(c, fd, program, conf);
	if (e == OK && (!keep_owner(fd, path) || rename(draft, path) != 0))
		e = ctx_fail(c, E_INTERNAL, "%s: %s", path, strerror(errno));
	if (e != OK)
		unlink(draft);
	close(fd);
	return e;
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
