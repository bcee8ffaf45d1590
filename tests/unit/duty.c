/*
 * The jobs that follow from how a booking stands, and go when their reason
 * goes.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/duty.h"
#include "booking/job.h"
#include "booking/payment.h"
#include "db/db.h"
#include "world.h"

/* --- helpers ----------------------------------------------------------------- */

/* The job called id that is to be done; NULL if there is none. */
static const struct job *
duty(struct world *w, const char *id)
{
	struct job_list list;
	size_t i;

	assert_int_equal(job_list_tx(&w->c, w->db, 0, 99, &list), OK);
	for (i = 0; i < list.count; i++)
		if (strcmp(list.rows[i].id, id) == 0)
			return &list.rows[i];
	return NULL;
}

static const char *
named(struct world *w, const char *kind, const char *subject)
{
	return arena_printf(w->c.mem, "%s-%s", kind, subject);
}

/* Writes b, whose facts were changed by hand. */
static void
settle(struct world *w, const struct booking *b)
{
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	world_settle(w, b->id);
}

static void
cancel(struct world *w, struct booking *b)
{
	b->asked_cancel_at = w->c.now;
	b->asked_cancel_by = "client";
	settle(w, b);
}

/* A seat that Calendly's webhook brought. */
static struct booking *
calendly(struct world *w)
{
	return world_booking(w, world_tell(w, "calendly", world_file(w,
	    "calendly/webhooks/invitee_created")).outcome.booking);
}

static void
add_page(struct world *w, const struct booking *b, const char *status)
{
	const struct checkout co = { .id = "c1", .booking = b->id,
		.attempt = 1, .body = "", .status = status,
		.payment_status = "unpaid", .amount = 15000,
		.subtotal = 15000, .currency = "usd" };

	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), OK);
	world_settle(w, b->id);
}

/* --- seats --------------------------------------------------------------------- */

static void
an_unpaid_seat_at_calendly_waits_for_the_end_of_its_hold(void **state)
{
	struct world *w = *state;
	struct booking *b = calendly(w);
	const char *id = named(w, DUTY_RELEASE, b->id);

	assert_non_null(duty(w, id));
	assert_int_equal(duty(w, id)->due_at, b->hold_at);
	assert_string_equal(duty(w, id)->booking, b->id);
	cancel(w, b);
	assert_null(duty(w, id));
}

static void
what_is_paid_free_on_its_way_or_ours_is_not_released(void **state)
{
	static const struct {
		const char *source, *status, *payment;
		int released;
	} cases[] = {
		{ "calendly", "PENDING", "UNPAID", 1 },
		{ "calendly", "PENDING", "FAILED", 1 },
		{ "calendly", "PENDING", "PROCESSING", 0 },
		{ "calendly", "PENDING", "PAID", 0 },
		{ "calendly", "CONFIRMED", "PAID", 0 },
		{ "calendly", "CONFIRMED", "NOT_REQUIRED", 0 },
		{ "calendly", "CANCELLED", "UNPAID", 0 },
		{ "calendly", "RESCHEDULED", "UNPAID", 0 },
		{ "calendly", "NO_SHOW", "UNPAID", 0 },
		{ "direct", "PENDING", "UNPAID", 0 },
		{ "admin", "PENDING", "UNPAID", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		const struct booking b = { .source = cases[i].source,
			.status = cases[i].status,
			.payment_status = cases[i].payment };

		assert_int_equal(duty_is_release(&b), cases[i].released);
	}
}

static void
what_is_given_up_here_is_given_up_at_calendly_until_it_says_so(void **state)
{
	struct world *w = *state;
	struct booking *b = calendly(w);
	const char *id = named(w, DUTY_CANCEL, b->id);

	assert_null(duty(w, id));
	cancel(w, b);
	assert_non_null(duty(w, id));
	b = world_booking(w, b->id);
	b->told_cancel_at = w->c.now;
	b->told_cancel_by = "builder";
	settle(w, b);
	assert_null(duty(w, id));
	assert_string_equal(world_booking(w, b->id)->cancelled_by, "client");
}

static void
what_calendly_does_not_know_or_has_moved_is_not_cancelled_there(void **state)
{
	struct booking b = { .asked_cancel_at = 5, .told_at = 1,
		.calendly_event = "e1" };

	(void)state;
	assert_true(duty_is_cancel(&b));
	b.told_at = 0;
	assert_false(duty_is_cancel(&b));
	b.told_at = 1;
	b.calendly_event = NULL;
	assert_false(duty_is_cancel(&b));
	b.calendly_event = "e1";
	b.moved_to = "i2";
	assert_false(duty_is_cancel(&b));
	b.moved_to = NULL;
	b.asked_cancel_at = 0;
	assert_false(duty_is_cancel(&b));
}

/* --- pages ---------------------------------------------------------------------- */

static void
the_page_of_a_seat_that_is_gone_is_closed(void **state)
{
	static const struct {
		const char *status;
		int closed;
	} cases[] = { { "open", 1 }, { "asked", 1 }, { "expired", 0 },
		{ "refused", 0 }, { "complete", 0 } };
	struct world *w = *state;
	struct booking *b;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		world_clear(w);
		world_open_shop(w);
		b = world_book(w, 1, world_slot(7, 15));
		add_page(w, b, cases[i].status);
		assert_null(duty(w, "expire-c1"));
		cancel(w, b);
		assert_int_equal(duty(w, "expire-c1") != NULL,
		    cases[i].closed);
	}
}

