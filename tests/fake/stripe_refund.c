/*
 * fake-stripe, money going back (facts/stripe.md §7, §10, §12): refunds, asked
 * for by call or by a person in the dashboard, with their later fate.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "stripe.h"
#include "stripe_cards.h"
#include "stripe_rules.h"

enum { LATER_S = 1800 };

static double
number(const struct obj *o, const char *name)
{
	return js_num(o->json, name, 0);
}

static struct obj *
charge_asked_for(struct call *c)
{
	const char *intent = form_str(c->params, "payment_intent");
	const char *charge = form_str(c->params, "charge");
	struct obj *o;

	if (intent == NULL && charge == NULL) {
		stripe_error(c, "invalid_request_error.parameter_missing",
		    "payment_intent", "One of the following params should be "
		    "provided for this request: payment_intent or charge.");
		return NULL;
	}
	if (intent != NULL) {
		o = store_find(c->st, INTENTS, intent);
		if (o == NULL) {
			stripe_missing(c, "payment_intent", "payment_intent",
			    intent);
			return NULL;
		}
		charge = js_str(o->json, "latest_charge");
	}
	o = store_find(c->st, CHARGES, charge);
	if (o == NULL && intent == NULL)
		stripe_missing(c, "charge", "charge", charge);
	else if (o == NULL || !js_true(o->json, "paid")) {
		c->executed = 1;
		stripe_refuse(c, "payment_intent", "This PaymentIntent does "
		    "not have a successful charge to refund.");
		return NULL;
	}
	return o;
}

/* How much to give back; 0 after answering why not. */
static double
amount_asked_for(struct call *c, const struct obj *ch)
{
	const char *text = form_str(c->params, "amount");
	double left = number(ch, "amount") - number(ch, "amount_refunded");
	double amount = text == NULL ? left : strtod(text, NULL);
	char a[48], b[48];

	c->executed = 1;
	if (js_true(ch->json, "disputed") &&
	    !js_true(ch->priv, "refundable"))
		stripe_error(c, js_true(ch->priv, "other_code") ?
		    "invalid_request_error.refund_disputed_payment" :
		    "invalid_request_error.charge_disputed", NULL,
		    "Charge %s has been charged back; cannot issue a refund.",
		    ch->id);
	else if (left <= 0)
		stripe_error(c, "invalid_request_error.charge_already_refunded",
		    NULL, "Charge %s has already been refunded.", ch->id);
	else if (amount < 1)
		stripe_error(c,
		    "invalid_request_error.parameter_invalid_integer",
		    "amount", "Invalid positive integer");
	else if (amount > left) {
		money_text(a, js_str(ch->json, "currency"), (int64_t)amount);
		money_text(b, js_str(ch->json, "currency"), (int64_t)left);
		stripe_error(c, "invalid_request_error.refund_amount_too_large",
		    "amount", "Refund amount (%s) is greater than unrefunded "
		    "amount on charge (%s)", a, b);
	}
	return c->failed ? 0 : amount;
}

static void
set_refunded(struct stripe *st, struct obj *ch, double amount,
    const struct call *cause)
{
	cJSON *before = cJSON_CreateObject();

	js_set_num(before, "amount_refunded", number(ch, "amount_refunded"));
	js_set_bool(before, "refunded", js_true(ch->json, "refunded"));
	js_set_num(ch->json, "amount_refunded",
	    number(ch, "amount_refunded") + amount);
	js_set_bool(ch->json, "refunded",
	    number(ch, "amount_refunded") == number(ch, "amount"));
	if (amount > 0)
		event_emit(st, "charge.refunded", ch->json, before, cause);
	else
		cJSON_Delete(before);
}

static void
fail(struct stripe *st, struct obj *r)
{
	struct obj *ch = store_find(st, CHARGES, js_str(r->json, "charge"));

	js_set_str(r->json, "status", "failed");
	cJSON_DeleteItemFromObject(r->json, "pending_reason");
	js_set_str(r->json, "failure_reason", "expired_or_canceled_card");
	js_set_str(r->json, "failure_balance_transaction",
	    "txn_1FakeRefundFailureTxn00");
	event_emit(st, "refund.failed", r->json, NULL, NULL);
	event_emit(st, "charge.refund.updated", r->json, NULL, NULL);
	set_refunded(st, ch, -number(r, "amount"), NULL);
}

/* Done, or done before and now with the bank's reference. */
static void
finish(struct stripe *st, struct obj *r)
{
	cJSON *before = cJSON_CreateObject(), *card;

	js_set_str(before, "status", js_str(r->json, "status"));
	js_set_str(r->json, "status", "succeeded");
	cJSON_DeleteItemFromObject(r->json, "pending_reason");
	js_set_str(r->json, "balance_transaction",
	    "txn_3FakeRefundTxn0000000000");
	card = js_path(r->json, "destination_details", "card", NULL);
	js_set_str(card, "reference", "7427000000000001");
	js_set_str(card, "reference_status", "available");
	event_emit(st, "refund.updated", r->json, before, NULL);
}

