/*
 * How bookings come to be: claimed in a browser, told by Calendly, asked for.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/seat.h"
#include "booking/session_type.h"
#include "db/db.h"
#include "world.h"

#define INVITEE "1417e000-0000-4000-8000-000000000001"
#define START "2026-12-10T14:00:00Z"
#define HOOK(name) "calendly/webhooks/" name

static const char sql_bookings[] = "SELECT count(*) FROM booking";

static int64_t
at(const char *text)
{
	int64_t micros;

	assert_int_equal(now_parse(text, &micros), OK);
	return micros;
}

/* --- claims -------------------------------------------------------------- */

/* What the browser says of the booking of invitee_created. */
static struct seat_request
claim_of(struct world *w, int n)
{
	struct seat_request rq = world_request(w, n, at(START));

	rq.session_type = NULL;
	rq.event_type = "e7e70001-0000-4000-8000-000000000001";
	rq.invitee = INVITEE;
	rq.event = "5c4ed000-0000-4000-8000-000000000001";
	return rq;
}

static struct booking *
claimed(struct world *w, const struct seat_request *rq)
{
	struct booking *b;

	assert_int_equal(seat_claim_tx(&w->c, w->db, rq, &b), OK);
	return b;
}

static struct booking *
told(struct world *w, const char *body)
{
	struct booking *b;
	struct intake in = world_tell(w, "calendly", body);

	assert_string_equal(in.outcome.word, "applied");
	b = world_booking(w, in.outcome.booking);
	return b;
}

static void
a_claim_takes_price_length_and_rules_from_the_type(void **state)
{
	struct world *w = *state;
	const struct seat_request rq = claim_of(w, 1);
	const struct booking *b = claimed(w, &rq);

	assert_string_equal(b->id, world_id(w, 1));
	assert_string_equal(b->session_type, "strategy");
	assert_string_equal(b->builder, "robin");
	assert_int_equal(b->amount, 15000);
	assert_string_equal(b->currency, "usd");
	assert_string_equal(b->policy, "24:100 12:50");
	assert_int_equal(b->end_at, b->start_at + MINUTES(60));
	assert_string_equal(b->source, "calendly");
	assert_int_equal(b->told_at, 0);
	assert_string_equal(b->status, "PENDING");
}

static void
the_webhook_that_comes_later_joins_the_claim(void **state)
{
	struct world *w = *state;
	const struct seat_request rq = claim_of(w, 1);
	const struct booking *b;

	claimed(w, &rq);
	b = told(w, world_file(w, HOOK("invitee_created")));
	assert_string_equal(b->id, world_id(w, 1));
	assert_int_equal(world_count(w, sql_bookings), 1);
	assert_null(b->contradiction);
	assert_string_equal(b->email, "ada.client@example.com");
	assert_string_equal(b->timezone, "America/New_York");
	assert_true(b->told_at > 0);
}

static void
the_claim_that_comes_later_finds_the_booking(void **state)
{
	struct world *w = *state;
	const struct seat_request rq = claim_of(w, 1);
	const char *id = told(w, world_file(w, HOOK("invitee_created")))->id;

	assert_string_equal(claimed(w, &rq)->id, id);
	assert_int_equal(world_count(w, sql_bookings), 1);
}

static void
a_claim_of_another_start_is_contradicted(void **state)
{
	struct world *w = *state;
	struct seat_request rq = claim_of(w, 1);
	const struct booking *b;

	rq.start_at += HOURS(1);
	claimed(w, &rq);
	b = told(w, world_file(w, HOOK("invitee_created")));
	assert_int_equal(b->start_at, at(START));
	assert_string_equal(b->contradiction,
	    "start was claimed as 2026-12-10T15:00:00Z");
}

/* Cheap to claim, dear to book: the price is the one of what was booked. */
static void
a_claim_of_a_cheaper_type_is_contradicted_and_priced_anew(void **state)
{
	struct world *w = *state;
	struct seat_request rq = claim_of(w, 1);
	const struct booking *b;

	rq.event_type = "e7e70001-0000-4000-8000-000000000002";
	assert_int_equal(claimed(w, &rq)->amount, 5000);
	b = told(w, world_file(w, HOOK("invitee_created")));
	assert_int_equal(b->amount, 15000);
	assert_string_equal(b->session_type, "strategy");
	assert_string_equal(b->contradiction,
	    "session type was claimed as group");
}

