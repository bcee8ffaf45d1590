#include "unit.h"

#include <string.h>

#include "base/zone_rule.h"
#include "witness.h"

enum { DAY = 86400 };

static struct zone_rule
parsed(struct ctx *c, const char *text)
{
	struct zone_rule rule;

	if (!zone_rule_parse(c->mem, text, &rule))
		fail_msg("refused: %s", text);
	return rule;
}

static void
a_zone_without_daylight_time_is_read(void **state)
{
	static const struct {
		const char *text;
		int32_t east;
		const char *word;
	} rules[] = {
		{ "UTC0", 0, "UTC" },
		{ "EST5", -5 * 3600, "EST" },
		{ "EST+5", -5 * 3600, "EST" },
		{ "JST-9", 9 * 3600, "JST" },
		{ "IST-5:30", 5 * 3600 + 1800, "IST" },
		{ "<+0545>-05:45", 5 * 3600 + 2700, "+0545" },
		{ "<-00>0", 0, "-00" },
		{ "LMT4:56:02", -(4 * 3600 + 56 * 60 + 2), "LMT" },
		{ "Longname24:59:59", -(25 * 3600 - 1), "Longname" },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(rules); i++) {
		struct zone_rule rule = parsed(c, rules[i].text);
		const struct zone_kind *kind = zone_rule_at(&rule, 1796911200);

		assert_int_equal(kind->east, rules[i].east);
		assert_string_equal(kind->word, rules[i].word);
	}
}

static void
what_is_not_a_rule_is_refused(void **state)
{
	static const char *const bad[] = { "", "E", "ES5", "EST", "EST ", "5",
		"EST5 ", "EST-", "EST+-5", "EST25", "EST5:60", "EST5:",
		"EST5:30:", "EST5:30:60", "EST5:30:00:00", "E1T5", "<EST5",
		"<E>5", "<>5", "<E T>5", "<EST>", "EST5E", "EST5ED",
		"EST5EDT", /* when? */
		"EST5EDT,", "EST5EDT,M3.2.0", "EST5EDT,M3.2.0,",
		"EST5EDT,M3.2.0,M11.1.0,", "EST5EDT,M3.2.0,M11.1.0x",
		"EST5EDTM3.2.0,M11.1.0", "EST5EDT25,M3.2.0,M11.1.0",
		"EST5EDT,M0.2.0,M11.1.0", "EST5EDT,M13.2.0,M11.1.0",
		"EST5EDT,M3.0.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
		"EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2,M11.1.0",
		"EST5EDT,M3,M11.1.0", "EST5EDT,M.2.0,M11.1.0",
		"EST5EDT,M3.2.0/,M11.1.0", "EST5EDT,M3.2.0/168,M11.1.0",
		"EST5EDT,M3.2.0/-168,M11.1.0", "EST5EDT,M3.2.0/2:,M11.1.0",
		"EST5EDT,J0,J365", "EST5EDT,J1,J366", "EST5EDT,J,J365",
		"EST5EDT,-1,365", "EST5EDT,0,366", "EST5EDT,1000,0",
		"EST5EDT,x,y", "EST5\nEDT,0,1", "EST99999999999999999999" };
	struct ctx *c = *state;
	struct zone_rule rule = { .changes = 7 };
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		if (zone_rule_parse(c->mem, bad[i], &rule))
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(rule.changes, 7);
}

static void
compare(const char *line, int64_t seconds, void *arg)
{
	const struct zone_kind *kind = zone_rule_at(arg, seconds);
	int off = abs(kind->east);
	char ours[WITNESS_LINE];

	snprintf(ours, sizeof(ours), "%c%02d:%02d:%02d %s",
	    kind->east < 0 ? '-' : '+', off / 3600, off / 60 % 60, off % 60,
	    kind->word);
	if (strcmp(ours, line) != 0)
		fail_msg("at %" PRId64 " date says %s, we %s", seconds, line,
		    ours);
}

/* Moments from 2024 to 2060: each day, and around each turn there is. */
static size_t
moments(const struct zone_rule *rule, int64_t *ret, size_t room)
{
	int64_t t, low, high, mid;
	size_t n = 0;

	for (t = 1704067200; t < 2871763200 && n + 4 < room; t += DAY + 37) {
		ret[n++] = t;
		low = t;
		high = t + DAY + 37;
		if (zone_rule_at(rule, low) == zone_rule_at(rule, high))
			continue;
		while (high - low > 1) {
			mid = low + (high - low) / 2;
			if (zone_rule_at(rule, mid) == zone_rule_at(rule, low))
				low = mid;
			else
				high = mid;
		}
		ret[n++] = low;
		ret[n++] = high;
	}
	return n;
}

