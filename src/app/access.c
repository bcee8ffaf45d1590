#include "app/access.h"

#include <strings.h>

#include "base/text.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "web/auth.h"

/* The client: same sign-in, same verified address, or a capability. */
static int
is_client(const struct caller *who, const struct booking *b)
{
	if (auth_opens(who, b->id))
		return 1;
	if (who->user != NULL && text_same(who->user, b->client))
		return 1;
	return who->email != NULL && strcasecmp(who->email, b->email) == 0;
}

/* Who could sign in anew is told so, of whatever booking. */
static enum err
not_theirs(struct ctx *c, const struct caller *who, const char *why)
{
	if (who->user == NULL && who->refused != NULL)
		return ctx_fail(c, E_NOAUTH, "%s", who->refused);
	return ctx_fail(c, E_NOBOOKING, "%s", why);
}

enum err
access_check_tx(struct ctx *c, struct db *db, const struct caller *who,
    const struct booking *b, enum access_action action)
{
	int builder = 0;
	enum err e;

	if (!who->presented)
		return ctx_fail(c, E_NOAUTH, "no credentials");
	if (b == NULL)
		return not_theirs(c, who, "no such booking");
	c->booking = b->id;
	if (who->admin || is_client(who, b))
		return OK;
	if (who->user != NULL) {
		e = builder_acts_tx(c, db, b->builder, who->user, &builder);
		if (e != OK)
			return e;
	}
	if (!builder)
		return not_theirs(c, who, "not the caller's booking");
	/* Whoever gives the session does not pay for it. */
	if (action == ACCESS_PAY)
		return ctx_refuse(c, E_FORBIDDEN,
		    "A booking is paid by its client.");
	return OK;
}

enum err
access_role_tx(struct ctx *c, struct db *db, const struct caller *who,
    const struct booking *b, enum access_role *ret)
{
	int builder = 0;
	enum err e = OK;

	if (!who->admin && who->user != NULL)
		e = builder_acts_tx(c, db, b->builder, who->user, &builder);
	if (e == OK)
		*ret = who->admin ? ACCESS_ADMIN
		    : builder	  ? ACCESS_BUILDER
				  : ACCESS_CLIENT;
	return e;
}
