/*
 * What a person must see to, and what not.
 */
#include <string.h>

#include "booking/analytics.h"
#include "booking/attention.h"
#include "booking/booking.h"
#include "booking/dispute.h"
#include "booking/duty.h"
#include "booking/event.h"
#include "booking/job.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "db/db.h"
#include "world.h"

/* The story's booking is paid, and is then changed so. */
static void
pay(struct world *w)
{
	world_open_story(w);
	world_tell(w, "stripe", world_file(w,
	    "stripe/events/checkout.session.completed"));
	assert_string_equal(world_status(w), "CONFIRMED PAID");
}

static void
cancel(struct world *w, const char *by, const char *policy, int automatic)
{
	struct booking *b = world_booking(w, WORLD_BOOKING);

	b->cancelled_at = b->asked_cancel_at = b->start_at - HOURS(1);
	b->cancelled_by = b->asked_cancel_by = by;
	b->policy = policy;
	b->auto_refund = automatic;
	b->status = "CANCELLED";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
}

/* Why the only booking there is needs somebody; NULL: it does not. */
static const char *
why(struct world *w)
{
	struct attention_list list;

	assert_int_equal(attention_list_tx(&w->c, w->db, &list), OK);
	assert_in_range(list.count, 0, 1);
	return list.count == 0 ? NULL : list.rows[0].why;
}

static void
a_paid_booking_needs_nobody(void **state)
{
	pay(*state);
	assert_null(why(*state));
}

static void
what_the_policy_keeps_needs_nobody(void **state)
{
	pay(*state);
	cancel(*state, "client", "24:100", 0);
	assert_null(why(*state));
}

static void
what_is_owed_needs_somebody_unless_it_is_automatic(void **state)
{
	pay(*state);
	cancel(*state, "builder", "", 1);
	assert_null(why(*state));
	cancel(*state, "builder", "", 0);
	assert_string_equal(why(*state), "150.00 USD owed, not automatic");
	cancel(*state, "client", "1:50", 0);
	assert_string_equal(why(*state), "75.00 USD owed, not automatic");
}

/* How many bookings are looked at. */
static size_t
suspects(struct world *w)
{
	struct db_rows rows;

	assert_int_equal(booking_suspect_ids_tx(&w->c, w->db, &rows), OK);
	return rows.count;
}

/* Of those there are more each day. */
static void
what_the_policy_keeps_or_pays_back_is_not_even_looked_at(void **state)
{
	struct world *w = *state;
	struct booking *b;

	pay(w);
	cancel(w, "client", "24:100 12:50", 1);
	assert_int_equal(suspects(w), 0);
	cancel(w, "client", "", 0);
	assert_int_equal(suspects(w), 0);
	cancel(w, "client", "24:100", 0);
	assert_int_equal(suspects(w), 1);
	/* Its money may have come with another booking. */
	cancel(w, "client", "24:100", 1);
	b = world_booking(w, WORLD_BOOKING);
	b->moved_from = "before";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	assert_int_equal(suspects(w), 1);
}

static void
money_that_the_bank_sends_back_each_time_needs_somebody(void **state)
{
	static const char *const ids[] = { "re_1", "re_2", "re_3" };
	struct refund r = { .payment = WORLD_INTENT, .amount = 15000,
		.currency = "usd", .status = "failed" };
	struct world *w = *state;
	size_t i;

	pay(w);
	cancel(w, "builder", "24:100", 1);
	for (i = 0; i < COUNT(ids); i++) {
		assert_null(why(w));
		r.id = ids[i];
		assert_int_equal(refund_put_tx(&w->c, w->db, &r), OK);
	}
	assert_string_equal(why(w), "150.00 USD owed, not automatic");
}

