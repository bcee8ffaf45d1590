/*
 * The funnel: each fact once, nobody's name in it.
 */
#include <string.h>

#include "booking/analytics.h"
#include "booking/booking.h"
#include "db/db.h"
#include "world.h"

static const char sql[] =
	"SELECT count(*) FROM analytics WHERE name = 'X'";
static const struct analytics_fact fact = { "X", "subject", 5 };

static void
a_fact_counts_once(void **state)
{
	struct world *w = *state;
	const struct booking *b = world_book(w, 1, world_slot(7, 15));
	const struct analytics_fact other = { "X", "another", 5 };

	assert_int_equal(analytics_note_tx(&w->c, w->db, b, &fact), OK);
	assert_int_equal(analytics_note_tx(&w->c, w->db, b, &fact), OK);
	assert_int_equal(world_count(w, sql), 1);
	assert_int_equal(analytics_note_tx(&w->c, w->db, b, &other), OK);
	assert_int_equal(world_count(w, sql), 2);
}

static void
a_fact_that_turns_out_otherwise_is_gone(void **state)
{
	struct world *w = *state;
	const struct booking *b = world_book(w, 1, world_slot(7, 15));
	static const int holds[] = { 0, 1, 1, 0, 0, 1 };
	size_t i;

	for (i = 0; i < COUNT(holds); i++) {
		assert_int_equal(analytics_settle_tx(&w->c, w->db, b, &fact,
		    holds[i]), OK);
		assert_int_equal(world_count(w, sql), holds[i]);
	}
}

/* What every booking of the stories leaves: no name, no address. */
static void
nobody_is_named(void **state)
{
	static const char leak[] =
		"SELECT count(*) FROM analytics WHERE id || name || booking ||"
		" session_type || builder || currency LIKE '%Ada%' OR id LIKE"
		" '%example.com%'";
	struct world *w = *state;

	world_open_story(w);
	world_tell(w, "stripe", world_file(w,
	    "stripe/events/checkout.session.completed"));
	world_tell(w, "calendly", world_file(w,
	    "calendly/webhooks/invitee_canceled"));
	assert_int_equal(world_count(w, leak), 0);
}

/* The whole way of one paid booking, each step with what it moves. */
static void
the_funnel_has_every_step(void **state)
{
	static const char *const steps[] = {
		"analytics CHECKOUT_INITIATED:" WORLD_BOOKING
		":1 CHECKOUT_INITIATED " WORLD_BOOKING
		" strategy robin 15000 usd",
		"analytics CHECKOUT_SESSION_CREATED:" WORLD_SESSION,
		"analytics CHECKOUT_COMPLETED:" WORLD_SESSION,
		"analytics PAYMENT_COMPLETED:" WORLD_INTENT,
		"analytics BOOKING_CONFIRMED:" WORLD_BOOKING,
	};
	struct world *w = *state;
	size_t i;

	world_open_story(w);
	world_tell(w, "stripe", world_file(w,
	    "stripe/events/checkout.session.completed"));
	for (i = 0; i < COUNT(steps); i++)
		if (!world_has(w, steps[i]))
			fail_msg("no %s", steps[i]);
	world_book(w, 1, world_slot(7, 15));
	assert_true(world_has(w, arena_printf(w->c.mem,
	    "analytics BOOKING_CREATED:%s", world_id(w, 1))));
}

static const struct analytics_sum *
sum_of(struct world *w, const char *name, int64_t from, int64_t to,
    const char *type)
{
	const struct analytics_span span = { from, to, type };
	struct analytics_sums sums;
	size_t i;

	assert_int_equal(analytics_sums_tx(&w->c, w->db, &span, &sums), OK);
	for (i = 0; i < sums.count; i++)
		if (strcmp(sums.rows[i].name, name) == 0)
			return &sums.rows[i];
	return NULL;
}

/* A booking counts by when it was made, its facts whenever they came. */
static void
sums_are_of_the_bookings_made_in_a_span(void **state)
{
	static const struct analytics_fact more = { "X", "more", 7 };
	struct world *w = *state;
	const struct booking *b = world_book(w, 1, world_slot(7, 15));
	const struct analytics_sum *sum;
	int64_t made = w->c.now;

	w->c.now += DAYS(1);
	world_book(w, 2, world_slot(8, 15));
	assert_int_equal(analytics_note_tx(&w->c, w->db, b, &fact), OK);
	assert_int_equal(analytics_note_tx(&w->c, w->db, b, &more), OK);
	sum = sum_of(w, "X", made, made + 1, NULL);
	assert_non_null(sum);
	assert_int_equal(sum->facts, 2);
	assert_int_equal(sum->bookings, 1);
	assert_int_equal(sum->amount, 12);
	assert_string_equal(sum->currency, "usd");
	assert_int_equal(sum_of(w, "BOOKING_CREATED", made, made + 1,
	    "direct")->bookings, 1);
	assert_int_equal(sum_of(w, "BOOKING_CREATED", made, INT64_MAX,
	    NULL)->bookings, 2);
	assert_null(sum_of(w, "X", made + 1, INT64_MAX, NULL));
	assert_null(sum_of(w, "X", 0, made, NULL));
	assert_null(sum_of(w, "X", 0, INT64_MAX, "strategy"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(a_fact_counts_once),
		WITH_SHOP(a_fact_that_turns_out_otherwise_is_gone),
		WITH_SHOP(nobody_is_named),
		WITH_SHOP(sums_are_of_the_bookings_made_in_a_span),
		WITH_SHOP(the_funnel_has_every_step),
	};

	return cmocka_run_group_tests_name("analytics", tests, NULL, NULL);
}
