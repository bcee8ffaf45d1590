/*
 * A request's parameters, cookies, path and content type.
 */
#include <string.h>

#include "ask.h"
#include "base/buf.h"

static void
a_parameter_is_found_by_its_whole_name(void **state)
{
	const struct req rq = ASK("REMOTE_USERS=no", "HTTP_REMOTE_USER=no",
	    "REMOTE_USER=u=1", "REMOTE_USER=second", "EMPTY=", "NAKED");

	(void)state;
	assert_string_equal(req_param(&rq, "REMOTE_USER"), "u=1");
	assert_null(req_param(&rq, "EMPTY"));
	assert_null(req_param(&rq, "NAKED"));
	assert_null(req_param(&rq, "REMOTE"));
	assert_null(req_param(&rq, ""));
}

static void
a_cookie_is_found_by_its_whole_name(void **state)
{
	const struct req rq = ASK("HTTP_COOKIE= a=1;ab=2 ; b = 3;c;;d=;e=x=y");
	struct ctx *c = *state;

	assert_string_equal(req_cookie(c, &rq, "a"), "1");
	assert_string_equal(req_cookie(c, &rq, "ab"), "2");
	assert_string_equal(req_cookie(c, &rq, "d"), "");
	assert_string_equal(req_cookie(c, &rq, "e"), "x=y");
	assert_null(req_cookie(c, &rq, "c"));
	assert_null(req_cookie(c, &rq, "none"));
	assert_null(req_cookie(c, &ASK("X="), "a"));
}

static void
count(void *arg, const char *name, const char *value)
{
	int *n = arg;

	assert_non_null(strchr(name, 'x'));
	assert_non_null(value);
	++*n;
}

static void
all_cookies_of_a_kind_are_found(void **state)
{
	const struct req rq =
	    ASK("HTTP_COOKIE=x_1=a; y=b; x_2=; x_=c; x=d; x_3");
	int n = 0;

	req_cookies(*state, &rq, "x_", count, &n);
	assert_int_equal(n, 3);
}

static void
a_long_header_is_read_to_its_end(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 1 << 16);
	int i;

	buf_text(&b, "HTTP_COOKIE=");
	for (i = 0; i < 2000; i++)
		buf_printf(&b, "c%d=%d; ", i, i);
	buf_text(&b, "last=here");
	assert_string_equal(req_cookie(c, &ASK(b.bytes), "last"), "here");
}

static void
the_last_part_of_a_path_is_one_plain_segment(void **state)
{
	static const struct {
		const char *path, *tail;
	} cases[] = {
		{ "/api/bookings/bk_1-A", "bk_1-A" },
		{ "/api/bookings/", NULL },
		{ "/api/bookings", NULL },
		{ "/api/bookings/a/b", NULL },
		{ "/api/bookings/a/", NULL },
		{ "/api/bookings/..", NULL },
		{ "/api/bookings/%2e%2e", NULL },
		{ "/api/bookings/a%20b", NULL },
		{ "/api/bookings/a b", NULL },
		{ "/api/bookings/a;b", NULL },
		{ "/api/bookings/\xc3\xa4", NULL },
		{ "/api/bookings/12345678", "12345678" },
		{ "/api/bookings/123456789", NULL },
		{ "/api/booking/a", NULL },
		{ "", NULL },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct req rq = ASK("X=");
		const char *tail;

		rq.path = cases[i].path;
		tail = req_tail(c, &rq, "/api/bookings/", 8);
		if (cases[i].tail == NULL ? tail != NULL
		    : tail == NULL || strcmp(tail, cases[i].tail) != 0)
			fail_msg("%s", cases[i].path);
	}
}

static void
json_is_declared_as_json(void **state)
{
	static const struct {
		char *type;
		int json;
	} cases[] = {
		{ "CONTENT_TYPE=application/json", 1 },
		{ "CONTENT_TYPE=APPLICATION/JSON ; charset=UTF-8", 1 },
		{ "CONTENT_TYPE=application/json;", 1 },
		{ "CONTENT_TYPE=application/json; charset=utf-16", 0 },
		{ "CONTENT_TYPE=application/json-seq", 0 },
		{ "CONTENT_TYPE=application/jsoncharset=utf-8", 0 },
		{ "CONTENT_TYPE=text/json", 0 },
		{ "CONTENT_TYPE= application/json", 0 },
		{ "X=", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (req_is_json(&ASK(cases[i].type)) != cases[i].json)
			fail_msg("%s", cases[i].type);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(a_parameter_is_found_by_its_whole_name),
		WITH_CTX(a_cookie_is_found_by_its_whole_name),
		WITH_CTX(all_cookies_of_a_kind_are_found),
		WITH_CTX(a_long_header_is_read_to_its_end),
		WITH_CTX(the_last_part_of_a_path_is_one_plain_segment),
		WITH_CTX(json_is_declared_as_json),
	};

	return cmocka_run_group_tests_name("req", tests, NULL, NULL);
}
