/*
 * http: the server side of both fakes, on libmicrohttpd: one thread per
 * connection, whole requests in, whole answers out.
 */
#ifndef FAKE_HTTP_H
#define FAKE_HTTP_H

#include <stddef.h>

#include "util.h"

struct MHD_Connection;
struct http;

enum { HTTP_BODY_MAX = 1 << 20, HTTP_HEADERS_MAX = 16 };

struct hreq {
	const char *method;
	char *path;	/* percent-decoded */
	char *query;	/* as sent, "" if none */
	char *body;	/* "" if none */
	size_t len;
	struct MHD_Connection *conn;
};

/* How an answer may be spoilt on its way. */
enum cut { CUT_NO, CUT_HALF, CUT_ALL };

struct hresp {
	int status;
	struct buf body;
	const char *type;	/* of the body */
	char *header[HTTP_HEADERS_MAX];	/* "Name: value" */
	int headers;
	enum cut cut;
};

typedef void http_handler(void *arg, struct hreq *rq, struct hresp *rs);

/* A request header, or NULL. */
const char *hreq_header(const struct hreq *rq, const char *name);
/* Does the request start with this method and is this its path? */
int hreq_is(const struct hreq *rq, const char *method, const char *path);

void hresp_header(struct hresp *rs, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Answer with this JSON, compact, and delete it. */
void hresp_json(struct hresp *rs, int status, cJSON *o);
/* {"error": "..."}: for what the steering calls refuse. */
void hresp_refuse(struct hresp *rs, int status, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* 303 to this place. */
void hresp_see_other(struct hresp *rs, const char *url);

/* Listen on 127.0.0.1; NULL if that fails.  port 0 takes a free one. */
struct http *http_start(int port, http_handler *fn, void *arg);
int http_port(const struct http *h);
/* Returns when every handler has. */
void http_stop(struct http *h);

#endif
