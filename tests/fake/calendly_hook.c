/*
 * fake-calendly, webhooks (facts/calendly.md §2, §4): subscriptions, and the
 * payload: the invitee with its scheduled event inside, in one compact line
 * with sorted names, never saying who else is told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendly.h"
#include "deliver.h"
#include "form.h"

/* With the scopes that may have them. */
static const struct {
	const char *name, *scopes;
} known_events[] = {
	{ "invitee.created", "user organization group" },
	{ "invitee.canceled", "user organization group" },
	{ "invitee_no_show.created", "user organization group" },
	{ "invitee_no_show.deleted", "user organization group" },
	{ "routing_form_submission.created", "organization" },
	{ "event_type.created", "user organization" },
	{ "event_type.updated", "user organization" },
	{ "event_type.deleted", "user organization" },
	{ "meeting_recap.created", "user" },
};

enum {
	KNOWN = sizeof(known_events) / sizeof(*known_events),
	DEFAULT_EVENTS = 4
};

static int
has_text(const cJSON *list, const char *text)
{
	const cJSON *e;

	cJSON_ArrayForEach(e, list)
		if (cJSON_IsString(e) && strcmp(e->valuestring, text) == 0)
			return 1;
	return 0;
}

/* What only the REST answer shows is left out. */
static cJSON *
payload(struct cal *cal, const struct obj *invitee)
{
	cJSON *p = cJSON_Duplicate(invitee->json, 1), *m;
	cJSON *e = cJSON_Duplicate(event_of(cal, invitee)->json, 1);

	cJSON_DeleteItemFromObject(e, "calendar_event");
	cJSON_ArrayForEach(m, cJSON_GetObjectItem(e, "event_memberships")) {
		cJSON_DeleteItemFromObject(m, "buffered_end_time");
		cJSON_DeleteItemFromObject(m, "buffered_start_time");
	}
	js_set(p, "scheduled_event", e);
	return p;
}

void
hook_emit(struct cal *cal, const char *event, const struct obj *invitee)
{
	cJSON *o = cJSON_CreateObject();
	char at[32], *body;
	struct letter l;
	struct obj *s;
	int i;

	time_utc(at, now_ms() / 1000, 0);
	js_set_str(o, "created_at", at);
	js_set_str(o, "created_by", CAL_USER);
	js_set_str(o, "event", event);
	js_set(o, "payload", payload(cal, invitee));
	js_sort(o);
	body = cJSON_PrintUnformatted(o);
	cJSON_Delete(o);
	for (i = 0; i < cal->subs.n; i++) {
		s = cal->subs.v[i];
		if (hook_alive(cal, s->id) != ENDPOINT_ON || !has_text(
		    cJSON_GetObjectItem(s->json, "events"), event))
			continue;
		l = (struct letter) { .endpoint = s->id,
			.url = js_str(s->json, "callback_url"),
			.secret = js_str(s->priv, "key"), .event = invitee->id,
			.type = event, .body = body };
		deliver_add(&cal->f, &l);
	}
	cJSON_free(body);
}

/* What is disabled stays so, and gets nothing of what it missed. */
enum endpoint
hook_alive(void *arg, const char *endpoint)
{
	struct cal *cal = arg;
	struct obj *s = obj_find(&cal->subs, endpoint);

	return strcmp(endpoint, "direct") == 0 || (s != NULL &&
	    strcmp(js_str(s->json, "state"), "active") == 0) ?
	    ENDPOINT_ON : ENDPOINT_GONE;
}

/* No alert, no replay: it is just off (facts §2). */
static void
disable(struct obj *s)
{
	char at[32];

	time_micro(at, now_ms());
	if (js_str(s->json, "retry_started_at") == NULL)
		js_set_str(s->json, "retry_started_at", at);
	js_set_str(s->json, "state", "disabled");
	js_set_str(s->json, "updated_at", at);
}

void
hook_result(void *arg, const char *endpoint, int ok, int final)
{
	struct cal *cal = arg;
	struct obj *s = obj_find(&cal->subs, endpoint);
	char at[32];

	if (s == NULL)
		return;
	time_micro(at, now_ms());
	if (ok) {
		js_set(s->json, "retry_started_at", NULL);
	} else if (js_str(s->json, "retry_started_at") == NULL) {
		js_set_str(s->json, "retry_started_at", at);
	}
	if (final)
		disable(s);
}

int
hook_end(struct cal *cal, const char *name, int gone)
{
	const char *uuid = cal_tail(name);
	struct obj *s;
	int i, n = 0;

	for (i = cal->subs.n - 1; i >= 0; i--) {
		s = cal->subs.v[i];
		if (uuid != NULL && strcmp(s->id, uuid) != 0)
			continue;
		n++;
		if (gone)
			obj_drop(&cal->subs, s);
		else
			disable(s);
	}
	return n;
}

static struct obj *
add(struct cal *cal, const char *url, const char *scope, const char *group,
    cJSON *events, const char *key)
{
	cJSON *file = cal_sample(cal, "api/webhook_subscription_201.json"), *o;
	char uuid[37], text[160];
	struct obj *s;

	o = cJSON_DetachItemFromObject(file, "resource");
	cJSON_Delete(file);
	random_uuid(uuid);
	time_micro(text, now_ms());
	js_set_str(o, "created_at", text);
	js_set_str(o, "updated_at", text);
	js_set_str(o, "callback_url", url);
	js_set(o, "events", events);
	js_set_str(o, "scope", scope);
	if (strcmp(scope, "user") != 0)
		js_set(o, "user", NULL);
	if (strcmp(scope, "group") == 0)
		js_set_str(o, "group", group);
	snprintf(text, sizeof(text), CAL_API "/webhook_subscriptions/%s",
	    uuid);
	js_set_str(o, "uri", text);
	s = obj_add(&cal->subs, uuid, o);
	js_set_str(s->priv, "key", key);
	return s;
}

