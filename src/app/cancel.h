/*
 * cancel: somebody gives a booking up, and is told what that gives back.
 */
#ifndef APP_CANCEL_H
#define APP_CANCEL_H

#include <stdint.h>

#include "app/access.h"
#include "base/ctx.h"
#include "booking/status.h"

struct booking;
struct caller;
struct cJSON;
struct db;
struct req;

struct cancel_order {
	const char *booking; /* id, or invitee uuid */
	const char *reason;  /* in the canceller's words, or NULL */
	int dry_run;         /* only say what would be */
};

/* The body of POST /api/bookings/{id}/cancel: E_BADREQ and E_MEDIA with
 * words.  booking is not in it. */
enum err cancel_parse(struct ctx *c, const struct req *rq,
    struct cancel_order *ret) MUST_USE;

struct cancel_result {
	const struct booking *booking; /* as it stands, or would stand, then */
	struct status status;
	int64_t refund;    /* goes back beside what has gone, minor units */
	int64_t due;       /* of that: without a person's help */
	int by_itself;     /* is that all of it? */
	const char *words; /* the same in a sentence */
};

/* Why nobody in that role can cancel b now, in words; NULL: they can. */
const char *cancel_hindrance(const struct booking *b, enum access_role role,
    int64_t now);

/* What a cancelled booking gives back, by the facts about it. */
void cancel_judge(struct ctx *c, const struct status_facts *facts,
    struct cancel_result *ret);

/*
 * Cancels, as whom the caller is: a client by the policy, a builder and an
 * admin with everything paid back.  who NULL: an admin at the command line.
 * What is cancelled already stays as it is and is told again.  E_CONFLICT with
 * words: moved, begun, over; E_NOAUTH, E_NOBOOKING, E_FORBIDDEN: access.h.
 */
enum err cancel_booking(struct ctx *c, struct db *db,
    const struct cancel_order *order, const struct caller *who,
    struct cancel_result *ret) MUST_USE;

/* The members of the answer, into data. */
void cancel_view(const struct cancel_order *order,
    const struct cancel_result *result, struct cJSON *data);

#endif