static void
a_year_goes_as_the_c_library_says(void **state)
{
	static const char *const rules[] = {
		"EST5EDT,M3.2.0,M11.1.0",
		"IST-1GMT0,M10.5.0,M3.5.0/1", /* Dublin: winter is the saving */
		"AEST-10AEDT,M10.1.0,M4.1.0/3",
		"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
		"<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", /* Nuuk: the day before */
		"IST-2IDT,M3.4.4/26,M10.5.0",
		"EET-2EEST,M3.4.4/50,M10.4.4/50",
		"<-04>4<-03>,M9.1.6/24,M4.1.6/24",
		"<+00>0<+02>-2,M3.5.0/1,M10.5.0/3",
		"AAA1BBB,J60,J300",   /* 1 March in every year */
		"AAA1BBB,J59,J300/25",
		"AAA1BBB,59,299",     /* 29 February where there is one */
		"AAA1BBB,60,364/23",
		"AAA1BBB,J1,J365",
		"AAA-1:02:03BBB-4:05:06,M2.5.4/1:02:03,M9.4.5",
		"AAA12BBB-12,M1.1.0/0,M12.5.6/24",
		"AAA3BBB,M6.1.1/-167,M6.5.6/167",
	};
	static int64_t when[16000];
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(rules); i++) {
		struct zone_rule rule = parsed(c, rules[i]);
		size_t n = moments(&rule, when, COUNT(when));

		assert_true(n > 13000 + 2 * 36);
		witness_ask(c, rules[i], "%::z %Z", when, n, compare, &rule);
	}
}

static void
daylight_time_can_last_all_year(void **state)
{
	static const char *const rules[] = { "EST5EDT,0/0,J365/25",
		"XXX3EDT4,0/0,J365/23" };
	struct ctx *c = *state;
	size_t i;
	int64_t t;

	/* RFC 8536, 3.3.1, gives these; glibc 2.36 does not do them. */
	for (i = 0; i < COUNT(rules); i++) {
		struct zone_rule rule = parsed(c, rules[i]);

		for (t = 1704067200 - 2; t < 1704067200 + 1600 * DAY;
		    t += 3600 - (t % 3600 == 0))
			assert_string_equal(zone_rule_at(&rule, t)->word,
			    "EDT");
	}
}

static void
a_turn_may_fall_a_week_outside_its_year(void **state)
{
	struct ctx *c = *state;
	struct zone_rule late = parsed(c, "AAA0BBB,J365/167,J100");
	struct zone_rule early = parsed(c, "AAA0BBB,J100,J1/-167");

	/* 31 December 2026 and 167 hours: 6 January, 23:00. */
	assert_string_equal(zone_rule_at(&late, 1799276399)->word, "AAA");
	assert_string_equal(zone_rule_at(&late, 1799276400)->word, "BBB");
	/* 1 January 2027 less 167 hours: 25 December, 01:00 of BBB. */
	assert_string_equal(zone_rule_at(&early, 1798156799)->word, "BBB");
	assert_string_equal(zone_rule_at(&early, 1798156800)->word, "AAA");
}

static void
the_ends_of_time_are_answered(void **state)
{
	static const int64_t ends[] = { INT64_MIN / 1000000 - 1,
		INT64_MAX / 1000000, -62167219200, 253402300799 };
	struct ctx *c = *state;
	struct zone_rule rule = parsed(c, "EST5EDT,M3.2.0,M11.1.0");
	size_t i;

	for (i = 0; i < COUNT(ends); i++)
		assert_non_null(zone_rule_at(&rule, ends[i]));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(a_zone_without_daylight_time_is_read),
		WITH_CTX(what_is_not_a_rule_is_refused),
		WITH_CTX(a_year_goes_as_the_c_library_says),
		WITH_CTX(daylight_time_can_last_all_year),
		WITH_CTX(a_turn_may_fall_a_week_outside_its_year),
		WITH_CTX(the_ends_of_time_are_answered),
	};

	return cmocka_run_group_tests_name("zone_rule", tests, NULL, NULL);
}
