/*
 * fake-stripe, paying: the test cards of facts/stripe.md §12, the events a
 * payment makes and their order (§10), and delayed methods that settle later.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver.h"
#include "stripe.h"
#include "stripe_cards.h"

enum { SETTLE_S = 1800, DISPUTE_S = 300, REDIRECT_WAIT_S = 10,
	REDIRECT_WAIT_MIN_MS = 500 };

static const char *
emit(struct stripe *st, struct paid *ret, const char *type,
    const cJSON *object, cJSON *before)
{
	const char *id = event_emit(st, type, object, before, NULL);

	if (ret != NULL)
		cJSON_AddItemToArray(ret->events, cJSON_CreateString(id));
	return id;
}

static void
copy_intent_data(cJSON *intent, const cJSON *data)
{
	static const char *const texts[] = { "description", "receipt_email",
		"capture_method", "setup_future_usage", "transfer_group",
		"statement_descriptor", "statement_descriptor_suffix" };
	const cJSON *meta = cJSON_GetObjectItem(data, "metadata");
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (js_str(data, texts[i]) != NULL)
			js_set_str(intent, texts[i], js_str(data, texts[i]));
	js_set(intent, "metadata", cJSON_IsObject(meta) ?
	    cJSON_Duplicate(meta, 1) : cJSON_CreateObject());
}

/* The session's intent, made when the customer first tries to pay. */
static struct obj *
intent_of(struct stripe *st, struct obj *s, struct paid *ret)
{
	struct obj *i = store_find(st, INTENTS,
	    js_str(s->json, "payment_intent"));
	char id[ID_MAX], secret[ID_MAX * 2];
	cJSON *o;

	if (i != NULL)
		return i;
	o = sample(st, "payment_intent.created");
	new_id(id, "pi_3", 23);
	js_set_str(o, "id", id);
	snprintf(secret, sizeof(secret), "%s_secret_fake", id);
	js_set_str(o, "client_secret", secret);
	js_set_num(o, "amount", js_num(s->json, "amount_total", 0));
	js_set_str(o, "currency", js_str(s->json, "currency"));
	js_set_num(o, "created", (double)(now_ms() / 1000));
	js_set(o, "receipt_email", NULL);
	copy_intent_data(o, cJSON_GetObjectItem(s->priv, "intent"));
	i = store_add(st, INTENTS, o);
	js_set_str(i->priv, "session", s->id);
	js_set_str(s->json, "payment_intent", id);
	emit(st, ret, "payment_intent.created", o, NULL);
	return i;
}

static const char *
email_of(const struct obj *s)
{
	return js_str(cJSON_GetObjectItem(s->json, "customer_details"),
	    "email");
}

static const char *
name_of(const struct obj *s)
{
	return js_str(cJSON_GetObjectItem(s->json, "customer_details"), "name");
}

static struct obj *
new_charge(struct stripe *st, struct obj *s, struct obj *intent,
    const char *from, const char *digits)
{
	cJSON *o = sample(st, from), *card, *who;
	char id[ID_MAX];
	double amount = js_num(intent->json, "amount", 0);

	new_id(id, "ch_3", 23);
	js_set_str(o, "id", id);
	js_set_num(o, "amount", amount);
	js_set_num(o, "amount_captured",
	    js_num(o, "amount_captured", 0) > 0 ? amount : 0);
	js_set_str(o, "currency", js_str(intent->json, "currency"));
	js_set_num(o, "created", (double)(now_ms() / 1000));
	js_set_str(o, "payment_intent", intent->id);
	js_set(o, "balance_transaction", NULL);
	js_set(o, "metadata", cJSON_Duplicate(
	    cJSON_GetObjectItem(intent->json, "metadata"), 1));
	js_set(o, "receipt_email", cJSON_Duplicate(
	    cJSON_GetObjectItem(intent->json, "receipt_email"), 1));
	who = cJSON_GetObjectItem(o, "billing_details");
	js_set_str(who, "email", email_of(s));
	js_set_str(who, "name", name_of(s));
	card = js_path(o, "payment_method_details", "card", NULL);
	js_set_num(card, "amount_authorized", amount);
	if (digits != NULL)
		js_set_str(card, "last4", digits + strlen(digits) - 4);
	js_set_str(intent->json, "latest_charge", id);
	return store_add(st, CHARGES, o);
}

