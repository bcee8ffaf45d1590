/*
 * Which pages may call us from a browser.
 */
#include <string.h>

#include "ask.h"
#include "web/origin.h"
#include "web/resp.h"

#define SETTINGS "PUBLIC_BASE_URL=https://book.example.com/shop\n" \
	"ALLOWED_ORIGINS=https://www.example.com,https://partner.example\n"

/* Calls that show no credentials. */
static const struct {
	const char *method;
	char *origin, *site;
	enum err expected;
	int cors;
} cases[] = {
	/* clang-format off */
	/* Ours, a friend's, nobody's. */
	{ "POST", "HTTP_ORIGIN=https://book.example.com", "X=", OK, 0 },
	{ "POST", "HTTP_ORIGIN=https://www.example.com", "X=", OK, 1 },
	{ "GET", "HTTP_ORIGIN=https://partner.example",
	    "HTTP_SEC_FETCH_SITE=cross-site", OK, 1 },
	{ "POST", "X=", "X=", OK, 0 },
	{ "POST", "X=", "HTTP_SEC_FETCH_SITE=same-origin", OK, 0 },
	{ "POST", "X=", "HTTP_SEC_FETCH_SITE=none", OK, 0 },
	{ "DELETE", "X=", "X=", OK, 0 },
	/* A link from anywhere may be followed. */
	{ "GET", "X=", "HTTP_SEC_FETCH_SITE=cross-site", OK, 0 },
	{ "GET", "X=", "HTTP_SEC_FETCH_SITE=same-site", OK, 0 },
	{ "HEAD", "X=", "HTTP_SEC_FETCH_SITE=cross-site", OK, 0 },
	{ "POST", "X=", "HTTP_SEC_FETCH_SITE=cross-site", E_FORBIDDEN, 0 },
	/* A sister domain is a stranger; so is a word we do not know. */
	{ "POST", "X=", "HTTP_SEC_FETCH_SITE=same-site", E_FORBIDDEN, 0 },
	{ "POST", "X=", "HTTP_SEC_FETCH_SITE=anything", E_FORBIDDEN, 0 },
	{ "DELETE", "X=", "HTTP_SEC_FETCH_SITE=same-site", E_FORBIDDEN, 0 },
	/* An origin counts, whatever the site is called. */
	{ "POST", "HTTP_ORIGIN=https://evil.example",
	    "HTTP_SEC_FETCH_SITE=same-origin", E_FORBIDDEN, 0 },
	/* Strangers, and those who look like ours. */
	{ "POST", "HTTP_ORIGIN=https://evil.example", "X=", E_FORBIDDEN, 0 },
	{ "GET", "HTTP_ORIGIN=https://evil.example", "X=", E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=null", "X=", E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=http://book.example.com", "X=",
	    E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=https://book.example.com:8443", "X=",
	    E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=https://book.example.co", "X=",
	    E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=https://book.example.com.evil.example", "X=",
	    E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=https://book.example.com/shop", "X=",
	    E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=https://book", "X=", E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=https:", "X=", E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=https:/", "X=", E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=https://", "X=", E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=https://sub.www.example.com", "X=",
	    E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=https://www.example.com,https://partner."
	    "example", "X=", E_FORBIDDEN, 0 },
	{ "POST", "HTTP_ORIGIN=*", "X=", E_FORBIDDEN, 0 },
	/* clang-format on */
};

static int
has_header(const struct resp *rs, const char *line)
{
	size_t i;

	for (i = 0; i < rs->header_count; i++)
		if (strncmp(rs->headers[i], line, strlen(line)) == 0)
			return 1;
	return 0;
}

static void
only_our_pages_and_our_friends_may_call(void **state)
{
	struct ctx *c = *state;
	struct conf *conf = ask_settings(c, SETTINGS);
	struct resp rs;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct req rq = ASK(cases[i].origin, cases[i].site);

		rq.method = cases[i].method;
		resp_init(c, &rs);
		if (origin_check(c, conf, &rq, &rs) != cases[i].expected)
			fail_msg("%s %s %s", rq.method, cases[i].origin,
			    cases[i].site);
		assert_int_equal(has_header(&rs, "Access-Control-"),
		    cases[i].cors);
		assert_true(has_header(&rs, "Vary: Origin"));
	}
	conf_free(conf);
}

