/*
 * auth_cookie: the token inside a cookie that a sign-in service has set.
 *
 * Clerk's and most others' hold the token itself.  Supabase's hold JSON, in
 * URL encoding or in base64 behind "base64-", and where that is long, in
 * pieces: NAME.0, NAME.1, …
 */
#ifndef WEB_AUTH_COOKIE_H
#define WEB_AUTH_COOKIE_H

#include "base/ctx.h"

struct req;

enum { AUTH_COOKIE_PIECES = 10, AUTH_COOKIE_MAX = 32 * 1024 };

/* What may be a token in the cookie called name, in c; NULL if nothing is. */
const char *auth_cookie_token(struct ctx *c, const struct req *rq,
    const char *name);

#endif
