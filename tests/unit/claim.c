/*
 * From an order to a booking, without a Calendly token: what a browser says
 * is kept as a claim, and a key that comes again finds what it made.
 */
#include <string.h>

#include "app/access.h"
#include "app/claim.h"
#include "app/order.h"
#include "app/shop.h"
#include "ask.h"
#include "booking/booking.h"
#include "db/db.h"
#include "web/auth.h"
#include "world.h"

#define KEY "0123456789abcdef"

static const char sql_bookings[] = "SELECT count(*) FROM booking";
static const char sql_events[] = "SELECT count(*) FROM event";

/* A shop around a world's database. */
struct place {
	struct world *w;
	struct shop shop;
	struct conf *conf;
};

static int
open_shop(void **state, const char *settings)
{
	struct place *p = calloc(1, sizeof(*p));
	void *w;

	assert_non_null(p);
	world_new_shop(&w);
	p->w = w;
	p->conf = ask_settings(&p->w->c, settings);
	p->shop = (struct shop){ .conf = p->conf, .db = p->w->db };
	assert_int_equal(auth_new(&p->w->c, p->conf, &p->shop.auth), OK);
	*state = p;
	return 0;
}

static int
open_for_guests(void **state)
{
	return open_shop(state, "AUTH=guest\nLINK_SECRET=" ASK_SECRET "\n"
	    "PUBLIC_BASE_URL=https://book.example.com\n");
}

static int
open_for_few(void **state)
{
	return open_shop(state, "AUTH=guest\nLINK_SECRET=" ASK_SECRET "\n"
	    "PUBLIC_BASE_URL=https://book.example.com\n"
	    "UNPAID_SEATS_PER_CLIENT=2\n");
}

static int
open_for_users(void **state)
{
	return open_shop(state, "AUTH=remote-user\n");
}

static int
close_shop(void **state)
{
	struct place *p = *state;
	void *w = p->w;

	auth_free(p->shop.auth);
	conf_free(p->conf);
	world_free(&w);
	free(p);
	return 0;
}

static struct order
direct(struct place *p)
{
	struct order o = { .kind = ORDER_DIRECT, .digest = "digest" };

	o.seat = world_request(p->w, 1, world_slot(7, 15));
	o.seat.booking = NULL;
	return o;
}

static struct order
calendly(struct place *p)
{
	struct order o = direct(p);

	o.kind = ORDER_CALENDLY;
	o.seat.session_type = NULL;
	o.seat.event_type = "e7e70001-0000-4000-8000-000000000001";
	o.seat.invitee = "1417e000-0000-4000-8000-000000000001";
	o.seat.event = "5c4ed000-0000-4000-8000-000000000001";
	return o;
}

static enum err
claim(struct place *p, const struct order *o, struct caller *who,
    const char **ret)
{
	ctx_forgive(&p->w->c);
	return claim_booking(&p->w->c, &p->shop, o, who, 0, ret);
}

static int
opens(struct place *p, const struct caller *who, const char *id)
{
	return access_grant(&p->w->c, who, world_booking(p->w, id)) != NULL;
}

static void
a_guest_gains_the_booking_and_nothing_else(void **state)
{
	struct place *p = *state;
	const struct order o = direct(p);
	struct caller who = { .guests = 1 };
	const char *id;

	assert_int_equal(claim(p, &o, &who, &id), OK);
	assert_true(booking_is_id(id));
	assert_true(opens(p, &who, id));
	assert_int_equal(who.grant_count, 1);
	assert_null(world_booking(p->w, id)->client);
	assert_true(world_has(p->w, arena_printf(p->w->c.mem,
	    "event client %s applied - - %s", id, id)));
}

static void
who_has_signed_in_is_the_client(void **state)
{
	struct place *p = *state;
	const struct order o = direct(p);
	struct caller who = { .presented = 1, .user = "u-ada" };
	const char *id;

	assert_int_equal(claim(p, &o, &who, &id), OK);
	assert_string_equal(world_booking(p->w, id)->client, "u-ada");
}

static void
a_key_that_comes_again_finds_its_booking(void **state)
{
	struct place *p = *state;
	struct order o = direct(p);
	struct caller who = { .guests = 1 }, again = { .guests = 1 };
	const char *id, *same;

	o.key = KEY;
	assert_int_equal(claim(p, &o, &who, &id), OK);
	assert_int_equal(claim(p, &o, &again, &same), OK);
	assert_string_equal(id, same);
	assert_true(opens(p, &again, id));
	assert_int_equal(world_count(p->w, sql_bookings), 1);
	assert_int_equal(world_count(p->w, sql_events), 1);
}

