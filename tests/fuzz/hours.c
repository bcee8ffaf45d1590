/*
 * Fuzz: opening hours.  What hours_check refuses is never open; what it
 * accepts is open for a while only if it is open all that while.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hours.h"
#include "base/now.h"
#include "base/zone.h"
#include "fuzz.h"

#define MINUTE (60 * NOW_SECOND)
/* 2026-10-30 00:00 UTC: two days on, New York sets its clocks back. */
#define START (INT64_C(1793318400) * NOW_SECOND)

/* New York as a TZif file that is nothing but its rule. */
static const char new_york[] =
	"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4"
	"\xff\xff\xb9\xb0\0\0EST\0"
	"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4"
	"\xff\xff\xb9\xb0\0\0EST\0"
	"\nEST5EDT,M3.2.0,M11.1.0\n";

static int
is_blank(const char *text)
{
	return text[strspn(text, " \t")] == '\0';
}

/* Sixty times three hours, which meet every hour of a week. */
static void
look(const char *text, const struct zone *zone, int accepted)
{
	int64_t start, middle, end;
	int i, all, first, second;

	for (i = 0; i < 60; i++) {
		start = START + i * 173 * MINUTE;
		middle = start + (i % 7 + 1) * 13 * MINUTE;
		end = start + 180 * MINUTE;
		all = hours_hold(text, zone, start, end);
		first = hours_hold(text, zone, start, middle);
		second = hours_hold(text, zone, middle, end);
		if (all != (first && second) || (all && !accepted))
			abort();
		if (!all && is_blank(text))
			abort();
		if (hours_hold(text, zone, end, start))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zone *zone;
	struct ctx c;
	char *text;
	enum err e;

	ctx_init(&c);
	if (zone_parse(&c, "America/New_York", new_york, sizeof(new_york) - 1,
	    &zone) != OK)
		abort();
	text = arena_copy(c.mem, data, size);
	e = hours_check(&c, text);
	if (e != OK && (e != E_BADREQ || c.say == NULL))
		abort();
	look(text, zone, e == OK);
	ctx_free(&c);
	return 0;
}