static void
later(struct stripe *st, const char *id, const char *what)
{
	refund_settle(st, id, strcmp(what, "failed") == 0 ? "fails" :
	    "succeeds");
}

const char *
refund_settle(struct stripe *st, const char *id, const char *result)
{
	struct obj *r = store_find(st, REFUNDS, id);

	if (r == NULL)
		return "no such refund";
	if (strcmp(js_str(r->json, "status"), "failed") == 0)
		return "it has failed already";
	if (strcmp(result, "fails") == 0)
		fail(st, r);
	else if (strcmp(result, "succeeds") == 0)
		finish(st, r);
	else
		return "result is succeeds or fails";
	return NULL;
}

static struct obj *
new_refund(struct stripe *st, const struct obj *ch, double amount,
    const char *reason, int pending)
{
	cJSON *o = sample(st, pending ? "refund.created.pending" :
	    "refund.created");
	char id[ID_MAX], txn[ID_MAX];

	new_id(id, "re_3", 23);
	new_id(txn, "txn_3", 23);
	js_set_str(o, "id", id);
	js_set_num(o, "amount", amount);
	if (!pending)
		js_set_str(o, "balance_transaction", txn);
	else
		js_set_str(o, "pending_reason", "processing");
	js_set_str(o, "charge", ch->id);
	js_set_num(o, "created", (double)(now_ms() / 1000));
	js_set_str(o, "currency", js_str(ch->json, "currency"));
	js_set_str(o, "payment_intent", js_str(ch->json, "payment_intent"));
	js_set_str(o, "payment_method", js_str(ch->json, "payment_method"));
	js_set_str(o, "reason", reason);
	js_set(o, "metadata", cJSON_CreateObject());
	return store_add(st, REFUNDS, o);
}

/* What the card is known for: pending, failed, or NULL. */
static const char *
fate_of(struct stripe *st, const struct obj *ch)
{
	struct obj *intent = store_find(st, INTENTS,
	    js_str(ch->json, "payment_intent"));
	const char *digits = intent == NULL ? NULL :
	    js_str(intent->priv, "card");

	return digits == NULL ? NULL : card_find(digits)->refund;
}

/* c is NULL if nobody called. */
static struct obj *
give_back(struct stripe *st, struct call *c, struct obj *ch, double amount,
    const char *reason)
{
	const char *fate = fate_of(st, ch);
	struct obj *r = new_refund(st, ch, amount, reason,
	    fate != NULL && strcmp(fate, "pending") == 0);

	if (c != NULL)
		metadata_put(c, cJSON_GetObjectItem(r->json, "metadata"),
		    "metadata");
	event_emit(st, "refund.created", r->json, NULL, c);
	set_refunded(st, ch, amount, c);
	job_add(st, LATER_S, later, r->id, fate == NULL ? "updated" : fate);
	return r;
}

void
refund_create(struct call *c)
{
	struct obj *ch;
	double amount;

	if (!rules_metadata(c, "metadata"))
		return;
	ch = charge_asked_for(c);
	amount = ch == NULL ? 0 : amount_asked_for(c, ch);
	if (amount > 0)
		answer_object(c, give_back(c->st, c, ch, amount,
		    form_str(c->params, "reason")));
}

struct obj *
refund_by_hand(struct stripe *st, struct obj *intent, double amount,
    const char *reason, const char **why)
{
	struct obj *ch = store_find(st, CHARGES,
	    js_str(intent->json, "latest_charge"));
	double left;

	*why = NULL;
	if (ch == NULL || !js_true(ch->json, "paid")) {
		*why = "nothing is paid";
		return NULL;
	}
	left = number(ch, "amount") - number(ch, "amount_refunded");
	if (js_true(ch->json, "disputed") && !js_true(ch->priv, "refundable"))
		*why = "it is disputed";
	else if (left <= 0 || amount < 0 || amount > left)
		*why = "so much is not left";
	return *why != NULL ? NULL : give_back(st, NULL, ch,
	    amount == 0 ? left : amount, reason);
}

static int
keep(struct call *c, const struct obj *o)
{
	const char *charge = form_str(c->params, "charge");
	const char *intent = form_str(c->params, "payment_intent");

	return (charge == NULL ||
	    strcmp(charge, js_str(o->json, "charge")) == 0) &&
	    (intent == NULL ||
	    strcmp(intent, js_str(o->json, "payment_intent")) == 0) &&
	    created_fits(c, o);
}

void
refund_list(struct call *c)
{
	answer_list(c, REFUNDS, "/v1/refunds", keep);
}

static struct obj *
find(struct call *c)
{
	struct obj *o = store_find(c->st, REFUNDS, c->id);

	if (o == NULL)
		stripe_missing(c, "refund", "refund", c->id);
	return o;
}

void
refund_get(struct call *c)
{
	struct obj *o = find(c);

	if (o != NULL)
		answer_object(c, o);
}

void
refund_update(struct call *c)
{
	struct obj *o = find(c);

	if (o == NULL || !metadata_put(c,
	    cJSON_GetObjectItem(o->json, "metadata"), "metadata"))
		return;
	c->executed = 1;
	answer_object(c, o);
}
