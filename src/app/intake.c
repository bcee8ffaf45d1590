#include "app/intake.h"

#include <stdio.h>
#include <string.h>

#include "app/redact.h"
#include "app/translate.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/now.h"
#include "db/db.h"
#include "provider/calendly_event.h"
#include "provider/stripe_event.h"

/* Parked events can free others; a longer chain than this is a loop. */
enum { FREE_DEPTH = 8 };

struct delivery {
	struct event event;
	struct intake result;
};

/* One event to apply, as db_attempt wants it. */
struct application {
	const struct event *event;
	struct event_outcome *outcome;
};

static enum err
apply(struct ctx *c, struct db *db, void *arg)
{
	struct application *a = arg;

	return translate_apply_tx(c, db, a->event, a->outcome);
}

static enum err
free_waiting(struct ctx *c, struct db *db, const char *key, int depth);

/* Tells those that waited for what is known now. */
static enum err
free_all(struct ctx *c, struct db *db, const struct event_outcome *outcome,
    int depth)
{
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < EVENT_FREES && depth < FREE_DEPTH; i++)
		if (outcome->frees[i] != NULL)
			e = free_waiting(c, db, outcome->frees[i], depth + 1);
	return e;
}

/*
 * Applies an event.  If it cannot be applied by a fault of ours, it is stored
 * as failed, for a person to see and to replay: a provider's retries would run
 * into the same fault until it gives up.  Only E_BUSY goes back to the provider.
 */
static enum err
apply_event(struct ctx *c, struct db *db, const struct event *ev,
    struct event_outcome *outcome)
{
	struct application a = { ev, outcome };
	enum err e;

	e = db_attempt(c, db, apply, &a);
	if (e == E_BUSY)
		return e;
	if (e != OK) {
		event_failed(c, outcome, NULL, "%s", c->why);
		ctx_forgive(c);
	}
	return OK;
}

/* One that is stored. */
static enum err
settle_event(struct ctx *c, struct db *db, const struct event *ev,
    struct event_outcome *outcome, int depth)
{
	enum err e;

	e = apply_event(c, db, ev, outcome);
	if (e == OK)
		e = event_close_tx(c, db, ev->id, outcome);
	if (e == OK)
		e = redact_after_tx(c, db, ev, outcome->booking);
	return e == OK ? free_all(c, db, outcome, depth) : e;
}

/* One that came now. */
static enum err
settle_new(struct ctx *c, struct db *db, const struct event *ev,
    struct event_outcome *outcome)
{
	enum err e;

	e = apply_event(c, db, ev, outcome);
	if (e == OK)
		e = event_add_tx(c, db, ev, outcome);
	if (e == OK)
		e = redact_after_tx(c, db, ev, outcome->booking);
	return e == OK ? free_all(c, db, outcome, 0) : e;
}

/* Applies one batch; *after moves behind it, and is NULL behind the last. */
static enum err
free_batch(struct ctx *c, struct db *db, const char *key, int depth,
    const char **after)
{
	struct event_outcome outcome;
	struct event_list list = { 0 };
	size_t i;
	enum err e;

	e = event_waiting_tx(c, db, key, *after, &list);
	for (i = 0; e == OK && i < list.count; i++)
		e = settle_event(c, db, &list.rows[i], &outcome, depth);
	*after = list.count < EVENT_BATCH ? NULL : list.rows[i - 1].id;
	return e;
}

static enum err
free_waiting(struct ctx *c, struct db *db, const char *key, int depth)
{
	const char *after = "";
	enum err e = OK;

	while (e == OK && after != NULL)
		e = free_batch(c, db, key, depth, &after);
	return e;
}

enum err
intake_free_tx(struct ctx *c, struct db *db, const char *key)
{
	return free_waiting(c, db, key, 0);
}

/* A batch that is a transaction, and has a context, of its own. */
struct batch {
	const char *key;
	char after[EVENT_ID_SIZE];
	char next[EVENT_ID_SIZE]; /* after, once it is committed */
	int more;
};

static enum err
batch_tx(struct ctx *c, struct db *db, void *arg)
{
	struct batch *b = arg;
	const char *after = b->after;
	enum err e;

	e = free_batch(c, db, b->key, 0, &after);
	b->more = e == OK && after != NULL;
	if (b->more)
		snprintf(b->next, sizeof(b->next), "%s", after);
	return e;
}

enum err
intake_free(struct ctx *c, struct db *db, const char *key)
{
	struct batch b = { .key = key };
	struct ctx mine;
	enum err e;

	ctx_init(&mine);
	do {
		ctx_reset(&mine);
		e = db_transaction(&mine, db, batch_tx, &b);
		memcpy(b.after, b.next, sizeof(b.after));
	} while (e == OK && b.more);
	if (e != OK)
		e = ctx_fail(c, e, "%s", mine.why);
	ctx_free(&mine);
	return e;
}

