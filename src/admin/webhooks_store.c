/*
 * webhooks_store: secrets into the files that programs read them from.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/draft.h"
#include "admin/webhooks_part.h"
#include "app/shop.h"
#include "base/buf.h"
#include "base/conf_file.h"

/* The file of the configuration. */
static const char *
config_path(struct ctx *c)
{
	const char *path = getenv("BOOKPAY_CONFIG");

	return path != NULL ? path : conf_path(c, CONF_DIR, "bookpay");
}

/* Does the line (up to its end) set key? */
static int
sets(const char *line, const char *key)
{
	size_t len = strlen(key);

	line += strspn(line, " \t");
	return strncmp(line, key, len) == 0 && line[len] == '=';
}

static int
has_line(const char *text, const char *key)
{
	const char *line;

	for (line = text; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sets(line, key))
			return 1;
	}
	return 0;
}

/* The lines as they are, with key=value where key was set, or behind them. */
static enum err
put_lines(struct ctx *c, const struct draft *d, const char *text,
    const char *key, const char *value)
{
	const char *line;
	size_t len;
	int done = 0;
	enum err e = OK;

	for (line = text; e == OK && *line != '\0'; line += len) {
		len = strcspn(line, "\n");
		len += line[len] == '\n';
		if (!sets(line, key)) {
			e = draft_put(c, d, line, len);
		} else if (!done) {
			done = 1;
			e = draft_set(c, d, key, value);
		}
	}
	if (e != OK || done)
		return e;
	if (line > text && line[-1] != '\n')
		e = draft_put(c, d, "\n", 1);
	return e == OK ? draft_set(c, d, key, value) : e;
}

/* A line of the file at path; it need not have one yet. */
static enum err
store_line(struct ctx *c, const char *path, const char *key,
    const char *value)
{
	struct conf_file f;
	struct draft d;
	enum err e;

	e = conf_file_read(c, path, &f);
	if (e != OK)
		return e;
	e = draft_begin(c, path, &d);
	if (e == OK)
		e = draft_end(c, &d, put_lines(c, &d, f.text, key, value));
	conf_file_wipe(&f);
	return e;
}

/* The whole of the file at path, as KEY_FILE names one. */
static enum err
store_file(struct ctx *c, const char *path, const char *value)
{
	struct draft d;
	enum err e;

	e = draft_begin(c, path, &d);
	if (e != OK)
		return e;
	e = draft_put(c, &d, value, strlen(value));
	if (e == OK)
		e = draft_put(c, &d, "\n", 1);
	return draft_end(c, &d, e);
}

/* The files of the programs that need it, beside the configuration, as
 * bookpay config split makes them. */
static enum err
store_split(struct ctx *c, const char *path, const char *key,
    const char *value)
{
	const char *slash = strrchr(path, '/'), *program;
	enum err e = OK;
	size_t i;

	for (i = 0; e == OK && (program = conf_program(i)) != NULL; i++) {
		char *own = arena_printf(c->mem, "%.*s%s.conf",
		    slash == NULL ? 0 : (int)(slash - path) + 1, path,
		    program);

		if (conf_reads(program, key) && strcmp(own, path) != 0 &&
		    access(own, F_OK) == 0)
			e = store_line(c, own, key, value);
	}
	return e;
}

enum err
webhooks_store_can(struct webhooks *w, const char *key)
{
	const struct conf *conf = w->shop->conf;
	const char *path = config_path(w->c), *file = NULL;
	struct conf_file f;
	int has;
	enum err e;

	if (conf_given(conf, key, &file) == NULL || file != NULL)
		return OK;
	e = conf_file_read(w->c, path, &f);
	if (e != OK)
		return e;
	has = has_line(f.text, key);
	conf_file_wipe(&f);
	if (!has)
		return ctx_fail(w->c, E_CONFLICT, "%s comes from the "
		    "environment: put it into %s, or a file, first", key,
		    path);
	return OK;
}

static int
is_dropped(struct webhooks *w, const char *secret)
{
	const char *print = webhooks_print(w->c, secret);
	size_t i;

	for (i = 0; i < w->dropped_count; i++)
		if (strcmp(w->dropped[i], print) == 0)
			return 1;
	return 0;
}

/* The secrets to be, with commas between. */
static char *
join(struct webhooks *w, const char *key, const char *secret)
{
	struct conf_list old = conf_list(w->shop->conf, key);
	struct buf b = buf_make(w->c->mem, CONF_FILE_MAX);
	size_t i;

	if (secret != NULL)
		buf_text(&b, secret);
	for (i = 0; i < old.count; i++)
		if (!is_dropped(w, old.values[i]))
			buf_printf(&b, "%s%s", b.len == 0 ? "" : ",",
			    old.values[i]);
	return b.bytes;
}

static void
tell(struct webhooks *w, const char *key, const char *path)
{
	char *words = arena_dup(w->c->mem, "");
	const char *program;
	size_t i;

	for (i = 0; (program = conf_program(i)) != NULL; i++)
		if (conf_reads(program, key) && strcmp(program, "bookpay") != 0)
			words = arena_printf(w->c->mem, "%s %s", words,
			    program);
	webhooks_tell(w, "stored", "%s in %s: restart%s", key, path, words);
}

enum err
webhooks_store(struct webhooks *w, const char *key, const char *secret)
{
	const char *value = join(w, key, secret), *file = NULL;
	const char *path = config_path(w->c);
	enum err e;

	(void)conf_given(w->shop->conf, key, &file);
	if (file != NULL) {
		e = store_file(w->c, file, value);
	} else {
		e = store_line(w->c, path, key, value);
		if (e == OK)
			e = store_split(w->c, path, key, value);
	}
	if (e == OK)
		tell(w, key, file != NULL ? file : path);
	return e;
}

enum err
webhooks_store_drop(struct webhooks *w, const char *key, const char *print)
{
	if (w->dropped_count < COUNT(w->dropped))
		w->dropped[w->dropped_count++] = print;
	return webhooks_store(w, key, NULL);
}
