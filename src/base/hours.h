/*
 * hours: when a builder is open, week by week.
 *
 *	mon-fri 09:00-12:00,13:00-17:00; sat 10:00-14:00
 *
 *	hours = rule *( ";" rule )
 *	rule  = days spans
 *	days  = day [ "-" day ] *( "," day [ "-" day ] )
 *	day   = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun"
 *	spans = time "-" time *( "," time "-" time )
 *	time  = two digits ":" two digits, 00:00 to 24:00
 *
 * Days in either case; "sat-mon" passes over Sunday; a span ends after it
 * began; blanks may stand between any two parts.  A day named twice has both
 * its spans, and spans that touch are one, at midnight, too.  Blank text is
 * always open.
 */
#ifndef BASE_HOURS_H
#define BASE_HOURS_H

#include <stdint.h>

#include "base/ctx.h"

struct zone;

/* Longer bookings are never held: opening hours are for less than a week. */
#define HOURS_LONGEST_DAYS 7

/* E_BADREQ, with words that say where, unless text is as above. */
enum err hours_check(struct ctx *c, const char *text) MUST_USE;

/*
 * Is it open at every moment of [start, end), by the clocks of that zone?
 * An hour those clocks skip is not missed, one they repeat is open twice.
 * Text that hours_check refuses is never open; neither is start >= end.
 */
int hours_hold(const char *text, const struct zone *zone, int64_t start,
    int64_t end);

#endif
