/*
 * fake-calendly, the operations of the API (facts/calendly.md §5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "calendly.h"
#include "form.h"

enum { RANGE_MAX_S = 31 * 24 * 3600, SLOTS_MAX = 2000 };

static int
same(const char *asked, const char *value)
{
	return asked == NULL || (value != NULL && strcmp(asked, value) == 0);
}

static const char *
asked(struct ccall *c, const char *name)
{
	return form_str(c->query, name);
}

static void
not_found(struct ccall *c)
{
	cal_error(c, 404, "error_404_not_found");
}

static void
show(struct ccall *c, const struct obj *o)
{
	if (o == NULL)
		not_found(c);
	else
		cal_resource(c, 200, cJSON_Duplicate(o->json, 1));
}

void
user_get(struct ccall *c)
{
	if (strcmp(c->id, "") != 0 && strcmp(c->id, cal_tail(CAL_USER)) != 0)
		not_found(c);
	else
		hresp_json(c->rs, 200, cal_sample(c->cal,
		    "api/users_me.json"));
}

/* Lists want to know whose: 0 after answering so. */
static int
owner_ok(struct ccall *c)
{
	const char *user = asked(c, "user"), *org = asked(c, "organization");

	if (user == NULL && org == NULL) {
		cal_invalid(c, "organization", "must be filled");
		return 0;
	}
	if (!same(user, CAL_USER) || !same(org, CAL_ORG)) {
		cal_error(c, 403, "error_403_permission");
		return 0;
	}
	return 1;
}

void
types_list(struct ccall *c)
{
	const char *active = asked(c, "active");
	cJSON *all;
	int i;

	if (!owner_ok(c))
		return;
	all = cJSON_CreateArray();
	for (i = 0; i < c->cal->types.n; i++)
		if (active == NULL || (strcmp(active, "true") == 0) ==
		    js_true(c->cal->types.v[i]->json, "active"))
			cJSON_AddItemToArray(all, cJSON_Duplicate(
			    c->cal->types.v[i]->json, 1));
	cal_collection(c, "/event_types", all);
}

void
type_get(struct ccall *c)
{
	show(c, obj_find(&c->cal->types, c->id));
}

static cJSON *
slot(const struct obj *type, int64_t t, int left, int plain)
{
	cJSON *o = cJSON_CreateObject();
	char at[32], iso[32], *url;

	time_utc(iso, t, 1);
	time_utc(at, t, plain);
	url = xformat("%s/%s?month=%.7s&date=%.10s",
	    js_str(type->json, "scheduling_url"), iso, iso, iso);
	js_set_num(o, "invitees_remaining", left);
	js_set_str(o, "scheduling_url", url);
	js_set_str(o, "start_time", at);
	js_set_str(o, "status", "available");
	free(url);
	return o;
}

void
times_list(struct ccall *c)
{
	struct obj *type = obj_find(&c->cal->types,
	    cal_tail(asked(c, "event_type")));
	int64_t from = time_parse(asked(c, "start_time"));
	int64_t to = time_parse(asked(c, "end_time"));
	int64_t *list;
	cJSON *o, *all;
	int i, n;

	if (asked(c, "event_type") == NULL)
		cal_invalid(c, "event_type", "must be filled");
	else if (type == NULL)
		not_found(c);
	else if (from <= now_ms() / 1000)
		cal_invalid(c, "start_time", "start_time must be in the "
		    "future");
	else if (to <= from || to - from > RANGE_MAX_S)
		cal_invalid(c, "end_time", "the range is at most 31 days");
	if (c->rs->body.n > 0)
		return;
	list = xalloc(SLOTS_MAX * sizeof(*list));
	n = slots(c->cal, type, from, to, list, SLOTS_MAX);
	o = cJSON_CreateObject();
	all = cJSON_AddArrayToObject(o, "collection");
	/* Both spellings of a time, on purpose. */
	for (i = 0; i < n; i++)
		cJSON_AddItemToArray(all, slot(type, list[i],
		    seats_left(c->cal, type, list[i]), i % 2 == 0));
	free(list);
	hresp_json(c->rs, 200, o);
}

