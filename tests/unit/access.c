/*
 * Who may do what to which booking: the whole table.
 */
#include <string.h>

#include "app/access.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/session_type.h"
#include "db/db.h"
#include "web/auth.h"
#include "world.h"

#define MINE "bk_00000000000000000000000000000001"
#define OTHER "bk_00000000000000000000000000000002"
/* The booking's links have the serial number 1. */
#define LINK(purpose, id, serial) { LINK_##purpose, id, serial, INT64_MAX }

static const struct row {
	const char *name;
	struct caller who;
	/* For a booking that is theirs or not: to see, pay and cancel it … */
	enum err see, pay, cancel;
	/* … and to see one that does not exist. */
	enum err nothing;
} rows[] = {
	/* clang-format off */
	{ "nobody", { .user = NULL },
	    E_NOAUTH, E_NOAUTH, E_NOAUTH, E_NOAUTH },
	{ "somebody with a bad link", { .presented = 1, .refused = "bad" },
	    E_NOAUTH, E_NOAUTH, E_NOAUTH, E_NOAUTH },
	{ "a guest with its link", { .presented = 1,
	    .grants = { LINK(BOOKING, MINE, 1) }, .grant_count = 1 },
	    OK, OK, OK, E_NOBOOKING },
	{ "a guest with a link to look", { .presented = 1,
	    .grants = { LINK(SEE, MINE, 1) }, .grant_count = 1 },
	    OK, E_FORBIDDEN, E_FORBIDDEN, E_NOBOOKING },
	{ "a guest with both of its links", { .presented = 1,
	    .grants = { LINK(SEE, MINE, 1), LINK(BOOKING, MINE, 1) },
	    .grant_count = 2 }, OK, OK, OK, E_NOBOOKING },
	{ "a guest with links that were called back", { .presented = 1,
	    .grants = { LINK(BOOKING, MINE, 0), LINK(SEE, MINE, 0) },
	    .grant_count = 2 },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	{ "a guest with a link of times to come", { .presented = 1,
	    .grants = { LINK(BOOKING, MINE, 2) }, .grant_count = 1 },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	{ "a guest with a link that is over", { .presented = 1,
	    .grants = { { LINK_BOOKING, MINE, 1, WORLD_NOW / NOW_SECOND - 1 } },
	    .grant_count = 1 },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	{ "a guest with another booking's link", { .presented = 1,
	    .grants = { LINK(BOOKING, OTHER, 1) }, .grant_count = 1 },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	{ "a guest with links to both bookings", { .presented = 1,
	    .grants = { LINK(BOOKING, OTHER, 1), LINK(BOOKING, MINE, 1) },
	    .grant_count = 2 }, OK, OK, OK, E_NOBOOKING },
	{ "a guest with a bad link and a good one", { .presented = 1,
	    .grants = { LINK(BOOKING, MINE, 1) }, .grant_count = 1,
	    .refused = "bad" }, OK, OK, OK, E_NOAUTH },
	{ "one whose sign-in has expired, with another booking's link", {
	    .presented = 1, .refused = "jwt: expired",
	    .grants = { LINK(BOOKING, OTHER, 1) }, .grant_count = 1 },
	    E_NOAUTH, E_NOAUTH, E_NOAUTH, E_NOAUTH },
	{ "another client with a bad link, or an old sign-in beside", { .presented = 1,
	    .user = "u-eve", .refused = "bad" },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	{ "a builder with a link to look", { .presented = 1,
	    .user = "u-robin", .grants = { LINK(SEE, MINE, 1) },
	    .grant_count = 1 }, OK, E_FORBIDDEN, OK, E_NOBOOKING },
	{ "the client", { .presented = 1, .user = "u-ada" },
	    OK, OK, OK, E_NOBOOKING },
	{ "the client by address", { .presented = 1, .user = "u-1",
	    .email = "ADA@Example.com" }, OK, OK, OK, E_NOBOOKING },
	{ "another client", { .presented = 1, .user = "u-eve",
	    .email = "eve@example.com" },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	{ "the builder", { .presented = 1, .user = "u-robin" },
	    OK, E_FORBIDDEN, OK, E_NOBOOKING },
	{ "another builder", { .presented = 1, .user = "u-sam" },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	{ "a builder who books with herself", { .presented = 1,
	    .user = "u-robin", .email = "ada@example.com" },
	    OK, OK, OK, E_NOBOOKING },
	{ "an admin", { .presented = 1, .user = "u-admin", .admin = 1 },
	    OK, OK, OK, E_NOBOOKING },
	{ "one whose name is the builder's id", { .presented = 1,
	    .user = "robin" },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	/* clang-format on */
};

static void
each_caller_may_do_this_and_no_more(void **state)
{
	static const enum access_action actions[] = { ACCESS_SEE, ACCESS_PAY,
		ACCESS_CANCEL };
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(7, 15));
	const struct builder sam = { .id = "sam", .name = "Sam",
		.timezone = "UTC" };
	size_t i, j;

	b->client = "u-ada";
	b->link_serial = 1;
	assert_int_equal(builder_set_tx(&w->c, w->db, &sam), OK);
	assert_int_equal(builder_add_user_tx(&w->c, w->db, "sam", "u-sam"),
	    OK);
	for (i = 0; i < COUNT(rows); i++) {
		const enum err expected[] = { rows[i].see, rows[i].pay,
			rows[i].cancel };

		for (j = 0; j < COUNT(actions); j++) {
			if (access_check_tx(&w->c, w->db, &rows[i].who, b,
			    actions[j]) != expected[j])
				fail_msg("%s, action %zu", rows[i].name, j);
			ctx_forgive(&w->c);
			assert_int_equal(access_check_tx(&w->c, w->db,
			    &rows[i].who, NULL, actions[j]),
			    rows[i].nothing);
		}
	}
}

/* A guest's booking has no client: nobody without a name is that client. */
static void
no_sign_in_is_not_the_same_sign_in(void **state)
{
	struct world *w = *state;
	const struct booking *b = world_book(w, 1, world_slot(7, 15));
	const struct caller who = { .presented = 1 };

	assert_null(b->client);
	assert_int_equal(access_check_tx(&w->c, w->db, &who, b, ACCESS_SEE),
	    E_NOBOOKING);
}

/* --- as whom -------------------------------------------------------------- */

static void
of_several_what_costs_the_client_least_counts(void **state)
{
	static const struct {
		struct caller who;
		enum access_role role;
	} cases[] = {
		{ { .presented = 1, .user = "u-ada" }, ACCESS_CLIENT },
		{ { .presented = 1, .grants = { LINK(BOOKING, MINE, 0) },
		    .grant_count = 1 }, ACCESS_CLIENT },
		{ { .presented = 1, .user = "u-robin" }, ACCESS_BUILDER },
		{ { .presented = 1, .user = "u-robin",
		    .email = "ada@example.com" }, ACCESS_BUILDER },
		{ { .presented = 1, .user = "u-robin", .admin = 1 },
		    ACCESS_ADMIN },
	};
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(7, 15));
	enum access_role role;
	size_t i;

	b->client = "u-ada";
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(access_role_tx(&w->c, w->db, &cases[i].who,
		    b, &role), OK);
		assert_int_equal(role, cases[i].role);
	}
}

/* --- capabilities --------------------------------------------------------- */

static void
the_strongest_capability_is_remembered(void **state)
{
	static const struct caller who = { .presented = 1,
		.grants = { LINK(SEE, MINE, 0), LINK(BOOKING, OTHER, 0),
		    LINK(BOOKING, MINE, 1), LINK(BOOKING, MINE, 0) },
		.grant_count = 4 };
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(7, 15));
	struct caller few = who;

	assert_ptr_equal(access_grant(&w->c, &who, b), &who.grants[3]);
	few.grant_count = 3;
	assert_ptr_equal(access_grant(&w->c, &few, b), &few.grants[0]);
	b->link_serial = 2;
	assert_null(access_grant(&w->c, &who, b));
}

/* Who opens a link that soon ends keeps what they had. */
static void
of_two_alike_the_one_that_lasts_is_remembered(void **state)
{
	struct caller who = { .presented = 1,
		.grants = { LINK(SEE, MINE, 0), LINK(BOOKING, MINE, 0),
		    LINK(SEE, MINE, 0), LINK(BOOKING, MINE, 0) },
		.grant_count = 4 };
	struct world *w = *state;
	const struct booking *b = world_book(w, 1, world_slot(7, 15));

	who.grants[0].expires = who.grants[1].expires =
	    ctx_seconds(&w->c) + 60;
	assert_ptr_equal(access_grant(&w->c, &who, b), &who.grants[3]);
	who.grants[1].expires = INT64_MAX;
	who.grants[3].expires = ctx_seconds(&w->c) + 60;
	assert_ptr_equal(access_grant(&w->c, &who, b), &who.grants[1]);
	who.grants[1].serial = who.grants[3].serial = 1;
	assert_ptr_equal(access_grant(&w->c, &who, b), &who.grants[2]);
}

static enum err
may_see_who_knows(struct world *w, int guests, const struct booking *b)
{
	struct caller who = { .guests = guests };

	access_know(&who, b);
	ctx_forgive(&w->c);
	return access_check_tx(&w->c, w->db, &who, b, ACCESS_SEE);
}

static void
its_uuid_opens_a_booking_for_a_while(void **state)
{
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(7, 15));

	assert_int_equal(may_see_who_knows(w, 1, b), OK);
	assert_int_equal(may_see_who_knows(w, 0, b), E_NOAUTH);
	assert_int_equal(may_see_who_knows(w, 1, NULL), E_NOBOOKING);
	assert_int_equal(may_see_who_knows(w, 0, NULL), E_NOAUTH);
	w->c.now = b->end_at + DAYS(ACCESS_DAYS_AFTER);
	assert_int_equal(may_see_who_knows(w, 1, b), OK);
	w->c.now += NOW_SECOND;
	assert_int_equal(may_see_who_knows(w, 1, b), E_NOBOOKING);
	w->c.now = WORLD_NOW;
	b->link_serial = 1;
	assert_int_equal(may_see_who_knows(w, 1, b), E_NOBOOKING);
}

/* --- types for members ---------------------------------------------------- */

static void
who_pays_for_members_only_signs_in(void **state)
{
	static const char sql[] = "UPDATE session_type SET requires_auth = 1";
	static const struct caller guest = { .presented = 1, .guests = 1,
		.grants = { LINK(BOOKING, MINE, 0) }, .grant_count = 1 };
	static const struct caller signed_in = { .presented = 1, .guests = 1,
		.user = "u-1", .grants = { LINK(BOOKING, MINE, 0) },
		.grant_count = 1 };
	struct world *w = *state;
	struct booking *b = world_book(w, 1, world_slot(7, 15));

	assert_int_equal(db_script(&w->c, w->db, sql), OK);
	assert_int_equal(access_check_tx(&w->c, w->db, &guest, b,
	    ACCESS_PAY), E_NOAUTH);
	assert_int_equal(access_check_tx(&w->c, w->db, &guest, b,
	    ACCESS_SEE), OK);
	assert_int_equal(access_check_tx(&w->c, w->db, &guest, b,
	    ACCESS_CANCEL), OK);
	assert_int_equal(access_check_tx(&w->c, w->db, &signed_in, b,
	    ACCESS_PAY), OK);
	/* For whom an admin booked, whoever that is. */
	b->source = "admin";
	assert_int_equal(access_check_tx(&w->c, w->db, &guest, b,
	    ACCESS_PAY), OK);
}

static void
a_booking_is_made_by_whom_the_settings_let_in(void **state)
{
	static const struct {
		struct caller who;
		enum err open, members;
	} cases[] = {
		{ { .guests = 1 }, OK, E_NOAUTH },
		{ { .guests = 0 }, E_NOAUTH, E_NOAUTH },
		{ { .guests = 0, .presented = 1 }, E_NOAUTH, E_NOAUTH },
		{ { .user = "u-1" }, OK, OK },
		{ { .guests = 1, .user = "u-1" }, OK, OK },
	};
	const struct session_type open = { .id = "open" };
	const struct session_type members = { .id = "members",
		.requires_auth = 1 };
	struct world *w = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(access_book(&w->c, &cases[i].who, NULL),
		    cases[i].open);
		assert_int_equal(access_book(&w->c, &cases[i].who, &open),
		    cases[i].open);
		assert_int_equal(access_book(&w->c, &cases[i].who, &members),
		    cases[i].members);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(each_caller_may_do_this_and_no_more),
		WITH_SHOP(no_sign_in_is_not_the_same_sign_in),
		WITH_SHOP(of_several_what_costs_the_client_least_counts),
		WITH_SHOP(the_strongest_capability_is_remembered),
		WITH_SHOP(of_two_alike_the_one_that_lasts_is_remembered),
		WITH_SHOP(its_uuid_opens_a_booking_for_a_while),
		WITH_SHOP(who_pays_for_members_only_signs_in),
		WITH_SHOP(a_booking_is_made_by_whom_the_settings_let_in),
	};

	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