void
hook_seed(struct cal *cal)
{
	cJSON *events = cJSON_CreateArray();
	int i;

	if (cal->webhook_url == NULL) {
		cJSON_Delete(events);
		return;
	}
	for (i = 0; i < DEFAULT_EVENTS; i++)
		cJSON_AddItemToArray(events,
		    cJSON_CreateString(known_events[i].name));
	add(cal, cal->webhook_url, "organization", NULL, events,
	    cal->signing_key);
}

static int
event_ok(const cJSON *event, const char *scope)
{
	size_t i;

	for (i = 0; cJSON_IsString(event) && i < KNOWN; i++)
		if (strcmp(known_events[i].name, event->valuestring) == 0)
			return strstr(known_events[i].scopes, scope) != NULL;
	return 0;
}

/* 1 if the events are all known ones, and this scope may have them. */
static int
events_ok(const cJSON *events, const char *scope)
{
	const cJSON *e;

	if (!cJSON_IsArray(events) || events->child == NULL)
		return 0;
	cJSON_ArrayForEach(e, events)
		if (!event_ok(e, scope))
			return 0;
	return 1;
}

static int
scope_ok(const char *scope)
{
	return scope != NULL && (strcmp(scope, "user") == 0 ||
	    strcmp(scope, "organization") == 0 ||
	    strcmp(scope, "group") == 0);
}

/* What names whose it is, by its scope: user, group, or NULL. */
static const char *
owner_param(const char *scope)
{
	return strcmp(scope, "organization") == 0 ? NULL : scope;
}

/* The first thing wrong with a new subscription, or NULL. */
static const char *
fault(const cJSON *in)
{
	const char *url = js_str(in, "url"), *scope = js_str(in, "scope");
	const cJSON *key = cJSON_GetObjectItem(in, "signing_key");
	const char *owner;

	if (url == NULL || (strncmp(url, "https://", 8) != 0 &&
	    strncmp(url, "http://", 7) != 0))
		return "url";
	if (js_str(in, "organization") == NULL)
		return "organization";
	if (!scope_ok(scope))
		return "scope";
	owner = owner_param(scope);
	if (owner != NULL && js_str(in, owner) == NULL)
		return owner;
	if (!events_ok(cJSON_GetObjectItem(in, "events"), scope))
		return "events";
	return key == NULL || (cJSON_IsString(key) &&
	    *key->valuestring != '\0') ? NULL : "signing_key";
}

/* Nobody else's. */
static int
is_ours(const char *organization, const char *scope, const char *user)
{
	return strcmp(organization, CAL_ORG) == 0 &&
	    (strcmp(scope, "user") != 0 || strcmp(user, CAL_USER) == 0);
}

static int
url_taken(struct cal *cal, const char *url)
{
	int i;

	for (i = 0; i < cal->subs.n; i++)
		if (strcmp(js_str(cal->subs.v[i]->json, "callback_url"), url)
		    == 0)
			return 1;
	return 0;
}

void
hook_create(struct ccall *c)
{
	const char *wrong = fault(c->body), *url = js_str(c->body, "url");
	const char *scope = js_str(c->body, "scope");
	struct obj *s;

	if (wrong != NULL) {
		cal_invalid(c, wrong, "must be filled");
	} else if (!is_ours(js_str(c->body, "organization"), scope,
	    js_str(c->body, "user"))) {
		cal_error(c, 403, "error_403_permission");
	} else if (url_taken(c->cal, url)) {
		cal_error(c, 409, "webhook_subscription_409");
	} else {
		s = add(c->cal, url, scope, js_str(c->body, "group"),
		    cJSON_Duplicate(cJSON_GetObjectItem(c->body, "events"), 1),
		    js_str(c->body, "signing_key"));
		cal_resource(c, 201, cJSON_Duplicate(s->json, 1));
	}
}

/* What is missing from the query of a list, or NULL. */
static const char *
list_fault(const cJSON *query)
{
	const char *scope = form_str(query, "scope"), *owner;

	if (form_str(query, "organization") == NULL)
		return "organization";
	if (!scope_ok(scope))
		return "scope";
	owner = owner_param(scope);
	return owner != NULL && form_str(query, owner) == NULL ? owner : NULL;
}

void
hook_list(struct ccall *c)
{
	const char *wrong = list_fault(c->query);
	const char *scope = form_str(c->query, "scope");
	cJSON *all;
	int i;

	if (wrong != NULL) {
		cal_invalid(c, wrong, "must be filled");
		return;
	}
	if (!is_ours(form_str(c->query, "organization"), scope,
	    form_str(c->query, "user"))) {
		cal_error(c, 403, "error_403_permission");
		return;
	}
	all = cJSON_CreateArray();
	for (i = 0; i < c->cal->subs.n; i++)
		if (strcmp(js_str(c->cal->subs.v[i]->json, "scope"), scope)
		    == 0)
			cJSON_AddItemToArray(all, cJSON_Duplicate(
			    c->cal->subs.v[i]->json, 1));
	cal_collection(c, "/webhook_subscriptions", all);
}

void
hook_get(struct ccall *c)
{
	struct obj *s = obj_find(&c->cal->subs, c->id);

	if (s == NULL)
		cal_error(c, 404, "error_404_not_found");
	else
		cal_resource(c, 200, cJSON_Duplicate(s->json, 1));
}

void
hook_delete(struct ccall *c)
{
	struct obj *s = obj_find(&c->cal->subs, c->id);

	if (s == NULL) {
		cal_error(c, 404, "error_404_not_found");
		return;
	}
	obj_drop(&c->cal->subs, s);
	c->rs->status = 204;
}
