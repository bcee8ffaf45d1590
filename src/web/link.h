/*
 * link: capabilities, signed text that opens one thing for a while.
 *
 * A token is "<subject>.<expiry>.<64 hex digits>", the digits being
 * HMAC-SHA256 of purpose, subject and expiry under LINK_SECRET.  It is bound
 * to its purpose: a token to see a booking does not cancel it.
 */
#ifndef WEB_LINK_H
#define WEB_LINK_H

#include <stdint.h>

#include "base/conf.h"
#include "base/ctx.h"

/* Longest token that is looked at. */
enum { LINK_TOKEN_MAX = 256 };

/* To see and pay one booking. */
#define LINK_BOOKING "booking"

/* A token for subject (letters, digits, '-', '_'), good until expires. */
char *link_make(struct ctx *c, struct conf_list secrets, const char *purpose,
    const char *subject, int64_t expires_seconds);

/*
 * The subject of token, in c, if any of the secrets signed it for purpose and
 * it has not expired; NULL otherwise.
 */
const char *link_open(struct ctx *c, struct conf_list secrets,
    const char *purpose, const char *token);

#endif
