/*
 * One open session per booking, whatever is clicked, and when.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/seat.h"
#include "db/db.h"
#include "world.h"

static const char sql_busy[] =
	"SELECT count(*) FROM checkout WHERE status IN ('asked', 'open')";

static const char *
booked(struct world *w)
{
	return world_book(w, 1, world_slot(7, 15))->id;
}

/* A new attempt whose session is open. */
static struct checkout *
opened(struct world *w, const char *booking, const char *promotion_code)
{
	struct collect_plan plan = world_plan(w, booking, promotion_code);

	assert_int_equal(plan.step, COLLECT_SEND);
	plan.checkout->session = arena_printf(w->c.mem, "cs_test_%lld",
	    (long long)plan.checkout->attempt);
	plan.checkout->status = "open";
	plan.checkout->url = "https://checkout.stripe.com/c";
	assert_int_equal(checkout_save_tx(&w->c, w->db, plan.checkout), OK);
	return plan.checkout;
}

static void
become(struct world *w, struct checkout *co, const char *status,
    const char *payment_status)
{
	co->status = status;
	co->payment_status = payment_status;
	assert_int_equal(checkout_save_tx(&w->c, w->db, co), OK);
}

static void
refused_with(struct world *w, const char *booking, const char *words)
{
	struct collect_plan plan;

	assert_int_equal(world_try_plan(w, booking, NULL, &plan), E_CONFLICT);
	if (w->c.say == NULL || strstr(w->c.say, words) == NULL)
		fail_msg("%s, not %s", w->c.say, words);
	ctx_forgive(&w->c);
}

static void
the_first_click_stores_an_attempt_and_sends_it(void **state)
{
	struct world *w = *state;
	struct collect_plan plan = world_plan(w, booked(w), NULL);
	struct checkout *co = world_checkout(w, plan.checkout->id);

	assert_int_equal(plan.step, COLLECT_SEND);
	assert_string_equal(co->id, arena_printf(w->c.mem, "checkout-%s-1",
	    world_id(w, 1)));
	assert_string_equal(co->body, plan.checkout->body);
	assert_string_equal(co->status, "asked");
	assert_int_equal(co->amount, 15000);
	assert_string_equal(co->currency, "usd");
}

static void
a_second_click_gets_the_open_session(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	struct checkout *co = opened(w, id, NULL);
	struct collect_plan plan = world_plan(w, id, NULL);

	assert_int_equal(plan.step, COLLECT_REUSE);
	assert_string_equal(plan.checkout->id, co->id);
	assert_string_equal(plan.checkout->url, co->url);
}

/* Nobody knows what became of it: the same words again, whoever clicks. */
static void
an_attempt_without_an_answer_is_sent_again_byte_for_byte(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	struct collect_plan first = world_plan(w, id, "TENOFF"), again;

	w->c.now += MINUTES(5);
	again = world_plan(w, id, NULL);
	assert_int_equal(again.step, COLLECT_SEND);
	assert_string_equal(again.checkout->id, first.checkout->id);
	assert_string_equal(again.checkout->body, first.checkout->body);
	assert_int_equal(world_count(w, sql_busy), 1);
}

static void
an_attempt_that_is_too_old_to_send_is_asked_about(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	struct collect_plan plan = world_plan(w, id, NULL);

	w->c.now = plan.checkout->expires_at - MINUTES(30);
	assert_int_equal(world_plan(w, id, NULL).step, COLLECT_SEND);
	w->c.now++;
	assert_int_equal(world_plan(w, id, NULL).step, COLLECT_ASK);
	w->c.now += DAYS(2);
	assert_int_equal(world_plan(w, id, NULL).step, COLLECT_ASK);
}

static void
another_promotion_code_expires_the_open_session_first(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	struct checkout *co = opened(w, id, NULL);
	struct collect_plan plan = world_plan(w, id, "TENOFF");

	assert_int_equal(plan.step, COLLECT_EXPIRE);
	assert_string_equal(plan.checkout->id, co->id);
	become(w, co, "expired", "unpaid");
	co = opened(w, id, "TENOFF");
	assert_int_equal(co->attempt, 2);
	assert_int_equal(world_plan(w, id, "TENOFF").step, COLLECT_REUSE);
	assert_int_equal(world_plan(w, id, "OTHER").step, COLLECT_EXPIRE);
	assert_int_equal(world_plan(w, id, NULL).step, COLLECT_EXPIRE);
}

