#include "provider/stripe_event.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/ctx.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"

enum { ID_MAX = 255, TYPE_MAX = 255 };

/* The end of 9999: everybody's microseconds have room for it. */
#define LAST_SECOND INT64_C(253402300799)

static const char id_bytes[] = "abcdefghijklmnopqrstuvwxyz"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

static const char session_kind[] = "checkout.session";

/* Where a member of the JSON object goes. */
struct place {
	const char *key;
	size_t at;
};

#define PLACE(key, field) { key, offsetof(struct stripe_object, field) }

static const struct place texts[] = {
	PLACE("object", object),
	PLACE("client_reference_id", reference),
	PLACE("status", status),
	PLACE("payment_status", payment_status),
	PLACE("mode", mode),
	PLACE("currency", currency),
	PLACE("url", url),
	PLACE("pending_reason", pending_reason),
};

static const struct place times[] = {
	PLACE("created", created),
	PLACE("expires_at", expires_at),
};

static const struct place amounts[] = {
	PLACE("amount_subtotal", amount_subtotal),
	PLACE("amount_received", amount_received),
	PLACE("amount_refunded", amount_refunded),
};

int
stripe_event_is_id(const char *text)
{
	return text != NULL && strlen(text) <= ID_MAX &&
	    text_only(text, id_bytes);
}

/* A whole number that is not negative, or none. */
static int64_t
number(const cJSON *o, const char *key, int64_t none)
{
	int64_t value;

	if (!json_int(o, key, &value) || value < 0)
		return none;
	return value;
}

/* Unix seconds, or 0. */
static int64_t
moment(const cJSON *o, const char *key)
{
	int64_t seconds = number(o, key, 0);

	return seconds <= LAST_SECOND ? seconds : 0;
}

/* The id of o.key: a text, or an object where the caller asked to expand. */
static const char *
reference(const cJSON *o, const char *key)
{
	const char *id = json_text(o, key);

	if (id == NULL)
		id = json_text(json_get(o, key), "id");
	return stripe_event_is_id(id) ? id : NULL;
}

static const char *
either(const char *first, const char *second)
{
	return text_blank(first) ? second : first;
}

static void
fill_texts(const cJSON *o, struct stripe_object *ret)
{
	const cJSON *error = json_get(o, "last_payment_error");
	const char **field;
	size_t i;

	for (i = 0; i < COUNT(texts); i++) {
		field = (const char **)(void *)((char *)ret + texts[i].at);
		*field = json_text(o, texts[i].key);
	}
	ret->booking = either(json_text(json_get(o, "metadata"), "bookingId"),
	    ret->reference);
	ret->checkout = json_text(json_get(o, "metadata"), "checkoutId");
	ret->reason = either(json_text(o, "reason"),
	    json_text(o, "cancellation_reason"));
	ret->failure = either(json_text(o, "failure_reason"),
	    either(json_text(o, "failure_code"), json_text(error, "code")));
	ret->decline_code = json_text(error, "decline_code");
}

static void
fill_ids(const cJSON *o, struct stripe_object *ret)
{
	ret->id = reference(o, "id");
	ret->payment_intent = text_same(ret->object, "payment_intent")
	    ? ret->id
	    : reference(o, "payment_intent");
	ret->charge = text_same(ret->object, "charge")
	    ? ret->id
	    : either(reference(o, "charge"), reference(o, "latest_charge"));
}

static void
fill_numbers(const cJSON *o, struct stripe_object *ret)
{
	size_t i;

	for (i = 0; i < COUNT(times); i++)
		*(int64_t *)(void *)((char *)ret + times[i].at) =
		    moment(o, times[i].key);
	for (i = 0; i < COUNT(amounts); i++)
		*(int64_t *)(void *)((char *)ret + amounts[i].at) =
		    number(o, amounts[i].key, -1);
	ret->amount = number(o,
	    text_same(ret->object, session_kind) ? "amount_total" : "amount",
	    -1);
	ret->amount_discount =
	    number(json_get(o, "total_details"), "amount_discount", -1);
	ret->due_by = moment(json_get(o, "evidence_details"), "due_by");
	ret->refunded = json_true(o, "refunded");
	ret->livemode = json_true(o, "livemode");
}

