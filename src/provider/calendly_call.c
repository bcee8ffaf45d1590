#include "provider/calendly_call.h"

#include <string.h>
#include <time.h>

#include "base/ctx.h"
#include "base/now.h"
#include "base/text.h"
#include "provider/calendly.h"
#include "web/http.h"
#include "web/meter.h"

enum { TRIES = 2, TRY_SECONDS = 6, WAIT_MAX = 3600 };

static int64_t
seconds(const struct calendly *cal, int64_t n)
{
	return n * (cal->second == 0 ? NOW_SECOND : cal->second);
}

static void
pause_half_a_second(const struct calendly *cal)
{
	int64_t micros = seconds(cal, 1) / 2;
	struct timespec ts = { .tv_sec = micros / NOW_SECOND,
		.tv_nsec = micros % NOW_SECOND * 1000 };

	nanosleep(&ts, NULL);
}

void
calendly_call(struct ctx *c, const struct calendly *cal,
    const struct calendly_request *rq, struct http_answer *ret)
{
	static const char *const headers[] = {
		"Content-Type: application/json", "Accept: application/json",
		NULL };
	struct http_request http = { .method = rq->method,
		.headers = rq->body == NULL ? headers + 1 : headers,
		.bearer = cal->token, .body = rq->body,
		.body_len = rq->body == NULL ? 0 : strlen(rq->body) };
	int tries = strcmp(rq->method, "POST") == 0 ? 1 : TRIES, i;
	int64_t start;

	http.url = arena_printf(c->mem, "%s%s", cal->base, rq->path);
	for (i = 1;; i++) {
		http.deadline = now_monotonic() + seconds(cal, TRY_SECONDS);
		if (http.deadline > rq->deadline)
			http.deadline = rq->deadline;
		start = now_monotonic();
		http_call(c, cal->http, &http, ret);
		meter_call(METER_CALENDLY, ret->status,
		    now_monotonic() - start);
		if (i == tries || ret->hopeless ||
		    (ret->status != 0 && ret->status < 500) ||
		    now_monotonic() + seconds(cal, 1) > rq->deadline)
			return;
		pause_half_a_second(cal);
	}
}

/* 429: X-RateLimit-Reset is the number of seconds to wait. */
static enum err
too_often(struct ctx *c, const struct http_answer *a)
{
	const char *reset = http_header(a, "X-RateLimit-Reset");
	int64_t wait;

	if (reset != NULL && text_number(reset, strlen(reset), &wait) &&
	    wait <= WAIT_MAX)
		c->retry_after = (int)wait;
	return ctx_fail(c, E_CALENDLY, "calendly: rate limit");
}

/* By status alone: Calendly's titles are unreliable, its words translated. */
enum err
calendly_call_verdict(struct ctx *c, const struct http_answer *a)
{
	switch (a->status) {
	case 200:
	case 201:
	case 204:
		return OK;
	case 0:
		return ctx_fail(c, E_CALENDLY, "calendly: %s", a->why);
	case 400: /* an id of the wrong form */
	case 404:
		return ctx_fail(c, E_NOBOOKING, "calendly: no such thing");
	case 401:
	case 403:
		return ctx_fail(c, E_INTERNAL,
		    "calendly: status %d: the token may not do this",
		    a->status);
	case 429:
		return too_often(c, a);
	default:
		return ctx_fail(c, E_CALENDLY, "calendly: status %d",
		    a->status);
	}
}
