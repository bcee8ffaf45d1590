/*
 * What people and the system ask of a booking: facts that grow, whatever the
 * order.
 */
#include <string.h>

#include "base/text.h"
#include "booking/asked.h"
#include "booking/booking.h"
#include "booking/event.h"
#include "booking/history.h"
#include "world.h"

static const struct history_source by = { "test", NULL };

typedef enum err asking(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *source, struct event_outcome *ret);

/* Asks it of booking 1; what the booking is then. */
static const struct booking *
ask(struct world *w, asking *what, struct asked a)
{
	struct event_outcome outcome;

	a.booking = world_id(w, 1);
	assert_int_equal(what(&w->c, w->db, &a, &by, &outcome), OK);
	assert_string_equal(outcome.word, "applied");
	assert_string_equal(outcome.booking, a.booking);
	return world_booking(w, a.booking);
}

static void
of_two_cancellations_the_earlier_stays(void **state)
{
	static const struct asked early = { .by = "client", .at = 10,
		.reason = "ill" };
	static const struct asked late = { .by = "builder", .at = 20,
		.reason = "away" };
	struct world *w = *state;
	const struct booking *b;
	int turn;

	for (turn = 0; turn < 2; turn++) {
		world_clear(w);
		world_open_shop(w);
		world_sell(w, 1, world_slot(7, 15));
		ask(w, asked_cancel_tx, turn == 0 ? early : late);
		ask(w, asked_cancel_tx, turn == 0 ? late : early);
		b = ask(w, asked_cancel_tx, late);
		assert_int_equal(b->asked_cancel_at, 10);
		assert_string_equal(b->cancelled_by, "client");
		assert_string_equal(b->cancel_reason, "ill");
		assert_string_equal(b->status, "CANCELLED");
	}
}

static void
two_of_one_moment_end_alike_in_any_order(void **state)
{
	static const struct asked one = { .by = "client", .at = 10 };
	static const struct asked other = { .by = "builder", .at = 10 };
	struct world *w = *state;
	const struct booking *b;
	int turn;

	for (turn = 0; turn < 2; turn++) {
		world_clear(w);
		world_open_shop(w);
		world_sell(w, 1, world_slot(7, 15));
		ask(w, asked_cancel_tx, turn == 0 ? one : other);
		b = ask(w, asked_cancel_tx, turn == 0 ? other : one);
		assert_string_equal(b->cancelled_by, "builder");
	}
}

static void
the_largest_refund_that_was_asked_for_counts(void **state)
{
	struct world *w = *state;
	const struct booking *b;

	world_sell(w, 1, world_slot(7, 15));
	ask(w, asked_refund_tx, (struct asked){ .by = "admin", .goal = 5000,
	    .reason = "late start" });
	b = ask(w, asked_refund_tx, (struct asked){ .by = "builder",
	    .goal = 4000, .reason = "less" });
	assert_int_equal(b->refund_goal, 5000);
	assert_string_equal(b->refund_asked_by, "admin");
	assert_string_equal(b->refund_reason, "late start");
	b = ask(w, asked_refund_tx, (struct asked){ .by = "builder",
	    .goal = 6000 });
	assert_int_equal(b->refund_goal, 6000);
	assert_string_equal(b->refund_asked_by, "builder");
	assert_null(b->refund_reason);
	/* All three are told, whichever counts. */
	assert_int_equal(world_count(w, "SELECT count(*) FROM history"
	    " WHERE what = 'refund asked for'"), 3);
	assert_int_equal(world_count(w, "SELECT count(*) FROM history"
	    " WHERE why = '50.00 USD in all: late start'"), 1);
	assert_int_equal(world_count(w, "SELECT count(*) FROM history"
	    " WHERE why = '60.00 USD in all'"), 1);
	assert_true(world_has(w, "job refund-pi_1 "));
}

