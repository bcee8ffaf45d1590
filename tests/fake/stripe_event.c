/*
 * fake-stripe, events (facts/stripe.md §9, §10): an Event is a snapshot made
 * once; it goes to every endpoint that asked for its type, and stays in the
 * list for 30 days, whether or not it was delivered.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver.h"
#include "form.h"
#include "stripe.h"

enum { KEPT_S = 30 * 24 * 3600 };

static int
wants(const cJSON *endpoint, const char *type)
{
	const cJSON *e;

	if (strcmp(js_str(endpoint, "status"), "enabled") != 0)
		return 0;
	cJSON_ArrayForEach(e, cJSON_GetObjectItem(endpoint, "enabled_events"))
		if (strcmp(e->valuestring, "*") == 0 ||
		    strcmp(e->valuestring, type) == 0)
			return 1;
	return 0;
}

static void
send_to(struct stripe *st, const struct obj *endpoint, const struct obj *event)
{
	const char *version = js_str(endpoint->json, "api_version");
	cJSON *copy = cJSON_Duplicate(event->json, 1);
	char *body;
	struct letter l = {
		.endpoint = endpoint->id,
		.url = js_str(endpoint->json, "url"),
		.secret = js_str(endpoint->priv, "secret"),
		.event = event->id,
		.type = js_str(event->json, "type"),
	};

	/* The header of a request changes no event, the endpoint does. */
	if (version != NULL)
		js_set_str(copy, "api_version", version);
	l.body = body = js_pretty(copy);
	deliver_add(&st->f, &l);
	free(body);
	cJSON_Delete(copy);
}

static cJSON *
envelope(const char *type, const cJSON *object, cJSON *before,
    const struct call *cause)
{
	cJSON *e = cJSON_CreateObject(), *data, *request;
	char id[ID_MAX];

	new_id(id, strncmp(type, "charge", 6) == 0 ? "evt_3" : "evt_1", 23);
	js_set_str(e, "id", id);
	js_set_str(e, "object", "event");
	js_set_str(e, "api_version", STRIPE_VERSION);
	js_set_num(e, "created", (double)(now_ms() / 1000));
	data = cJSON_AddObjectToObject(e, "data");
	js_set(data, "object", cJSON_Duplicate(object, 1));
	if (before != NULL)
		js_set(data, "previous_attributes", before);
	js_set_bool(e, "livemode", 0);
	js_set_num(e, "pending_webhooks", 0);
	request = cJSON_AddObjectToObject(e, "request");
	js_set_str(request, "id", cause == NULL ? NULL : cause->request);
	js_set_str(request, "idempotency_key",
	    cause == NULL ? NULL : cause->key);
	js_set_str(e, "type", type);
	return e;
}

static struct obj *
emit(struct stripe *st, cJSON *json)
{
	struct store *s = &st->store[ENDPOINTS];
	const char *type = js_str(json, "type");
	struct obj *event;
	int i, n = 0;

	event = store_add(st, EVENTS, json);
	js_set_num(event->priv, "listed",
	    (double)(mono_ms() + fake_lag(&st->f)));
	for (i = 0; i < s->n; i++)
		n += wants(s->v[i]->json, type);
	js_set_num(event->json, "pending_webhooks", n);
	for (i = 0; i < s->n; i++)
		if (wants(s->v[i]->json, type))
			send_to(st, s->v[i], event);
	return event;
}

const char *
event_emit(struct stripe *st, const char *type, const cJSON *object,
    cJSON *before, const struct call *cause)
{
	struct obj *event;
	char id[ID_MAX];
	cJSON *twin;

	event = emit(st, envelope(type, object, before, cause));
	if (fake_chance(&st->f, st->f.behave.twin)) {
		twin = cJSON_Duplicate(event->json, 1);
		new_id(id, "evt_1", 23);
		js_set_str(twin, "id", id);
		emit(st, twin);
	}
	return event->id;
}

static int
is_gone(const struct obj *event)
{
	return js_num(event->json, "created", 0) <
	    (double)(now_ms() / 1000 - KEPT_S);
}

static int
type_fits(struct call *c, const char *type)
{
	const cJSON *types = form_at(c->params, "types"), *t;
	const char *pattern = form_str(c->params, "type");

	if (pattern != NULL)
		return fnmatch(pattern, type, 0) == 0;
	if (types == NULL)
		return 1;
	cJSON_ArrayForEach(t, types)
		if (strcmp(t->valuestring, type) == 0)
			return 1;
	return 0;
}

static int
keep(struct call *c, const struct obj *o)
{
	const char *success = form_str(c->params, "delivery_success");
	int pending;

	if (is_gone(o) || js_num(o->priv, "listed", 0) > (double)mono_ms() ||
	    !type_fits(c, js_str(o->json, "type")) || !created_fits(c, o))
		return 0;
	pending = deliver_pending(&c->st->f, o->id);
	js_set_num(o->json, "pending_webhooks", pending);
	return success == NULL ||
	    (strcmp(success, "true") == 0) == (pending == 0);
}

void
event_list(struct call *c)
{
	if (form_at(c->params, "type") != NULL &&
	    form_at(c->params, "types") != NULL)
		stripe_error(c, "invalid_request_error.parameters_exclusive",
		    "type", "You may only specify one of these parameters: "
		    "type, types.");
	else if (cJSON_GetArraySize(form_at(c->params, "types")) > 20)
		stripe_refuse(c, "types", "Array types exceeded maximum 20 "
		    "allowed elements.");
	else
		answer_list(c, EVENTS, "/v1/events", keep);
}

void
event_get(struct call *c)
{
	struct obj *o = store_find(c->st, EVENTS, c->id);

	if (o == NULL || is_gone(o)) {
		stripe_missing(c, "event", "id", c->id);
		return;
	}
	js_set_num(o->json, "pending_webhooks",
	    deliver_pending(&c->st->f, o->id));
	answer_json(c, 200, o->json);
}
