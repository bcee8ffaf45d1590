/*
 * fake-stripe, the door of the API: key, version, content type, parameters
 * against the schema, idempotency, the faults that were asked for, and the
 * table of operations (facts/stripe.md §1 to §5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "form.h"
#include "params.h"
#include "stripe.h"

enum { KEY_MAX = 255 };

static const struct op {
	const char *method, *path;	/* as the contract writes it */
	void (*fn)(struct call *c);
} ops[] = {
	{ "POST", "/v1/checkout/sessions", session_create },
	{ "GET", "/v1/checkout/sessions", session_list },
	{ "GET", "/v1/checkout/sessions/{session}", session_get },
	{ "POST", "/v1/checkout/sessions/{session}", session_update },
	{ "POST", "/v1/checkout/sessions/{session}/expire", session_expire },
	{ "GET", "/v1/checkout/sessions/{session}/line_items", session_items },
	{ "GET", "/v1/payment_intents/{intent}", intent_get },
	{ "GET", "/v1/charges/{charge}", charge_get },
	{ "GET", "/v1/disputes/{dispute}", dispute_get },
	{ "POST", "/v1/refunds", refund_create },
	{ "GET", "/v1/refunds", refund_list },
	{ "GET", "/v1/refunds/{refund}", refund_get },
	{ "POST", "/v1/refunds/{refund}", refund_update },
	{ "GET", "/v1/events", event_list },
	{ "GET", "/v1/events/{id}", event_get },
	{ "POST", "/v1/webhook_endpoints", endpoint_create },
	{ "GET", "/v1/webhook_endpoints", endpoint_list },
	{ "GET", "/v1/webhook_endpoints/{webhook_endpoint}", endpoint_get },
	{ "POST", "/v1/webhook_endpoints/{webhook_endpoint}",
	    endpoint_update },
	{ "DELETE", "/v1/webhook_endpoints/{webhook_endpoint}",
	    endpoint_delete },
	{ "GET", "/v1/coupons", coupon_list },
	{ "GET", "/v1/coupons/{coupon}", coupon_get },
	{ "GET", "/v1/promotion_codes", promo_list },
	{ "GET", "/v1/promotion_codes/{promotion_code}", promo_get },
};

/* Does the path have this shape?  What stands for {…} goes to id. */
static int
matches(const char *shape, const char *path, char id[ID_MAX])
{
	size_t n = strcspn(shape, "{"), m;

	if (shape[n] == '\0')
		return strcmp(shape, path) == 0;
	if (strncmp(shape, path, n) != 0)
		return 0;
	path += n;
	shape += n + strcspn(shape + n, "}") + 1;
	m = strcspn(path, "/");
	if (m == 0 || m >= ID_MAX || strcmp(shape, path + m) != 0)
		return 0;
	memcpy(id, path, m);
	id[m] = '\0';
	return 1;
}

static const struct op *
find_op(struct call *c)
{
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		if (strcmp(ops[i].method, c->rq->method) == 0 &&
		    matches(ops[i].path, c->rq->path, c->id))
			return &ops[i];
	return NULL;
}

static void
check_key(struct call *c)
{
	const char *auth = hreq_header(c->rq, "Authorization");
	size_t n;

	if (auth == NULL || strncmp(auth, "Bearer ", 7) != 0) {
		stripe_error(c, "invalid_request_error.no_api_key", NULL, "%s",
		    "");
		return;
	}
	auth += 7;
	n = strlen(auth);
	if (!fake_knows(&c->st->f, auth, c->st->key))
		stripe_error(c, "invalid_request_error.authentication", NULL,
		    "Invalid API Key provided: %.8s****%s", auth,
		    n > 12 ? auth + n - 4 : "");
}

static void
check_version(struct call *c)
{
	const char *v = hreq_header(c->rq, "Stripe-Version");

	if (v == NULL)
		stripe_refuse(c, NULL, "fake-stripe knows only %s: send "
		    "Stripe-Version", STRIPE_VERSION);
	else if (strcmp(v, STRIPE_VERSION) != 0)
		stripe_refuse(c, NULL, "Invalid Stripe API version: %s", v);
}

static void
check_idempotency_key(struct call *c)
{
	const char *key = hreq_header(c->rq, "Idempotency-Key");

	if (strcmp(c->rq->method, "POST") != 0 || key == NULL)
		return;
	c->key = key;
	if (strlen(key) > KEY_MAX)
		stripe_refuse(c, NULL, "Idempotency keys can be at most 255 "
		    "characters; yours has %zu.", strlen(key));
	else
		hresp_header(c->rs, "Idempotency-Key: %s", key);
}

