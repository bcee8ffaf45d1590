/*
 * ledger: what Stripe says about money that moves, in and back: intents,
 * charges, refunds and disputes.  All of them hang on a PaymentIntent that one
 * of our sessions has named; until it has, they are parked.
 */
#ifndef BOOKING_LEDGER_H
#define BOOKING_LEDGER_H

#include <stdint.h>

#include "base/ctx.h"
#include "booking/history.h"

struct db;
struct event_outcome;

/* Something about one PaymentIntent, or about what hangs on it. */
struct ledger_entry {
	const char *payment;    /* PaymentIntent; NULL: none */
	const char *id;         /* of the refund, dispute or charge */
	const char *booking;    /* the booking it names, or NULL */
	int64_t amount;         /* received, refunded, disputed … */
	const char *currency;
	const char *charge;
	const char *status;
	const char *reason;
	const char *failure;
	int64_t due_at;
	int64_t told_at;        /* when it was said */
	int64_t made_at;        /* when the object was made */
	int live;               /* real money?  1, 0, or -1: not said */
};

/* A PaymentIntent: amount is what it has received so far. */
enum err ledger_intent_tx(struct ctx *c, struct db *db,
    const struct ledger_entry *told, const struct history_source *by,
    struct event_outcome *ret) MUST_USE;

/* A charge: amount is all that was refunded of it so far. */
enum err ledger_charge_tx(struct ctx *c, struct db *db,
    const struct ledger_entry *told, const struct history_source *by,
    struct event_outcome *ret) MUST_USE;

enum err ledger_refund_tx(struct ctx *c, struct db *db,
    const struct ledger_entry *told, const struct history_source *by,
    struct event_outcome *ret) MUST_USE;

enum err ledger_dispute_tx(struct ctx *c, struct db *db,
    const struct ledger_entry *told, const struct history_source *by,
    struct event_outcome *ret) MUST_USE;

#endif
