/*
 * Who gives sessions, and who may act for them.
 */
#include <string.h>

#include "booking/builder.h"
#include "world.h"

static int
acts(struct world *w, const char *builder, const char *user)
{
	int may;

	assert_int_equal(builder_acts_tx(&w->c, w->db, builder, user, &may),
	    OK);
	return may;
}

static void
a_builder_is_made_and_changed(void **state)
{
	struct world *w = *state;
	struct builder sam = { "sam", "Sam", NULL, "UTC", NULL, 7 };
	const struct builder *back;

	assert_int_equal(builder_get_tx(&w->c, w->db, "sam", &back), OK);
	assert_null(back);
	assert_int_equal(builder_set_tx(&w->c, w->db, &sam), OK);
	sam.name = "Samira";
	sam.email = "sam@example.com";
	sam.created_at = 8;
	assert_int_equal(builder_set_tx(&w->c, w->db, &sam), OK);
	assert_int_equal(builder_get_tx(&w->c, w->db, "sam", &back), OK);
	assert_string_equal(back->name, "Samira");
	assert_string_equal(back->email, "sam@example.com");
	assert_null(back->calendly_user);
	/* When it was made does not change. */
	assert_int_equal(back->created_at, 7);
}

static void
only_users_that_were_named_act_for_a_builder(void **state)
{
	struct world *w = *state;

	assert_true(acts(w, "robin", "u-robin"));
	assert_false(acts(w, "robin", "robin"));
	assert_false(acts(w, "robin", "U-ROBIN"));
	assert_false(acts(w, "robin", ""));
	assert_false(acts(w, "sam", "u-robin"));
	assert_int_equal(builder_add_user_tx(&w->c, w->db, "robin",
	    "u-robin"), OK);
	assert_int_equal(builder_add_user_tx(&w->c, w->db, "nobody", "u"),
	    E_CONFLICT);
}

static void
builders_are_listed_by_id(void **state)
{
	struct world *w = *state;
	const struct builder anna = { .id = "anna", .name = "Anna",
		.timezone = "UTC" };
	struct builder_list list;

	assert_int_equal(builder_set_tx(&w->c, w->db, &anna), OK);
	assert_int_equal(builder_list_tx(&w->c, w->db, &list), OK);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.rows[0].id, "anna");
	assert_string_equal(list.rows[1].id, "robin");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(a_builder_is_made_and_changed),
		WITH_SHOP(only_users_that_were_named_act_for_a_builder),
		WITH_SHOP(builders_are_listed_by_id),
	};

	return cmocka_run_group_tests_name("builder", tests, NULL, NULL);
}
