#include "provider/calendly_hook.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "provider/calendly_call.h"
#include "provider/calendly_uri.h"
#include "provider/form.h"
#include "web/http.h"

#define URI_HOOK "webhook_subscriptions/*"

/* There are a handful; a list that does not end is not believed. */
enum { PAGE = 100, PAGES_MAX = 10, QUERY_MAX = 8192 };

static const char path[] = "/webhook_subscriptions";

static void
fill_events(struct ctx *c, const cJSON *list, struct calendly_hook *ret)
{
	const char **events = arena_alloc(c->mem,
	    ((size_t)cJSON_GetArraySize(list) + 1) * sizeof(*events));
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
		if (cJSON_IsString(item))
			events[ret->event_count++] = item->valuestring;
	ret->events = events;
}

static void
fill(struct ctx *c, const cJSON *o, struct calendly_hook *ret)
{
	const char *created = json_text(o, "created_at");

	*ret = (struct calendly_hook){
		.id = calendly_uri_id(c, json_text(o, "uri"), URI_HOOK),
		.url = json_text(o, "callback_url"),
		.scope = json_text(o, "scope"),
		.user = json_text(o, "user"),
		.organization = json_text(o, "organization"),
		.active = text_same(json_text(o, "state"), "active"),
		.retrying = json_has(o, "retry_started_at"),
	};
	if (created == NULL || now_parse(created, &ret->created_at) != OK)
		ret->created_at = 0;
	fill_events(c, json_get(o, "events"), ret);
}

/* Reads a page into *hooks; *ret_next is the next one's token, or NULL. */
static enum err
read_page(struct ctx *c, const struct http_answer *a,
    struct calendly_hooks *hooks, const char **ret_next)
{
	const cJSON *collection, *item;
	struct calendly_hook *rows;
	cJSON *o;

	if (json_parse(c, a->body, a->body_len, &o) != OK)
		return E_CALENDLY;
	collection = json_get(o, "collection");
	if (!cJSON_IsArray(collection))
		return ctx_fail(c, E_CALENDLY, "calendly: not a list");
	rows = arena_alloc(c->mem, (hooks->count +
	    (size_t)cJSON_GetArraySize(collection)) * sizeof(*rows) + 1);
	if (hooks->count > 0)
		memcpy(rows, hooks->rows, hooks->count * sizeof(*rows));
	hooks->rows = rows;
	cJSON_ArrayForEach(item, collection) {
		fill(c, item, &rows[hooks->count]);
		if (rows[hooks->count].id != NULL)
			hooks->count++;
	}
	*ret_next = json_text(json_get(o, "pagination"), "next_page_token");
	return OK;
}

static char *
list_path(struct ctx *c, const struct calendly_owner *owner,
    const char *token)
{
	struct buf query = buf_make(c->mem, QUERY_MAX);

	form_text(&query, "organization", owner->organization);
	form_text(&query, "user", owner->user);
	form_text(&query, "scope",
	    owner->user != NULL ? "user" : "organization");
	form_int(&query, "count", PAGE);
	form_text(&query, "page_token", token);
	return arena_printf(c->mem, "%s?%s", path, query.bytes);
}

enum err
calendly_hook_list(struct ctx *c, const struct calendly *cal,
    const struct calendly_owner *owner, int64_t deadline,
    struct calendly_hooks *ret)
{
	struct calendly_request rq = { .method = "GET", .deadline = deadline };
	struct calendly_hooks hooks = { 0 };
	const char *token = NULL;
	struct http_answer a;
	int pages = 0;
	enum err e;

	do {
		if (pages++ == PAGES_MAX)
			return ctx_fail(c, E_CALENDLY,
			    "calendly: a list of subscriptions without end");
		rq.path = list_path(c, owner, token);
		calendly_call(c, cal, &rq, &a);
		e = calendly_call_verdict(c, &a);
		if (e == OK)
			e = read_page(c, &a, &hooks, &token);
	} while (e == OK && token != NULL);
	if (e == OK)
		*ret = hooks;
	return e;
}

enum err
calendly_hook_add(struct ctx *c, const struct calendly *cal,
    const struct calendly_hook *want, const char *key, int64_t deadline)
{
	struct calendly_request rq = { .method = "POST", .path = path,
		.deadline = deadline };
	cJSON *o = json_object(c), *events;
	struct http_answer a;
	size_t i;

	json_set_text(o, "url", want->url);
	events = json_set_array(o, "events");
	for (i = 0; i < want->event_count; i++)
		json_push_text(events, want->events[i]);
	json_set_text(o, "organization", want->organization);
	json_set_text(o, "scope", want->scope);
	/* Calendly knows no user of a whole organization. */
	if (text_same(want->scope, "user"))
		json_set_text(o, "user", want->user);
	json_set_text(o, "signing_key", key);
	rq.body = json_print(c, o);
	calendly_call(c, cal, &rq, &a);
	if (a.status == 409)
		return ctx_fail(c, E_CONFLICT,
		    "calendly: there is a subscription with this URL");
	if (a.status == 400)
		return ctx_fail(c, E_BADREQ,
		    "calendly: the subscription was refused (status 400)");
	return calendly_call_verdict(c, &a);
}

enum err
calendly_hook_remove(struct ctx *c, const struct calendly *cal,
    const char *id, int64_t deadline)
{
	struct calendly_request rq = { .method = "DELETE",
		.deadline = deadline };
	struct http_answer a;
	enum err e;

	if (!calendly_uri_is_id(id))
		return ctx_fail(c, E_CALENDLY, "calendly: not an id");
	rq.path = arena_printf(c->mem, "%s/%s", path, id);
	calendly_call(c, cal, &rq, &a);
	e = calendly_call_verdict(c, &a);
	if (e == E_NOBOOKING) {
		ctx_forgive(c);
		e = OK;
	}
	return e;
}
