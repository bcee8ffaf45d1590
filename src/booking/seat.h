/*
 * seat: how a booking comes to be, and what Calendly says about it.
 *
 * Three ways in: Calendly's word about an invitee, a browser's claim to have
 * booked there, and a request for a time of ours.  The first two meet in one
 * booking by the invitee's uuid.  Price, currency, length, builder and policy
 * always come from our session type.
 */
#ifndef BOOKING_SEAT_H
#define BOOKING_SEAT_H

#include <stdint.h>

#include "base/ctx.h"
#include "booking/history.h"

struct booking;
struct db;
struct event_outcome;

/* What Calendly says about one invitee: the whole of it, every time. */
struct seat_invitee {
	const char *booking;     /* id it gets if there is none; NULL: any */
	const char *invitee;     /* uuid */
	const char *invitee_uri;
	const char *event;       /* scheduled event uuid */
	const char *event_type;  /* event type uuid; NULL: left out */
	const char *name;
	const char *email;
	const char *timezone;    /* or NULL */
	int64_t start_at, end_at; /* 0: left out */
	int64_t updated_at;      /* which of two is newer */
	int64_t told_at;         /* when this was said */
	int canceled;
	int moved;               /* canceled because it moved */
	int64_t canceled_at;
	const char *canceled_by; /* "client" or "builder" */
	const char *reason;      /* or NULL */
	const char *old_invitee; /* moved from there, or NULL */
	const char *new_invitee; /* moved to there, or NULL */
	int no_show;             /* 1 marked, 0 unmarked, -1 not said */
	int native_payment;      /* paid inside Calendly */
};

/*
 * Adds it to the facts of its booking, which is made if there is none yet.
 * Parked: the body left out the times (a job reads them), or nobody sells
 * that event type yet.
 */
enum err seat_invitee_tx(struct ctx *c, struct db *db,
    const struct seat_invitee *told, const struct history_source *by,
    struct event_outcome *ret) MUST_USE;

/* What somebody asks for in a browser; checked for form, not for truth. */
struct seat_request {
	const char *booking;      /* the id it will get */
	const char *session_type; /* ours; NULL for a claim */
	const char *event_type;   /* a claim: Calendly event type uuid */
	const char *invitee;      /* a claim: invitee uuid */
	const char *event;        /* a claim: scheduled event uuid, or NULL */
	int64_t start_at;
	const char *name;
	const char *email;
	const char *timezone;
	const char *client;       /* signed in as, or NULL */
	int by_admin;             /* may take a time that is not offered */
};

/*
 * The booking of a claim to have booked at Calendly: the one there is, or a
 * new unverified one.  E_NOTYPE: nobody sells that event type; E_CONFLICT: the
 * time has passed.
 */
enum err seat_claim_tx(struct ctx *c, struct db *db,
    const struct seat_request *rq, struct booking **ret) MUST_USE;

/*
 * A booking directly with us.  E_CONFLICT, with words: in the past, not
 * offered, or taken.  Overlap is checked in the transaction that books.
 */
enum err seat_request_tx(struct ctx *c, struct db *db,
    const struct seat_request *rq, struct booking **ret) MUST_USE;

#endif