enum err
intake_again_tx(struct ctx *c, struct db *db, const struct event *ev,
    struct event_outcome *ret)
{
	return settle_event(c, db, ev, ret, 0);
}

static enum err
take_in_tx(struct ctx *c, struct db *db, void *arg)
{
	struct delivery *d = arg;
	int is_new;
	enum err e;

	d->result = (struct intake){ 0 };
	e = redact_door_tx(c, db, &d->event);
	if (e == OK)
		e = event_meet_tx(c, db, &d->event, &is_new);
	if (e != OK)
		return e;
	d->result.event = d->event.id;
	d->result.type = d->event.type;
	d->result.duplicate = !is_new;
	if (!is_new && !TWIN("dedupe"))
		return OK;
	return settle_new(c, db, &d->event, &d->result.outcome);
}

static enum err
take_in(struct ctx *c, struct db *db, struct delivery *d, struct intake *ret)
{
	enum err e = db_transaction(c, db, take_in_tx, d);

	if (e != OK)
		return e;
	if (d->result.outcome.booking != NULL)
		c->booking = d->result.outcome.booking;
	/* For the log: why a delivery was answered 200 and changed nothing. */
	if (d->result.outcome.reason != NULL)
		c->why = arena_printf(c->mem, "%s: %s", d->result.outcome.word,
		    d->result.outcome.reason);
	*ret = d->result;
	return OK;
}

enum err
intake_stripe(struct ctx *c, struct db *db, const char *body, size_t len,
    struct intake *ret)
{
	struct stripe_event ev;
	struct delivery d;
	enum err e;

	e = stripe_event_parse(c, body, len, &ev);
	if (e != OK)
		return e;
	d.event = (struct event){
		.source = TRANSLATE_STRIPE,
		.dedupe_key = ev.id,
		.type = ev.type,
		.object_id = ev.object.id,
		.told_at = ev.created * NOW_SECOND,
		.body = arena_copy(c->mem, body, len),
		.parsed = &ev,
	};
	return take_in(c, db, &d, ret);
}

enum err
intake_stripe_answer(struct ctx *c, struct db *db, const char *body,
    size_t len, struct intake *ret)
{
	struct stripe_object o;
	struct delivery d;
	enum err e;

	e = stripe_event_object(c, body, len, &o);
	if (e != OK)
		return e;
	d.event = (struct event){
		.source = TRANSLATE_STRIPE_API,
		/* The same state told again is no news. */
		.dedupe_key = arena_printf(c->mem, "%s:%s:%s:%s", o.id,
		    o.status == NULL ? "-" : o.status,
		    o.payment_status == NULL ? "-" : o.payment_status,
		    o.payment_intent == NULL ? "-" : o.payment_intent),
		.type = o.object == NULL ? "unknown" : o.object,
		.object_id = o.id,
		.told_at = c->now,
		.body = arena_copy(c->mem, body, len),
		.parsed = &o,
	};
	return take_in(c, db, &d, ret);
}

enum err
intake_stripe_list(struct ctx *c, struct db *db, const char *body, size_t len)
{
	struct cJSON *list;
	const struct cJSON *o;
	struct intake in;
	const char *text;
	int i;
	enum err e;

	e = json_parse(c, body, len, &list);
	for (i = 0; e == OK; i++) {
		o = json_item(json_get(list, "data"), i);
		if (o == NULL)
			break;
		text = json_print(c, o);
		e = intake_stripe_answer(c, db, text, strlen(text), &in);
	}
	return e;
}

static enum err
take_in_calendly(struct ctx *c, struct db *db, const char *source,
    const char *body, size_t len, struct intake *ret)
{
	struct calendly_event ev;
	struct delivery d;
	enum err e;

	e = calendly_event_parse(c, body, len, &ev);
	if (e != OK)
		return e;
	d.event = (struct event){
		.source = source,
		.dedupe_key = calendly_event_key(c, &ev),
		.type = ev.event,
		.object_id = ev.invitee,
		.told_at = ev.created_at,
		.body = arena_copy(c->mem, body, len),
		.parsed = &ev,
	};
	return take_in(c, db, &d, ret);
}

enum err
intake_calendly(struct ctx *c, struct db *db, const char *body, size_t len,
    struct intake *ret)
{
	return take_in_calendly(c, db, TRANSLATE_CALENDLY, body, len, ret);
}

enum err
intake_calendly_read(struct ctx *c, struct db *db, const char *body,
    size_t len, struct intake *ret)
{
	return take_in_calendly(c, db, TRANSLATE_CALENDLY_API, body, len, ret);
}
