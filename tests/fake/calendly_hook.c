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

static const char *const known_events[] = { "invitee.created",
	"invitee.canceled", "invitee_no_show.created",
	"invitee_no_show.deleted", "routing_form_submission.created",
	"event_type.created", "event_type.updated", "event_type.deleted" };

enum { DEFAULT_EVENTS = 4 };

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
		if (!hook_alive(cal, s->id) || !has_text(
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

int
hook_alive(void *arg, const char *endpoint)
{
	struct cal *cal = arg;
	struct obj *s = obj_find(&cal->subs, endpoint);

	return strcmp(endpoint, "direct") == 0 || (s != NULL &&
	    strcmp(js_str(s->json, "state"), "active") == 0);
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
	/* No alert, no replay: it is just off (facts §2). */
	if (final) {
		js_set_str(s->json, "state", "disabled");
		js_set_str(s->json, "updated_at", at);
	}
}

static struct obj *
add(struct cal *cal, const char *url, const char *scope, cJSON *events,
    const char *key)
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
	if (cal->webhook_url != NULL)
		add(cal, cal->webhook_url, "organization",
		    cJSON_CreateStringArray(known_events, DEFAULT_EVENTS),
		    cal->signing_key);
}

/* 1 if the events are all known ones. */
static int
events_ok(const cJSON *events)
{
	const cJSON *e;
	size_t i;

	if (!cJSON_IsArray(events) || events->child == NULL)
		return 0;
	cJSON_ArrayForEach(e, events) {
		for (i = 0; i < sizeof(known_events) / sizeof(*known_events);
		    i++)
			if (cJSON_IsString(e) &&
			    strcmp(known_events[i], e->valuestring) == 0)
				break;
		if (i == sizeof(known_events) / sizeof(*known_events))
			return 0;
	}
	return 1;
}

/* The first thing wrong with a new subscription, or NULL. */
static const char *
fault(const cJSON *in)
{
	const char *url = js_str(in, "url"), *scope = js_str(in, "scope");
	const char *org = js_str(in, "organization");

	if (url == NULL || (strncmp(url, "https://", 8) != 0 &&
	    strncmp(url, "http://", 7) != 0))
		return "url";
	if (!events_ok(cJSON_GetObjectItem(in, "events")))
		return "events";
	if (org == NULL || strcmp(org, CAL_ORG) != 0)
		return "organization";
	if (scope == NULL || (strcmp(scope, "user") != 0 &&
	    strcmp(scope, "organization") != 0 && strcmp(scope, "group") != 0))
		return "scope";
	if (strcmp(scope, "user") == 0 && (js_str(in, "user") == NULL ||
	    strcmp(js_str(in, "user"), CAL_USER) != 0))
		return "user";
	return NULL;
}

void
hook_create(struct ccall *c)
{
	const char *wrong = fault(c->body), *url = js_str(c->body, "url");
	struct obj *s;
	int i;

	if (wrong != NULL) {
		cal_invalid(c, wrong, "must be filled");
		return;
	}
	for (i = 0; i < c->cal->subs.n; i++) {
		if (strcmp(js_str(c->cal->subs.v[i]->json, "callback_url"),
		    url) == 0) {
			cal_error(c, 409, "webhook_subscription_409");
			return;
		}
	}
	s = add(c->cal, url, js_str(c->body, "scope"), cJSON_Duplicate(
	    cJSON_GetObjectItem(c->body, "events"), 1),
	    js_str(c->body, "signing_key"));
	cal_resource(c, 201, cJSON_Duplicate(s->json, 1));
}

void
hook_list(struct ccall *c)
{
	const char *scope = form_str(c->query, "scope");
	cJSON *all;
	int i;

	if (form_str(c->query, "organization") == NULL) {
		cal_invalid(c, "organization", "must be filled");
		return;
	}
	if (scope == NULL) {
		cal_invalid(c, "scope", "must be filled");
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
