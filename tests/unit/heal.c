/*
 * Healing: events, sessions and bookings that nobody told us of.
 */
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/checkout.h"
#include "booking/refund.h"
#include "db/db.h"
#include "healing.h"
#include "provider/stripe_retry.h"

static const char sql_marks[] = "SELECT count(*) FROM mark";
static const char sql_events[] = "SELECT count(*) FROM event";
static const char sql_bookings[] = "SELECT count(*) FROM booking";

/* --- stripe-events ---------------------------------------------------------- */

static char *
list(struct world *w, const char *items, int more)
{
	return arena_printf(w->c.mem,
	    "{\"object\":\"list\",\"has_more\":%s,\"data\":[%s]}",
	    more ? "true" : "false", items);
}

/* Two pages: the newer one first. */
static struct script
lost_payment(struct world *w)
{
	struct script s = { .n = 0 };

	then(w, &s, 200, list(w,
	    world_file(w, "stripe/events/payment_intent.succeeded"), 1));
	then(w, &s, 200, list(w,
	    world_file(w, "stripe/events/checkout.session.completed"), 0));
	return s;
}

static void
a_payment_nobody_told_of_is_found(void **state)
{
	struct world *w = *state;
	struct script s = lost_payment(w);
	struct trial t;
	struct mark m;

	world_open_story(w);
	t = heal_part(w, "stripe-events", &s, NULL);
	/* The newer one waited for the older, which brought the change. */
	counts(&t, HEAL_FINE, 2, 2, 1);
	assert_string_equal(world_status(w), "CONFIRMED PAID");
	/* 30 days back; Stripe keeps no more. */
	assert_true(begins(t.stripe[0], arena_printf(w->c.mem,
	    "GET /v1/events?limit=50&created[gte]=%lld&types[0]=",
	    (long long)((WORLD_NOW - DAYS(30)) / NOW_SECOND))));
	assert_non_null(strstr(t.stripe[1], "&starting_after=evt_"));
	m = mark_of(w, "stripe-events");
	assert_true(m.at >= WORLD_NOW && m.at < WORLD_NOW + MINUTES(1));
	assert_non_null(strstr(m.note, "fine: looked at 2, new 2, mended 1"));
	/* The next time begins an hour before, and finds nothing. */
	t = heal_part(w, "stripe-events", &s, NULL);
	counts(&t, HEAL_FINE, 2, 0, 0);
	assert_non_null(strstr(t.stripe[0], arena_printf(w->c.mem,
	    "created[gte]=%lld&",
	    (long long)((m.at - HOURS(1)) / NOW_SECOND))));
}

static void
an_event_is_the_same_by_webhook_and_by_list(void **state)
{
	struct world *w = *state;
	struct script s = lost_payment(w);
	struct trial t;

	world_open_story(w);
	world_tell(w, "stripe",
	    world_file(w, "stripe/events/checkout.session.completed"));
	t = heal_part(w, "stripe-events", &s, NULL);
	counts(&t, HEAL_FINE, 2, 1, 0);
}

static void
a_dry_run_counts_and_changes_nothing(void **state)
{
	struct world *w = *state;
	struct script s = lost_payment(w);
	struct trial t;

	world_open_story(w);
	t = try_part(w, "stripe-events", &s, NULL);
	counts(&t, HEAL_FINE, 2, 2, 0);
	assert_int_equal(world_count(w, sql_marks), 0);
	assert_int_equal(heal_part(w, "stripe-events", &s, NULL).r->news, 2);
}

static void
the_mark_waits_for_the_whole_list(void **state)
{
	struct world *w = *state;
	struct script s = lost_payment(w);
	struct trial t;

	world_open_story(w);
	s.n = 1; /* behind the first page Stripe hangs up */
	t = heal_part(w, "stripe-events", &s, NULL);
	counts(&t, HEAL_AWAY, 1, 1, 0);
	assert_int_equal(mark_of(w, "stripe-events").at, 0);
	s = lost_payment(w);
	t = heal_part(w, "stripe-events", &s, NULL);
	counts(&t, HEAL_FINE, 2, 1, 1);
	assert_string_equal(world_status(w), "CONFIRMED PAID");
}

