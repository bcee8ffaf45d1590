/*
 * stripe_retry: is another try worth it, and when?
 */
#ifndef PROVIDER_STRIPE_RETRY_H
#define PROVIDER_STRIPE_RETRY_H

#include <stdint.h>

/* With less than this left it is not worth calling, in seconds. */
enum { STRIPE_RETRY_ROOM = 1 };

/* How many tries there are at most, the first included. */
enum { STRIPE_RETRY_TRIES = 6 };

/* How one try ended. */
struct stripe_retry {
	int number;               /* 1: the first */
	int status;               /* 0: no complete answer */
	int hopeless;             /* status 0: the next would end the same */
	const char *should_retry; /* header Stripe-Should-Retry, or NULL */
	const char *retry_after;  /* header Retry-After, or NULL */
	int64_t left;             /* until the deadline, microseconds */
	int64_t second; /* microseconds that a second of waiting lasts */
};

/*
 * Microseconds to wait before the next try; -1: there shall be none.  dice is
 * any number, for the jitter.
 *
 * Like Stripe's own libraries, which stop after 3 tries: a lost answer, 409
 * and 5xx are tried again, Stripe-Should-Retry overrules, and the pauses of
 * 0.5, 1, 2, 4, 5 s are shortened by up to a half, but not under 0.5 s.
 * Unlike them 429 is tried again, Retry-After is honoured, and there are more
 * tries, because the deadline bounds them.
 */
int64_t stripe_retry_pause(const struct stripe_retry *t, unsigned int dice);

#endif
