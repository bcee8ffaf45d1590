/*
 * fake-calendly, bookings (facts/calendly.md §4, §6): one event per time, one
 * invitee per seat; a reschedule is a cancellation and a new booking under new
 * URIs; there is no event for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendly.h"

static void
stamp(cJSON *o, const char *name)
{
	char at[32];

	time_micro(at, now_ms());
	js_set_str(o, name, at);
}

static void
touch(cJSON *o)
{
	stamp(o, "updated_at");
}

struct obj *
event_of(struct cal *cal, const struct obj *invitee)
{
	return obj_find(&cal->events,
	    cal_tail(js_str(invitee->json, "event")));
}

static cJSON *
hosts(const struct obj *type)
{
	const char *pooling = js_str(type->json, "pooling_type");
	const char *robin = "[{\"user\":\"" CAL_USER "\",\"user_email\":"
	    "\"coach@example.com\",\"user_name\":\"Robin Coach\"}]";
	const char *sam = "[{\"user\":\"" CAL_API "/users/f1c0a001-0000-4000-"
	    "8000-000000000002\",\"user_email\":\"second.host@example.com\","
	    "\"user_name\":\"Sam Host\"}]";
	cJSON *ret, *more;

	if (pooling != NULL && strcmp(pooling, "round_robin") == 0)
		return cJSON_Parse(sam);
	ret = cJSON_Parse(robin);
	if (pooling != NULL && strcmp(pooling, "collective") == 0) {
		more = cJSON_Parse(sam);
		cJSON_AddItemToArray(ret, cJSON_DetachItemFromArray(more, 0));
		cJSON_Delete(more);
	}
	return ret;
}

static cJSON *
guests(const cJSON *emails)
{
	cJSON *ret = cJSON_CreateArray(), *g;
	const cJSON *e;

	cJSON_ArrayForEach(e, emails) {
		if (!cJSON_IsString(e))
			continue;
		g = cJSON_CreateObject();
		stamp(g, "created_at");
		js_set_str(g, "email", e->valuestring);
		stamp(g, "updated_at");
		cJSON_AddItemToArray(ret, g);
	}
	return ret;
}

static cJSON *
place(const struct obj *type, const cJSON *sample)
{
	const cJSON *first = cJSON_GetArrayItem(
	    cJSON_GetObjectItem(type->json, "locations"), 0);
	const char *kind = js_str(first, "kind");
	cJSON *o;

	if (kind == NULL || strcmp(kind, "physical") != 0)
		return cJSON_Duplicate(cJSON_GetObjectItem(sample, "location"),
		    1);
	o = cJSON_CreateObject();
	js_set_str(o, "additional_info", "Ring the bell");
	js_set_str(o, "location", js_str(first, "location"));
	js_set_str(o, "type", kind);
	return o;
}

static struct obj *
new_event(struct cal *cal, const struct booking *b)
{
	cJSON *file = cal_sample(cal, "api/scheduled_event.json"), *o, *n;
	char uuid[37], text[160];
	struct obj *ret;
	int64_t end;

	o = cJSON_DetachItemFromObject(file, "resource");
	cJSON_Delete(file);
	random_uuid(uuid);
	stamp(o, "created_at");
	touch(o);
	time_utc(text, b->start, 0);
	js_set_str(o, "start_time", text);
	end = b->start + (int64_t)js_num(b->type->json, "duration", 0) * 60;
	time_utc(text, end, 0);
	js_set_str(o, "end_time", text);
	js_set(o, "event_guests", guests(b->guests));
	js_set(o, "event_memberships", hosts(b->type));
	js_set_str(o, "event_type", js_str(b->type->json, "uri"));
	n = cJSON_CreateObject();
	js_set_num(n, "total", 0);
	js_set_num(n, "active", 0);
	js_set_num(n, "limit", js_num(b->type->priv, "limit", 1));
	js_set(o, "invitees_counter", n);
	js_set(o, "location", place(b->type, o));
	js_set_str(o, "name", js_str(b->type->json, "name"));
	js_set(o, "calendar_event", NULL);
	snprintf(text, sizeof(text), CAL_API "/scheduled_events/%s", uuid);
	js_set_str(o, "uri", text);
	ret = obj_add(&cal->events, uuid, o);
	js_set_num(ret->priv, "listed",
	    (double)(mono_ms() + fake_lag(&cal->f)));
	return ret;
}

static struct obj *
event_for(struct cal *cal, const struct booking *b)
{
	const struct obj *e;
	int i;

	for (i = 0; i < cal->events.n; i++) {
		e = cal->events.v[i];
		if (strcmp(js_str(e->json, "status"), "active") == 0 &&
		    strcmp(js_str(e->json, "event_type"),
		    js_str(b->type->json, "uri")) == 0 &&
		    event_start(e) == b->start)
			return cal->events.v[i];
	}
	return new_event(cal, b);
}

static void
count(struct obj *event, int total, int active)
{
	cJSON *n = cJSON_GetObjectItem(event->json, "invitees_counter");

	js_set_num(n, "total", js_num(n, "total", 0) + total);
	js_set_num(n, "active", js_num(n, "active", 0) + active);
	touch(event->json);
}

static cJSON *
tracking(const cJSON *from)
{
	static const char *const names[] = { "utm_campaign", "utm_source",
		"utm_medium", "utm_content", "utm_term", "salesforce_uuid" };
	cJSON *o = cJSON_CreateObject();
	size_t i;

	/* Anything else (gclid and so on) is dropped. */
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		js_set_str(o, names[i], js_str(from, names[i]));
	return o;
}