static void
another_price_or_currency_expires_the_open_session_first(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	struct booking *b;

	opened(w, id, NULL);
	b = world_booking(w, id);
	b->amount = 20000;
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	assert_int_equal(world_plan(w, id, NULL).step, COLLECT_EXPIRE);
	b->amount = 15000;
	b->currency = "eur";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	assert_int_equal(world_plan(w, id, NULL).step, COLLECT_EXPIRE);
}

static void
a_session_that_is_about_to_expire_is_not_handed_out(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	struct checkout *co = opened(w, id, NULL);

	w->c.now = co->expires_at - MINUTES(2);
	assert_int_equal(world_plan(w, id, NULL).step, COLLECT_REUSE);
	w->c.now++;
	assert_int_equal(world_plan(w, id, NULL).step, COLLECT_EXPIRE);
}

static void
after_a_refusal_the_next_attempt_has_the_next_number(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	struct checkout *co = world_plan(w, id, NULL).checkout;

	assert_int_equal(collect_refused_tx(&w->c, w->db, co->id,
	    "amount_too_small"), OK);
	co = world_checkout(w, co->id);
	assert_string_equal(co->status, "refused");
	assert_string_equal(co->refusal, "amount_too_small");
	assert_int_equal(world_plan(w, id, NULL).checkout->attempt, 2);
	assert_int_equal(world_count(w, sql_busy), 1);
}

static void
a_refusal_takes_nothing_back_from_an_open_session(void **state)
{
	struct world *w = *state;
	struct checkout *co = opened(w, booked(w), NULL);

	assert_int_equal(collect_refused_tx(&w->c, w->db, co->id, "late"),
	    OK);
	assert_string_equal(world_checkout(w, co->id)->status, "open");
	assert_int_equal(collect_refused_tx(&w->c, w->db, "no such", "x"),
	    OK);
}

static void
a_failed_delayed_payment_may_be_tried_again(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);

	become(w, opened(w, id, NULL), "complete", "failed");
	assert_int_equal(world_plan(w, id, NULL).checkout->attempt, 2);
}

static void
however_it_goes_two_attempts_are_never_open(void **state)
{
	static const char *const codes[] = { NULL, "A", NULL, "B", "B" };
	struct world *w = *state;
	const char *id = booked(w);
	size_t i;

	for (i = 0; i < 20; i++) {
		struct collect_plan plan = world_plan(w, id,
		    codes[i % COUNT(codes)]);

		assert_true(world_count(w, sql_busy) <= 1);
		if (plan.step == COLLECT_EXPIRE)
			become(w, plan.checkout, "expired", "unpaid");
		else if (plan.step == COLLECT_SEND)
			become(w, plan.checkout, i % 3 ? "open" : "refused",
			    "unpaid");
		w->c.now += MINUTES(1);
	}
}

/* --- when no money is asked for ------------------------------------------ */

static void
what_is_paid_is_not_asked_for_again(void **state)
{
	struct world *w = *state;
	const char *paid = world_file(w,
	    "stripe/events/checkout.session.completed");

	world_open_story(w);
	world_tell(w, "stripe", paid);
	refused_with(w, WORLD_BOOKING, "already paid");
	world_tell(w, "stripe", world_file(w, "stripe/events/refund.created"));
	refused_with(w, WORLD_BOOKING, "already paid");
}

static void
what_is_on_its_way_is_not_asked_for_again(void **state)
{
	struct world *w = *state;

	world_open_story(w);
	world_tell(w, "stripe", world_file(w,
	    "stripe/events/checkout.session.completed.unpaid"));
	refused_with(w, WORLD_BOOKING, "on its way");
}

static void
what_a_promotion_paid_is_not_asked_for_again(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);

	become(w, opened(w, id, "FREE"), "complete", "no_payment_required");
	refused_with(w, id, "already paid");
}

/* One change of the booking, and the words that go with it. */
static void
a_seat_that_is_gone_is_not_paid(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	struct booking *b = world_booking(w, id), was = *b;

	b->cancelled_at = 1;
	b->cancelled_by = "client";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	refused_with(w, id, "was cancelled");
	*b = was;
	b->moved_to = "elsewhere";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	refused_with(w, id, "was moved");
	*b = was;
	b->no_show = 1;
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	refused_with(w, id, "has passed");
	assert_int_equal(world_count(w, sql_busy), 0);
}

