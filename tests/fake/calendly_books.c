/*
 * fake-calendly, GET /_fake/books: what is true here, in few words, for tests
 * that compare it with the rows of who was told.  Things are named by the last
 * part of their URI.
 */
#include <string.h>

#include "calendly.h"

static void
name_it(cJSON *o, const char *as, const cJSON *from, const char *name)
{
	js_set_str(o, as, cal_tail(js_str(from, name)));
}

static cJSON *
invitee(struct cal *cal, const struct obj *i)
{
	const struct obj *e = event_of(cal, i);
	const cJSON *why = cJSON_GetObjectItem(i->json, "cancellation");
	cJSON *o = cJSON_CreateObject();

	js_set_str(o, "id", i->id);
	js_set_str(o, "event", e->id);
	name_it(o, "eventType", e->json, "event_type");
	js_set_str(o, "email", js_str(i->json, "email"));
	js_set_str(o, "startTime", js_str(e->json, "start_time"));
	js_set_str(o, "status", js_str(i->json, "status"));
	js_set_bool(o, "rescheduled", js_true(i->json, "rescheduled"));
	name_it(o, "oldInvitee", i->json, "old_invitee");
	name_it(o, "newInvitee", i->json, "new_invitee");
	js_set_bool(o, "noShow",
	    cJSON_IsObject(cJSON_GetObjectItem(i->json, "no_show")));
	js_set_str(o, "cancelerType", js_str(why, "canceler_type"));
	js_set_str(o, "reason", js_str(why, "reason"));
	return o;
}

static cJSON *
event(const struct obj *e)
{
	const cJSON *n = cJSON_GetObjectItem(e->json, "invitees_counter");
	cJSON *o = cJSON_CreateObject();

	js_set_str(o, "id", e->id);
	name_it(o, "eventType", e->json, "event_type");
	js_set_str(o, "startTime", js_str(e->json, "start_time"));
	js_set_str(o, "status", js_str(e->json, "status"));
	js_set_num(o, "total", js_num(n, "total", 0));
	js_set_num(o, "active", js_num(n, "active", 0));
	js_set_num(o, "limit", js_num(n, "limit", 0));
	return o;
}

static cJSON *
subscription(const struct obj *s)
{
	cJSON *o = cJSON_CreateObject();

	js_set_str(o, "id", s->id);
	js_set_str(o, "url", js_str(s->json, "callback_url"));
	js_set_str(o, "scope", js_str(s->json, "scope"));
	js_set_str(o, "state", js_str(s->json, "state"));
	return o;
}

cJSON *
cal_books(struct cal *cal)
{
	cJSON *ret = cJSON_CreateObject(), *list;
	int i;

	list = cJSON_AddArrayToObject(ret, "invitees");
	for (i = 0; i < cal->invitees.n; i++)
		cJSON_AddItemToArray(list, invitee(cal, cal->invitees.v[i]));
	list = cJSON_AddArrayToObject(ret, "events");
	for (i = 0; i < cal->events.n; i++)
		cJSON_AddItemToArray(list, event(cal->events.v[i]));
	list = cJSON_AddArrayToObject(ret, "subscriptions");
	for (i = 0; i < cal->subs.n; i++)
		cJSON_AddItemToArray(list, subscription(cal->subs.v[i]));
	return ret;
}
