#include "app/heal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/heal_note.h"
#include "app/heal_part.h"
#include "app/shop.h"
#include "base/text.h"
#include "booking/event.h"
#include "booking/history.h"
#include "booking/mark.h"
#include "db/db.h"

static const char turn[] = "heal";

/* Subscriptions come first: what happens from then on is delivered, and what
 * happened before is found by the lists. */
static enum err (*const parts[HEAL_PARTS])(struct heal *h) = {
	heal_hooks, /* in the order of heal_note_parts */
	heal_happened,
	heal_sessions,
	heal_calendly,
};

const char *
heal_word(enum heal_state state)
{
	return heal_note_word(state);
}

/* --- what parts say ----------------------------------------------------- */

void
heal_fresh(const struct heal *h, struct ctx *c)
{
	ctx_reset(c);
	c->now = h->clock + now_monotonic();
}

void
heal_say(struct heal *h, const char *fmt, ...)
{
	char *note = h->result->note;
	size_t len = strlen(note);
	va_list ap;

	if (len > 0 && len + 2 < HEAL_NOTE_SIZE) {
		memcpy(note + len, "; ", 3);
		len += 2;
	}
	va_start(ap, fmt);
	vsnprintf(note + len, HEAL_NOTE_SIZE - len, fmt, ap);
	va_end(ap);
}

void
heal_worsen(struct heal *h, enum heal_state state)
{
	if (state > h->result->state)
		h->result->state = state;
}

enum err
heal_answered(struct heal *h, const struct ctx *c, enum err e)
{
	heal_worsen(h, e == E_STRIPE || e == E_CALENDLY ? HEAL_AWAY
							: HEAL_PERSON);
	heal_say(h, "%s", c->why != NULL ? c->why : err_words(e));
	return e;
}

enum err
heal_step(struct heal *h)
{
	const struct heal_order *order = h->order;

	if (order->between == NULL ||
	    order->between(order->arg, h->result) == 0)
		return OK;
	h->stopped = 1;
	heal_worsen(h, HEAL_AWAY);
	heal_say(h, "told to stop");
	return E_BUSY;
}

/* --- one piece of news ---------------------------------------------------- */

struct knowing {
	const struct heal_word *word;
	const struct event *known;
};

static enum err
know_tx(struct ctx *c, struct db *db, void *arg)
{
	struct knowing *k = arg;

	return event_by_key_tx(c, db, k->word->source, k->word->dedupe_key,
	    &k->known);
}

struct trace {
	const struct intake *in;
	int found;
};

/* Did the event leave something in its booking's history? */
static enum err
trace_tx(struct ctx *c, struct db *db, void *arg)
{
	struct trace *t = arg;
	struct history_list list;
	size_t i;
	enum err e;

	t->found = 0;
	e = history_list_tx(c, db, t->in->outcome.booking, &list);
	for (i = 0; e == OK && i < list.count; i++)
		if (text_same(list.rows[i].event, t->in->event))
			t->found = 1;
	return e;
}

static enum err
count(struct heal *h, const struct intake *in)
{
	struct trace t = { .in = in };
	enum err e;

	if (in->duplicate)
		return OK;
	h->result->news++;
	if (in->outcome.booking == NULL)
		return OK;
	e = db_read(&h->item, h->shop->db, trace_tx, &t);
	if (e == OK && t.found)
		h->result->mended++;
	return e;
}

enum err
heal_take_in(struct heal *h, const struct heal_word *word)
{
	struct knowing k = { .word = word };
	struct ctx *c = &h->item;
	struct intake in;
	enum err e;

	h->result->looked++;
	heal_fresh(h, c);
	if (h->order->dry_run) {
		e = db_read(c, h->shop->db, know_tx, &k);
		if (e == OK && k.known == NULL)
			h->result->news++;
		return e;
	}
	e = word->door(c, h->shop->db, word->text, strlen(word->text), &in);
	if (e == OK)
		return count(h, &in);
	/* A thing we cannot read must not keep us from the others. */
	if (e == E_BADREQ || e == E_STRIPE || e == E_CALENDLY) {
		heal_worsen(h, HEAL_PERSON);
		heal_say(h, "%s", c->why);
		return OK;
	}
	heal_say(h, "%s", c->why);
	return e;
}