static void
what_has_begun_is_not_paid(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);

	w->c.now = world_slot(7, 15);
	refused_with(w, id, "has passed");
}

static void
a_free_booking_asks_for_nothing(void **state)
{
	struct world *w = *state;
	struct seat_request rq = world_request(w, 1, world_slot(7, 15));
	struct booking *b;

	rq.session_type = "free";
	assert_int_equal(seat_request_tx(&w->c, w->db, &rq, &b), OK);
	assert_string_equal(b->status, "CONFIRMED");
	assert_int_equal(world_plan(w, b->id, NULL).step, COLLECT_NOTHING);
	w->c.now += HOURS(3);
	assert_int_equal(world_plan(w, b->id, NULL).step, COLLECT_NOTHING);
}

static void
nobody_s_booking_is_not_found(void **state)
{
	struct collect_plan plan;

	assert_int_equal(world_try_plan(*state, "bk_none", NULL, &plan),
	    E_NOBOOKING);
}

/* --- the hold ------------------------------------------------------------ */

static void
the_seat_is_kept_as_long_as_its_session(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	struct collect_plan plan;

	w->c.now += MINUTES(50);
	plan = world_plan(w, id, NULL);
	assert_int_equal(world_booking(w, id)->hold_at,
	    plan.checkout->expires_at);
	assert_true(plan.checkout->expires_at > w->c.now + MINUTES(30));
}

static void
after_the_hold_a_time_that_is_still_free_can_be_paid(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);

	w->c.now += HOURS(3);
	assert_int_equal(world_plan(w, id, NULL).step, COLLECT_SEND);
}

static void
after_the_hold_a_time_that_was_given_away_cannot(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);

	w->c.now += HOURS(3);
	world_book(w, 2, world_slot(7, 15) + MINUTES(30));
	refused_with(w, id, "given away");
	assert_int_equal(world_count(w, sql_busy), 0);
}

/* The others of a group sit at the same time, in seats of their own. */
static void
after_the_hold_a_group_s_other_seats_are_not_in_the_way(void **state)
{
	static const char sql[] = "SELECT id FROM booking ORDER BY created_at";
	struct world *w = *state;
	struct db_rows rows;

	world_tell(w, "calendly", world_file(w,
	    "calendly/webhooks/group_event_first_invitee_created"));
	w->c.now += HOURS(3);
	world_tell(w, "calendly", world_file(w,
	    "calendly/webhooks/group_event_second_invitee_created"));
	assert_int_equal(db_query(&w->c, w->db, sql, &rows, NULL, 0), OK);
	assert_int_equal(world_plan(w, rows.values[0].string, NULL).step,
	    COLLECT_SEND);
}

/* --- limits -------------------------------------------------------------- */

static void
what_fails_is_tried_so_often_in_an_hour_and_no_more(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	struct collect_plan plan;
	int i;

	w->per_hour = 3;
	for (i = 0; i < 3; i++) {
		become(w, opened(w, id, NULL), "expired", "unpaid");
		w->c.now += MINUTES(10);
	}
	assert_int_equal(world_try_plan(w, id, NULL, &plan), E_RATE);
	/* The first was half an hour ago. */
	assert_in_range(w->c.retry_after, 1800, 1801);
	assert_non_null(w->c.say);
	assert_int_equal(world_count(w, "SELECT count(*) FROM checkout"), 3);
	ctx_forgive(&w->c);
	w->c.now += MINUTES(30);
	become(w, opened(w, id, NULL), "expired", "unpaid");
	assert_int_equal(world_try_plan(w, id, NULL, &plan), E_RATE);
}

static void
the_open_session_is_handed_out_however_often(void **state)
{
	struct world *w = *state;
	const char *id = booked(w);
	int i;

	w->per_hour = 1;
	opened(w, id, NULL);
	for (i = 0; i < 5; i++)
		assert_int_equal(world_plan(w, id, NULL).step, COLLECT_REUSE);
}

static void
one_booking_does_not_use_up_another_s_attempts(void **state)
{
	struct world *w = *state;

	w->per_hour = 1;
	opened(w, booked(w), NULL);
	assert_int_equal(world_plan(w, world_book(w, 2,
	    world_slot(8, 15))->id, NULL).step, COLLECT_SEND);
}