/* Its money moves along. */
static void
the_page_of_a_seat_that_moved_stays_open(void **state)
{
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(7, 15));

	add_page(w, b, "open");
	b = world_booking(w, b->id);
	b->moved_to = "i2";
	cancel(w, b);
	assert_null(duty(w, "expire-c1"));
}

/* --- money ----------------------------------------------------------------------- */

static void
what_the_policy_gives_is_paid_back_by_a_job(void **state)
{
	struct world *w = *state;
	struct booking *b = world_sell(w, 1, world_slot(7, 15));

	cancel(w, b);
	assert_null(duty(w, "refund-pi_1"));
	b = world_booking(w, b->id);
	b->auto_refund = 1;
	settle(w, b);
	assert_non_null(duty(w, "refund-pi_1"));
	assert_string_equal(duty(w, "refund-pi_1")->booking, b->id);
	assert_int_equal(world_count(w, "SELECT count(*) FROM history WHERE"
	    " what = 'refund owed' AND why = '150.00 USD of pi_1: cancelled"
	    " by the client, 100% by the policy'"), 1);
}

static void
a_dispute_takes_the_job_away_and_its_end_brings_it_back(void **state)
{
	struct world *w = *state;
	struct booking *b = world_sell(w, 1, world_slot(7, 15));
	struct dispute d = { .id = "du_1", .payment = "pi_1",
		.amount = 15000, .currency = "usd",
		.status = "needs_response", .reason = "" };

	b->auto_refund = 1;
	cancel(w, b);
	assert_int_equal(dispute_put_tx(&w->c, w->db, &d), OK);
	world_settle(w, b->id);
	assert_null(duty(w, "refund-pi_1"));
	assert_int_equal(world_count(w, "SELECT count(*) FROM history"
	    " WHERE what = 'refund not owed'"), 1);
	d.status = "won";
	assert_int_equal(dispute_put_tx(&w->c, w->db, &d), OK);
	world_settle(w, b->id);
	assert_non_null(duty(w, "refund-pi_1"));
}

static void
money_that_came_too_late_waits_as_long_as_the_session_type_says(void **state)
{
	struct world *w = *state;
	struct booking *b = world_sell(w, 1, world_slot(7, 15));
	int64_t paid_at = w->c.now - MINUTES(1);

	b->late_hours = 48;
	b->asked_cancel_at = paid_at - MINUTES(1);
	b->asked_cancel_by = "client";
	settle(w, b);
	assert_int_equal(duty(w, "refund-pi_1")->due_at, paid_at + HOURS(48));
	assert_int_equal(world_count(w, "SELECT count(*) FROM history WHERE"
	    " why = '150.00 USD of pi_1: paid when the seat was gone'"), 1);
}

static void
odd_money_is_counted_for_a_person_to_see(void **state)
{
	struct world *w = *state;
	const struct booking *b = world_sell(w, 1, world_slot(7, 15));
	const char *page = arena_printf(w->c.mem, "checkout-%s-1", b->id);
	const struct payment odd[] = {
		{ .id = "pi_2", .booking = b->id, .checkout = page,
		    .received = 15000, .currency = "usd",
		    .paid_at = w->c.now },
		{ .id = "pi_3", .booking = b->id, .checkout = page,
		    .received = 9, .currency = "usd", .paid_at = w->c.now },
	};

	assert_int_equal(payment_put_tx(&w->c, w->db, &odd[0]), OK);
	assert_int_equal(payment_put_tx(&w->c, w->db, &odd[1]), OK);
	world_settle(w, b->id);
	assert_int_equal(world_count(w, "SELECT count(*) FROM analytics"
	    " WHERE name = 'DUPLICATE_PAYMENT'"), 1);
	assert_int_equal(world_count(w, "SELECT count(*) FROM analytics"
	    " WHERE name = 'PAYMENT_MISMATCH'"), 1);
	assert_non_null(duty(w, "refund-pi_2"));
	assert_null(duty(w, "refund-pi_3"));
	assert_null(duty(w, "refund-pi_1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(
		    an_unpaid_seat_at_calendly_waits_for_the_end_of_its_hold),
		cmocka_unit_test(
		    what_is_paid_free_on_its_way_or_ours_is_not_released),
		WITH_SHOP(
		    what_is_given_up_here_is_given_up_at_calendly_until_it_says_so),
		cmocka_unit_test(
		    what_calendly_does_not_know_or_has_moved_is_not_cancelled_there),
		WITH_SHOP(the_page_of_a_seat_that_is_gone_is_closed),
		WITH_SHOP(the_page_of_a_seat_that_moved_stays_open),
		WITH_SHOP(what_the_policy_gives_is_paid_back_by_a_job),
		WITH_SHOP(
		    a_dispute_takes_the_job_away_and_its_end_brings_it_back),
		WITH_SHOP(
		    money_that_came_too_late_waits_as_long_as_the_session_type_says),
		WITH_SHOP(odd_money_is_counted_for_a_person_to_see),
	};

	return cmocka_run_group_tests_name("duty", tests, NULL, NULL);
}
