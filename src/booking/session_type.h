/*
 * session_type: what can be booked, and for how much.
 */
#ifndef BOOKING_SESSION_TYPE_H
#define BOOKING_SESSION_TYPE_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct db_table;

struct session_type {
	const char *id;
	const char *builder;
	const char *title;
	const char *description;    /* or NULL */
	int64_t minutes;
	int64_t amount;             /* minor units; 0: free */
	const char *currency;       /* three lower-case letters */
	const char *calendly_type;  /* Calendly event type uuid, or NULL */
	const char *scheduling_url; /* its page, or NULL */
	int64_t direct;             /* bookable without Calendly? */
	const char *hours;          /* base/hours.h; NULL: always */
	int64_t notice_minutes;
	int64_t horizon_days;
	int64_t requires_auth;
	int64_t hold_minutes;
	const char *policy;         /* booking/policy.h */
	int64_t auto_refund;        /* does the system pay back what the policy
	                               owes, unasked? */
	int64_t late_hours;         /* so long money without a seat waits for
	                               a new time */
	int64_t active;
	int64_t created_at;
};

struct session_type_list {
	const struct session_type *rows;
	size_t count;
};

/* The type called id; *ret is NULL if there is none. */
enum err session_type_get_tx(struct ctx *c, struct db *db, const char *id,
    const struct session_type **ret) MUST_USE;

/* The type sold through this Calendly event type; *ret NULL if none. */
enum err session_type_by_calendly_tx(struct ctx *c, struct db *db,
    const char *uuid, const struct session_type **ret) MUST_USE;

/* All, or only the active ones, by id. */
enum err session_type_list_tx(struct ctx *c, struct db *db, int only_active,
    struct session_type_list *ret) MUST_USE;

/*
 * Makes or changes one.  E_BADREQ with words if a value makes no sense: an
 * unknown currency, an amount Stripe would refuse, a policy or hours that do
 * not read.  Bookings made before keep their snapshot.
 */
enum err session_type_set_tx(struct ctx *c, struct db *db,
    const struct session_type *t) MUST_USE;

/* For db/row.h. */
extern const struct db_table session_type_table;

#endif
