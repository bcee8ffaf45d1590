/*
 * fake-stripe, webhook endpoints (facts/stripe.md §7, §9): who is told what.
 * A disabled one gets nothing of what happens; what it was to get before goes
 * on if it is enabled again in time.
 */
#include <stdlib.h>
#include <string.h>

#include "deliver.h"
#include "form.h"
#include "stripe_rules.h"

enum { ENDPOINTS_MAX = 16 };

/* What facts/stripe.md §10 suggests to subscribe to. */
static const char *const suggested[] = { "checkout.session.completed",
	"checkout.session.async_payment_succeeded",
	"checkout.session.async_payment_failed", "checkout.session.expired",
	"payment_intent.succeeded", "payment_intent.payment_failed",
	"payment_intent.canceled", "charge.refunded", "refund.created",
	"refund.updated", "refund.failed", "charge.dispute.created",
	"charge.dispute.updated", "charge.dispute.closed",
	"charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
	"customer.subscription.created", "customer.subscription.updated",
	"customer.subscription.deleted", "invoice.paid",
	"invoice.payment_failed" };

static struct obj *
find(struct call *c)
{
	struct obj *o = store_find(c->st, ENDPOINTS, c->id);

	if (o == NULL)
		stripe_missing(c, "webhook_endpoint", "webhook_endpoint",
		    c->id);
	return o;
}

static struct obj *
new_endpoint(struct stripe *st, const char *url, cJSON *events,
    const char *version, const char *secret)
{
	cJSON *o = cJSON_CreateObject();
	char id[ID_MAX];
	struct obj *e;

	new_id(id, "we_1", 23);
	js_set_str(o, "id", id);
	js_set_str(o, "object", "webhook_endpoint");
	js_set_str(o, "api_version", version);
	js_set(o, "application", NULL);
	js_set_num(o, "created", (double)(now_ms() / 1000));
	js_set(o, "description", NULL);
	js_set(o, "enabled_events", events);
	js_set_bool(o, "livemode", 0);
	js_set(o, "metadata", cJSON_CreateObject());
	js_set_str(o, "status", "enabled");
	js_set_str(o, "url", url);
	e = store_add(st, ENDPOINTS, o);
	js_set_str(e->priv, "secret", secret);
	return e;
}

static cJSON *
texts(const cJSON *tree)
{
	cJSON *ret = cJSON_CreateArray();
	const cJSON *m;

	cJSON_ArrayForEach(m, tree)
		cJSON_AddItemToArray(ret, cJSON_CreateString(m->valuestring));
	return ret;
}

static int
endpoint_url_ok(struct call *c)
{
	const char *url = form_str(c->params, "url");

	if (url == NULL || strncmp(url, "https://", 8) == 0 ||
	    strncmp(url, "http://", 7) == 0)
		return 1;
	stripe_error(c, "invalid_request_error.url_invalid", "url",
	    "Invalid URL: An explicit scheme (such as https) must be "
	    "provided.");
	return 0;
}

static void
describe(struct call *c, cJSON *o)
{
	const char *text = form_str(c->params, "description");

	if (text != NULL)
		js_set_str(o, "description", *text == '\0' ? NULL : text);
}

void
endpoint_create(struct call *c)
{
	char secret[ID_MAX];
	cJSON *copy;
	struct obj *o;

	if (!endpoint_url_ok(c) || !rules_metadata(c, "metadata"))
		return;
	if (c->st->store[ENDPOINTS].n >= ENDPOINTS_MAX) {
		stripe_refuse(c, NULL,
		    "You have reached the maximum of 16 webhook endpoints.");
		return;
	}
	new_id(secret, "whsec_", 32);
	o = new_endpoint(c->st, form_str(c->params, "url"),
	    texts(form_at(c->params, "enabled_events")),
	    form_str(c->params, "api_version"), secret);
	describe(c, o->json);
	metadata_put(c, cJSON_GetObjectItem(o->json, "metadata"), "metadata");
	c->executed = 1;
	/* The only time the secret is ever shown. */
	copy = cJSON_Duplicate(o->json, 1);
	js_set_str(copy, "secret", secret);
	answer_json(c, 200, copy);
	cJSON_Delete(copy);
}

void
endpoint_list(struct call *c)
{
	answer_list(c, ENDPOINTS, "/v1/webhook_endpoints", NULL);
}

void
endpoint_get(struct call *c)
{
	struct obj *o = find(c);

	if (o != NULL)
		answer_object(c, o);
}

void
endpoint_update(struct call *c)
{
	struct obj *o = find(c);
	const char *disabled = form_str(c->params, "disabled");
	const cJSON *events = form_at(c->params, "enabled_events");

	if (o == NULL || !endpoint_url_ok(c) ||
	    !rules_metadata(c, "metadata"))
		return;
	if (form_str(c->params, "url") != NULL)
		js_set_str(o->json, "url", form_str(c->params, "url"));
	describe(c, o->json);
	if (events != NULL)
		js_set(o->json, "enabled_events", texts(events));
	if (disabled != NULL)
		js_set_str(o->json, "status", strcmp(disabled, "true") == 0 ?
		    "disabled" : "enabled");
	if (strcmp(js_str(o->json, "status"), "enabled") == 0)
		deliver_resume(&c->st->f, o->id, js_str(o->json, "url"));
	metadata_put(c, cJSON_GetObjectItem(o->json, "metadata"), "metadata");
	c->executed = 1;
	answer_object(c, o);
}

void
endpoint_delete(struct call *c)
{
	struct obj *o = find(c);
	cJSON *gone;

	if (o == NULL)
		return;
	gone = cJSON_CreateObject();
	js_set_str(gone, "id", o->id);
	js_set_str(gone, "object", "webhook_endpoint");
	js_set_bool(gone, "deleted", 1);
	answer_json(c, 200, gone);
	cJSON_Delete(gone);
	obj_drop(&c->st->store[ENDPOINTS], o);
}

void
endpoint_seed(struct stripe *st)
{
	if (st->webhook_url != NULL)
		new_endpoint(st, st->webhook_url, cJSON_CreateStringArray(
		    suggested, sizeof(suggested) / sizeof(*suggested)),
		    STRIPE_VERSION, st->webhook_secret);
}

int
endpoint_end(struct stripe *st, const char *id, int gone)
{
	struct store *s = &st->store[ENDPOINTS];
	struct obj *o;
	int i, n = 0;

	for (i = s->n - 1; i >= 0; i--) {
		o = s->v[i];
		if (id != NULL && strcmp(o->id, id) != 0)
			continue;
		n++;
		if (gone)
			obj_drop(s, o);
		else
			js_set_str(o->json, "status", "disabled");
	}
	return n;
}