static void
a_key_with_another_order_is_refused(void **state)
{
	struct place *p = *state;
	struct order o = direct(p);
	struct caller who = { .guests = 1 }, thief = { .guests = 1 };
	const char *id;

	o.key = KEY;
	assert_int_equal(claim(p, &o, &who, &id), OK);
	o.digest = "another";
	assert_int_equal(claim(p, &o, &thief, &id), E_REPLAYED);
	assert_int_equal(thief.grant_count, 0);
}

static void
without_a_key_a_second_order_is_a_second_booking(void **state)
{
	struct place *p = *state;
	struct order o = direct(p);
	struct caller who = { .guests = 1 };
	const char *id;

	assert_int_equal(claim(p, &o, &who, &id), OK);
	assert_int_equal(claim(p, &o, &who, &id), E_CONFLICT);
	o.seat.start_at += HOURS(1);
	assert_int_equal(claim(p, &o, &who, &id), OK);
	assert_int_equal(world_count(p->w, sql_bookings), 2);
}

/* A key is not used up by an order that could not be carried out. */
static void
what_is_refused_leaves_nothing_behind(void **state)
{
	struct place *p = *state;
	struct order o = direct(p);
	struct caller who = { .guests = 1 };
	const char *id;

	o.key = KEY;
	o.seat.start_at = p->w->c.now;
	assert_int_equal(claim(p, &o, &who, &id), E_CONFLICT);
	assert_int_equal(world_count(p->w, sql_events), 0);
	assert_int_equal(who.grant_count, 0);
	o.digest = "corrected";
	o.seat.start_at = world_slot(7, 15);
	assert_int_equal(claim(p, &o, &who, &id), OK);
}

static void
one_invitee_is_one_booking_however_often_claimed(void **state)
{
	struct place *p = *state;
	struct order o = calendly(p);
	struct caller who = { .guests = 1 }, again = { .guests = 1 };
	const char *id, *same;

	assert_int_equal(claim(p, &o, &who, &id), OK);
	o.digest = "another";
	o.seat.start_at += HOURS(1);
	assert_int_equal(claim(p, &o, &again, &same), OK);
	assert_string_equal(id, same);
	world_tell(p->w, "calendly", world_file(p->w,
	    "calendly/webhooks/invitee_created"));
	assert_int_equal(claim(p, &o, &again, &same), OK);
	assert_string_equal(id, same);
	assert_int_equal(world_count(p->w, sql_bookings), 1);
}

static void
where_guests_are_off_who_has_signed_in_books(void **state)
{
	struct place *p = *state;
	const struct order o = direct(p);
	struct caller ada = { .presented = 1, .user = "u-ada" };
	const char *id;

	assert_int_equal(claim(p, &o, &ada, &id), OK);
}

/* --- who may ----------------------------------------------------------------- */

static void
a_type_for_members_is_booked_by_who_signs_in(void **state)
{
	struct place *p = *state;
	struct order o = direct(p);
	struct caller who = { .guests = 1 };
	const char *id;

	o.seat.session_type = "members";
	assert_int_equal(claim(p, &o, &who, &id), E_NOAUTH);
	assert_non_null(strstr(p->w->c.say, "sign in"));
	assert_int_equal(world_count(p->w, sql_events), 0);
	who.presented = 1;
	who.user = "u-ada";
	assert_int_equal(claim(p, &o, &who, &id), OK);
}

/* Whichever is first: the claim, or the webhook. */
static void
a_guest_does_not_claim_one_of_members_either(void **state)
{
	static const char members[] = "UPDATE session_type SET requires_auth = 1";
	struct place *p = *state;
	const struct order o = calendly(p);
	struct caller who = { .guests = 1 };
	struct caller ada = { .guests = 1, .presented = 1, .user = "u-ada" };
	const char *id;

	assert_int_equal(db_script(&p->w->c, p->w->db, members), OK);
	assert_int_equal(claim(p, &o, &who, &id), E_NOAUTH);
	world_tell(p->w, "calendly", world_file(p->w,
	    "calendly/webhooks/invitee_created"));
	assert_int_equal(claim(p, &o, &who, &id), E_NOAUTH);
	assert_int_equal(who.grant_count, 0);
	assert_int_equal(claim(p, &o, &ada, &id), OK);
}

