/*
 * http: calling others over HTTP, by libcurl.
 *
 * A call always ends in a struct http_answer: either a complete answer of any
 * status, or status 0 and the reason why there is none.  What that means is
 * for the caller to say: to a payment it means "perhaps done".
 *
 * TLS 1.2 at least, certificate and host name checked, no redirect followed
 * (a secret must not travel to another host), nothing but http and https.
 */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct ctx;

/*
 * A client; each thread has its own.  Connections are kept between calls and
 * belong to all clients of the process: who calls takes the one that was used
 * last, so that few of many threads' calls begin with a handshake.
 */
struct http;

/* A bigger answer, or bigger headers, are no answer. */
enum { HTTP_BODY_MAX = 1 << 20, HTTP_HEADERS_MAX = 32 << 10 };

struct http_request {
	const char *method;         /* "GET", "POST" … */
	const char *url;            /* http:// or https:// */
	const char *const *headers; /* "Name: value" … NULL; or NULL */
	const char *bearer;         /* Authorization: Bearer …; or NULL */
	const char *body;           /* NULL: none (a POST says length 0) */
	size_t body_len;
	int64_t deadline; /* end of all waiting, on now_monotonic's clock */
};

struct http_field {
	const char *name, *value;
	const struct http_field *next;
};

/* Everything in it lives in the context of the call. */
struct http_answer {
	int status;       /* 0: no complete answer */
	const char *why;  /* status 0: what went wrong; holds no secret */
	int hopeless;     /* status 0: the same call would fail again */
	const char *body; /* never NULL when status is not 0; ends in NUL */
	size_t body_len;
	const struct http_field *fields;
};

/* Before the first http_new, in main, before threads; ends the process if
 * libcurl cannot start. */
void http_global_init(void);

/* A client that calls itself agent ("bookpay/1.0"); NULL never comes back.
 * Some servers refuse callers without a name. */
struct http *http_new(const char *agent);
void http_free(struct http *h);

/*
 * Calls and waits, at most until the deadline (5 s of it for connecting).
 * An answer that was cut short is no answer.  headers must not hold line
 * breaks.
 */
void http_call(struct ctx *c, struct http *h, const struct http_request *rq,
    struct http_answer *ret);

/* The value of a header of the answer, names in any case; NULL: not there. */
const char *http_header(const struct http_answer *a, const char *name);

#endif
