#include "web/origin.h"

#include <string.h>

#include "web/req.h"
#include "web/resp.h"

/* Is origin the scheme, host and port that url starts with? */
static int
starts(const char *url, const char *origin)
{
	size_t len = strlen(origin);

	return url != NULL && strncmp(url, origin, len) == 0 &&
	    (url[len] == '\0' || url[len] == '/');
}

enum err
origin_check(struct ctx *c, const struct conf *conf, const struct req *rq,
    struct resp *rs)
{
	const char *origin = req_param(rq, "HTTP_ORIGIN");
	const char *site = req_param(rq, "HTTP_SEC_FETCH_SITE");

	if (origin == NULL) {
		/* A form or an image of another site, in a modern browser. */
		if (site != NULL && strcmp(site, "cross-site") == 0 &&
		    strcmp(rq->method, "GET") != 0)
			return ctx_fail(c, E_FORBIDDEN, "cross-site call");
		return OK;
	}
	if (starts(conf_get(conf, "PUBLIC_BASE_URL"), origin))
		return OK;
	if (!conf_names(conf, "ALLOWED_ORIGINS", origin))
		return ctx_fail(c, E_FORBIDDEN, "origin is not allowed");
	/* The configured text equals the header's: safe to repeat. */
	resp_header(c, rs, "Access-Control-Allow-Origin", "%s", origin);
	resp_header(c, rs, "Access-Control-Allow-Credentials", "true");
	resp_header(c, rs, "Access-Control-Expose-Headers", "X-Request-Id");
	resp_header(c, rs, "Vary", "Origin");
	return OK;
}