static void
a_list_that_leads_nowhere_is_given_up(void **state)
{
	struct world *w = *state;
	struct script s = { .n = 0 };
	char *page = list(w,
	    world_file(w, "stripe/events/payment_intent.succeeded"), 1);
	struct trial t;

	then(w, &s, 200, page);
	then(w, &s, 200, page);
	then(w, &s, 200, page);
	t = heal_part(w, "stripe-events", &s, NULL);
	assert_int_equal(t.r->state, HEAL_AWAY);
	assert_int_equal(t.stripe_asked, 2);
	assert_int_equal(mark_of(w, "stripe-events").at, 0);
}

static void
the_list_begins_no_later_than_now(void **state)
{
	struct world *w = *state;
	struct script s = lost_payment(w);
	const struct mark ahead = { .name = "stripe-events",
		.at = WORLD_NOW + DAYS(1) };
	const struct mark behind = { .name = "calendly",
		.at = WORLD_NOW - DAYS(100) };
	struct trial t;

	assert_int_equal(mark_set_tx(&w->c, w->db, &ahead), OK);
	t = heal_part(w, "stripe-events", &s, NULL);
	assert_non_null(strstr(t.stripe[0], arena_printf(w->c.mem,
	    "created[gte]=%lld&",
	    (long long)((WORLD_NOW - HOURS(1)) / NOW_SECOND))));
	/* Nor does it begin before anybody cares. */
	assert_int_equal(mark_set_tx(&w->c, w->db, &behind), OK);
	t = heal_part(w, "calendly", NULL, NULL);
	assert_non_null(strstr(t.calendly[0],
	    "&min_start_time=2026-09-24T14%3A00%3A0"));
}

static void
a_refused_key_is_for_a_person(void **state)
{
	struct world *w = *state;
	struct script s = { .n = 0 };
	struct trial t;

	then(w, &s, 401, "{\"error\":{\"type\":\"invalid_request_error\"}}");
	t = heal_part(w, "stripe-events", &s, NULL);
	counts(&t, HEAL_PERSON, 0, 0, 0);
	assert_non_null(strstr(t.r->note, "status 401"));
}

/* --- sessions ---------------------------------------------------------------- */

/* Our session as Stripe would answer it now. */
static char *
session(struct world *w, const char *status)
{
	char *event = world_file(w, "stripe/events/checkout.session.completed");
	char *o = world_part(&w->c, event, "data.object");

	o = world_edit(&w->c, o, "status", status);
	if (strcmp(status, "\"expired\"") == 0) {
		o = world_edit(&w->c, o, "payment_status", "\"unpaid\"");
		o = world_edit(&w->c, o, "payment_intent", "null");
	}
	return o;
}

static void
a_session_that_ended_unheard_is_read_again(void **state)
{
	struct world *w = *state;
	struct script s = { .n = 0 };
	struct trial t;

	world_open_story(w);
	then(w, &s, 200, session(w, "\"expired\""));
	/* It has a day to go. */
	w->c.now = world_checkout(w, WORLD_CHECKOUT)->expires_at - HOURS(1);
	t = heal_part(w, "sessions", &s, NULL);
	counts(&t, HEAL_FINE, 0, 0, 0);
	w->c.now = world_checkout(w, WORLD_CHECKOUT)->expires_at - MINUTES(9);
	t = try_part(w, "sessions", &s, NULL);
	counts(&t, HEAL_FINE, 1, 1, 0);
	t = heal_part(w, "sessions", &s, NULL);
	assert_true(begins(t.stripe[0],
	    "GET /v1/checkout/sessions/" WORLD_SESSION " "));
	assert_int_equal(t.r->news, 1);
	assert_string_equal(world_checkout(w, WORLD_CHECKOUT)->status,
	    "expired");
	t = heal_part(w, "sessions", &s, NULL);
	counts(&t, HEAL_FINE, 0, 0, 0);
}

static void
money_that_came_unheard_is_found(void **state)
{
	struct world *w = *state;
	struct script s = { .n = 0 };
	struct trial t;

	world_open_story(w);
	world_tell(w, "stripe",
	    world_file(w, "stripe/events/checkout.session.completed.unpaid"));
	then(w, &s, 200, session(w, "\"complete\""));
	t = heal_part(w, "sessions", &s, NULL);
	counts(&t, HEAL_FINE, 1, 1, 1);
	assert_string_equal(world_status(w), "CONFIRMED PAID");
}

