/*
 * When to try Stripe again, as a table.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "provider/stripe_retry.h"

enum { SECOND = 1000000, LOTS = 60 };

/* With plenty of time, after the first try. */
static const struct {
	const char *what;
	int status, hopeless;
	const char *should_retry, *retry_after;
	int again;
} table[] = {
	{ "a lost answer", 0, 0, NULL, NULL, 1 },
	{ "a bad certificate", 0, 1, NULL, NULL, 0 },
	{ "a lost answer behind a header", 0, 0, "false", NULL, 1 },
	{ "done", 200, 0, NULL, NULL, 0 },
	{ "a redirect", 302, 0, NULL, NULL, 0 },
	{ "bad request", 400, 0, NULL, NULL, 0 },
	{ "no key", 401, 0, NULL, NULL, 0 },
	{ "declined", 402, 0, NULL, NULL, 0 },
	{ "not there", 404, 0, NULL, NULL, 0 },
	{ "in use", 409, 0, NULL, NULL, 1 },
	{ "in use, final", 409, 0, "false", NULL, 0 },
	{ "too many", 429, 0, NULL, NULL, 1 },
	{ "too many, final", 429, 0, "false", NULL, 0 },
	{ "lock", 429, 0, "true", NULL, 1 },
	{ "too many, soon", 429, 0, NULL, "2", 1 },
	{ "too many, much later", 429, 0, NULL, "3600", 0 },
	{ "too many, never", 429, 0, NULL, "999999999999999999", 0 },
	{ "too many, some date", 429, 0, NULL, "Wed, 21 Oct 2026", 1 },
	{ "broken", 500, 0, NULL, NULL, 1 },
	{ "broken for good", 500, 0, "false", NULL, 0 },
	{ "overloaded", 503, 0, NULL, NULL, 1 },
	{ "bad request, but", 400, 0, "true", NULL, 1 },
	{ "an unknown word", 500, 0, "maybe", NULL, 1 },
	{ "an unknown word", 400, 0, "maybe", NULL, 0 },
};

static void
every_ending_has_its_decision(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(table); i++) {
		struct stripe_retry t = {
			.number = 1,
			.status = table[i].status,
			.hopeless = table[i].hopeless,
			.should_retry = table[i].should_retry,
			.retry_after = table[i].retry_after,
			.left = (int64_t)LOTS * SECOND,
			.second = SECOND,
		};

		if ((stripe_retry_pause(&t, 0) >= 0) != table[i].again)
			fail_msg("%s (%d)", table[i].what, table[i].status);
	}
}

static int64_t
pause_after(int number, unsigned int dice)
{
	struct stripe_retry t = { .number = number, .status = 500,
		.left = (int64_t)LOTS * SECOND, .second = SECOND };

	return stripe_retry_pause(&t, dice);
}

static void
pauses_double_up_to_five_seconds(void **state)
{
	(void)state;
	assert_int_equal(pause_after(1, 999), SECOND / 2);
	assert_int_equal(pause_after(2, 999), SECOND);
	assert_int_equal(pause_after(3, 999), 2 * SECOND);
	assert_int_equal(pause_after(4, 999), 4 * SECOND);
	assert_int_equal(pause_after(5, 999), 5 * SECOND);
	assert_int_equal(pause_after(STRIPE_RETRY_TRIES, 999), -1);
}

static void
jitter_halves_at_most_and_half_a_second_is_the_least(void **state)
{
	unsigned int dice;

	(void)state;
	assert_int_equal(pause_after(1, 0), SECOND / 2);
	assert_int_equal(pause_after(2, 0), SECOND / 2);
	assert_int_equal(pause_after(3, 0), SECOND);
	for (dice = 0; dice < 5000; dice += 7)
		assert_in_range(pause_after(3, dice), SECOND, 2 * SECOND);
	assert_in_range(pause_after(3, UINT32_MAX), SECOND, 2 * SECOND);
}

static void
no_pause_outlives_the_deadline(void **state)
{
	struct stripe_retry t = { .number = 1, .status = 500,
		.left = SECOND * 3 / 2, .second = SECOND };

	(void)state;
	assert_int_equal(stripe_retry_pause(&t, 0), SECOND / 2);
	t.left--; /* no room for half a second and a try of one */
	assert_int_equal(stripe_retry_pause(&t, 0), -1);
	t.left = -1;
	assert_int_equal(stripe_retry_pause(&t, 0), -1);
}

static void
retry_after_lengthens_the_pause_if_it_fits(void **state)
{
	struct stripe_retry t = { .number = 1, .status = 429,
		.retry_after = "3", .left = 10 * SECOND, .second = SECOND };

	(void)state;
	assert_int_equal(stripe_retry_pause(&t, 0), 3 * SECOND);
	t.retry_after = "0";
	assert_int_equal(stripe_retry_pause(&t, 0), SECOND / 2);
	t.retry_after = "9";
	assert_int_equal(stripe_retry_pause(&t, 0), 9 * SECOND);
	t.retry_after = "10"; /* and no time to call after it */
	assert_int_equal(stripe_retry_pause(&t, 0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_ending_has_its_decision),
		cmocka_unit_test(pauses_double_up_to_five_seconds),
		cmocka_unit_test(
		    jitter_halves_at_most_and_half_a_second_is_the_least),
		cmocka_unit_test(no_pause_outlives_the_deadline),
		cmocka_unit_test(retry_after_lengthens_the_pause_if_it_fits),
	};

	return cmocka_run_group_tests_name("stripe_retry", tests, NULL, NULL);
}
