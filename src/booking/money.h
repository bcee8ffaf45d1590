/*
 * money: currencies as Stripe knows them.
 *
 * An amount is an integer in the currency's minor unit; nothing here or
 * anywhere computes with fractions.
 */
#ifndef BOOKING_MONEY_H
#define BOOKING_MONEY_H

#include <stdint.h>

#include "base/ctx.h"

/* Stripe takes at most eight digits. */
enum { MONEY_MAX = 99999999 };

/*
 * OK if amount in currency can be charged: 0 (free), or at least Stripe's
 * minimum for that currency, and whole where the currency has no smaller
 * coin.  E_BADREQ with words otherwise.
 */
enum err money_check(struct ctx *c, int64_t amount, const char *currency)
    MUST_USE;

/* That percentage of amount, rounded to the nearest amount in currency that
 * can be paid; half goes up. */
int64_t money_part(int64_t amount, int percent, const char *currency);

/* "150.00 USD", "12000 JPY", "1.500 KWD": for people, in c. */
char *money_text(struct ctx *c, int64_t amount, const char *currency);

#endif
