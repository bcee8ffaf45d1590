/*
 * fake-stripe, GET /_fake/books: what is true here, in few words, for tests
 * that compare it with the rows of who was told.
 */
#include "stripe.h"

/* What to show of a thing, and as what. */
struct column {
	const char *as, *name;
};

static void
show_all(struct stripe *st, enum kind kind, const struct column *columns,
    cJSON *list)
{
	struct store *s = &st->store[kind];
	const struct column *c;
	cJSON *o;
	int i;

	for (i = 0; i < s->n; i++) {
		o = cJSON_CreateObject();
		for (c = columns; c->as != NULL; c++)
			js_set(o, c->as, cJSON_Duplicate(cJSON_GetObjectItem(
			    s->v[i]->json, c->name), 1));
		cJSON_AddItemToArray(list, o);
	}
}

/* What has gone back is only in the charge. */
static void
add_charges(struct stripe *st, cJSON *intents)
{
	struct obj *intent, *ch;
	cJSON *o;

	cJSON_ArrayForEach(o, intents) {
		intent = store_find(st, INTENTS, js_str(o, "id"));
		ch = store_find(st, CHARGES, js_str(o, "charge"));
		js_set_str(o, "session", js_str(intent->priv, "session"));
		js_set_num(o, "amountRefunded", ch == NULL ? 0 :
		    js_num(ch->json, "amount_refunded", 0));
		js_set_bool(o, "disputed", ch != NULL &&
		    js_true(ch->json, "disputed"));
	}
}

cJSON *
books(struct stripe *st)
{
	static const struct column sessions[] = { { "id", "id" },
		{ "clientReferenceId", "client_reference_id" },
		{ "status", "status" }, { "paymentStatus", "payment_status" },
		{ "amountTotal", "amount_total" }, { "currency", "currency" },
		{ "paymentIntent", "payment_intent" },
		{ "expiresAt", "expires_at" }, { "metadata", "metadata" },
		{ NULL, NULL } };
	static const struct column intents[] = { { "id", "id" },
		{ "status", "status" }, { "amount", "amount" },
		{ "amountReceived", "amount_received" },
		{ "currency", "currency" }, { "charge", "latest_charge" },
		{ "metadata", "metadata" }, { NULL, NULL } };
	static const struct column refunds[] = { { "id", "id" },
		{ "paymentIntent", "payment_intent" },
		{ "status", "status" }, { "amount", "amount" },
		{ "currency", "currency" }, { "reason", "reason" },
		{ "metadata", "metadata" }, { NULL, NULL } };
	static const struct column disputes[] = { { "id", "id" },
		{ "paymentIntent", "payment_intent" },
		{ "status", "status" }, { "amount", "amount" },
		{ "reason", "reason" }, { NULL, NULL } };
	static const struct column endpoints[] = { { "id", "id" },
		{ "url", "url" }, { "status", "status" }, { NULL, NULL } };
	cJSON *ret = cJSON_CreateObject(), *list;

	show_all(st, SESSIONS, sessions,
	    cJSON_AddArrayToObject(ret, "sessions"));
	list = cJSON_AddArrayToObject(ret, "paymentIntents");
	show_all(st, INTENTS, intents, list);
	add_charges(st, list);
	show_all(st, REFUNDS, refunds,
	    cJSON_AddArrayToObject(ret, "refunds"));
	show_all(st, DISPUTES, disputes,
	    cJSON_AddArrayToObject(ret, "disputes"));
	show_all(st, ENDPOINTS, endpoints,
	    cJSON_AddArrayToObject(ret, "endpoints"));
	js_set_num(ret, "events", st->store[EVENTS].n);
	return ret;
}
