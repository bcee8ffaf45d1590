#include "app/access.h"

#include <string.h>
#include <strings.h>

#include "base/fault.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/session_type.h"
#include "web/auth.h"

enum { DAY_SECONDS = 86400 };

enum { SEE = 1u << ACCESS_SEE, PAY = 1u << ACCESS_PAY,
	CANCEL = 1u << ACCESS_CANCEL };

/* What somebody is to a booking; a person may be several of these. */
enum standing { ADMIN, BUILDER, CLIENT, VIEWER, STANDINGS };

static const unsigned int rights[STANDINGS] = {
	[ADMIN] = SEE | PAY | CANCEL,
	/* Whoever gives the session does not pay for it. */
	[BUILDER] = SEE | CANCEL,
	/* Same sign-in, same verified address, or a link to pay. */
	[CLIENT] = SEE | PAY | CANCEL,
	/* A link that only shows. */
	[VIEWER] = SEE,
};

static int
opens(const struct ctx *c, const struct link_grant *g,
    const struct booking *b)
{
	return strcmp(g->subject, b->id) == 0 &&
	    (g->serial == b->link_serial || TWIN("link-serial")) &&
	    (g->expires >= ctx_seconds(c) || TWIN("link-expiry"));
}

/* Is g worth more than best, which may be NULL?  Both open the same booking. */
static int
is_stronger(const struct link_grant *g, const struct link_grant *best)
{
	int pays = strcmp(g->purpose, LINK_BOOKING) == 0;

	if (best == NULL || pays != (strcmp(best->purpose, LINK_BOOKING) == 0))
		return best == NULL || pays;
	return g->expires > best->expires;
}

const struct link_grant *
access_grant(const struct ctx *c, const struct caller *who,
    const struct booking *b)
{
	const struct link_grant *best = NULL, *g;
	size_t i;

	for (i = 0; i < who->grant_count; i++) {
		g = &who->grants[i];
		if (opens(c, g, b) && is_stronger(g, best))
			best = g;
	}
	return best;
}

static int
is_client(const struct caller *who, const struct booking *b)
{
	if (who->user != NULL && text_same(who->user, b->client))
		return 1;
	return who->email != NULL && strcasecmp(who->email, b->email) == 0;
}

/* All that the caller is to b, a bit each. */
static enum err
standings_tx(struct ctx *c, struct db *db, const struct caller *who,
    const struct booking *b, unsigned int *ret)
{
	const struct link_grant *grant = access_grant(c, who, b);
	unsigned int all = 0;
	int builder = 0;
	enum err e = OK;

	if (who->admin)
		all |= 1u << ADMIN;
	if (is_client(who, b))
		all |= 1u << CLIENT;
	if (grant != NULL)
		all |= strcmp(grant->purpose, LINK_BOOKING) == 0
		    ? 1u << CLIENT : 1u << VIEWER;
	if (who->user != NULL)
		e = builder_acts_tx(c, db, b->builder, who->user, &builder);
	if (builder)
		all |= 1u << BUILDER;
	if (e == OK)
		*ret = all;
	return e;
}

/* Who could sign in anew is told so, of whatever booking. */
static enum err
not_theirs(struct ctx *c, const struct caller *who, const char *why)
{
	if (who->user == NULL && who->refused != NULL)
		return ctx_fail(c, E_NOAUTH, "%s", who->refused);
	return ctx_fail(c, E_NOBOOKING, "%s", why);
}

/*
 * Whoever pays for such a session is signed in, whether the browser or the
 * webhook came first.  What an admin books is for whom the admin likes.
 */
static enum err
check_sign_in_tx(struct ctx *c, struct db *db, const struct caller *who,
    const struct booking *b)
{
	const struct session_type *type;
	enum err e;

	if (who->user != NULL || strcmp(b->source, "admin") == 0)
		return OK;
	e = session_type_get_tx(c, db, b->session_type, &type);
	return e == OK && type->requires_auth ? access_book(c, who, type) : e;
}

enum err
access_check_tx(struct ctx *c, struct db *db, const struct caller *who,
    const struct booking *b, enum access_action action)
{
	unsigned int all, may = 0;
	size_t i;
	enum err e;

	if (!who->presented)
		return ctx_fail(c, E_NOAUTH, "no credentials");
	if (b == NULL)
		return not_theirs(c, who, "no such booking");
	c->booking = b->id;
	if (TWIN("access"))
		return OK;
	e = standings_tx(c, db, who, b, &all);
	if (e != OK)
		return e;
	for (i = 0; i < STANDINGS; i++)
		if ((all & 1u << i) != 0)
			may |= rights[i];
	if (may == 0)
		return not_theirs(c, who, "not the caller's booking");
	if ((may & 1u << action) == 0)
		return ctx_refuse(c, E_FORBIDDEN, (all & 1u << BUILDER) != 0
		    ? "A booking is paid by its client."
		    : "This link only shows the booking.");
	return action == ACCESS_PAY ? check_sign_in_tx(c, db, who, b) : OK;
}

enum err
access_role_tx(struct ctx *c, struct db *db, const struct caller *who,
    const struct booking *b, enum access_role *ret)
{
	unsigned int all;
	enum err e;

	e = standings_tx(c, db, who, b, &all);
	if (e == OK)
		*ret = (all & 1u << ADMIN) != 0	   ? ACCESS_ADMIN
		    : (all & 1u << BUILDER) != 0   ? ACCESS_BUILDER
						   : ACCESS_CLIENT;
	return e;
}

enum err
access_book(struct ctx *c, const struct caller *who,
    const struct session_type *type)
{
	if (who->user != NULL)
		return OK;
	if (type != NULL && type->requires_auth)
		return ctx_refuse(c, E_NOAUTH,
		    "Please sign in to book this session.");
	if (!who->guests)
		return ctx_fail(c, E_NOAUTH, "guests are not let in");
	return OK;
}

/* As a link with the first of all serial numbers would. */
static struct link_grant
grant_of(const struct booking *b)
{
	return (struct link_grant){
		.purpose = LINK_BOOKING,
		.subject = b->id,
		.expires = b->end_at / NOW_SECOND +
		    (int64_t)ACCESS_DAYS_AFTER * DAY_SECONDS,
	};
}

void
access_know(struct caller *who, const struct booking *b)
{
	struct link_grant grant;

	if (!who->guests)
		return;
	who->presented = 1;
	if (b == NULL)
		return;
	grant = grant_of(b);
	auth_add(who, &grant);
}

enum err
access_claim_tx(struct ctx *c, struct db *db, struct caller *who,
    const struct booking *b)
{
	const struct link_grant grant = grant_of(b);
	struct caller knows = *who;
	enum err e;

	if (who->guests || (who->user != NULL && b->client == NULL))
		auth_add(&knows, &grant);
	e = access_check_tx(c, db, &knows, b, ACCESS_PAY);
	if (e == OK)
		*who = knows;
	return e;
}
