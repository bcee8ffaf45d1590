#include "provider/stripe.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "provider/form.h"
#include "provider/stripe_event.h"
#include "provider/stripe_retry.h"
#include "web/http.h"
#include "web/meter.h"

enum {
	TRY_SECONDS = 8, /* one hanging try must leave room for another */
	KEY_MAX = 255,
	CODE_MAX = 500,
	QUERY_MAX = 4096
};

static const char sessions[] = "/v1/checkout/sessions";

static void
wait_micros(int64_t micros)
{
	struct timespec ts = { .tv_sec = micros / NOW_SECOND,
		.tv_nsec = micros % NOW_SECOND * 1000 };

	nanosleep(&ts, NULL);
}

/* The error object of a refusal; 0 if Stripe did not write this. */
static int
read_error(const cJSON *o, struct stripe_answer *a)
{
	const cJSON *error = json_get(o, "error");

	a->error_type = json_text(error, "type");
	a->error_code = json_text(error, "code");
	a->error_param = json_text(error, "param");
	a->error_message = json_text(error, "message");
	a->decline_code = json_text(error, "decline_code");
	return a->error_type != NULL;
}

/* Is this Stripe's last word, or does it ask us to come back? */
static int
definitive(const struct http_answer *http, const struct stripe_answer *a)
{
	const char *retry = http_header(http, "Stripe-Should-Retry");

	if (retry != NULL && strcmp(retry, "true") == 0)
		return 0;
	return http->status >= 400 && http->status < 500 &&
	    http->status != 409 && http->status != 429 &&
	    !text_same(a->error_code, "rate_limit");
}

/* The answer as the server gave it, before anybody thinks of another try. */
static struct stripe_answer
judge(struct ctx *c, const struct http_answer *http)
{
	struct ctx aside = *c; /* that it is no JSON is not c's failure yet */
	const char *replayed = http_header(http, "Idempotent-Replayed");
	struct stripe_answer a = {
		.outcome = STRIPE_UNKNOWN,
		.http_status = http->status,
		.request_id = http_header(http, "Request-Id"),
		.replayed = replayed != NULL && strcmp(replayed, "true") == 0,
		.body = http->status == 0 ? "" : http->body,
		.body_len = http->body_len,
		.why = http->why,
	};
	cJSON *o;

	if (http->status == 0)
		return a;
	a.why = "no clear answer";
	if (json_parse(&aside, http->body, http->body_len, &o) != OK) {
		/* Cut short, or from a machine in between: either way nobody
		 * knows what Stripe did. */
		a.why = "the answer is not JSON";
		if (http->status < 300)
			a.http_status = 0;
	} else if (http->status >= 200 && http->status < 300) {
		a.outcome = STRIPE_DONE;
	} else if (read_error(o, &a) && definitive(http, &a)) {
		a.outcome = STRIPE_REFUSED;
	}
	return a;
}

/* One try, at most TRY_SECONDS long. */
static void
try_once(struct ctx *c, const struct stripe *s,
    const struct stripe_request *rq, struct stripe_retry *t,
    struct stripe_answer *ret)
{
	const char *headers[] = { "Stripe-Version: " STRIPE_VERSION,
		"Accept: application/json",
		"Content-Type: application/x-www-form-urlencoded", NULL, NULL };
	struct http_request call = {
		.method = rq->method,
		.url = arena_printf(c->mem, "%s%s", s->base, rq->path),
		.headers = headers,
		.bearer = s->key,
		.body = rq->body,
		.body_len = rq->body == NULL ? 0 : strlen(rq->body),
		.deadline = now_monotonic() + TRY_SECONDS * t->second,
	};
	struct http_answer http;
	int64_t start = now_monotonic();

	if (rq->idempotency_key != NULL)
		headers[3] = arena_printf(c->mem, "Idempotency-Key: %s",
		    rq->idempotency_key);
	if (call.deadline > rq->deadline)
		call.deadline = rq->deadline;
	http_call(c, s->http, &call, &http);
	meter_call(METER_STRIPE, http.status, now_monotonic() - start);
	*ret = judge(c, &http);
	t->status = ret->http_status;
	t->hopeless = http.hopeless;
	t->should_retry = http_header(&http, "Stripe-Should-Retry");
	t->retry_after = http_header(&http, "Retry-After");
	t->left = rq->deadline - now_monotonic();
}

/* Not for secrets: so that callers who failed together do not come back
 * together. */
static unsigned int
roll(void)
{
	return (unsigned int)((uint64_t)now_monotonic() * 2654435761u >> 8);
}

enum stripe_outcome
stripe_call(struct ctx *c, const struct stripe *s,
    const struct stripe_request *rq, struct stripe_answer *ret)
{
	struct stripe_retry t = {
		.second = s->second == 0 ? NOW_SECOND : s->second };
	struct stripe_answer a;
	int64_t pause;

	assert(rq->idempotency_key == NULL ||
	    strlen(rq->idempotency_key) <= KEY_MAX);
	for (;;) {
		t.number++;
		try_once(c, s, rq, &t, &a);
		if (a.outcome != STRIPE_UNKNOWN)
			break;
		pause = stripe_retry_pause(&t, roll());
		if (pause < 0)
			break;
		wait_micros(pause);
	}
	a.tries = t.number;
	*ret = a;
	return a.outcome;
}

/* What the outcome means */

/* Refusals that the customer can mend. */
static const struct {
	const char *code, *words;
} mendable[] = {
	{ "email_invalid", "The payment service refused the e-mail address." },
	{ "coupon_expired", "This promotion code has expired." },
	{ "promotion_code_expired", "This promotion code has expired." },
	{ "promotion_code_inactive", "This promotion code is not active." },
};

