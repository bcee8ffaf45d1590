/*
 * calendly_event: Calendly's JSON -> the few fields we use.
 *
 * A webhook's payload is the invitee: one seat in one scheduled event.  There
 * is no "rescheduled" event: a move is the old invitee canceled (rescheduled
 * set, new_invitee named) and a new one created (old_invitee named), in any
 * order.  Nor is there a delivery id: see calendly_event_key.
 *
 * Whatever is absent, null or of an unexpected type reads as "not said"; what
 * is no booking at all is still an event, to be stored and left alone, because
 * Calendly disables a subscription whose deliveries are refused.
 */
#ifndef PROVIDER_CALENDLY_EVENT_H
#define PROVIDER_CALENDLY_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct ctx;

/* What an API answer is called once it went through calendly_event_compose;
 * Calendly itself has no such event. */
#define CALENDLY_EVENT_READ "invitee.read"

/* All texts live in the ctx they were parsed with; times are microseconds
 * since 1970, 0: not said.  Ids are the last part of their URI. */
struct calendly_event {
	const char *event; /* "invitee.created", "invitee.canceled",
	                      "invitee_no_show.created" … */
	int64_t created_at; /* of the event, often cut to whole seconds */
	/* It is about a seat: invitee, invitee_uri, scheduled and event_uri
	 * are there.  Otherwise odd says what it is, for the records. */
	int has_invitee;
	const char *odd;
	/* The seat. */
	const char *invitee, *invitee_uri;
	const char *status; /* "active" or "canceled" */
	const char *name, *email;
	const char *timezone;   /* IANA, old names too; NULL is allowed */
	const char *reference;  /* utm_content: ours if we put one there, but
	                           the invitee can see and change it */
	int64_t updated_at;     /* which of two deliveries is newer */
	int native_payment;     /* Calendly took money itself */
	/* How it moved: rescheduled is only set on the old side. */
	int rescheduled;
	const char *old_invitee, *new_invitee;
	/* How it ended. */
	const char *canceler_type; /* "host" or "invitee" */
	const char *cancel_reason; /* NULL if none was given */
	int64_t canceled_at;
	const char *no_show_uri; /* marked as no-show */
	/* The scheduled event: old deliveries know no more than its URI. */
	const char *scheduled, *event_uri;
	const char *event_type, *event_type_uri;
	const char *title;
	const char *event_status; /* stays "active" while seats remain */
	int64_t start, end;
	const char *const *hosts; /* user URIs */
	size_t host_count;
	/* SHA-256 in hex, of the body; of the payload in CALENDLY_EVENT_READ,
	 * where the rest is the moment of our asking. */
	const char *digest;
};

/* Hosts beyond this many are not read. */
enum { CALENDLY_EVENT_HOSTS_MAX = 20 };

/* E_BADREQ only if bytes is not a JSON object with an event name. */
enum err calendly_event_parse(struct ctx *c, const char *bytes, size_t len,
    struct calendly_event *ret) MUST_USE;

/*
 * What two deliveries of the same fact have in common, in c.  A seat is
 * created once and canceled once; a no-show can be set and taken back many
 * times; an API answer is new when anything in it is.  Who subscribed has no
 * part in it: two subscriptions deliver the same fact.
 */
char *calendly_event_key(struct ctx *c, const struct calendly_event *ev);

/* The texts of two API answers, {"resource":{…}}. */
struct calendly_resources {
	const char *invitee;
	size_t invitee_len;
	const char *event; /* NULL: not read */
	size_t event_len;
};

/*
 * The two as if a webhook had brought them, under the name CALENDLY_EVENT_READ
 * and c->now, so that one parser reads both.  *ret lives in c.  E_CALENDLY if
 * they are not what they should be, or not about the same event.
 */
enum err calendly_event_compose(struct ctx *c,
    const struct calendly_resources *from, char **ret) MUST_USE;

#endif
