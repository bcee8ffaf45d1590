/*
 * The reply, byte for byte.
 */
#include <string.h>

#include "ask.h"
#include "base/json.h"
#include "web/resp.h"

static const char *
reply(struct ctx *c, struct resp *rs, enum err e)
{
	size_t len;
	const char *text = resp_text(c, rs, e, &len);

	assert_int_equal(strlen(text), len);
	return text;
}

static void
a_success_is_its_data(void **state)
{
	struct ctx *c = *state;
	struct resp rs;

	c->request_id = "r1";
	resp_init(c, &rs);
	json_set_text(rs.data, "a", "b");
	assert_string_equal(reply(c, &rs, OK),
	    "Status: 200\r\nX-Request-Id: r1\r\nCache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Content-Type: application/json\r\nContent-Length: 33\r\n\r\n"
	    "{\"success\":true,\"data\":{\"a\":\"b\"}}");
}

static void
a_failure_is_a_code_and_words(void **state)
{
	struct ctx *c = *state;
	struct resp rs;
	const char *text;

	c->request_id = "r1";
	resp_init(c, &rs);
	json_set_text(rs.data, "secret", "half an answer");
	assert_int_equal(ctx_fail(c, E_NOBOOKING, "for the log only"),
	    E_NOBOOKING);
	text = reply(c, &rs, E_NOBOOKING);
	assert_non_null(strstr(text, "Status: 404\r\n"));
	assert_non_null(strstr(text, "{\"success\":false,\"error\":{\"code\":"
	    "\"BOOKING_NOT_FOUND\",\"message\":\"There is no such booking.\","
	    "\"requestId\":\"r1\"}}"));
	assert_null(strstr(text, "for the log only"));
	assert_null(strstr(text, "half an answer"));
}

static void
better_words_are_said(void **state)
{
	struct ctx *c = *state;
	struct resp rs;

	resp_init(c, &rs);
	assert_int_equal(ctx_refuse(c, E_CONFLICT, "Say \"%s\".", "no"),
	    E_CONFLICT);
	assert_non_null(strstr(reply(c, &rs, E_CONFLICT),
	    "\"message\":\"Say \\\"no\\\".\""));
}

static void
the_length_is_that_of_the_body_in_bytes(void **state)
{
	struct ctx *c = *state;
	const char *text, *body;
	struct resp rs;

	resp_init(c, &rs);
	json_set_text(rs.data, "name", "Zo\xc3\xab \xf0\x9f\x91\xa9");
	text = reply(c, &rs, OK);
	body = strstr(text, "\r\n\r\n") + 4;
	assert_non_null(strstr(text, arena_printf(c->mem,
	    "Content-Length: %zu\r\n", strlen(body))));
}

static void
who_must_wait_is_told_how_long(void **state)
{
	struct ctx *c = *state;
	struct resp rs;

	resp_init(c, &rs);
	assert_non_null(strstr(reply(c, &rs, E_BUSY),
	    "Status: 503\r\n"));
	assert_non_null(strstr(reply(c, &rs, E_BUSY), "Retry-After: 2\r\n"));
	c->retry_after = 30;
	assert_non_null(strstr(reply(c, &rs, E_STRIPE),
	    "Retry-After: 30\r\n"));
}

static void
no_content_has_no_body(void **state)
{
	struct ctx *c = *state;
	struct resp rs;
	const char *text;

	resp_init(c, &rs);
	rs.status = 204;
	text = reply(c, &rs, OK);
	assert_non_null(strstr(text, "Status: 204\r\n"));
	assert_null(strstr(text, "\r\nContent-"));
	assert_string_equal(text + strlen(text) - 4, "\r\n\r\n");
}

static void
headers_are_added_in_order(void **state)
{
	struct ctx *c = *state;
	struct resp rs;

	resp_init(c, &rs);
	resp_header(c, &rs, "Set-Cookie", "a=%d", 1);
	resp_header(c, &rs, "Set-Cookie", "b=%d", 2);
	assert_non_null(strstr(reply(c, &rs, OK),
	    "\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"));
}

/* A header with a line break in it would let its author write the rest. */
static void
break_a_line(void *arg)
{
	struct ctx *c = arg;
	struct resp rs;

	resp_init(c, &rs);
	resp_header(c, &rs, "Location", "/a\r\nSet-Cookie: x=y");
}

static void
add_too_many(void *arg)
{
	struct ctx *c = arg;
	struct resp rs;
	int i;

	resp_init(c, &rs);
	for (i = 0; i <= RESP_HEADERS; i++)
		resp_header(c, &rs, "X", "%d", i);
}

static void
a_header_cannot_be_split_and_there_are_not_too_many(void **state)
{
	assert_true(unit_aborts(break_a_line, *state));
	assert_true(unit_aborts(add_too_many, *state));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(a_success_is_its_data),
		WITH_CTX(a_failure_is_a_code_and_words),
		WITH_CTX(better_words_are_said),
		WITH_CTX(the_length_is_that_of_the_body_in_bytes),
		WITH_CTX(who_must_wait_is_told_how_long),
		WITH_CTX(no_content_has_no_body),
		WITH_CTX(headers_are_added_in_order),
		WITH_CTX(a_header_cannot_be_split_and_there_are_not_too_many),
	};

	return cmocka_run_group_tests_name("resp", tests, NULL, NULL);
}
