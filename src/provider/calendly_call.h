/*
 * calendly_call: one question to Calendly's API, and what its answer means.
 */
#ifndef PROVIDER_CALENDLY_CALL_H
#define PROVIDER_CALENDLY_CALL_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct calendly;
struct ctx;
struct http_answer;

struct calendly_request {
	const char *method; /* "GET", "POST", "DELETE" */
	const char *path;   /* "/users/me", with its query */
	const char *body;   /* JSON, or NULL */
	int64_t deadline;   /* end of all waiting, on now_monotonic's clock */
};

/*
 * Asks.  A lost answer and a 5xx are asked for again, once: but never of a
 * POST, which nobody can tell from another one.
 */
void calendly_call(struct ctx *c, const struct calendly *cal,
    const struct calendly_request *rq, struct http_answer *ret);

/*
 * OK for a 2xx.  E_NOBOOKING: there is no such thing.  E_CALENDLY: no answer,
 * or none to rely on; with c->retry_after set where Calendly said when to come
 * back.  E_INTERNAL: our token is refused.
 */
enum err calendly_call_verdict(struct ctx *c,
    const struct http_answer *a) MUST_USE;

#endif
