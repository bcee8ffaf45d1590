#include "web/origin.h"

#include <string.h>

#include "web/req.h"
#include "web/resp.h"

/* Is origin the scheme, host and port that url starts with, all of it? */
static int
is_origin_of(const char *url, const char *origin)
{
	const char *host = url == NULL ? NULL : strstr(url, "://");
	size_t len;

	if (host == NULL)
		return 0;
	len = (size_t)(host - url) + 3;
	len += strcspn(url + len, "/");
	return strlen(origin) == len && strncmp(url, origin, len) == 0;
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
	if (is_origin_of(conf_get(conf, "PUBLIC_BASE_URL"), origin))
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
