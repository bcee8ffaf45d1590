#include "unit.h"

#include <time.h>

#include "base/now.h"

static int64_t
parsed(const char *text)
{
	int64_t micros = -1;

	if (now_parse(text, &micros) != OK)
		fail_msg("refused: %s", text);
	return micros;
}

static void
a_time_reads_as_microseconds_since_1970(void **state)
{
	static const struct {
		const char *text;
		int64_t micros;
	} times[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T00:00:00.000001Z", 1 },
		{ "2026-12-10T14:00:00Z", 1796911200000000 },
		{ "2026-12-10T09:00:00-05:00", 1796911200000000 },
		{ "2026-12-10T19:30:00+05:30", 1796911200000000 },
		{ "2026-12-11T13:59:00+23:59", 1796911200000000 },
		{ "2026-12-10T14:00:00-00:00", 1796911200000000 },
		{ "2026-12-10t14:00:00z", 1796911200000000 },
		{ "2026-12-10T14:00:00.5Z", 1796911200500000 },
		{ "2026-12-10T14:00:00.123456Z", 1796911200123456 },
		{ "2026-12-10T14:00:00.123456789-00:00", 1796911200123456 },
		{ "2026-12-10T14:00:00.999999999Z", 1796911200999999 },
		{ "2000-02-29T00:00:00Z", 951782400000000 },
		{ "2024-02-29T23:59:59Z", 1709251199000000 },
		{ "2038-01-19T03:14:08Z", 2147483648000000 },
		{ "9999-12-31T23:59:59.999999Z", 253402300799999999 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(times); i++)
		if (parsed(times[i].text) != times[i].micros)
			fail_msg("misread: %s", times[i].text);
}

static void
a_leap_second_reads_as_the_second_after_it(void **state)
{
	(void)state;
	assert_int_equal(parsed("2016-12-31T23:59:60Z"),
	    parsed("2017-01-01T00:00:00Z"));
	assert_int_equal(parsed("2016-12-31T18:59:60-05:00"),
	    parsed("2017-01-01T00:00:00Z"));
}

static const char *const malformed[] = {
	"",
	" ",
	"now",
	"2026",
	"2026-12-10",
	"2026-12-10T14:00",
	"2026-12-10T14:00:00", /* whose clock? */
	"2026-12-10 14:00:00Z",
	" 2026-12-10T14:00:00Z",
	"2026-12-10T14:00:00Z ",
	"2026-12-10T14:00:00Zulu",
	"2026-12-10T14:00:00ZZ",
	"2026-12-10T14:00:00z\n",
	"+2026-12-10T14:00:00Z",
	"-026-12-10T14:00:00Z",
	"26-12-10T14:00:00Z",
	"02026-12-10T14:00:00Z",
	"2026-1-10T14:00:00Z",
	"2026-12-1T14:00:00Z",
	"2026-12-10T4:00:00Z",
	"2026-12-10T14:0:00Z",
	"2026-12-10T14:00:0Z",
	"2026/12/10T14:00:00Z",
	"2026-12-10T14.00.00Z",
	"20261210T140000Z",
	"2026-W50-4T14:00:00Z",
	"2026-344T14:00:00Z",
	/* days and hours there are not */
	"2026-00-10T14:00:00Z",
	"2026-13-10T14:00:00Z",
	"2026-12-00T14:00:00Z",
	"2026-12-32T14:00:00Z",
	"2026-11-31T14:00:00Z",
	"2026-02-29T14:00:00Z",
	"2024-02-30T14:00:00Z",
	"2100-02-29T14:00:00Z",
	"2026-12-10T24:00:00Z",
	"2026-12-10T14:60:00Z",
	"2026-12-10T14:00:61Z",
	/* fractions */
	"2026-12-10T14:00:00.Z",
	"2026-12-10T14:00:00,5Z",
	"2026-12-10T14:00:00.1234567890Z",
	"2026-12-10T14:00:00.12a456Z",
	"2026-12-10T14:00:00.5",
	/* offsets */
	"2026-12-10T14:00:00+",
	"2026-12-10T14:00:00-5",
	"2026-12-10T14:00:00-05",
	"2026-12-10T14:00:00-0500",
	"2026-12-10T14:00:00-05:0",
	"2026-12-10T14:00:00-05:000",
	"2026-12-10T14:00:00-05:60",
	"2026-12-10T14:00:00-24:00",
	"2026-12-10T14:00:00+99:00",
	"2026-12-10T14:00:00-05:00Z",
	"2026-12-10T14:00:00--5:00",
	"2026-12-10T14:00:00 -05:00",
	"2026-12-10T14:00:00[Europe/Dublin]",
	/* years outside 1970 to 9999 */
	"0000-01-01T00:00:00Z",
	"1969-12-31T23:59:59Z",
	"1970-01-01T00:59:59+01:00",
	"10000-01-01T00:00:00Z",
	"9999-12-31T23:59:59-00:01",
	"9999-12-31T23:59:60Z",
	/* digits of other scripts */
	"\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6-12-10T14:00:00Z",
};

static void
anything_else_is_refused(void **state)
{
	int64_t micros = 42;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(malformed); i++)
		if (now_parse(malformed[i], &micros) != E_BADREQ)
			fail_msg("accepted: %s", malformed[i]);
	assert_int_equal(micros, 42);
}

static void
every_prefix_of_a_time_is_refused(void **state)
{
	static const char whole[] = "2026-12-10T09:00:00.123456-05:00";
	char text[sizeof(whole)];
	int64_t micros;
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(whole) - 1; len++) {
		snprintf(text, sizeof(text), "%.*s", (int)len, whole);
		if (now_parse(text, &micros) != E_BADREQ)
			fail_msg("accepted: %s", text);
	}
}

static void
a_written_time_reads_back(void **state)
{
	struct ctx *c = *state;
	int64_t day;

	assert_string_equal(now_text(c->mem, 0), "1970-01-01T00:00:00Z");
	assert_string_equal(now_text(c->mem, 1796911200999999),
	    "2026-12-10T14:00:00Z");
	assert_string_equal(now_text(c->mem, 253402300799999999),
	    "9999-12-31T23:59:59Z");
	/* Every day to 2060, at an hour that differs. */
	for (day = 0; day < 33000; day++) {
		int64_t micros = (day * 86400 + day * 37 % 86400) * NOW_SECOND;

		assert_int_equal(parsed(now_text(c->mem, micros)), micros);
	}
}

static void
the_wall_clock_is_the_systems(void **state)
{
	time_t before = time(NULL);
	int64_t now = now_real() / NOW_SECOND;

	(void)state;
	/* time() may be a tick behind. */
	assert_true(now >= before && now <= time(NULL) + 1);
}

static void
the_monotonic_clock_never_goes_back(void **state)
{
	int64_t last = now_monotonic(), next;
	int i;

	(void)state;
	for (i = 0; i < 10000; i++, last = next) {
		next = now_monotonic();
		assert_true(next >= last);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_reads_as_microseconds_since_1970),
		cmocka_unit_test(a_leap_second_reads_as_the_second_after_it),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(every_prefix_of_a_time_is_refused),
		WITH_CTX(a_written_time_reads_back),
		cmocka_unit_test(the_wall_clock_is_the_systems),
		cmocka_unit_test(the_monotonic_clock_never_goes_back),
	};

	return cmocka_run_group_tests_name("now", tests, NULL, NULL);
}
