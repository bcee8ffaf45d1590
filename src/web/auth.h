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
#include "web/link.h"

struct req;
struct resp;

/* More than the cookies that fit into a header (nginx: 12 KiB), and how many
 * of ours there may be in it, beside a sign-in's. */
enum { CALLER_LINKS = 96, AUTH_COOKIES_MAX = 24 };

struct caller {
	const char *user;  /* subject of a sign-in, or NULL */
	const char *email; /* verified by who signed them in, or NULL */
	int admin;
	int guests;        /* do capabilities count here? */
	struct link_grant grants[CALLER_LINKS]; /* their capabilities */
	size_t grant_count;
	int presented;     /* showed any credentials, good or bad */
	const char *refused; /* why what they showed counts for nothing */
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

/* Adds a capability, also one that was proved in another way. */
void auth_add(struct caller *who, const struct link_grant *grant);

/*
 * Gives the caller's browser that capability, as an HttpOnly SameSite cookie:
 * as strong, and for as long, as what opened the booking.  Of too many the one
 * that ends first goes.  Nothing happens for NULL, and where guests are not let
 * in.
 */
void auth_remember(struct ctx *c, const struct auth *auth, struct resp *rs,
    const struct caller *who, const struct link_grant *grant);

/* The link that gives it to whoever has it; NULL where guests are off. */
char *auth_link(struct ctx *c, const struct auth *auth,
    const struct link_grant *grant);

#endif
