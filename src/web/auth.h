/*
 * auth: who is calling, before anybody asks what they may do.
 *
 * Several methods can be on (AUTH).  Each adds what it knows to the caller;
 * none reads anything a client could forge: a user comes from nginx as a
 * FastCGI parameter, or is signed for by a service we trust; a capability
 * carries our signature.  Deciding is elsewhere (app/access.h).
 */
#ifndef WEB_AUTH_H
#define WEB_AUTH_H

#include "base/conf.h"
#include "base/ctx.h"

struct req;
struct resp;

enum { CALLER_LINKS = 32 };

struct caller {
	const char *user;  /* subject of a sign-in, or NULL */
	const char *email; /* verified by who signed them in, or NULL */
	int admin;
	const char *bookings[CALLER_LINKS]; /* opened by a capability */
	size_t booking_count;
	int presented;     /* showed any credentials, good or bad */
	const char *refused; /* why a sign-in they showed counts for nothing */
};

struct auth;

/*
 * From AUTH, AUTH_..., LINK_SECRET and PUBLIC_BASE_URL; lives until
 * auth_free.  E_BADREQ: an unknown method, or one that lacks its settings.
 */
enum err auth_new(struct ctx *c, const struct conf *conf,
    struct auth **ret) MUST_USE;
void auth_free(struct auth *auth);

/* What rq proves about its sender.  Never fails: the unknown are nobody. */
void auth_identify(struct ctx *c, const struct auth *auth,
    const struct req *rq, struct caller *ret);

/* Does the caller hold a capability for this booking? */
int auth_opens(const struct caller *who, const char *booking);

/* Adds a capability that was proved in another way, e.g. invitee uuid. */
void auth_add(struct caller *who, const char *booking);

/*
 * Gives the caller's browser the capability for booking, as an HttpOnly
 * SameSite cookie.  Nothing happens where guests are not let in.
 */
void auth_remember(struct ctx *c, const struct auth *auth, struct resp *rs,
    const char *booking);

/* The link that opens booking for whoever has it; NULL where guests are off. */
char *auth_link(struct ctx *c, const struct auth *auth, const char *booking);

/* Are guests let in? */
int auth_guests(const struct auth *auth);

#endif
