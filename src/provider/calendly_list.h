/*
 * calendly_list: what Calendly has, page by page: a host's scheduled events,
 * and the invitees of each as if a webhook had told of them.
 */
#ifndef PROVIDER_CALENDLY_LIST_H
#define PROVIDER_CALENDLY_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct calendly;
struct ctx;

struct calendly_item {
	const char *id;
	const char *text;
};

/* Everything in it lives in the ctx of the call. */
struct calendly_page {
	struct calendly_item *items;
	size_t count;
	const char *next; /* token of the next page; NULL: it is the last */
	/* Questions left in the present minute or so, -1: not said; and when
	 * there are more again, in seconds.  All that use our token share
	 * them: who can wait leaves some to those who cannot. */
	int64_t left, reset;
};

struct calendly_window {
	const char *host;  /* user URI */
	int64_t from;      /* first start, microseconds */
	const char *token; /* of the page; NULL: the first */
	int64_t deadline;  /* end of all waiting, on now_monotonic's clock */
};

/*
 * The host's events that begin at from or later, earliest first, whatever
 * their status.  An item's text is {"resource":{…}}, as if asked for alone.
 * E_NOBOOKING: Calendly has no such user; other failures as
 * calendly_invitee_read.
 */
enum err calendly_list_events(struct ctx *c, const struct calendly *cal,
    const struct calendly_window *window,
    struct calendly_page *ret) MUST_USE;

/* The event types of that user that can be booked, on the page of that token.
 * An item's text is as above, as are the failures. */
enum err calendly_list_types(struct ctx *c, const struct calendly *cal,
    const char *user, const char *token, int64_t deadline,
    struct calendly_page *ret) MUST_USE;

/*
 * The invitees of an event of such a list, on the page of that token.  An
 * item's text is for calendly_event_parse: canceled ones, both sides of a
 * move, and no-shows are among them.
 */
enum err calendly_list_invitees(struct ctx *c, const struct calendly *cal,
    const struct calendly_item *event, const char *token, int64_t deadline,
    struct calendly_page *ret) MUST_USE;

#endif
