/*
 * fake-stripe, the small resources: intents, charges and disputes to look at,
 * coupons and promotion codes (facts/stripe.md §7).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "form.h"
#include "stripe.h"

static struct obj *
find(struct call *c, enum kind kind, const char *type, const char *param)
{
	struct obj *o = store_find(c->st, kind, c->id);

	if (o == NULL)
		stripe_missing(c, type, param, c->id);
	return o;
}

static void
show(struct call *c, enum kind kind, const char *type, const char *param)
{
	struct obj *o = find(c, kind, type, param);

	if (o != NULL)
		answer_object(c, o);
}

void
intent_get(struct call *c)
{
	show(c, INTENTS, "payment_intent", "intent");
}

void
charge_get(struct call *c)
{
	show(c, CHARGES, "charge", "id");
}

void
dispute_get(struct call *c)
{
	show(c, DISPUTES, "dispute", "dispute");
}

void
coupon_get(struct call *c)
{
	show(c, COUPONS, "coupon", "coupon");
}

void
coupon_list(struct call *c)
{
	answer_list(c, COUPONS, "/v1/coupons", created_fits);
}

void
promo_get(struct call *c)
{
	show(c, PROMOS, "promotion_code", "promotion_code");
}

static int
keep_promo(struct call *c, const struct obj *o)
{
	const char *code = form_str(c->params, "code");
	const char *active = form_str(c->params, "active");
	const char *coupon = form_str(c->params, "coupon");

	return (code == NULL || strcasecmp(code, js_str(o->json, "code")) == 0)
	    && (active == NULL || (strcmp(active, "true") == 0) ==
	    js_true(o->json, "active")) && (coupon == NULL ||
	    strcmp(coupon, js_str(cJSON_GetObjectItem(o->json, "promotion"),
	    "coupon")) == 0) && created_fits(c, o);
}

void
promo_list(struct call *c)
{
	answer_list(c, PROMOS, "/v1/promotion_codes", keep_promo);
}

static void
seed_coupon(struct stripe *st, const char *id, double percent, int redeem_by)
{
	static const char *const nothing[] = { "amount_off", "currency",
		"duration_in_months", "max_redemptions", "name" };
	cJSON *o = cJSON_CreateObject();
	size_t i;

	js_set_str(o, "id", id);
	js_set_str(o, "object", "coupon");
	for (i = 0; i < sizeof(nothing) / sizeof(*nothing); i++)
		js_set(o, nothing[i], NULL);
	js_set_num(o, "created", (double)(now_ms() / 1000));
	js_set_str(o, "duration", "once");
	js_set_bool(o, "livemode", 0);
	js_set(o, "metadata", cJSON_CreateObject());
	js_set_num(o, "percent_off", percent);
	js_set(o, "redeem_by", redeem_by == 0 ? NULL :
	    cJSON_CreateNumber(redeem_by));
	js_set_num(o, "times_redeemed", 0);
	js_set_bool(o, "valid", redeem_by == 0);
	store_add(st, COUPONS, o);
}

static void
seed_promo(struct stripe *st, const char *id, const char *code,
    const char *coupon, int expires_at)
{
	cJSON *o = cJSON_CreateObject(), *p;

	js_set_str(o, "id", id);
	js_set_str(o, "object", "promotion_code");
	js_set_bool(o, "active", expires_at == 0);
	js_set_str(o, "code", code);
	js_set_num(o, "created", (double)(now_ms() / 1000));
	js_set(o, "customer", NULL);
	js_set(o, "customer_account", NULL);
	js_set(o, "expires_at", expires_at == 0 ? NULL :
	    cJSON_CreateNumber(expires_at));
	js_set_bool(o, "livemode", 0);
	js_set(o, "max_redemptions", NULL);
	js_set(o, "metadata", cJSON_CreateObject());
	p = cJSON_AddObjectToObject(o, "promotion");
	js_set_str(p, "coupon", coupon);
	js_set_str(p, "type", "coupon");
	p = cJSON_AddObjectToObject(o, "restrictions");
	js_set_bool(p, "first_time_transaction", 0);
	js_set(p, "minimum_amount", NULL);
	js_set(p, "minimum_amount_currency", NULL);
	js_set_num(o, "times_redeemed", 0);
	store_add(st, PROMOS, o);
}

void
seed(struct stripe *st)
{
	seed_coupon(st, "welcome20", 20, 0);
	seed_coupon(st, "free100", 100, 0);
	seed_coupon(st, "old10", 10, 1700000000);
	seed_promo(st, "promo_1FakeWelcome20000000000", "WELCOME20",
	    "welcome20", 0);
	seed_promo(st, "promo_1FakeFree1000000000000", "FREE100", "free100",
	    0);
	seed_promo(st, "promo_1FakeOld10000000000000", "OLD10", "old10",
	    1700000000);
	endpoint_seed(st);
}

static void
spread(struct obj *s, double off)
{
	cJSON *i, *items = cJSON_GetObjectItem(s->priv, "items");
	double rest = off, part, sum = js_num(s->json, "amount_subtotal", 1);

	cJSON_ArrayForEach(i, items) {
		part = i->next == NULL ? rest :
		    (double)(int64_t)(off * js_num(i, "amount_subtotal", 0) /
		    sum);
		rest -= part;
		js_set_num(i, "amount_discount", part);
		js_set_num(i, "amount_total",
		    js_num(i, "amount_subtotal", 0) - part);
	}
}

const char *
session_discount(struct stripe *st, struct obj *s, const char *coupon,
    const char *promo)
{
	struct obj *p = promo == NULL ? NULL : store_find(st, PROMOS, promo);
	struct obj *c;
	double sub = js_num(s->json, "amount_subtotal", 0), off;
	cJSON *d, *list;

	if (promo != NULL && p == NULL)
		return "No such promotion code";
	if (p != NULL)
		coupon = js_str(cJSON_GetObjectItem(p->json, "promotion"),
		    "coupon");
	c = store_find(st, COUPONS, coupon);
	if (c == NULL)
		return "No such coupon";
	if (!js_true(c->json, "valid") ||
	    (p != NULL && !js_true(p->json, "active")))
		return "This promotion code has expired.";
	/* half a cent goes up, in whole cents */
	off = (double)(int64_t)(sub * js_num(c->json, "percent_off", 0) / 100 +
	    0.5);
	js_set_num(s->json, "amount_total", sub - off);
	js_set_num(cJSON_GetObjectItem(s->json, "total_details"),
	    "amount_discount", off);
	list = cJSON_CreateArray();
	d = cJSON_CreateObject();
	js_set_str(d, "coupon", p == NULL ? coupon : NULL);
	js_set_str(d, "promotion_code", promo);
	cJSON_AddItemToArray(list, d);
	js_set(s->json, "discounts", list);
	spread(s, off);
	return NULL;
}

const char *
session_promo_text(struct stripe *st, struct obj *s, const char *text)
{
	struct store *p = &st->store[PROMOS];
	int i;

	for (i = 0; i < p->n; i++)
		if (strcasecmp(js_str(p->v[i]->json, "code"), text) == 0)
			return session_discount(st, s, NULL, p->v[i]->id);
	return "This code is invalid.";
}
