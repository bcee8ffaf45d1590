/*
 * heal: finds out what nobody told us.
 *
 * Webhooks get lost, and subscriptions die without a word.  So the providers
 * are asked, now and then, what they have; what they answer takes the door of
 * a webhook (app/intake.h), where what was told before is known.  Every step
 * can be repeated, and broken off anywhere; no call is made in a transaction.
 */
#ifndef APP_HEAL_H
#define APP_HEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct shop;

/* The worse, the larger. */
enum heal_state {
	HEAL_FINE,
	HEAL_OFF,    /* nothing is configured that it could ask */
	HEAL_AWAY,   /* a provider, or the database, could not be reached */
	HEAL_PERSON, /* a person has to do something: the note says what */
};

enum { HEAL_PARTS = 4, HEAL_NOTE_SIZE = 400 };

/* What came of one part. */
struct heal_result {
	const char *part;
	enum heal_state state;
	int64_t looked; /* things that were looked at */
	int64_t news;   /* of them, not told before (dry run: would be news) */
	int64_t mended; /* of them, a booking or a subscription has changed */
	char note[HEAL_NOTE_SIZE]; /* in words; may be empty */
};

struct heal_report {
	struct heal_result parts[HEAL_PARTS];
	size_t count;
};

/*
 * Called between the steps, many times a second or after some seconds, outside
 * of any transaction: to show how it goes, or to do what is more urgent.
 * Anything but 0 ends the healing there.
 */
typedef int heal_between(void *arg, const struct heal_result *so_far);

struct heal_order {
	const char *part;      /* only this one; NULL: all of them */
	int dry_run;           /* change no row, and nothing at a provider */
	heal_between *between; /* or NULL */
	void *arg;             /* of between */
};

/*
 * Does the parts, one after the other, whatever becomes of each, and notes in
 * its mark what was found.  E_NOTFOUND: there is no such part.  Other failures
 * mean that the database did not take the notes.
 */
enum err heal_run(struct ctx *c, struct shop *shop,
    const struct heal_order *order, struct heal_report *ret) MUST_USE;

/* The state in words. */
const char *heal_word(enum heal_state state);

/*
 * Is it time to heal, every so many minutes (0: never)?  Then the turn is ours
 * alone until it is time again.
 */
enum err heal_turn(struct ctx *c, struct shop *shop, int64_t minutes,
    int *ret_taken) MUST_USE;

/* We are at it, be it out of turn: others wait. */
enum err heal_hold(struct ctx *c, struct shop *shop,
    int64_t minutes) MUST_USE;

#endif
