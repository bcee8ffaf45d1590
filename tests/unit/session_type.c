/*
 * What can be sold, and what makes no sense to sell.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/session_type.h"
#include "world.h"

static struct session_type
good(void)
{
	return (struct session_type){
		.id = "new",
		.builder = "robin",
		.title = "A new one",
		.minutes = 30,
		.amount = 5000,
		.currency = "usd",
		.horizon_days = 365,
		.hold_minutes = 60,
		.policy = "",
		.active = 1,
	};
}

static enum err
set(struct world *w, const struct session_type *t)
{
	ctx_forgive(&w->c);
	return session_type_set_tx(&w->c, w->db, t);
}

static const struct session_type *
get(struct world *w, const char *id)
{
	const struct session_type *t;

	assert_int_equal(session_type_get_tx(&w->c, w->db, id, &t), OK);
	return t;
}

/* One member of a good type made bad. */
#define BAD(member, value)                                                     \
	do {                                                                   \
		struct session_type t = good();                                \
		t.member = value;                                              \
		if (set(w, &t) != E_BADREQ || w->c.say == NULL)                \
			fail_msg(#member " = " #value);                        \
	} while (0)

static void
what_makes_no_sense_is_refused_with_words(void **state)
{
	struct world *w = *state;

	BAD(id, NULL);
	BAD(id, "");
	BAD(title, "");
	BAD(minutes, 0);
	BAD(minutes, 1441);
	BAD(minutes, -1);
	BAD(hold_minutes, 0);
	BAD(amount, 49);
	BAD(amount, -1);
	BAD(amount, 100000000);
	BAD(currency, "USD");
	BAD(currency, NULL);
	BAD(currency, "ugx");
	BAD(policy, "12:50 24:100");
	BAD(policy, NULL);
	BAD(hours, "monday 9 to 5");
	BAD(notice_minutes, -1);
	BAD(horizon_days, -1);
	assert_null(get(w, "new"));
}

static void
what_another_row_forbids_is_a_conflict(void **state)
{
	struct world *w = *state;
	struct session_type t = good();

	t.builder = "nobody";
	assert_int_equal(set(w, &t), E_CONFLICT);
	t = good();
	t.calendly_type = get(w, "strategy")->calendly_type;
	assert_int_equal(set(w, &t), E_CONFLICT);
	t = good();
	t.active = 2;
	assert_int_equal(set(w, &t), E_CONFLICT);
}

static void
it_comes_back_as_it_was_set(void **state)
{
	struct world *w = *state;
	struct session_type t = good();
	const struct session_type *back;

	t.description = "All of it";
	t.calendly_type = "uuid";
	t.scheduling_url = "https://calendly.com/robin/new";
	t.direct = 1;
	t.hours = "mon-fri 09:00-17:00";
	t.notice_minutes = 120;
	t.requires_auth = 1;
	t.policy = "24:100";
	t.auto_refund = 1;
	t.created_at = 7;
	assert_int_equal(set(w, &t), OK);
	back = get(w, "new");
	assert_string_equal(back->description, t.description);
	assert_string_equal(back->scheduling_url, t.scheduling_url);
	assert_string_equal(back->hours, t.hours);
	assert_string_equal(back->policy, t.policy);
	assert_int_equal(back->amount, 5000);
	assert_int_equal(back->minutes, 30);
	assert_int_equal(back->direct + back->requires_auth +
	    back->auto_refund + back->active, 4);
	assert_int_equal(back->created_at, 7);
	assert_int_equal(session_type_by_calendly_tx(&w->c, w->db, "uuid",
	    &back), OK);
	assert_string_equal(back->id, "new");
	assert_int_equal(session_type_by_calendly_tx(&w->c, w->db, "none",
	    &back), OK);
	assert_null(back);
}

/* Bookings made before keep the price and the rules they were made with. */
static void
a_new_price_is_for_new_bookings(void **state)
{
	struct world *w = *state;
	const char *id = world_book(w, 1, world_slot(7, 15))->id;
	struct session_type t = *get(w, "direct");

	t.amount = 20000;
	t.currency = "eur";
	t.policy = "";
	assert_int_equal(set(w, &t), OK);
	assert_int_equal(world_booking(w, id)->amount, 15000);
	assert_string_equal(world_booking(w, id)->currency, "usd");
	assert_string_equal(world_booking(w, id)->policy, "24:100 12:50");
	assert_int_equal(world_book(w, 2, world_slot(7, 17))->amount, 20000);
}

static void
the_catalogue_lists_the_active_ones(void **state)
{
	struct world *w = *state;
	struct session_type_list all, active;
	size_t i;

	assert_int_equal(session_type_list_tx(&w->c, w->db, 0, &all), OK);
	assert_int_equal(session_type_list_tx(&w->c, w->db, 1, &active), OK);
	assert_int_equal(all.count, active.count + 1);
	for (i = 0; i < active.count; i++)
		assert_string_not_equal(active.rows[i].id, "retired");
	for (i = 1; i < all.count; i++)
		assert_true(strcmp(all.rows[i - 1].id, all.rows[i].id) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(what_makes_no_sense_is_refused_with_words),
		WITH_SHOP(what_another_row_forbids_is_a_conflict),
		WITH_SHOP(it_comes_back_as_it_was_set),
		WITH_SHOP(a_new_price_is_for_new_bookings),
		WITH_SHOP(the_catalogue_lists_the_active_ones),
	};

	return cmocka_run_group_tests_name("session_type", tests, NULL, NULL);
}
