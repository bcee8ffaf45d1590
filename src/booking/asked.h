/*
 * asked: what people, or the system, ask of a booking that is there.
 *
 * Each of these adds a fact and settles the booking.  Whether the asker may,
 * and whether it makes sense now, has been decided before; here the request
 * stands in the store and is applied, by replay again.  A booking that is not
 * there makes the outcome "failed".
 */
#ifndef BOOKING_ASKED_H
#define BOOKING_ASKED_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct event_outcome;
struct history_source;

struct asked {
	const char *booking; /* id */
	const char *by;      /* 'client', 'builder', 'admin', 'system' */
	const char *reason;  /* in their words, or NULL */
	int64_t at;          /* when it was asked */
	int64_t goal;        /* asked_refund_tx: in all, minor units */
	const char *to;      /* asked_move_tx: id of the booking that carries on */
	const char *client;  /* asked_sign_tx: subject of the sign-in;
			      * asked_revoke_tx: whose it is from now on, "" for
			      * nobody's, or NULL: that stays */
	int64_t serial;      /* asked_revoke_tx: of links from now on */
};

/* Give the seat up.  The earliest such request counts. */
enum err asked_cancel_tx(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *by, struct event_outcome *ret) MUST_USE;

/* Give back `goal` in all; the largest such request counts. */
enum err asked_refund_tx(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *by, struct event_outcome *ret) MUST_USE;

/* The seat, and its money, go on as the booking `to`. */
enum err asked_move_tx(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *by, struct event_outcome *ret) MUST_USE;

/* It is the booking of `client`, who has signed in; the first one stays. */
enum err asked_sign_tx(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *by, struct event_outcome *ret) MUST_USE;

/*
 * Links with a lower serial number than that open it no more, nor, where a
 * client is named, does another sign-in.
 */
enum err asked_revoke_tx(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *by, struct event_outcome *ret) MUST_USE;

#endif
