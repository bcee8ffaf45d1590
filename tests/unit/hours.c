#include "unit.h"

#include <string.h>

#include "base/hours.h"
#include "base/now.h"
#include "base/zone.h"

#define WORK "mon-fri 09:00-12:00,13:00-17:00; sat 10:00-14:00"
#define MINUTE (60 * NOW_SECOND)

static void
good_text_is_accepted(void **state)
{
	static const char *const good[] = { "", " ", "\t", WORK,
		"mon 09:00-17:00", "MON 09:00-17:00", "Mon-Fri 09:00-17:00",
		"mon,wed,fri 09:00-17:00", "mon-tue,thu-fri 09:00-17:00",
		"sat-mon 10:00-12:00", "mon-mon 10:00-12:00",
		"sun 00:00-24:00", "sun 23:59-24:00", "sun 00:00-00:01",
		"mon-sun 00:00-24:00", "mon 09:00-12:00,11:00-13:00",
		"mon 13:00-17:00,09:00-12:00", "mon,mon 09:00-10:00",
		"mon 09:00-10:00;mon 11:00-12:00",
		"  mon - fri\t09:00 - 12:00 , 13:00 - 17:00 ;sat 10:00-14:00 ",
		"mon09:00-10:00" };
	struct ctx *c = *state;
	size_t i;

	assert_int_equal(hours_check(c, NULL), OK);
	for (i = 0; i < COUNT(good); i++)
		if (hours_check(c, good[i]) != OK)
			fail_msg("refused: %s: %s", good[i], c->why);
}

static const struct {
	const char *text;
	int place; /* that the refusal names */
} bad[] = {
	{ "9-5", 1 },
	{ "closed", 1 },
	{ "09:00-17:00", 1 },
	{ ";", 1 },
	{ "mon", 4 },
	{ "mo 09:00-17:00", 1 },
	{ "monday 09:00-17:00", 4 },
	{ "mon- 09:00-17:00", 6 },
	{ "-fri 09:00-17:00", 1 },
	{ "mon, 09:00-17:00", 6 },
	{ "mon tue 09:00-17:00", 5 },
	{ "mon-fri-sun 09:00-17:00", 8 },
	{ "mon 09:00", 10 },
	{ "mon 09:00-", 11 },
	{ "mon 9:00-17:00", 5 },
	{ "mon 09-17", 7 },
	{ "mon 0900-1700", 7 },
	{ "mon 09:0-17:00", 8 },
	{ "mon 09:000-17:00", 10 },
	{ "mon 09:60-17:00", 10 },
	{ "mon 24:01-25:00", 10 },
	{ "mon 09:00-24:01", 16 },
	{ "mon 09:00-99:00", 16 },
	{ "mon 17:00-09:00", 16 },
	{ "mon 09:00-09:00", 16 },
	{ "mon 24:00-24:00", 16 },
	{ "mon 09:00-17:00;", 17 },
	{ ";mon 09:00-17:00", 1 },
	{ "mon 09:00-17:00;;tue 09:00-17:00", 17 },
	{ "mon 09:00-17:00,", 17 },
	{ "mon 09:00-12:00 13:00-17:00", 17 },
	{ "mon 09:00-12:00, tue 09:00-12:00", 18 },
	{ "mon 09:00-12:00 tue 09:00-12:00", 17 },
	{ "mon 09:00-17:00 # lunch?", 17 },
	{ "mon 09:00-17:00\n", 16 },
	{ "mon 09.00-17.00", 7 },
	{ "mon -1:00-17:00", 6 },
	{ "mon 09:00\xe2\x80\x93" "17:00", 10 },
};

static void
bad_text_is_refused_with_the_place(void **state)
{
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		if (hours_check(c, bad[i].text) != E_BADREQ)
			fail_msg("accepted: %s", bad[i].text);
		if (strstr(c->say, arena_printf(c->mem, " character %d;",
		    bad[i].place)) == NULL)
			fail_msg("%s: %s", bad[i].text, c->say);
		ctx_forgive(c);
	}
}

