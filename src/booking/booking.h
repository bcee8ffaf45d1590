/*
 * booking: one seat at one time, and the facts known about it.
 *
 * A row holds facts, and what is computed from them: which cancellation
 * counts, and the two statuses.  Nobody but settle.c writes these.  Facts grow
 * by the rules beside each one.
 */
#ifndef BOOKING_BOOKING_H
#define BOOKING_BOOKING_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct db_rows;
struct db_table;

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
	int64_t auto_refund;
	int64_t late_hours;
	int64_t created_at;
	int64_t hold_at;
	int64_t asked_cancel_at;   /* here; 0: nobody; the earliest wins */
	const char *asked_cancel_by;
	const char *asked_cancel_reason;
	int64_t told_cancel_at;    /* at Calendly; 0: not; the earliest wins */
	const char *told_cancel_by;
	const char *told_cancel_reason;
	int64_t cancelled_at;      /* computed: status_cancellation */
	const char *cancelled_by;
	const char *cancel_reason;
	int64_t refund_goal;       /* the larger wins */
	const char *refund_asked_by;
	const char *refund_reason;
	const char *moved_to;      /* set once: invitee uuid or booking id */
	const char *moved_from;    /* set once: likewise */
	int64_t moved_told;        /* Calendly moved it away, not an admin */
	int64_t no_show;           /* the newest by no_show_at wins */
	int64_t no_show_at;
	const char *status;
	const char *payment_status;
	int64_t updated_at;
	int64_t link_serial;       /* of links that open it; the larger wins */
	int64_t erased_at;         /* its person was removed; 0: not */
	struct booking *as_read;   /* as its row is; NULL: not known */
};

struct booking_list {
	const struct booking *rows;
	size_t count;
};

/* A seat that was moved more often than this is a loop. */
enum { BOOKING_CHAIN_MAX = 64 };

/* Was its person removed?  Not from one that is not there. */
enum err booking_is_erased_tx(struct ctx *c, struct db *db, const char *id,
    int *ret) MUST_USE;

/* The booking called id; *ret is NULL if there is none. */
enum err booking_get_tx(struct ctx *c, struct db *db, const char *id,
    struct booking **ret) MUST_USE;

/* The booking of Calendly's invitee; *ret is NULL if there is none. */
enum err booking_by_invitee_tx(struct ctx *c, struct db *db,
    const char *invitee, struct booking **ret) MUST_USE;

/* The booking that says it was moved from that one; NULL if none. */
enum err booking_moved_from_tx(struct ctx *c, struct db *db,
    const char *id, struct booking **ret) MUST_USE;

/* The booking that says it was moved to that one; NULL if none. */
enum err booking_moved_to_tx(struct ctx *c, struct db *db,
    const char *id, struct booking **ret) MUST_USE;

/* What the sides of a move call b: its invitee uuid, else its id. */
const char *booking_name(const struct booking *b);

/*
 * The booking that carries the seat of b now: the last one of those it was
 * moved to, as far as we know them.  A chain that loops ends somewhere.
 */
enum err booking_head_tx(struct ctx *c, struct db *db, struct booking *b,
    struct booking **ret) MUST_USE;

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

/*
 * How many direct seats a client keeps from others without having paid, and
 * when the first of them is free again (0: there is none).  A client who
 * signs in is known by that (client), a guest by the address.
 */
struct booking_unpaid {
	int64_t count;
	int64_t ends_at;
};
enum err booking_unpaid_tx(struct ctx *c, struct db *db, const char *client,
    const char *email, struct booking_unpaid *ret) MUST_USE;

struct booking_filter {
	const char *status; /* as status_at says it; NULL: any */
	const char *email;  /* of the client, in any case; NULL: any */
	int64_t limit;
};

/* The newest ones, newest first. */
enum err booking_list_tx(struct ctx *c, struct db *db,
    const struct booking_filter *filter, struct booking_list *ret) MUST_USE;

/* All of who has that address (in any case), but for erased ones. */
enum err booking_of_email_tx(struct ctx *c, struct db *db,
    const char *email, struct booking_list *ret) MUST_USE;

struct booking_age {
	int64_t before;    /* ended before then */
	int64_t after_end; /* behind the booking that ended then; 0: from the */
	const char *after; /* first; and this is its id */
};

/* The first BOOKING_BATCH, by their end, whose people are still there. */
enum err booking_past_tx(struct ctx *c, struct db *db,
    const struct booking_age *age, struct booking_list *ret) MUST_USE;

/* Those in which attention.c looks for what a person must see to. */
enum err booking_suspects_tx(struct ctx *c, struct db *db,
    struct booking_list *ret) MUST_USE;

/* The same, by their ids only, one in a row. */
enum err booking_suspect_ids_tx(struct ctx *c, struct db *db,
    struct db_rows *ret) MUST_USE;

/* Up to BOOKING_BATCH of all, by id, behind `after` ("": from the start). */
enum { BOOKING_BATCH = 100 };
enum err booking_after_tx(struct ctx *c, struct db *db, const char *after,
    struct booking_list *ret) MUST_USE;

/* For db/row.h. */
extern const struct db_table booking_table;

#endif
