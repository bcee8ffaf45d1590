/*
 * What a client gets back, hour by hour.
 */
#include <string.h>

#include "base/buf.h"
#include "base/now.h"
#include "booking/policy.h"
#include "unit.h"

#define HOUR (3600 * NOW_SECOND)

static void
a_policy_is_hours_that_fall_and_percentages(void **state)
{
	static const struct {
		const char *text;
		enum err expected;
	} cases[] = {
		{ "", OK },
		{ " ", OK },
		{ "24:100", OK },
		{ "24:100 12:50", OK },
		{ "  24:100   12:50  ", OK },
		{ "168:100 24:50 0:10", OK },
		{ "8760:100", OK },
		{ NULL, E_BADREQ },
		{ "8761:100", E_BADREQ },
		{ "24:101", E_BADREQ },
		{ "12:50 24:100", E_BADREQ },
		{ "24:100 24:50", E_BADREQ },
		{ "24", E_BADREQ },
		{ "24:", E_BADREQ },
		{ ":100", E_BADREQ },
		{ "-1:100", E_BADREQ },
		{ "24:-5", E_BADREQ },
		{ "24:1e2", E_BADREQ },
		{ "24:100,12:50", E_BADREQ },
		{ "24:100 x", E_BADREQ },
		{ "24:100\n12:50", E_BADREQ },
		{ "99999999999999999999:1", E_BADREQ },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		if (policy_check(c, cases[i].text) != cases[i].expected)
			fail_msg("%s", cases[i].text);
}

static void
the_first_step_that_is_far_enough_counts(void **state)
{
	static const struct {
		const char *text;
		int64_t before;
		int percent;
	} cases[] = {
		{ "24:100 12:50", 48 * HOUR, 100 },
		{ "24:100 12:50", 24 * HOUR, 100 },
		{ "24:100 12:50", 24 * HOUR - 1, 50 },
		{ "24:100 12:50", 12 * HOUR, 50 },
		{ "24:100 12:50", 12 * HOUR - 1, 0 },
		{ "24:100 12:50", 0, 0 },
		{ "24:100 12:50", -HOUR, 0 },
		{ "0:10", 0, 10 },
		{ "0:10", -1, 0 },
		{ "", 1000 * HOUR, 0 },
		{ "8760:100", 8760 * HOUR, 100 },
	};
	const int64_t start = 2000000 * HOUR;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_int_equal(policy_percent(cases[i].text, start,
		    start - cases[i].before), cases[i].percent);
}

static void
people_read_it_in_a_sentence(void **state)
{
	struct ctx *c = *state;

	assert_string_equal(policy_words(c, "24:100 12:50"),
	    "Cancel until 24 hours before the start and get everything back, "
	    "until 12 hours before the start and get 50% back; later, "
	    "nothing is paid back. If we cancel, you get everything back.");
	assert_non_null(strstr(policy_words(c, "48:100"), "until 2 days"));
	assert_non_null(strstr(policy_words(c, "1:100"), "until 1 hour be"));
	assert_non_null(strstr(policy_words(c, "0:10"), "until the start"));
	assert_non_null(strstr(policy_words(c, ""), "Not refundable"));
}

/* The longest policy there can be is not cut off in the middle. */
static void
the_longest_policy_is_told_to_its_end(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 200);
	int hours = 70;

	while (b.len + 5 < b.max)
		buf_printf(&b, "%d:9 ", hours--);
	assert_int_equal(policy_check(c, b.bytes), OK);
	assert_non_null(strstr(policy_words(c, b.bytes),
	    "If we cancel, you get everything back."));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(a_policy_is_hours_that_fall_and_percentages),
		WITH_CTX(the_first_step_that_is_far_enough_counts),
		WITH_CTX(people_read_it_in_a_sentence),
		WITH_CTX(the_longest_policy_is_told_to_its_end),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
