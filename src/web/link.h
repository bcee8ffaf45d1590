/*
 * link: capabilities, signed text that opens one thing for a while.
 *
 * A token is "<subject>.<serial>.<expiry>.<64 hex digits>", the digits being
 * HMAC-SHA256 of purpose and all before them under LINK_SECRET.  It is bound
 * to its purpose: a token to see a booking does not cancel it.  A subject has
 * a serial number of its own, which is raised to call all its tokens back;
 * whoever knows the subject compares (app/access.h).
 */
#ifndef WEB_LINK_H
#define WEB_LINK_H

#include <stdint.h>

#include "base/conf.h"
#include "base/ctx.h"

/* Longest token that is looked at. */
enum { LINK_TOKEN_MAX = 256 };

/* Purposes: to see, pay and cancel one booking; and only to see it. */
#define LINK_BOOKING "booking"
#define LINK_SEE "see"

/* What a token gives to who has it. */
struct link_grant {
	const char *purpose;
	const char *subject; /* letters, digits, '-', '_' */
	int64_t serial;      /* of the subject, when it was given */
	int64_t expires;     /* the last second at which it opens */
};

/* The token for that, signed by the first of the secrets. */
char *link_make(struct ctx *c, struct conf_list secrets,
    const struct link_grant *grant);

/*
 * Is token one for purpose that any of the secrets signed, and that has not
 * expired?  *ret, in c, is what it gives; untouched if it is not.
 */
int link_open(struct ctx *c, struct conf_list secrets, const char *purpose,
    const char *token, struct link_grant *ret);

#endif