#define COOKIE "HTTP_COOKIE=bookpay_bk_1=token"
#define BASIC "HTTP_AUTHORIZATION=Basic YWRhOmFkYQ=="
#define GUEST "HTTP_AUTHORIZATION=Guest token"

/* Calls that show some, which a browser may have added by itself. */
static void
ambient_credentials_change_nothing_without_proof_of_our_page(void **state)
{
	static const struct {
		const char *method;
		char *credentials, *more, *proof;
		enum err expected;
	} calls[] = {
		{ "POST", COOKIE, "X=", "X=", E_FORBIDDEN },
		{ "POST", "REMOTE_USER=ada", "X=", "X=", E_FORBIDDEN },
		{ "POST", "REMOTE_USER=ada", BASIC, "X=", E_FORBIDDEN },
		{ "POST", COOKIE, GUEST, "X=", E_FORBIDDEN },
		{ "PUT", COOKIE, "X=", "X=", E_FORBIDDEN },
		{ "", COOKIE, "X=", "X=", E_FORBIDDEN },
		{ "POST", COOKIE, "REMOTE_USER=ada",
		    "HTTP_SEC_FETCH_SITE=same-site", E_FORBIDDEN },
		{ "POST", COOKIE, "X=", "HTTP_SEC_FETCH_SITE=same-origin",
		    OK },
		{ "POST", COOKIE, "X=", "HTTP_SEC_FETCH_SITE=none", OK },
		{ "POST", "REMOTE_USER=ada", "X=",
		    "HTTP_ORIGIN=https://book.example.com", OK },
		{ "POST", COOKIE, "X=", "HTTP_ORIGIN=https://partner.example",
		    OK },
		/* A page of others cannot make a browser add this. */
		{ "POST", GUEST, "X=", "X=", OK },
		{ "POST", "HTTP_AUTHORIZATION=Bearer x", "X=", "X=", OK },
		/* Reading changes nothing, and is answered to us alone. */
		{ "GET", COOKIE, "X=", "X=", OK },
		{ "HEAD", "REMOTE_USER=ada", "X=", "X=", OK },
	};
	struct ctx *c = *state;
	struct conf *conf = ask_settings(c, SETTINGS);
	struct resp rs;
	size_t i;

	for (i = 0; i < COUNT(calls); i++) {
		struct req rq = ASK(calls[i].credentials, calls[i].more,
		    calls[i].proof);

		rq.method = calls[i].method;
		resp_init(c, &rs);
		if (origin_check(c, conf, &rq, &rs) != calls[i].expected)
			fail_msg("%s %s %s %s", calls[i].method,
			    calls[i].credentials, calls[i].more,
			    calls[i].proof);
	}
	conf_free(conf);
}

static void
a_link_is_followed_and_an_answer_is_nobodys_script(void **state)
{
	static const struct {
		char *site, *mode;
		enum err expected;
	} calls[] = {
		{ "cross-site", "navigate", OK },
		{ "same-site", "navigate", OK },
		{ "cross-site", "no-cors", E_FORBIDDEN },
		{ "same-site", "no-cors", E_FORBIDDEN },
		{ "same-site", "same-origin", E_FORBIDDEN },
		{ "same-origin", "no-cors", OK },
		{ "same-origin", "cors", OK },
		{ "none", "no-cors", OK },
	};
	struct ctx *c = *state;
	struct conf *conf = ask_settings(c, SETTINGS);
	struct resp rs;
	size_t i;

	for (i = 0; i < COUNT(calls); i++) {
		const struct req rq = ASK(COOKIE,
		    arena_printf(c->mem, "HTTP_SEC_FETCH_SITE=%s",
		    calls[i].site),
		    arena_printf(c->mem, "HTTP_SEC_FETCH_MODE=%s",
		    calls[i].mode));

		resp_init(c, &rs);
		if (origin_check(c, conf, &rq, &rs) != calls[i].expected)
			fail_msg("%s %s", calls[i].site, calls[i].mode);
	}
	conf_free(conf);
}

