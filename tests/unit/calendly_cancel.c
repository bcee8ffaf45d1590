/*
 * Giving a time up at Calendly: look first, and again where it is not clear.
 */
#include "calendly_pair.h"

#define EVENT "5c4ed000-0000-4000-8000-000000000001"
#define STANDS "{\"resource\":{\"status\":\"active\"," \
	"\"invitees_counter\":{\"total\":2,\"active\":1,\"limit\":1}}}"
#define SHARED "{\"resource\":{\"status\":\"active\"," \
	"\"invitees_counter\":{\"total\":2,\"active\":2,\"limit\":9}}}"

struct trial {
	enum err e;
	enum calendly_cancelled how;
	int requests;
	char *lines[4];
	const char *bodies[4];
};

static struct trial
cancel(struct ctx *c, const struct loopback_step *steps, size_t n,
    const char *reason)
{
	struct pair p = pair_start(steps, n);
	const struct calendly_cancel what = { EVENT, reason, p.deadline };
	struct trial t = { .how = CALENDLY_GONE };
	int i;

	ctx_forgive(c);
	t.e = calendly_event_cancel(c, &p.cal, &what, &t.how);
	t.requests = loopback_requests(p.server);
	for (i = 0; i < 4; i++) {
		t.lines[i] = line(c, &p, i);
		t.bodies[i] = arena_dup(c->mem, body(&p, i));
	}
	pair_stop(&p);
	return t;
}

static void
a_time_is_looked_at_and_then_cancelled(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { gives(c, 200, "scheduled_event"),
		gives(c, 201, "cancellation_201") };
	struct trial t = cancel(c, steps, 2, "not paid");

	assert_int_equal(t.e, OK);
	assert_int_equal(t.how, CALENDLY_CANCELLED);
	assert_string_equal(t.lines[0],
	    "GET /scheduled_events/" EVENT " HTTP/1.1");
	assert_string_equal(t.lines[1],
	    "POST /scheduled_events/" EVENT "/cancellation HTTP/1.1");
	assert_string_equal(t.bodies[1], "{\"reason\":\"not paid\"}");
	t = cancel(c, steps, 2, NULL);
	assert_string_equal(t.bodies[1], "{}");
}

static void
a_cancelled_time_is_left_alone(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = gives(c, 200, "scheduled_event_canceled");
	struct trial t = cancel(c, &step, 1, NULL);

	assert_int_equal(t.e, OK);
	assert_int_equal(t.how, CALENDLY_CANCELLED);
	assert_int_equal(t.requests, 1);
}

static void
a_time_that_others_have_seats_in_is_left_alone(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = says(c, 200, SHARED);
	struct trial t = cancel(c, &step, 1, NULL);

	assert_int_equal(t.e, OK);
	assert_int_equal(t.how, CALENDLY_SHARED);
	assert_int_equal(t.requests, 1);
	/* Where nobody counted, there may be others. */
	step = says(c, 200, "{\"resource\":{\"status\":\"active\"}}");
	t = cancel(c, &step, 1, NULL);
	assert_int_equal(t.e, E_CALENDLY);
	assert_int_equal(t.requests, 1);
}

static void
a_time_nobody_knows_is_gone(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = gives(c, 404, "error_404_not_found");
	const struct calendly_cancel odd = { "../users", NULL, 0 };
	struct trial t = cancel(c, &step, 1, NULL);
	enum calendly_cancelled how = CALENDLY_SHARED;

	assert_int_equal(t.e, OK);
	assert_int_equal(t.how, CALENDLY_GONE);
	assert_null(c->why);
	assert_int_equal(OK, calendly_event_cancel(c,
	    &(struct calendly){ 0 }, &odd, &how));
	assert_int_equal(how, CALENDLY_GONE);
}

static void
who_was_slower_finds_it_done(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { says(c, 200, STANDS),
		gives(c, 403, "cancellation_403_already_canceled"),
		gives(c, 200, "scheduled_event_canceled") };
	struct trial t = cancel(c, steps, 3, NULL);

	assert_int_equal(t.e, OK);
	assert_int_equal(t.how, CALENDLY_CANCELLED);
	/* The same words where it stands: the token may not do this. */
	steps[2] = says(c, 200, STANDS);
	t = cancel(c, steps, 3, NULL);
	assert_int_equal(t.e, E_INTERNAL);
}

static void
a_reason_that_is_refused_is_left_out(void **state)
{
	struct ctx *c = *state;
	struct loopback_step no = gives(c, 400, "error_400_invalid_argument");
	struct loopback_step steps[] = { says(c, 200, STANDS), no,
		gives(c, 201, "cancellation_201_no_reason"),
		says(c, 200, STANDS) };
	struct trial t = cancel(c, steps, 3, "not paid");

	assert_int_equal(t.e, OK);
	assert_int_equal(t.how, CALENDLY_CANCELLED);
	assert_string_equal(t.bodies[2], "{}");
	steps[2] = no;
	t = cancel(c, steps, 4, "not paid");
	assert_int_equal(t.e, E_CALENDLY);
	assert_int_equal(t.requests, 4);
}

static void
a_lost_answer_is_settled_by_looking(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { says(c, 200, STANDS),
		{ .bytes = NULL },
		gives(c, 200, "scheduled_event_canceled") };
	struct trial t = cancel(c, steps, 3, NULL);

	assert_int_equal(t.e, OK);
	assert_int_equal(t.how, CALENDLY_CANCELLED);
	assert_int_equal(t.requests, 3);
	/* It stands yet: the lost one may still be on its way. */
	steps[1] = gives(c, 500, "error_500");
	steps[2] = says(c, 200, STANDS);
	t = cancel(c, steps, 3, NULL);
	assert_int_equal(t.e, E_CALENDLY);
	assert_int_equal(t.requests, 3);
	assert_string_equal(c->why, "calendly: status 500");
}

static void
a_rate_limit_puts_it_off(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { says(c, 200, STANDS),
		{ .bytes = loopback_reply(c, 429,
		      "X-RateLimit-Reset: 7\r\n", "{}") } };
	struct trial t = cancel(c, steps, 2, NULL);

	assert_int_equal(t.e, E_CALENDLY);
	assert_int_equal(c->retry_after, 7);
	assert_int_equal(t.requests, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(a_time_is_looked_at_and_then_cancelled),
		WITH_CTX(a_cancelled_time_is_left_alone),
		WITH_CTX(a_time_that_others_have_seats_in_is_left_alone),
		WITH_CTX(a_time_nobody_knows_is_gone),
		WITH_CTX(who_was_slower_finds_it_done),
		WITH_CTX(a_reason_that_is_refused_is_left_out),
		WITH_CTX(a_lost_answer_is_settled_by_looking),
		WITH_CTX(a_rate_limit_puts_it_off),
	};

	http_global_init();
	return cmocka_run_group_tests_name("calendly_cancel", tests, NULL,
	    NULL);
}
