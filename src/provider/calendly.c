#include "provider/calendly.h"

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "provider/calendly_call.h"
#include "provider/calendly_event.h"
#include "provider/calendly_uri.h"
#include "provider/form.h"
#include "web/http.h"

enum {
	START_SLACK = 60, /* seconds: is the window's edge in it? */
	QUERY_MAX = 4096
};

static void
ask(struct ctx *c, const struct calendly *cal, const char *path,
    int64_t deadline, struct http_answer *ret)
{
	const struct calendly_request rq = { .method = "GET", .path = path,
		.deadline = deadline };

	calendly_call(c, cal, &rq, ret);
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

	e = calendly_call_verdict(c, invitee);
	if (e != OK)
		return e;
	ask(c, cal, arena_printf(c->mem, "/scheduled_events/%s", seat->event),
	    seat->deadline, &event);
	e = calendly_call_verdict(c, &event);
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
	e = calendly_call_verdict(c, &a);
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

/* --- who we are --------------------------------------------------------- */

enum err
calendly_me(struct ctx *c, const struct calendly *cal, int64_t deadline,
    struct calendly_user *ret)
{
	struct http_answer a;
	const cJSON *o;
	cJSON *tree;
	enum err e;

	ask(c, cal, "/users/me", deadline, &a);
	e = calendly_call_verdict(c, &a);
	if (e != OK)
		return e;
	if (json_parse(c, a.body, a.body_len, &tree) != OK)
		return E_CALENDLY;
	o = json_get(tree, "resource");
	ret->uri = json_text(o, "uri");
	ret->organization = json_text(o, "current_organization");
	if (ret->uri == NULL || ret->organization == NULL)
		return ctx_fail(c, E_CALENDLY, "calendly: not a user");
	return OK;
}

/* --- giving a time up ---------------------------------------------------- */

/* What is known of the event before anything is done to it. */
enum standing { STANDS, SHARED, CANCELLED };

static enum err
look(struct ctx *c, const struct calendly *cal,
    const struct calendly_cancel *what, enum standing *ret)
{
	struct http_answer a;
	const cJSON *o;
	cJSON *tree;
	int64_t active;
	enum err e;

	ask(c, cal, arena_printf(c->mem, "/scheduled_events/%s", what->event),
	    what->deadline, &a);
	e = calendly_call_verdict(c, &a);
	if (e != OK)
		return e;
	if (json_parse(c, a.body, a.body_len, &tree) != OK)
		return E_CALENDLY;
	o = json_get(tree, "resource");
	if (text_same(json_text(o, "status"), "canceled")) {
		*ret = CANCELLED;
		return OK;
	}
	/* Others' seats are not ours to give up: count before cancelling. */
	if (!json_int(json_get(o, "invitees_counter"), "active", &active))
		return ctx_fail(c, E_CALENDLY,
		    "calendly: an event without a count of its invitees");
	*ret = active > 1 ? SHARED : STANDS;
	return OK;
}

static void
ask_to_cancel(struct ctx *c, const struct calendly *cal,
    const struct calendly_cancel *what, const char *reason,
    struct http_answer *ret)
{
	struct calendly_request rq = { .method = "POST",
		.deadline = what->deadline };
	cJSON *body = json_object(c);

	if (!text_blank(reason))
		json_set_text(body, "reason", reason);
	rq.body = json_print(c, body);
	rq.path = arena_printf(c->mem, "/scheduled_events/%s/cancellation",
	    what->event);
	calendly_call(c, cal, &rq, ret);
}

/*
 * A refusal can mean that it was cancelled a moment ago (403), a lost answer
 * that it was done: the event knows.  Where it still stands, the first answer
 * counts.
 */
static enum err
look_again(struct ctx *c, const struct calendly *cal,
    const struct calendly_cancel *what, const struct http_answer *answer)
{
	enum standing now;
	enum err e;

	e = look(c, cal, what, &now);
	if (e != OK || now == CANCELLED)
		return e;
	/* That there is no such thing cannot be: it was seen just now. */
	if (answer->status == 400 || answer->status == 404)
		return ctx_fail(c, E_CALENDLY,
		    "calendly: status %d, and it stands", answer->status);
	return calendly_call_verdict(c, answer);
}

static enum err
cancel(struct ctx *c, const struct calendly *cal,
    const struct calendly_cancel *what)
{
	struct http_answer a;

	ask_to_cancel(c, cal, what, what->reason, &a);
	/* One project saw any reason refused with 400. */
	if (a.status == 400 && !text_blank(what->reason))
		ask_to_cancel(c, cal, what, NULL, &a);
	if (a.status == 200 || a.status == 201 || a.status == 429)
		return calendly_call_verdict(c, &a);
	return look_again(c, cal, what, &a);
}

enum err
calendly_event_cancel(struct ctx *c, const struct calendly *cal,
    const struct calendly_cancel *what, enum calendly_cancelled *ret)
{
	enum standing now = STANDS;
	enum err e;

	e = calendly_uri_is_id(what->event) ? look(c, cal, what, &now)
					    : E_NOBOOKING;
	if (e == OK && now == STANDS)
		e = cancel(c, cal, what);
	if (e == E_NOBOOKING) {
		ctx_forgive(c);
		*ret = CALENDLY_GONE;
		return OK;
	}
	if (e == OK)
		*ret = now == SHARED ? CALENDLY_SHARED : CALENDLY_CANCELLED;
	return e;
}

enum err
calendly_forget(struct ctx *c, const struct calendly *cal, const char *body,
    int64_t deadline)
{
	const struct calendly_request rq = { .method = "POST",
		.path = "/data_compliance/deletion/invitees", .body = body,
		.deadline = deadline };
	struct http_answer a;

	calendly_call(c, cal, &rq, &a);
	/* Nobody of that address there, or not any more. */
	if (a.status == 202 || a.status == 404)
		return OK;
	return calendly_call_verdict(c, &a);
}
