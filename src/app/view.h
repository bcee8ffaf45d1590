/*
 * view: what people may see of a booking, as the pages and scripts read it.
 *
 * First name and times, no address and no e-mail: a link can be forwarded.
 */
#ifndef APP_VIEW_H
#define APP_VIEW_H

#include "base/ctx.h"

struct booking;
struct builder;
struct cJSON;
struct caller;
struct cancel_result;
struct checkout;
struct db;
struct session_type;

struct view {
	const struct booking *booking;
	const struct session_type *type;
	const struct builder *builder;
	const struct checkout *open; /* its open session, while money is owed; or NULL */
	int may_pay, may_cancel;     /* this caller, now */
	int may_sign_in;             /* and pay then */
	const struct cancel_result *cancelled; /* or NULL: it is not */
};

/*
 * Loads all that is shown of b to the caller, who may see it.
 */
enum err view_load_tx(struct ctx *c, struct db *db, const struct booking *b,
    const struct caller *who, struct view *ret) MUST_USE;

/* The members of GET /api/bookings/{id}, into data. */
void view_booking(struct ctx *c, const struct view *v, struct cJSON *data);

/* The members of GET /api/stripe/sessions/{id}, into data. */
void view_session(struct ctx *c, const struct view *v,
    const struct checkout *co, struct cJSON *data);

#endif
