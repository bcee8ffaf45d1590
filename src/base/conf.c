#include "base/conf.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf_check.h"
#include "base/conf_file.h"
#include "base/text.h"
#include "base/wipe.h"

enum { LINE_MAX_SHOWN = 40 };

/* Who reads a key. */
enum {
	BOOKING = 1 << 0,
	CALENDLY_WEBHOOK = 1 << 1,
	CANCEL = 1 << 2,
	CATALOGUE = 1 << 3,
	CHECKOUT = 1 << 4,
	HEALTH = 1 << 5,
	SESSION = 1 << 6,
	STRIPE_WEBHOOK = 1 << 7,
	WORKER = 1 << 8,
	BOOKPAY = 1 << 9, /* the admin's command reads everything */
	METRICS = 1 << 10,

	/* Those that ask who is calling; that serve pages; all with a route. */
	ASKING = BOOKING | CANCEL | CHECKOUT | SESSION,
	PEOPLE = ASKING | CATALOGUE,
	RECEIVERS = CALENDLY_WEBHOOK | STRIPE_WEBHOOK,
	ROUTES = PEOPLE | RECEIVERS | HEALTH | METRICS,
	ALL = ROUTES | WORKER,
};

static const struct program {
	const char *name;
	unsigned int bit;
} programs[] = {
	{ "booking", BOOKING },
	{ "calendly-webhook", CALENDLY_WEBHOOK },
	{ "cancel", CANCEL },
	{ "catalogue", CATALOGUE },
	{ "checkout", CHECKOUT },
	{ "health", HEALTH },
	{ "metrics", METRICS },
	{ "session", SESSION },
	{ "stripe-webhook", STRIPE_WEBHOOK },
	{ "worker", WORKER },
	{ "bookpay", BOOKPAY },
};

/*
 * Every key there is: what it holds, its default, the least and the most, and
 * who reads it: a secret is refused where it is not needed.  Of an address the
 * least is 1 if we call it with a secret.
 */