static int
has_invitee(struct cal *cal, const struct obj *event, const char *email)
{
	const struct obj *i;
	int k;

	for (k = 0; email != NULL && k < cal->invitees.n; k++) {
		i = cal->invitees.v[k];
		if (strcmp(js_str(i->json, "event"),
		    js_str(event->json, "uri")) == 0 &&
		    strcasecmp(js_str(i->json, "email"), email) == 0)
			return 1;
	}
	return email == NULL;
}

static int
event_fits(struct ccall *c, const struct obj *e)
{
	int64_t min = time_parse(asked(c, "min_start_time"));
	int64_t max = time_parse(asked(c, "max_start_time"));
	int64_t start = event_start(e);

	return js_num(e->priv, "listed", 0) <= (double)mono_ms() &&
	    same(asked(c, "status"), js_str(e->json, "status")) &&
	    (min < 0 || start >= min) && (max < 0 || start <= max) &&
	    has_invitee(c->cal, e, asked(c, "invitee_email"));
}

static int
earlier(const void *a, const void *b)
{
	const struct obj *const *x = a, *const *y = b;
	int64_t s = event_start(*x), t = event_start(*y);

	return s < t ? -1 : s > t;
}

/* Is it not asked for, or one of the two?  Else answers that it is not. */
static int
choice_ok(struct ccall *c, const char *name, const char *one,
    const char *other)
{
	const char *v = asked(c, name);

	if (v == NULL || strcmp(v, one) == 0 || strcmp(v, other) == 0)
		return 1;
	cal_invalid(c, name, "is invalid");
	return 0;
}

static int
time_filters_ok(struct ccall *c)
{
	static const char *const names[] = { "min_start_time",
		"max_start_time" };
	size_t i;

	for (i = 0; i < 2; i++) {
		if (asked(c, names[i]) == NULL ||
		    time_parse(asked(c, names[i])) >= 0)
			continue;
		cal_invalid(c, names[i], "is invalid");
		return 0;
	}
	return 1;
}

void
events_list(struct ccall *c)
{
	const char *sort = asked(c, "sort");
	int i, n = 0, down = same("start_time:desc", sort);
	struct obj **v;
	cJSON *all;

	if (!owner_ok(c) || !time_filters_ok(c) ||
	    !choice_ok(c, "status", "active", "canceled") ||
	    !choice_ok(c, "sort", "start_time:asc", "start_time:desc"))
		return;
	v = xalloc((size_t)(c->cal->events.n + 1) * sizeof(*v));
	for (i = 0; i < c->cal->events.n; i++)
		if (event_fits(c, c->cal->events.v[i]))
			v[n++] = c->cal->events.v[i];
	qsort(v, (size_t)n, sizeof(*v), earlier);
	all = cJSON_CreateArray();
	for (i = 0; i < n; i++)
		cJSON_AddItemToArray(all, cJSON_Duplicate(
		    v[down ? n - 1 - i : i]->json, 1));
	free(v);
	cal_collection(c, "/scheduled_events", all);
}

void
event_get(struct ccall *c)
{
	show(c, obj_find(&c->cal->events, c->id));
}

void
invitees_list(struct ccall *c)
{
	struct obj *e = obj_find(&c->cal->events, c->id);
	const struct obj *i;
	cJSON *all;
	char *path;
	int k;

	if (e == NULL) {
		not_found(c);
		return;
	}
	if (!choice_ok(c, "status", "active", "canceled"))
		return;
	all = cJSON_CreateArray();
	for (k = 0; k < c->cal->invitees.n; k++) {
		i = c->cal->invitees.v[k];
		if (strcmp(js_str(i->json, "event"), js_str(e->json, "uri"))
		    == 0 && same(asked(c, "status"),
		    js_str(i->json, "status")) &&
		    (asked(c, "email") == NULL || strcasecmp(asked(c, "email"),
		    js_str(i->json, "email")) == 0))
			cJSON_AddItemToArray(all,
			    cJSON_Duplicate(i->json, 1));
	}
	path = xformat("/scheduled_events/%s/invitees", e->id);
	cal_collection(c, path, all);
	free(path);
}