static void
set_links(cJSON *o, const char *event, const char *uuid)
{
	char text[256];

	snprintf(text, sizeof(text), "%s/invitees/%s", event, uuid);
	js_set_str(o, "uri", text);
	snprintf(text, sizeof(text), CAL_SITE "/cancellations/%s", uuid);
	js_set_str(o, "cancel_url", text);
	snprintf(text, sizeof(text), CAL_SITE "/reschedulings/%s", uuid);
	js_set_str(o, "reschedule_url", text);
	js_set_str(o, "event", event);
}

struct obj *
book(struct cal *cal, const struct booking *b)
{
	cJSON *file, *o;
	struct obj *event;
	char uuid[37];

	if (seats_left(cal, b->type, b->start) <= 0)
		return NULL;
	event = event_for(cal, b);
	count(event, 1, 1);
	file = cal_sample(cal, "api/invitee.json");
	o = cJSON_DetachItemFromObject(file, "resource");
	cJSON_Delete(file);
	random_uuid(uuid);
	set_links(o, js_str(event->json, "uri"), uuid);
	stamp(o, "created_at");
	touch(o);
	js_set_str(o, "email", b->email);
	js_set_str(o, "name", b->name);
	js_set_str(o, "first_name", b->first);
	js_set_str(o, "last_name", b->last);
	js_set_str(o, "timezone", b->timezone);
	js_set_str(o, "text_reminder_number", b->phone);
	js_set_str(o, "scheduling_method", b->method);
	js_set_str(o, "invitee_scheduled_by",
	    b->method == NULL ? NULL : CAL_USER);
	js_set(o, "questions_and_answers", b->answers == NULL ?
	    cJSON_CreateArray() : cJSON_Duplicate(b->answers, 1));
	js_set(o, "tracking", tracking(b->tracking));
	if (b->old != NULL)
		js_set_str(o, "old_invitee", js_str(b->old->json, "uri"));
	return obj_add(&cal->invitees, uuid, o);
}

static cJSON *
cancellation(const char *who, int by_host, const char *reason)
{
	cJSON *o = cJSON_CreateObject();

	js_set_str(o, "canceled_by", by_host ? "Robin Coach" : who);
	js_set_str(o, "canceler_type", by_host ? "host" : "invitee");
	stamp(o, "created_at");
	js_set_str(o, "reason", reason);
	return o;
}

static int
is_active(const struct obj *o)
{
	return strcmp(js_str(o->json, "status"), "active") == 0;
}

