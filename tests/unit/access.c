/*
 * Who may do what to which booking: the whole table.
 */
#include <string.h>

#include "app/access.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "web/auth.h"
#include "world.h"

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
	{ "somebody with a bad link", { .presented = 1 },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	{ "one whose sign-in has expired", { .presented = 1,
	    .refused = "jwt: expired" },
	    E_NOAUTH, E_NOAUTH, E_NOAUTH, E_NOAUTH },
	{ "the same with another booking's link", { .presented = 1,
	    .refused = "jwt: expired",
	    .bookings = { "bk_00000000000000000000000000000002" },
	    .booking_count = 1 },
	    E_NOAUTH, E_NOAUTH, E_NOAUTH, E_NOAUTH },
	{ "the same with its link", { .presented = 1,
	    .refused = "jwt: expired",
	    .bookings = { "bk_00000000000000000000000000000001" },
	    .booking_count = 1 }, OK, OK, OK, E_NOAUTH },
	{ "a guest with its link", { .presented = 1,
	    .bookings = { "bk_00000000000000000000000000000001" },
	    .booking_count = 1 }, OK, OK, OK, E_NOBOOKING },
	{ "a guest with another booking's link", { .presented = 1,
	    .bookings = { "bk_00000000000000000000000000000002" },
	    .booking_count = 1 },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	{ "a guest with both links", { .presented = 1,
	    .bookings = { "bk_00000000000000000000000000000002",
		"bk_00000000000000000000000000000001" },
	    .booking_count = 2 }, OK, OK, OK, E_NOBOOKING },
	{ "the client", { .presented = 1, .user = "u-ada" },
	    OK, OK, OK, E_NOBOOKING },
	{ "the client by address", { .presented = 1, .user = "u-1",
	    .email = "ADA@Example.com" }, OK, OK, OK, E_NOBOOKING },
	{ "another client", { .presented = 1, .user = "u-eve",
	    .email = "eve@example.com" },
	    E_NOBOOKING, E_NOBOOKING, E_NOBOOKING, E_NOBOOKING },
	{ "another client with an old sign-in beside", { .presented = 1,
	    .user = "u-eve", .refused = "jwt: expired" },
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(each_caller_may_do_this_and_no_more),
		WITH_SHOP(no_sign_in_is_not_the_same_sign_in),
	};

	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
