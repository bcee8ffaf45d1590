#include "base/conf.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum { FILE_MAX = 64 * 1024, LINE_MAX_SHOWN = 40 };

enum kind { PLAIN, LEVEL, NUMBER, URL, SECRET, SECRETS };

/*
 * Every key there is: what it holds, its default, the least and the most: of
 * a number its value, of a secret its length.
 */
static const struct key {
	const char *name;
	enum kind kind;
	const char *initial;
	size_t least, most;
} keys[] = {
	{ "PUBLIC_BASE_URL", URL, NULL, 0, 0 },
	{ "DATABASE_URL", PLAIN, NULL, 0, 0 },
	{ "STRIPE_SECRET_KEY", SECRET, NULL, 16, 0 },
	{ "STRIPE_WEBHOOK_SECRET", SECRETS, NULL, 16, 0 },
	{ "STRIPE_API_BASE", URL, "https://api.stripe.com", 0, 0 },
	{ "CALENDLY_TOKEN", SECRET, NULL, 16, 0 },
	{ "CALENDLY_WEBHOOK_SIGNING_KEY", SECRETS, NULL, 16, 0 },
	{ "CALENDLY_API_BASE", URL, "https://api.calendly.com", 0, 0 },
	{ "CALENDLY_WIDGET_URL", URL,
	    "https://assets.calendly.com/assets/external/widget.js", 0, 0 },
	{ "WEBHOOK_TOLERANCE", NUMBER, "300", 1, 86400 },
	{ "AUTH", PLAIN, "guest", 0, 0 },
	{ "AUTH_ADMINS", PLAIN, NULL, 0, 0 },
	{ "LINK_SECRET", SECRETS, NULL, 32, 0 },
	{ "ALLOWED_ORIGINS", PLAIN, NULL, 0, 0 },
	{ "HEAL_MINUTES", NUMBER, "15", 0, 10080 },
	{ "THREADS", NUMBER, "8", 1, 256 },
	{ "LOG_LEVEL", LEVEL, "info", 0, 0 },
};

struct value {
	char *text;    /* NULL: not set */
	char **parts;  /* the same, cut at the commas */
	size_t count;
};

struct conf {
	struct value values[COUNT(keys)];
	int has_secret_line; /* a secret itself, not the name of its file */
};

static const struct key *
find_key(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(keys); i++)
		if (strlen(keys[i].name) == len &&
		    strncmp(keys[i].name, name, len) == 0)
			return &keys[i];
	return NULL;
}

static struct value *
value_of(const struct conf *conf, const char *name)
{
	const struct key *key = find_key(name, strlen(name));

	assert(key != NULL);
	return (struct value *)&conf->values[key - keys];
}

static int
is_secret(const struct key *key)
{
	return key->kind == SECRET || key->kind == SECRETS;
}

static void
wipe(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

static char *
copy(const char *text, size_t len)
{
	char *s = strndup(text, len);

	if (s == NULL)
		abort();
	return s;
}

/* A file in memory, and who may read it on disk. */
struct file {
	char *text;
	size_t len;
	mode_t mode;
};

static void
wipe_file(struct file *f)
{
	explicit_bzero(f->text, f->len);
	free(f->text);
}

/* The caller wipes *ret. */
static enum err
read_file(struct ctx *c, const char *path, struct file *ret)
{
	struct file f = { .text = calloc(1, FILE_MAX + 1) };
	struct stat st;
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		if (fd >= 0)
			close(fd);
		free(f.text);
		return ctx_fail(c, E_BADREQ, "%s: %s", path, strerror(errno));
	}
	if (f.text == NULL)
		abort();
	while (f.len < FILE_MAX &&
	    (n = read(fd, f.text + f.len, FILE_MAX - f.len)) > 0)
		f.len += (size_t)n;
	close(fd);
	if (n < 0 || f.len == FILE_MAX || strlen(f.text) != f.len) {
		wipe_file(&f);
		return ctx_fail(c, E_BADREQ,
		    "%s: cannot be read, is longer than %d bytes, or holds a "
		    "NUL byte", path, FILE_MAX);
	}
	f.mode = st.st_mode;
	*ret = f;
	return OK;
}

static int
others_can_read(const struct file *f)
{
	return (f->mode & (S_IRWXO | S_IWGRP)) != 0;
}

static enum err
check_secret(struct ctx *c, const char *where, const struct key *key,
    const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return ctx_fail(c, E_BADREQ, "%s: %s holds a blank or "
			    "a byte outside ASCII", where, key->name);
	if (len < key->least)
		return ctx_fail(c, E_BADREQ, "%s: %s is %s: a secret has at "
		    "least %zu characters", where, key->name,
		    len == 0 ? "empty" : "too short", key->least);
	return OK;
}

