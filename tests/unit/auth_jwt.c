/*
 * Who is calling, by the token of a sign-in service: where it is found, and
 * what of it counts.
 */
#include <string.h>

#include "ask.h"
#include "base/buf.h"
#include "base/now.h"
#include "token.h"
#include "web/auth.h"
#include "web/auth_cookie.h"

enum { NOW = 1795442700 };

#define ISSUER "https://sign-in.example.org/"
#define PLAIN "AUTH=jwt\nAUTH_JWT_ISSUER=" ISSUER "\n" \
	"PUBLIC_BASE_URL=https://book.example.com\n" \
	"ALLOWED_ORIGINS=https://www.example.com\n"
#define KEYS "AUTH_JWT_KEY=" TOKEN_SECRET "\nAUTH_JWT_ALGORITHMS=HS256\n"
#define SETTINGS PLAIN KEYS "AUTH_ADMINS=u-boss\n" \
	"AUTH_JWT_COOKIE='__session, sb-ref-auth-token'\n"
#define CLAIMS(more) "{\"iss\":\"" ISSUER "\",\"sub\":\"u-ada\"," \
	"\"exp\":1795442760" more "}"

static struct caller
identify(struct ctx *c, const char *settings, const struct req *rq)
{
	struct conf *conf = ask_settings(c, settings);
	struct caller who;
	struct auth *auth;

	c->now = NOW * NOW_SECOND;
	if (auth_new(c, conf, &auth) != OK)
		fail_msg("%s", c->why);
	auth_identify(c, auth, rq, &who);
	auth_free(auth);
	conf_free(conf);
	assert_null(c->why);
	assert_null(c->say);
	return who;
}

static char *
token(struct ctx *c, const char *claims)
{
	return token_make(c, TOKEN_HEAD, claims, TOKEN_SECRET);
}

/* Who calls with a token of these claims. */
static struct caller
bearer(struct ctx *c, const char *settings, const char *claims)
{
	const struct req rq = ASK(arena_printf(c->mem,
	    "HTTP_AUTHORIZATION=Bearer %s", token(c, claims)));

	return identify(c, settings, &rq);
}

/* --- settings ------------------------------------------------------------ */

static void
what_cannot_work_is_refused_at_the_start(void **state)
{
	static const struct {
		const char *settings, *reason;
	} cases[] = {
		{ PLAIN, "AUTH_JWT_KEY is not set" },
		{ PLAIN "AUTH_JWT_KEY=" TOKEN_SECRET "\n",
		    "AUTH_JWT_ALGORITHMS is not set" },
		{ "AUTH=jwt\n" KEYS, "AUTH_JWT_ISSUER is not set" },
		{ PLAIN KEYS "AUTH_JWT_ALGORITHMS=none\n",
		    "AUTH_JWT_ALGORITHMS: HS256, " },
		{ PLAIN KEYS "AUTH_JWT_ALGORITHMS='HS256,PS256'\n",
		    "AUTH_JWT_ALGORITHMS: HS256, " },
		{ PLAIN KEYS "AUTH_JWT_ALGORITHMS=RS256\n",
		    "AUTH_JWT_KEY: no key for the algorithms" },
		{ PLAIN KEYS "AUTH_JWT_KEY='{\"keys\":[]}'\n",
		    "AUTH_JWT_KEY: no key for the algorithms" },
		{ PLAIN KEYS "AUTH_JWT_ROLES=user_metadata.roles\n",
		    "AUTH_JWT_ROLES: people can change user_metadata" },
		{ PLAIN KEYS "AUTH_JWT_ROLES=unsafe_metadata.role\n",
		    "AUTH_JWT_ROLES: people can change unsafe_metadata" },
	};
	struct ctx *c = *state;
	struct auth *auth;
	struct conf *conf;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		conf = ask_settings(c, cases[i].settings);
		c->why = NULL;
		assert_int_equal(auth_new(c, conf, &auth), E_BADREQ);
		if (strncmp(c->why, cases[i].reason,
		    strlen(cases[i].reason)) != 0)
			fail_msg("%s", c->why);
		conf_free(conf);
	}
}

/* --- Authorization: Bearer ------------------------------------------------- */

static void
a_good_token_signs_its_subject_in(void **state)
{
	struct caller who = bearer(*state, SETTINGS, CLAIMS(""));

	assert_string_equal(who.user, "u-ada");
	assert_null(who.email);
	assert_null(who.refused);
	assert_int_equal(who.admin, 0);
	assert_int_equal(who.presented, 1);
	assert_int_equal(who.grant_count, 0);
}

