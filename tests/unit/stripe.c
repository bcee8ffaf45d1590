/*
 * Calling Stripe: a small server plays it, and a second lasts 40 ms.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cjson/cJSON.h>

#include "base/attr.h"
#include "base/ctx.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "loopback.h"
#include "provider/stripe.h"
#include "provider/stripe_event.h"
#include "provider/stripe_retry.h"
#include "sample.h"
#include "web/http.h"

enum { SECOND = 200 * 1000, PATIENCE = 60 * 1000 * 1000 };

#define ERRORS "tests/contract/stripe/errors"
#define CS "{\"object\":\"checkout.session\",\"id\":\"cs_1\"}"

/* A client and the server it talks to. */
struct pair {
	struct stripe stripe;
	struct loopback *server;
};

static struct pair
pair_start(const struct loopback_step *steps, size_t n)
{
	struct pair p = { .server = loopback_start(steps, n) };

	p.stripe = (struct stripe){ .http = http_new("bookpay/test"),
		.base = loopback_url(p.server), .key = "sk_test_1",
		.second = SECOND };
	return p;
}

static void
pair_stop(struct pair *p)
{
	http_free(p->stripe.http);
	loopback_stop(p->server);
}

/* POST /v1/x against these steps. */
static struct stripe_answer
post(struct ctx *c, const struct loopback_step *steps, size_t n,
    int64_t patience, int *ret_requests)
{
	struct pair p = pair_start(steps, n);
	struct stripe_request rq = { .method = "POST", .path = "/v1/x",
		.idempotency_key = "checkout-bk_1-1", .body = "a=1",
		.deadline = now_monotonic() + patience };
	struct stripe_answer a;
	enum stripe_outcome outcome;

	outcome = stripe_call(c, &p.stripe, &rq, &a);
	assert_int_equal(outcome, a.outcome);
	*ret_requests = loopback_requests(p.server);
	pair_stop(&p);
	return a;
}