/* The seat is free again; the event goes when it was the last one. */
static void
give_up(struct cal *cal, struct obj *invitee, int by_host, const char *reason)
{
	struct obj *event = event_of(cal, invitee);
	cJSON *why = cancellation(js_str(invitee->json, "name"), by_host,
	    reason);

	js_set_str(invitee->json, "status", "canceled");
	js_set(invitee->json, "cancellation", why);
	touch(invitee->json);
	count(event, 0, -1);
	if (js_num(cJSON_GetObjectItem(event->json, "invitees_counter"),
	    "active", 0) > 0)
		return;
	js_set_str(event->json, "status", "canceled");
	js_set(event->json, "cancellation", cJSON_Duplicate(why, 1));
	js_set(event->json, "calendar_event", NULL);
}

int
cancel(struct cal *cal, struct obj *invitee, int by_host, const char *reason)
{
	const char *event = js_str(invitee->json, "event");
	struct obj **gone, *o;
	int i, n = 0;

	if (!is_active(invitee))
		return 0;
	gone = xalloc((size_t)cal->invitees.n * sizeof(*gone));
	for (i = 0; i < cal->invitees.n; i++) {
		o = cal->invitees.v[i];
		if (is_active(o) && (o == invitee || (by_host &&
		    strcmp(js_str(o->json, "event"), event) == 0)))
			gone[n++] = o;
	}
	/* First all of it, then the news, one webhook each. */
	for (i = 0; i < n; i++)
		give_up(cal, gone[i], by_host, reason);
	for (i = 0; i < n; i++)
		hook_emit(cal, "invitee.canceled", gone[i]);
	free(gone);
	return 1;
}

struct obj *
reschedule(struct cal *cal, struct obj *old, int64_t start, int by_host,
    int keep_tracking)
{
	struct booking b = {
		.type = cal_type(cal,
		    js_str(event_of(cal, old)->json, "event_type")),
		.start = start,
		.name = js_str(old->json, "name"),
		.first = js_str(old->json, "first_name"),
		.last = js_str(old->json, "last_name"),
		.email = js_str(old->json, "email"),
		.timezone = js_str(old->json, "timezone"),
		.phone = js_str(old->json, "text_reminder_number"),
		/* Whether these survive is not known (facts §4.4). */
		.tracking = keep_tracking ?
		    cJSON_GetObjectItem(old->json, "tracking") : NULL,
		.answers = cJSON_GetObjectItem(old->json,
		    "questions_and_answers"),
		.old = old,
	};
	struct obj *fresh;

	if (!is_active(old) || b.type == NULL)
		return NULL;
	fresh = book(cal, &b);
	if (fresh == NULL)
		return NULL;
	js_set_bool(old->json, "rescheduled", 1);
	js_set_str(old->json, "new_invitee", js_str(fresh->json, "uri"));
	give_up(cal, old, by_host, NULL);
	hook_emit(cal, "invitee.canceled", old);
	hook_emit(cal, "invitee.created", fresh);
	return fresh;
}

struct obj *
no_show(struct cal *cal, struct obj *invitee)
{
	cJSON *o, *mark;
	char uuid[37], uri[128];
	struct obj *ret;

	random_uuid(uuid);
	snprintf(uri, sizeof(uri), CAL_API "/invitee_no_shows/%s", uuid);
	o = cJSON_CreateObject();
	stamp(o, "created_at");
	js_set_str(o, "invitee", js_str(invitee->json, "uri"));
	js_set_str(o, "uri", uri);
	ret = obj_add(&cal->no_shows, uuid, o);
	mark = cJSON_CreateObject();
	js_set_str(mark, "created_at", js_str(o, "created_at"));
	js_set_str(mark, "uri", uri);
	js_set(invitee->json, "no_show", mark);
	hook_emit(cal, "invitee_no_show.created", invitee);
	return ret;
}

void
no_show_undo(struct cal *cal, struct obj *invitee)
{
	struct obj *o = obj_find(&cal->no_shows, cal_tail(js_str(
	    cJSON_GetObjectItem(invitee->json, "no_show"), "uri")));

	if (o == NULL)
		return;
	obj_drop(&cal->no_shows, o);
	js_set(invitee->json, "no_show", NULL);
	hook_emit(cal, "invitee_no_show.deleted", invitee);
}