/* In place: copies in the context's memory would not be wiped. */
static enum err
check_secrets(struct ctx *c, const char *where, const struct key *key,
    const char *text)
{
	size_t len, kept;
	enum err e;

	for (;; text += len + 1) {
		text += strspn(text, " \t");
		len = strcspn(text, ",");
		for (kept = len; kept > 0 && strchr(" \t", text[kept - 1]) !=
		    NULL; kept--)
			;
		e = check_secret(c, where, key, text, kept);
		if (e != OK || text[len] == '\0')
			return e;
	}
}

static enum err
check_number(struct ctx *c, const char *where, const struct key *key,
    const char *text)
{
	int64_t number;

	if (!text_number(text, strlen(text), &number))
		return ctx_fail(c, E_BADREQ, "%s: %s is not a whole number",
		    where, key->name);
	if (number < (int64_t)key->least || number > (int64_t)key->most)
		return ctx_fail(c, E_BADREQ, "%s: %s must be %zu to %zu",
		    where, key->name, key->least, key->most);
	return OK;
}

/* Paths are put behind it, so it names a host and ends without a slash. */
static enum err
check_url(struct ctx *c, const char *where, const struct key *key,
    const char *text)
{
	const char *host = strstr(text, "://");

	if (host == NULL || (strncmp(text, "https:", 6) != 0 &&
	    strncmp(text, "http:", 5) != 0) || host[3] == '\0')
		return ctx_fail(c, E_BADREQ, "%s: %s is not an http(s) URL",
		    where, key->name);
	if (text[strlen(text) - 1] == '/' || strpbrk(text, "?#") != NULL)
		return ctx_fail(c, E_BADREQ, "%s: %s must end without a "
		    "slash, a query or a fragment", where, key->name);
	return OK;
}

static enum err
check_level(struct ctx *c, const char *where, const struct key *key,
    const char *text)
{
	static const char *const levels[] = { "debug", "info", "warn",
		"error" };
	size_t i;

	for (i = 0; i < COUNT(levels); i++)
		if (strcmp(levels[i], text) == 0)
			return OK;
	return ctx_fail(c, E_BADREQ, "%s: %s must be debug, info, warn or "
	    "error", where, key->name);
}

static enum err
check_value(struct ctx *c, const char *where, const struct key *key,
    const char *text)
{
	switch (key->kind) {
	case PLAIN:
		return OK;
	case LEVEL:
		return check_level(c, where, key, text);
	case NUMBER:
		return check_number(c, where, key, text);
	case URL:
		return check_url(c, where, key, text);
	case SECRET:
		return check_secret(c, where, key, text, strlen(text));
	case SECRETS:
		return check_secrets(c, where, key, text);
	}
	return OK;
}

static void
drop(struct value *v)
{
	wipe(v->text);
	while (v->count > 0)
		wipe(v->parts[--v->count]);
	free(v->parts);
	*v = (struct value){ 0 };
}

/* Keeps text as the value of key, whole and as a list. */
static void
keep(struct conf *conf, const struct key *key, const char *text)
{
	static const char between[] = ", \t";
	struct value *v = &conf->values[key - keys];
	size_t len;

	drop(v);
	v->text = copy(text, strlen(text));
	v->parts = calloc(strlen(text) / 2 + 1, sizeof(*v->parts));
	if (v->parts == NULL)
		abort();
	for (text += strspn(text, between); *text != '\0';
	    text += len, text += strspn(text, between)) {
		len = strcspn(text, between);
		v->parts[v->count++] = copy(text, len);
	}
}

/*
 * Takes name=text, from line where.  name may be KEY or KEY_FILE.
 */
static enum err
take(struct ctx *c, struct conf *conf, const char *where, const char *name,
    const char *text)
{
	size_t len = strlen(name);
	const struct key *key = find_key(name, len);
	struct file f;
	enum err e;

	if (key == NULL && len > 5 && strcmp(name + len - 5, "_FILE") == 0)
		key = find_key(name, len - 5);
	if (key == NULL)
		return ctx_fail(c, E_BADREQ, "%s: unknown key %.*s", where,
		    LINE_MAX_SHOWN, name);
	if (strlen(key->name) == len) {
		e = check_value(c, where, key, text);
		if (e == OK)
			keep(conf, key, text);
		conf->has_secret_line |= is_secret(key);
		return e;
	}
	e = read_file(c, text, &f);
	if (e != OK)
		return e;
	f.text[strcspn(f.text, "\r\n")] = '\0';
	e = check_value(c, where, key, f.text);
	if (e == OK && is_secret(key) && others_can_read(&f))
		e = ctx_fail(c, E_BADREQ, "%s: %s can be read by others: "
		    "chmod 0600 it", where, text);
	if (e == OK)
		keep(conf, key, f.text);
	wipe_file(&f);
	return e;
}

