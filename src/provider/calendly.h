/*
 * calendly: asking Calendly's API.
 *
 * What a browser claims about a booking is checked with Calendly itself before
 * money is asked for, and a time nobody paid for is given up there.  Lists are
 * in provider/calendly_list.h, webhook subscriptions in provider/calendly_hook.h.
 */
#ifndef PROVIDER_CALENDLY_H
#define PROVIDER_CALENDLY_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct ctx;
struct http;

/* Lives as long as the process; the texts are the caller's. */
struct calendly {
	struct http *http; /* of this thread */
	const char *base;  /* "https://api.calendly.com", no slash behind */
	const char *token;
	/* How many microseconds a second of waiting lasts; 0: NOW_SECOND.
	 * Tests have shorter seconds. */
	int64_t second;
};

/* A seat, as well as the asker knows it. */
struct calendly_seat {
	const char *invitee; /* id; must be there */
	/* Id of the scheduled event.  NULL: it is looked for (the redirect
	 * after a booking does not carry it) among the events of host that
	 * email is invited to and that begin within a minute of start. */
	const char *event;
	const char *host; /* user URI */
	const char *email;
	int64_t start;    /* microseconds; 0: at any time */
	int64_t deadline; /* end of all waiting, on now_monotonic's clock */
};

/* So many events of one host, guest and time are looked into. */
enum { CALENDLY_LOOK_MAX = 10 };

/*
 * The seat as Calendly knows it, as text for calendly_event_parse; *ret lives
 * in c.  E_NOBOOKING: there is no such seat (or ids and host cannot be ones,
 * then nobody was asked).  E_CALENDLY: no answer, or none to rely on; with
 * c->retry_after set where Calendly said when to come back.  E_INTERNAL: our
 * token is refused.
 */
enum err calendly_invitee_read(struct ctx *c, const struct calendly *cal,
    const struct calendly_seat *seat, char **ret) MUST_USE;

/* Whose token it is; nothing else tells. */
struct calendly_user {
	const char *uri, *organization; /* in c */
};

/* Failures as above. */
enum err calendly_me(struct ctx *c, const struct calendly *cal,
    int64_t deadline, struct calendly_user *ret) MUST_USE;

/* A scheduled event to be cancelled, with all its seats. */
struct calendly_cancel {
	const char *event;  /* id */
	const char *reason; /* the invitee reads it in a mail; or NULL */
	int64_t deadline;   /* end of all waiting, on now_monotonic's clock */
};

enum calendly_cancelled {
	CALENDLY_CANCELLED, /* now, or it was before */
	CALENDLY_SHARED,    /* others have seats in it: nothing was done */
	CALENDLY_GONE       /* Calendly knows no such event */
};

/*
 * Cancels the event, for all its invitees, who get Calendly's mail as if the
 * host had done it.  Calendly takes no idempotency key, and refuses what is
 * cancelled already with 403: so it is looked at first, and again wherever the
 * answer leaves it open; calling this again is safe.  E_CALENDLY: nobody
 * knows, with c->retry_after as above.  E_INTERNAL: our token is refused.
 */
enum err calendly_event_cancel(struct ctx *c, const struct calendly *cal,
    const struct calendly_cancel *what,
    enum calendly_cancelled *ret) MUST_USE;

/*
 * Asks Calendly to remove all data of the people in body (JSON, "emails"): it
 * takes up to a week.  Asking twice does no harm.  E_CALENDLY and E_INTERNAL as
 * above: the token needs the right to it, and the account a plan that has it.
 */
enum err calendly_forget(struct ctx *c, const struct calendly *cal,
    const char *body, int64_t deadline) MUST_USE;

#endif
