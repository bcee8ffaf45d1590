/*
 * booking: one seat at one time, and the facts known about it.
 *
 * A row holds facts and the two statuses computed from them.  Nobody but
 * settle.c writes a status.  Facts grow by the rules beside each one.
 */
#ifndef BOOKING_BOOKING_H
#define BOOKING_BOOKING_H

#include <stdint.h>

#include "base/ctx.h"

struct db;

struct booking {
	const char *id;            /* "bk_" and 32 hex digits */
	const char *builder;
	const char *session_type;
	const char *client;        /* subject of a sign-in; NULL: guest */
	const char *name;          /* these six: the newest by told_at win */
	const char *email;
	const char *timezone;
	int64_t start_at;
	int64_t end_at;
	const char *source;        /* "calendly", "direct", "admin" */
	const char *invitee;       /* Calendly invitee uuid, or NULL */
	const char *invitee_uri;
	const char *calendly_event;
	int64_t told_at;           /* Calendly's updated_at; 0: a claim */
	const char *contradiction; /* set once */
	int64_t amount;            /* the snapshot: price, and its rules */
	const char *currency;
	const char *policy;
	int64_t created_at;
	int64_t hold_at;
	int64_t cancelled_at;      /* 0: not; the earliest wins */
	const char *cancelled_by;
	const char *cancel_reason;
	const char *moved_to;      /* set once */
	const char *moved_from;    /* set once */
	int64_t no_show;           /* the newest by no_show_at wins */
	int64_t no_show_at;
	const char *status;
	const char *payment_status;
	int64_t updated_at;
};

struct booking_list {
	const struct booking *rows;
	size_t count;
};

/* The booking called id; *ret is NULL if there is none. */
enum err booking_get_tx(struct ctx *c, struct db *db, const char *id,
    struct booking **ret) MUST_USE;

/* The booking of Calendly's invitee; *ret is NULL if there is none. */
enum err booking_by_invitee_tx(struct ctx *c, struct db *db,
    const char *invitee, struct booking **ret) MUST_USE;

/* The booking that says it was moved from that invitee's; NULL if none. */
enum err booking_moved_from_tx(struct ctx *c, struct db *db,
    const char *invitee, struct booking **ret) MUST_USE;

/* The booking that says it was moved to that invitee's; NULL if none. */
enum err booking_moved_to_tx(struct ctx *c, struct db *db,
    const char *invitee, struct booking **ret) MUST_USE;

/* id is one of ours, or an invitee uuid. */
enum err booking_find_tx(struct ctx *c, struct db *db, const char *id,
    struct booking **ret) MUST_USE;

/* Does id look like one of ours? */
int booking_is_id(const char *id);

enum err booking_add_tx(struct ctx *c, struct db *db,
    const struct booking *b) MUST_USE;

/* Writes all of b back.  Only settle.c calls this. */
enum err booking_save_tx(struct ctx *c, struct db *db,
    const struct booking *b) MUST_USE;

/*
 * Is the time of b, which need not be stored, taken by another live booking
 * of its builder: a confirmed one, or one that is still held or whose payment
 * is on its way?  A claim that Calendly has not confirmed holds no time:
 * anybody can make one.  Seats of one Calendly event share their time.
 */
enum err booking_overlaps_tx(struct ctx *c, struct db *db,
    const struct booking *b, int *ret) MUST_USE;

/* The newest `limit`, newest first. */
enum err booking_list_tx(struct ctx *c, struct db *db, int64_t limit,
    struct booking_list *ret) MUST_USE;

#endif
