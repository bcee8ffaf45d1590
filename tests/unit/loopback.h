/*
 * loopback: a server that answers from a script, for tests of clients.
 *
 * It listens on a free port of 127.0.0.1 and gives the first step to the
 * first request, the second to the second, and so on; behind the last step it
 * hangs up at once.
 */
#ifndef UNIT_LOOPBACK_H
#define UNIT_LOOPBACK_H

#include <stddef.h>

struct ctx;
struct loopback;

struct loopback_step {
	const char *bytes; /* sent as they are; NULL: hang up */
	size_t len;        /* 0: all of bytes */
	int delay_ms;      /* before the first byte */
	int keep;          /* the connection stays open for another request */
};

/* steps must outlive the server. */
struct loopback *loopback_start(const struct loopback_step *steps, size_t n);

/* "http://127.0.0.1:<port>", good until loopback_stop. */
const char *loopback_url(const struct loopback *l);

/* Requests and connections so far. */
int loopback_requests(struct loopback *l);
int loopback_connections(struct loopback *l);

/* What the client sent in request i (0: the first), "" if there was none. */
const char *loopback_request(struct loopback *l, int i);

void loopback_stop(struct loopback *l);

/* "HTTP/1.1 <status> X\r\n" headers, a Content-Length and body, in c.  Each
 * header ends in "\r\n". */
char *loopback_reply(struct ctx *c, int status, const char *headers,
    const char *body);

#endif