static void
every_beginning_of_good_text_is_answered(void **state)
{
	struct ctx *c = *state;
	size_t len;

	/* In memory of just that size: a sanitizer sees a step too far. */
	for (len = 0; len <= strlen(WORK); len++) {
		char *text = strndup(WORK, len);

		/* whole after nothing, and after each of the three spans */
		assert_int_equal(hours_check(c, text) == OK, len == 0 ||
		    len == 19 || len == 31 || len == strlen(WORK));
		free(text);
	}
}

/* Does [start, end) hold?  Both are RFC 3339. */
static int
holds(struct ctx *c, const char *text, const char *name, const char *start,
    const char *end)
{
	struct zone *zone;
	int64_t from, to;

	assert_int_equal(zone_load(c, name, &zone), OK);
	assert_int_equal(now_parse(start, &from), OK);
	assert_int_equal(now_parse(end, &to), OK);
	return hours_hold(text, zone, from, to);
}

struct question {
	const char *text, *zone, *start, *end;
	int open;
};

static void
ask(struct ctx *c, const struct question *questions, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct question *q = &questions[i];

		if (holds(c, q->text, q->zone, q->start, q->end) != q->open)
			fail_msg("question %zu: [%s, %s)", i, q->start,
			    q->end);
	}
}

/* 2026-12-10 is a Thursday, in New York five hours behind. */
static void
a_booking_lies_wholly_inside_one_span(void **state)
{
	static const char ny[] = "America/New_York";
	static const struct question questions[] = {
		{ WORK, ny, "2026-12-10T14:00:00Z", "2026-12-10T15:00:00Z", 1 },
		{ WORK, ny, "2026-12-10T14:00:00Z", "2026-12-10T17:00:00Z", 1 },
		{ WORK, ny, "2026-12-10T13:59:00Z", "2026-12-10T15:00:00Z", 0 },
		{ WORK, ny, "2026-12-10T13:59:59.999999Z",
		    "2026-12-10T15:00:00Z", 0 },
		{ WORK, ny, "2026-12-10T16:00:00Z", "2026-12-10T17:00:00Z", 1 },
		{ WORK, ny, "2026-12-10T16:00:00Z",
		    "2026-12-10T17:00:00.000001Z", 0 },
		{ WORK, ny, "2026-12-10T16:30:30Z", "2026-12-10T17:00:01Z", 0 },
		{ WORK, ny, "2026-12-10T16:30:30Z", "2026-12-10T16:59:59Z", 1 },
		{ WORK, ny, "2026-12-10T16:59:59Z", "2026-12-10T17:00:00Z", 1 },
		/* over and in the lunch */
		{ WORK, ny, "2026-12-10T16:30:00Z", "2026-12-10T18:30:00Z", 0 },
		{ WORK, ny, "2026-12-10T17:00:00Z", "2026-12-10T18:00:00Z", 0 },
		{ WORK, ny, "2026-12-10T18:00:00Z", "2026-12-10T22:00:00Z", 1 },
		/* the evening, another day, another day's hours */
		{ WORK, ny, "2026-12-10T22:00:00Z", "2026-12-10T22:30:00Z", 0 },
		{ WORK, ny, "2026-12-10T14:00:00Z", "2026-12-11T15:00:00Z", 0 },
		{ WORK, ny, "2026-12-12T15:00:00Z", "2026-12-12T19:00:00Z", 1 },
		{ WORK, ny, "2026-12-12T14:00:00Z", "2026-12-12T15:00:00Z", 0 },
		{ WORK, ny, "2026-12-13T15:00:00Z", "2026-12-13T16:00:00Z", 0 },
		/* the same instant in other places */
		{ WORK, "Asia/Kolkata", "2026-12-10T14:00:00Z",
		    "2026-12-10T15:00:00Z", 0 },
		{ WORK, "Asia/Kolkata", "2026-12-10T03:30:00Z",
		    "2026-12-10T06:30:00Z", 1 },
		{ WORK, "Asia/Kolkata", "2026-12-10T03:29:00Z",
		    "2026-12-10T06:30:00Z", 0 },
		{ WORK, "Pacific/Kiritimati", "2026-12-12T15:00:00Z",
		    "2026-12-12T16:00:00Z", 0 },
	};

	ask(*state, questions, COUNT(questions));
}

