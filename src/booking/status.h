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
	int64_t refund_goal; /* the largest of the chain: booking.h */
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
	int64_t target;      /* of captured: so much is to go back in all … */
	int64_t target_due;  /* … and so much of it by itself */
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

/* What of p has gone back, or is on its way. */
int64_t status_refunded(const struct status_facts *facts,
    const struct payment *p);

/* What of one payment has to go back, beside what has gone. */
struct status_return {
	int64_t owed;       /* all of it, whoever sees to it */
	int64_t due;        /* of that: what the system pays back by itself */
	int64_t due_at;     /* not before; 0: at once */
	const char *reason; /* Stripe's word: "duplicate", … */
};

/*
 * All of it, for a duplicate and where the seat was gone before the money
 * came; else what the policy gives back and what people asked for, whichever
 * is more.  By itself the system pays back what came twice, came too late, was
 * asked for, and, if the booking says so, what the policy gives; not any more
 * once three refunds of the payment have failed at the bank.  Nothing is owed
 * while the payment is disputed: the bank decides then.
 */
void status_return(const struct status_facts *facts, const struct status *s,
    const struct payment *p, struct status_return *ret);

/* The same of all payments together; due_at and reason are not set. */
void status_return_all(const struct status_facts *facts,
    const struct status *s, struct status_return *ret);

/*
 * Which cancellation of b counts, into b: the earlier one of that asked for
 * here and that told by Calendly.  Ours comes back from Calendly as one by the
 * host; by clocks that differ it can look like the earlier one, and would pay
 * back in full what a client's own cancellation does not.  So the host's must
 * be earlier by two minutes.
 */
void status_cancellation(struct booking *b);

/* The percentage that goes back by the way the booking ended; 0: it did not,
 * or the policy gives nothing. */
int status_percent(const struct booking *b);

/* Is it one of the booking statuses? */
int status_is_word(const char *word);

/* The booking status at a moment: a confirmed one whose end has passed is
 * COMPLETED. */
const char *status_at(const struct booking *b, int64_t now);

#endif
