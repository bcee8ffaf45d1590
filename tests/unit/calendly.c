/*
 * Asking Calendly: a small server gives the recorded answers, and a second
 * lasts 40 ms.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/attr.h"
#include "base/ctx.h"
#include "base/now.h"
#include "loopback.h"
#include "provider/calendly.h"
#include "provider/calendly_event.h"
#include "sample.h"
#include "web/http.h"

enum { SECOND = 200 * 1000, PATIENCE = 60 * 1000 * 1000 };

#define INVITEE "1417e000-0000-4000-8000-000000000001"
#define EVENT "5c4ed000-0000-4000-8000-000000000001"
#define GROUP "5c4ed000-0000-4000-8000-000000000020"
#define HOST \
	"https://api.calendly.com/users/f1c0a001-0000-4000-8000-000000000001"

/* 2026-12-10T14:00:00Z */
static const int64_t start = INT64_C(1796911200) * NOW_SECOND;

struct trial {
	enum err e;
	char *envelope;
	int requests;
	char *sent[4]; /* the request lines */
};

/* A recorded answer with its status. */
static struct loopback_step
gives(struct ctx *c, int status, const char *name)
{
	char *body = sample_bytes(c,
	    arena_printf(c->mem, "tests/contract/calendly/api/%s.json", name),
	    NULL);

	return (struct loopback_step){
		.bytes = loopback_reply(c, status, "", body) };
}

static struct trial
ask(struct ctx *c, const struct loopback_step *steps, size_t n,
    struct calendly_seat seat)
{
	struct loopback *server = loopback_start(steps, n);
	struct calendly cal = { .http = http_new("bookpay/test"),
		.base = loopback_url(server), .token = "pat_1",
		.second = SECOND };
	struct trial t = { 0 };
	size_t i;

	c->why = NULL;
	seat.invitee = seat.invitee == NULL ? INVITEE : seat.invitee;
	seat.deadline = now_monotonic() + PATIENCE;
	t.e = calendly_invitee_read(c, &cal, &seat, &t.envelope);
	t.requests = loopback_requests(server);
	for (i = 0; i < COUNT(t.sent); i++) {
		const char *sent = loopback_request(server, (int)i);

		t.sent[i] = arena_copy(c->mem, sent, strcspn(sent, "\r"));
		if (*sent != '\0')
			assert_non_null(strstr(sent,
			    "\r\nAuthorization: Bearer pat_1\r\n"));
	}
	http_free(cal.http);
	loopback_stop(server);
	return t;
}

static void
a_seat_in_a_known_event_takes_two_questions(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { gives(c, 200, "invitee"),
		gives(c, 200, "scheduled_event") };
	struct trial t =
	    ask(c, steps, 2, (struct calendly_seat){ .event = EVENT });
	struct calendly_event ev;

	assert_int_equal(t.e, OK);
	assert_int_equal(t.requests, 2);
	assert_string_equal(t.sent[0],
	    "GET /scheduled_events/" EVENT "/invitees/" INVITEE " HTTP/1.1");
	assert_string_equal(t.sent[1],
	    "GET /scheduled_events/" EVENT " HTTP/1.1");
	assert_int_equal(OK, calendly_event_parse(c, t.envelope,
	    strlen(t.envelope), &ev));
	assert_string_equal(ev.invitee, INVITEE);
	assert_int_equal(ev.start, start);
	assert_null(c->why);
}

static void
a_seat_in_an_unknown_event_is_looked_for(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { gives(c, 200, "scheduled_events_list"),
		gives(c, 404, "error_404_not_found"), gives(c, 200, "invitee"),
		gives(c, 200, "scheduled_event") };
	struct trial t;

	/* The list holds two events; the first says it has no such invitee. */
	t = ask(c, steps, 4, (struct calendly_seat){ .host = HOST,
	    .email = "ada+b@example.com", .start = start });
	assert_string_equal(t.sent[0], "GET /scheduled_events?user="
	    "https%3A%2F%2Fapi.calendly.com%2Fusers%2F"
	    "f1c0a001-0000-4000-8000-000000000001"
	    "&invitee_email=ada%2Bb%40example.com"
	    "&min_start_time=2026-12-10T13%3A59%3A00Z"
	    "&max_start_time=2026-12-10T14%3A01%3A00Z&count=10 HTTP/1.1");
	assert_string_equal(t.sent[1],
	    "GET /scheduled_events/" EVENT "/invitees/" INVITEE " HTTP/1.1");
	assert_string_equal(t.sent[2],
	    "GET /scheduled_events/" GROUP "/invitees/" INVITEE " HTTP/1.1");
	assert_string_equal(t.sent[3],
	    "GET /scheduled_events/" GROUP " HTTP/1.1");
	assert_int_equal(t.e, OK);
	assert_null(c->why);
}

static void
a_seat_in_no_event_is_no_booking(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { gives(c, 200, "scheduled_events_list"),
		gives(c, 404, "error_404_not_found"),
		gives(c, 400, "error_400_invalid_argument") };
	struct loopback_step empty = gives(c, 200, "empty_collection");
	struct calendly_seat seat = { .host = HOST, .email = "a@b.example" };

	assert_int_equal(E_NOBOOKING, ask(c, steps, 3, seat).e);
	assert_int_equal(E_NOBOOKING, ask(c, &empty, 1, seat).e);
	seat.event = EVENT;
	assert_int_equal(E_NOBOOKING, ask(c, steps + 1, 1, seat).e);
}