/* Clicks for ever: the hold is an hour, and grows by a day at most. */
static int64_t
kept_until(struct world *w, const char *id)
{
	const int64_t end = w->c.now + DAYS(3);
	struct collect_plan plan;

	while (w->c.now < end && world_try_plan(w, id, NULL, &plan) == OK) {
		become(w, plan.checkout, "expired", "unpaid");
		w->c.now = plan.checkout->expires_at;
	}
	return world_booking(w, id)->hold_at;
}

static void
no_click_keeps_a_seat_for_ever(void **state)
{
	struct world *w = *state;
	const struct booking *b = world_book(w, 1, world_slot(7, 15));
	int64_t latest = b->created_at + HOURS(1) + HOURS(24);

	w->extra_hours = 24;
	assert_in_range(kept_until(w, b->id), latest, latest + MINUTES(31));
	refused_with(w, b->id, "any longer");
}

static void
what_an_admin_books_can_be_paid_later(void **state)
{
	struct world *w = *state;
	struct seat_request rq = world_request(w, 1, world_slot(7, 15));
	struct booking *b;

	rq.by_admin = 1;
	assert_int_equal(seat_request_tx(&w->c, w->db, &rq, &b), OK);
	w->extra_hours = 1;
	w->c.now += DAYS(4);
	assert_int_equal(world_plan(w, b->id, NULL).step, COLLECT_SEND);
}

static void
one_session_is_looked_up_once_in_three_seconds(void **state)
{
	struct world *w = *state;
	const char *id = opened(w, booked(w), NULL)->id;
	int mine;

	assert_int_equal(collect_turn_tx(&w->c, w->db, id, &mine), OK);
	assert_int_equal(mine, 1);
	assert_int_equal(collect_turn_tx(&w->c, w->db, id, &mine), OK);
	assert_int_equal(mine, 0);
	w->c.now += 3 * NOW_SECOND;
	assert_int_equal(collect_turn_tx(&w->c, w->db, id, &mine), OK);
	assert_int_equal(mine, 1);
	assert_int_equal(collect_turn_tx(&w->c, w->db, "none", &mine), OK);
	assert_int_equal(mine, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(the_first_click_stores_an_attempt_and_sends_it),
		WITH_SHOP(a_second_click_gets_the_open_session),
		WITH_SHOP(
		    an_attempt_without_an_answer_is_sent_again_byte_for_byte),
		WITH_SHOP(an_attempt_that_is_too_old_to_send_is_asked_about),
		WITH_SHOP(
		    another_promotion_code_expires_the_open_session_first),
		WITH_SHOP(
		    another_price_or_currency_expires_the_open_session_first),
		WITH_SHOP(a_session_that_is_about_to_expire_is_not_handed_out),
		WITH_SHOP(after_a_refusal_the_next_attempt_has_the_next_number),
		WITH_SHOP(a_refusal_takes_nothing_back_from_an_open_session),
		WITH_SHOP(a_failed_delayed_payment_may_be_tried_again),
		WITH_SHOP(however_it_goes_two_attempts_are_never_open),
		WITH_SHOP(what_is_paid_is_not_asked_for_again),
		WITH_SHOP(what_is_on_its_way_is_not_asked_for_again),
		WITH_SHOP(what_a_promotion_paid_is_not_asked_for_again),
		WITH_SHOP(a_seat_that_is_gone_is_not_paid),
		WITH_SHOP(what_has_begun_is_not_paid),
		WITH_SHOP(a_free_booking_asks_for_nothing),
		WITH_SHOP(nobody_s_booking_is_not_found),
		WITH_SHOP(the_seat_is_kept_as_long_as_its_session),
		WITH_SHOP(after_the_hold_a_time_that_is_still_free_can_be_paid),
		WITH_SHOP(after_the_hold_a_time_that_was_given_away_cannot),
		WITH_SHOP(
		    after_the_hold_a_group_s_other_seats_are_not_in_the_way),
		WITH_SHOP(what_fails_is_tried_so_often_in_an_hour_and_no_more),
		WITH_SHOP(the_open_session_is_handed_out_however_often),
		WITH_SHOP(one_booking_does_not_use_up_another_s_attempts),
		WITH_SHOP(no_click_keeps_a_seat_for_ever),
		WITH_SHOP(what_an_admin_books_can_be_paid_later),
		WITH_SHOP(one_session_is_looked_up_once_in_three_seconds),
	};

	return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}
