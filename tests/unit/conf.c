#include "unit.h"

#include <limits.h>
#include <string.h>

#include "base/conf.h"

#define WHSEC "whsec_0123456789"
#define LINK "0123456789abcdef0123456789abcdef"

/* Every key of bookpay.conf(5), with a value it takes. */
static const struct {
	const char *key, *value;
} known[] = {
	{ "PUBLIC_BASE_URL", "https://book.example" },
	{ "DATABASE_URL", "sqlite:/var/lib/bookpay/bookpay.db" },
	{ "STRIPE_SECRET_KEY", "sk_test_0123456789" },
	{ "STRIPE_WEBHOOK_SECRET", WHSEC "," WHSEC },
	{ "STRIPE_API_BASE", "http://127.0.0.1:1" },
	{ "CALENDLY_TOKEN", "eyJ0123456789abcdef" },
	{ "CALENDLY_WEBHOOK_SIGNING_KEY", WHSEC },
	{ "CALENDLY_API_BASE", "http://127.0.0.1:2" },
	{ "CALENDLY_WIDGET_URL", "http://127.0.0.1:2/widget.js" },
	{ "WEBHOOK_TOLERANCE", "60" },
	{ "AUTH", "guest,remote-user" },
	{ "AUTH_ADMINS", "ada" },
	{ "AUTH_JWT_KEY", LINK "," LINK },
	{ "AUTH_JWT_ALGORITHMS", "ES256,EdDSA" },
	{ "AUTH_JWT_ISSUER", "https://sign-in.example/" },
	{ "AUTH_JWT_AUDIENCE", "a,b" },
	{ "AUTH_JWT_COOKIE", "__session" },
	{ "AUTH_JWT_LEEWAY", "300" },
	{ "AUTH_JWT_ROLES", "app_metadata.roles" },
	{ "LINK_SECRET", LINK },
	{ "ALLOWED_ORIGINS", "https://a.example,https://b.example" },
	{ "CHECKOUTS_PER_HOUR", "3" },
	{ "HOLD_EXTRA_HOURS", "0" },
	{ "UNPAID_SEATS_PER_CLIENT", "10000" },
	{ "HEAL_MINUTES", "0" },
	{ "RETAIN_PEOPLE_DAYS", "365" },
	{ "RETAIN_UNRELATED_DAYS", "30" },
	{ "RETAIN_JOB_DAYS", "7" },
	{ "METRICS_DIR", "/var/lib/bookpay/metrics" },
	{ "CONFINE", "off" },
	{ "THREADS", "2" },
	{ "LOG_LEVEL", "debug" },
};

#define PEM "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"

/* A context, in a folder of its own, and nothing of ours in the environment. */
static int
folder_new(void **state)
{
	struct ctx *c;
	size_t i;

	if (unit_ctx_new(state) != 0)
		return -1;
	c = *state;
	for (i = 0; i < COUNT(known); i++) {
		unsetenv(known[i].key);
		unsetenv(arena_printf(c->mem, "%s_FILE", known[i].key));
	}
	unsetenv("BOOKPAY_CONFIG");
	return chdir(unit_folder(c));
}

static int
folder_free(void **state)
{
	char folder[PATH_MAX];

	assert_non_null(getcwd(folder, sizeof(folder)));
	assert_int_equal(chdir("/"), 0);
	unit_remove(*state, folder);
	return unit_ctx_free(state);
}

#define WITH_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, folder_new, folder_free)

static void
write_text(const char *path, const char *text, mode_t mode)
{
	unit_write(path, text, strlen(text), mode);
}

static struct conf *
loaded(struct ctx *c)
{
	struct conf *conf;

	if (conf_load(c, "bookpay", "bookpay.conf", &conf) != OK)
		fail_msg("refused: %s", c->why);
	return conf;
}

/* What conf_load says, for program, against the file there is. */
static const char *
objection_of(struct ctx *c, const char *program)
{
	struct conf *conf = NULL;

	ctx_forgive(c);
	if (conf_load(c, program, "bookpay.conf", &conf) == OK) {
		conf_free(conf);
		return "nothing";
	}
	assert_null(conf);
	assert_non_null(c->why);
	return c->why;
}

static const char *
objection(struct ctx *c)
{
	return objection_of(c, "bookpay");
}

/* What it says against that text. */
static const char *
objection_to(struct ctx *c, const char *text)
{
	write_text("bookpay.conf", text, 0600);
	return objection(c);
}

/* What DATABASE_URL is once that text is read. */
static const char *
database(struct ctx *c, const char *text)
{
	struct conf *conf;
	char *value;

	write_text("bookpay.conf", text, 0600);
	conf = loaded(c);
	value = arena_dup(c->mem, conf_get(conf, "DATABASE_URL"));
	conf_free(conf);
	return value;
}