static void
an_attempt_without_an_end_is_settled(void **state)
{
	struct world *w = *state;
	struct script s = { .n = 0 };
	struct trial t;

	world_open_story_asked(w);
	then(w, &s, 200, list(w, "", 0));
	/* Somebody may still wait for the answer. */
	w->c.now = world_checkout(w, WORLD_CHECKOUT)->created_at + MINUTES(9);
	t = heal_part(w, "sessions", &s, NULL);
	counts(&t, HEAL_FINE, 0, 0, 0);
	w->c.now += MINUTES(2);
	t = try_part(w, "sessions", NULL, NULL);
	counts(&t, HEAL_FINE, 1, 1, 0);
	assert_int_equal(t.stripe_asked, 0);
	t = heal_part(w, "sessions", &s, NULL);
	counts(&t, HEAL_FINE, 1, 1, 1);
	assert_string_equal(world_checkout(w, WORLD_CHECKOUT)->status,
	    "refused");
}

static void
a_session_stripe_does_not_know_is_for_a_person(void **state)
{
	struct world *w = *state;
	struct script s = { .n = 0 };
	struct trial t;

	world_open_story(w);
	w->c.now = world_checkout(w, WORLD_CHECKOUT)->expires_at;
	then(w, &s, 404, "{\"error\":{\"type\":\"invalid_request_error\","
	    "\"code\":\"resource_missing\"}}");
	t = heal_part(w, "sessions", &s, NULL);
	assert_int_equal(t.r->state, HEAL_PERSON);
	/* No answer is not a no. */
	t = heal_part(w, "sessions", NULL, NULL);
	assert_int_equal(t.r->state, HEAL_AWAY);
}

static void
an_answer_that_is_none_is_for_a_person(void **state)
{
	struct world *w = *state;
	struct script s = { .n = 0 };
	struct trial t;

	world_open_story(w);
	w->c.now = world_checkout(w, WORLD_CHECKOUT)->expires_at;
	then(w, &s, 200, "{}");
	t = heal_part(w, "sessions", &s, NULL);
	counts(&t, HEAL_PERSON, 1, 0, 0);
}

static void
a_no_is_about_one_and_no_answer_about_all(void **state)
{
	struct world *w = *state;
	struct script s = { .n = 0 };
	struct trial t;

	world_open_story(w);
	world_plan(w, world_book(w, 1, world_slot(2, 15))->id, NULL);
	w->c.now = world_checkout(w, WORLD_CHECKOUT)->expires_at;
	then(w, &s, 403, "{\"error\":{\"type\":\"invalid_request_error\"}}");
	then(w, &s, 200, session(w, "\"expired\""));
	t = heal_part(w, "sessions", NULL, NULL);
	assert_int_equal(t.r->state, HEAL_AWAY);
	assert_int_equal(t.stripe_asked, STRIPE_RETRY_TRIES);
	t = heal_part(w, "sessions", &s, NULL);
	assert_int_equal(t.r->state, HEAL_PERSON);
	assert_int_equal(t.r->looked, 2);
	assert_string_equal(world_checkout(w, WORLD_CHECKOUT)->status,
	    "expired");
}

static void
a_refund_that_ended_unheard_is_read_again(void **state)
{
	struct world *w = *state;
	struct script s = { .n = 0 };
	char *told, *ended;
	struct refund *re;
	struct trial t;

	world_open_story(w);
	world_tell(w, "stripe",
	    world_file(w, "stripe/events/checkout.session.completed"));
	told = world_file(w, "stripe/events/refund.created.pending");
	told = world_edit(&w->c, told, "data.object.payment_intent",
	    "\"" WORLD_INTENT "\"");
	assert_string_equal(world_tell(w, "stripe", told).outcome.word,
	    "applied");
	/* The account has to give its details: it waits, too. */
	told = world_edit(&w->c, told, "data.object.status",
	    "\"requires_action\"");
	told = world_edit(&w->c, told, "id", "\"evt_action\"");
	told = world_edit(&w->c, told, "type", "\"refund.updated\"");
	assert_string_equal(world_tell(w, "stripe", told).outcome.word,
	    "applied");
	ended = world_edit(&w->c, world_part(&w->c, told, "data.object"),
	    "status", "\"succeeded\"");
	then(w, &s, 200, list(w, ended, 0));
	t = try_part(w, "sessions", &s, NULL);
	counts(&t, HEAL_FINE, 1, 1, 0);
	t = heal_part(w, "sessions", &s, NULL);
	assert_true(begins(t.stripe[0],
	    "GET /v1/refunds?payment_intent=" WORLD_INTENT "&limit=100 "));
	assert_int_equal(t.r->news, 1);
	ended = world_part(&w->c, ended, "id");
	ended[strlen(ended) - 1] = '\0';
	assert_int_equal(refund_get_tx(&w->c, w->db, ended + 1, &re), OK);
	assert_string_equal(re->status, "succeeded");
	t = heal_part(w, "sessions", &s, NULL);
	counts(&t, HEAL_FINE, 0, 0, 0);
}

