/*
 * The HTTP client against a server that misbehaves by script.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/ctx.h"
#include "base/now.h"
#include "loopback.h"
#include "sample.h"
#include "web/http.h"

enum { PATIENCE_MS = 60000 };

static void
call(struct ctx *c, struct http *h, struct http_request rq,
    struct http_answer *ret)
{
	if (rq.method == NULL)
		rq.method = "GET";
	if (rq.deadline == 0)
		rq.deadline = now_monotonic() + PATIENCE_MS * 1000;
	http_call(c, h, &rq, ret);
}

/* One GET of a server that has one step. */
static struct http_answer
answer_to(struct ctx *c, struct loopback_step step)
{
	struct http *h = http_new("bookpay/test");
	struct loopback *l = loopback_start(&step, 1);
	struct http_answer a;

	call(c, h, (struct http_request){ .url = loopback_url(l) }, &a);
	http_free(h);
	loopback_stop(l);
	return a;
}

static void
an_answer_has_status_headers_and_body(void **state)
{
	struct ctx *c = *state;
	struct http_answer a = answer_to(c,
	    (struct loopback_step){ .bytes = loopback_reply(c, 404,
		"Request-Id: req_1\r\nX-Empty:\r\nx-padded: \t a b \r\n",
		"{\"a\":1}") });

	assert_int_equal(a.status, 404);
	assert_int_equal(a.body_len, 7);
	assert_string_equal(a.body, "{\"a\":1}");
	assert_string_equal(http_header(&a, "request-ID"), "req_1");
	assert_string_equal(http_header(&a, "X-Empty"), "");
	assert_string_equal(http_header(&a, "X-Padded"), "a b");
	assert_null(http_header(&a, "Request"));
	assert_null(c->why);
}

static void
a_request_is_sent_as_it_was_made(void **state)
{
	static const char *const headers[] = { "X-One: 1", "X-Two: b", NULL };
	struct ctx *c = *state;
	struct loopback_step step = { .bytes = loopback_reply(c, 200, "", "") };
	struct http *h = http_new("bookpay/test");
	struct loopback *l = loopback_start(&step, 1);
	struct http_answer a;
	const char *sent;

	call(c, h, (struct http_request){ .method = "POST",
	    .url = arena_printf(c->mem, "%s/v1/x?y=z", loopback_url(l)),
	    .headers = headers, .bearer = "sk_test_1", .body = "a=1\0b",
	    .body_len = 5 }, &a);
	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "");
	sent = loopback_request(l, 0);
	assert_int_equal(0, strncmp(sent, "POST /v1/x?y=z HTTP/1.1\r\n", 25));
	assert_non_null(strstr(sent, "\r\nUser-Agent: bookpay/test\r\n"));
	assert_non_null(
	    strstr(sent, "\r\nAuthorization: Bearer sk_test_1\r\n"));
	assert_non_null(strstr(sent, "\r\nX-One: 1\r\nX-Two: b\r\n"));
	assert_non_null(strstr(sent, "\r\nContent-Length: 5\r\n"));
	assert_null(strstr(sent, "Expect"));
	assert_memory_equal(strstr(sent, "\r\n\r\n") + 4, "a=1\0b", 5);
	http_free(h);
	loopback_stop(l);
}

static void
a_post_without_body_says_so(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = { .bytes = loopback_reply(c, 200, "", "") };
	struct http *h = http_new("bookpay/test");
	struct loopback *l = loopback_start(&step, 1);
	struct http_answer a;

	call(c, h, (struct http_request){ .method = "POST",
	    .url = loopback_url(l) }, &a);
	assert_int_equal(a.status, 200);
	assert_non_null(
	    strstr(loopback_request(l, 0), "\r\nContent-Length: 0\r\n"));
	assert_null(strstr(loopback_request(l, 0), "Authorization"));
	http_free(h);
	loopback_stop(l);
}