static void
a_value_is_what_stands_behind_the_sign(void **state)
{
	static const struct {
		const char *text, *value;
	} files[] = {
		{ "DATABASE_URL=a", "a" }, /* no newline at the end */
		{ "DATABASE_URL=a\n", "a" },
		{ "DATABASE_URL=a\r\n", "a" },
		{ "  \tDATABASE_URL=a \t\n", "a" },
		{ "# note\n\n \t\n  # =\nDATABASE_URL=a\n#DATABASE_URL=b",
		    "a" },
		{ "DATABASE_URL=", "" },
		{ "DATABASE_URL=''", "" },
		{ "DATABASE_URL=\"\"", "" },
		{ "DATABASE_URL=a=b#c%d:e@f,{g}!", "a=b#c%d:e@f,{g}!" },
		{ "DATABASE_URL='a b\t$c`\\\";&|<>()*?~#'",
		    "a b\t$c`\\\";&|<>()*?~#" },
		{ "DATABASE_URL=\"a b;'#&|~\"", "a b;'#&|~" },
		{ "DATABASE_URL=' a '", " a " },
		{ "DATABASE_URL=\xc3\xa9", "\xc3\xa9" },
		{ "DATABASE_URL=a\nDATABASE_URL=b\n", "b" },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(files); i++)
		assert_string_equal(database(c, files[i].text),
		    files[i].value);
}

/* The first word of a shell that reads the same file. */
static char *
shells_view(struct ctx *c)
{
	char *value = arena_alloc(c->mem, 100);
	FILE *shell = popen("sh -c '. ./bookpay.conf; "
			    "printf \"%s|\" \"$DATABASE_URL\"'", "r");
	size_t len;

	assert_non_null(shell);
	len = fread(value, 1, 99, shell);
	assert_int_equal(pclose(shell), 0);
	assert_true(len > 0 && value[len - 1] == '|');
	value[len - 1] = '\0';
	return value;
}

static void
a_shell_reads_what_we_read(void **state)
{
	struct ctx *c = *state;
	int byte;

	for (byte = ' '; byte < 0x7f; byte++) {
		static const char *const shapes[] = { "a%c", "%cb", "a%cb",
			"a:%c/b", "'a%cb'", "\"a%cb\"", "'%c'", "\"%c" };
		size_t i;

		for (i = 0; i < COUNT(shapes); i++) {
			char value[16], *text;

			snprintf(value, sizeof(value), shapes[i], byte);
			text = arena_printf(c->mem, "DATABASE_URL=%s\n", value);
			if (strcmp(objection_to(c, text), "nothing") != 0)
				continue;
			if (strcmp(shells_view(c), database(c, text)) != 0)
				fail_msg("a shell differs: %s", text);
		}
	}
}

static void
an_unset_key_is_null_or_its_default(void **state)
{
	static const struct {
		const char *key, *value;
	} defaults[] = {
		{ "PUBLIC_BASE_URL", NULL },
		{ "DATABASE_URL", NULL },
		{ "STRIPE_SECRET_KEY", NULL },
		{ "STRIPE_WEBHOOK_SECRET", NULL },
		{ "STRIPE_API_BASE", "https://api.stripe.com" },
		{ "CALENDLY_TOKEN", NULL },
		{ "CALENDLY_WEBHOOK_SIGNING_KEY", NULL },
		{ "CALENDLY_API_BASE", "https://api.calendly.com" },
		{ "CALENDLY_WIDGET_URL",
		    "https://assets.calendly.com/assets/external/widget.js" },
		{ "WEBHOOK_TOLERANCE", "300" },
		{ "AUTH", "guest" },
		{ "AUTH_JWT_KEY", NULL },
		{ "AUTH_JWT_LEEWAY", "30" },
		{ "AUTH_JWT_ROLES", "roles" },
		{ "LINK_SECRET", NULL },
		{ "ALLOWED_ORIGINS", NULL },
		{ "LOG_LEVEL", "info" },
	};
	struct ctx *c = *state;
	struct conf *conf;
	size_t i;

	write_text("bookpay.conf", "", 0600);
	conf = loaded(c);
	for (i = 0; i < COUNT(defaults); i++) {
		const char *value = conf_get(conf, defaults[i].key);

		if (defaults[i].value == NULL)
			assert_null(value);
		else
			assert_string_equal(value, defaults[i].value);
	}
	conf_free(conf);
}

static void
every_key_can_be_set_in_the_file(void **state)
{
	struct ctx *c = *state;
	char *text = arena_dup(c->mem, "");
	struct conf *conf;
	size_t i;

	for (i = 0; i < COUNT(known); i++)
		text = arena_printf(c->mem, "%s%s=%s\n", text, known[i].key,
		    known[i].value);
	write_text("bookpay.conf", text, 0600);
	conf = loaded(c);
	for (i = 0; i < COUNT(known); i++)
		assert_string_equal(conf_get(conf, known[i].key),
		    known[i].value);
	conf_free(conf);
}

