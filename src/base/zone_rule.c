#include "base/zone_rule.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static int
literal(const char **p, char want)
{
	if (**p != want)
		return 0;
	(*p)++;
	return 1;
}

/* Reads one to three digits that are at least least and at most most. */
static int
number(const char **p, int least, int most, int *ret)
{
	int value = 0, n;

	for (n = 0; n < 3 && isdigit((unsigned char)**p); n++)
		value = value * 10 + (*(*p)++ - '0');
	if (n == 0 || value < least || value > most)
		return 0;
	*ret = value;
	return 1;
}

/* Reads [+-]hh[:mm[:ss]] as seconds. */
static int
duration(const char **p, int most_hours, int32_t *ret)
{
	int sign = 1, h, m = 0, s = 0;

	if (literal(p, '-'))
		sign = -1;
	else
		literal(p, '+');
	if (!number(p, 0, most_hours, &h))
		return 0;
	if (literal(p, ':')) {
		if (!number(p, 0, 59, &m))
			return 0;
		if (literal(p, ':') && !number(p, 0, 59, &s))
			return 0;
	}
	*ret = sign * (h * HOUR + m * MINUTE + s);
	return 1;
}

/* Reads "EST", or with digits and signs "<-03>". */
static int
word(struct arena *a, const char **p, const char **ret)
{
	int quoted = literal(p, '<');
	size_t len = strspn(*p, quoted ? LETTERS "0123456789+-" : LETTERS);

	if (len < 3)
		return 0;
	*ret = arena_copy(a, *p, len);
	*p += len;
	return !quoted || literal(p, '>');
}

static int
offset(const char **p, int32_t *ret_east)
{
	int32_t west;

	if (!duration(p, 24, &west))
		return 0;
	*ret_east = -west; /* POSIX counts to the west */
	return 1;
}

static int
day(const char **p, struct zone_turn *ret)
{
	ret->form = 'N';
	if (literal(p, 'J')) {
		ret->form = 'J';
		return number(p, 1, 365, &ret->day);
	}
	if (!literal(p, 'M'))
		return number(p, 0, 365, &ret->day);
	ret->form = 'M';
	return number(p, 1, 12, &ret->month) && literal(p, '.') &&
	    number(p, 1, 5, &ret->week) && literal(p, '.') &&
	    number(p, 0, 6, &ret->day);
}

static int
turn(const char **p, struct zone_turn *ret)
{
	*ret = (struct zone_turn){ .seconds = 2 * HOUR };
	if (!literal(p, ',') || !day(p, ret))
		return 0;
	return !literal(p, '/') || duration(p, 167, &ret->seconds);
}

int
zone_rule_parse(struct arena *a, const char *text, struct zone_rule *ret)
{
	struct zone_rule rule = { 0 };
	const char *p = text;

	if (!word(a, &p, &rule.standard.word) ||
	    !offset(&p, &rule.standard.east))
		return 0;
	if (*p != '\0') {
		rule.changes = 1;
		rule.daylight.east = rule.standard.east + HOUR;
		if (!word(a, &p, &rule.daylight.word))
			return 0;
		if (*p != ',' && !offset(&p, &rule.daylight.east))
			return 0;
		if (!turn(&p, &rule.start) || !turn(&p, &rule.end))
			return 0;
	}
	if (*p != '\0')
		return 0;
	*ret = rule;
	return 1;
}

/* Seconds since 1970 of midnight on the n-th weekday of a month. */
static int64_t
weekday_of_month(const struct zone_turn *turn, int year)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = turn->month - 1,
		.tm_mday = 1 };
	int64_t t;

	timegm(&tm);
	tm.tm_mday += (7 + turn->day - tm.tm_wday) % 7 + 7 * (turn->week - 1);
	t = timegm(&tm);
	/* A month without a fifth one: the fourth is its last. */
	return tm.tm_mon == turn->month - 1 ? t : t - 7 * DAY;
}

/* The turn in that year as the wall clock shows it, as if it showed UTC. */
static int64_t
wall(const struct zone_turn *turn, int year)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mday = 1 };

	if (turn->form == 'M')
		return weekday_of_month(turn, year) + turn->seconds;
	tm.tm_mday += turn->day;
	if (turn->form == 'J') {
		/* Counting from 1 March keeps 29 February out of it. */
		tm.tm_mon = turn->day < 60 ? 0 : 2;
		tm.tm_mday = turn->day < 60 ? turn->day : turn->day - 59;
	}
	return timegm(&tm) + turn->seconds;
}

const struct zone_kind *
zone_rule_at(const struct zone_rule *rule, int64_t seconds)
{
	const struct zone_kind *kind = &rule->standard;
	time_t local = (time_t)(seconds + rule->standard.east);
	int64_t latest = INT64_MIN, t;
	struct tm tm;
	int year;

	if (!rule->changes)
		return kind;
	gmtime_r(&local, &tm);
	/*
	 * The latest turn up to now decides.  With its hours a turn may fall a
	 * week outside its year.  Where an end meets the next year's start it
	 * is daylight all year: the later year wins, so >=.
	 */
	for (year = tm.tm_year + 1898; year <= tm.tm_year + 1901; year++) {
		t = wall(&rule->start, year) - rule->standard.east;
		if (t <= seconds && t >= latest) {
			latest = t;
			kind = &rule->daylight;
		}
		t = wall(&rule->end, year) - rule->daylight.east;
		if (t <= seconds && t >= latest) {
			latest = t;
			kind = &rule->standard;
		}
	}
	return kind;
}