/* --- calendly ---------------------------------------------------------------- */

/* A host with two events: one seat in one, two in the other. */
static struct script
full_calendar(struct world *w)
{
	struct script k = { .n = 0 };

	then(w, &k, 200, calendly_file(w, "scheduled_events_list"));
	then(w, &k, 200, arena_printf(w->c.mem, "{\"collection\":[%s]}",
	    world_part(&w->c, calendly_file(w, "invitee"), "resource")));
	then(w, &k, 200, calendly_file(w, "invitees_list_group"));
	return k;
}

static void
bookings_nobody_told_of_are_found(void **state)
{
	struct world *w = *state;
	struct script k = full_calendar(w);
	struct booking *b;
	struct trial t;

	t = try_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_FINE, 3, 3, 0);
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_FINE, 3, 3, 3);
	assert_int_equal(world_count(w, sql_bookings), 3);
	assert_int_equal(booking_by_invitee_tx(&w->c, w->db,
	    "1417e000-0000-4000-8000-000000000020", &b), OK);
	assert_string_equal(b->status, "CANCELLED");
	/* 30 days back the first time. */
	assert_non_null(strstr(t.calendly[0],
	    "&min_start_time=2026-10-24T14%3A00%3A0"));
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_FINE, 3, 0, 0);
	assert_non_null(strstr(t.calendly[0],
	    "&min_start_time=2026-11-16T14%3A00%3A0"));
	/* After a long outage from where it began. */
	w->c.now += DAYS(20);
	t = heal_part(w, "calendly", NULL, &k);
	assert_non_null(strstr(t.calendly[0],
	    "&min_start_time=2026-11-22T14%3A00%3A0"));
}

/* It may have been marked, and taken back, while nobody told us. */
static void
a_no_show_is_read_off_the_invitee(void **state)
{
	static const char *const marks[] = { "{\"uri\":\"https://"
	    "api.calendly.com/invitee_no_shows/1\"}", "null" };
	struct world *w = *state;
	struct booking *b;
	size_t i;

	for (i = 0; i < COUNT(marks); i++) {
		struct script k = { .n = 0 };

		then(w, &k, 200, calendly_file(w, "scheduled_events_list"));
		then(w, &k, 200, arena_printf(w->c.mem,
		    "{\"collection\":[%s]}", world_edit(&w->c,
		    world_part(&w->c, calendly_file(w, "invitee"),
			"resource"), "no_show", marks[i])));
		then(w, &k, 200, "{\"collection\":[]}");
		heal_part(w, "calendly", NULL, &k);
		assert_int_equal(booking_by_invitee_tx(&w->c, w->db,
		    "1417e000-0000-4000-8000-000000000001", &b), OK);
		assert_int_equal(b->no_show, i == 0);
	}
}

static void
a_list_broken_off_is_begun_again(void **state)
{
	struct world *w = *state;
	struct script k = full_calendar(w);
	struct trial t;

	k.n = 2;
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_AWAY, 1, 1, 1);
	assert_int_equal(mark_of(w, "calendly").at, 0);
	k = full_calendar(w);
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_FINE, 3, 2, 2);
}

static void
an_event_that_has_gone_is_passed_over(void **state)
{
	struct world *w = *state;
	struct script k = full_calendar(w);
	struct trial t;

	k.steps[1] = (struct loopback_step){ .bytes = loopback_reply(&w->c,
	    404, "", calendly_file(w, "error_404_not_found")) };
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_FINE, 2, 2, 2);
}

