#include "provider/calendly_list.h"

#include <string.h>

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

/* Calendly gives up to 100; full pages of long events would be too big. */
enum { PAGE = 50, QUERY_MAX = 8192 };

static int64_t
number(const struct http_answer *a, const char *header, int64_t none)
{
	const char *text = http_header(a, header);
	int64_t value;

	return text != NULL && text_number(text, strlen(text), &value)
	    ? value : none;
}

/* The resource alone, as the API answers it. */
static char *
alone(struct ctx *c, const cJSON *item)
{
	cJSON *o = json_object(c);

	json_set_copy(o, "resource", item);
	return json_print(c, o);
}

/* Asks for a page; its items are the resources that pattern names. */
static enum err
ask(struct ctx *c, const struct calendly *cal,
    const struct calendly_request *rq, const char *pattern,
    struct calendly_page *ret)
{
	struct calendly_page page = { 0 };
	const cJSON *collection, *item;
	struct http_answer a;
	cJSON *o;
	enum err e;

	calendly_call(c, cal, rq, &a);
	e = calendly_call_verdict(c, &a);
	if (e != OK)
		return e;
	if (json_parse(c, a.body, a.body_len, &o) != OK)
		return E_CALENDLY;
	collection = json_get(o, "collection");
	if (!cJSON_IsArray(collection))
		return ctx_fail(c, E_CALENDLY, "calendly: not a list");
	page.items = arena_alloc(c->mem,
	    (size_t)cJSON_GetArraySize(collection) * sizeof(*page.items));
	cJSON_ArrayForEach(item, collection) {
		char *id = calendly_uri_id(c, json_text(item, "uri"), pattern);

		if (id != NULL)
			page.items[page.count++] =
			    (struct calendly_item){ id, alone(c, item) };
	}
	page.next = json_text(json_get(o, "pagination"), "next_page_token");
	page.left = number(&a, "X-RateLimit-Remaining", -1);
	page.reset = number(&a, "X-RateLimit-Reset", 60);
	*ret = page;
	return OK;
}

enum err
calendly_list_events(struct ctx *c, const struct calendly *cal,
    const struct calendly_window *window, struct calendly_page *ret)
{
	struct calendly_request rq = { .method = "GET",
		.deadline = window->deadline };
	struct buf query = buf_make(c->mem, QUERY_MAX);

	if (calendly_uri_id(c, window->host, CALENDLY_URI_USER) == NULL)
		return ctx_fail(c, E_NOBOOKING, "calendly: not a user URI");
	form_text(&query, "user", window->host);
	form_text(&query, "min_start_time", now_text(c->mem, window->from));
	form_text(&query, "sort", "start_time:asc");
	form_int(&query, "count", PAGE);
	form_text(&query, "page_token", window->token);
	rq.path = arena_printf(c->mem, "/scheduled_events?%s", query.bytes);
	return ask(c, cal, &rq, CALENDLY_URI_EVENT, ret);
}

enum err
calendly_list_invitees(struct ctx *c, const struct calendly *cal,
    const struct calendly_item *event, const char *token, int64_t deadline,
    struct calendly_page *ret)
{
	struct calendly_request rq = { .method = "GET", .deadline = deadline };
	struct buf query = buf_make(c->mem, QUERY_MAX);
	struct calendly_resources both = { .event = event->text,
		.event_len = strlen(event->text) };
	struct calendly_page page;
	char *text;
	size_t i;
	enum err e;

	form_int(&query, "count", PAGE);
	form_text(&query, "page_token", token);
	rq.path = arena_printf(c->mem, "/scheduled_events/%s/invitees?%s",
	    event->id, query.bytes);
	e = ask(c, cal, &rq, CALENDLY_URI_INVITEE, &page);
	for (i = 0; e == OK && i < page.count; i++) {
		both.invitee = page.items[i].text;
		both.invitee_len = strlen(both.invitee);
		e = calendly_event_compose(c, &both, &text);
		if (e == OK)
			page.items[i].text = text;
	}
	if (e == OK)
		*ret = page;
	return e;
}

enum err
calendly_list_types(struct ctx *c, const struct calendly *cal,
    const char *user, const char *token, int64_t deadline,
    struct calendly_page *ret)
{
	struct calendly_request rq = { .method = "GET", .deadline = deadline };
	struct buf query = buf_make(c->mem, QUERY_MAX);

	if (calendly_uri_id(c, user, CALENDLY_URI_USER) == NULL)
		return ctx_fail(c, E_NOBOOKING, "calendly: not a user URI");
	form_text(&query, "user", user);
	form_text(&query, "active", "true");
	form_int(&query, "count", PAGE);
	form_text(&query, "page_token", token);
	rq.path = arena_printf(c->mem, "/event_types?%s", query.bytes);
	return ask(c, cal, &rq, CALENDLY_URI_TYPE, ret);
}
