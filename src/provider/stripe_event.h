/*
 * stripe_event: Stripe's JSON -> the few fields we use.
 *
 * One reader for what webhooks bring and what API calls answer.  Fields come
 * and go between API versions, and enums grow: whatever is absent, null or of
 * an unexpected type reads as "not said" (NULL, 0, or -1 for money), and
 * unknown values are passed on as they are.
 */
#ifndef PROVIDER_STRIPE_EVENT_H
#define PROVIDER_STRIPE_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct ctx;

/* All texts live in the ctx they were parsed with. */
struct stripe_object {
	const char *object; /* "checkout.session", "charge", "refund" … */
	const char *id;
	/* Our booking id: metadata.bookingId, else client_reference_id.
	 * Disputes carry none, refunds only when we asked for them. */
	const char *booking;
	const char *reference;      /* client_reference_id alone */
	const char *checkout;       /* metadata.checkoutId: our attempt */
	const char *status;         /* each kind has its own words */
	const char *payment_status; /* sessions: paid, unpaid,
	                               no_payment_required */
	const char *mode;           /* sessions: payment, subscription, setup */
	const char *currency;       /* lower case */
	/* The PaymentIntent it is about: its own id, or the one it names.  NULL
	 * for sessions nobody started to pay, free and subscription ones. */
	const char *payment_intent;
	const char *charge; /* likewise; of an intent, the latest one */
	const char *url;    /* sessions: the page to pay on, while open */
	/* Why: of a refund or dispute, or why an intent was canceled. */
	const char *reason;
	/* What went wrong: a refund's failure_reason, a charge's failure_code,
	 * an intent's last error code; decline_code is the bank's own word. */
	const char *failure, *decline_code;
	const char *pending_reason; /* refunds that wait */
	/* Money in the smallest unit of currency; -1: not said. */
	int64_t amount;          /* sessions: amount_total, after discounts */
	int64_t amount_subtotal; /* sessions: before discounts and tax */
	int64_t amount_discount; /* sessions: total_details.amount_discount */
	int64_t amount_received; /* intents */
	int64_t amount_refunded; /* charges: all refunds so far */
	int refunded;            /* charges: in full */
	/* Unix seconds; 0: not said. */
	int64_t created;
	int64_t expires_at; /* sessions */
	int64_t due_by;     /* disputes: last moment for evidence */
	int livemode;
};

struct stripe_event {
	const char *id;   /* "evt_…", the dedupe key */
	const char *type; /* "checkout.session.completed" … */
	const char *account; /* connected account it happened in, or NULL */
	int64_t created;     /* unix seconds; says nothing about order */
	int livemode;
	/* A v2 notification: it names its object (id and kind, all else not
	 * said) but holds no snapshot.  Nothing may be concluded from it. */
	int thin;
	struct stripe_object object;
};

/* Stripe's own limit for one page. */
enum { STRIPE_EVENT_LIST_MAX = 100 };

struct stripe_list {
	struct stripe_object *items; /* newest first */
	size_t count;
	int more; /* Stripe has further ones */
};

/*
 * A webhook body.  E_BADREQ unless it is an event with an id, a type and an
 * object in it.  object.id may be NULL: some kinds (a balance) have none.
 */
enum err stripe_event_parse(struct ctx *c, const char *bytes, size_t len,
    struct stripe_event *ret) MUST_USE;

/* An API answer that is one object.  E_STRIPE if it is not one with an id. */
enum err stripe_event_object(struct ctx *c, const char *bytes, size_t len,
    struct stripe_object *ret) MUST_USE;

/* An API answer that is a list of at most STRIPE_EVENT_LIST_MAX objects.
 * E_STRIPE if it is not. */
enum err stripe_event_list(struct ctx *c, const char *bytes, size_t len,
    struct stripe_list *ret) MUST_USE;

struct stripe_texts {
	char **items;
	size_t count;
	int more; /* Stripe has further ones */
};

/* The same list, each object as JSON text: of a list of events, the body a
 * webhook brings. */
enum err stripe_event_texts(struct ctx *c, const char *bytes, size_t len,
    struct stripe_texts *ret) MUST_USE;

/* Could text be one of Stripe's ids: 1 to 255 letters, digits, _ and -?
 * Others are read as absent, so that ids are safe in a path and in a log. */
int stripe_event_is_id(const char *text);

#endif