static void
what_is_wrong_is_refused_with_its_line_and_the_reason(void **state)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{ "# one\n\nTHREADS", "bookpay.conf:3: not KEY=value" },
		{ "[section]", "bookpay.conf:1: not KEY=value" },
		{ "COLOUR=red", "bookpay.conf:1: unknown key COLOUR" },
		{ "threads=1", "bookpay.conf:1: unknown key threads" },
		{ "THREADS =1", "bookpay.conf:1: unknown key THREADS " },
		{ "export THREADS=1",
		    "bookpay.conf:1: unknown key export THREADS" },
		{ "=1", "bookpay.conf:1: unknown key " },
		{ "c2VjcmV0MQ==", "bookpay.conf:1: unknown key (not shown: it "
		    "has digits)" },
		{ "c2VjcmV0MQ=a b", "bookpay.conf:1: the value of (not shown: "
		    "it has digits) must be put in single quotes" },
		{ "_FILE=1", "bookpay.conf:1: unknown key _FILE" },
		{ "COLOUR_FILE=x", "bookpay.conf:1: unknown key COLOUR_FILE" },
		{ "THREADS_FILE_FILE=x",
		    "bookpay.conf:1: unknown key THREADS_FILE_FILE" },
		{ "\xef\xbb\xbfTHREADS=1",
		    "bookpay.conf:1: unknown key \xef\xbb\xbfTHREADS" },
		{ "THREADS=many",
		    "bookpay.conf:1: THREADS is not a whole number" },
		{ "THREADS=", "bookpay.conf:1: THREADS is not a whole number" },
		{ "THREADS=-1",
		    "bookpay.conf:1: THREADS is not a whole number" },
		{ "THREADS=1.5",
		    "bookpay.conf:1: THREADS is not a whole number" },
		{ "THREADS=0", "bookpay.conf:1: THREADS must be 1 to 256" },
		{ "THREADS=257", "bookpay.conf:1: THREADS must be 1 to 256" },
		{ "WEBHOOK_TOLERANCE=0",
		    "bookpay.conf:1: WEBHOOK_TOLERANCE must be 1 to 86400" },
		{ "AUTH_JWT_LEEWAY=301",
		    "bookpay.conf:1: AUTH_JWT_LEEWAY must be 0 to 300" },
		{ "AUTH_JWT_KEY=hunter2",
		    "bookpay.conf:1: AUTH_JWT_KEY is too short: a secret has "
		    "at least 32 characters" },
		{ "LOG_LEVEL=loud",
		    "bookpay.conf:1: LOG_LEVEL must be debug, info, warn or "
		    "error" },
		{ "PUBLIC_BASE_URL=https://",
		    "bookpay.conf:1: PUBLIC_BASE_URL is not an http(s) URL" },
		{ "PUBLIC_BASE_URL=https://book.example/",
		    "bookpay.conf:1: PUBLIC_BASE_URL must end without a slash, "
		    "a query or a fragment" },
		{ "THREADS=1\nWEBHOOK_TOLERANCE=5m",
		    "bookpay.conf:2: WEBHOOK_TOLERANCE is not a whole number" },
		{ "PUBLIC_BASE_URL=book.example",
		    "bookpay.conf:1: PUBLIC_BASE_URL is not an http(s) URL" },
		{ "STRIPE_API_BASE=ftp://x",
		    "bookpay.conf:1: STRIPE_API_BASE is not an http(s) URL" },
		{ "STRIPE_API_BASE=",
		    "bookpay.conf:1: STRIPE_API_BASE is not an http(s) URL" },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(wrong); i++)
		assert_string_equal(objection_to(c, wrong[i].text),
		    wrong[i].why);
}

static void
what_a_shell_would_read_differently_must_be_quoted(void **state)
{
	static const char *const values[] = { "a b", "a\tb", "a # note", " a",
		"$HOME", "`id`", "a\\b", "a;b", "a&b", "a|b", "a<b", "a>b",
		"(a)", "*", "?", "~/x", "sqlite:~/x", "a\"b", "a'b", "'a",
		"\"a", "'", "\"", "'a'b'", "\"a\"b\"", "'a' 'b'", "\"a\\b\"",
		"\"$a\"", "\"`a`\"", "a\\" };
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(values); i++) {
		char *text = arena_printf(c->mem, "DATABASE_URL=%s\n",
		    values[i]);

		if (strcmp(objection_to(c, text), "bookpay.conf:1: the value "
		    "of DATABASE_URL must be put in single quotes") != 0)
			fail_msg("%s: %s", values[i], objection_to(c, text));
	}
}

static void
a_secret_is_long_and_has_no_blanks(void **state)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{ "STRIPE_SECRET_KEY=", "is empty: a secret has at least 16 "
					"characters" },
		{ "STRIPE_SECRET_KEY=''", "is empty: a secret has at least 16 "
					  "characters" },
		{ "STRIPE_SECRET_KEY=sk_test_1234567", "is too short: a secret "
						       "has at least 16 "
						       "characters" },
		{ "STRIPE_SECRET_KEY='                '",
		    "holds a blank or a byte outside ASCII" },
		{ "STRIPE_SECRET_KEY='sk_test_ 1234567890'",
		    "holds a blank or a byte outside ASCII" },
		{ "STRIPE_SECRET_KEY='sk_test_1234567890 '",
		    "holds a blank or a byte outside ASCII" },
		{ "STRIPE_SECRET_KEY=sk_test_1234567890\xc3\xa9",
		    "holds a blank or a byte outside ASCII" },
		{ "STRIPE_SECRET_KEY=sk_test_1234567890\x7f",
		    "holds a blank or a byte outside ASCII" },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(wrong); i++)
		assert_string_equal(objection_to(c, wrong[i].text),
		    arena_printf(c->mem, "bookpay.conf:1: STRIPE_SECRET_KEY "
		    "%s", wrong[i].why));
	assert_string_equal(objection_to(c,
	    "STRIPE_SECRET_KEY=sk_test_12345678"), "nothing");
}