static void
decline(struct stripe *st, struct obj *s, struct obj *intent,
    const struct card *card, const char *digits, struct paid *ret)
{
	cJSON *e, *outcome;
	struct obj *ch;

	ch = new_charge(st, s, intent, "charge.failed", digits);
	js_set_str(ch->json, "failure_code", card->code);
	js_set_str(ch->json, "failure_message", card->message);
	outcome = cJSON_GetObjectItem(ch->json, "outcome");
	js_set_str(outcome, "reason", card->decline_code);
	js_set_str(outcome, "seller_message", card->message);
	e = cJSON_CreateObject();
	js_set_str(e, "type", "card_error");
	js_set_str(e, "code", card->code);
	js_set_str(e, "decline_code", card->decline_code);
	js_set_str(e, "advice_code", "try_again_later");
	js_set_str(e, "charge", ch->id);
	js_set_str(e, "doc_url", "https://stripe.com/docs/error-codes");
	js_set_str(e, "message", card->message);
	js_set(intent->json, "last_payment_error", e);
	js_set(intent->json, "next_action", NULL);
	js_set(intent->json, "payment_method", NULL);
	js_set_str(intent->json, "status", "requires_payment_method");
	emit(st, ret, "payment_intent.payment_failed", intent->json, NULL);
	emit(st, ret, "charge.failed", ch->json, NULL);
	ret->status = "declined";
	ret->code = card->code;
	ret->decline_code = card->decline_code;
	ret->message = card->message;
}

static void
settle_balance(struct stripe *st, struct obj *ch, struct paid *ret)
{
	cJSON *before = cJSON_CreateObject();
	char id[ID_MAX];

	new_id(id, "txn_3", 23);
	js_set(before, "balance_transaction", NULL);
	js_set_str(ch->json, "balance_transaction", id);
	emit(st, ret, "charge.updated", ch->json, before);
}

/* The money is there: the intent and its charge succeed. */
static struct obj *
succeed(struct stripe *st, struct obj *s, struct obj *intent,
    const char *digits, struct paid *ret)
{
	struct obj *ch = new_charge(st, s, intent, "charge.succeeded", digits);
	char pm[ID_MAX];

	new_id(pm, "pm_1", 23);
	js_set_str(intent->json, "payment_method", pm);
	js_set_str(ch->json, "payment_method", pm);
	js_set_str(intent->json, "status", "succeeded");
	js_set(intent->json, "last_payment_error", NULL);
	js_set(intent->json, "next_action", NULL);
	js_set_num(intent->json, "amount_received",
	    js_num(intent->json, "amount", 0));
	emit(st, ret, "payment_intent.succeeded", intent->json, NULL);
	emit(st, ret, "charge.succeeded", ch->json, NULL);
	settle_balance(st, ch, ret);
	return ch;
}

static void
complete(struct stripe *st, struct obj *s, const char *payment_status,
    struct paid *ret)
{
	cJSON *info = cJSON_CreateObject();

	js_set(info, "business_name", NULL);
	js_set(info, "individual_name", NULL);
	js_set(info, "shipping_details", NULL);
	js_set(s->json, "collected_information", info);
	js_set_str(s->json, "status", "complete");
	js_set_str(s->json, "payment_status", payment_status);
	js_set(s->json, "url", NULL);
	ret->status = "complete";
	ret->completed = emit(st, ret, "checkout.session.completed", s->json,
	    NULL);
}

