/*
 * calendly_pair: a client of Calendly's, and a server that plays Calendly; a
 * second lasts 40 ms.
 */
#ifndef UNIT_CALENDLY_PAIR_H
#define UNIT_CALENDLY_PAIR_H

#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/now.h"
#include "loopback.h"
#include "provider/calendly.h"
#include "sample.h"
#include "web/http.h"

struct pair {
	struct calendly cal;
	struct loopback *server;
	int64_t deadline;
};

static inline struct pair
pair_start(const struct loopback_step *steps, size_t n)
{
	struct pair p = { .server = loopback_start(steps, n) };

	p.cal = (struct calendly){ .http = http_new("bookpay/test"),
		.base = loopback_url(p.server), .token = "pat_1",
		.second = 200 * 1000 };
	p.deadline = now_monotonic() + 60 * NOW_SECOND;
	return p;
}

static inline void
pair_stop(struct pair *p)
{
	http_free(p->cal.http);
	loopback_stop(p->server);
}

/* A recorded answer with its status. */
static inline struct loopback_step
gives(struct ctx *c, int status, const char *name)
{
	char *body = sample_bytes(c,
	    arena_printf(c->mem, "tests/contract/calendly/api/%s.json", name),
	    NULL);

	return (struct loopback_step){
		.bytes = loopback_reply(c, status, "", body) };
}

static inline struct loopback_step
says(struct ctx *c, int status, const char *body)
{
	return (struct loopback_step){
		.bytes = loopback_reply(c, status, "", body) };
}

/* The request line of request i. */
static inline char *
line(struct ctx *c, struct pair *p, int i)
{
	const char *sent = loopback_request(p->server, i);

	return arena_copy(c->mem, sent, strcspn(sent, "\r"));
}

static inline const char *
body(struct pair *p, int i)
{
	const char *sent = strstr(loopback_request(p->server, i), "\r\n\r\n");

	return sent == NULL ? "" : sent + 4;
}

#endif
