#include "provider/calendly.h"

#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "provider/calendly_event.h"
#include "provider/calendly_uri.h"
#include "provider/form.h"
#include "web/http.h"

enum {
	TRIES = 2,
	TRY_SECONDS = 6,
	START_SLACK = 60, /* seconds: is the window's edge in it? */
	QUERY_MAX = 4096
};

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

/* Reading changes nothing, so whatever failed is simply asked again. */
static void
ask(struct ctx *c, const struct calendly *cal, const char *path,
    int64_t deadline, struct http_answer *ret)
{
	static const char *const headers[] = { "Accept: application/json",
		NULL };
	struct http_request rq = { .method = "GET", .headers = headers,
		.bearer = cal->token };
	int i;

	rq.url = arena_printf(c->mem, "%s%s", cal->base, path);
	for (i = 1;; i++) {
		rq.deadline = now_monotonic() + seconds(cal, TRY_SECONDS);
		if (rq.deadline > deadline)
			rq.deadline = deadline;
		http_call(c, cal->http, &rq, ret);
		if (i == TRIES || ret->hopeless ||
		    (ret->status != 0 && ret->status < 500) ||
		    now_monotonic() + seconds(cal, 1) > deadline)
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
	    wait <= 3600)
		c->retry_after = (int)wait;
	return ctx_fail(c, E_CALENDLY, "calendly: rate limit");
}

/* By status alone: Calendly's titles are unreliable, its words translated. */
static enum err
verdict(struct ctx *c, const struct http_answer *a)
{
	switch (a->status) {
	case 200:
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

static void
ask_invitee(struct ctx *c, const struct calendly *cal,
    const struct calendly_seat *seat, struct http_answer *ret)
{
	ask(c, cal,
	    arena_printf(c->mem, "/scheduled_events/%s/invitees/%s",
		seat->event, seat->invitee),
	    seat->deadline, ret);
}

/* Reads the event to the invitee that was read. */
static enum err
complete(struct ctx *c, const struct calendly *cal,
    const struct calendly_seat *seat, const struct http_answer *invitee,
    char **ret)
{
	struct calendly_resources both = { invitee->body, invitee->body_len,
		NULL, 0 };
	struct http_answer event;
	enum err e;

	e = verdict(c, invitee);
	if (e != OK)
		return e;
	ask(c, cal, arena_printf(c->mem, "/scheduled_events/%s", seat->event),
	    seat->deadline, &event);
	e = verdict(c, &event);
	if (e != OK)
		return e;
	both.event = event.body;
	both.event_len = event.body_len;
	return calendly_event_compose(c, &both, ret);
}

static char *
list_path(struct ctx *c, const struct calendly_seat *seat)
{
	struct buf query = buf_make(c->mem, QUERY_MAX);
	int64_t slack = START_SLACK * NOW_SECOND;

	form_text(&query, "user", seat->host);
	form_text(&query, "invitee_email", seat->email);
	if (seat->start != 0) {
		form_text(&query, "min_start_time",
		    now_text(c->mem, seat->start - slack));
		form_text(&query, "max_start_time",
		    now_text(c->mem, seat->start + slack));
	}
	form_int(&query, "count", CALENDLY_LOOK_MAX);
	return arena_printf(c->mem, "/scheduled_events?%s", query.bytes);
}

/* The events the seat may be in: at most CALENDLY_LOOK_MAX, NULL behind. */
static enum err
list_events(struct ctx *c, const struct calendly *cal,
    const struct calendly_seat *seat, char **ret_events)
{
	const cJSON *collection, *item;
	struct http_answer a;
	cJSON *o;
	enum err e;
	size_t n = 0;

	ask(c, cal, list_path(c, seat), seat->deadline, &a);
	e = verdict(c, &a);
	if (e != OK)
		return e;
	if (json_parse(c, a.body, a.body_len, &o) != OK)
		return E_CALENDLY;
	collection = json_get(o, "collection");
	if (!cJSON_IsArray(collection))
		return ctx_fail(c, E_CALENDLY, "calendly: not a list");
	cJSON_ArrayForEach(item, collection) {
		char *id = calendly_uri_id(c, json_text(item, "uri"),
		    CALENDLY_URI_EVENT);

		if (id != NULL && n < CALENDLY_LOOK_MAX)
			ret_events[n++] = id;
	}
	ret_events[n] = NULL;
	return OK;
}

static enum err
find_seat(struct ctx *c, const struct calendly *cal,
    const struct calendly_seat *seat, char **ret)
{
	char *events[CALENDLY_LOOK_MAX + 1];
	struct calendly_seat maybe = *seat;
	struct http_answer a;
	enum err e;
	size_t i;

	if (calendly_uri_id(c, seat->host, CALENDLY_URI_USER) == NULL)
		return ctx_fail(c, E_NOBOOKING, "calendly: no host to ask for");
	e = list_events(c, cal, seat, events);
	if (e != OK)
		return e;
	for (i = 0; events[i] != NULL; i++) {
		maybe.event = events[i];
		ask_invitee(c, cal, &maybe, &a);
		if (a.status != 404 && a.status != 400)
			return complete(c, cal, &maybe, &a, ret);
	}
	return ctx_fail(c, E_NOBOOKING, "calendly: no event has this invitee");
}

enum err
calendly_invitee_read(struct ctx *c, const struct calendly *cal,
    const struct calendly_seat *seat, char **ret)
{
	struct http_answer a;

	if (!calendly_uri_is_id(seat->invitee) ||
	    (seat->event != NULL && !calendly_uri_is_id(seat->event)))
		return ctx_fail(c, E_NOBOOKING, "calendly: not an id");
	if (seat->event == NULL)
		return find_seat(c, cal, seat, ret);
	ask_invitee(c, cal, seat, &a);
	return complete(c, cal, seat, &a, ret);
}
