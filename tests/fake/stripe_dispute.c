/*
 * fake-stripe, disputes (facts/stripe.md §10, §12): opened by steering or by a
 * card, moved to any status, closed; an inquiry moves no money, and may become
 * a dispute.
 */
#include <stdio.h>
#include <string.h>

#include "stripe.h"

struct obj *
dispute_open(struct stripe *st, struct obj *intent, const char *reason,
    double amount)
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
	js_set_num(o, "amount",
	    amount > 0 ? amount : js_num(ch->json, "amount", 0));
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

static int
is_inquiry(const char *status)
{
	return strncmp(status, "warning_", 8) == 0;
}

static int
is_closed(const char *status)
{
	return strcmp(status, "won") == 0 || strcmp(status, "lost") == 0 ||
	    strcmp(status, "warning_closed") == 0;
}

static int
is_status(const char *status)
{
	static const char *const known[] = { "won", "lost", "needs_response",
		"under_review", "warning_needs_response",
		"warning_under_review", "warning_closed", "prevented",
		"appeal_needs_response", "appeal_under_review" };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(known[i], status) == 0)
			return 1;
	return 0;
}

/* Why it cannot come to this, or NULL. */
static const char *
forbids(const struct obj *d, const char *status)
{
	const char *now = d == NULL ? "" : js_str(d->json, "status");

	if (d == NULL)
		return "no such dispute";
	if (!is_status(status))
		return "no such status";
	if (is_closed(now) && strncmp(status, "appeal_", 7) != 0)
		return "it is closed";
	if (is_closed(status) && is_inquiry(now) != is_inquiry(status))
		return "an inquiry is closed by warning_closed, and only it";
	return NULL;
}

const char *
dispute_move(struct stripe *st, const char *id, const char *status)
{
	struct obj *d = store_find(st, DISPUTES, id), *ch;
	const char *why = forbids(d, status);
	int escalates;
	cJSON *before;

	if (why != NULL)
		return why;
	escalates = is_inquiry(js_str(d->json, "status")) &&
	    !is_inquiry(status);
	before = cJSON_CreateObject();
	js_set_str(before, "status", js_str(d->json, "status"));
	js_set_str(d->json, "status", status);
	if (escalates) {
		js_set_bool(d->json, "is_charge_refundable", 0);
		ch = store_find(st, CHARGES, js_str(d->json, "charge"));
		js_set_bool(ch->priv, "refundable", 0);
	}
	event_emit(st, is_closed(status) ? "charge.dispute.closed" :
	    "charge.dispute.updated", d->json, before, NULL);
	if (escalates)
		event_emit(st, "charge.dispute.funds_withdrawn", d->json,
		    NULL, NULL);
	if (strcmp(status, "won") == 0)
		event_emit(st, "charge.dispute.funds_reinstated", d->json,
		    NULL, NULL);
	return NULL;
}
