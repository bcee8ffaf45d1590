/*
 * mismatch: word about money that is authentic and contradicts our rows.
 */
#ifndef BOOKING_MISMATCH_H
#define BOOKING_MISMATCH_H

#include "base/ctx.h"

struct db;
struct event_outcome;
struct history_source;

/*
 * Records a PAYMENT_MISMATCH of booking for a person to see; nothing is
 * confirmed by it.  The event's outcome goes to *ret.
 */
enum err mismatch_note_tx(struct ctx *c, struct db *db, const char *booking,
    const struct history_source *by, const char *what,
    struct event_outcome *ret) MUST_USE;

#endif
