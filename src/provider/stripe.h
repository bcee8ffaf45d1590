/*
 * stripe: calling Stripe's API.
 *
 * Money moves on the other side, so every call ends in one of three ways, and
 * the third is the one to think about: nobody knows whether it was done.  Such
 * a call is repeated with the same key and the very same bytes, or settled by
 * asking; never by making another one.
 */
#ifndef PROVIDER_STRIPE_H
#define PROVIDER_STRIPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct ctx;
struct http;

/* Sent with every call: without it Stripe uses the account's own version.  It
 * does not change what webhooks bring; that follows the endpoint's. */
#define STRIPE_VERSION "2026-10-28.endive"

/* Lives as long as the process; the texts are the caller's. */
struct stripe {
	struct http *http; /* of this thread */
	const char *base;  /* "https://api.stripe.com", no slash behind */
	const char *key;   /* "sk_…" or "rk_…" */
	/* How many microseconds a second of waiting lasts; 0: NOW_SECOND.
	 * Tests have shorter seconds. */
	int64_t second;
};

enum stripe_outcome {
	STRIPE_DONE,    /* a 2xx with JSON in it */
	STRIPE_REFUSED, /* a 4xx that says why; another try gives the same */
	STRIPE_UNKNOWN  /* no or no clear answer: it may have been done */
};

/* Everything in it lives in the ctx of the call. */
struct stripe_answer {
	enum stripe_outcome outcome;
	int http_status; /* of the last try; 0: it got no answer */
	int tries;
	int replayed;           /* Stripe repeated a stored answer */
	const char *request_id; /* Stripe's, for the log; may be NULL */
	const char *body;       /* "" if there was no answer */
	size_t body_len;
	/* Of STRIPE_REFUSED.  Decide by status and code: messages change, may
	 * hold what the customer typed, and are not for the log. */
	const char *error_type, *error_code, *error_param, *error_message;
	const char *decline_code;
	const char *why; /* of STRIPE_UNKNOWN, for the log */
};

struct stripe_request {
	const char *method; /* "GET" or "POST" */
	const char *path;   /* "/v1/…", with the query of a GET */
	/* For POST: at most 255 bytes, "<operation>-<our id>-<attempt>".  The
	 * attempt goes up only after STRIPE_DONE or STRIPE_REFUSED: Stripe
	 * keeps the first answer for a day, errors too. */
	const char *idempotency_key;
	const char *body; /* form text, or NULL */
	/* End of all tries, on now_monotonic's clock.  15 to 20 s ahead is a
	 * good choice where a person waits. */
	int64_t deadline;
};

/*
 * Calls, and tries again where that can help and the deadline leaves room:
 * after a lost or cut answer, 409, 429 and 5xx; Stripe-Should-Retry decides
 * where it is sent.  Never fails but by its outcome.
 */
enum stripe_outcome stripe_call(struct ctx *c, const struct stripe *s,
    const struct stripe_request *rq, struct stripe_answer *ret) MUST_USE;

/*
 * What the outcome means to a request that hangs on it, noted in c: OK,
 * E_STRIPE (unknown), E_DECLINED (402), E_BADREQ (what the customer gave was
 * refused, in words for people), else E_PAYMENT.  doing names the call.
 */
enum err stripe_verdict(struct ctx *c, const char *doing,
    const struct stripe_answer *a) MUST_USE;

/* What is stored before a creation, so that it can be sent again. */
struct stripe_attempt {
	const char *idempotency_key;
	const char *body; /* of stripe_session_body */
};

/* POST /v1/checkout/sessions. */
enum stripe_outcome stripe_session_create(struct ctx *c,
    const struct stripe *s, const struct stripe_attempt *attempt,
    int64_t deadline, struct stripe_answer *ret) MUST_USE;

/* GET /v1/checkout/sessions/{id}: settles what became of one.  An id that
 * cannot be one is refused with 404 and nobody is asked. */
enum stripe_outcome stripe_session_get(struct ctx *c, const struct stripe *s,
    const char *id, int64_t deadline, struct stripe_answer *ret) MUST_USE;

/* POST /v1/checkout/sessions/{id}/expire.  Refused unless it is open: read it
 * again then, it may have been paid meanwhile. */
enum stripe_outcome stripe_session_expire(struct ctx *c,
    const struct stripe *s, const char *id, int64_t deadline,
    struct stripe_answer *ret) MUST_USE;

/* A piece of a list, newest first. */
struct stripe_page {
	int64_t created_gte; /* unix seconds; 0: from the beginning */
	const char *after;   /* id of the last object seen, or NULL */
};

/* GET /v1/checkout/sessions: up to 100, for stripe_event_list.  Settles a
 * creation whose answer was lost: look for the booking. */
enum stripe_outcome stripe_session_list(struct ctx *c, const struct stripe *s,
    const struct stripe_page *page, int64_t deadline,
    struct stripe_answer *ret) MUST_USE;

/* A full page of events must not be bigger than an answer may be. */
enum { STRIPE_HAPPENED_MAX = 50 };

/*
 * GET /v1/events: what happened, of these types (NULL behind the last, at most
 * 20), up to STRIPE_HAPPENED_MAX, for stripe_event_texts.  Stripe keeps them for
 * 30 days, as they were told or should have been.
 */
enum stripe_outcome stripe_happened(struct ctx *c, const struct stripe *s,
    const struct stripe_page *page, const char *const *types,
    int64_t deadline, struct stripe_answer *ret) MUST_USE;

/* GET /v1/promotion_codes: the active ones (one or none) with this text, for
 * stripe_event_list; the id is what a session takes.  A text that cannot be a
 * code is refused with 404 and nobody is asked. */
enum stripe_outcome stripe_promotion_find(struct ctx *c,
    const struct stripe *s, const char *code, int64_t deadline,
    struct stripe_answer *ret) MUST_USE;

#endif