static void
every_secret_of_a_list_is_checked(void **state)
{
	static const char *const lists[] = { "", ",", WHSEC ",", "," WHSEC,
		WHSEC ",," WHSEC, WHSEC ",short", "short," WHSEC,
		"'" WHSEC ", '", "' ," WHSEC "'" };
	static const char *const good[] = { WHSEC, WHSEC "," WHSEC,
		"' " WHSEC " , " WHSEC " '" };
	static const char start[] = "bookpay.conf:1: STRIPE_WEBHOOK_SECRET is ";
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(lists); i++) {
		const char *why = objection_to(c, arena_printf(c->mem,
		    "STRIPE_WEBHOOK_SECRET=%s", lists[i]));

		if (strncmp(why, start, sizeof(start) - 1) != 0)
			fail_msg("%s: %s", lists[i], why);
	}
	for (i = 0; i < COUNT(good); i++)
		assert_string_equal(objection_to(c, arena_printf(c->mem,
		    "STRIPE_WEBHOOK_SECRET=%s", good[i])), "nothing");
	/* One secret is one secret: no list, so the comma belongs to it. */
	assert_string_equal(objection_to(c,
	    "STRIPE_SECRET_KEY=01234567,01234567"), "nothing");
	assert_string_equal(objection_to(c, "LINK_SECRET=" WHSEC),
	    "bookpay.conf:1: LINK_SECRET is too short: a secret has at least "
	    "32 characters");
}

static void
sec_24_no_refusal_shows_the_value(void **state)
{
	static const char *const texts[] = { "STRIPE_SECRET_KEY=hunter2",
		"STRIPE_SECRET_KEY='hunter2 hunter2 hunter2'",
		"STRIPE_SECRET_KEY=hunter2 hunter2", "hunter2",
		"STRIPE_SECRET_KEY hunter2", "STRIPE_SECRET_KEY: hunter2",
		"STRIPE_WEBHOOK_SECRET=hunter2,hunter2", "THREADS=hunter2",
		"PUBLIC_BASE_URL=hunter2", "STRIPE_KEY=hunter2" };
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(texts); i++) {
		const char *why = objection_to(c, texts[i]);

		assert_string_not_equal(why, "nothing");
		assert_null(strstr(why, "hunter2"));
	}
}

static void
a_long_unknown_key_is_cut(void **state)
{
	struct ctx *c = *state;
	char key[1001];

	memset(key, 'K', sizeof(key) - 1);
	key[1000] = '\0';
	key[40] = '=';
	assert_int_equal(strlen(objection_to(c, key)),
	    strlen("bookpay.conf:1: unknown key ") + 40);
	memset(key, 'K', sizeof(key) - 1);
	key[999] = '=';
	assert_int_equal(strlen(objection_to(c, key)),
	    strlen("bookpay.conf:1: unknown key ") + 40);
}

static void
secrets_in_a_file_others_can_read_are_refused(void **state)
{
	static const mode_t open_modes[] = { 0604, 0602, 0601, 0644, 0666,
		0660, 0620 };
	static const mode_t closed_modes[] = { 0600, 0400, 0640, 0440 };
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(open_modes); i++) {
		write_text("bookpay.conf", "LINK_SECRET=" LINK, open_modes[i]);
		assert_string_equal(objection(c), "bookpay.conf: holds "
		    "secrets and can be read by others: chmod 0600 it");
	}
	for (i = 0; i < COUNT(closed_modes); i++) {
		unlink("bookpay.conf");
		write_text("bookpay.conf", "LINK_SECRET=" LINK,
		    closed_modes[i]);
		assert_string_equal(objection(c), "nothing");
	}
}

static void
a_file_without_secrets_may_be_open(void **state)
{
	struct ctx *c = *state;

	write_text("bookpay.conf", "THREADS=2\nLINK_SECRET_FILE=link", 0644);
	write_text("link", LINK, 0600);
	assert_string_equal(objection(c), "nothing");
	setenv("LINK_SECRET", LINK, 1);
	write_text("bookpay.conf", "THREADS=2\n", 0644);
	assert_string_equal(objection(c), "nothing");
}

