/*
 * auth_jwt: people whom a sign-in service vouches for, by a signed token in
 * Authorization: Bearer or in a cookie of that service.
 */
#ifndef WEB_AUTH_JWT_H
#define WEB_AUTH_JWT_H

#include "base/conf.h"
#include "base/ctx.h"

struct auth_jwt;
struct caller;
struct req;

/*
 * From AUTH_JWT_*, of which key, algorithms and issuer are set; lives until
 * auth_jwt_free.  E_BADREQ with the key and the reason.
 */
enum err auth_jwt_new(struct ctx *c, const struct conf *conf,
    struct auth_jwt **ret) MUST_USE;
void auth_jwt_free(struct auth_jwt *jwt);

/*
 * Adds who rq's token is about; or why the token counts for nothing, as
 * if it were not there: who it was about is not signed in any more.
 */
void auth_jwt_identify(struct ctx *c, const struct auth_jwt *jwt,
    const struct req *rq, struct caller *who);

#endif
