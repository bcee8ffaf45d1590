#include "base/hours.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/now.h"
#include "base/text.h"
#include "base/zone.h"

enum { DAYS = 7, DAY_MINUTES = 24 * 60 };

#define MINUTE (60 * NOW_SECOND)
#define LONGEST (HOURS_LONGEST_DAYS * DAY_MINUTES * MINUTE)

struct week {
	unsigned char open[DAYS][DAY_MINUTES];
};

static void
skip_blanks(const char **p)
{
	*p += strspn(*p, " \t");
}

/* Takes the sign and the blanks around it, if it is there. */
static int
sign(const char **p, char want)
{
	skip_blanks(p);
	if (**p != want)
		return 0;
	(*p)++;
	skip_blanks(p);
	return 1;
}

static int
day(const char **p, int *ret)
{
	static const char names[DAYS][4] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };
	int i;

	for (i = 0; i < DAYS; i++) {
		if (strncasecmp(*p, names[i], 3) != 0)
			continue;
		*p += 3;
		*ret = i;
		return 1;
	}
	return 0;
}

static int
days(const char **p, unsigned char ret_named[DAYS])
{
	int from, to;

	do {
		if (!day(p, &from))
			return 0;
		to = from;
		if (sign(p, '-') && !day(p, &to))
			return 0;
		for (ret_named[to] = 1; from != to; from = (from + 1) % DAYS)
			ret_named[from] = 1;
	} while (sign(p, ','));
	return 1;
}

static int
two_digits(const char **p, int *ret)
{
	const char *s = *p;

	if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]))
		return 0;
	*ret = (s[0] - '0') * 10 + (s[1] - '0');
	*p += 2;
	return 1;
}

/* Reads "09:30" as the minute of the day. */
static int
minute(const char **p, int *ret)
{
	int h, m;

	if (!two_digits(p, &h) || **p != ':')
		return 0;
	(*p)++;
	if (!two_digits(p, &m))
		return 0;
	*ret = h * 60 + m;
	return m < 60 && *ret <= DAY_MINUTES;
}

static int
spans(const char **p, const unsigned char named[DAYS], struct week *week)
{
	int from, to, i;

	do {
		if (!minute(p, &from) || !sign(p, '-') || !minute(p, &to) ||
		    from >= to)
			return 0;
		for (i = 0; i < DAYS; i++)
			if (named[i])
				memset(&week->open[i][from], 1,
				    (size_t)(to - from));
	} while (sign(p, ','));
	return 1;
}

static int
rule(const char **p, struct week *week)
{
	unsigned char named[DAYS] = { 0 };

	if (!days(p, named))
		return 0;
	skip_blanks(p);
	return spans(p, named, week);
}

/* Reads text that is not blank; NULL, or the place where it goes wrong. */
static const char *
parse(const char *text, struct week *ret)
{
	const char *p = text;

	*ret = (struct week){ 0 };
	skip_blanks(&p);
	do {
		if (!rule(&p, ret))
			return p;
	} while (sign(&p, ';'));
	return *p == '\0' ? NULL : p;
}

static int
is_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t")] == '\0';
}

enum err
hours_check(struct ctx *c, const char *text)
{
	struct week week;
	const char *place;

	if (is_blank(text))
		return OK;
	place = parse(text, &week);
	if (place == NULL)
		return OK;
	return ctx_refuse(c, E_BADREQ, "The opening hours are wrong at or "
	    "before character %d; they look like \"mon-fri 09:00-12:00,"
	    "13:00-17:00; sat 10:00-14:00\".", (int)(place - text) + 1);
}

static int
is_open(const struct week *week, const struct zone *zone, int64_t micros)
{
	struct zone_time t;

	zone_local(zone, micros, &t);
	return week->open[t.weekday][t.hour * 60 + t.minute];
}

int
hours_hold(const char *text, const struct zone *zone, int64_t start,
    int64_t end)
{
	struct week week;
	int64_t t;

	if (start < 0 || start >= end)
		return 0;
	if (is_blank(text))
		return 1;
	if (end - start > LONGEST || parse(text, &week) != NULL)
		return 0;
	/*
	 * Minute by minute, because the clocks may be changed on the way.
	 * Today's zones are whole minutes from UTC: none is stepped over.
	 */
	for (t = start; is_open(&week, zone, t); t += MINUTE)
		if (end - t <= MINUTE)
			return is_open(&week, zone, end - 1);
	return 0;
}