/* It takes both ids. */
void
invitee_get(struct ccall *c)
{
	struct obj *i = obj_find(&c->cal->invitees, c->id2);

	show(c, i != NULL && strcmp(cal_tail(js_str(i->json, "event")),
	    c->id) == 0 ? i : NULL);
}

static struct obj *
any_active(struct cal *cal, const char *event)
{
	struct obj *i;
	int k;

	for (k = 0; k < cal->invitees.n; k++) {
		i = cal->invitees.v[k];
		if (strcmp(cal_tail(js_str(i->json, "event")), event) == 0 &&
		    strcmp(js_str(i->json, "status"), "active") == 0)
			return i;
	}
	return NULL;
}

void
event_cancel(struct ccall *c)
{
	struct obj *e = obj_find(&c->cal->events, c->id), *i;
	const char *reason = js_str(c->body, "reason");

	if (e == NULL) {
		not_found(c);
		return;
	}
	/* One project measured that it is refused (facts §5). */
	if (reason != NULL && (strlen(reason) > 10000 ||
	    c->cal->f.behave.refuse_reason)) {
		cal_invalid(c, "reason", "is invalid");
		return;
	}
	i = any_active(c->cal, c->id);
	if (i == NULL || !cancel(c->cal, i, 1, reason))
		cal_error(c, 403, "cancellation_403_already_canceled");
	else
		cal_resource(c, 201, cJSON_Duplicate(cJSON_GetObjectItem(
		    e->json, "cancellation"), 1));
}

void
link_create(struct ccall *c)
{
	const char *owner = js_str(c->body, "owner");
	struct obj *type = obj_find(&c->cal->types, cal_tail(owner));
	const char *kind = js_str(c->body, "owner_type");
	char code[16], letters[12], *url;
	cJSON *o;

	if (owner == NULL || kind == NULL || strcmp(kind, "EventType") != 0 ||
	    js_num(c->body, "max_event_count", 0) != 1) {
		cal_invalid(c, owner == NULL ? "owner" : kind == NULL ||
		    strcmp(kind, "EventType") != 0 ? "owner_type" :
		    "max_event_count", "is invalid");
		return;
	}
	if (type == NULL) {
		not_found(c);
		return;
	}
	random_hex(letters, 10);
	snprintf(code, sizeof(code), "%.4s-%.3s-%.3s", letters, letters + 4,
	    letters + 7);
	url = xformat(CAL_SITE "/d/%s/%s", code, js_str(type->json, "slug"));
	o = cJSON_CreateObject();
	js_set_str(o, "booking_url", url);
	js_set_str(o, "owner", owner);
	js_set_str(o, "owner_type", "EventType");
	free(url);
	js_set_str(obj_add(&c->cal->links, code,
	    cJSON_Duplicate(o, 1))->priv, "type", type->id);
	cal_resource(c, 201, o);
}

void
no_show_create(struct ccall *c)
{
	struct obj *i = obj_find(&c->cal->invitees,
	    cal_tail(js_str(c->body, "invitee")));

	if (js_str(c->body, "invitee") == NULL)
		cal_invalid(c, "invitee", "must be filled");
	else if (i == NULL)
		not_found(c);
	else if (cJSON_IsObject(cJSON_GetObjectItem(i->json, "no_show")))
		cal_error(c, 403, "error_403_permission");
	else
		cal_resource(c, 201, cJSON_Duplicate(
		    no_show(c->cal, i)->json, 1));
}

void
no_show_get(struct ccall *c)
{
	show(c, obj_find(&c->cal->no_shows, c->id));
}

void
no_show_delete(struct ccall *c)
{
	struct obj *o = obj_find(&c->cal->no_shows, c->id);

	if (o == NULL) {
		not_found(c);
		return;
	}
	no_show_undo(c->cal, obj_find(&c->cal->invitees,
	    cal_tail(js_str(o->json, "invitee"))));
	c->rs->status = 204;
}
