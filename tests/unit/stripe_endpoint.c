/*
 * Stripe's list of what happened, and where it delivers.
 */
#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/now.h"
#include "loopback.h"
#include "provider/stripe.h"
#include "provider/stripe_endpoint.h"
#include "provider/stripe_event.h"
#include "sample.h"
#include "web/http.h"

enum { SECOND = 200 * 1000, PATIENCE = 60 * 1000 * 1000 };

struct pair {
	struct stripe stripe;
	struct loopback *server;
	int64_t deadline;
};

static struct pair
pair_start(const struct loopback_step *steps, size_t n)
{
	struct pair p = { .server = loopback_start(steps, n) };

	p.stripe = (struct stripe){ .http = http_new("bookpay/test"),
		.base = loopback_url(p.server), .key = "sk_test_1",
		.second = SECOND };
	p.deadline = now_monotonic() + PATIENCE;
	return p;
}

static void
pair_stop(struct pair *p)
{
	http_free(p->stripe.http);
	loopback_stop(p->server);
}

static struct loopback_step
says(struct ctx *c, int status, const char *body)
{
	return (struct loopback_step){
		.bytes = loopback_reply(c, status, "", body) };
}

static void
what_happened_reads_as_webhooks_bring_it(void **state)
{
	static const char *const types[] = { "refund.failed",
		"checkout.session.completed", NULL };
	static const struct stripe_page page = { 1764000000, "evt_9" };
	struct ctx *c = *state;
	char *paid = sample_bytes(c, "tests/contract/stripe/events/"
	    "checkout.session.completed.json", NULL);
	struct loopback_step step = says(c, 200, arena_printf(c->mem,
	    "{\"object\":\"list\",\"has_more\":true,\"data\":[%s,%s]}", paid,
	    paid));
	struct pair p = pair_start(&step, 1);
	struct stripe_event told, listed;
	struct stripe_texts texts;
	struct stripe_answer a;

	assert_int_equal(STRIPE_DONE, stripe_happened(c, &p.stripe, &page,
	    types, p.deadline, &a));
	assert_memory_equal(loopback_request(p.server, 0),
	    "GET /v1/events?limit=50&created[gte]=1764000000"
	    "&types[0]=refund.failed&types[1]=checkout.session.completed"
	    "&starting_after=evt_9 HTTP/1.1", 124);
	assert_int_equal(OK, stripe_event_texts(c, a.body, a.body_len,
	    &texts));
	assert_int_equal(texts.count, 2);
	assert_true(texts.more);
	assert_int_equal(OK, stripe_event_parse(c, paid, strlen(paid),
	    &told));
	assert_int_equal(OK, stripe_event_parse(c, texts.items[1],
	    strlen(texts.items[1]), &listed));
	assert_string_equal(listed.id, told.id);
	assert_string_equal(listed.object.id, told.object.id);
	assert_int_equal(listed.object.amount, told.object.amount);
	assert_int_equal(E_STRIPE, stripe_event_texts(c, "{}", 2, &texts));
	pair_stop(&p);
}

static void
endpoints_are_listed(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { says(c, 200,
	    "{\"object\":\"list\",\"data\":[{\"id\":\"we_1\",\"url\":"
	    "\"https://b.example/x\",\"status\":\"disabled\","
	    "\"enabled_events\":[\"charge.refunded\",7,\"*\"]},"
	    "{\"id\":\"../x\"},{\"id\":\"we_2\",\"status\":\"enabled\"}]}"),
		says(c, 200, "{}"), says(c, 200, "<html>"),
		says(c, 403, "{\"error\":{\"type\":"
		    "\"invalid_request_error\"}}") };
	struct pair p = pair_start(steps, 2);
	struct stripe_endpoints list;

	assert_int_equal(OK, stripe_endpoint_list(c, &p.stripe, p.deadline,
	    &list));
	assert_memory_equal(loopback_request(p.server, 0),
	    "GET /v1/webhook_endpoints?limit=100 ", 36);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.rows[0].id, "we_1");
	assert_string_equal(list.rows[0].url, "https://b.example/x");
	assert_false(list.rows[0].enabled);
	assert_int_equal(list.rows[0].event_count, 2);
	assert_string_equal(list.rows[0].events[1], "*");
	assert_string_equal(list.rows[1].id, "we_2");
	assert_true(list.rows[1].enabled);
	assert_int_equal(E_STRIPE, stripe_endpoint_list(c, &p.stripe,
	    p.deadline, &list));
	pair_stop(&p);
	p = pair_start(steps + 3, 1);
	assert_int_equal(E_PAYMENT, stripe_endpoint_list(c, &p.stripe,
	    p.deadline, &list));
	pair_stop(&p);
}

