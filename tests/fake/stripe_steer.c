/*
 * fake-stripe, steering: what a customer, a bank or an attacker does, as JSON
 * posts (spec/interface.md §1, and more).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver.h"
#include "stripe.h"

typedef void steer_fn(struct stripe *st, const cJSON *in, struct hresp *rs);

static struct obj *
session_in(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	struct obj *s = store_find(st, SESSIONS, js_str(in, "session"));

	if (s == NULL)
		hresp_refuse(rs, 404, "no such session");
	return s;
}

static int
authenticated(const cJSON *in)
{
	const char *how = js_str(in, "threeDSecure");

	if (how == NULL || strcmp(how, "done") == 0)
		return 1;
	return strcmp(how, "fail") == 0 ? -1 : 0;
}

static void
report(struct obj *s, struct paid *paid, struct hresp *rs)
{
	cJSON *o = cJSON_CreateObject();
	char *url = pay_return_url(s);

	js_set_str(o, "status", paid->status);
	js_set_str(o, "paymentStatus", js_str(s->json, "payment_status"));
	js_set_str(o, "code", paid->code);
	js_set_str(o, "declineCode", paid->decline_code);
	js_set_str(o, "message", paid->message);
	js_set_str(o, "session", s->id);
	js_set_str(o, "paymentIntent", js_str(s->json, "payment_intent"));
	js_set(o, "events", paid->events);
	js_set_str(o, "redirectUrl", paid->completed == NULL ? NULL : url);
	free(url);
	hresp_json(rs, strcmp(paid->status, "closed") == 0 ? 409 : 200, o);
}

static void
say_event(struct hresp *rs, const char *event, const char *why)
{
	cJSON *o;

	if (why != NULL) {
		hresp_refuse(rs, 409, "%s", why);
		return;
	}
	o = cJSON_CreateObject();
	js_set_bool(o, "ok", 1);
	if (event != NULL)
		js_set_str(o, "event", event);
	hresp_json(rs, 200, o);
}

static void
do_pay(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	struct obj *s = session_in(st, in, rs);
	const char *promo = js_str(in, "promotionCode"), *why;
	struct payment p = {
		.card = js_str(in, "card"),
		.bank = js_str(in, "bank"),
		.email = js_str(in, "email"),
		.name = js_str(in, "name"),
		.authenticated = authenticated(in),
	};
	struct paid paid;

	if (s == NULL)
		return;
	if (p.bank == NULL && p.card == NULL)
		p.card = "4242424242424242";
	why = promo == NULL ? NULL : session_promo_text(st, s, promo);
	if (why != NULL) {
		hresp_refuse(rs, 400, "%s", why);
		return;
	}
	session_tick(st);
	if (js_true(in, "whenExpiring")) {
		pay_when_expiring(s, &p);
		say_event(rs, NULL, NULL);
		return;
	}
	pay(st, s, &p, &paid);
	pay_wait(st, paid.completed);
	report(s, &paid, rs);
}

static void
do_abandon(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	struct obj *s = session_in(st, in, rs);
	cJSON *o;

	if (s == NULL)
		return;
	/* Leaving expires nothing (facts §6): the session stays as it is. */
	o = cJSON_CreateObject();
	js_set_str(o, "status", js_str(s->json, "status"));
	js_set_str(o, "redirectUrl", js_str(s->json, "cancel_url"));
	hresp_json(rs, 200, o);
}

static void
do_expire(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	struct obj *s = session_in(st, in, rs);
	const char *event;

	if (s == NULL)
		return;
	event = session_end(st, s, NULL);
	say_event(rs, event, event == NULL ? "the session is not open" : NULL);
}

static void
do_settle(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	const char *session = js_str(in, "session");
	const char *refund = js_str(in, "refund");
	const char *result = js_str(in, "result");

	if (result == NULL || (session == NULL && refund == NULL))
		hresp_refuse(rs, 400, "session or refund, and result, please");
	else
		say_event(rs, NULL, refund != NULL ?
		    refund_settle(st, refund, result) :
		    pay_settle(st, session, result));
}

static void
do_refund(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	struct obj *i = store_find(st, INTENTS, js_str(in, "paymentIntent"));
	const char *why = "no such payment intent";
	struct obj *r = NULL;
	cJSON *o;

	if (i != NULL)
		r = refund_by_hand(st, i, js_num(in, "amount", 0),
		    js_str(in, "reason"), &why);
	if (r == NULL) {
		hresp_refuse(rs, i == NULL ? 404 : 409, "%s", why);
		return;
	}
	o = cJSON_CreateObject();
	js_set_str(o, "refund", r->id);
	js_set_str(o, "status", js_str(r->json, "status"));
	js_set_num(o, "amount", js_num(r->json, "amount", 0));
	hresp_json(rs, 200, o);
}

static void
end_endpoints(struct stripe *st, const cJSON *in, int gone, struct hresp *rs)
{
	const char *id = js_str(in, "endpoint");
	int n = endpoint_end(st, id, gone);
	cJSON *o;

	if (n == 0) {
		hresp_refuse(rs, 404, "no such endpoint");
		return;
	}
	o = cJSON_CreateObject();
	js_set_num(o, gone ? "deleted" : "disabled", n);
	hresp_json(rs, 200, o);
}

static void
do_disable(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	end_endpoints(st, in, 0, rs);
}

static void
do_delete(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	end_endpoints(st, in, 1, rs);
}

