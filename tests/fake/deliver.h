/*
 * deliver: webhooks on their way to the receiver.
 *
 * Both vendors sign "t.body" afresh for every attempt, take only 2xx for an
 * answer, follow no redirect, and try again with growing pauses: Stripe for
 * three days (facts/stripe.md §9), Calendly for 24 hours, then the
 * subscription is disabled (facts/calendly.md §2).  --speed shortens that.
 */
#ifndef FAKE_DELIVER_H
#define FAKE_DELIVER_H

#include "fake.h"

/* PAUSED: not tried now, and not given up either. */
enum endpoint { ENDPOINT_GONE, ENDPOINT_PAUSED, ENDPOINT_ON };

struct deliver_conf {
	const char *signature_header;
	const char *user_agent;
	int fake_v0;	/* add the v0 that Stripe's test deliveries carry */
	double give_up;	/* after so many seconds of real life */
	int timeout_s;
	/* Is this endpoint still to be tried?  Called with the lock. */
	enum endpoint (*alive)(void *arg, const char *endpoint);
	/* An attempt ended; `final`: there will be no other.  With the lock. */
	void (*result)(void *arg, const char *endpoint, int ok, int final);
	void *arg;
};

struct letter {
	const char *endpoint;	/* its id */
	const char *url, *secret;	/* secret NULL: not signed */
	const char *event, *type, *body;
};

/* Everything here but start and stop needs the lock. */
void deliver_start(struct fake *f, const struct deliver_conf *conf);
void deliver_stop(struct fake *f);
/* Put it in the queue; its number. */
int deliver_add(struct fake *f, const struct letter *l);
/* How many deliveries of this event were not (yet) answered 2xx. */
int deliver_pending(struct fake *f, const char *event);
/* So much time was skipped. */
void deliver_jump(struct fake *f, int64_t by_ms);
/* The endpoint is on, and there: what it was to get goes on, if not too old. */
void deliver_resume(struct fake *f, const char *endpoint, const char *url);
/* Wait until the event is delivered or given up, at most this long. */
void deliver_wait(struct fake *f, const char *event, int64_t ms);
/* Try all that wait once, now; `lost` also those that got lost for good. */
cJSON *deliver_flush(struct fake *f, int lost);
/* What was sent and how it was answered. */
cJSON *deliver_list(struct fake *f, int with_body);

#endif