static void
what_cannot_be_an_id_is_asked_of_nobody(void **state)
{
	static const struct calendly_seat bad[] = {
		{ .invitee = "", .event = EVENT },
		{ .invitee = "../x", .event = EVENT },
		{ .invitee = "a%2fb", .event = EVENT },
		{ .invitee = "a?b", .event = EVENT },
		{ .invitee = INVITEE, .event = "" },
		{ .invitee = INVITEE, .event = "a/b" },
		{ .invitee = INVITEE },
		{ .invitee = INVITEE, .host = "https://evil.example/users/1" },
	};
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		struct trial t = ask(*state, NULL, 0, bad[i]);

		assert_int_equal(t.e, E_NOBOOKING);
		assert_int_equal(t.requests, 0);
	}
}

static void
a_failure_is_asked_again_once(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { { .bytes = NULL },
		gives(c, 200, "invitee"), gives(c, 500, "error_500"),
		gives(c, 200, "scheduled_event") };
	struct loopback_step html = { .bytes = loopback_reply(c, 502, "",
	    "<html>Bad gateway</html>") };
	struct loopback_step broken[] = { html, html };
	struct calendly_seat seat = { .event = EVENT };
	struct trial t = ask(c, steps, 4, seat);

	assert_int_equal(t.e, OK);
	assert_int_equal(t.requests, 4);
	t = ask(c, broken, 2, seat);
	assert_int_equal(t.e, E_CALENDLY);
	assert_int_equal(t.requests, 2);
	assert_string_equal(c->why, "calendly: status 502");
	t = ask(c, NULL, 0, seat);
	assert_int_equal(t.e, E_CALENDLY);
}

static void
a_wrong_token_is_our_fault(void **state)
{
	struct ctx *c = *state;
	struct loopback_step no = gives(c, 401, "error_401_unauthenticated");
	struct loopback_step scope =
	    gives(c, 403, "error_403_insufficient_scope");
	struct calendly_seat seat = { .event = EVENT };

	assert_int_equal(E_INTERNAL, ask(c, &no, 1, seat).e);
	assert_int_equal(E_INTERNAL, ask(c, &scope, 1, seat).e);
	assert_null(strstr(c->why, "pat_1"));
}

static void
a_rate_limit_says_when_to_come_back(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = { .bytes = loopback_reply(c, 429,
	    "X-RateLimit-Reset: 37\r\n", "{}") };
	struct trial t =
	    ask(c, &step, 1, (struct calendly_seat){ .event = EVENT });

	assert_int_equal(t.e, E_CALENDLY);
	assert_int_equal(t.requests, 1);
	assert_int_equal(c->retry_after, 37);
}

static void
an_answer_that_is_none_is_not_believed(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { gives(c, 200, "invitee"),
		gives(c, 200, "scheduled_event_no_calendar") };
	struct loopback_step html = { .bytes = loopback_reply(c, 200, "",
	    "<html>hello</html>") };
	struct calendly_seat seat = { .event = EVENT };

	assert_int_equal(E_CALENDLY, ask(c, steps, 2, seat).e);
	assert_int_equal(E_CALENDLY,
	    ask(c, (struct loopback_step[]){ steps[0], html }, 2, seat).e);
	seat = (struct calendly_seat){ .host = HOST };
	assert_int_equal(E_CALENDLY, ask(c, &html, 1, seat).e);
	assert_int_equal(E_CALENDLY, ask(c, steps, 1, seat).e);
}

static void
waiting_ends_at_the_deadline(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = gives(c, 200, "invitee");
	struct calendly_seat seat = { .invitee = INVITEE, .event = EVENT };
	int64_t begin = now_monotonic();
	struct loopback *server;
	struct calendly cal;
	char *envelope;
	int64_t took;

	step.delay_ms = 60000;
	server = loopback_start(&step, 1);
	cal = (struct calendly){ .http = http_new("bookpay/test"),
		.base = loopback_url(server), .token = "pat_1" };
	seat.deadline = begin + 100 * 1000;
	assert_int_equal(E_CALENDLY,
	    calendly_invitee_read(c, &cal, &seat, &envelope));
	took = now_monotonic() - begin;
	http_free(cal.http);
	loopback_stop(server);
	assert_true(took < 4 * NOW_SECOND);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, sample_setup, \
    sample_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_seat_in_a_known_event_takes_two_questions),
		TEST(a_seat_in_an_unknown_event_is_looked_for),
		TEST(a_seat_in_no_event_is_no_booking),
		TEST(what_cannot_be_an_id_is_asked_of_nobody),
		TEST(a_failure_is_asked_again_once),
		TEST(a_wrong_token_is_our_fault),
		TEST(a_rate_limit_says_when_to_come_back),
		TEST(an_answer_that_is_none_is_not_believed),
		TEST(waiting_ends_at_the_deadline),
	};

	http_global_init();
	return cmocka_run_group_tests_name("calendly", tests, NULL, NULL);
}