static void
a_key_file_holds_the_value_in_its_first_line(void **state)
{
	static const char *const texts[] = { LINK, LINK "\n", LINK "\r\n",
		LINK "\nsecond line\n" };
	struct ctx *c = *state;
	struct conf *conf;
	size_t i;

	write_text("bookpay.conf", "LINK_SECRET_FILE=link", 0600);
	for (i = 0; i < COUNT(texts); i++) {
		write_text("link", texts[i], 0600);
		conf = loaded(c);
		assert_string_equal(conf_get(conf, "LINK_SECRET"), LINK);
		conf_free(conf);
	}
	/* What needs quotes in a line needs none in a file. */
	write_text("bookpay.conf", "DATABASE_URL_FILE=db", 0600);
	write_text("db", "postgresql://h/d?a='b c'&$x", 0644);
	conf = loaded(c);
	assert_string_equal(conf_get(conf, "DATABASE_URL"),
	    "postgresql://h/d?a='b c'&$x");
	conf_free(conf);
}

/* Keys that are public may lie open; else they are a secret like others. */
static void
keys_go_over_several_lines(void **state)
{
	static const struct {
		const char *text, *kept, *why;
	} cases[] = {
		{ PEM, PEM, NULL },
		{ "\n" PEM PEM, "\n" PEM PEM, NULL },
		{ "{\n\"keys\": []\n}\n", "{\n\"keys\": []\n}\n", NULL },
		{ "{\"kty\":\"oct\"}", NULL, "can be read by others" },
		{ "-----BEGIN PRIVATE KEY-----\n", NULL,
		    "can be read by others" },
		{ LINK, NULL, "can be read by others" },
		{ LINK "\n" PEM, NULL, "can be read by others" },
		{ "short", NULL, "is too short" },
		{ "", NULL, "is empty" },
		{ "a -----BEGIN PUBLIC KEY-----", NULL, "holds a blank" },
	};
	struct ctx *c = *state;
	struct conf *conf;
	size_t i;

	write_text("bookpay.conf", "AUTH_JWT_KEY_FILE=key", 0600);
	for (i = 0; i < COUNT(cases); i++) {
		write_text("key", cases[i].text, 0644);
		if (cases[i].why != NULL) {
			if (strstr(objection(c), cases[i].why) == NULL)
				fail_msg("%s", cases[i].text);
			continue;
		}
		conf = loaded(c);
		assert_string_equal(conf_get(conf, "AUTH_JWT_KEY"),
		    cases[i].kept);
		conf_free(conf);
	}
	write_text("key", LINK "," LINK "\nnot looked at", 0600);
	conf = loaded(c);
	assert_string_equal(conf_get(conf, "AUTH_JWT_KEY"), LINK "," LINK);
	conf_free(conf);
	write_text("bookpay.conf", "AUTH_JWT_KEY='{\"keys\":[]}'", 0644);
	assert_string_equal(objection(c), "nothing");
	/* No secret, so whoever does not need it may have it, too. */
	assert_string_equal(objection_of(c, "health"), "nothing");
	write_text("bookpay.conf", "AUTH_JWT_KEY=" LINK, 0644);
	assert_string_equal(objection(c), "bookpay.conf: holds secrets and "
	    "can be read by others: chmod 0600 it");
}

static void
a_key_file_is_checked_like_a_line(void **state)
{
	struct ctx *c = *state;

	write_text("bookpay.conf", "\nLINK_SECRET_FILE=link", 0600);
	assert_string_equal(objection(c), "link: No such file or directory");
	write_text("link", "", 0600);
	assert_string_equal(objection(c), "bookpay.conf:2: LINK_SECRET is "
	    "empty: a secret has at least 32 characters");
	write_text("link", "\n" LINK, 0600);
	assert_string_equal(objection(c), "bookpay.conf:2: LINK_SECRET is "
	    "empty: a secret has at least 32 characters");
	write_text("link", LINK " x", 0600);
	assert_string_equal(objection(c), "bookpay.conf:2: LINK_SECRET holds "
	    "a blank or a byte outside ASCII");
	write_text("link", LINK, 0644);
	assert_string_equal(objection(c), "bookpay.conf:2: link can be read "
	    "by others: chmod 0600 it");
	unit_write("link", LINK "\0x", sizeof(LINK) + 1, 0600);
	assert_string_equal(objection(c), "link: cannot be read, is longer "
	    "than 65536 bytes, or holds a NUL byte");
	write_text("bookpay.conf", "THREADS_FILE=n", 0600);
	write_text("n", "two", 0644);
	assert_string_equal(objection(c),
	    "bookpay.conf:1: THREADS is not a whole number");
}

static void
a_file_that_cannot_be_read_is_refused(void **state)
{
	static char large[65537];
	struct ctx *c = *state;
	struct conf *conf;

	assert_string_equal(objection(c),
	    "bookpay.conf: No such file or directory");
	memset(large, '#', sizeof(large));
	unit_write("bookpay.conf", large, 65535, 0600);
	assert_string_equal(objection(c), "nothing");
	unit_write("bookpay.conf", large, sizeof(large), 0600);
	assert_string_equal(objection(c), "bookpay.conf: cannot be read, is "
	    "longer than 65536 bytes, or holds a NUL byte");
	unit_write("bookpay.conf", "THREADS=1\0\n", 11, 0600);
	assert_string_equal(objection(c), "bookpay.conf: cannot be read, is "
	    "longer than 65536 bytes, or holds a NUL byte");
	assert_int_equal(conf_load(c, "bookpay", ".", &conf), E_BADREQ);
}

