#include "app/redact.h"

#include <string.h>
#include <strings.h>

#include "app/request.h"
#include "app/translate.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/prune.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/erase.h"
#include "booking/event.h"
#include "provider/stripe_event.h"

enum { KEEP = PRUNE_KEEP, NAME, EMAIL, CLIENT, REASON, REFERENCE, WORDS };

/* What provider/stripe_event.c reads of an object. */
#define STRIPE_OBJECT(at)                                                      \
	{ at "id", KEEP }, { at "object", KEEP }, { at "status", KEEP },       \
	{ at "client_reference_id", REFERENCE },                               \
	{ at "payment_status", KEEP },                                         \
	{ at "mode", KEEP }, { at "currency", KEEP }, { at "url", KEEP },      \
	{ at "pending_reason", KEEP }, { at "created", KEEP },                 \
	{ at "expires_at", KEEP }, { at "amount", KEEP },                      \
	{ at "amount_total", KEEP }, { at "amount_subtotal", KEEP },           \
	{ at "amount_received", KEEP }, { at "amount_refunded", KEEP },        \
	{ at "total_details.amount_discount", KEEP },                          \
	{ at "metadata.bookingId", KEEP },                                     \
	{ at "metadata.checkoutId", KEEP }, { at "reason", KEEP },             \
	{ at "cancellation_reason", KEEP }, { at "failure_reason", KEEP },     \
	{ at "failure_code", KEEP }, { at "last_payment_error.code", KEEP },   \
	{ at "last_payment_error.decline_code", KEEP },                        \
	{ at "payment_intent", KEEP }, { at "payment_intent.id", KEEP },       \
	{ at "charge", KEEP }, { at "charge.id", KEEP },                       \
	{ at "latest_charge", KEEP }, { at "latest_charge.id", KEEP },         \
	{ at "evidence_details.due_by", KEEP }, { at "refunded", KEEP },       \
	{ at "livemode", KEEP }

static const struct prune_rule stripe[] = {
	{ "id", KEEP }, { "object", KEEP }, { "type", KEEP },
	{ "account", KEEP }, { "account.id", KEEP }, { "livemode", KEEP },
	{ "created", KEEP }, { "related_object.id", KEEP },
	{ "related_object.type", KEEP },
	STRIPE_OBJECT("data.object."),
};

static const struct prune_rule stripe_answer[] = { STRIPE_OBJECT("") };

/* What provider/calendly_event.c reads. */
static const struct prune_rule calendly[] = {
	{ "event", KEEP }, { "created_at", KEEP },
	{ "payload.uri", KEEP }, { "payload.event", KEEP },
	{ "payload.status", KEEP }, { "payload.name", NAME },
	{ "payload.email", EMAIL }, { "payload.timezone", KEEP },
	{ "payload.updated_at", KEEP }, { "payload.rescheduled", KEEP },
	{ "payload.old_invitee", KEEP }, { "payload.new_invitee", KEEP },
	{ "payload.cancellation.canceler_type", KEEP },
	{ "payload.cancellation.reason", REASON },
	{ "payload.cancellation.created_at", KEEP },
	{ "payload.no_show.uri", KEEP },
	{ "payload.scheduled_event.event_type", KEEP },
	{ "payload.scheduled_event.status", KEEP },
	{ "payload.scheduled_event.start_time", KEEP },
	{ "payload.scheduled_event.end_time", KEEP },
	/* That there was one is read, and nothing of it. */
	{ "payload.payment", REASON }, { "payload.invitee", REASON },
};

/* What app/translate_request.c reads: of people, and of attempts (whose body
 * is a form for Stripe, and was sent long ago). */
static const struct prune_rule request[] = {
	{ "bookingId", KEEP }, { "sessionTypeId", KEEP },
	{ "eventTypeId", KEEP }, { "inviteeId", KEEP }, { "eventId", KEEP },
	{ "startTime", KEEP }, { "timezone", KEEP }, { "name", NAME },
	{ "email", EMAIL }, { "client", CLIENT }, { "by", KEEP },
	{ "to", KEEP }, { "upTo", KEEP }, { "reason", REASON },
	{ "serial", KEEP }, { "code", KEEP },
	{ "id", KEEP }, { "booking", KEEP }, { "attempt", KEEP },
	{ "body", NAME }, { "promotion_code", NAME }, { "session", KEEP },
	{ "status", KEEP }, { "payment_status", KEEP }, { "amount", KEEP },
	{ "subtotal", KEEP }, { "currency", KEEP }, { "url", KEEP },
	{ "payment", KEEP }, { "refusal", KEEP }, { "expires_at", KEEP },
	{ "asked_at", KEEP }, { "created_at", KEEP },
};

#define RULES(list) (list), COUNT(list)

