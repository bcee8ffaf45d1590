/*
 * zone_rule: the yearly rule of a time zone, as POSIX writes it in TZ.
 *
 * "EST5EDT,M3.2.0,M11.1.0": the last line of a TZif file says with it what
 * holds after the file's table.  Extensions of RFC 8536 are read, too: rule
 * times from -167 to 167 hours, daylight saving time all year.
 */
#ifndef BASE_ZONE_RULE_H
#define BASE_ZONE_RULE_H

#include <stdint.h>

#include "base/arena.h"

/* One way a zone's clocks were or will be set. */
struct zone_kind {
	int32_t east;     /* seconds ahead of UTC */
	const char *word; /* "EST" */
};

/* A moment that comes once a year, on the wall clock. */
struct zone_turn {
	char form; /* 'J': day 1-365, never 29 February; 'N': day 0-365;
		    * 'M': week 1-5 (5 is the last) of month, on day (0 Sun) */
	int month, week, day;
	int32_t seconds; /* since midnight */
};

struct zone_rule {
	struct zone_kind standard, daylight;
	int changes; /* 0: standard all year, what follows is unset */
	struct zone_turn start, end; /* of daylight */
};

/* Reads text; the words live in a.  0 (and *ret untouched) if malformed. */
int zone_rule_parse(struct arena *a, const char *text, struct zone_rule *ret);

/* What holds at that second since 1970 UTC. */
const struct zone_kind *zone_rule_at(const struct zone_rule *rule,
    int64_t seconds);

#endif