static void
the_environment_overrides_the_file(void **state)
{
	struct ctx *c = *state;
	struct conf *conf;
	size_t i;

	write_text("bookpay.conf", "THREADS=7\nDATABASE_URL=file\n", 0600);
	for (i = 0; i < COUNT(known); i++)
		setenv(known[i].key, known[i].value, 1);
	conf = loaded(c);
	for (i = 0; i < COUNT(known); i++)
		assert_string_equal(conf_get(conf, known[i].key),
		    known[i].value);
	conf_free(conf);
	for (i = 0; i < COUNT(known); i++)
		unsetenv(known[i].key);
}

static void
a_key_file_can_come_from_the_environment(void **state)
{
	struct ctx *c = *state;
	struct conf *conf;

	write_text("bookpay.conf", "THREADS=7\n", 0600);
	write_text("n", "5\n", 0600);
	setenv("THREADS_FILE", "n", 1);
	conf = loaded(c);
	assert_int_equal(conf_number(conf, "THREADS"), 5);
	conf_free(conf);
	setenv("THREADS", "6", 1);
	conf = loaded(c);
	assert_int_equal(conf_number(conf, "THREADS"), 6);
	conf_free(conf);
}

static void
the_environment_is_checked_like_a_line(void **state)
{
	struct ctx *c = *state;

	write_text("bookpay.conf", "LINK_SECRET=" LINK "\n", 0600);
	setenv("LINK_SECRET", "", 1);
	assert_string_equal(objection(c), "environment: LINK_SECRET is "
	    "empty: a secret has at least 32 characters");
	setenv("LINK_SECRET", "hunter2", 1);
	assert_string_equal(objection(c), "environment: LINK_SECRET is too "
	    "short: a secret has at least 32 characters");
	unsetenv("LINK_SECRET");
	setenv("THREADS", "x", 1);
	assert_string_equal(objection(c),
	    "environment: THREADS is not a whole number");
	unsetenv("THREADS");
	setenv("CONFINE", "perhaps", 1);
	assert_string_equal(objection(c),
	    "environment: CONFINE must be on or off");
	unsetenv("CONFINE");
	setenv("LINK_SECRET_FILE", "link", 1);
	assert_string_equal(objection(c), "link: No such file or directory");
	write_text("link", LINK, 0640);
	assert_string_equal(objection(c), "nothing");
	write_text("link", LINK, 0644);
	assert_string_equal(objection(c), "environment: link can be read by "
	    "others: chmod 0600 it");
}

static void
bookpay_config_names_the_file(void **state)
{
	struct ctx *c = *state;
	struct conf *conf;

	write_text("other.conf", "DATABASE_URL=other", 0600);
	setenv("BOOKPAY_CONFIG", "other.conf", 1);
	assert_int_equal(conf_load(c, "bookpay", NULL, &conf), OK);
	assert_string_equal(conf_get(conf, "DATABASE_URL"), "other");
	conf_free(conf);
	write_text("bookpay.conf", "DATABASE_URL=named", 0600);
	conf = loaded(c);
	assert_string_equal(conf_get(conf, "DATABASE_URL"), "named");
	conf_free(conf);
}

/* --- who reads what ------------------------------------------------------- */

/* The secrets there are, and every program that may have them. */
static const struct {
	const char *key, *programs;
} secrets[] = {
	{ "STRIPE_SECRET_KEY", " checkout session worker bookpay " },
	{ "STRIPE_WEBHOOK_SECRET", " stripe-webhook bookpay " },
	{ "CALENDLY_TOKEN", " checkout worker bookpay " },
	{ "CALENDLY_WEBHOOK_SIGNING_KEY",
	    " calendly-webhook worker bookpay " },
	{ "AUTH_JWT_KEY", " booking cancel checkout session bookpay " },
	{ "LINK_SECRET", " booking cancel checkout session bookpay " },
};

static int
may_have(struct ctx *c, size_t secret, const char *program)
{
	return strstr(secrets[secret].programs,
	    arena_printf(c->mem, " %s ", program)) != NULL;
}

static void
a_secret_is_refused_where_it_is_not_needed(void **state)
{
	struct ctx *c = *state;
	const char *program, *why;
	size_t i, k;

	for (k = 0; k < COUNT(secrets); k++) {
		write_text("bookpay.conf", arena_printf(c->mem, "\n%s=" LINK,
		    secrets[k].key), 0600);
		for (i = 0; (program = conf_program(i)) != NULL; i++) {
			why = "nothing";
			if (!may_have(c, k, program))
				why = arena_printf(c->mem, "bookpay.conf:2: %s "
				    "is a secret that %s does not need: give "
				    "each program a file of its own, by bookpay "
				    "config split, or write %s_FILE=path",
				    secrets[k].key, program, secrets[k].key);
			assert_string_equal(objection_of(c, program), why);
		}
	}
	assert_int_equal(i, 11);
}

