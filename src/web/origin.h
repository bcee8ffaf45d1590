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
 * E_FORBIDDEN if a browser says that a page of another site than ours or
 * ALLOWED_ORIGINS makes this call.  For an allowed one the CORS headers are
 * added.  A caller that is not a browser names no origin and passes.
 */
enum err origin_check(struct ctx *c, const struct conf *conf,
    const struct req *rq, struct resp *rs) MUST_USE;

#endif
