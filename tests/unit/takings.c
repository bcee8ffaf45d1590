/*
 * Takings: what was added up before and what is new are all there is.
 */
#include <string.h>

#include "booking/analytics.h"
#include "booking/booking.h"
#include "booking/mark.h"
#include "booking/takings.h"
#include "db/db.h"
#include "world.h"

static void
note(struct world *w, const char *name, int n, int64_t amount,
    const char *currency)
{
	const struct booking b = { .id = world_id(w, 1),
		.session_type = "direct", .builder = "robin",
		.currency = currency };
	const struct analytics_fact fact = { name,
		arena_printf(w->c.mem, "pi_%d", n), amount };

	assert_int_equal(analytics_note_tx(&w->c, w->db, &b, &fact), OK);
}

/* "usd 7 2" of the facts called name: the amount and how many. */
static const char *
said(struct world *w, const char *name)
{
	const char *text = "";
	struct takings t;
	size_t i;

	assert_int_equal(takings_get_tx(&w->c, w->db, &t), OK);
	if (!t.whole)
		return "not whole";
	for (i = 0; i < t.count; i++)
		if (strcmp(t.rows[i].name, name) == 0)
			text = arena_printf(w->c.mem, "%s%s%s %lld %lld",
			    text, *text == '\0' ? "" : ", ",
			    t.rows[i].currency, (long long)t.rows[i].amount,
			    (long long)t.rows[i].facts);
	return text;
}

/* Up to which time it was added up. */
static int64_t
added_up(struct world *w)
{
	struct mark m;
	int more = 1;

	while (more)
		assert_int_equal(takings_add_tx(&w->c, w->db, &more), OK);
	assert_int_equal(mark_get_tx(&w->c, w->db, "takings", &m), OK);
	return m.at;
}

static void
nothing_is_nothing(void **state)
{
	struct world *w = *state;

	assert_string_equal(said(w, "PAYMENT_COMPLETED"), "");
	added_up(w);
	assert_string_equal(said(w, "PAYMENT_COMPLETED"), "");
}

static void
what_was_added_up_and_what_is_new_are_one(void **state)
{
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(1, 15));

	note(w, "PAYMENT_COMPLETED", 1, 100, "usd");
	note(w, "PAYMENT_COMPLETED", 2, 5, "jpy");
	note(w, "PAYMENT_FAILED", 3, 7, "usd");
	assert_string_equal(said(w, "PAYMENT_COMPLETED"), "jpy 5 1, usd 100 1");
	w->c.now += HOURS(1);
	assert_int_equal(added_up(w), w->c.now - MINUTES(2));
	note(w, "PAYMENT_COMPLETED", 4, 20, "usd");
	note(w, "PAYMENT_REFUNDED", 5, 30, "usd");
	note(w, "PAYMENT_COMPLETED", 6, 3, "eur");
	assert_string_equal(said(w, "PAYMENT_COMPLETED"),
	    "jpy 5 1, usd 120 2, eur 3 1");
	assert_string_equal(said(w, "PAYMENT_REFUNDED"), "usd 30 1");
	w->c.now += HOURS(1);
	added_up(w);
	added_up(w);
	assert_string_equal(said(w, "PAYMENT_COMPLETED"),
	    "jpy 5 1, usd 120 2, eur 3 1");
	assert_string_equal(said(w, "PAYMENT_REFUNDED"), "usd 30 1");
	assert_string_equal(said(w, "PAYMENT_FAILED"), "");
	assert_non_null(b);
}

/* A request that began before another one may be done after it. */
static void
what_may_still_be_under_way_is_not_added_up(void **state)
{
	struct world *w = *state;

	world_book(w, 1, world_slot(1, 15));
	w->c.now += HOURS(1);
	added_up(w);
	w->c.now -= MINUTES(2) - 1;
	note(w, "PAYMENT_COMPLETED", 1, 100, "usd");
	w->c.now += HOURS(1);
	assert_string_equal(said(w, "PAYMENT_COMPLETED"), "usd 100 1");
	added_up(w);
	assert_string_equal(said(w, "PAYMENT_COMPLETED"), "usd 100 1");
}

static void
many_are_added_up_in_steps(void **state)
{
	struct world *w = *state;
	int more, i, steps = 0;

	world_book(w, 1, world_slot(1, 15));
	assert_int_equal(db_script(&w->c, w->db, "INSERT INTO analytics"
	    " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < 60000)"
	    " SELECT 'x' || i, 'PAYMENT_COMPLETED', b.id, 'direct', 'robin',"
	    " 1, 'usd', b.created_at + i / 3 FROM n, booking b"), OK);
	assert_string_equal(said(w, "PAYMENT_COMPLETED"), "not whole");
	w->c.now += HOURS(1);
	do {
		assert_int_equal(takings_add_tx(&w->c, w->db, &more), OK);
		steps++;
	} while (more);
	assert_in_range(steps, 11, 13);
	assert_string_equal(said(w, "PAYMENT_COMPLETED"), "usd 60000 60000");
	for (i = 1; i < 4; i++)
		note(w, "PAYMENT_COMPLETED", i, 1, "usd");
	assert_string_equal(said(w, "PAYMENT_COMPLETED"), "usd 60003 60003");
}

static void
a_refund_that_fails_in_the_end_is_taken_back(void **state)
{
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(1, 15));
	const struct analytics_fact back = { "PAYMENT_REFUNDED", "pi_2", 0 };
	const struct analytics_fact other = { "PAYMENT_FAILED", "pi_3", 0 };

	note(w, "PAYMENT_REFUNDED", 1, 10, "usd");
	note(w, "PAYMENT_REFUNDED", 2, 20, "usd");
	note(w, "PAYMENT_FAILED", 3, 0, "usd");
	w->c.now += HOURS(1);
	assert_true(added_up(w) > 0);
	assert_int_equal(analytics_settle_tx(&w->c, w->db, b, &other, 0), OK);
	assert_true(added_up(w) > 0);
	assert_int_equal(analytics_settle_tx(&w->c, w->db, b, &back, 0), OK);
	assert_string_equal(said(w, "PAYMENT_REFUNDED"), "usd 10 1");
	added_up(w);
	assert_string_equal(said(w, "PAYMENT_REFUNDED"), "usd 10 1");
}

static void
a_currency_that_is_learnt_anew_is_followed(void **state)
{
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(1, 15));

	note(w, "PAYMENT_COMPLETED", 1, 10, "usd");
	w->c.now += HOURS(1);
	added_up(w);
	b->currency = "eur";
	assert_int_equal(analytics_follow_tx(&w->c, w->db, b), OK);
	assert_string_equal(said(w, "PAYMENT_COMPLETED"), "eur 10 1");
	added_up(w);
	assert_string_equal(said(w, "PAYMENT_COMPLETED"), "eur 10 1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(nothing_is_nothing),
		WITH_SHOP(what_was_added_up_and_what_is_new_are_one),
		WITH_SHOP(what_may_still_be_under_way_is_not_added_up),
		WITH_SHOP(many_are_added_up_in_steps),
		WITH_SHOP(a_refund_that_fails_in_the_end_is_taken_back),
		WITH_SHOP(a_currency_that_is_learnt_anew_is_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