static void
a_dispute_needs_somebody(void **state)
{
	struct world *w = *state;
	const struct dispute d = { .id = "du_1", .payment = WORLD_INTENT,
		.amount = 15000, .currency = "usd",
		.status = "needs_response" };
	struct booking *b;

	pay(w);
	b = world_booking(w, WORLD_BOOKING);
	b->payment_status = "DISPUTED";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	assert_int_equal(dispute_put_tx(&w->c, w->db, &d), OK);
	assert_string_equal(why(w), "disputed");
	/* A seat that was moved says so in its last place only. */
	b->moved_to = world_id(w, 1);
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	assert_string_equal(why(w), "disputed");
	world_book(w, 1, world_slot(7, 18));
	assert_null(why(w));
}

static void
money_that_does_not_fit_needs_somebody_until_it_is_back(void **state)
{
	static const struct analytics_fact odd = { "PAYMENT_MISMATCH", "x",
		15000 };
	struct world *w = *state;
	struct payment *p;

	pay(w);
	assert_int_equal(analytics_note_tx(&w->c, w->db,
	    world_booking(w, WORLD_BOOKING), &odd), OK);
	assert_string_equal(why(w), "money that does not fit it");
	assert_int_equal(payment_get_tx(&w->c, w->db, WORLD_INTENT, &p), OK);
	p->charge_refunded = p->received;
	assert_int_equal(payment_put_tx(&w->c, w->db, p), OK);
	assert_null(why(w));
}

static void
a_job_that_was_given_up_needs_somebody(void **state)
{
	static const char give_up[] = "UPDATE job SET dead_at = 1,"
		" last_error = 'no way'";
	struct world *w = *state;
	const struct job job = { .kind = "refund", .subject = WORLD_INTENT,
		.booking = WORLD_BOOKING };
	int changed;

	pay(w);
	assert_int_equal(job_settle_tx(&w->c, w->db, &job, 1, &changed), OK);
	assert_null(why(w));
	assert_int_equal(db_run(&w->c, w->db, give_up, NULL, NULL, 0), OK);
	assert_string_equal(why(w), "refund given up: no way");
	cancel(w, "builder", "", 0);
	assert_string_equal(why(w), "150.00 USD owed, not automatic; "
	    "refund given up: no way");
}

static void
a_seat_that_calendly_lists_still_needs_somebody_until_its_time(void **state)
{
	static const char done[] = "UPDATE job SET done_at = 1";
	struct world *w = *state;
	const struct job job = { .kind = DUTY_CANCEL,
		.subject = WORLD_BOOKING, .booking = WORLD_BOOKING };
	struct booking *b;
	int changed;

	pay(w);
	cancel(w, "client", "", 0);
	b = world_booking(w, WORLD_BOOKING);
	b->told_at = 1;
	b->calendly_event = "ev-1";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	assert_int_equal(job_settle_tx(&w->c, w->db, &job, 1, &changed), OK);
	assert_null(why(w));
	assert_int_equal(db_run(&w->c, w->db, done, NULL, NULL, 0), OK);
	assert_string_equal(why(w), "cancelled here, and still on Calendly's "
	    "list of a shared event");
	w->c.now = b->end_at;
	assert_null(why(w));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(a_paid_booking_needs_nobody),
		WITH_SHOP(what_the_policy_keeps_needs_nobody),
		WITH_SHOP(what_is_owed_needs_somebody_unless_it_is_automatic),
		WITH_SHOP(
		    what_the_policy_keeps_or_pays_back_is_not_even_looked_at),
		WITH_SHOP(
		    money_that_the_bank_sends_back_each_time_needs_somebody),
		WITH_SHOP(a_dispute_needs_somebody),
		WITH_SHOP(
		    money_that_does_not_fit_needs_somebody_until_it_is_back),
		WITH_SHOP(a_job_that_was_given_up_needs_somebody),
		WITH_SHOP(
	    a_seat_that_calendly_lists_still_needs_somebody_until_its_time),
	};

	return cmocka_run_group_tests_name("attention", tests, NULL, NULL);
}
