/*
 * fake-stripe: plays api.stripe.com and checkout.stripe.com for tests and for
 * trying things out, as facts/stripe.md describes them (version
 * 2026-10-28.endive), payment mode and hosted page only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver.h"
#include "stripe.h"

#ifndef FAKE_CONTRACT
#define FAKE_CONTRACT "tests/contract"
#endif

static const char usage[] =
	"usage: fake-stripe --secret-key KEY [--webhook-url URL\n"
	"                   --webhook-secret SECRET] [options]\n"
	"  --secret-key KEY      what the caller must send as Bearer\n"
	"  --webhook-url URL     the endpoint known from the start (http://)\n"
	"  --webhook-secret S    its signing secret, whsec_ and all\n"
	"The API is under /v1, the hosted page is a session's url.\n"
	"Promotion codes: WELCOME20 (20 %), FREE100 (100 %), OLD10 (expired).\n"
	"Steering:\n"
	"  POST /_fake/pay      {session, card? | bank: succeeds|fails|\n"
	"                       processing, email?, name?, promotionCode?,\n"
	"                       threeDSecure: done|fail|ask, whenExpiring?:\n"
	"                       not now, but as the session is to expire}\n"
	"  POST /_fake/abandon  {session}   POST /_fake/expire {session}\n"
	"  POST /_fake/settle   {session | refund, result: succeeds|fails}: what\n"
	"                       was pending ends; done refunds may fail, too\n"
	"  POST /_fake/refund   {paymentIntent, amount?, reason?}: a person does\n"
	"                       it in the dashboard\n"
	"  POST /_fake/dispute  {paymentIntent | dispute, reason: fraudulent|\n"
	"                       not_received|inquiry, amount?, status?: any,\n"
	"                       close?: won|lost|warning_closed, refundable?,\n"
	"                       otherCode?: refunds are refused as\n"
	"                       refund_disputed_payment}\n"
	"  POST /_fake/disable  {endpoint?}: as after days of failures; all, if\n"
	"                       none is named.  POST /_fake/delete the same\n"
	"  POST /_fake/session  {any field of a session}: one that nobody asked\n"
	"                       for; {emit: type} sends it as that event\n"
	"  POST /_fake/event    {type, object} an event of your own\n"
	"behave knows twin, too (a change makes two events).\n"
	"Options:\n";

static const char *const own_names[] = { "secret-key", "webhook-url",
	"webhook-secret", NULL };

static void
own_option(void *arg, const char *name, char *value)
{
	struct stripe *st = arg;

	if (strcmp(name, "secret-key") == 0)
		st->key = value;
	else if (strcmp(name, "webhook-url") == 0)
		st->webhook_url = value;
	else
		st->webhook_secret = value;
}

static void
handler(void *arg, struct hreq *rq, struct hresp *rs)
{
	struct stripe *st = arg;

	if (strncmp(rq->path, "/v1/", 4) == 0) {
		api(st, rq, rs);
		return;
	}
	pthread_mutex_lock(&st->f.mu);
	if (strncmp(rq->path, "/c/pay/", 7) == 0)
		page(st, rq, rs);
	else if (strncmp(rq->path, "/_fake/", 7) != 0 ||
	    (!steer(st, rq, rs) && !fake_steer(&st->f, rq, rs)))
		hresp_refuse(rs, 404, "nothing here: %s %s", rq->method,
		    rq->path);
	pthread_mutex_unlock(&st->f.mu);
}

static void
tick(void *arg)
{
	struct stripe *st = arg;

	jobs_run(st, 0);
	session_tick(st);
}

static enum endpoint
alive(void *arg, const char *endpoint)
{
	struct obj *o = store_find(arg, ENDPOINTS, endpoint);

	/* "direct": a letter of /_fake/send, to no endpoint of ours */
	if (strcmp(endpoint, "direct") == 0)
		return ENDPOINT_ON;
	if (o == NULL)
		return ENDPOINT_GONE;
	return strcmp(js_str(o->json, "status"), "enabled") == 0 ?
	    ENDPOINT_ON : ENDPOINT_PAUSED;
}

static void
result(void *arg, const char *endpoint, int ok, int final)
{
	(void)arg;
	(void)endpoint;
	(void)ok;
	(void)final;
}

int
main(int argc, char **argv)
{
	static struct stripe st;
	struct deliver_conf conf = {
		.signature_header = "Stripe-Signature",
		.user_agent = "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
		.fake_v0 = 1,
		.give_up = 3 * 24 * 3600,
		.timeout_s = 20,
		.alive = alive,
		.result = result,
		.arg = &st,
	};
	int status;

	fake_init(&st.f, FAKE_CONTRACT "/stripe");
	fake_options(&st.f, argc, argv, usage, own_names, own_option, &st);
	if (st.key == NULL ||
	    (st.webhook_url != NULL) != (st.webhook_secret != NULL)) {
		fputs(usage, stderr);
		return 2;
	}
	st.f.jumped = jobs_jump;
	st.f.arg = &st;
	base_load(&st);
	seed(&st);
	deliver_start(&st.f, &conf);
	status = fake_serve(&st.f, handler, tick, &st);
	idem_free(&st);
	base_free(&st);
	fake_free(&st.f);
	return status;
}