static const struct conf_key keys[] = {
	{ "PUBLIC_BASE_URL", CONF_URL, NULL, 0, 0, PEOPLE | WORKER },
	{ "DATABASE_URL", CONF_DATABASE, NULL, 0, 0, ALL },
	{ "STRIPE_SECRET_KEY", CONF_SECRET, NULL, 16, 0,
	    CHECKOUT | SESSION | WORKER },
	{ "STRIPE_WEBHOOK_SECRET", CONF_SECRETS, NULL, 16, 0, STRIPE_WEBHOOK },
	{ "STRIPE_API_BASE", CONF_URL, "https://api.stripe.com", 1, 0,
	    CHECKOUT | SESSION | WORKER },
	{ "CALENDLY_TOKEN", CONF_SECRET, NULL, 16, 0, CHECKOUT | WORKER },
	/* The worker makes subscriptions, which are signed with it. */
	{ "CALENDLY_WEBHOOK_SIGNING_KEY", CONF_SECRETS, NULL, 16, 0,
	    CALENDLY_WEBHOOK | WORKER },
	{ "CALENDLY_API_BASE", CONF_URL, "https://api.calendly.com", 1, 0,
	    CHECKOUT | WORKER },
	{ "CALENDLY_WIDGET_URL", CONF_URL,
	    "https://assets.calendly.com/assets/external/widget.js", 0, 0,
	    CATALOGUE },
	{ "WEBHOOK_TOLERANCE", CONF_NUMBER, "300", 1, 86400, RECEIVERS },
	{ "AUTH", CONF_PLAIN, "guest", 0, 0, ASKING },
	{ "AUTH_ADMINS", CONF_PLAIN, NULL, 0, 0, ASKING },
	{ "AUTH_JWT_KEY", CONF_KEYS, NULL, 32, 0, ASKING },
	{ "AUTH_JWT_ALGORITHMS", CONF_PLAIN, NULL, 0, 0, ASKING },
	{ "AUTH_JWT_ISSUER", CONF_PLAIN, NULL, 0, 0, ASKING },
	{ "AUTH_JWT_AUDIENCE", CONF_PLAIN, NULL, 0, 0, ASKING },
	{ "AUTH_JWT_COOKIE", CONF_PLAIN, NULL, 0, 0, ASKING },
	{ "AUTH_JWT_LEEWAY", CONF_NUMBER, "30", 0, 300, ASKING },
	{ "AUTH_JWT_ROLES", CONF_PLAIN, "roles", 0, 0, ASKING },
	{ "LINK_SECRET", CONF_SECRETS, NULL, 32, 0, ASKING },
	{ "ALLOWED_ORIGINS", CONF_PLAIN, NULL, 0, 0, PEOPLE },
	{ "CHECKOUTS_PER_HOUR", CONF_NUMBER, "20", 0, 10000, CHECKOUT },
	{ "HOLD_EXTRA_HOURS", CONF_NUMBER, "24", 0, 8760, CHECKOUT },
	{ "UNPAID_SEATS_PER_CLIENT", CONF_NUMBER, "5", 0, 10000, CHECKOUT },
	{ "HEAL_MINUTES", CONF_NUMBER, "15", 0, 10080, WORKER },
	{ "RETAIN_PEOPLE_DAYS", CONF_NUMBER, "0", 0, 36500, WORKER },
	{ "RETAIN_UNRELATED_DAYS", CONF_NUMBER, "90", 0, 36500, WORKER },
	{ "RETAIN_JOB_DAYS", CONF_NUMBER, "90", 0, 36500, WORKER },
	{ "METRICS_DIR", CONF_PLAIN, NULL, 0, 0, ALL },
	{ "CONFINE", CONF_SWITCH, "on", 0, 0, ALL },
	{ "THREADS", CONF_NUMBER, NULL, 1, 256, ROUTES },
	{ "LOG_LEVEL", CONF_LEVEL, "info", 0, 0, ALL },
};

struct value {
	char *text;    /* NULL: not set */
	char **parts;  /* the same, cut at the commas */
	size_t count;
	char *file;    /* where it stands, if KEY_FILE said so */
	int is_given;  /* and not the default */
};

struct conf {
	unsigned int program;
	struct value values[COUNT(keys)];
	int has_secret_line; /* a secret itself, not the name of its file */
};

static const struct conf_key *
find_key(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(keys); i++)
		if (strlen(keys[i].name) == len &&
		    strncmp(keys[i].name, name, len) == 0)
			return &keys[i];
	return NULL;
}

static unsigned int
bit_of(const char *program)
{
	size_t i;

	for (i = 0; i < COUNT(programs); i++)
		if (strcmp(programs[i].name, program) == 0)
			return programs[i].bit;
	assert(!"a program that conf knows");
	return 0;
}

static int
reads(unsigned int program, const struct conf_key *key)
{
	return ((key->readers | BOOKPAY) & program) != 0;
}

static struct value *
value_of(const struct conf *conf, const char *name)
{
	const struct conf_key *key = find_key(name, strlen(name));

	/* What config(1) splits, and who is refused what, is in the table. */
	assert(key != NULL && reads(conf->program, key));
	return (struct value *)&conf->values[key - keys];
}

static char *
copy(const char *text, size_t len)
{
	char *s = strndup(text, len);

	if (s == NULL)
		abort();
	return s;
}

static void
drop(struct value *v)
{
	wipe_free(v->text);
	while (v->count > 0)
		wipe_free(v->parts[--v->count]);
	free(v->parts);
	free(v->file);
	*v = (struct value){ 0 };
}

/* Keeps text as the value of key, whole and as a list. */
static struct value *
keep(struct conf *conf, const struct conf_key *key, const char *text)
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
	return v;
}