static void
a_seat_goes_on_as_another_with_its_money(void **state)
{
	struct world *w = *state;
	const struct booking *b;

	world_sell(w, 1, world_slot(7, 15));
	world_book(w, 2, world_slot(8, 15));
	world_book(w, 3, world_slot(9, 15));
	ask(w, asked_move_tx, (struct asked){ .by = "admin",
	    .to = world_id(w, 2) });
	/* It went there: it cannot go elsewhere, too. */
	b = ask(w, asked_move_tx, (struct asked){ .by = "admin",
	    .to = world_id(w, 3) });
	assert_string_equal(b->moved_to, world_id(w, 2));
	assert_string_equal(b->status, "RESCHEDULED");
}

static void
who_signs_in_first_is_its_client(void **state)
{
	struct world *w = *state;
	const struct booking *b;

	assert_null(world_book(w, 1, world_slot(7, 15))->client);
	ask(w, asked_sign_tx, (struct asked){ .client = "u-ada" });
	b = ask(w, asked_sign_tx, (struct asked){ .client = "u-eve" });
	assert_string_equal(b->client, "u-ada");
}

static void
what_is_asked_of_nothing_fails_for_a_person_to_see(void **state)
{
	static asking *const all[] = { asked_cancel_tx, asked_refund_tx,
		asked_move_tx, asked_sign_tx };
	struct world *w = *state;
	struct asked a = { .booking = world_id(w, 9), .by = "client",
		.to = world_id(w, 8), .goal = 1, .at = 1, .client = "u-ada" };
	struct event_outcome outcome;
	size_t i;

	for (i = 0; i < COUNT(all); i++) {
		assert_int_equal(all[i](&w->c, w->db, &a, &by, &outcome), OK);
		assert_string_equal(outcome.word, "failed");
		assert_non_null(strstr(outcome.reason, a.booking));
	}
	a.booking = world_sell(w, 1, world_slot(7, 15))->id;
	assert_int_equal(asked_move_tx(&w->c, w->db, &a, &by, &outcome), OK);
	assert_string_equal(outcome.word, "failed");
	assert_non_null(strstr(outcome.reason, a.to));
	assert_null(world_booking(w, a.booking)->moved_to);
}

static void
links_are_called_back_in_any_order(void **state)
{
	struct world *w = *state;

	world_sell(w, 1, world_slot(7, 15));
	assert_int_equal(ask(w, asked_revoke_tx,
	    (struct asked){ .by = "admin", .serial = 2 })->link_serial, 2);
	assert_int_equal(ask(w, asked_revoke_tx,
	    (struct asked){ .by = "admin", .serial = 1 })->link_serial, 2);
	assert_int_equal(world_count(w, "SELECT count(*) FROM history"
	    " WHERE what = 'links called back'"), 2);
}

/* Whoever had a link may have signed in with it. */
static void
with_the_links_the_sign_in_can_be_taken_back(void **state)
{
	static const struct {
		const char *client, *then;
		int64_t serial;
	} steps[] = {
		{ NULL, "u-eve", 1 }, /* nothing is said of it */
		{ "u-ada", "u-ada", 3 },
		{ "u-eve", "u-ada", 2 }, /* was asked before that */
		{ "", NULL, 4 },
	};
	struct world *w = *state;
	const struct booking *b;
	size_t i;

	world_sell(w, 1, world_slot(7, 15));
	ask(w, asked_sign_tx, (struct asked){ .client = "u-eve" });
	for (i = 0; i < COUNT(steps); i++) {
		b = ask(w, asked_revoke_tx, (struct asked){ .by = "admin",
		    .serial = steps[i].serial, .client = steps[i].client });
		assert_true(text_same(b->client, steps[i].then));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(of_two_cancellations_the_earlier_stays),
		WITH_SHOP(two_of_one_moment_end_alike_in_any_order),
		WITH_SHOP(links_are_called_back_in_any_order),
		WITH_SHOP(with_the_links_the_sign_in_can_be_taken_back),
		WITH_SHOP(the_largest_refund_that_was_asked_for_counts),
		WITH_SHOP(a_seat_goes_on_as_another_with_its_money),
		WITH_SHOP(who_signs_in_first_is_its_client),
		WITH_SHOP(what_is_asked_of_nothing_fails_for_a_person_to_see),
	};

	return cmocka_run_group_tests_name("asked", tests, NULL, NULL);
}
