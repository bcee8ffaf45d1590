/*
 * settle: after facts have grown, make everything computed from them agree.
 */
#ifndef BOOKING_SETTLE_H
#define BOOKING_SETTLE_H

#include "base/ctx.h"
#include "booking/history.h"
#include "booking/status.h"

struct booking;
struct db;

/*
 * All facts about b, those of the bookings it was moved from included.
 */
enum err settle_gather_tx(struct ctx *c, struct db *db,
    const struct booking *b, struct status_facts *ret) MUST_USE;

/*
 * Computes the statuses of b (whose facts may have been changed in memory),
 * writes b, and notes in history and analytics what is new.  A booking that b
 * was moved to is settled, too: its money is here.
 */
enum err settle_booking_tx(struct ctx *c, struct db *db, struct booking *b,
    const struct history_source *by) MUST_USE;

#endif