static void
read_params(struct call *c)
{
	const char *type = hreq_header(c->rq, "Content-Type");
	int in_body = strcmp(c->rq->method, "POST") == 0;

	if (in_body && c->rq->len > 0 && (type == NULL || strncasecmp(type,
	    "application/x-www-form-urlencoded", 33) != 0)) {
		stripe_refuse(c, NULL, "Invalid request content type %s: send "
		    "application/x-www-form-urlencoded",
		    type == NULL ? "(none)" : type);
		return;
	}
	if (in_body && *c->rq->query != '\0') {
		stripe_refuse(c, NULL,
		    "Send the parameters of a POST in its body");
		return;
	}
	c->params = form_parse(in_body ? c->rq->body : c->rq->query);
	if (c->params == NULL)
		stripe_refuse(c, NULL, "Invalid form encoding");
}

static void
check_params(struct call *c, const struct op *op)
{
	cJSON *schema = params_schema(c->st->spec, op->path, op->method);
	struct params_fault fault;

	if (schema != NULL && params_check(schema, c->params, &fault) != 0) {
		if (*fault.error != '\0')
			stripe_error(c, fault.error, fault.param, "%s",
			    fault.text);
		else
			stripe_refuse(c, fault.param, "%s", fault.text);
	}
	cJSON_Delete(schema);
}

/* Faults that strike before anything is done. */
static void
spoil(struct call *c, enum fault fault)
{
	int wait = c->st->f.behave.reset_s;

	if (fault == FAULT_429 && wait >= 0)
		hresp_header(c->rs, "Retry-After: %d", wait);
	if (fault == FAULT_429)
		stripe_error(c, "invalid_request_error.rate_limit", NULL, "%s",
		    "");
	else if (fault == FAULT_409)
		stripe_error(c, "invalid_request_error.idempotency_key_in_use",
		    NULL, "%s", "");
	else if (fault == FAULT_500)
		stripe_error(c, "api_error.503", NULL, "%s", "");
	if (fault == FAULT_500)
		c->rs->status = 500;
	if (fault == FAULT_CUT) {
		c->rs->cut = CUT_ALL;
		c->failed = 1;
	}
}

/* Faults that strike when the work is done: the 500 sticks to the key. */
static void
spoil_after(struct call *c, enum fault fault)
{
	if (fault == FAULT_500) {
		c->executed = 1;
		stripe_error(c, "api_error.500", NULL, "%s", "");
	} else if (fault == FAULT_CUT) {
		c->rs->cut = CUT_HALF;
	}
}

static void
run(struct call *c, const struct op *op, enum fault late)
{
	if (idem_begin(c) == IDEM_NEW) {
		if (c->st->f.behave.slow_ms > 0)
			fake_sleep(&c->st->f, c->st->f.behave.slow_ms);
		if (late != FAULT_500 || !c->st->f.behave.stick)
			op->fn(c);
		if (late == FAULT_500)
			spoil_after(c, late);
		idem_end(c);
	}
	if (late == FAULT_CUT)
		spoil_after(c, late);
}

static void
unknown_url(struct call *c)
{
	stripe_refuse(c, NULL, "Unrecognized request URL (%s: %s). Please see "
	    "https://stripe.com/docs or we can help at "
	    "https://support.stripe.com/.", c->rq->method, c->rq->path);
	c->rs->status = 404;
}

static void
answer(struct call *c)
{
	enum fault fault = fake_fault(&c->st->f, c->rq->path);
	const struct behave *b = &c->st->f.behave;
	int late = (b->after && (fault == FAULT_500 || fault == FAULT_CUT)) ||
	    (b->stick && fault == FAULT_500);
	const struct op *op;

	check_key(c);
	if (!c->failed && !late)
		spoil(c, fault);
	if (!c->failed)
		check_version(c);
	if (!c->failed)
		check_idempotency_key(c);
	if (!c->failed)
		read_params(c);
	if (c->failed)
		return;
	op = find_op(c);
	if (op == NULL)
		unknown_url(c);
	else
		check_params(c, op);
	if (!c->failed)
		run(c, op, late ? fault : FAULT_NONE);
}

/* Else the date of an answer is the right one. */
static void
add_date(struct call *c)
{
	time_t at = (time_t)(now_ms() / 1000) + c->st->f.behave.clock_s;
	char text[64];
	struct tm tm;

	if (c->st->f.behave.clock_s == 0)
		return;
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT",
	    gmtime_r(&at, &tm));
	hresp_header(c->rs, "Date: %s", text);
}

void
api(struct stripe *st, struct hreq *rq, struct hresp *rs)
{
	struct call c = { .st = st, .rq = rq, .rs = rs };

	pthread_mutex_lock(&st->f.mu);
	memcpy(c.request, "req_", 4);
	random_id(c.request + 4, 14);
	hresp_header(rs, "Request-Id: %s", c.request);
	hresp_header(rs, "Stripe-Version: %s", STRIPE_VERSION);
	add_date(&c);
	answer(&c);
	fake_log(&st->f, rq, rs->cut == CUT_ALL ? 0 : rs->status,
	    hreq_header(rq, "Idempotency-Key"));
	cJSON_Delete(c.params);
	pthread_mutex_unlock(&st->f.mu);
}
