#include "web/origin.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "web/req.h"
#include "web/resp.h"

/* How much of url is its scheme, host and port; 0 if it has none. */
static size_t
origin_length(const char *url)
{
	const char *host = url == NULL ? NULL : strstr(url, "://");
	size_t before;

	if (host == NULL)
		return 0;
	before = (size_t)(host - url) + 3;
	return before + strcspn(url + before, "/");
}

/* Is origin what url starts with, all of it? */
static int
is_origin_of(const char *url, const char *origin)
{
	size_t len = origin_length(url);

	return len > 0 && strlen(origin) == len &&
	    strncmp(url, origin, len) == 0;
}

/* The number behind a host, if it must be said: 443 goes without for https. */
static int
is_port(const char *text, const char *standard)
{
	int64_t port;

	return text_number(text, strlen(text), &port) && *text != '0' &&
	    port <= 65535 && strcmp(text, standard) != 0;
}

/* Is it written as browsers write it?  Only then can the two be equal. */
static int
is_origin(const char *text)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyz0123456789-._";
	int https = strncmp(text, "https://", 8) == 0;
	const char *host, *end;

	if (!https && strncmp(text, "http://", 7) != 0)
		return 0;
	host = text + (https ? 8 : 7);
	end = host + strspn(host, name);
	if (*host == '[')
		end = host + 1 + strspn(host + 1, "0123456789abcdef:.");
	if (*host == '[' && *end++ != ']')
		return 0;
	if (end == host)
		return 0;
	return *end == '\0' ||
	    (*end == ':' && is_port(end + 1, https ? "443" : "80"));
}

static enum err
check_written(struct ctx *c, const char *key, const char *origin)
{
	if (is_origin(origin))
		return OK;
	return ctx_fail(c, E_BADREQ, "%s: %s is not an origin as a browser "
	    "writes it: http or https, a host in small letters, no port that "
	    "goes without saying, and no path, like https://www.example.org",
	    key, origin);
}

enum err
origin_settings(struct ctx *c, const struct conf *conf)
{
	struct conf_list allowed = conf_list(conf, "ALLOWED_ORIGINS");
	const char *url = conf_get(conf, "PUBLIC_BASE_URL");
	enum err e = OK;
	size_t i;

	if (url != NULL)
		e = check_written(c, "PUBLIC_BASE_URL",
		    arena_copy(c->mem, url, origin_length(url)));
	for (i = 0; e == OK && i < allowed.count; i++)
		e = check_written(c, "ALLOWED_ORIGINS", allowed.values[i]);
	return e;
}

static int
only_reads(const struct req *rq)
{
	return strcmp(rq->method, "GET") == 0 ||
	    strcmp(rq->method, "HEAD") == 0;
}

/* What a browser sends along, whoever's page makes it call. */
static int
is_ambient(const struct req *rq)
{
	return req_param(rq, "HTTP_COOKIE") != NULL ||
	    req_param(rq, "REMOTE_USER") != NULL;
}

/*
 * Without an origin, from what browsers say of a call (Fetch Metadata).  A
 * sister domain ("same-site") is a stranger, too: cookies go with its calls.
 */
static enum err
check_site(struct ctx *c, const struct req *rq)
{
	const char *site = req_param(rq, "HTTP_SEC_FETCH_SITE");
	const char *mode = req_param(rq, "HTTP_SEC_FETCH_MODE");

	if (site == NULL) {
		if (only_reads(rq) || !is_ambient(rq))
			return OK;
		return ctx_fail(c, E_FORBIDDEN, "a cookie or a sign-in, and "
		    "no word of whose page sends it");
	}
	if (strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0)
		return OK;
	/* A link may be followed from anywhere; as a script, or an image, an
	 * answer would tell a page of others whether there is a booking. */
	if (only_reads(rq) && (mode == NULL || strcmp(mode, "navigate") == 0))
		return OK;
	return ctx_fail(c, E_FORBIDDEN, "call of a page of another site");
}

enum err
origin_check(struct ctx *c, const struct conf *conf, const struct req *rq,
    struct resp *rs)
{
	const char *origin = req_param(rq, "HTTP_ORIGIN");

	/* On all answers, or a cache might give the one for the other. */
	resp_header(c, rs, "Vary", "Origin");
	if (TWIN("origin"))
		return OK;
	if (origin == NULL)
		return check_site(c, rq);
	if (is_origin_of(conf_get(conf, "PUBLIC_BASE_URL"), origin))
		return OK;
	if (!conf_names(conf, "ALLOWED_ORIGINS", origin))
		return ctx_fail(c, E_FORBIDDEN, "origin is not allowed");
	/* The configured text equals the header's: safe to repeat. */
	resp_header(c, rs, "Access-Control-Allow-Origin", "%s", origin);
	resp_header(c, rs, "Access-Control-Allow-Credentials", "true");
	resp_header(c, rs, "Access-Control-Expose-Headers",
	    "X-Request-Id, Retry-After");
	return OK;
}

int
origin_is_known(const struct conf *conf, const char *origin)
{
	return is_origin_of(conf_get(conf, "PUBLIC_BASE_URL"), origin) ||
	    conf_names(conf, "ALLOWED_ORIGINS", origin);
}
