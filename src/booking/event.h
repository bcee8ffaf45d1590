/*
 * event: everything we were told, as it was told, and what became of it.
 *
 * A webhook body, an API answer that carried news, a person's request: each
 * is stored in the transaction that applies it, and never dropped.
 */
#ifndef BOOKING_EVENT_H
#define BOOKING_EVENT_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct db_table;

struct event {
	const char *id;
	const char *source;     /* "stripe", "calendly", "stripe-api", … */
	const char *dedupe_key; /* the same thing told twice has the same */
	const char *type;
	const char *object_id;  /* or NULL */
	int64_t told_at;        /* the provider's time */
	int64_t received_at;
	const char *body;
	const char *outcome;
	const char *reason;     /* or NULL */
	const char *waits_for;  /* or NULL */
	const char *booking;    /* once known, it stays; or NULL */
	int64_t erased_at;      /* people were removed from body; 0: not */
	const void *parsed;     /* body, by the provider's parser; NULL: not yet */
};

struct event_list {
	const struct event *rows;
	size_t count;
};

enum { EVENT_FREES = 3 };

/* What became of an event. */
struct event_outcome {
	const char *word;      /* "applied", "ignored", "parked", "failed" */
	const char *reason;
	const char *waits_for; /* parked: the key of what must come first */
	const char *booking;
	/* Keys that are known now: parked events that wait for them can be
	 * applied.  The first that is NULL ends the list. */
	const char *frees[EVENT_FREES];
};

/* It changed, or had already changed, this booking. */
void event_applied(struct event_outcome *ret, const char *booking);

/* After event_applied: key is known now. */
void event_frees(struct event_outcome *ret, const char *key);

/* Nothing for us to do, and never will be. */
void event_ignored(struct ctx *c, struct event_outcome *ret, const char *fmt,
    ...) PRINTF_LIKE(3, 4);

/* To be applied when waits_for ("intent:pi_…") is known. */
void event_parked(struct event_outcome *ret, const char *waits_for,
    const char *reason);

/* Contradicts what we know: for a person to see. */
void event_failed(struct ctx *c, struct event_outcome *ret,
    const char *booking, const char *fmt, ...) PRINTF_LIKE(4, 5);

/*
 * Gives ev its id and received_at.  *ret_new is 0 if source has told this
 * before.  If not, it is to be applied and then stored, in this transaction.
 */
enum err event_meet_tx(struct ctx *c, struct db *db, struct event *ev,
    int *ret_new) MUST_USE;

/* Stores ev, and what became of it. */
enum err event_add_tx(struct ctx *c, struct db *db, const struct event *ev,
    const struct event_outcome *how) MUST_USE;

/* Stores ev as it is, id and all: for a copy of another database's. */
enum err event_copy_tx(struct ctx *c, struct db *db,
    const struct event *ev) MUST_USE;

/* Notes what became of one that is stored already. */
enum err event_close_tx(struct ctx *c, struct db *db, const char *id,
    const struct event_outcome *how) MUST_USE;

/*
 * The parked ones that wait for key, oldest first, from the one behind event
 * `after` on ("": from the first), EVENT_BATCH at most.
 */
enum { EVENT_BATCH = 100, EVENT_ID_SIZE = 64 };
enum err event_waiting_tx(struct ctx *c, struct db *db, const char *key,
    const char *after, struct event_list *ret) MUST_USE;

/* The event called id; *ret is NULL if there is none. */
enum err event_get_tx(struct ctx *c, struct db *db, const char *id,
    const struct event **ret) MUST_USE;

/* What source told under that key; *ret is NULL if it did not. */
enum err event_by_key_tx(struct ctx *c, struct db *db, const char *source,
    const char *dedupe_key, const struct event **ret) MUST_USE;

/*
 * The newest `limit`, newest first, with empty bodies; of one booking, unless
 * that is NULL.
 */
enum err event_list_tx(struct ctx *c, struct db *db, const char *booking,
    int64_t limit, struct event_list *ret) MUST_USE;

/* Up to EVENT_BATCH of all that are parked, without their bodies, oldest first,
 * behind `after` ("": from the start). */
enum err event_all_parked_tx(struct ctx *c, struct db *db, const char *after,
    struct event_list *ret) MUST_USE;

/* The first EVENT_BATCH of a booking with their bodies, oldest first, behind
 * `after` ("": from the start). */
enum err event_bodies_tx(struct ctx *c, struct db *db, const char *booking,
    const char *after, struct event_list *ret) MUST_USE;

/* What is looked for in bodies, in lower case. */
struct event_search {
	const char *text;
	const char *coded; /* for forms */
	const char *after; /* as above */
};

/*
 * The first EVENT_BATCH whose bodies may hold it, in whatever code: its letters
 * and digits are there.  Nothing about who sells what.
 */
enum err event_mentions_tx(struct ctx *c, struct db *db,
    const struct event_search *what, struct event_list *ret) MUST_USE;

struct event_age {
	int64_t ignored;   /* came before then, and was ignored */
	int64_t parked;    /* came before then, whatever became of it */
	const char *after; /* as above */
};

/* The first EVENT_BATCH of providers that are about none of our bookings. */
enum err event_unrelated_tx(struct ctx *c, struct db *db,
    const struct event_age *age, struct event_list *ret) MUST_USE;

/* It has this body from now on, and says that it was another one. */
enum err event_erase_tx(struct ctx *c, struct db *db, const char *id,
    const char *body) MUST_USE;

/* For db/row.h. */
extern const struct db_table event_table;

#endif
