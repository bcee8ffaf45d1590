#include "app/translate.h"

#include <string.h>

#include "app/request.h"
#include "app/translate_request.h"
#include "base/fault.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/ledger.h"
#include "booking/sale.h"
#include "booking/seat.h"
#include "provider/calendly_event.h"
#include "provider/stripe_event.h"

/* --- Stripe ------------------------------------------------------------- */

/* One object of Stripe's, and how we heard of it. */
struct telling {
	const struct stripe_object *object;
	const struct event *event;
	struct history_source by;
	int live; /* real money?  1, 0, or -1: not said */
};

/* An answer to a call says how things stand, not since when. */
static int64_t
event_time(const struct event *ev)
{
	return strcmp(ev->source, TRANSLATE_STRIPE) == 0 ? ev->told_at : 0;
}

static enum err
apply_session(struct ctx *c, struct db *db, const struct telling *t,
    struct event_outcome *ret)
{
	const struct stripe_object *o = t->object;
	const struct sale_session told = {
		.session = o->id,
		.checkout = o->checkout,
		.booking = o->booking,
		.mode = o->mode,
		.status = o->status,
		.payment_status = o->payment_status,
		.failed = strcmp(t->event->type,
		    "checkout.session.async_payment_failed") == 0,
		.payment = o->payment_intent,
		.amount = o->amount,
		.subtotal = o->amount_subtotal,
		.currency = o->currency,
		.url = o->url,
		.expires_at = o->expires_at * NOW_SECOND,
		.told_at = event_time(t->event),
		.live = o->livemode,
	};

	if (told.session == NULL) {
		event_failed(c, ret, NULL, "session without id");
		return OK;
	}
	return sale_handle_successful_payment_tx(c, db, &told, &t->by, ret);
}

typedef enum err ledger_apply(struct ctx *c, struct db *db,
    const struct ledger_entry *told, const struct history_source *by,
    struct event_outcome *ret);

/* Objects whose facts go into the ledger, and which amount counts there. */
static const struct {
	const char *object;
	ledger_apply *apply;
	size_t amount;
} ledgers[] = {
	{ "payment_intent", ledger_intent_tx,
	    offsetof(struct stripe_object, amount_received) },
	{ "charge", ledger_charge_tx,
	    offsetof(struct stripe_object, amount_refunded) },
	{ "refund", ledger_refund_tx, offsetof(struct stripe_object, amount) },
	{ "dispute", ledger_dispute_tx,
	    offsetof(struct stripe_object, amount) },
};

static enum err
apply_ledger(struct ctx *c, struct db *db, size_t i, const struct telling *t,
    struct event_outcome *ret)
{
	const struct stripe_object *o = t->object;
	struct ledger_entry told = {
		.payment = o->payment_intent,
		.id = o->id,
		.booking = o->booking,
		.currency = o->currency,
		.charge = o->charge,
		.status = o->status,
		.reason = o->reason,
		.failure = o->decline_code != NULL ? o->decline_code
						   : o->failure,
		.due_at = o->due_by * NOW_SECOND,
		.told_at = t->event->told_at,
		.made_at = o->created * NOW_SECOND,
		.live = t->live,
	};

	memcpy(&told.amount, (const char *)o + ledgers[i].amount,
	    sizeof(told.amount));
	if (told.id == NULL || text_blank(told.status)) {
		event_failed(c, ret, NULL, "%s without id or status",
		    ledgers[i].object);
		return OK;
	}
	return ledgers[i].apply(c, db, &told, &t->by, ret);
}

static enum err
apply_object(struct ctx *c, struct db *db, const struct telling *t,
    struct event_outcome *ret)
{
	const char *kind = t->object->object;
	size_t i;

	if (text_same(kind, "checkout.session"))
		return apply_session(c, db, t, ret);
	for (i = 0; i < COUNT(ledgers); i++)
		if (text_same(kind, ledgers[i].object))
			return apply_ledger(c, db, i, t, ret);
	event_ignored(c, ret, "we have no use for a %s",
	    kind == NULL ? "thing without a name" : kind);
	return OK;
}

/* Refunds do not say whether they are real. */
static int
says_live(const struct stripe_object *o)
{
	return !text_same(o->object, "refund");
}

static enum err
apply_stripe(struct ctx *c, struct db *db, const struct event *ev,
    struct event_outcome *ret)
{
	struct stripe_event told;
	enum err e = OK;