static const struct {
	const char *source;
	const struct prune_rule *rules;
	size_t count;
} sources[] = {
	{ TRANSLATE_STRIPE, RULES(stripe) },
	{ TRANSLATE_STRIPE_API, RULES(stripe_answer) },
	{ TRANSLATE_CALENDLY, RULES(calendly) },
	{ TRANSLATE_CALENDLY_API, RULES(calendly) },
	{ REQUEST_CLIENT, RULES(request) },
	{ REQUEST_BUILDER, RULES(request) },
	{ REQUEST_ADMIN, RULES(request) },
	{ REQUEST_SYSTEM, RULES(request) },
};

/* Of a page that is not ours it can be anything, an address too. */
static int
is_reference(const struct cJSON *body)
{
	const struct cJSON *o = json_get(json_get(body, "data"), "object");
	const char *text = json_text(o != NULL ? o : body,
	    "client_reference_id");

	return stripe_event_is_id(text);
}

static enum err
redact(struct ctx *c, const struct event *ev, const struct cJSON *body,
    const char *const *words, const char **ret)
{
	struct prune p = { .words = words };
	size_t i;

	for (i = 0; i < COUNT(sources); i++)
		if (strcmp(sources[i].source, ev->source) == 0) {
			p.rules = sources[i].rules;
			p.count = sources[i].count;
		}
	*ret = json_print(c, prune_json(c, body, &p));
	return OK;
}

enum err
redact_person(struct ctx *c, const struct event *ev, const char *booking,
    const char **ret)
{
	const char *whose = booking != NULL ? booking : ev->id;
	const char *words[WORDS] = {
		[NAME] = ERASE_WORD,
		[EMAIL] = erase_email(c, whose),
		[CLIENT] = erase_client(c, whose),
		[REASON] = ERASE_WORD,
		[REFERENCE] = ERASE_WORD,
	};
	struct cJSON *body;
	const char *by;
	enum err e;

	e = json_parse(c, ev->body, strlen(ev->body), &body);
	if (e != OK)
		return e;
	by = json_text(body, "by");
	if (is_reference(body))
		words[REFERENCE] = NULL;
	/* The system's reasons are words of ours, by which it goes. */
	if (request_is_source(ev->source) &&
	    text_same(by != NULL ? by : ev->source, REQUEST_SYSTEM))
		words[REASON] = NULL;
	return redact(c, ev, body, words, ret);
}

/* The address that the body gives its person, if it does. */
static const char *
address(const struct cJSON *body)
{
	const struct cJSON *payload = json_get(body, "payload");

	return json_text(payload != NULL ? payload : body, "email");
}

enum err
redact_mention(struct ctx *c, const struct event *ev, const char *email,
    const char **ret)
{
	const char *words[WORDS] = { NULL };
	const char *theirs;
	struct cJSON *body;
	enum err e;

	e = json_parse(c, ev->body, strlen(ev->body), &body);
	if (e != OK)
		return e;
	theirs = address(body);
	/* Whose row has another address by now has it from a newer body. */
	if (theirs != NULL && strcasecmp(theirs, email) == 0) {
		words[NAME] = ERASE_WORD;
		words[EMAIL] = erase_email(c, ev->booking);
	}
	return redact(c, ev, body, words, ret);
}

/* --- at the door ----------------------------------------------------------- */

/* What Stripe says of people goes into no row: so there is time until it is
 * known which booking it is about. */
static int
is_stripe(const struct event *ev)
{
	return strcmp(ev->source, TRANSLATE_STRIPE) == 0 ||
	    strcmp(ev->source, TRANSLATE_STRIPE_API) == 0;
}

/* The booking that ev names, as far as that can be seen before it is
 * applied. */
static enum err
find_booking(struct ctx *c, struct db *db, const struct event *ev,
    struct booking **ret)
{
	struct cJSON *body;
	const char *name = ev->object_id;

	*ret = NULL;
	if (is_stripe(ev))
		return OK;
	if (strcmp(ev->type, "booking.claim") == 0 &&
	    json_parse(c, ev->body, strlen(ev->body), &body) == OK)
		name = json_text(body, "inviteeId");
	return name == NULL ? OK : booking_find_tx(c, db, name, ret);
}

enum err
redact_door_tx(struct ctx *c, struct db *db, struct event *ev)
{
	struct booking *b;
	enum err e;

	e = find_booking(c, db, ev, &b);
	if (e != OK || b == NULL || b->erased_at == 0 || TWIN("redact-door"))
		return e;
	e = redact_person(c, ev, b->id, &ev->body);
	ev->parsed = NULL;
	ev->erased_at = c->now;
	return e;
}

enum err
redact_after_tx(struct ctx *c, struct db *db, const struct event *ev,
    const char *booking)
{
	const char *body;
	int is_erased;
	enum err e;

	if (booking == NULL || ev->erased_at > 0 || !is_stripe(ev))
		return OK;
	e = booking_is_erased_tx(c, db, booking, &is_erased);
	if (e != OK || !is_erased || TWIN("redact-after"))
		return e;
	e = redact_person(c, ev, booking, &body);
	return e == OK ? event_erase_tx(c, db, ev->id, body) : e;
}