static void
dispute_job(struct stripe *st, const char *id, const char *what)
{
	struct obj *i = store_find(st, INTENTS, id);
	struct obj *ch = i == NULL ? NULL : store_find(st, CHARGES,
	    js_str(i->json, "latest_charge"));
	cJSON *w;
	char wid[ID_MAX];

	if (strcmp(what, "warning") != 0) {
		dispute_open(st, i, what, 0);
		return;
	}
	w = cJSON_CreateObject();
	new_id(wid, "issfr_1", 23);
	js_set_str(w, "id", wid);
	js_set_str(w, "object", "radar.early_fraud_warning");
	js_set_bool(w, "actionable", 1);
	js_set_str(w, "charge", ch->id);
	js_set_num(w, "created", (double)(now_ms() / 1000));
	js_set_str(w, "fraud_type", "misc");
	js_set_bool(w, "livemode", 0);
	js_set_str(w, "payment_intent", id);
	event_emit(st, "radar.early_fraud_warning.created", w, NULL, NULL);
	cJSON_Delete(w);
}

static void
charge_card(struct stripe *st, struct obj *s, const struct payment *p,
    const struct card *card, struct paid *ret)
{
	struct obj *i = intent_of(st, s, ret);
	static const struct card not_authenticated = {
		.code = "payment_intent_authentication_failure",
		.message = "We are unable to authenticate your payment method."
		    " Please choose a different payment method and try again.",
	};

	if (card->secure && p->authenticated == 0) {
		cJSON *next = cJSON_CreateObject();

		js_set_str(next, "type", "use_stripe_sdk");
		cJSON_AddObjectToObject(next, "use_stripe_sdk");
		js_set(i->json, "next_action", next);
		js_set_str(i->json, "status", "requires_action");
		js_set_str(s->priv, "card", p->card);
		emit(st, ret, "payment_intent.requires_action", i->json, NULL);
		ret->status = "requires_action";
	} else if (card->secure && p->authenticated < 0) {
		decline(st, s, i, &not_authenticated, p->card, ret);
	} else if (card->code != NULL) {
		decline(st, s, i, card, p->card, ret);
	} else {
		js_set_str(i->priv, "card", p->card);
		succeed(st, s, i, p->card, ret);
		complete(st, s, "paid", ret);
		if (card->dispute != NULL)
			job_add(st, DISPUTE_S, dispute_job, i->id,
			    card->dispute);
	}
}

static void
settle_job(struct stripe *st, const char *id, const char *what)
{
	pay_settle(st, id, what);
}

static void
pay_bank(struct stripe *st, struct obj *s, const struct payment *p,
    struct paid *ret)
{
	struct obj *i = intent_of(st, s, ret);
	const char *types[] = { "us_bank_account" };

	js_set(i->json, "payment_method_types",
	    cJSON_CreateStringArray(types, 1));
	js_set(s->json, "payment_method_types",
	    cJSON_CreateStringArray(types, 1));
	js_set(i->json, "last_payment_error", NULL);
	js_set_str(i->json, "status", "processing");
	emit(st, ret, "payment_intent.processing", i->json, NULL);
	complete(st, s, "unpaid", ret);
	ret->status = "processing";
	if (strcmp(p->bank, "processing") != 0)
		job_add(st, SETTLE_S, settle_job, s->id, p->bank);
}

static void
set_customer(struct obj *s, const struct payment *p)
{
	cJSON *d = cJSON_GetObjectItem(s->json, "customer_details"), *address;
	static const char *const nothing[] = { "city", "line1", "line2",
		"state" };
	size_t i;

	if (!cJSON_IsObject(d)) {
		d = cJSON_CreateObject();
		js_set(s->json, "customer_details", d);
	}
	address = cJSON_CreateObject();
	for (i = 0; i < sizeof(nothing) / sizeof(*nothing); i++)
		js_set(address, nothing[i], NULL);
	js_set_str(address, "country", "US");
	js_set_str(address, "postal_code", "10001");
	js_set(d, "address", address);
	js_set(d, "business_name", NULL);
	/* One that our request named is locked. */
	if (js_str(s->json, "customer_email") == NULL)
		js_set_str(d, "email", p->email != NULL ? p->email :
		    "customer@example.com");
	js_set(d, "individual_name", NULL);
	js_set_str(d, "name", p->name != NULL ? p->name : "Test Customer");
	js_set(d, "phone", NULL);
	js_set_str(d, "tax_exempt", "none");
	js_set(d, "tax_ids", cJSON_CreateArray());
	js_sort(d);
}

void
pay(struct stripe *st, struct obj *s, const struct payment *p,
    struct paid *ret)
{
	const struct card *card = p->card == NULL ? NULL : card_find(p->card);

