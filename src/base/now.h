/*
 * now: clocks and times in text.
 *
 * Inside the house a moment is an int64_t of microseconds since 1970 UTC:
 * Calendly's times have six digits of fraction and decide which of two
 * deliveries is newer.  Rows hold whole seconds where that is all we know.
 */
#ifndef BASE_NOW_H
#define BASE_NOW_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define NOW_SECOND ((int64_t)1000000)

/* Wall clock, microseconds since 1970 UTC. */
int64_t now_real(void);

/* Never goes back: for measuring how long something took. */
int64_t now_monotonic(void);

/*
 * Reads an RFC 3339 time with its offset ("2026-12-10T09:00:00-05:00",
 * fraction optional, "Z" for UTC, years 1970 to 9999).  E_BADREQ for anything
 * else, a day that does not exist included; a leap second reads as the second
 * after it.
 */
enum err now_parse(const char *text, int64_t *ret_micros) MUST_USE;

/* "2026-12-10T14:00:00Z"; the fraction is left out. */
char *now_text(struct arena *a, int64_t micros);

#endif