static void
fill(const cJSON *o, struct stripe_object *ret)
{
	*ret = (struct stripe_object){ 0 };
	fill_texts(o, ret);
	fill_ids(o, ret);
	fill_numbers(o, ret);
}

/* What a v2 notification says, in the shape of a snapshot's fields. */
static void
fill_thin(const cJSON *o, struct stripe_event *ret)
{
	const cJSON *related = json_get(o, "related_object");
	const char *created = json_text(o, "created");
	int64_t micros;

	fill(NULL, &ret->object);
	ret->thin = 1;
	ret->object.object = json_text(related, "type");
	ret->object.id = reference(related, "id");
	if (created != NULL && now_parse(created, &micros) == OK)
		ret->created = micros / NOW_SECOND;
}

enum err
stripe_event_parse(struct ctx *c, const char *bytes, size_t len,
    struct stripe_event *ret)
{
	struct stripe_event ev = { 0 };
	const cJSON *object;
	const char *kind;
	cJSON *o;
	enum err e;

	e = json_parse(c, bytes, len, &o);
	if (e != OK)
		return e;
	kind = json_text(o, "object");
	ev.id = reference(o, "id");
	ev.type = json_text(o, "type");
	if (kind == NULL || ev.id == NULL || text_blank(ev.type) ||
	    !text_plain(ev.type) || strlen(ev.type) > TYPE_MAX)
		return ctx_fail(c, E_BADREQ, "stripe: not an event");
	ev.account = reference(o, "account");
	ev.livemode = json_true(o, "livemode");
	ev.created = moment(o, "created");
	object = json_get(json_get(o, "data"), "object");
	if (strcmp(kind, "v2.core.event") == 0)
		fill_thin(o, &ev);
	else if (strcmp(kind, "event") == 0 && cJSON_IsObject(object))
		fill(object, &ev.object);
	else
		return ctx_fail(c, E_BADREQ, "stripe: event without object");
	*ret = ev;
	return OK;
}

enum err
stripe_event_object(struct ctx *c, const char *bytes, size_t len,
    struct stripe_object *ret)
{
	struct stripe_object object;
	cJSON *o;

	if (json_parse(c, bytes, len, &o) != OK)
		return E_STRIPE;
	fill(o, &object);
	if (object.object == NULL || object.id == NULL)
		return ctx_fail(c, E_STRIPE, "stripe: answer has no object");
	*ret = object;
	return OK;
}

/* The array in a list; *ret_more: Stripe has further ones. */
static enum err
parse_list(struct ctx *c, const char *bytes, size_t len,
    const cJSON **ret_data, int *ret_more)
{
	const cJSON *data;
	cJSON *o;

	if (json_parse(c, bytes, len, &o) != OK)
		return E_STRIPE;
	data = json_get(o, "data");
	if (!text_same(json_text(o, "object"), "list") ||
	    !cJSON_IsArray(data) ||
	    cJSON_GetArraySize(data) > STRIPE_EVENT_LIST_MAX)
		return ctx_fail(c, E_STRIPE, "stripe: answer is not a list");
	*ret_data = data;
	*ret_more = json_true(o, "has_more");
	return OK;
}

enum err
stripe_event_list(struct ctx *c, const char *bytes, size_t len,
    struct stripe_list *ret)
{
	struct stripe_list list = { 0 };
	const cJSON *data, *item;
	enum err e;

	e = parse_list(c, bytes, len, &data, &list.more);
	if (e != OK)
		return e;
	list.items = arena_alloc(c->mem,
	    (size_t)cJSON_GetArraySize(data) * sizeof(*list.items));
	cJSON_ArrayForEach(item, data)
		fill(item, &list.items[list.count++]);
	*ret = list;
	return OK;
}

enum err
stripe_event_texts(struct ctx *c, const char *bytes, size_t len,
    struct stripe_texts *ret)
{
	struct stripe_texts all = { 0 };
	const cJSON *data, *item;
	enum err e;

	e = parse_list(c, bytes, len, &data, &all.more);
	if (e != OK)
		return e;
	all.items = arena_alloc(c->mem,
	    (size_t)cJSON_GetArraySize(data) * sizeof(*all.items));
	cJSON_ArrayForEach(item, data)
		all.items[all.count++] = json_print(c, item);
	*ret = all;
	return OK;
}
