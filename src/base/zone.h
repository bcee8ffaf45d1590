/*
 * zone: wall-clock time in the time zones of the IANA database.
 *
 * Reads the system's TZif files (RFC 8536, package tzdata; $TZDIR or
 * /usr/share/zoneinfo).  Our own code, because the C library knows one zone
 * per process (localtime_r after a change of TZ, which no other thread
 * survives), and the only packaged C library that knows more is ICU: 30 MB
 * for these few lines.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct zone;

struct zone_time {
	int year;
	int month;   /* 1 to 12 */
	int day;     /* 1 to 31 */
	int weekday; /* 0 to 6, 0 is Monday */
	int hour, minute, second;
	int32_t east;     /* seconds ahead of UTC */
	const char *word; /* "EST"; lives as long as the zone */
};

/*
 * The zone of that name ("America/New_York"); *ret lives in c->mem.
 * E_BADREQ, with words for the client, if there is none: anything but a
 * capital followed by letters, digits, _ + - / is none, so a name reaches no
 * file outside the folder.  E_INTERNAL if the file is damaged or closed to us.
 */
enum err zone_load(struct ctx *c, const char *name, struct zone **ret)
    MUST_USE;

/* The same from the bytes of a TZif file.  E_INTERNAL if it is damaged. */
enum err zone_parse(struct ctx *c, const char *name, const void *bytes,
    size_t len, struct zone **ret) MUST_USE;

/* The name it was loaded by. */
const char *zone_name(const struct zone *zone);

/* What calendar and clock show there at that moment. */
void zone_local(const struct zone *zone, int64_t micros,
    struct zone_time *ret);

/* "Thu 10 Dec 2026, 09:00 (America/New_York)", in c->mem. */
char *zone_text(struct ctx *c, const struct zone *zone, int64_t micros);

#endif