/* Its links were called back: neither key nor uuid opens it, or makes who
 * knows them its client. */
static void
what_was_called_back_is_not_claimed(void **state)
{
	static const char called_back[] = "UPDATE booking SET link_serial = 1";
	struct place *p = *state;
	const struct order calendly_order = calendly(p);
	struct order keyed = direct(p);
	struct caller who = { .guests = 1 }, again = { .guests = 1 };
	struct caller eve = { .guests = 1, .presented = 1, .user = "u-eve" };
	const char *id;

	keyed.key = KEY;
	keyed.seat.start_at += HOURS(2);
	assert_int_equal(claim(p, &keyed, &who, &id), OK);
	assert_int_equal(claim(p, &calendly_order, &who, &id), OK);
	assert_int_equal(db_script(&p->w->c, p->w->db, called_back), OK);
	assert_false(opens(p, &who, id));
	assert_int_equal(claim(p, &keyed, &again, &id), E_NOBOOKING);
	assert_int_equal(claim(p, &calendly_order, &eve, &id), E_NOBOOKING);
	assert_int_equal(again.grant_count + eve.grant_count, 0);
	assert_int_equal(world_count(p->w, "SELECT count(*) FROM booking"
	    " WHERE client IS NOT NULL"), 0);
}

static void
a_week_after_the_session_its_uuid_opens_nothing(void **state)
{
	struct place *p = *state;
	const struct order o = calendly(p);
	struct caller who = { .guests = 1 };
	const char *id;
	int64_t end;

	assert_int_equal(claim(p, &o, &who, &id), OK);
	end = world_booking(p->w, id)->end_at;
	p->w->c.now = end + DAYS(7);
	assert_true(opens(p, &who, id));
	p->w->c.now += NOW_SECOND;
	assert_false(opens(p, &who, id));
}

static void
a_builder_who_looks_does_not_become_the_client(void **state)
{
	struct place *p = *state;
	const struct order o = calendly(p);
	struct caller guest = { .guests = 1 };
	struct caller robin = { .guests = 1, .presented = 1, .user = "u-robin" };
	struct caller ada = { .guests = 1, .presented = 1, .user = "u-ada" };
	const char *id;

	assert_int_equal(claim(p, &o, &guest, &id), OK);
	assert_int_equal(claim(p, &o, &robin, &id), OK);
	assert_null(world_booking(p->w, id)->client);
	assert_int_equal(claim(p, &o, &ada, &id), OK);
	assert_string_equal(world_booking(p->w, id)->client, "u-ada");
}

static void
where_guests_are_off_the_first_who_signs_in_has_it(void **state)
{
	struct place *p = *state;
	const struct order o = calendly(p);
	struct caller ada = { .presented = 1, .user = "u-ada" };
	struct caller eve = { .presented = 1, .user = "u-eve" };
	const char *id;

	world_tell(p->w, "calendly", world_file(p->w,
	    "calendly/webhooks/invitee_created"));
	assert_int_equal(claim(p, &o, &ada, &id), OK);
	assert_string_equal(world_booking(p->w, id)->client, "u-ada");
	assert_int_equal(claim(p, &o, &eve, &id), E_NOBOOKING);
	assert_int_equal(eve.grant_count, 0);
}

/* --- limits ------------------------------------------------------------------ */

/* The nth order of somebody, for a time of its own. */
static enum err
order_nth(struct place *p, int n, const char *user, const char *email)
{
	struct order o = direct(p);
	struct caller who = { .guests = 1, .presented = user != NULL,
		.user = user };
	const char *id;

	o.seat.start_at += n * HOURS(1);
	o.seat.email = email;
	return claim(p, &o, &who, &id);
}

static void
nobody_keeps_more_seats_than_a_few_unpaid(void **state)
{
	struct place *p = *state;
	struct ctx *c = &p->w->c;

	assert_int_equal(order_nth(p, 0, NULL, "ada@example.com"), OK);
	c->now += MINUTES(20);
	assert_int_equal(order_nth(p, 1, NULL, "ada@example.com"), OK);
	assert_int_equal(order_nth(p, 2, NULL, "ADA@Example.com"), E_RATE);
	/* The first one is kept for forty minutes more. */
	assert_in_range(c->retry_after, 2400, 2401);
	assert_non_null(strstr(c->say, "not paid yet"));
	assert_int_equal(order_nth(p, 2, NULL, "eve@example.com"), OK);
	c->now += MINUTES(41);
	assert_int_equal(order_nth(p, 3, NULL, "ada@example.com"), OK);
}