static void
the_scheme_is_read_in_any_case(void **state)
{
	struct ctx *c = *state;
	const char *good = token(c, CLAIMS(""));
	const struct req small = ASK(arena_printf(c->mem,
	    "HTTP_AUTHORIZATION=bearer %s", good));
	const struct req wide = ASK(arena_printf(c->mem,
	    "HTTP_AUTHORIZATION=BEARER   %s", good));
	const struct req other = ASK(arena_printf(c->mem,
	    "HTTP_AUTHORIZATION=Basic %s", good));

	assert_string_equal(identify(c, SETTINGS, &small).user, "u-ada");
	assert_string_equal(identify(c, SETTINGS, &wide).user, "u-ada");
	assert_int_equal(identify(c, SETTINGS, &other).presented, 0);
}

static void
a_token_that_counts_no_longer_signs_nobody_in(void **state)
{
	struct caller who = bearer(*state, SETTINGS, "{\"iss\":\"" ISSUER "\","
	    "\"sub\":\"u-boss\",\"exp\":1795442600,\"email\":\"a@example.com\","
	    "\"email_verified\":true,\"roles\":\"admin\"}");

	assert_null(who.user);
	assert_null(who.email);
	assert_int_equal(who.admin, 0);
	assert_int_equal(who.presented, 1);
	assert_string_equal(who.refused, "jwt: expired 100 s ago");
}

static void
a_token_counts_only_where_that_method_is_on(void **state)
{
	struct caller who = bearer(*state, "AUTH=remote-user\n"
	    "AUTH_JWT_ISSUER=" ISSUER "\n" KEYS, CLAIMS(""));

	assert_null(who.user);
	assert_int_equal(who.presented, 0);
}

/* Else half of one person and half of another would call. */
static void
whom_nginx_names_stays(void **state)
{
	struct ctx *c = *state;
	const struct req rq = ASK("REMOTE_USER=u-eve", arena_printf(c->mem,
	    "HTTP_AUTHORIZATION=Bearer %s", token(c, CLAIMS(
	    ",\"email\":\"ada@example.com\",\"email_verified\":true,"
	    "\"roles\":\"admin\""))));
	struct caller who = identify(c, SETTINGS "AUTH=jwt,remote-user\n",
	    &rq);

	assert_string_equal(who.user, "u-eve");
	assert_null(who.email);
	assert_int_equal(who.admin, 0);
}

/* --- what claims say ------------------------------------------------------- */

static void
an_address_counts_if_it_was_verified(void **state)
{
	static const struct {
		const char *claims;
		int counts;
	} cases[] = {
		{ CLAIMS(",\"email\":\"ada@example.com\","
		    "\"email_verified\":true"), 1 },
		{ CLAIMS(",\"email\":\"ada@example.com\","
		    "\"email_verified\":false"), 0 },
		{ CLAIMS(",\"email\":\"ada@example.com\","
		    "\"email_verified\":\"true\""), 0 },
		{ CLAIMS(",\"email\":\"ada@example.com\","
		    "\"email_verified\":1"), 0 },
		{ CLAIMS(",\"email\":\"ada@example.com\""), 0 },
		/* Supabase: what people say of themselves. */
		{ CLAIMS(",\"email\":\"ada@example.com\",\"user_metadata\":"
		    "{\"email_verified\":true}"), 0 },
		{ CLAIMS(",\"email\":\"\",\"email_verified\":true"), 0 },
		{ CLAIMS(",\"email\":7,\"email_verified\":true"), 0 },
		{ CLAIMS(",\"email\":\"ada\",\"email_verified\":true"), 0 },
	};
	struct ctx *c = *state;
	struct caller who;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		who = bearer(c, SETTINGS, cases[i].claims);
		assert_string_equal(who.user, "u-ada");
		if ((who.email != NULL) != cases[i].counts)
			fail_msg("%s", cases[i].claims);
		if (cases[i].counts)
			assert_string_equal(who.email, "ada@example.com");
	}
}