static void
builders_who_share_a_host_share_its_list(void **state)
{
	struct world *w = *state;
	struct script k = full_calendar(w);
	const struct builder alice = { .id = "alice", .name = "Alice",
		.timezone = "Europe/Paris",
		.calendly_user = "https://api.calendly.com/users/"
				 "00000000-0000-4000-8000-000000000101" };
	struct trial t;

	assert_int_equal(builder_set_tx(&w->c, w->db, &alice), OK);
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_FINE, 3, 3, 3);
	assert_int_equal(t.calendly_asked, 3);
}

static void
the_rate_limit_is_kept(void **state)
{
	struct world *w = *state;
	struct script k = { .n = 0 };
	int64_t begin = now_monotonic();
	struct trial t;

	/* Two are left of this minute, then none. */
	k.steps[k.n++] = (struct loopback_step){ .bytes = loopback_reply(
	    &w->c, 200, "X-RateLimit-Remaining: 2\r\nX-RateLimit-Reset: 9\r\n",
	    "{\"collection\":[],\"pagination\":{\"next_page_token\":\"p\"}}") };
	k.steps[k.n++] = (struct loopback_step){ .bytes = loopback_reply(
	    &w->c, 429, "X-RateLimit-Reset: 7\r\n", "{}") };
	then(w, &k, 200, "{\"collection\":[]}");
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_FINE, 0, 0, 0);
	assert_int_equal(t.calendly_asked, 3);
	assert_non_null(strstr(t.calendly[2], "&page_token=p "));
	assert_true(now_monotonic() - begin >= (9 + 7) * SECOND);
	/* Who says "come back tomorrow" is not waited for. */
	k.n = 0;
	k.steps[k.n++] = (struct loopback_step){ .bytes = loopback_reply(
	    &w->c, 429, "X-RateLimit-Reset: 3000\r\n", "{}") };
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_AWAY, 0, 0, 0);
	/* Nor for ever is who says it again and again. */
	k.n = 0;
	while (k.n < SENT_MAX)
		k.steps[k.n++] = (struct loopback_step){ .bytes =
		    loopback_reply(&w->c, 429, "X-RateLimit-Reset: 1\r\n",
		    "{}") };
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_AWAY, 0, 0, 0);
	assert_int_equal(t.calendly_asked, 6);
}

static void
one_host_does_not_keep_us_from_another(void **state)
{
	struct world *w = *state;
	struct script k = { .n = 0 }, rest = full_calendar(w);
	const struct builder alice = { .id = "alice", .name = "Alice",
		.timezone = "Europe/Paris",
		.calendly_user = "https://api.calendly.com/users/gone" };
	struct trial t;
	size_t i;

	assert_int_equal(builder_set_tx(&w->c, w->db, &alice), OK);
	then(w, &k, 404, calendly_file(w, "error_404_not_found"));
	for (i = 0; i < rest.n; i++)
		k.steps[k.n++] = rest.steps[i];
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_PERSON, 3, 3, 3);
	assert_non_null(strstr(t.r->note, "builder alice"));
}

static int
stop_at_once(void *arg, const struct heal_result *so_far)
{
	(void)so_far;
	++*(int *)arg;
	return 1;
}

static void
healing_can_be_stopped_and_begun_again(void **state)
{
	struct world *w = *state;
	struct script k = full_calendar(w), s = lost_payment(w);
	int calls = 0;
	struct heal_order order = { .part = "calendly",
		.between = stop_at_once, .arg = &calls };
	struct trial t = heal(w, &order, NULL, &k);

	counts(&t, HEAL_AWAY, 1, 1, 1);
	assert_int_equal(calls, 1);
	/* Nor does the next part begin. */
	order.part = NULL;
	t = heal(w, &order, &s, NULL);
	assert_true(t.report.count < HEAL_PARTS);
	t = heal_part(w, "calendly", NULL, &k);
	counts(&t, HEAL_FINE, 3, 2, 2);
}

/* --- all, and whose turn it is ------------------------------------------------- */