/* --- the parts, one by one ------------------------------------------------ */

static enum err
read_mark_tx(struct ctx *c, struct db *db, void *arg)
{
	struct mark *m = arg;

	return mark_get_tx(c, db, m->name, m);
}

static enum err
set_mark_tx(struct ctx *c, struct db *db, void *arg)
{
	return mark_set_tx(c, db, arg);
}

/* The mark moves only when everything up to now was found. */
static enum err
note(struct ctx *c, const struct heal *h)
{
	const struct heal_result *r = h->result;
	struct mark m = { .name = r->part, .at = h->since };

	if (r->state == HEAL_OFF)
		return OK;
	if (r->state == HEAL_FINE)
		m.at = h->now;
	m.note = heal_note_text(c, h->now, r);
	return db_transaction(c, h->shop->db, set_mark_tx, &m);
}

static enum err
run_part(struct ctx *c, struct heal *h, size_t part)
{
	struct mark m = { .name = heal_note_parts[part] };
	enum err e;

	e = db_read(c, h->shop->db, read_mark_tx, &m);
	if (e != OK)
		return e;
	h->since = m.at;
	heal_fresh(h, &h->page);
	h->now = h->page.now;
	h->result->part = heal_note_parts[part];
	e = parts[part](h);
	if (e != OK && h->result->state == HEAL_FINE) {
		heal_worsen(h, HEAL_AWAY);
		heal_say(h, "the database: %s", err_words(e));
	}
	return h->order->dry_run ? OK : note(c, h);
}

enum err
heal_run(struct ctx *c, struct shop *shop, const struct heal_order *order,
    struct heal_report *ret)
{
	struct heal h = { .shop = shop, .order = order,
		.clock = c->now - now_monotonic() };
	size_t i;
	enum err e = OK;

	*ret = (struct heal_report){ .count = 0 };
	ctx_init(&h.page);
	ctx_init(&h.inner);
	ctx_init(&h.item);
	for (i = 0; e == OK && !h.stopped && i < HEAL_PARTS; i++) {
		if (order->part != NULL &&
		    strcmp(order->part, heal_note_parts[i]) != 0)
			continue;
		h.result = &ret->parts[ret->count++];
		e = run_part(c, &h, i);
	}
	ctx_free(&h.page);
	ctx_free(&h.inner);
	ctx_free(&h.item);
	if (e == OK && ret->count == 0)
		e = ctx_fail(c, E_NOTFOUND, "healing has no part %s",
		    order->part);
	return e;
}

/* --- whose turn it is ------------------------------------------------------ */

struct turning {
	int64_t until;
	int taken;
};

static enum err
take_tx(struct ctx *c, struct db *db, void *arg)
{
	struct turning *t = arg;

	return mark_take_tx(c, db, turn, t->until, &t->taken);
}

static enum err
hold_tx(struct ctx *c, struct db *db, void *arg)
{
	const struct turning *t = arg;

	return mark_hold_tx(c, db, turn, t->until);
}

enum err
heal_turn(struct ctx *c, struct shop *shop, int64_t minutes, int *ret_taken)
{
	struct turning t = { .until = c->now + minutes * 60 * NOW_SECOND };
	struct mark m = { .name = turn };
	enum err e;

	*ret_taken = 0;
	if (minutes == 0)
		return OK;
	/* A look costs nobody's turn to write. */
	e = db_read(c, shop->db, read_mark_tx, &m);
	if (e != OK || (m.at > c->now && m.at <= t.until))
		return e;
	e = db_transaction(c, shop->db, take_tx, &t);
	if (e == OK)
		*ret_taken = t.taken;
	return e;
}

enum err
heal_hold(struct ctx *c, struct shop *shop, int64_t minutes)
{
	struct turning t = { .until = c->now + minutes * 60 * NOW_SECOND };

	return minutes == 0 ? OK : db_transaction(c, shop->db, hold_tx, &t);
}