	*ret = (struct paid) { .events = cJSON_CreateArray() };
	ret->status = "closed";
	if (strcmp(js_str(s->json, "status"), "open") != 0) {
		ret->message = "This session is no longer open.";
		return;
	}
	if (card != NULL && card->invalid) {
		ret->status = "invalid";
		ret->code = card->code;
		ret->message = card->message;
		return;
	}
	set_customer(s, p);
	if (js_num(s->json, "amount_total", 0) == 0) {
		js_set(s->json, "payment_method_types", cJSON_CreateArray());
		complete(st, s, "no_payment_required", ret);
	} else if (card != NULL) {
		charge_card(st, s, p, card, ret);
	} else {
		pay_bank(st, s, p, ret);
	}
}

void
pay_when_expiring(struct obj *s, const struct payment *p)
{
	cJSON *o = cJSON_CreateObject();

	js_set_str(o, "card", p->card);
	js_set_str(o, "bank", p->bank);
	js_set_str(o, "email", p->email);
	js_set_str(o, "name", p->name);
	js_set_num(o, "authenticated", p->authenticated);
	js_set(s->priv, "pay_then", o);
}

void
pay_if_waiting(struct stripe *st, struct obj *s)
{
	cJSON *o = cJSON_DetachItemFromObject(s->priv, "pay_then");
	struct payment p = {
		.card = js_str(o, "card"),
		.bank = js_str(o, "bank"),
		.email = js_str(o, "email"),
		.name = js_str(o, "name"),
		.authenticated = (int)js_num(o, "authenticated", 1),
	};
	struct paid ret;

	if (o == NULL)
		return;
	pay(st, s, &p, &ret);
	cJSON_Delete(ret.events);
	cJSON_Delete(o);
}

static void
settle_failed(struct stripe *st, struct obj *s, struct obj *i)
{
	static const struct card bounced = {
		.code = "payment_intent_payment_attempt_failed",
		.decline_code = "insufficient_funds",
		.message = "The payment failed because the account has "
		    "insufficient funds.",
	};
	struct paid ret = { .events = cJSON_CreateArray() };

	decline(st, s, i, &bounced, NULL, &ret);
	cJSON_Delete(ret.events);
	event_emit(st, "checkout.session.async_payment_failed", s->json, NULL,
	    NULL);
}

const char *
pay_settle(struct stripe *st, const char *session, const char *result)
{
	struct obj *s = store_find(st, SESSIONS, session), *i;

	i = s == NULL ? NULL : store_find(st, INTENTS,
	    js_str(s->json, "payment_intent"));
	if (i == NULL || strcmp(js_str(i->json, "status"), "processing") != 0)
		return "no payment of this session is processing";
	if (strcmp(result, "fails") == 0) {
		settle_failed(st, s, i);
		return NULL;
	}
	succeed(st, s, i, NULL, NULL);
	js_set_str(s->json, "payment_status", "paid");
	event_emit(st, "checkout.session.async_payment_succeeded", s->json,
	    NULL, NULL);
	return NULL;
}

char *
pay_return_url(const struct obj *s)
{
	static const char *const marks[] = { "{CHECKOUT_SESSION_ID}",
		"%7BCHECKOUT_SESSION_ID%7D", "%7bCHECKOUT_SESSION_ID%7d" };
	const char *url = js_str(s->json, "success_url"), *at;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		at = strstr(url, marks[i]);
		if (at == NULL)
			continue;
		buf_add(&b, url, (size_t)(at - url));
		buf_puts(&b, s->id);
		url = at + strlen(marks[i]);
	}
	buf_puts(&b, url);
	return b.p;
}

/* Ten seconds of life (facts §6), but never so short that the receiver has
 * no chance at all. */
void
pay_wait(struct stripe *st, const char *event)
{
	int64_t ms = fake_ms(&st->f, REDIRECT_WAIT_S);

	if (event != NULL)
		deliver_wait(&st->f, event,
		    ms < REDIRECT_WAIT_MIN_MS ? REDIRECT_WAIT_MIN_MS : ms);
}