static void
a_contradiction_stays_what_it_was(void **state)
{
	struct world *w = *state;
	struct seat_request rq = claim_of(w, 1);
	const char *first;

	rq.start_at += HOURS(1);
	claimed(w, &rq);
	first = told(w, world_file(w, HOOK("invitee_created")))->contradiction;
	assert_string_equal(told(w, world_file(w, HOOK("invitee_canceled")))
	    ->contradiction, first);
}

static void
what_is_not_sold_or_over_cannot_be_claimed(void **state)
{
	struct world *w = *state;
	struct seat_request rq = claim_of(w, 1);
	struct booking *b;

	rq.event_type = "unknown";
	assert_int_equal(seat_claim_tx(&w->c, w->db, &rq, &b), E_NOTYPE);
	rq = claim_of(w, 1);
	rq.start_at = w->c.now;
	assert_int_equal(seat_claim_tx(&w->c, w->db, &rq, &b), E_CONFLICT);
	assert_int_equal(world_count(w, sql_bookings), 0);
}

static void
a_claim_holds_no_time_until_calendly_confirms_it(void **state)
{
	struct world *w = *state;
	const struct seat_request rq = claim_of(w, 1);
	struct seat_request other = world_request(w, 2, at(START));
	struct booking *b;

	claimed(w, &rq);
	other.session_type = "direct";
	assert_int_equal(seat_request_tx(&w->c, w->db, &other, &b), OK);
	told(w, world_file(w, HOOK("invitee_created")));
	other.booking = world_id(w, 3);
	w->c.now += MINUTES(1);
	assert_int_equal(seat_request_tx(&w->c, w->db, &other, &b),
	    E_CONFLICT);
}

/* --- Calendly's word ----------------------------------------------------- */

static void
an_older_word_changes_no_detail(void **state)
{
	struct world *w = *state;
	const char *body = world_file(w, HOOK("invitee_canceled"));
	const struct booking *b;

	told(w, body);
	body = world_edit(&w->c, world_file(w, HOOK("invitee_created")),
	    "payload.name", "\"Old Name\"");
	b = told(w, body);
	assert_string_equal(b->name, "Ada Client");
	assert_string_equal(b->status, "CANCELLED");
}

static void
a_cancellation_says_when_who_and_why(void **state)
{
	struct world *w = *state;
	const struct booking *b;

	b = told(w, world_file(w, HOOK("invitee_canceled")));
	assert_int_equal(b->cancelled_at, at("2026-12-02T08:00:10.223808Z"));
	assert_string_equal(b->cancelled_by, "client");
	assert_string_equal(b->cancel_reason, "Meeting conflict");
	b = told(w, world_file(w,
	    HOOK("invitee_canceled_by_host_empty_reason")));
	assert_string_equal(b->cancelled_by, "builder");
	assert_null(b->cancel_reason);
}

static void
who_has_no_time_zone_gets_the_builder_s(void **state)
{
	struct world *w = *state;

	assert_string_equal(told(w, world_file(w,
	    HOOK("invitee_created_minimal_nulls")))->timezone,
	    "America/New_York");
}

static void
each_invitee_of_a_group_has_a_booking_of_their_own(void **state)
{
	struct world *w = *state;
	const struct booking *first, *second;

	first = told(w, world_file(w,
	    HOOK("group_event_first_invitee_created")));
	second = told(w, world_file(w,
	    HOOK("group_event_second_invitee_created")));
	assert_string_not_equal(first->id, second->id);
	assert_string_equal(first->calendly_event, second->calendly_event);
	told(w, world_file(w, HOOK("group_event_one_invitee_canceled")));
	assert_string_equal(world_booking(w, first->id)->status, "CANCELLED");
	assert_string_equal(world_booking(w, second->id)->status, "PENDING");
}

/* It says that it moved and not whither: nothing is cancelled by that. */
static void
a_move_to_somewhere_is_no_cancellation(void **state)
{
	struct world *w = *state;
	const struct booking *b;

	b = told(w, world_edit(&w->c, world_file(w,
	    HOOK("reschedule_old_invitee_canceled")), "payload.new_invitee",
	    "null"));
	assert_int_equal(b->cancelled_at, 0);
	assert_string_equal(b->status, "PENDING");
	told(w, world_file(w, HOOK("reschedule_new_invitee_created")));
	assert_string_equal(world_booking(w, b->id)->status, "RESCHEDULED");
}