enum err
stripe_verdict(struct ctx *c, const char *doing, const struct stripe_answer *a)
{
	size_t i;

	if (a->outcome == STRIPE_DONE)
		return OK;
	if (a->outcome == STRIPE_UNKNOWN)
		return ctx_fail(c, E_STRIPE,
		    "stripe: %s: %s (status %d, %d tries, %s)", doing, a->why,
		    a->http_status, a->tries,
		    a->request_id == NULL ? "no id" : a->request_id);
	/* The message stays out: it may repeat what the customer typed. */
	ctx_fail(c, E_PAYMENT, "stripe: %s: status %d, %s, %s, %s (%s)", doing,
	    a->http_status, a->error_type,
	    a->error_code == NULL ? "no code" : a->error_code,
	    a->error_param == NULL ? "no parameter" : a->error_param,
	    a->request_id == NULL ? "no id" : a->request_id);
	/* Card errors alone are written for customers. */
	if (a->http_status == 402)
		return text_blank(a->error_message)
		    ? E_DECLINED
		    : ctx_refuse(c, E_DECLINED, "%s", a->error_message);
	for (i = 0; i < COUNT(mendable); i++)
		if (text_same(a->error_code, mendable[i].code))
			return ctx_refuse(c, E_BADREQ, "%s", mendable[i].words);
	return E_PAYMENT;
}

/* The calls */

/* What Stripe says of an object it does not have. */
static enum stripe_outcome
missing(const char *param, struct stripe_answer *ret)
{
	*ret = (struct stripe_answer){
		.outcome = STRIPE_REFUSED,
		.http_status = 404,
		.body = "",
		.error_type = "invalid_request_error",
		.error_code = "resource_missing",
		.error_param = param,
	};
	return STRIPE_REFUSED;
}

enum stripe_outcome
stripe_session_create(struct ctx *c, const struct stripe *s,
    const struct stripe_attempt *attempt, int64_t deadline,
    struct stripe_answer *ret)
{
	struct stripe_request rq = { .method = "POST", .path = sessions,
		.idempotency_key = attempt->idempotency_key,
		.body = attempt->body, .deadline = deadline };

	return stripe_call(c, s, &rq, ret);
}

enum stripe_outcome
stripe_session_get(struct ctx *c, const struct stripe *s, const char *id,
    int64_t deadline, struct stripe_answer *ret)
{
	struct stripe_request rq = { .method = "GET", .deadline = deadline };

	if (!stripe_event_is_id(id))
		return missing("session", ret);
	rq.path = arena_printf(c->mem, "%s/%s", sessions, id);
	return stripe_call(c, s, &rq, ret);
}

enum stripe_outcome
stripe_session_expire(struct ctx *c, const struct stripe *s, const char *id,
    int64_t deadline, struct stripe_answer *ret)
{
	struct stripe_request rq = { .method = "POST", .deadline = deadline };

	if (!stripe_event_is_id(id))
		return missing("session", ret);
	rq.path = arena_printf(c->mem, "%s/%s/expire", sessions, id);
	/* A new key for each call: its tries are one request, but a stored
	 * error must not answer tomorrow's. */
	rq.idempotency_key = hash_id(c->mem, "expire-");
	return stripe_call(c, s, &rq, ret);
}

enum stripe_outcome
stripe_session_list(struct ctx *c, const struct stripe *s,
    const struct stripe_page *page, int64_t deadline,
    struct stripe_answer *ret)
{
	struct stripe_request rq = { .method = "GET", .deadline = deadline };
	struct buf query = buf_make(c->mem, QUERY_MAX);

	form_int(&query, "limit", STRIPE_EVENT_LIST_MAX);
	if (page->created_gte != 0)
		form_int(&query, "created[gte]", page->created_gte);
	form_text(&query, "starting_after", page->after);
	rq.path = arena_printf(c->mem, "%s?%s", sessions, query.bytes);
	return stripe_call(c, s, &rq, ret);
}

enum stripe_outcome
stripe_happened(struct ctx *c, const struct stripe *s,
    const struct stripe_page *page, const char *const *types,
    int64_t deadline, struct stripe_answer *ret)
{
	struct stripe_request rq = { .method = "GET", .deadline = deadline };
	struct buf query = buf_make(c->mem, QUERY_MAX);
	int i;

	form_int(&query, "limit", STRIPE_HAPPENED_MAX);
	if (page->created_gte != 0)
		form_int(&query, "created[gte]", page->created_gte);
	for (i = 0; types[i] != NULL; i++)
		form_text(&query, arena_printf(c->mem, "types[%d]", i),
		    types[i]);
	form_text(&query, "starting_after", page->after);
	rq.path = arena_printf(c->mem, "/v1/events?%s", query.bytes);
	return stripe_call(c, s, &rq, ret);
}

enum stripe_outcome
stripe_promotion_find(struct ctx *c, const struct stripe *s, const char *code,
    int64_t deadline, struct stripe_answer *ret)
{
	struct stripe_request rq = { .method = "GET", .deadline = deadline };
	struct buf query = buf_make(c->mem, QUERY_MAX);

	/* Letters, digits and dashes by rule; older codes may hold more. */
	if (text_blank(code) || strlen(code) > CODE_MAX || !text_plain(code))
		return missing("code", ret);
	form_text(&query, "code", code);
	form_text(&query, "active", "true");
	form_int(&query, "limit", 1);
	rq.path = arena_printf(c->mem, "/v1/promotion_codes?%s", query.bytes);
	return stripe_call(c, s, &rq, ret);
}