static void
no_answer_is_made_of_a_cut_one(void **state)
{
	static const char *const cuts[] = { "", "HT", "HTTP/1.1 20",
		"HTTP/1.1 200 OK\r\n",
		"HTTP/1.1 200 OK\r\nContent-Len",
		"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\":1",
		("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		 "5\r\nhello\r\n"),
		"SSH-2.0-OpenSSH_9.2\r\n" };
	struct http_answer a;
	size_t i;

	for (i = 0; i < COUNT(cuts); i++) {
		a = answer_to(*state, (struct loopback_step){
		    .bytes = *cuts[i] == '\0' ? NULL : cuts[i] });
		if (a.status != 0)
			fail_msg("cut %d gave %d", (int)i, a.status);
		assert_non_null(a.why);
		assert_false(a.hopeless);
	}
}

static void
too_much_body_or_header_is_no_answer(void **state)
{
	struct ctx *c = *state;
	char *big = arena_alloc(c->mem, HTTP_BODY_MAX + 2);
	struct http_answer a;

	memset(big, 'x', HTTP_BODY_MAX);
	a = answer_to(c, (struct loopback_step){
	    .bytes = loopback_reply(c, 200, "", big) });
	assert_int_equal(a.status, 200);
	assert_int_equal(a.body_len, HTTP_BODY_MAX);
	big[HTTP_BODY_MAX] = 'x';
	a = answer_to(c, (struct loopback_step){
	    .bytes = loopback_reply(c, 200, "", big) });
	assert_int_equal(a.status, 0);
	assert_true(a.hopeless);
	assert_string_equal(a.why, "the answer is too big");
	big[HTTP_HEADERS_MAX] = '\0';
	a = answer_to(c, (struct loopback_step){ .bytes = loopback_reply(c, 200,
	    arena_printf(c->mem, "X: %s\r\n", big), "") });
	assert_int_equal(a.status, 0);
	assert_string_equal(a.why, "the headers are too big");
}

static void
a_redirect_is_an_answer_and_not_followed(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[2] = { { 0 },
		{ .bytes = loopback_reply(c, 200, "", "stolen") } };
	struct http *h = http_new("bookpay/test");
	struct loopback *l = loopback_start(steps, 2);
	struct http_answer a;

	steps[0].bytes = loopback_reply(c, 302,
	    arena_printf(c->mem, "Location: %s/x\r\n", loopback_url(l)), "");
	call(c, h, (struct http_request){ .url = loopback_url(l),
	    .bearer = "secret" }, &a);
	assert_int_equal(a.status, 302);
	assert_int_equal(loopback_requests(l), 1);
	http_free(h);
	loopback_stop(l);
}

static void
an_interim_answer_is_passed_over(void **state)
{
	struct ctx *c = *state;
	struct http_answer a = answer_to(c, (struct loopback_step){
	    .bytes = "HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\n"
		     "HTTP/1.1 201 Made\r\nContent-Length: 2\r\n\r\nok" });

	assert_int_equal(a.status, 201);
	assert_null(http_header(&a, "X-Early"));
	assert_string_equal(a.body, "ok");
}

static void
waiting_ends_at_the_deadline(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = { .bytes = loopback_reply(c, 200, "", ""),
		.delay_ms = 60000 };
	struct http *h = http_new("bookpay/test");
	struct loopback *l = loopback_start(&step, 1);
	int64_t start = now_monotonic();
	struct http_answer a;

	call(c, h, (struct http_request){ .url = loopback_url(l),
	    .deadline = start + 100 * 1000 }, &a);
	assert_int_equal(a.status, 0);
	assert_false(a.hopeless);
	assert_true(now_monotonic() - start < 30 * NOW_SECOND);
	call(c, h, (struct http_request){ .url = loopback_url(l),
	    .deadline = start + 100 * 1000 }, &a);
	assert_string_equal(a.why, "no time left to call");
	assert_true(loopback_requests(l) <= 1);
	http_free(h);
	loopback_stop(l);
}

static void
one_connection_serves_several_calls(void **state)
{
	struct ctx *c = *state;
	char *reply = loopback_reply(c, 200, "", "{}");
	struct loopback_step steps[] = { { .bytes = reply, .keep = 1 },
		{ .bytes = reply, .keep = 1 }, { .bytes = reply } };
	struct http *h = http_new("bookpay/test");
	struct loopback *l = loopback_start(steps, 3);
	struct http_answer a;
	int i;

	for (i = 0; i < 3; i++) {
		call(c, h, (struct http_request){ .url = loopback_url(l) }, &a);
		assert_int_equal(a.status, 200);
	}
	assert_int_equal(loopback_requests(l), 3);
	assert_int_equal(loopback_connections(l), 1);
	http_free(h);
	loopback_stop(l);
}

/* Each thread has its client: a call would begin with a handshake in most. */
static void
one_connection_serves_several_clients(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[3];
	struct http *clients[COUNT(steps)];
	struct loopback *l;
	struct http_answer a;
	size_t i;

	for (i = 0; i < COUNT(steps); i++)
		steps[i] = (struct loopback_step){
			.bytes = loopback_reply(c, 200, "", ""), .keep = 1 };
	l = loopback_start(steps, COUNT(steps));
	for (i = 0; i < COUNT(steps); i++) {
		clients[i] = http_new("bookpay/test");
		call(c, clients[i], (struct http_request){
		    .url = loopback_url(l) }, &a);
		assert_int_equal(a.status, 200);
	}
	assert_int_equal(loopback_connections(l), 1);
	for (i = 0; i < COUNT(steps); i++)
		http_free(clients[i]);
	loopback_stop(l);
}

static void
nothing_of_a_call_is_left_for_the_next(void **state)
{
	static const char *const headers[] = { "X-One: 1", NULL };
	struct ctx *c = *state;
	char *reply = loopback_reply(c, 200, "X-Old: 1\r\n", "old");
	struct loopback_step steps[] = { { .bytes = reply },
		{ .bytes = loopback_reply(c, 200, "", "") } };
	struct http *h = http_new("bookpay/test");
	struct loopback *l = loopback_start(steps, 2);
	struct http_answer a, b;

	call(c, h, (struct http_request){ .method = "POST", .body = "x",
	    .body_len = 1, .url = loopback_url(l), .headers = headers,
	    .bearer = "secret" }, &a);
	call(c, h, (struct http_request){ .url = loopback_url(l) }, &b);
	assert_int_equal(0, strncmp(loopback_request(l, 1), "GET / ", 6));
	assert_null(strstr(loopback_request(l, 1), "secret"));
	assert_null(strstr(loopback_request(l, 1), "X-One"));
	assert_null(http_header(&b, "X-Old"));
	assert_string_equal(b.body, "");
	assert_string_equal(a.body, "old");
	http_free(h);
	loopback_stop(l);
}

static void
nobody_there_can_be_tried_again(void **state)
{
	struct ctx *c = *state;
	struct http *h = http_new("bookpay/test");
	struct loopback *l = loopback_start(NULL, 0);
	char *url = arena_dup(c->mem, loopback_url(l));
	struct http_answer a;

	loopback_stop(l);
	call(c, h, (struct http_request){ .url = url }, &a);
	assert_int_equal(a.status, 0);
	assert_false(a.hopeless);
	http_free(h);
}

static void
other_protocols_and_bad_addresses_are_hopeless(void **state)
{
	static const char *const urls[] = { "file:///etc/passwd",
		"ftp://127.0.0.1/", "gopher://127.0.0.1/", "", "http://" };
	struct http *h = http_new("bookpay/test");
	struct http_answer a;
	size_t i;

	for (i = 0; i < COUNT(urls); i++) {
		call(*state, h, (struct http_request){ .url = urls[i] }, &a);
		assert_int_equal(a.status, 0);
		if (!a.hopeless)
			fail_msg("%s: %s", urls[i], a.why);
	}
	http_free(h);
}

static void
plain_http_goes_round_a_proxy(void **state)
{
	struct http_answer a;

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	a = answer_to(*state, (struct loopback_step){
	    .bytes = loopback_reply(*state, 200, "", "") });
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	assert_int_equal(a.status, 200);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, sample_setup, \
    sample_teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_answer_has_status_headers_and_body),
		TEST(a_request_is_sent_as_it_was_made),
		TEST(a_post_without_body_says_so),
		TEST(no_answer_is_made_of_a_cut_one),
		TEST(too_much_body_or_header_is_no_answer),
		TEST(a_redirect_is_an_answer_and_not_followed),
		TEST(an_interim_answer_is_passed_over),
		TEST(waiting_ends_at_the_deadline),
		TEST(one_connection_serves_several_calls),
		TEST(one_connection_serves_several_clients),
		TEST(nothing_of_a_call_is_left_for_the_next),
		TEST(nobody_there_can_be_tried_again),
		TEST(other_protocols_and_bad_addresses_are_hopeless),
		TEST(plain_http_goes_round_a_proxy),
	};

	http_global_init();
	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