/* The new one is of a dearer type; nothing is charged for a move. */
static void
the_price_moves_along_with_the_seat(void **state)
{
	struct world *w = *state;
	const char *moved = world_file(w,
	    HOOK("reschedule_new_invitee_created"));
	struct booking *b;

	moved = world_edit(&w->c, moved, "payload.scheduled_event.event_type",
	    "\"https://api.calendly.com/event_types/"
	    "e7e70001-0000-4000-8000-000000000002\"");
	b = told(w, moved);
	assert_int_equal(b->amount, 5000);
	told(w, world_file(w, HOOK("reschedule_old_invitee_canceled")));
	assert_int_equal(world_booking(w, b->id)->amount, 15000);
}

static void
what_was_sold_stays_as_it_was_sold(void **state)
{
	static const char remap[] =
		"UPDATE session_type SET calendly_type = NULL"
		" WHERE id = 'strategy';"
		"UPDATE session_type SET amount = 99000, policy = '',"
		" calendly_type = 'e7e70001-0000-4000-8000-000000000001'"
		" WHERE id = 'direct';";
	struct world *w = *state;
	char *body = world_file(w, HOOK("invitee_created"));
	const char *id = world_tell(w, "calendly", body).outcome.booking;

	assert_int_equal(db_script(&w->c, w->db, remap), OK);
	body = world_edit(&w->c, body, "payload.updated_at",
	    "\"2027-01-01T00:00:00.000000Z\"");
	world_tell(w, "calendly-api", body);
	assert_string_equal(world_booking(w, id)->session_type, "strategy");
	assert_int_equal(world_booking(w, id)->amount, 15000);
	assert_string_equal(world_booking(w, id)->policy, "24:100 12:50");
}

static void
a_body_without_times_asks_for_them_once(void **state)
{
	static const char sql[] = "SELECT count(*) FROM job"
	    " WHERE kind = 'calendly-read'";
	struct world *w = *state;
	const char *old = world_file(w,
	    HOOK("invitee_created_legacy_without_scheduled_event"));
	const char *event = world_part(&w->c, world_file(w,
	    HOOK("invitee_created")), "payload.scheduled_event");

	world_tell(w, "calendly", old);
	assert_true(world_has(w, "job calendly-read-"));
	assert_int_equal(world_count(w, sql), 1);
	old = world_edit(&w->c, old, "event", "\"invitee.read\"");
	old = world_edit(&w->c, old, "payload.scheduled_event", event);
	assert_string_equal(world_tell(w, "calendly-api", old).outcome.word,
	    "applied");
	assert_int_equal(world_count(w, sql), 0);
	assert_true(world_has(w, "event calendly invitee.created 1417e000-"
	    "0000-4000-8000-000000000031 applied"));
}

/* --- direct bookings ----------------------------------------------------- */

static enum err
ask(struct world *w, int n, int64_t start)
{
	const struct seat_request rq = world_request(w, n, start);
	struct booking *b;
	enum err e = seat_request_tx(&w->c, w->db, &rq, &b);

	ctx_forgive(&w->c);
	return e;
}

static void
a_time_is_sold_once(void **state)
{
	static const struct {
		int64_t offset; /* minutes beside the sold hour */
		enum err expected;
	} cases[] = {
		{ 0, E_CONFLICT }, { 59, E_CONFLICT }, { -59, E_CONFLICT },
		{ 30, E_CONFLICT },
		/* One begins as the other ends. */
		{ 60, OK }, { -60, OK },
	};
	struct world *w = *state;
	size_t i;

	world_book(w, 1, world_slot(7, 16));
	for (i = 0; i < COUNT(cases); i++)
		if (ask(w, 2 + (int)i, world_slot(7, 16) +
		    MINUTES(cases[i].offset)) != cases[i].expected)
			fail_msg("%lld minutes", (long long)cases[i].offset);
}

