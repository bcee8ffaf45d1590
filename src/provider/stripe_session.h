/*
 * stripe_session: what a Checkout Session is asked to be, as the bytes that
 * are sent.  Calls nobody (provider/stripe.h does).
 */
#ifndef PROVIDER_STRIPE_SESSION_H
#define PROVIDER_STRIPE_SESSION_H

#include <stdint.h>

struct ctx;

/*
 * One Checkout Session.  Texts that are NULL or "" are left out of the body;
 * title, currency, booking and success_url must be there.
 */
struct stripe_session_params {
	/* The nine facts of the metadata, on the session and its intent. */
	const char *booking; /* client_reference_id, too; at most 200 bytes */
	const char *builder, *client, *session_type;
	const char *start_time, *end_time; /* RFC 3339 */
	const char *timezone;
	const char *calendly_event;
	int is_calendly;
	/* And a tenth of ours: which attempt made it.  A webhook then finds
	 * its attempt although the answer to its creation was lost. */
	const char *checkout;
	/* What the customer sees. */
	const char *title, *description;
	int64_t amount;       /* smallest unit of currency, above 0 */
	const char *currency; /* lower case */
	const char *email;    /* prefilled, and locked */
	const char *locale;   /* one that Stripe has not is left out */
	const char *promotion_code; /* its id, promo_…, not its text */
	/* May hold the literal {CHECKOUT_SESSION_ID}. */
	const char *success_url;
	const char *cancel_url; /* a back link: leaving expires nothing */
	int64_t expires_at; /* of stripe_session_expiry; 0: Stripe's 24 h */
};

/*
 * The body of POST /v1/checkout/sessions: the same facts give the same bytes.
 * Store it with the idempotency key and send it again as it is: Stripe
 * compares, and refuses a key that comes with another body.  Metadata values
 * are cut to 500 bytes, the title to 5000, the description to 40000, between
 * characters.  Lives in c.
 */
char *stripe_session_body(struct ctx *c,
    const struct stripe_session_params *p);

/*
 * The moment nearest to wanted (unix seconds) at which Stripe lets a session
 * made now end.  Stripe accepts 30 minutes to 24 hours after creation, by its
 * own clock: a little is kept for clocks that differ and for the way there.
 */
int64_t stripe_session_expiry(int64_t now_seconds, int64_t wanted);

#endif