/*
 * Cuts the quotes around value, in place.  NULL if a shell would read it
 * differently from us: quotes that do not match, or unquoted characters that
 * mean something to a shell.
 */
static char *
unquote(char *value)
{
	size_t len = strlen(value);
	char quote = value[0];

	if (quote != '"' && quote != '\'')
		return strpbrk(value, " \t\"'`$\\;&|<>()*?~") == NULL ? value
								     : NULL;
	if (len < 2 || value[len - 1] != quote)
		return NULL;
	value[len - 1] = '\0';
	value++;
	return strpbrk(value, quote == '"' ? "\"`$\\" : "'") == NULL ? value
								     : NULL;
}

static enum err
take_line(struct ctx *c, struct conf *conf, const char *where, char *line)
{
	char *value, *end;

	line += strspn(line, " \t");
	end = line + strlen(line);
	while (end > line && strchr(" \t\r", end[-1]) != NULL)
		*--end = '\0';
	if (*line == '\0' || *line == '#')
		return OK;
	value = strchr(line, '=');
	if (value == NULL)
		return ctx_fail(c, E_BADREQ, "%s: not KEY=value", where);
	*value++ = '\0';
	value = unquote(value);
	if (value == NULL)
		return ctx_fail(c, E_BADREQ, "%s: the value of %.*s must be "
		    "put in single quotes", where, LINE_MAX_SHOWN, line);
	return take(c, conf, where, line, value);
}

static enum err
take_file(struct ctx *c, struct conf *conf, const char *path)
{
	struct file f;
	char *line, *next;
	const char *where;
	int number = 0;
	enum err e;

	e = read_file(c, path, &f);
	if (e != OK)
		return e;
	for (line = f.text; e == OK && line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		where = arena_printf(c->mem, "%s:%d", path, ++number);
		e = take_line(c, conf, where, line);
	}
	wipe_file(&f);
	if (e == OK && conf->has_secret_line && others_can_read(&f))
		e = ctx_fail(c, E_BADREQ, "%s: holds secrets and can be read "
		    "by others: chmod 0600 it", path);
	return e;
}

/* KEY, then KEY_FILE, of every key from the environment. */
static enum err
take_environment(struct ctx *c, struct conf *conf)
{
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < COUNT(keys); i++) {
		const char *name = keys[i].name;
		const char *text = getenv(name);

		if (text == NULL) {
			name = arena_printf(c->mem, "%s_FILE", name);
			text = getenv(name);
		}
		if (text != NULL)
			e = take(c, conf, "environment", name, text);
	}
	return e;
}

enum err
conf_load(struct ctx *c, const char *path, struct conf **ret)
{
	struct conf *conf = calloc(1, sizeof(*conf));
	size_t i;
	enum err e;

	if (conf == NULL)
		abort();
	for (i = 0; i < COUNT(keys); i++)
		if (keys[i].initial != NULL)
			keep(conf, &keys[i], keys[i].initial);
	if (path == NULL)
		path = getenv("BOOKPAY_CONFIG");
	if (path == NULL)
		path = CONF_PATH;
	e = take_file(c, conf, path);
	if (e == OK)
		e = take_environment(c, conf);
	if (e != OK) {
		conf_free(conf);
		return e;
	}
	*ret = conf;
	return OK;
}

void
conf_free(struct conf *conf)
{
	size_t i;

	if (conf == NULL)
		return;
	for (i = 0; i < COUNT(keys); i++)
		drop(&conf->values[i]);
	free(conf);
}

const char *
conf_get(const struct conf *conf, const char *key)
{
	return value_of(conf, key)->text;
}

struct conf_list
conf_list(const struct conf *conf, const char *key)
{
	const struct value *v = value_of(conf, key);

	return (struct conf_list){ (const char *const *)v->parts, v->count };
}

int64_t
conf_number(const struct conf *conf, const char *key)
{
	const char *text = conf_get(conf, key);
	int64_t number = 0;

	if (text == NULL || !text_number(text, strlen(text), &number))
		assert(!"conf_load checks numbers");
	return number;
}

int
conf_names(const struct conf *conf, const char *key, const char *word)
{
	struct conf_list list = conf_list(conf, key);
	size_t i;

	for (i = 0; i < list.count; i++)
		if (strcmp(list.values[i], word) == 0)
			return 1;
	return 0;
}

enum err
conf_require(struct ctx *c, const struct conf *conf, const char *const *names)
{
	for (; *names != NULL; names++)
		if (text_blank(conf_get(conf, *names)))
			return ctx_fail(c, E_BADREQ, "%s is not set in the "
			    "configuration", *names);
	return OK;
}