static void
say_dispute(struct stripe *st, struct obj *d, const cJSON *in,
    struct hresp *rs)
{
	struct obj *ch = d == NULL ? NULL :
	    store_find(st, CHARGES, js_str(d->json, "charge"));
	cJSON *o;

	if (ch == NULL) {
		hresp_refuse(rs, 404, "no such dispute");
		return;
	}
	if (cJSON_HasObjectItem(in, "refundable")) {
		js_set_bool(ch->priv, "refundable", js_true(in, "refundable"));
		js_set_bool(d->json, "is_charge_refundable",
		    js_true(in, "refundable"));
	}
	js_set_bool(ch->priv, "other_code", js_true(in, "otherCode"));
	o = cJSON_CreateObject();
	js_set_str(o, "dispute", d->id);
	js_set_str(o, "status", js_str(d->json, "status"));
	hresp_json(rs, 200, o);
}

static void
do_dispute(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	struct obj *i = store_find(st, INTENTS, js_str(in, "paymentIntent"));
	const char *status = js_str(in, "close"), *id = js_str(in, "dispute");
	const char *reason = js_str(in, "reason"), *why = NULL;

	if (id == NULL && (i == NULL ||
	    strcmp(js_str(i->json, "status"), "succeeded") != 0)) {
		hresp_refuse(rs, 404, "no such paid payment intent");
		return;
	}
	if (id == NULL)
		id = dispute_open(st, i, reason == NULL ? "fraudulent" :
		    reason, js_num(in, "amount", 0))->id;
	if (status == NULL)
		status = js_str(in, "status");
	if (status != NULL)
		why = dispute_move(st, id, status);
	if (why != NULL)
		hresp_refuse(rs, 400, "%s", why);
	else
		say_dispute(st, store_find(st, DISPUTES, id), in, rs);
}

/* A session nobody asked our API for: somebody else's, or an attacker's. */
static void
do_session(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	const char *emit = js_str(in, "emit");
	cJSON *s = sample(st, "checkout.session.completed"), *o;
	char id[ID_MAX];
	const cJSON *m;
	struct obj *kept;

	new_id(id, "cs_test_a1", 56);
	js_set_str(s, "id", id);
	cJSON_ArrayForEach(m, in)
		if (strcmp(m->string, "emit") != 0)
			js_set(s, m->string, cJSON_Duplicate(m, 1));
	kept = store_add(st, SESSIONS, s);
	cJSON_AddArrayToObject(kept->priv, "items");
	o = cJSON_CreateObject();
	js_set_str(o, "session", kept->id);
	if (emit != NULL)
		js_set_str(o, "event", event_emit(st, emit, s, NULL, NULL));
	hresp_json(rs, 200, o);
}

static void
do_event(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	const cJSON *object = cJSON_GetObjectItem(in, "object");
	const char *type = js_str(in, "type");

	if (type == NULL || !cJSON_IsObject(object))
		hresp_refuse(rs, 400, "type and object, please");
	else
		say_event(rs, event_emit(st, type, object, NULL, NULL), NULL);
}

static void
do_send(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	const cJSON *given = cJSON_GetObjectItem(in, "body");
	char *body = cJSON_IsString(given) ? xstrdup(given->valuestring) :
	    given == NULL ? NULL : js_pretty(given);
	struct letter l = {
		.endpoint = "direct",
		.url = js_str(in, "url"),
		.secret = js_str(in, "secret"),
		.event = "sent",
		.type = "sent",
		.body = body,
	};
	cJSON *o;

	if (l.url == NULL)
		l.url = st->webhook_url;
	if (l.secret == NULL)
		l.secret = st->webhook_secret;
	if (body == NULL || l.url == NULL) {
		hresp_refuse(rs, 400, "a body and a webhook URL, please");
	} else {
		o = cJSON_CreateObject();
		js_set_num(o, "delivery", deliver_add(&st->f, &l));
		hresp_json(rs, 200, o);
	}
	free(body);
}

static void
do_flush(struct stripe *st, const cJSON *in, struct hresp *rs)
{
	jobs_run(st, 1);
	hresp_json(rs, 200, deliver_flush(&st->f, js_true(in, "lost")));
}

static const struct {
	const char *path;
	steer_fn *fn;
} posts[] = {
	{ "/_fake/pay", do_pay },
	{ "/_fake/abandon", do_abandon },
	{ "/_fake/expire", do_expire },
	{ "/_fake/settle", do_settle },
	{ "/_fake/refund", do_refund },
	{ "/_fake/dispute", do_dispute },
	{ "/_fake/disable", do_disable },
	{ "/_fake/delete", do_delete },
	{ "/_fake/session", do_session },
	{ "/_fake/event", do_event },
	{ "/_fake/send", do_send },
	{ "/_fake/flush", do_flush },
};

int
steer(struct stripe *st, struct hreq *rq, struct hresp *rs)
{
	cJSON *in;
	size_t i;

	if (hreq_is(rq, "GET", "/_fake/books")) {
		hresp_json(rs, 200, books(st));
		return 1;
	}
	for (i = 0; i < sizeof(posts) / sizeof(*posts); i++) {
		if (!hreq_is(rq, "POST", posts[i].path))
			continue;
		in = cJSON_Parse(rq->len == 0 ? "{}" : rq->body);
		if (cJSON_IsObject(in))
			posts[i].fn(st, in, rs);
		else
			hresp_refuse(rs, 400, "the body is not a JSON object");
		cJSON_Delete(in);
		return 1;
	}
	return 0;
}