	if (ev->parsed != NULL)
		memcpy(&told, ev->parsed, sizeof(told));
	else
		e = stripe_event_parse(c, ev->body, strlen(ev->body), &told);
	if (e != OK)
		return e;
	if (told.thin) {
		event_ignored(c, ret, "a thin event holds no snapshot: the "
		    "endpoint must be made with snapshot payloads");
		return OK;
	}
	if (told.account != NULL && !TWIN("account")) {
		event_ignored(c, ret, "it is about connected account %s",
		    told.account);
		return OK;
	}
	if (says_live(&told.object) && told.livemode != told.object.livemode) {
		event_failed(c, ret, NULL, "event and object disagree about "
		    "live mode");
		return OK;
	}
	return apply_object(c, db, &(const struct telling){ &told.object, ev,
	    { "stripe", ev->id }, told.livemode }, ret);
}

static enum err
apply_stripe_answer(struct ctx *c, struct db *db, const struct event *ev,
    struct event_outcome *ret)
{
	struct stripe_object o;
	enum err e = OK;

	if (ev->parsed != NULL)
		memcpy(&o, ev->parsed, sizeof(o));
	else
		e = stripe_event_object(c, ev->body, strlen(ev->body), &o);
	if (e != OK)
		return e;
	return apply_object(c, db, &(const struct telling){ &o, ev,
	    { "stripe", ev->id }, says_live(&o) ? o.livemode : -1 }, ret);
}

/* --- Calendly ----------------------------------------------------------- */

static int
no_show_word(const struct calendly_event *ev)
{
	if (strcmp(ev->event, "invitee_no_show.created") == 0)
		return 1;
	if (strcmp(ev->event, "invitee_no_show.deleted") == 0)
		return 0;
	/* An invitee that was read says how it stands. */
	if (strcmp(ev->event, CALENDLY_EVENT_READ) == 0)
		return ev->no_show_uri != NULL;
	return -1;
}

/* The first of three times that was said. */
static int64_t
first_of(int64_t a, int64_t b, int64_t c)
{
	return a != 0 ? a : b != 0 ? b : c;
}

static enum err
apply_calendly(struct ctx *c, struct db *db, const struct event *ev,
    struct event_outcome *ret)
{
	const struct history_source by = { "calendly", ev->id };
	struct calendly_event told;
	enum err e = OK;

	if (ev->parsed != NULL)
		memcpy(&told, ev->parsed, sizeof(told));
	else
		e = calendly_event_parse(c, ev->body, strlen(ev->body), &told);
	if (e != OK)
		return e;
	if (!told.has_invitee) {
		event_ignored(c, ret, "not a booking: %s", told.odd);
		return OK;
	}
	return seat_invitee_tx(c, db, &(const struct seat_invitee){
		/* Set when it is applied again: then the id is known. */
		.booking = ev->booking,
		.invitee = told.invitee,
		.invitee_uri = told.invitee_uri,
		.event = told.scheduled,
		.event_type = told.event_type,
		.name = told.name == NULL ? "" : told.name,
		.email = told.email == NULL ? "" : told.email,
		.timezone = told.timezone,
		.start_at = told.start,
		.end_at = told.end,
		.updated_at = first_of(told.updated_at, told.created_at, 0),
		.told_at = told.created_at,
		.canceled = text_same(told.status, "canceled"),
		.moved = told.rescheduled,
		.canceled_at = first_of(told.canceled_at, told.updated_at,
		    told.created_at),
		.canceled_by = text_same(told.canceler_type, "host")
		    ? "builder" : "client",
		.reason = told.cancel_reason,
		.old_invitee = told.old_invitee,
		.new_invitee = told.new_invitee,
		.no_show = no_show_word(&told),
		.native_payment = told.native_payment,
	}, &by, ret);
}

/* --- all ---------------------------------------------------------------- */

enum err
translate_apply_tx(struct ctx *c, struct db *db, const struct event *ev,
    struct event_outcome *ret)
{
	static const struct {
		const char *source;
		enum err (*apply)(struct ctx *c, struct db *db,
		    const struct event *ev, struct event_outcome *ret);
	} sources[] = {
		{ TRANSLATE_STRIPE, apply_stripe },
		{ TRANSLATE_STRIPE_API, apply_stripe_answer },
		{ TRANSLATE_CALENDLY, apply_calendly },
		{ TRANSLATE_CALENDLY_API, apply_calendly },
		{ REQUEST_CLIENT, translate_request_tx },
		{ REQUEST_BUILDER, translate_request_tx },
		{ REQUEST_ADMIN, translate_request_tx },
		{ REQUEST_SYSTEM, translate_request_tx },
	};
	size_t i;

	for (i = 0; i < COUNT(sources); i++)
		if (strcmp(sources[i].source, ev->source) == 0)
			return sources[i].apply(c, db, ev, ret);
	event_ignored(c, ret, "source %s says nothing new", ev->source);
	return OK;
}
