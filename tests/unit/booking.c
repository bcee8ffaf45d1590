/*
 * The rows of bookings: in and out, found in each way, never two for a seat.
 */
#include <string.h>

#include "base/hash.h"
#include "booking/booking.h"
#include "world.h"

/* Every member set to something of its own. */
static struct booking
full(struct world *w)
{
	return (struct booking){
		.id = world_id(w, 1), .builder = "robin",
		.session_type = "strategy", .client = "u-ada", .name = "Ada",
		.email = "ada@example.com", .timezone = "Europe/Berlin",
		.start_at = 1, .end_at = 2, .source = "calendly",
		.invitee = "inv-1", .invitee_uri = "https://uri",
		.calendly_event = "ev-1", .told_at = 3,
		.contradiction = "odd", .amount = 4, .currency = "usd",
		.policy = "24:100", .created_at = 5, .hold_at = 6,
		.auto_refund = 1, .late_hours = 48, .asked_cancel_at = 10,
		.asked_cancel_by = "builder", .asked_cancel_reason = "away",
		.told_cancel_at = 7, .told_cancel_by = "client",
		.told_cancel_reason = "ill", .refund_goal = 12,
		.refund_asked_by = "admin", .refund_reason = "kind",
		.cancelled_at = 7, .cancelled_by = "client",
		.cancel_reason = "ill", .moved_to = "inv-2",
		.moved_from = "inv-0", .no_show = 1, .no_show_at = 8,
		.status = "CANCELLED", .payment_status = "PAID",
		.updated_at = 9,
	};
}

static void
check_equal(const struct booking *a, const struct booking *b)
{
#define TEXT(m) assert_string_equal(a->m, b->m)
#define NUMBER(m) assert_int_equal(a->m, b->m)
	TEXT(id); TEXT(builder); TEXT(session_type); TEXT(client);
	TEXT(name); TEXT(email); TEXT(timezone); TEXT(source);
	TEXT(invitee); TEXT(invitee_uri); TEXT(calendly_event);
	TEXT(contradiction); TEXT(currency); TEXT(policy);
	TEXT(asked_cancel_by); TEXT(asked_cancel_reason);
	TEXT(told_cancel_by); TEXT(told_cancel_reason);
	TEXT(refund_asked_by); TEXT(refund_reason);
	NUMBER(auto_refund); NUMBER(late_hours); NUMBER(refund_goal);
	NUMBER(asked_cancel_at); NUMBER(told_cancel_at);
	TEXT(cancelled_by); TEXT(cancel_reason); TEXT(moved_to);
	TEXT(moved_from); TEXT(status); TEXT(payment_status);
	NUMBER(start_at); NUMBER(end_at); NUMBER(told_at); NUMBER(amount);
	NUMBER(created_at); NUMBER(hold_at); NUMBER(cancelled_at);
	NUMBER(no_show); NUMBER(no_show_at); NUMBER(updated_at);
}

static void
every_fact_goes_in_and_comes_out(void **state)
{
	struct world *w = *state;
	struct booking b = full(w);

	assert_int_equal(booking_add_tx(&w->c, w->db, &b), OK);
	check_equal(world_booking(w, b.id), &b);
	b.start_at = 11;
	b.client = "u-eve";
	b.moved_to = "inv-3";
	b.payment_status = "REFUNDED";
	assert_int_equal(booking_save_tx(&w->c, w->db, &b), OK);
	check_equal(world_booking(w, b.id), &b);
}

static void
what_is_saved_twice_is_as_it_was_last(void **state)
{
	struct world *w = *state;
	struct booking b = full(w), *read;
	const char *client = b.client;

	assert_int_equal(booking_add_tx(&w->c, w->db, &b), OK);
	read = world_booking(w, b.id);
	read->client = "u-eve";
	assert_int_equal(booking_save_tx(&w->c, w->db, read), OK);
	assert_string_equal(world_booking(w, b.id)->client, "u-eve");
	read->client = client;
	assert_int_equal(booking_save_tx(&w->c, w->db, read), OK);
	check_equal(world_booking(w, b.id), &b);
}

static void
a_booking_is_found_by_its_names(void **state)
{
	struct world *w = *state;
	struct booking b = full(w), *found;

	assert_int_equal(booking_add_tx(&w->c, w->db, &b), OK);
	assert_int_equal(booking_find_tx(&w->c, w->db, b.id, &found), OK);
	assert_non_null(found);
	assert_int_equal(booking_find_tx(&w->c, w->db, "inv-1", &found), OK);
	assert_non_null(found);
	assert_int_equal(booking_moved_from_tx(&w->c, w->db, "inv-0", &found),
	    OK);
	assert_non_null(found);
	assert_int_equal(booking_moved_to_tx(&w->c, w->db, "inv-2", &found),
	    OK);
	assert_non_null(found);
	assert_int_equal(booking_find_tx(&w->c, w->db, "inv-9", &found), OK);
	assert_null(found);
	assert_int_equal(booking_find_tx(&w->c, w->db, world_id(w, 9),
	    &found), OK);
	assert_null(found);
}

static void
one_seat_is_one_booking(void **state)
{
	struct world *w = *state;
	struct booking b = full(w);

	assert_int_equal(booking_add_tx(&w->c, w->db, &b), OK);
	b.id = world_id(w, 2);
	assert_int_equal(booking_add_tx(&w->c, w->db, &b), E_CONFLICT);
	/* Those without an invitee are as many as they are. */
	b.invitee = NULL;
	assert_int_equal(booking_add_tx(&w->c, w->db, &b), OK);
	b.id = world_id(w, 3);
	assert_int_equal(booking_add_tx(&w->c, w->db, &b), OK);
}

static void
an_id_of_ours_is_128_random_bits(void **state)
{
	struct world *w = *state;
	const char *a = hash_id(w->c.mem, "bk_");
	const char *b = hash_id(w->c.mem, "bk_");

	assert_true(booking_is_id(a));
	assert_string_not_equal(a, b);
	assert_false(booking_is_id(""));
	assert_false(booking_is_id("bk_"));
	assert_false(booking_is_id("bk_0000000000000000000000000000000"));
	assert_false(booking_is_id("bk_000000000000000000000000000000000"));
	assert_false(booking_is_id("bk_0000000000000000000000000000000A"));
	assert_false(booking_is_id("bk_0000000000000000000000000000000/"));
	assert_false(booking_is_id("1417e000-0000-4000-8000-000000000001"));
}

static void
the_newest_are_listed_first(void **state)
{
	struct world *w = *state;
	struct booking_list list;
	int i;

	for (i = 1; i <= 4; i++) {
		w->c.now++;
		world_book(w, i, world_slot(7, 13 + i));
	}
	assert_int_equal(booking_list_tx(&w->c, w->db,
	    &(const struct booking_filter){ .limit = 3 }, &list), OK);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.rows[0].id, world_id(w, 4));
	assert_string_equal(list.rows[2].id, world_id(w, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(every_fact_goes_in_and_comes_out),
		WITH_SHOP(what_is_saved_twice_is_as_it_was_last),
		WITH_SHOP(a_booking_is_found_by_its_names),
		WITH_SHOP(one_seat_is_one_booking),
		WITH_SHOP(an_id_of_ours_is_128_random_bits),
		WITH_SHOP(the_newest_are_listed_first),
	};

	return cmocka_run_group_tests_name("booking", tests, NULL, NULL);
}
