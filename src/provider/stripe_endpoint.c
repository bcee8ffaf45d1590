#include "provider/stripe_endpoint.h"

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "provider/form.h"
#include "provider/stripe.h"
#include "provider/stripe_event.h"

/* Stripe has some 250 types of events, and one may want each by name. */
enum { BODY_MAX = 64 * 1024 };

/* In the metadata of those that we make. */
static const char mark[] = "bookpay";

static void
fill(struct ctx *c, const cJSON *o, struct stripe_endpoint *ret)
{
	const cJSON *list = json_get(o, "enabled_events"), *item;
	const char **events = arena_alloc(c->mem,
	    ((size_t)cJSON_GetArraySize(list) + 1) * sizeof(*events));

	*ret = (struct stripe_endpoint){
		.id = json_text(o, "id"),
		.url = json_text(o, "url"),
		.events = events,
		.enabled = text_same(json_text(o, "status"), "enabled"),
		.version = json_text(o, "api_version"),
		.mark = json_text(json_get(o, "metadata"), mark),
	};
	if (!json_int(o, "created", &ret->created))
		ret->created = 0;
	cJSON_ArrayForEach(item, list)
		if (cJSON_IsString(item))
			events[ret->event_count++] = item->valuestring;
}

enum err
stripe_endpoint_list(struct ctx *c, const struct stripe *s, int64_t deadline,
    struct stripe_endpoints *ret)
{
	const struct stripe_request rq = { .method = "GET",
		.path = "/v1/webhook_endpoints?limit=100",
		.deadline = deadline };
	struct stripe_endpoints list = { 0 };
	const cJSON *data, *item;
	struct stripe_answer a;
	cJSON *o;

	if (stripe_call(c, s, &rq, &a) != STRIPE_DONE)
		return stripe_verdict(c, "list webhook endpoints", &a);
	if (json_parse(c, a.body, a.body_len, &o) != OK)
		return E_STRIPE;
	data = json_get(o, "data");
	if (!cJSON_IsArray(data))
		return ctx_fail(c, E_STRIPE, "stripe: answer is not a list");
	list.rows = arena_alloc(c->mem,
	    (size_t)cJSON_GetArraySize(data) * sizeof(*list.rows));
	cJSON_ArrayForEach(item, data) {
		fill(c, item, &list.rows[list.count]);
		if (stripe_event_is_id(list.rows[list.count].id))
			list.count++;
	}
	*ret = list;
	return OK;
}

static void
put_events(struct ctx *c, struct buf *body,
    const struct stripe_endpoint *want)
{
	size_t i;

	for (i = 0; i < want->event_count; i++)
		form_text(body, arena_printf(c->mem, "enabled_events[%zu]",
		    i), want->events[i]);
}

static void
put_mark(struct ctx *c, struct buf *body, const char *text)
{
	form_text(body, arena_printf(c->mem, "metadata[%s]", mark), text);
}

enum err
stripe_endpoint_enable(struct ctx *c, const struct stripe *s,
    const struct stripe_endpoint *want, int64_t deadline)
{
	struct stripe_request rq = { .method = "POST", .deadline = deadline };
	struct buf body = buf_make(c->mem, BODY_MAX);
	struct stripe_answer a;

	form_text(&body, "disabled", "false");
	put_events(c, &body, want);
	if (!stripe_event_is_id(want->id) || buf_full(&body))
		return ctx_fail(c, E_STRIPE,
		    "stripe: a webhook endpoint that cannot be changed");
	rq.path = arena_printf(c->mem, "/v1/webhook_endpoints/%s", want->id);
	rq.body = body.bytes;
	/* A new key for each call: a stored answer must not stand for it. */
	rq.idempotency_key = hash_id(c->mem, "endpoint-");
	if (stripe_call(c, s, &rq, &a) != STRIPE_DONE)
		return stripe_verdict(c, "enable webhook endpoint", &a);
	return OK;
}

enum err
stripe_endpoint_add(struct ctx *c, const struct stripe *s,
    const struct stripe_endpoint *want, int64_t deadline,
    const char **ret_id, const char **ret_secret)
{
	struct stripe_request rq = { .method = "POST",
		.path = "/v1/webhook_endpoints", .deadline = deadline };
	struct buf body = buf_make(c->mem, BODY_MAX);
	const char *id, *secret;
	struct stripe_answer a;
	cJSON *o;

	form_text(&body, "url", want->url);
	form_text(&body, "api_version", STRIPE_VERSION);
	form_text(&body, "description", "bookpay");
	put_events(c, &body, want);
	put_mark(c, &body, want->mark);
	rq.body = body.bytes;
	rq.idempotency_key = hash_id(c->mem, "endpoint-");
	if (stripe_call(c, s, &rq, &a) != STRIPE_DONE)
		return stripe_verdict(c, "make a webhook endpoint", &a);
	if (json_parse(c, a.body, a.body_len, &o) != OK)
		return E_STRIPE;
	id = json_text(o, "id");
	secret = json_text(o, "secret");
	if (!stripe_event_is_id(id) || text_blank(secret))
		return ctx_fail(c, E_STRIPE,
		    "stripe: a webhook endpoint without a secret");
	*ret_id = id;
	*ret_secret = secret;
	return OK;
}

enum err
stripe_endpoint_note(struct ctx *c, const struct stripe *s, const char *id,
    const char *text, int64_t deadline)
{
	struct stripe_request rq = { .method = "POST", .deadline = deadline };
	struct buf body = buf_make(c->mem, BODY_MAX);
	struct stripe_answer a;

	put_mark(c, &body, text);
	rq.path = arena_printf(c->mem, "/v1/webhook_endpoints/%s", id);
	rq.body = body.bytes;
	rq.idempotency_key = hash_id(c->mem, "endpoint-");
	if (stripe_call(c, s, &rq, &a) != STRIPE_DONE)
		return stripe_verdict(c, "note at a webhook endpoint", &a);
	return OK;
}

enum err
stripe_endpoint_remove(struct ctx *c, const struct stripe *s, const char *id,
    int64_t deadline)
{
	struct stripe_request rq = { .method = "DELETE",
		.deadline = deadline };
	struct stripe_answer a;

	rq.path = arena_printf(c->mem, "/v1/webhook_endpoints/%s", id);
	if (stripe_call(c, s, &rq, &a) != STRIPE_DONE && a.http_status != 404)
		return stripe_verdict(c, "remove a webhook endpoint", &a);
	return OK;
}
