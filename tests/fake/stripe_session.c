/*
 * fake-stripe, Checkout Sessions (facts/stripe.md §6): made with the rules the
 * schema does not hold, listed, expired by call and by time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "stripe.h"
#include "stripe_rules.h"

/* As long as a real one, to find who cuts it off. */
static const char fragment[] = "#fidkdWxOYHwnPyd1blpxYHZxWjA0S0FsTGpNfGZ0bk1y"
	"VTRBZGJKZktoSmNoT2hkVUpUbXNoY31AUzJDYXVgX0RjVH1JYnFgfWxNXzF2NH1"
	"XYGJoTGtxfEpVSXVMdGJwVGpWNTVyV1JJRkpgZicpJ2N3amhWYHdzYHcnP3F3cGAp"
	"J2lkfGpwcVF8dWAnPyd2bGtiaWBabHFgaCcpJ2BrZGdpYFVpZGZgbWppYWB3dic"
	"%2FcXdwYHgl";

static const char *
plain(struct call *c, const char *name)
{
	return form_str(c->params, name);
}

static void
set_if(cJSON *o, const char *name, struct call *c, const char *param)
{
	const char *v = plain(c, param);

	if (v != NULL)
		js_set_str(o, name, v);
}

static cJSON *
known_customer(const char *email)
{
	cJSON *o = cJSON_CreateObject();

	js_set(o, "address", NULL);
	js_set(o, "business_name", NULL);
	js_set_str(o, "email", email);
	js_set(o, "individual_name", NULL);
	js_set(o, "name", NULL);
	js_set(o, "phone", NULL);
	js_set_str(o, "tax_exempt", "none");
	js_set(o, "tax_ids", NULL);
	return o;
}

static void
set_times(struct call *c, cJSON *s)
{
	const char *at = plain(c, "expires_at");
	double now = (double)(now_ms() / 1000);

	js_set_num(s, "created", now);
	js_set_num(s, "expires_at",
	    at == NULL ? now + 24 * 3600 : strtod(at, NULL));
}

static void
set_recovery(struct call *c, cJSON *s)
{
	cJSON *after, *r;

	if (form_at(c->params, "after_expiration") == NULL)
		return;
	after = cJSON_CreateObject();
	js_set(s, "after_expiration", after);
	r = cJSON_AddObjectToObject(after, "recovery");
	js_set_bool(r, "allow_promotion_codes", 0);
	js_set_bool(r, "enabled", 1);
	js_set(r, "expires_at", NULL);
	js_set(r, "url", NULL);
}

/* From the sample of a finished session back to a fresh one. */
static cJSON *
blank(struct stripe *st)
{
	cJSON *s = sample(st, "checkout.session.completed");
	char id[ID_MAX], url[1024];

	new_id(id, "cs_test_a1", 56);
	js_set_str(s, "id", id);
	snprintf(url, sizeof(url), "%s/c/pay/%s%s", st->f.base, id, fragment);
	js_set_str(s, "url", url);
	js_set_str(s, "status", "open");
	js_set_str(s, "payment_status", "unpaid");
	js_set(s, "payment_intent", NULL);
	js_set(s, "collected_information", NULL);
	js_set(s, "customer_details", NULL);
	js_set(s, "customer_email", NULL);
	js_set(s, "client_reference_id", NULL);
	js_set(s, "submit_type", NULL);
	js_set(s, "locale", NULL);
	js_set(s, "cancel_url", NULL);
	js_set(s, "metadata", cJSON_CreateObject());
	return s;
}

static void
fill(struct call *c, cJSON *s)
{
	static const char *const texts[] = { "cancel_url", "success_url",
		"client_reference_id", "customer_email", "locale",
		"submit_type", "billing_address_collection",
		"customer_creation", "integration_identifier" };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		set_if(s, texts[i], c, texts[i]);
	set_times(c, s);
	set_recovery(c, s);
	js_set_bool(s, "allow_promotion_codes",
	    js_true(c->params, "allow_promotion_codes"));
	if (plain(c, "customer_email") != NULL)
		js_set(s, "customer_details",
		    known_customer(plain(c, "customer_email")));
	js_set_str(s, "currency",
	    plain(c, "line_items[0][price_data][currency]"));
}

void
session_create(struct call *c)
{
	cJSON *s, *items;
	struct obj *o;

	if (!rules_session(c))
		return;
	items = rules_items(c);
	if (items == NULL)
		return;
	s = blank(c->st);
	fill(c, s);
	metadata_put(c, cJSON_GetObjectItem(s, "metadata"), "metadata");
	o = store_add(c->st, SESSIONS, s);
	js_set(o->priv, "items", items);
	js_set(o->priv, "intent", cJSON_Duplicate(
	    form_at(c->params, "payment_intent_data"), 1));
	js_set_num(s, "amount_subtotal", rules_sum(items));
	js_set_num(s, "amount_total", rules_sum(items));
	if (!rules_total(c, o)) {
		/* Nobody has seen it: take it back. */
		obj_drop(&c->st->store[SESSIONS], o);
		return;
	}
	c->executed = 1;
	answer_object(c, o);
}