static void
a_friend_is_named_and_never_a_star(void **state)
{
	struct ctx *c = *state;
	struct conf *conf = ask_settings(c, SETTINGS);
	const struct req rq = ASK("HTTP_ORIGIN=https://www.example.com");
	struct resp rs;

	resp_init(c, &rs);
	assert_int_equal(origin_check(c, conf, &rq, &rs), OK);
	assert_true(has_header(&rs,
	    "Access-Control-Allow-Origin: https://www.example.com"));
	assert_true(has_header(&rs, "Access-Control-Allow-Credentials: true"));
	conf_free(conf);
}

static void
without_an_address_of_our_own_no_page_is_ours(void **state)
{
	struct ctx *c = *state;
	struct conf *conf = ask_settings(c, "LOG_LEVEL=info\n");
	const struct req rq = ASK("HTTP_ORIGIN=https://book.example.com");
	struct resp rs;

	resp_init(c, &rs);
	assert_int_equal(origin_check(c, conf, &rq, &rs), E_FORBIDDEN);
	conf_free(conf);
}

static void
origins_are_configured_as_browsers_write_them(void **state)
{
	static const char *const good[] = { "https://a.example",
		"http://127.0.0.1:8080", "https://a.example:8443",
		"http://localhost", "https://xn--bcher-kva.example",
		"http://[::1]:8080", "http://a.example:443",
		"https://a.example,https://b.example" };
	static const char *const bad[] = { "*", "null", "https://*.a.example",
		"https://a.example/", "https://a.example/shop",
		"https://A.example", "https://a.example:443",
		"http://a.example:80", "https://a.example:0",
		"https://a.example:0443", "https://a.example:65536",
		"https://a.example:", "https://", "https://:443", "a.example",
		"ftp://a.example", "https://ada@a.example", "https://[::1",
		"https://[]x", "https://a.example?x",
		"https://\xc3\xbc.example", "HTTPS://a.example",
		"https://a.example,*" };
	struct ctx *c = *state;
	struct conf *conf;
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		conf = ask_settings(c, arena_printf(c->mem,
		    "ALLOWED_ORIGINS='%s'\n", good[i]));
		if (origin_settings(c, conf) != OK)
			fail_msg("%s: %s", good[i], c->why);
		conf_free(conf);
	}
	for (i = 0; i < COUNT(bad); i++) {
		conf = ask_settings(c, arena_printf(c->mem,
		    "ALLOWED_ORIGINS='%s'\n", bad[i]));
		if (origin_settings(c, conf) != E_BADREQ)
			fail_msg("%s", bad[i]);
		conf_free(conf);
	}
}

static void
our_own_address_is_written_so_that_our_pages_may_call(void **state)
{
	struct ctx *c = *state;
	struct conf *conf = ask_settings(c, SETTINGS);

	assert_int_equal(origin_settings(c, conf), OK);
	conf_free(conf);
	conf = ask_settings(c, "PUBLIC_BASE_URL=https://Book.example.com\n");
	assert_int_equal(origin_settings(c, conf), E_BADREQ);
	assert_non_null(strstr(c->why,
	    "PUBLIC_BASE_URL: https://Book.example.com is not an origin"));
	conf_free(conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(only_our_pages_and_our_friends_may_call),
		WITH_CTX(
		    ambient_credentials_change_nothing_without_proof_of_our_page),
		WITH_CTX(a_link_is_followed_and_an_answer_is_nobodys_script),
		WITH_CTX(origins_are_configured_as_browsers_write_them),
		WITH_CTX(our_own_address_is_written_so_that_our_pages_may_call),
		WITH_CTX(a_friend_is_named_and_never_a_star),
		WITH_CTX(without_an_address_of_our_own_no_page_is_ours),
	};

	return cmocka_run_group_tests_name("origin", tests, NULL, NULL);
}
