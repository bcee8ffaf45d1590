/*
 * retain: what is kept of people no longer than wanted.
 *
 * Once a day, in steps of one transaction each: a booking, or RETAIN_STEP
 * deliveries or jobs.  After each it rests for three times as long: others have
 * the database for themselves then, and no delivery waits for more than one step.
 * It can be broken off anywhere, and what is under way is left for another day.
 */
#ifndef APP_RETAIN_H
#define APP_RETAIN_H

#include <stdint.h>

#include "base/ctx.h"
#include "booking/event.h"

struct conf;
struct shop;

/* What was done. */
struct retain_result {
	int64_t people;    /* bookings whose people were forgotten */
	int64_t unrelated; /* deliveries about none of our bookings */
	int64_t jobs;      /* that had been given up */
	int is_broken_off; /* there may be more */
};

enum { RETAIN_STEP = 10 };

/* Called after each step, before the rest; anything but 0 ends it there. */
typedef int retain_between(void *arg);

/*
 * How far it had come when it was broken off.  Whom it looked at and must keep
 * it would look at again each time, and never come to who is behind them.
 */
struct retain_place {
	unsigned int part; /* people, deliveries or jobs */
	int64_t end; /* of the last session it has looked at, */
	char id[EVENT_ID_SIZE]; /* and the booking */
};

struct retain_order {
	retain_between *between; /* or NULL */
	void *arg;
	struct retain_place *place; /* it goes on there; or NULL */
};

/* Is it time, and whose turn is it?  Where it goes on goes to *ret. */
enum err retain_turn(struct ctx *c, struct shop *shop,
    struct retain_place *ret, int *ret_taken) MUST_USE;

/* Who has broken it off, for the sake of other things: whoever looks next goes
 * on at that place. */
enum err retain_go_on(struct ctx *c, struct shop *shop,
    const struct retain_place *place) MUST_USE;

/* Does all of it, as the config says. */
enum err retain_run(struct ctx *c, struct shop *shop,
    const struct retain_order *order, struct retain_result *ret) MUST_USE;

#endif