static void
an_endpoint_is_made_with_our_version_and_mark(void **state)
{
	static const char *const events[] = { "a.b" };
	struct ctx *c = *state;
	struct loopback_step steps[] = { says(c, 200,
	    "{\"id\":\"we_1\",\"secret\":\"whsec_1\"}"),
		says(c, 200, "{\"id\":\"we_1\"}"),
		says(c, 404, "{\"error\":{\"type\":"
		    "\"invalid_request_error\"}}") };
	struct stripe_endpoint want = { .url = "https://b.example/x",
		.events = events, .event_count = 1, .mark = "new" };
	struct pair p = pair_start(steps, COUNT(steps));
	const char *id, *secret;

	assert_int_equal(OK, stripe_endpoint_add(c, &p.stripe, &want,
	    p.deadline, &id, &secret));
	assert_string_equal(strstr(loopback_request(p.server, 0),
	    "\r\n\r\n") + 4, "url=https%3A%2F%2Fb.example%2Fx&api_version="
	    STRIPE_VERSION "&description=bookpay&enabled_events[0]=a.b"
	    "&metadata[bookpay]=new");
	assert_string_equal(id, "we_1");
	assert_string_equal(secret, "whsec_1");
	/* One whose secret nobody knows is of no use. */
	assert_int_equal(E_STRIPE, stripe_endpoint_add(c, &p.stripe, &want,
	    p.deadline, &id, &secret));
	assert_int_equal(OK, stripe_endpoint_remove(c, &p.stripe, "we_1",
	    p.deadline));
	assert_memory_equal(loopback_request(p.server, 2),
	    "DELETE /v1/webhook_endpoints/we_1 ", 34);
	pair_stop(&p);
}

static void
an_endpoint_is_enabled_for_its_events(void **state)
{
	static const char *const events[] = { "a.b", "c.d" };
	struct ctx *c = *state;
	struct loopback_step step = says(c, 200, "{\"id\":\"we_1\"}");
	struct stripe_endpoint want = { .id = "we_1", .events = events,
		.event_count = 2 };
	struct pair p = pair_start(&step, 1);
	const char *sent;

	assert_int_equal(OK, stripe_endpoint_enable(c, &p.stripe, &want,
	    p.deadline));
	sent = loopback_request(p.server, 0);
	assert_memory_equal(sent, "POST /v1/webhook_endpoints/we_1 ", 32);
	assert_string_equal(strstr(sent, "\r\n\r\n") + 4,
	    "disabled=false&enabled_events[0]=a.b&enabled_events[1]=c.d");
	assert_non_null(strstr(sent, "\r\nIdempotency-Key: endpoint-"));
	want.id = "../we";
	assert_int_equal(E_STRIPE, stripe_endpoint_enable(c, &p.stripe, &want,
	    p.deadline));
	assert_int_equal(loopback_requests(p.server), 1);
	pair_stop(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(what_happened_reads_as_webhooks_bring_it),
		WITH_CTX(endpoints_are_listed),
		WITH_CTX(an_endpoint_is_made_with_our_version_and_mark),
		WITH_CTX(an_endpoint_is_enabled_for_its_events),
	};

	http_global_init();
	return cmocka_run_group_tests_name("stripe_endpoint", tests, NULL,
	    NULL);
}