static struct obj *
find(struct call *c)
{
	struct obj *o = store_find(c->st, SESSIONS, c->id);

	if (o == NULL)
		stripe_missing(c, "checkout.session", "session", c->id);
	return o;
}

void
session_get(struct call *c)
{
	struct obj *o = find(c);

	if (o != NULL)
		answer_object(c, o);
}

void
session_update(struct call *c)
{
	struct obj *o = find(c);

	if (o == NULL || !metadata_put(c,
	    cJSON_GetObjectItem(o->json, "metadata"), "metadata"))
		return;
	c->executed = 1;
	answer_object(c, o);
}

void
session_expire(struct call *c)
{
	struct obj *o = find(c);

	c->executed = 1;
	if (o == NULL)
		return;
	if (session_end(c->st, o, c) == NULL)
		stripe_error(c, "invalid_request_error.session_not_open", NULL,
		    "Only Checkout Sessions with a status in [\"open\"] can be "
		    "expired. This Checkout Session has a status of `%s`.",
		    js_str(o->json, "status"));
	else
		answer_object(c, o);
}

void
session_items(struct call *c)
{
	struct obj *o = find(c);
	cJSON *list;
	char *url;

	if (o == NULL)
		return;
	list = cJSON_CreateObject();
	js_set_str(list, "object", "list");
	js_set(list, "data",
	    cJSON_Duplicate(cJSON_GetObjectItem(o->priv, "items"), 1));
	js_set_bool(list, "has_more", 0);
	url = xformat("/v1/checkout/sessions/%s/line_items", o->id);
	js_set_str(list, "url", url);
	free(url);
	answer_json(c, 200, list);
	cJSON_Delete(list);
}

static int
same(struct call *c, const char *param, const char *value)
{
	const char *asked = plain(c, param);

	return asked == NULL || (value != NULL && strcmp(asked, value) == 0);
}

static int
keep(struct call *c, const struct obj *o)
{
	return same(c, "payment_intent", js_str(o->json, "payment_intent")) &&
	    same(c, "status", js_str(o->json, "status")) &&
	    same(c, "customer", NULL) && same(c, "subscription", NULL) &&
	    same(c, "payment_link", NULL) &&
	    same(c, "customer_details[email]", js_str(
	    cJSON_GetObjectItem(o->json, "customer_details"), "email")) &&
	    created_fits(c, o);
}

void
session_list(struct call *c)
{
	answer_list(c, SESSIONS, "/v1/checkout/sessions", keep);
}

static void
offer_recovery(struct stripe *st, cJSON *s)
{
	cJSON *r = js_path(s, "after_expiration", "recovery", NULL);
	char url[256];

	if (r == NULL)
		return;
	snprintf(url, sizeof(url), "%s/r/%s", st->f.base, js_str(s, "id"));
	js_set_str(r, "url", url);
	js_set_num(r, "expires_at",
	    (double)(now_ms() / 1000 + 30 * 24 * 3600));
}

/* The customer had begun to pay: that attempt ends too. */
static void
cancel_intent(struct stripe *st, struct obj *s)
{
	struct obj *i = store_find(st, INTENTS,
	    js_str(s->json, "payment_intent"));

	if (i == NULL)
		return;
	js_set_str(i->json, "status", "canceled");
	js_set_str(i->json, "cancellation_reason", "expired");
	js_set_num(i->json, "canceled_at", (double)(now_ms() / 1000));
	event_emit(st, "payment_intent.canceled", i->json, NULL, NULL);
}

const char *
session_end(struct stripe *st, struct obj *s, const struct call *cause)
{
	pay_if_waiting(st, s);
	if (strcmp(js_str(s->json, "status"), "open") != 0)
		return NULL;
	js_set_str(s->json, "status", "expired");
	js_set(s->json, "url", NULL);
	offer_recovery(st, s->json);
	cancel_intent(st, s);
	return event_emit(st, "checkout.session.expired", s->json, NULL,
	    cause);
}

void
session_tick(struct stripe *st)
{
	struct store *s = &st->store[SESSIONS];
	double now = (double)(now_ms() / 1000);
	int i;

	for (i = 0; i < s->n; i++)
		if (js_num(s->v[i]->json, "expires_at", 0) <= now)
			session_end(st, s->v[i], NULL);
}