static void
what_is_paid_or_given_up_is_no_seat_that_is_kept(void **state)
{
	struct place *p = *state;

	order_nth(p, 0, NULL, "ada@example.com");
	order_nth(p, 1, NULL, "ada@example.com");
	assert_int_equal(db_script(&p->w->c, p->w->db, "UPDATE booking"
	    " SET status = 'CONFIRMED' WHERE start_at = (SELECT MIN(start_at)"
	    " FROM booking)"), OK);
	assert_int_equal(order_nth(p, 2, NULL, "ada@example.com"), OK);
	assert_int_equal(order_nth(p, 3, NULL, "ada@example.com"), E_RATE);
	assert_int_equal(db_script(&p->w->c, p->w->db, "UPDATE booking"
	    " SET status = 'CANCELLED'"), OK);
	assert_int_equal(order_nth(p, 3, NULL, "ada@example.com"), OK);
}

/* Whatever address they type; and nobody types theirs in their place. */
static void
who_has_signed_in_is_counted_by_that(void **state)
{
	struct place *p = *state;

	assert_int_equal(order_nth(p, 0, NULL, "ada@example.com"), OK);
	assert_int_equal(order_nth(p, 1, NULL, "ada@example.com"), OK);
	assert_int_equal(order_nth(p, 2, "u-ada", "ada@example.com"), OK);
	assert_int_equal(order_nth(p, 3, "u-ada", "a2@example.com"), OK);
	assert_int_equal(order_nth(p, 4, "u-ada", "a3@example.com"), E_RATE);
	assert_int_equal(order_nth(p, 4, "u-eve", "a3@example.com"), OK);
	assert_int_equal(order_nth(p, 5, "u-eve", "a3@example.com"), OK);
	assert_int_equal(order_nth(p, 6, NULL, "a3@example.com"), OK);
}

static void
the_same_order_again_is_no_other_seat(void **state)
{
	struct place *p = *state;
	struct order o = direct(p);
	struct caller who = { .guests = 1 };
	const char *id;

	o.key = KEY;
	assert_int_equal(claim(p, &o, &who, &id), OK);
	assert_int_equal(order_nth(p, 1, NULL, o.seat.email), OK);
	assert_int_equal(claim(p, &o, &who, &id), OK);
}

int
main(void)
{
#define GUESTS(fn) \
	cmocka_unit_test_setup_teardown(fn, open_for_guests, close_shop)
#define FEW(fn) cmocka_unit_test_setup_teardown(fn, open_for_few, close_shop)
	const struct CMUnitTest tests[] = {
		GUESTS(a_guest_gains_the_booking_and_nothing_else),
		GUESTS(who_has_signed_in_is_the_client),
		GUESTS(a_key_that_comes_again_finds_its_booking),
		GUESTS(a_key_with_another_order_is_refused),
		GUESTS(without_a_key_a_second_order_is_a_second_booking),
		GUESTS(what_is_refused_leaves_nothing_behind),
		GUESTS(one_invitee_is_one_booking_however_often_claimed),
		GUESTS(a_type_for_members_is_booked_by_who_signs_in),
		GUESTS(a_guest_does_not_claim_one_of_members_either),
		GUESTS(what_was_called_back_is_not_claimed),
		GUESTS(a_week_after_the_session_its_uuid_opens_nothing),
		GUESTS(a_builder_who_looks_does_not_become_the_client),
		FEW(nobody_keeps_more_seats_than_a_few_unpaid),
		FEW(what_is_paid_or_given_up_is_no_seat_that_is_kept),
		FEW(who_has_signed_in_is_counted_by_that),
		FEW(the_same_order_again_is_no_other_seat),
		cmocka_unit_test_setup_teardown(
		    where_guests_are_off_who_has_signed_in_books, open_for_users,
		    close_shop),
		cmocka_unit_test_setup_teardown(
		    where_guests_are_off_the_first_who_signs_in_has_it,
		    open_for_users, close_shop),
	};

	return cmocka_run_group_tests_name("claim", tests, NULL, NULL);
}
