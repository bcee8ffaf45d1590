/*
 * Which pages may call us from a browser.
 */
#include <string.h>

#include "ask.h"
#include "web/origin.h"
#include "web/resp.h"

#define SETTINGS "PUBLIC_BASE_URL=https://book.example.com/shop\n" \
	"ALLOWED_ORIGINS=https://www.example.com,https://partner.example\n"

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
	/* A link from anywhere may be followed. */
	{ "GET", "X=", "HTTP_SEC_FETCH_SITE=cross-site", OK, 0 },
	{ "POST", "X=", "HTTP_SEC_FETCH_SITE=cross-site", E_FORBIDDEN, 0 },
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
		assert_int_equal(rs.header_count > 0, cases[i].cors);
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
	assert_string_equal(rs.headers[0],
	    "Access-Control-Allow-Origin: https://www.example.com");
	assert_string_equal(rs.headers[1],
	    "Access-Control-Allow-Credentials: true");
	assert_string_equal(rs.headers[3], "Vary: Origin");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(only_our_pages_and_our_friends_may_call),
		WITH_CTX(a_friend_is_named_and_never_a_star),
		WITH_CTX(without_an_address_of_our_own_no_page_is_ours),
	};

	return cmocka_run_group_tests_name("origin", tests, NULL, NULL);
}