/* The key of KEY or KEY_FILE; NULL if there is none. */
static const struct conf_key *
named(const char *name, size_t len)
{
	const struct conf_key *key = find_key(name, len);

	if (key == NULL && len > 5 && strncmp(name + len - 5, "_FILE", 5) == 0)
		key = find_key(name, len - 5);
	return key;
}

/* What could be stolen here, and nobody would miss. */
static enum err
refuse_foreign(struct ctx *c, const struct conf *conf, const char *where,
    const struct conf_key *key)
{
	size_t i;

	for (i = 0; programs[i].bit != conf->program; i++)
		;
	return ctx_fail(c, E_BADREQ, "%s: %s is a secret that %s does not "
	    "need: give each program a file of its own, by bookpay config "
	    "split, or write %s_FILE=path", where, key->name, programs[i].name,
	    key->name);
}

static enum err
take_text(struct ctx *c, struct conf *conf, const char *where,
    const struct conf_key *key, const char *text)
{
	enum err e = conf_check_value(c, where, key, text);

	conf->has_secret_line |= conf_check_secrecy(key, text);
	if (e == OK)
		keep(conf, key, text)->is_given = 1;
	return e;
}

static enum err
take_from(struct ctx *c, struct conf *conf, const char *where,
    const struct conf_key *key, const char *path)
{
	struct conf_file f;
	struct value *v;
	enum err e;

	e = conf_file_read(c, path, &f);
	if (e != OK)
		return e;
	if (!conf_check_takes_lines(key, f.text))
		f.text[strcspn(f.text, "\r\n")] = '\0';
	e = conf_check_value(c, where, key, f.text);
	if (e == OK && conf_check_secrecy(key, f.text) &&
	    conf_file_is_open(&f))
		e = ctx_fail(c, E_BADREQ, "%s: %s can be read by others: "
		    "chmod 0600 it", where, path);
	if (e == OK) {
		v = keep(conf, key, f.text);
		v->file = copy(path, strlen(path));
		v->is_given = 1;
	}
	conf_file_wipe(&f);
	return e;
}

/* Half a secret in a line of its own may look like a key.  No key has digits,
 * and hardly a secret has none. */
static const char *
shown(const char *name)
{
	return strpbrk(name, "0123456789") == NULL ? name
						   : "(not shown: it has digits)";
}

/*
 * Takes name=text, from line where.  name may be KEY or KEY_FILE.
 */