static void
a_session_is_created_in_one_call(void **state)
{
	static const struct stripe_attempt attempt = { "checkout-bk_1-1",
		"mode=payment&x=1" };
	struct ctx *c = *state;
	struct loopback_step step = { .bytes = loopback_reply(c, 200,
	    "Request-Id: req_1\r\n", CS) };
	struct pair p = pair_start(&step, 1);
	struct stripe_answer a;
	struct stripe_object o;
	const char *sent;

	assert_int_equal(STRIPE_DONE, stripe_session_create(c, &p.stripe,
	    &attempt, now_monotonic() + PATIENCE, &a));
	assert_int_equal(a.http_status, 200);
	assert_int_equal(a.tries, 1);
	assert_false(a.replayed);
	assert_string_equal(a.request_id, "req_1");
	assert_int_equal(OK, stripe_event_object(c, a.body, a.body_len, &o));
	assert_string_equal(o.id, "cs_1");
	sent = loopback_request(p.server, 0);
	assert_int_equal(0,
	    strncmp(sent, "POST /v1/checkout/sessions HTTP/1.1\r\n", 37));
	assert_non_null(
	    strstr(sent, "\r\nAuthorization: Bearer sk_test_1\r\n"));
	assert_non_null(
	    strstr(sent, "\r\nStripe-Version: " STRIPE_VERSION "\r\n"));
	assert_non_null(
	    strstr(sent, "\r\nIdempotency-Key: checkout-bk_1-1\r\n"));
	assert_non_null(strstr(sent,
	    "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
	assert_string_equal(strstr(sent, "\r\n\r\n") + 4, "mode=payment&x=1");
	assert_int_equal(OK, stripe_verdict(c, "create", &a));
	assert_null(c->why);
	pair_stop(&p);
}

static void
a_repeat_has_the_same_key_and_bytes(void **state)
{
	static const struct stripe_attempt attempt = { "checkout-bk_1-1",
		"mode=payment&x=1" };
	struct ctx *c = *state;
	struct loopback_step steps[] = {
		{ .bytes = loopback_reply(c, 500, "", "{}") },
		{ .bytes = loopback_reply(c, 200,
		      "Idempotent-Replayed: true\r\n", CS) } };
	struct pair p = pair_start(steps, 2);
	struct stripe_answer a;

	assert_int_equal(STRIPE_DONE, stripe_session_create(c, &p.stripe,
	    &attempt, now_monotonic() + PATIENCE, &a));
	assert_int_equal(a.tries, 2);
	assert_true(a.replayed);
	assert_string_equal(loopback_request(p.server, 0),
	    loopback_request(p.server, 1));
	pair_stop(&p);
}

static void
what_happened_is_unknown_until_a_try_succeeds(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { { .bytes = NULL },
		{ .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{" },
		{ .bytes = loopback_reply(c, 200, "", "{\"id\":") },
		{ .bytes = loopback_reply(c, 429, "", "{}") },
		{ .bytes = loopback_reply(c, 503, "", "<html>busy</html>") },
		{ .bytes = loopback_reply(c, 200, "", CS) } };
	struct stripe_answer a;
	int n;

	a = post(c, steps, COUNT(steps), PATIENCE, &n);
	assert_int_equal(a.outcome, STRIPE_DONE);
	assert_int_equal(a.tries, STRIPE_RETRY_TRIES);
	assert_int_equal(n, STRIPE_RETRY_TRIES);
	a = post(c, steps, 1, PATIENCE, &n);
	assert_int_equal(a.outcome, STRIPE_UNKNOWN);
	assert_int_equal(a.http_status, 0);
	assert_string_equal(a.body, "");
	assert_int_equal(n, STRIPE_RETRY_TRIES);
	assert_int_equal(E_STRIPE, stripe_verdict(c, "create", &a));
	assert_non_null(c->why);
}

static void
a_machine_in_between_settles_nothing(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = { .bytes = loopback_reply(c, 403, "",
	    "<html>blocked</html>") };
	struct stripe_answer a;
	int n;

	a = post(c, &step, 1, PATIENCE, &n);
	assert_int_equal(a.outcome, STRIPE_UNKNOWN);
	assert_int_equal(n, 1);
	step.bytes = loopback_reply(c, 404, "", "{\"message\":\"not here\"}");
	a = post(c, &step, 1, PATIENCE, &n);
	assert_int_equal(a.outcome, STRIPE_UNKNOWN);
	step.bytes = loopback_reply(c, 302, "Location: /login\r\n", "{}");
	a = post(c, &step, 1, PATIENCE, &n);
	assert_int_equal(a.outcome, STRIPE_UNKNOWN);
	assert_int_equal(n, 1);
}

static void
a_rate_limit_settles_nothing_whatever_its_status(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = { .bytes = loopback_reply(c, 400, "",
	    "{\"error\":{\"type\":\"invalid_request_error\","
	    "\"code\":\"rate_limit\"}}") };
	struct stripe_answer a;
	int n;

	a = post(c, &step, 1, PATIENCE, &n);
	assert_int_equal(a.outcome, STRIPE_UNKNOWN);
}

static void
stripe_should_retry_is_obeyed(void **state)
{
	struct ctx *c = *state;
	char *done = loopback_reply(c, 200, "", CS);
	struct loopback_step steps[] = {
		{ .bytes = loopback_reply(c, 500,
		      "Stripe-Should-Retry: false\r\n", "{}") },
		{ .bytes = done } };
	struct stripe_answer a;
	int n;

	a = post(c, steps, 2, PATIENCE, &n);
	assert_int_equal(a.outcome, STRIPE_UNKNOWN);
	assert_int_equal(a.http_status, 500);
	assert_int_equal(n, 1);
	steps[0].bytes = loopback_reply(c, 400, "stripe-should-retry: true\r\n",
	    "{\"error\":{\"type\":\"invalid_request_error\"}}");
	a = post(c, steps, 2, PATIENCE, &n);
	assert_int_equal(a.outcome, STRIPE_DONE);
	assert_int_equal(n, 2);
}

static void
retry_after_is_waited_for_if_it_fits(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = {
		{ .bytes = loopback_reply(c, 429, "Retry-After: 5\r\n", "{}") },
		{ .bytes = loopback_reply(c, 200, "", CS) } };
	int64_t start = now_monotonic();
	struct stripe_answer a;
	int n;

	a = post(c, steps, 2, PATIENCE, &n);
	assert_int_equal(a.outcome, STRIPE_DONE);
	assert_true(now_monotonic() - start >= 5 * SECOND);
	a = post(c, steps, 2, 4 * SECOND, &n);
	assert_int_equal(a.outcome, STRIPE_UNKNOWN);
	assert_int_equal(a.http_status, 429);
	assert_int_equal(n, 1);
}

static void
one_hanging_try_leaves_room_for_another(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = {
		{ .bytes = loopback_reply(c, 200, "", CS), .delay_ms = 60000 },
		{ .bytes = loopback_reply(c, 200, "", CS) } };
	struct stripe_answer a;
	int n;

	a = post(c, steps, 2, PATIENCE, &n);
	assert_int_equal(a.outcome, STRIPE_DONE);
	assert_int_equal(a.tries, 2);
}

static void
no_budget_is_overdrawn(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = {
		.bytes = loopback_reply(c, 200, "", CS), .delay_ms = 60000 };
	int64_t start = now_monotonic();
	struct stripe_answer a;
	int64_t took;
	int n;
	struct pair p = pair_start(&step, 1);

	p.stripe.second = NOW_SECOND; /* a try would last much longer */
	assert_int_equal(STRIPE_UNKNOWN, stripe_session_get(c, &p.stripe,
	    "cs_1", start + 150 * 1000, &a));
	took = now_monotonic() - start;
	pair_stop(&p);
	assert_true(took < 4 * NOW_SECOND);
	a = post(c, &step, 1, -1, &n);
	assert_int_equal(a.outcome, STRIPE_UNKNOWN);
	assert_int_equal(n, 0);
}

/* Gives a recorded error to one call. */
static struct stripe_answer
refused_with(struct ctx *c, const cJSON *entry)
{
	const cJSON *headers = json_get(entry, "headers"), *h;
	/* Nobody waits that long, so that there is one try each. */
	char *lines = arena_dup(c->mem, "Retry-After: 9999\r\n");
	struct loopback_step step = { 0 };
	int64_t status;
	int n;

	cJSON_ArrayForEach(h, headers)
		lines = arena_printf(c->mem, "%s%s: %s\r\n", lines, h->string,
		    h->valuestring);
	assert_true(json_int(entry, "status", &status));
	step.bytes = loopback_reply(c, (int)status, lines,
	    sample_bytes(c, arena_printf(c->mem, ERRORS "/%s",
		entry->string), NULL));
	return post(c, &step, 1, PATIENCE, &n);
}

static void
every_recorded_error_is_refused_or_unknown(void **state)
{
	struct ctx *c = *state;
	const cJSON *entry,
	    *index = sample_json(c, ERRORS "/index.json");
	struct stripe_answer a;
	int64_t status;
	int n = 0;

	cJSON_ArrayForEach(entry, index) {
		int open;

		assert_true(json_int(entry, "status", &status));
		open = status >= 500 || status == 409 || status == 429;
		a = refused_with(c, entry);
		if (a.outcome != (open ? STRIPE_UNKNOWN : STRIPE_REFUSED))
			fail_msg("%s: outcome %d", entry->string,
			    (int)a.outcome);
		assert_int_equal(a.http_status, status);
		assert_non_null(a.error_type);
		assert_non_null(a.request_id);
		/* The file is called after what is in it. */
		if (strstr(entry->string, a.error_type) == NULL)
			fail_msg("%s: %s", entry->string, a.error_type);
		n++;
	}
	assert_int_equal(n, 30);
}

static void
a_verdict_keeps_the_customer_s_words_out_of_the_log(void **state)
{
	struct stripe_answer a = { .outcome = STRIPE_REFUSED,
		.http_status = 400, .error_type = "invalid_request_error",
		.error_code = "email_invalid", .request_id = "req_1",
		.error_message = "Invalid email address: ada@example" };
	struct ctx *c = *state;

	assert_int_equal(E_BADREQ, stripe_verdict(c, "create session", &a));
	assert_string_equal(c->why, "stripe: create session: status 400, "
	    "invalid_request_error, email_invalid, no parameter (req_1)");
	assert_non_null(c->say);
	assert_null(strstr(c->say, "ada@"));
	assert_null(strstr(c->why, "ada@"));
}

static void
a_verdict_tells_the_failures_apart(void **state)
{
	struct stripe_answer a = { .outcome = STRIPE_REFUSED,
		.http_status = 402, .error_type = "card_error",
		.error_code = "card_declined",
		.error_message = "Your card has insufficient funds." };
	struct ctx *c = *state;

	assert_int_equal(E_DECLINED, stripe_verdict(c, "x", &a));
	assert_string_equal(c->say, "Your card has insufficient funds.");
	ctx_forgive(c);
	a.http_status = 401;
	assert_int_equal(E_PAYMENT, stripe_verdict(c, "x", &a));
	assert_null(c->say);
	a.http_status = 400;
	a.error_code = NULL;
	assert_int_equal(E_PAYMENT, stripe_verdict(c, "x", &a));
	a.error_code = "coupon_expired";
	assert_int_equal(E_BADREQ, stripe_verdict(c, "x", &a));
}

static void
an_expiry_has_a_key_of_its_own_each_time(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = {
		{ .bytes = loopback_reply(c, 200, "", CS) },
		{ .bytes = loopback_reply(c, 200, "", CS) } };
	struct pair p = pair_start(steps, 2);
	struct stripe_answer a;
	const char *first, *second;

	assert_int_equal(STRIPE_DONE, stripe_session_expire(c, &p.stripe,
	    "cs_1", now_monotonic() + PATIENCE, &a));
	assert_int_equal(STRIPE_DONE, stripe_session_expire(c, &p.stripe,
	    "cs_1", now_monotonic() + PATIENCE, &a));
	first = loopback_request(p.server, 0);
	second = loopback_request(p.server, 1);
	assert_int_equal(0, strncmp(first,
	    "POST /v1/checkout/sessions/cs_1/expire HTTP/1.1\r\n", 49));
	assert_non_null(strstr(first, "\r\nIdempotency-Key: expire-"));
	assert_non_null(strstr(first, "\r\nContent-Length: 0\r\n"));
	assert_string_not_equal(first, second);
	pair_stop(&p);
}

static void
lists_and_codes_are_asked_for_by_query(void **state)
{
	static const struct stripe_page page = { 1795442400, "cs_9" };
	static const struct stripe_page all = { 0 };
	static const char none[] = "{\"object\":\"list\",\"data\":[]}";
	struct ctx *c = *state;
	char *reply = loopback_reply(c, 200, "", none);
	struct loopback_step steps[] = { { .bytes = reply },
		{ .bytes = reply }, { .bytes = reply }, { .bytes = reply } };
	static const char *const lines[] = {
		"GET /v1/checkout/sessions?limit=100&created[gte]=1795442400"
		"&starting_after=cs_9 HTTP/1.1\r\n",
		"GET /v1/checkout/sessions?limit=100 HTTP/1.1\r\n",
		"GET /v1/promotion_codes?code=SPRING%2050&active=true&limit=1 "
		"HTTP/1.1\r\n",
		"GET /v1/checkout/sessions/cs_test_a HTTP/1.1\r\n" };
	struct pair p = pair_start(steps, COUNT(steps));
	int64_t deadline = now_monotonic() + PATIENCE;
	struct stripe_answer a;
	size_t i;

	assert_int_equal(STRIPE_DONE,
	    stripe_session_list(c, &p.stripe, &page, deadline, &a));
	assert_int_equal(STRIPE_DONE,
	    stripe_session_list(c, &p.stripe, &all, deadline, &a));
	assert_int_equal(STRIPE_DONE, stripe_promotion_find(c, &p.stripe,
	    "SPRING 50", deadline, &a));
	assert_int_equal(STRIPE_DONE, stripe_session_get(c, &p.stripe,
	    "cs_test_a", deadline, &a));
	for (i = 0; i < COUNT(lines); i++) {
		const char *sent = loopback_request(p.server, (int)i);

		if (strncmp(sent, lines[i], strlen(lines[i])) != 0)
			fail_msg("sent %.100s", sent);
		assert_null(strstr(sent, "Idempotency-Key"));
	}
	pair_stop(&p);
}

static void
what_cannot_be_an_id_is_asked_of_nobody(void **state)
{
	static const char *const bad[] = { NULL, "", "..", "cs_1/expire",
		"cs_1?x", "cs 1", "cs_1\r\nX: y", "cs_\xc3\xab" };
	struct pair p = pair_start(NULL, 0);
	struct stripe_answer a;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(STRIPE_REFUSED, stripe_session_get(*state,
		    &p.stripe, bad[i], now_monotonic() + PATIENCE, &a));
		assert_int_equal(a.http_status, 404);
		assert_string_equal(a.error_code, "resource_missing");
		assert_int_equal(STRIPE_REFUSED, stripe_session_expire(*state,
		    &p.stripe, bad[i], now_monotonic() + PATIENCE, &a));
	}
	assert_int_equal(STRIPE_REFUSED, stripe_promotion_find(*state,
	    &p.stripe, "a\nb", now_monotonic() + PATIENCE, &a));
	assert_int_equal(0, loopback_requests(p.server));
	pair_stop(&p);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, sample_setup, \
    sample_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_session_is_created_in_one_call),
		TEST(a_repeat_has_the_same_key_and_bytes),
		TEST(what_happened_is_unknown_until_a_try_succeeds),
		TEST(a_machine_in_between_settles_nothing),
		TEST(a_rate_limit_settles_nothing_whatever_its_status),
		TEST(stripe_should_retry_is_obeyed),
		TEST(retry_after_is_waited_for_if_it_fits),
		TEST(one_hanging_try_leaves_room_for_another),
		TEST(no_budget_is_overdrawn),
		TEST(every_recorded_error_is_refused_or_unknown),
		TEST(a_verdict_keeps_the_customer_s_words_out_of_the_log),
		TEST(a_verdict_tells_the_failures_apart),
		TEST(an_expiry_has_a_key_of_its_own_each_time),
		TEST(lists_and_codes_are_asked_for_by_query),
		TEST(what_cannot_be_an_id_is_asked_of_nobody),
	};

	http_global_init();
	return cmocka_run_group_tests_name("stripe", tests, NULL, NULL);
}