static void
only_the_offered_times_are_sold(void **state)
{
	/* Now is Monday, 9:00 in New York; 14:00 UTC. */
	static const struct {
		const char *name;
		int day, hour, minute;
		enum err expected;
	} cases[] = {
		{ "a minute ago", 0, 13, 59, E_CONFLICT },
		{ "now", 0, 14, 0, E_CONFLICT },
		{ "too soon", 0, 15, 59, E_CONFLICT },
		{ "just in time", 0, 16, 0, OK },
		{ "before the door opens", 1, 13, 59, E_CONFLICT },
		{ "as the door opens", 1, 14, 0, OK },
		{ "the last hour", 1, 21, 0, OK },
		{ "a minute too long", 1, 21, 1, E_CONFLICT },
		{ "at night", 1, 5, 0, E_CONFLICT },
		{ "on Saturday", 5, 15, 0, E_CONFLICT },
		{ "on Sunday", 6, 15, 0, E_CONFLICT },
		{ "next Monday", 7, 15, 0, OK },
		{ "as far ahead as can be", 60, 14, 0, OK },
		{ "too far ahead", 60, 14, 1, E_CONFLICT },
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		if (ask(w, 1 + (int)i, world_slot(cases[i].day,
		    cases[i].hour) + MINUTES(cases[i].minute)) !=
		    cases[i].expected)
			fail_msg("%s", cases[i].name);
}

static void
a_time_is_a_whole_minute(void **state)
{
	assert_int_equal(ask(*state, 1, world_slot(7, 15) + 1), E_CONFLICT);
	assert_int_equal(ask(*state, 1, world_slot(7, 15) + NOW_SECOND),
	    E_CONFLICT);
}

/* New York leaves winter time on 2027-03-14: 9:00 is 13:00 UTC then. */
static void
the_doors_open_by_the_builder_s_clock(void **state)
{
	struct world *w = *state;

	w->c.now = at("2027-03-08T00:00:00Z");
	assert_int_equal(ask(w, 1, at("2027-03-12T13:00:00Z")), E_CONFLICT);
	assert_int_equal(ask(w, 2, at("2027-03-12T14:00:00Z")), OK);
	assert_int_equal(ask(w, 3, at("2027-03-15T13:00:00Z")), OK);
	assert_int_equal(ask(w, 4, at("2027-03-15T21:00:00Z")), E_CONFLICT);
}

static void
what_is_not_sold_directly_is_not(void **state)
{
	static const struct {
		const char *type, *client;
		enum err expected;
	} cases[] = {
		{ "none", NULL, E_NOTYPE },
		{ "retired", NULL, E_NOTYPE },
		{ "strategy", NULL, E_CONFLICT },
		{ "members", "u-ada", OK },
	};
	struct world *w = *state;
	struct booking *b;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct seat_request rq = world_request(w, 1 + (int)i,
		    world_slot(7, 15 + (int)i));

		rq.session_type = cases[i].type;
		rq.client = cases[i].client;
		assert_int_equal(seat_request_tx(&w->c, w->db, &rq, &b),
		    cases[i].expected);
		ctx_forgive(&w->c);
	}
	assert_string_equal(b->client, "u-ada");
}

/* The admin may overbook opening hours, not people. */
static void
an_admin_may_take_a_time_that_is_not_offered(void **state)
{
	struct world *w = *state;
	struct seat_request rq = world_request(w, 1, world_slot(5, 3));
	struct booking *b;

	rq.by_admin = 1;
	assert_int_equal(seat_request_tx(&w->c, w->db, &rq, &b), OK);
	assert_string_equal(b->source, "admin");
	rq.booking = world_id(w, 2);
	assert_int_equal(seat_request_tx(&w->c, w->db, &rq, &b), E_CONFLICT);
}

/* --- who holds a time ---------------------------------------------------- */

static void
an_unpaid_time_is_free_again_when_its_hold_is_over(void **state)
{
	struct world *w = *state;
	const struct booking *b = world_book(w, 1, world_slot(7, 15));

	w->c.now = b->hold_at - 1;
	assert_int_equal(ask(w, 2, b->start_at), E_CONFLICT);
	w->c.now = b->hold_at;
	assert_int_equal(ask(w, 3, b->start_at), OK);
}

