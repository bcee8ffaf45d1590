/*
 * transfer: may the money of one booking pay for another one?
 */
#ifndef BOOKING_TRANSFER_H
#define BOOKING_TRANSFER_H

#include "base/ctx.h"

struct booking;
struct db;

/*
 * OK if asked_move_tx (asked.h) can be asked for from b, which carries its
 * money, to another booking: of the same builder, for the same client, in the
 * same currency, unpaid and never moved.  *ret_amount is the money that moves.
 * E_CONFLICT with words otherwise, as where money is on its way back.
 */
enum err transfer_check_tx(struct ctx *c, struct db *db,
    const struct booking *b, const struct booking *to, int64_t *ret_amount)
    MUST_USE;

#endif