static enum err
take(struct ctx *c, struct conf *conf, const char *where, const char *name,
    const char *text)
{
	size_t len = strlen(name);
	const struct conf_key *key = named(name, len);
	int is_file = key != NULL && strlen(key->name) != len;

	if (key == NULL)
		return ctx_fail(c, E_BADREQ, "%s: unknown key %.*s", where,
		    LINE_MAX_SHOWN, shown(name));
	if (conf_check_secrecy(key, is_file ? NULL : text) &&
	    !reads(conf->program, key))
		return is_file ? OK : refuse_foreign(c, conf, where, key);
	return is_file ? take_from(c, conf, where, key, text)
		       : take_text(c, conf, where, key, text);
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

/* Who reads a file by force reads what is switched off in it, too. */
static enum err
look_at_note(struct ctx *c, struct conf *conf, const char *where, char *note)
{
	const struct conf_key *key;
	char *value;

	note += strspn(note, "# \t");
	value = strchr(note, '=');
	key = value == NULL ? NULL : find_key(note, (size_t)(value - note));
	if (key == NULL)
		return OK;
	value = unquote(value + 1);
	if (value == NULL || !conf_check_secrecy(key, value) ||
	    conf_check_value(c, where, key, value) != OK) {
		ctx_forgive(c);
		return OK;
	}
	conf->has_secret_line = 1;
	return reads(conf->program, key) ? OK
	    : refuse_foreign(c, conf, where, key);
}

static enum err
take_line(struct ctx *c, struct conf *conf, const char *where, char *line)
{
	char *value, *end;

	line += strspn(line, " \t");
	end = line + strlen(line);
	while (end > line && strchr(" \t\r", end[-1]) != NULL)
		*--end = '\0';
	if (*line == '#')
		return look_at_note(c, conf, where, line + 1);
	if (*line == '\0')
		return OK;
	value = strchr(line, '=');
	if (value == NULL)
		return ctx_fail(c, E_BADREQ, "%s: not KEY=value", where);
	*value++ = '\0';
	value = unquote(value);
	if (value == NULL)
		return ctx_fail(c, E_BADREQ, "%s: the value of %.*s must be "
		    "put in single quotes", where, LINE_MAX_SHOWN,
		    shown(line));
	return take(c, conf, where, line, value);
}

static enum err
take_file(struct ctx *c, struct conf *conf, const char *path)
{
	struct conf_file f;
	char *line, *next;
	const char *where;
	int number = 0;
	enum err e;

	e = conf_file_read(c, path, &f);
	if (e != OK)
		return e;
	for (line = f.text; e == OK && line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		where = arena_printf(c->mem, "%s:%d", path, ++number);
		e = take_line(c, conf, where, line);
	}
	conf_file_wipe(&f);
	if (e == OK && conf->has_secret_line && conf_file_is_open(&f))
		e = ctx_fail(c, E_BADREQ, "%s: holds secrets and can be read "
		    "by others: chmod 0600 it", path);
	return e;
}

/* /proc/PID/environ shows it, and so would a core file. */
static void
forget(const char *name, char *text)
{
	explicit_bzero(text, strlen(text));
	unsetenv(name);
}

/* KEY, then KEY_FILE, of every key from the environment. */
static enum err
take_environment(struct ctx *c, struct conf *conf)
{
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < COUNT(keys); i++) {
		const char *name = keys[i].name;
		char *text = getenv(name);

		if (text == NULL) {
			name = arena_printf(c->mem, "%s_FILE", name);
			text = getenv(name);
		}
		if (text == NULL)
			continue;
		e = take(c, conf, "environment", name, text);
		if (e == OK && conf_check_secrecy(&keys[i], text) &&
		    name == keys[i].name)
			forget(name, text);
	}
	return e;
}

const char *
conf_path(struct ctx *c, const char *folder, const char *program)
{
	const char *own = arena_printf(c->mem, "%s/%s.conf", folder, program);

	/* One that may not be read is no reason to read another. */
	if (access(own, F_OK) == 0 || errno != ENOENT)
		return own;
	return arena_printf(c->mem, "%s/bookpay.conf", folder);
}

enum err
conf_load(struct ctx *c, const char *program, const char *path,
    struct conf **ret)
{
	struct conf *conf = calloc(1, sizeof(*conf));
	size_t i;
	enum err e;

	if (conf == NULL)
		abort();
	conf->program = bit_of(program);
	for (i = 0; i < COUNT(keys); i++)
		if (keys[i].initial != NULL)
			keep(conf, &keys[i], keys[i].initial);
	if (path == NULL)
		path = getenv("BOOKPAY_CONFIG");
	if (path == NULL)
		path = conf_path(c, CONF_DIR, program);
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
conf_name(size_t i)
{
	return i < COUNT(keys) ? keys[i].name : NULL;
}

const char *
conf_program(size_t i)
{
	return i < COUNT(programs) ? programs[i].name : NULL;
}

int
conf_reads(const char *program, const char *key)
{
	return reads(bit_of(program), find_key(key, strlen(key)));
}

int
conf_is_secret(const char *key)
{
	return conf_check_secrecy(find_key(key, strlen(key)), NULL);
}

const char *
conf_given(const struct conf *conf, const char *key, const char **ret_file)
{
	const struct value *v = value_of(conf, key);

	*ret_file = v->file;
	return v->is_given ? v->text : NULL;
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