static void
so_it_is_where_it_is_switched_off(void **state)
{
	struct ctx *c = *state;

	write_text("bookpay.conf", "# STRIPE_SECRET_KEY='" LINK "'", 0600);
	assert_string_equal(objection_of(c, "worker"), "nothing");
	assert_non_null(strstr(objection_of(c, "health"), "not need"));
	write_text("bookpay.conf", "#STRIPE_SECRET_KEY=" LINK, 0604);
	assert_non_null(strstr(objection_of(c, "worker"), "by others"));
	write_text("bookpay.conf", "# STRIPE_SECRET_KEY=sk_...\n"
	    "# STRIPE_SECRET_KEY_FILE=/etc/bookpay/stripe-key", 0604);
	assert_string_equal(objection_of(c, "health"), "nothing");
}

static void
so_it_is_in_the_environment(void **state)
{
	struct ctx *c = *state;
	const char *program;
	size_t i, k;

	write_text("bookpay.conf", "", 0600);
	for (k = 0; k < COUNT(secrets); k++) {
		for (i = 0; (program = conf_program(i)) != NULL; i++) {
			setenv(secrets[k].key, LINK, 1);
			assert_int_equal(strncmp(objection_of(c, program),
			    "environment: ", 13) == 0,
			    !may_have(c, k, program));
		}
		unsetenv(secrets[k].key);
	}
}

/* It may belong to another user, and reading it would be of no use. */
static void
its_file_is_not_opened_there(void **state)
{
	struct ctx *c = *state;
	const char *program;
	size_t i, k;

	for (k = 0; k < COUNT(secrets); k++) {
		write_text("bookpay.conf", arena_printf(c->mem,
		    "%s_FILE=nowhere", secrets[k].key), 0600);
		for (i = 0; (program = conf_program(i)) != NULL; i++)
			assert_string_equal(objection_of(c, program),
			    may_have(c, k, program)
			    ? "nowhere: No such file or directory" : "nothing");
	}
}

static void
a_secret_in_the_environment_is_wiped_there(void **state)
{
	struct ctx *c = *state;
	struct conf *conf;
	const char *text;

	write_text("bookpay.conf", "", 0600);
	setenv("LINK_SECRET", LINK, 1);
	text = getenv("LINK_SECRET");
	conf = loaded(c);
	assert_string_equal(conf_get(conf, "LINK_SECRET"), LINK);
	assert_int_equal(text[0], '\0');
	assert_null(getenv("LINK_SECRET"));
	conf_free(conf);
}

static void
every_key_has_a_reader_and_no_other_secret_is_there(void **state)
{
	const char *key, *program;
	size_t i, j, readers, secret_keys = 0;

	(void)state;
	for (i = 0; (key = conf_name(i)) != NULL; i++) {
		for (j = readers = 0; (program = conf_program(j)) != NULL; j++)
			readers += (size_t)conf_reads(program, key);
		if (readers < 2) /* bookpay is one */
			fail_msg("nobody reads %s", key);
		secret_keys += (size_t)conf_is_secret(key);
	}
	assert_int_equal(i, COUNT(known));
	assert_int_equal(secret_keys, COUNT(secrets));
}

static void
ask_for_anothers_key(void *conf)
{
	conf_get(conf, "HEAL_MINUTES");
}

static void
a_key_that_is_anothers_is_our_mistake(void **state)
{
	struct ctx *c = *state;
	struct conf *conf;

	write_text("bookpay.conf", "HEAL_MINUTES=5", 0600);
	assert_int_equal(conf_load(c, "health", "bookpay.conf", &conf), OK);
	assert_true(unit_aborts(ask_for_anothers_key, conf));
	conf_free(conf);
}

static void
a_program_prefers_the_file_of_its_name(void **state)
{
	struct ctx *c = *state;

	write_text("bookpay.conf", "", 0600);
	assert_string_equal(conf_path(c, ".", "checkout"), "./bookpay.conf");
	write_text("checkout.conf", "", 0600);
	assert_string_equal(conf_path(c, ".", "checkout"), "./checkout.conf");
	assert_string_equal(conf_path(c, ".", "session"), "./bookpay.conf");
	/* What stands in its way is refused, not walked around. */
	assert_string_equal(conf_path(c, "checkout.conf", "session"),
	    "checkout.conf/session.conf");
}

static void
what_was_given_is_told_from_what_is_not(void **state)
{
	struct ctx *c = *state;
	struct conf *conf;
	const char *file;

	write_text("bookpay.conf", "THREADS=8\nDATABASE_URL_FILE=db\n", 0600);
	write_text("db", "sqlite:x\n", 0600);
	conf = loaded(c);
	assert_string_equal(conf_given(conf, "THREADS", &file), "8");
	assert_null(file);
	assert_string_equal(conf_given(conf, "DATABASE_URL", &file),
	    "sqlite:x");
	assert_string_equal(file, "db");
	assert_null(conf_given(conf, "AUTH", &file));
	conf_free(conf);
}

