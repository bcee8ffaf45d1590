/*
 * req: one request as it came in.
 */
#ifndef WEB_REQ_H
#define WEB_REQ_H

#include <stddef.h>

#include "base/ctx.h"

struct req {
	const char *method; /* "GET" */
	const char *path;   /* without the query; decoded by nobody */
	const char *query;  /* "" if there is none */
	const char *body;   /* NUL-terminated copy; "" if there is none */
	size_t body_len;
	char **params;      /* FastCGI's NAME=value list, NULL at its end */
};

/*
 * The FastCGI parameter called name ("REMOTE_USER"); NULL if unset or empty.
 * A client's header arrives as HTTP_NAME and can never pose as another one.
 */
const char *req_param(const struct req *rq, const char *name);

/* The value of the cookie called name, in c; NULL if there is none. */
const char *req_cookie(struct ctx *c, const struct req *rq, const char *name);

/*
 * Calls found(arg, name, value) for each cookie whose name starts with
 * prefix.  Name and value live in c.
 */
typedef void req_found(void *arg, const char *name, const char *value);
void req_cookies(struct ctx *c, const struct req *rq, const char *prefix,
    req_found *found, void *arg);

/*
 * What follows prefix in the path, if it is one segment of at most max
 * letters, digits, '-' and '_'; NULL otherwise.
 */
const char *req_tail(struct ctx *c, const struct req *rq, const char *prefix,
    size_t max);

/* The same, of what stands between prefix and suffix. */
const char *req_between(struct ctx *c, const struct req *rq,
    const char *prefix, const char *suffix, size_t max);

/* Is the body declared as application/json (charset utf-8, if named)? */
int req_is_json(const struct req *rq);

#endif