static void
a_dead_provider_fails_its_own_parts_only(void **state)
{
	static const struct heal_order all = { .part = NULL };
	struct world *w = *state;
	struct script s = good_endpoint(w), rest = lost_payment(w);
	struct trial t;
	size_t i;

	world_open_story(w);
	for (i = 0; i < rest.n; i++)
		s.steps[s.n++] = rest.steps[i];
	t = heal(w, &all, &s, NULL);
	assert_int_equal(t.e, OK);
	assert_int_equal(t.report.count, HEAL_PARTS);
	assert_int_equal(t.report.parts[0].state, HEAL_AWAY);
	assert_int_equal(t.report.parts[1].state, HEAL_FINE);
	assert_int_equal(t.report.parts[2].state, HEAL_FINE);
	assert_int_equal(t.report.parts[3].state, HEAL_AWAY);
	assert_string_equal(world_status(w), "CONFIRMED PAID");
	assert_int_equal(world_count(w, sql_marks), HEAL_PARTS);
	assert_true(world_count(w, sql_events) > 0);
	assert_int_equal(E_NOTFOUND,
	    heal_part(w, "nothing", NULL, NULL).e);
}

static void
what_is_not_configured_is_left_out(void **state)
{
	static const struct heal_order all = { .part = NULL };
	struct world *w = *state;
	struct conf *conf = ask_settings(&w->c, "\n");
	struct shop shop = { .conf = conf, .public_url = PUBLIC,
		.db = w->db };
	struct heal_report report;
	size_t i;

	assert_int_equal(heal_run(&w->c, &shop, &all, &report), OK);
	for (i = 0; i < report.count; i++)
		assert_int_equal(report.parts[i].state, HEAL_OFF);
	assert_int_equal(world_count(w, sql_marks), 0);
	conf_free(conf);
}

static void
a_turn_comes_every_so_many_minutes(void **state)
{
	struct world *w = *state;
	struct shop shop = { .db = w->db };
	int taken;

	assert_int_equal(heal_turn(&w->c, &shop, 0, &taken), OK);
	assert_false(taken);
	assert_int_equal(heal_turn(&w->c, &shop, 15, &taken), OK);
	assert_true(taken);
	assert_int_equal(heal_turn(&w->c, &shop, 15, &taken), OK);
	assert_false(taken);
	w->c.now += MINUTES(15) - 1;
	assert_int_equal(heal_turn(&w->c, &shop, 15, &taken), OK);
	assert_false(taken);
	w->c.now += 1;
	assert_int_equal(heal_turn(&w->c, &shop, 15, &taken), OK);
	assert_true(taken);
	/* Who is still at it keeps others away. */
	w->c.now += MINUTES(10);
	assert_int_equal(heal_hold(&w->c, &shop, 15), OK);
	w->c.now += MINUTES(14);
	assert_int_equal(heal_turn(&w->c, &shop, 15, &taken), OK);
	assert_false(taken);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(a_payment_nobody_told_of_is_found),
		WITH_SHOP(an_event_is_the_same_by_webhook_and_by_list),
		WITH_SHOP(a_dry_run_counts_and_changes_nothing),
		WITH_SHOP(the_mark_waits_for_the_whole_list),
		WITH_SHOP(a_list_that_leads_nowhere_is_given_up),
		WITH_SHOP(the_list_begins_no_later_than_now),
		WITH_SHOP(a_refused_key_is_for_a_person),
		WITH_SHOP(a_session_that_ended_unheard_is_read_again),
		WITH_SHOP(money_that_came_unheard_is_found),
		WITH_SHOP(an_attempt_without_an_end_is_settled),
		WITH_SHOP(a_session_stripe_does_not_know_is_for_a_person),
		WITH_SHOP(an_answer_that_is_none_is_for_a_person),
		WITH_SHOP(a_no_is_about_one_and_no_answer_about_all),
		WITH_SHOP(a_refund_that_ended_unheard_is_read_again),
		WITH_SHOP(bookings_nobody_told_of_are_found),
		WITH_SHOP(a_no_show_is_read_off_the_invitee),
		WITH_SHOP(a_list_broken_off_is_begun_again),
		WITH_SHOP(an_event_that_has_gone_is_passed_over),
		WITH_SHOP(builders_who_share_a_host_share_its_list),
		WITH_SHOP(the_rate_limit_is_kept),
		WITH_SHOP(one_host_does_not_keep_us_from_another),
		WITH_SHOP(healing_can_be_stopped_and_begun_again),
		WITH_SHOP(a_dead_provider_fails_its_own_parts_only),
		WITH_SHOP(what_is_not_configured_is_left_out),
		WITH_SHOP(a_turn_comes_every_so_many_minutes),
	};

	http_global_init();
	return cmocka_run_group_tests_name("heal", tests, NULL, NULL);
}
