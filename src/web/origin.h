/*
 * origin: which pages may call us from a browser.
 */
#ifndef WEB_ORIGIN_H
#define WEB_ORIGIN_H

#include "base/conf.h"
#include "base/ctx.h"

struct req;
struct resp;

/*
 * E_BADREQ unless PUBLIC_BASE_URL and ALLOWED_ORIGINS, where they are set, name
 * origins as browsers write them: so "*" and "null" are none.
 */
enum err origin_settings(struct ctx *c, const struct conf *conf) MUST_USE;

/*
 * E_FORBIDDEN if a page of another site than ours or ALLOWED_ORIGINS makes
 * this call: by its Origin, or, where a browser names none, by Sec-Fetch-Site.
 * A caller that says neither is no browser of today and passes; but a cookie or
 * a sign-in changes nothing without proof that one of our pages sent it.  For
 * an allowed origin the CORS headers are added.
 */
enum err origin_check(struct ctx *c, const struct conf *conf,
    const struct req *rq, struct resp *rs) MUST_USE;

/* Is origin that of our own pages, or one of ALLOWED_ORIGINS? */
int origin_is_known(const struct conf *conf, const char *origin);

#endif