static void
a_list_is_cut_at_its_commas(void **state)
{
	struct ctx *c = *state;
	struct conf_list list;
	struct conf *conf;

	write_text("bookpay.conf", "AUTH='jwt , guest'\nSTRIPE_SECRET_KEY="
	    WHSEC "\nALLOWED_ORIGINS=,https://a.example,,https://b.example,\n"
	    "AUTH_ADMINS=", 0600);
	conf = loaded(c);
	list = conf_list(conf, "ALLOWED_ORIGINS");
	assert_int_equal(list.count, 2);
	assert_string_equal(list.values[0], "https://a.example");
	assert_string_equal(list.values[1], "https://b.example");
	assert_int_equal(conf_list(conf, "STRIPE_SECRET_KEY").count, 1);
	assert_int_equal(conf_list(conf, "AUTH_ADMINS").count, 0);
	assert_int_equal(conf_list(conf, "LINK_SECRET").count, 0);
	assert_true(conf_names(conf, "AUTH", "jwt"));
	assert_true(conf_names(conf, "AUTH", "guest"));
	assert_false(conf_names(conf, "AUTH", "jwt , guest"));
	assert_false(conf_names(conf, "AUTH", "gues"));
	assert_false(conf_names(conf, "AUTH", ""));
	assert_false(conf_names(conf, "LINK_SECRET", ""));
	conf_free(conf);
}

static void
what_is_required_must_be_set_and_not_empty(void **state)
{
	static const char *const keys[] = { "LOG_LEVEL", "DATABASE_URL",
		"PUBLIC_BASE_URL", NULL };
	struct ctx *c = *state;
	struct conf *conf;

	write_text("bookpay.conf", "DATABASE_URL=", 0600);
	conf = loaded(c);
	assert_int_equal(conf_require(c, conf, keys), E_BADREQ);
	assert_string_equal(c->why,
	    "DATABASE_URL is not set in the configuration");
	conf_free(conf);
	write_text("bookpay.conf", "DATABASE_URL=x\n"
	    "PUBLIC_BASE_URL=https://x", 0600);
	conf = loaded(c);
	assert_int_equal(conf_require(c, conf, keys), OK);
	conf_free(conf);
}

static void
ask_for_an_unknown_key(void *conf)
{
	conf_get(conf, "COLOUR");
}

static void
a_key_we_do_not_know_is_our_mistake(void **state)
{
	struct ctx *c = *state;
	struct conf *conf;

	write_text("bookpay.conf", "", 0600);
	conf = loaded(c);
	assert_true(unit_aborts(ask_for_an_unknown_key, conf));
	conf_free(conf);
	conf_free(NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_FOLDER(a_value_is_what_stands_behind_the_sign),
		WITH_FOLDER(a_shell_reads_what_we_read),
		WITH_FOLDER(an_unset_key_is_null_or_its_default),
		WITH_FOLDER(every_key_can_be_set_in_the_file),
		WITH_FOLDER(
		    what_is_wrong_is_refused_with_its_line_and_the_reason),
		WITH_FOLDER(what_a_shell_would_read_differently_must_be_quoted),
		WITH_FOLDER(a_secret_is_long_and_has_no_blanks),
		WITH_FOLDER(every_secret_of_a_list_is_checked),
		WITH_FOLDER(sec_24_no_refusal_shows_the_value),
		WITH_FOLDER(a_long_unknown_key_is_cut),
		WITH_FOLDER(secrets_in_a_file_others_can_read_are_refused),
		WITH_FOLDER(a_file_without_secrets_may_be_open),
		WITH_FOLDER(a_key_file_holds_the_value_in_its_first_line),
		WITH_FOLDER(keys_go_over_several_lines),
		WITH_FOLDER(a_key_file_is_checked_like_a_line),
		WITH_FOLDER(a_file_that_cannot_be_read_is_refused),
		WITH_FOLDER(the_environment_overrides_the_file),
		WITH_FOLDER(a_key_file_can_come_from_the_environment),
		WITH_FOLDER(the_environment_is_checked_like_a_line),
		WITH_FOLDER(bookpay_config_names_the_file),
		WITH_FOLDER(a_list_is_cut_at_its_commas),
		WITH_FOLDER(what_is_required_must_be_set_and_not_empty),
		WITH_FOLDER(a_key_we_do_not_know_is_our_mistake),
		WITH_FOLDER(a_secret_is_refused_where_it_is_not_needed),
		WITH_FOLDER(so_it_is_where_it_is_switched_off),
		WITH_FOLDER(so_it_is_in_the_environment),
		WITH_FOLDER(its_file_is_not_opened_there),
		WITH_FOLDER(a_secret_in_the_environment_is_wiped_there),
		WITH_FOLDER(
		    every_key_has_a_reader_and_no_other_secret_is_there),
		WITH_FOLDER(a_key_that_is_anothers_is_our_mistake),
		WITH_FOLDER(a_program_prefers_the_file_of_its_name),
		WITH_FOLDER(what_was_given_is_told_from_what_is_not),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
