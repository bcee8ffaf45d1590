/*
 * fake-stripe, money going back (facts/stripe.md §7, §10, §12): refunds with
 * their later fate, and disputes.
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
		stripe_error(c, "invalid_request_error.charge_disputed", NULL,
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
later(struct stripe *st, const char *id, const char *what)
{
	struct obj *r = store_find(st, REFUNDS, id), *ch;
	cJSON *before = cJSON_CreateObject(), *card;

	js_set_str(before, "status", js_str(r->json, "status"));
	if (strcmp(what, "failed") == 0) {
		cJSON_Delete(before);
		ch = store_find(st, CHARGES, js_str(r->json, "charge"));
		js_set_str(r->json, "status", "failed");
		js_set_str(r->json, "failure_reason",
		    "expired_or_canceled_card");
		js_set_str(r->json, "failure_balance_transaction",
		    "txn_1FakeRefundFailureTxn00");
		event_emit(st, "refund.failed", r->json, NULL, NULL);
		event_emit(st, "charge.refund.updated", r->json, NULL, NULL);
		set_refunded(st, ch, -number(r, "amount"), NULL);
		return;
	}
	js_set_str(r->json, "status", "succeeded");
	cJSON_DeleteItemFromObject(r->json, "pending_reason");
	js_set_str(r->json, "balance_transaction",
	    "txn_3FakeRefundTxn0000000000");
	card = js_path(r->json, "destination_details", "card", NULL);
	js_set_str(card, "reference", "7427000000000001");
	js_set_str(card, "reference_status", "available");
	event_emit(st, "refund.updated", r->json, before, NULL);
}

static struct obj *
new_refund(struct call *c, const struct obj *ch, double amount,
    const char *fate)
{
	int pending = fate != NULL && strcmp(fate, "pending") == 0;
	cJSON *o = sample(c->st, pending ? "refund.created.pending" :
	    "refund.created");
	const char *reason = form_str(c->params, "reason");
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
	metadata_put(c, cJSON_GetObjectItem(o, "metadata"), "metadata");
	return store_add(c->st, REFUNDS, o);
}

void
refund_create(struct call *c)
{
	const char *digits, *fate;
	struct obj *ch, *r, *intent;
	double amount;

	if (!rules_metadata(c, "metadata"))
		return;
	ch = charge_asked_for(c);
	amount = ch == NULL ? 0 : amount_asked_for(c, ch);
	if (amount == 0)
		return;
	intent = store_find(c->st, INTENTS, js_str(ch->json, "payment_intent"));
	digits = js_str(intent->priv, "card");
	fate = digits == NULL ? NULL : card_find(digits)->refund;
	r = new_refund(c, ch, amount, fate);
	event_emit(c->st, "refund.created", r->json, NULL, c);
	set_refunded(c->st, ch, amount, c);
	job_add(c->st, LATER_S, later, r->id, fate == NULL ? "updated" : fate);
	answer_object(c, r);
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

struct obj *
dispute_open(struct stripe *st, struct obj *intent, const char *reason)
{
	struct obj *ch = store_find(st, CHARGES,
	    js_str(intent->json, "latest_charge"));
	int inquiry = strcmp(reason, "inquiry") == 0;
	cJSON *o, *details;
	char id[ID_MAX];
	struct obj *d;

	o = sample(st, "charge.dispute.created");
	new_id(id, "du_1", 23);
	js_set_str(o, "id", id);
	js_set_num(o, "amount", number(ch, "amount"));
	js_set_str(o, "charge", ch->id);
	js_set_num(o, "created", (double)(now_ms() / 1000));
	js_set_str(o, "currency", js_str(ch->json, "currency"));
	js_set_str(o, "payment_intent", intent->id);
	js_set_str(o, "reason", strcmp(reason, "not_received") == 0 ?
	    "product_not_received" : inquiry ? "general" : "fraudulent");
	js_set_str(o, "status", inquiry ? "warning_needs_response" :
	    "needs_response");
	js_set_bool(o, "is_charge_refundable", inquiry);
	details = cJSON_GetObjectItem(o, "evidence_details");
	js_set_num(details, "due_by",
	    (double)(now_ms() / 1000 + 9 * 24 * 3600));
	d = store_add(st, DISPUTES, o);
	js_set_bool(ch->json, "disputed", 1);
	js_set_bool(ch->priv, "refundable", inquiry);
	event_emit(st, "charge.dispute.created", o, NULL, NULL);
	if (!inquiry)
		event_emit(st, "charge.dispute.funds_withdrawn", o, NULL,
		    NULL);
	return d;
}

const char *
dispute_close(struct stripe *st, const char *id, const char *status)
{
	struct obj *d = store_find(st, DISPUTES, id);

	if (d == NULL)
		return "no such dispute";
	if (strcmp(status, "won") != 0 && strcmp(status, "lost") != 0 &&
	    strcmp(status, "warning_closed") != 0)
		return "status is won, lost or warning_closed";
	js_set_str(d->json, "status", status);
	event_emit(st, "charge.dispute.closed", d->json, NULL, NULL);
	if (strcmp(status, "won") == 0)
		event_emit(st, "charge.dispute.funds_reinstated", d->json,
		    NULL, NULL);
	return NULL;
}