static void
spans_that_touch_are_one(void **state)
{
	static const struct question questions[] = {
		{ "thu 09:00-12:00,12:00-15:00", "UTC", "2026-12-10T11:00:00Z",
		    "2026-12-10T13:00:00Z", 1 },
		{ "thu 09:00-12:00,11:00-15:00", "UTC", "2026-12-10T09:00:00Z",
		    "2026-12-10T15:00:00Z", 1 },
		{ "thu 09:00-12:00,12:01-15:00", "UTC", "2026-12-10T11:00:00Z",
		    "2026-12-10T13:00:00Z", 0 },
		{ "thu 18:00-24:00; fri 00:00-02:00", "UTC",
		    "2026-12-10T23:30:00Z", "2026-12-11T02:00:00Z", 1 },
		{ "thu 18:00-24:00", "UTC", "2026-12-10T23:00:00Z",
		    "2026-12-11T00:00:00Z", 1 },
		{ "thu 18:00-24:00", "UTC", "2026-12-10T23:00:00Z",
		    "2026-12-11T00:01:00Z", 0 },
		/* from Sunday to Monday */
		{ "sun-mon 00:00-24:00", "UTC", "2026-12-13T23:00:00Z",
		    "2026-12-14T01:00:00Z", 1 },
		{ "sat-mon 00:00-24:00", "UTC", "2026-12-12T00:00:00Z",
		    "2026-12-15T00:00:00Z", 1 },
		{ "sat-mon 00:00-24:00", "UTC", "2026-12-15T00:00:00Z",
		    "2026-12-15T01:00:00Z", 0 },
		/* a day named twice has both */
		{ "mon-sun 09:00-10:00; thu 10:00-11:00", "UTC",
		    "2026-12-10T09:00:00Z", "2026-12-10T11:00:00Z", 1 },
	};

	ask(*state, questions, COUNT(questions));
}

/*
 * New York, 2026: on 8 March 02:00 becomes 03:00 (07:00Z), on 1 November
 * 02:00 becomes 01:00 (06:00Z).  Lord Howe moves by half an hour: on 4 October
 * 02:00 becomes 02:30 (15:30Z the day before).  Dublin: 29 March, 01:00Z.
 */
static void
days_on_which_clocks_change_are_right(void **state)
{
	static const char ny[] = "America/New_York";
	static const char howe[] = "Australia/Lord_Howe";
	static const struct question questions[] = {
		/* nine in the morning is an hour earlier than last week */
		{ "sun 09:00-17:00", ny, "2026-03-08T13:00:00Z",
		    "2026-03-08T21:00:00Z", 1 },
		{ "sun 09:00-17:00", ny, "2026-03-08T12:59:00Z",
		    "2026-03-08T21:00:00Z", 0 },
		{ "sun 09:00-17:00", ny, "2026-03-08T21:00:00Z",
		    "2026-03-08T22:00:00Z", 0 },
		{ "sun 09:00-17:00", ny, "2026-11-01T14:00:00Z",
		    "2026-11-01T22:00:00Z", 1 },
		{ "sun 09:00-17:00", ny, "2026-11-01T13:00:00Z",
		    "2026-11-01T14:00:00Z", 0 },
		/* the hour that is skipped is not missed */
		{ "sun 01:00-02:00,03:00-04:00", ny, "2026-03-08T06:00:00Z",
		    "2026-03-08T08:00:00Z", 1 },
		{ "sun 01:00-02:30,03:00-04:00", ny, "2026-03-08T06:00:00Z",
		    "2026-03-08T08:00:00Z", 1 },
		{ "sun 01:00-02:00,03:01-04:00", ny, "2026-03-08T06:00:00Z",
		    "2026-03-08T08:00:00Z", 0 },
		/* the hour that comes twice is open twice, or closed between */
		{ "sun 01:00-02:00", ny, "2026-11-01T05:00:00Z",
		    "2026-11-01T07:00:00Z", 1 },
		{ "sun 01:00-02:00", ny, "2026-11-01T05:00:00Z",
		    "2026-11-01T07:00:01Z", 0 },
		{ "sun 00:00-01:30", ny, "2026-11-01T04:30:00Z",
		    "2026-11-01T06:15:00Z", 0 },
		{ "sun 00:00-01:30", ny, "2026-11-01T06:00:00Z",
		    "2026-11-01T06:30:00Z", 1 },
		/* a day of 23 hours, and one of 25 */
		{ "sun 00:00-24:00", ny, "2026-03-08T05:00:00Z",
		    "2026-03-09T04:00:00Z", 1 },
		{ "sun 00:00-24:00", ny, "2026-03-08T05:00:00Z",
		    "2026-03-09T04:00:01Z", 0 },
		{ "sun 00:00-24:00", ny, "2026-11-01T04:00:00Z",
		    "2026-11-02T05:00:00Z", 1 },
		/* half an hour */
		{ "sun 01:30-03:00", howe, "2026-10-03T15:00:00Z",
		    "2026-10-03T16:00:00Z", 1 },
		{ "sun 01:30-02:00", howe, "2026-10-03T15:00:00Z",
		    "2026-10-03T15:30:00Z", 1 },
		{ "sun 01:30-02:29", howe, "2026-10-03T15:00:00Z",
		    "2026-10-03T15:31:00Z", 0 },
		/* winter is the saving */
		{ "sun 00:00-01:00,02:00-03:00", "Europe/Dublin",
		    "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z", 1 },
	};

	ask(*state, questions, COUNT(questions));
}