static void
a_time_whose_payment_is_on_its_way_stays_taken(void **state)
{
	struct world *w = *state;

	world_open_story(w);
	world_tell(w, "stripe", world_file(w,
	    "stripe/events/checkout.session.completed.unpaid"));
	w->c.now += DAYS(2);
	assert_int_equal(ask(w, 2, world_slot(8, 15)), E_CONFLICT);
}

static void
a_paid_time_stays_taken_and_a_cancelled_one_is_free(void **state)
{
	struct world *w = *state;
	struct booking *b;

	world_open_story(w);
	world_tell(w, "stripe", world_file(w,
	    "stripe/events/checkout.session.completed"));
	w->c.now += DAYS(2);
	assert_int_equal(ask(w, 2, world_slot(8, 15)), E_CONFLICT);
	b = world_booking(w, WORLD_BOOKING);
	b->status = "CANCELLED";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	assert_int_equal(ask(w, 3, world_slot(8, 15)), OK);
}

static void
another_builder_s_time_is_another_time(void **state)
{
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(7, 15)), other = *b;
	int taken;

	other.id = world_id(w, 2);
	assert_int_equal(booking_overlaps_tx(&w->c, w->db, &other, &taken),
	    OK);
	assert_int_equal(taken, 1);
	other.builder = "somebody else";
	assert_int_equal(booking_overlaps_tx(&w->c, w->db, &other, &taken),
	    OK);
	assert_int_equal(taken, 0);
	assert_int_equal(booking_overlaps_tx(&w->c, w->db, b, &taken), OK);
	assert_int_equal(taken, 0);
}

/* The longest session there is begins a day before. */
static void
a_session_of_a_whole_day_is_seen(void **state)
{
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(7, 15)), other = *b;
	int taken;

	b->end_at = b->start_at + DAYS(1);
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	other.id = world_id(w, 2);
	other.start_at = b->end_at - MINUTES(1);
	other.end_at = other.start_at + MINUTES(60);
	assert_int_equal(booking_overlaps_tx(&w->c, w->db, &other, &taken),
	    OK);
	assert_int_equal(taken, 1);
	other.start_at = b->end_at;
	assert_int_equal(booking_overlaps_tx(&w->c, w->db, &other, &taken),
	    OK);
	assert_int_equal(taken, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(
		    a_claim_takes_price_length_and_rules_from_the_type),
		WITH_SHOP(the_webhook_that_comes_later_joins_the_claim),
		WITH_SHOP(the_claim_that_comes_later_finds_the_booking),
		WITH_SHOP(a_claim_of_another_start_is_contradicted),
		WITH_SHOP(
		    a_claim_of_a_cheaper_type_is_contradicted_and_priced_anew),
		WITH_SHOP(a_contradiction_stays_what_it_was),
		WITH_SHOP(what_is_not_sold_or_over_cannot_be_claimed),
		WITH_SHOP(a_claim_holds_no_time_until_calendly_confirms_it),
		WITH_SHOP(an_older_word_changes_no_detail),
		WITH_SHOP(a_cancellation_says_when_who_and_why),
		WITH_SHOP(who_has_no_time_zone_gets_the_builder_s),
		WITH_SHOP(each_invitee_of_a_group_has_a_booking_of_their_own),
		WITH_SHOP(a_move_to_somewhere_is_no_cancellation),
		WITH_SHOP(the_price_moves_along_with_the_seat),
		WITH_SHOP(a_body_without_times_asks_for_them_once),
		WITH_SHOP(what_was_sold_stays_as_it_was_sold),
		WITH_SHOP(a_time_is_sold_once),
		WITH_SHOP(only_the_offered_times_are_sold),
		WITH_SHOP(a_time_is_a_whole_minute),
		WITH_SHOP(the_doors_open_by_the_builder_s_clock),
		WITH_SHOP(what_is_not_sold_directly_is_not),
		WITH_SHOP(an_admin_may_take_a_time_that_is_not_offered),
		WITH_SHOP(an_unpaid_time_is_free_again_when_its_hold_is_over),
		WITH_SHOP(a_time_whose_payment_is_on_its_way_stays_taken),
		WITH_SHOP(a_paid_time_stays_taken_and_a_cancelled_one_is_free),
		WITH_SHOP(another_builder_s_time_is_another_time),
		WITH_SHOP(a_session_of_a_whole_day_is_seen),
	};

	return cmocka_run_group_tests_name("seat", tests, NULL, NULL);
}
