/*
 * Fuzz: time zone files.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/now.h"
#include "base/zone.h"
#include "fuzz.h"

/* The ends of time, of 32 and of 33 bits, and days when clocks change. */
static const int64_t seconds[] = { INT64_MIN / NOW_SECOND, -4294967296,
	-2147483649, -1, 0, 1, 951782400, 1793512800, 1803780000, 2147483648,
	4102444799, 253402300799, INT64_MAX / NOW_SECOND };

static int
in(int value, int least, int most)
{
	return value >= least && value <= most;
}

static void
check(struct ctx *c, const struct zone *zone, int64_t micros)
{
	struct zone_time t;

	zone_local(zone, micros, &t);
	if (!in(t.month, 1, 12) || !in(t.day, 1, 31) || !in(t.weekday, 0, 6) ||
	    !in(t.hour, 0, 23) || !in(t.minute, 0, 59) || !in(t.second, 0, 59) ||
	    !in(t.east, -26 * 3600 + 1, 26 * 3600 - 1) || t.word[0] == '\0')
		abort();
	if (strstr(zone_text(c, zone, micros), "(Fuzz)") == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zone *zone;
	struct ctx c;
	const void *bytes;
	size_t i;
	enum err e;

	ctx_init(&c);
	bytes = memcpy(arena_alloc(c.mem, size), data, size);
	e = zone_parse(&c, "Fuzz", bytes, size, &zone);
	if (e != OK && (e != E_INTERNAL || c.why == NULL))
		abort();
	for (i = 0; e == OK && i < COUNT(seconds); i++) {
		check(&c, zone, seconds[i] * NOW_SECOND);
		check(&c, zone, seconds[i] * NOW_SECOND + NOW_SECOND / 2);
	}
	ctx_free(&c);
	return 0;
}