static void
roles_are_found_where_the_settings_say(void **state)
{
	static const struct {
		const char *path, *claims;
		int admin;
	} cases[] = {
		{ "roles", CLAIMS(",\"roles\":\"admin\""), 1 },
		{ "roles", CLAIMS(",\"roles\":[\"client\",\"admin\"]"), 1 },
		{ "roles", CLAIMS(",\"roles\":[\"client\",7,null]"), 0 },
		{ "roles", CLAIMS(",\"roles\":\"client admin\""), 0 },
		{ "roles", CLAIMS(",\"roles\":{\"admin\":\"admin\"}"), 0 },
		{ "roles", CLAIMS(",\"roles\":[[\"admin\"]]"), 0 },
		{ "roles", CLAIMS(",\"roles\":\"Admin\""), 0 },
		{ "roles", CLAIMS(",\"role\":\"admin\""), 0 },
		{ "app_metadata.roles",
		    CLAIMS(",\"app_metadata\":{\"roles\":[\"admin\"]}"), 1 },
		{ "app_metadata.roles", CLAIMS(",\"roles\":[\"admin\"]"), 0 },
		{ "app_metadata.roles",
		    CLAIMS(",\"app_metadata\":\"admin\""), 0 },
		{ "a.b.c", CLAIMS(",\"a\":{\"b\":{\"c\":\"admin\"}}"), 1 },
		{ "a.b.c", CLAIMS(",\"a\":{\"c\":\"admin\"}"), 0 },
		{ "https://book.example.com/roles",
		    CLAIMS(",\"https://book.example.com/roles\":[\"admin\"]"),
		    1 },
		{ "https://book.example.com/roles",
		    CLAIMS(",\"roles\":[\"admin\"]"), 0 },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		if (bearer(c, arena_printf(c->mem, SETTINGS
		    "AUTH_JWT_ROLES='%s'\n", cases[i].path),
		    cases[i].claims).admin != cases[i].admin)
			fail_msg("%s: %s", cases[i].path, cases[i].claims);
	assert_int_equal(bearer(c, SETTINGS, "{\"iss\":\"" ISSUER "\",\"sub\":"
	    "\"u-boss\",\"exp\":1795442760}").admin, 1);
}

/* Clerk names the page; others a client's id, which is no affair of ours. */
static void
a_token_for_another_site_is_refused(void **state)
{
	static const struct {
		const char *claims;
		int good;
	} cases[] = {
		{ CLAIMS(",\"azp\":\"https://book.example.com\""), 1 },
		{ CLAIMS(",\"azp\":\"https://www.example.com\""), 1 },
		{ CLAIMS(",\"azp\":\"a-clients-id\""), 1 },
		{ CLAIMS(",\"azp\":\"https://evil.example.com\""), 0 },
		{ CLAIMS(",\"azp\":\"http://book.example.com\""), 0 },
		{ CLAIMS(",\"azp\":\"https://book.example.com.evil.org\""), 0 },
		{ CLAIMS(",\"sts\":\"active\""), 1 },
		{ CLAIMS(",\"sts\":\"pending\""), 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct caller who = bearer(*state, SETTINGS, cases[i].claims);

		if ((who.user != NULL) != cases[i].good ||
		    (who.refused == NULL) != cases[i].good)
			fail_msg("%s", cases[i].claims);
	}
}

/* --- cookies ----------------------------------------------------------------- */

static struct caller
cookie(struct ctx *c, const char *text)
{
	const struct req rq = ASK(arena_printf(c->mem, "HTTP_COOKIE=%s",
	    text));

	return identify(c, SETTINGS, &rq);
}

static void
a_cookie_holds_the_token_itself(void **state)
{
	struct ctx *c = *state;
	const char *good = token(c, CLAIMS("")), *bad = "a.b.c";
	struct caller who = cookie(c, arena_printf(c->mem,
	    "a=b; __session=%s; c=d", good));

	assert_string_equal(who.user, "u-ada");
	assert_int_equal(who.presented, 1);
	who = cookie(c, arena_printf(c->mem, "__session_x=%s; session=%s",
	    good, good));
	assert_null(who.user);
	assert_int_equal(who.presented, 0);
	who = cookie(c, arena_printf(c->mem, "__session=%s", bad));
	assert_null(who.user);
	assert_non_null(who.refused);
	assert_int_equal(who.presented, 1);
	/* The next cookie may be better; of two with one name the first. */
	who = cookie(c, arena_printf(c->mem,
	    "sb-ref-auth-token=%s; __session=%s", good, bad));
	assert_string_equal(who.user, "u-ada");
	who = cookie(c, arena_printf(c->mem, "__session=%s; __session=%s",
	    bad, good));
	assert_null(who.user);
}

/* A page that sends a token means that one. */
static void
a_bad_header_is_not_mended_by_a_cookie(void **state)
{
	struct ctx *c = *state;
	const struct req rq = ASK("HTTP_AUTHORIZATION=Bearer a.b.c",
	    arena_printf(c->mem, "HTTP_COOKIE=__session=%s",
	    token(c, CLAIMS(""))));
	struct caller who = identify(c, SETTINGS, &rq);

	assert_null(who.user);
	assert_int_equal(who.presented, 1);
}

/* JSON as Supabase's own code writes it into the cookie called name. */
static char *
encoded(struct ctx *c, const char *json)
{
	return arena_printf(c->mem, "base64-%s", token_base64(c, json,
	    strlen(json)));
}

static char *
percents(struct ctx *c, const char *json)
{
	struct buf b = buf_make(c->mem, 65536);

	for (; *json != '\0'; json++)
		if (strchr("{}[]\":, ", *json) != NULL)
			buf_printf(&b, "%%%02X", (unsigned)*json);
		else
			buf_add(&b, json, 1);
	return b.bytes;
}

static void
supabases_cookies_are_unwrapped(void **state)
{
	struct ctx *c = *state;
	const char *good = token(c, CLAIMS(""));
	char *object = arena_printf(c->mem, "{\"access_token\":\"%s\","
	    "\"token_type\":\"bearer\",\"expires_in\":3600,\"refresh_token\":"
	    "\"r\",\"user\":{\"id\":\"u-ada\",\"name\":\"Ren\xc3\xa9\"}}", good);
	char *list = arena_printf(c->mem, "[\"%s\",\"r\",null,null]", good);
	const char *const values[] = { encoded(c, object), object,
		percents(c, object), percents(c, list) };
	char *text;
	size_t i, half;

	for (i = 0; i < COUNT(values); i++) {
		text = arena_printf(c->mem, "sb-ref-auth-token=%s", values[i]);
		/* Commas and semicolons aside, which no cookie holds raw. */
		if (cookie(c, text).user == NULL)
			fail_msg("%s", text);
		half = strlen(values[i]) / 2;
		text = arena_printf(c->mem, "sb-ref-auth-token.1=%s; "
		    "sb-ref-auth-token.0=%.*s; sb-ref-auth-token.3=x",
		    values[i] + half, (int)half, values[i]);
		if (cookie(c, text).user == NULL)
			fail_msg("in pieces: %s", text);
		text = arena_printf(c->mem, "sb-ref-auth-token.1=%s",
		    values[i]);
		assert_int_equal(cookie(c, text).presented, 0);
	}
}

static void
hostile_cookies_do_no_harm(void **state)
{
	static const char *const values[] = { "base64-", "base64-!", "base64-e",
		"{", "[", "[]", "{}", "[7]", "{\"access_token\":7}", "%", "%7",
		"%7B", "%00", "%zz", "base64-e30", "base64-W10", "[[[[",
		"%5B%22%00%22%5D", "{\"access_token\":\"\"}" };
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 256 * 1024);
	size_t i;

	for (i = 0; i < COUNT(values); i++) {
		const struct caller who = cookie(c, arena_printf(c->mem,
		    "sb-ref-auth-token=%s", values[i]));

		assert_null(who.user);
	}
	for (i = 0; i < 20; i++)
		buf_printf(&b, "sb-ref-auth-token.%zu=%04000d; ", i, 0);
	assert_null(cookie(c, b.bytes).user);
	assert_null(cookie(c, arena_printf(c->mem, "__session=%040000d", 0))
	    .user);
	/* A good token, and more around it than anybody needs. */
	assert_null(cookie(c, arena_printf(c->mem, "__session={\"access_token\":"
	    "\"%s\",\"x\":\"%040000d\"}", token(c, CLAIMS("")), 0)).user);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(what_cannot_work_is_refused_at_the_start),
		WITH_CTX(a_good_token_signs_its_subject_in),
		WITH_CTX(the_scheme_is_read_in_any_case),
		WITH_CTX(a_token_that_counts_no_longer_signs_nobody_in),
		WITH_CTX(a_token_counts_only_where_that_method_is_on),
		WITH_CTX(whom_nginx_names_stays),
		WITH_CTX(an_address_counts_if_it_was_verified),
		WITH_CTX(roles_are_found_where_the_settings_say),
		WITH_CTX(a_token_for_another_site_is_refused),
		WITH_CTX(a_cookie_holds_the_token_itself),
		WITH_CTX(a_bad_header_is_not_mended_by_a_cookie),
		WITH_CTX(supabases_cookies_are_unwrapped),
		WITH_CTX(hostile_cookies_do_no_harm),
	};

	return cmocka_run_group_tests_name("auth_jwt", tests, NULL, NULL);
}
