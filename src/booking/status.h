/*
 * status: facts in, status out.
 *
 * The one pure function that says how a booking stands.  It looks at nothing
 * but the facts it is given, so the same facts give the same answer in
 * whatever order they came.
 */
#ifndef BOOKING_STATUS_H
#define BOOKING_STATUS_H

#include <stddef.h>
#include <stdint.h>

struct booking;
struct checkout;
struct dispute;
struct payment;
struct refund;

/*
 * All facts about one booking.  A seat that was moved carries its money
 * along: checkouts and payments of the bookings it came from are in here.
 */
struct status_facts {
	const struct booking *booking;
	const struct checkout *checkouts;
	size_t checkout_count;
	const struct payment *payments;
	size_t payment_count;
	const struct refund *refunds;
	size_t refund_count;
	const struct dispute *disputes;
	size_t dispute_count;
};

struct status {
	const char *booking; /* PENDING, CONFIRMED, CANCELLED, RESCHEDULED,
	                        NO_SHOW; COMPLETED only by status_at */
	const char *payment; /* UNPAID, PROCESSING, PAID, FAILED, REFUNDED,
	                        PARTIALLY_REFUNDED, DISPUTED, NOT_REQUIRED */
	int paid;            /* in full, in the right currency, or nothing
	                        to pay */
	int64_t paid_at;     /* provider's time of that; 0: not paid */
	int64_t captured;    /* minor units of the booking's currency; what
	                        was paid twice is not counted */
	int64_t refunded;    /* of that: gone back, or on its way */
	int late;            /* money is here and there is no seat for it */
	const struct payment *kept; /* which pays for the seat; or NULL */
};

void status_compute(const struct status_facts *facts, struct status *ret);

/* Does p pay for a seat that another payment pays for? */
int status_is_duplicate(const struct status_facts *facts,
    const struct status *s, const struct payment *p);

/*
 * Is p money that does not pay for this booking: another amount, currency or
 * price than it has now?  A person must look.
 */
int status_is_misfit(const struct status_facts *facts,
    const struct payment *p);

/*
 * What of p must go back and has not gone yet: all of it, for a duplicate and
 * where the seat was gone before the money came.  0 while it is disputed: the
 * bank decides then.
 */
int64_t status_owed(const struct status_facts *facts, const struct status *s,
    const struct payment *p);

/* The booking status at a moment: a confirmed one whose end has passed is
 * COMPLETED. */
const char *status_at(const struct booking *b, int64_t now);

#endif
