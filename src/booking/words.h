/*
 * words: how a booking stands, in one sentence for people.
 */
#ifndef BOOKING_WORDS_H
#define BOOKING_WORDS_H

/*
 * Constant text.  summary may hold {start}, which a page replaces with the
 * time in the reader's zone.
 */
struct words {
	const char *status, *payment; /* what it is for; NULL: any */
	const char *summary;
	const char *advice;  /* what happens next, or what to do; "" if none,
	                        or if the money of a cancelled booking says
	                        it (app/cancel.h) */
	int settled;         /* nothing more is to be expected soon */
};

/*
 * Words for a pair of statuses (booking/status.h).  payment may also be
 * "EXPIRED": the payment page that is asked about has expired unpaid; or
 * "LATE": it was paid when the seat was gone, and not paid back yet.
 */
const struct words *words_for(const char *status, const char *payment);

#endif