static void
blank_text_is_always_open(void **state)
{
	static const struct question questions[] = {
		{ "", "UTC", "2026-12-10T14:00:00Z", "2026-12-10T15:00:00Z",
		    1 },
		{ " \t", "UTC", "2026-12-10T14:00:00Z", "2027-12-10T15:00:00Z",
		    1 },
		{ NULL, "UTC", "2026-12-10T14:00:00Z", "2026-12-10T15:00:00Z",
		    1 },
	};

	ask(*state, questions, COUNT(questions));
}

static void
text_that_is_refused_is_never_open(void **state)
{
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		assert_false(holds(c, bad[i].text, "UTC",
		    "2026-12-07T10:00:00Z", "2026-12-07T11:00:00Z"));
}

static void
an_empty_or_reversed_time_is_not_held(void **state)
{
	static const char *const texts[] = { "", "mon-sun 00:00-24:00" };
	struct ctx *c = *state;
	struct zone *zone;
	size_t i;

	assert_int_equal(zone_load(c, "UTC", &zone), OK);
	for (i = 0; i < COUNT(texts); i++) {
		assert_true(hours_hold(texts[i], zone, 5, 6));
		assert_false(hours_hold(texts[i], zone, 5, 5));
		assert_false(hours_hold(texts[i], zone, 6, 5));
		assert_false(hours_hold(texts[i], zone, -1, 5));
		assert_false(hours_hold(texts[i], zone, INT64_MAX, INT64_MIN));
	}
}

static void
a_booking_is_at_most_a_week(void **state)
{
	static const char always[] = "mon-sun 00:00-24:00";
	const int64_t week = 7 * 24 * 60 * MINUTE;
	struct ctx *c = *state;
	struct zone *zone;

	assert_int_equal(zone_load(c, "UTC", &zone), OK);
	assert_true(hours_hold(always, zone, 0, week));
	assert_false(hours_hold(always, zone, 0, week + 1));
	assert_false(hours_hold(always, zone, 0, INT64_MAX));
	assert_true(hours_hold(always, zone, INT64_MAX - MINUTE - 5,
	    INT64_MAX));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(good_text_is_accepted),
		WITH_CTX(bad_text_is_refused_with_the_place),
		WITH_CTX(every_beginning_of_good_text_is_answered),
		WITH_CTX(a_booking_lies_wholly_inside_one_span),
		WITH_CTX(spans_that_touch_are_one),
		WITH_CTX(days_on_which_clocks_change_are_right),
		WITH_CTX(blank_text_is_always_open),
		WITH_CTX(text_that_is_refused_is_never_open),
		WITH_CTX(an_empty_or_reversed_time_is_not_held),
		WITH_CTX(a_booking_is_at_most_a_week),
	};

	return cmocka_run_group_tests_name("hours", tests, NULL, NULL);
}
