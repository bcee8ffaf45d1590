#include <stdio.h>
#include <string.h>

#include "app/attempt.h"
#include "app/heal_part.h"
#include "app/shop.h"
#include "app/translate.h"
#include "base/text.h"
#include "booking/checkout.h"
#include "booking/refund.h"
#include "db/db.h"
#include "provider/stripe.h"
#include "provider/stripe_event.h"
#include "provider/stripe_refund.h"

/* Whoever asked Stripe has an answer by then, or will never have one. */
#define ASKED_LONG_AGO (10 * 60 * NOW_SECOND)
/* "Near" its end. */
#define CLOSING_SOON (15 * 60 * NOW_SECOND)

enum { ID_SIZE = 300 };

/* --- sessions ------------------------------------------------------------- */

struct doubts {
	struct checkout_doubt doubt;
	struct checkout_list list;
};

static enum err
doubts_tx(struct ctx *c, struct db *db, void *arg)
{
	struct doubts *d = arg;

	return checkout_doubtful_tx(c, db, &d->doubt, &d->list);
}

/* A definite no is about this one; no answer is about all. */
static enum err
go_on(struct heal *h, const struct ctx *c, enum err e)
{
	if (e == E_BUSY || e == E_INTERNAL)
		return e;
	e = heal_answered(h, c, e);
	return e == E_STRIPE ? e : OK;
}

/* Nobody knows whether Stripe made it: so Stripe is asked. */
static enum err
settle_asked(struct heal *h, const struct checkout *co)
{
	enum err e;

	h->result->looked++;
	h->result->news++;
	if (h->order->dry_run)
		return OK;
	e = attempt_ask(&h->inner, h->shop, co,
	    now_monotonic() + HEAL_PATIENCE);
	if (e != OK)
		return go_on(h, &h->inner, e);
	h->result->mended++;
	return OK;
}

/* What a dry run can tell: whether Stripe says something else than our row. */
static void
compare(struct heal *h, const struct checkout *co,
    const struct stripe_object *o)
{
	h->result->looked++;
	if (!text_same(o->status, co->status) ||
	    (text_same(o->payment_status, "paid") &&
	    !text_same(co->payment_status, "paid")))
		h->result->news++;
}

static enum err
read_again(struct heal *h, const struct checkout *co)
{
	struct ctx *c = &h->inner;
	struct stripe_object o;
	struct stripe_answer a;
	enum err e;

	if (stripe_session_get(c, &h->shop->stripe, co->session,
	    now_monotonic() + HEAL_PATIENCE, &a) != STRIPE_DONE)
		return go_on(h, c, stripe_verdict(c, "read session", &a));
	if (!h->order->dry_run)
		return heal_take_in(h, &(const struct heal_word){
		    intake_stripe_answer, TRANSLATE_STRIPE_API, NULL,
		    a.body });
	e = stripe_event_object(c, a.body, a.body_len, &o);
	if (e != OK)
		return go_on(h, c, e);
	compare(h, co, &o);
	return OK;
}

static enum err
heal_checkouts(struct heal *h)
{
	char after[ID_SIZE] = "";
	struct doubts d = { .doubt = { .asked = h->now - ASKED_LONG_AGO,
		.closing = h->now + CLOSING_SOON, .after = after } };
	size_t i;
	enum err e;

	do {
		heal_fresh(h, &h->page);
		e = db_read(&h->page, h->shop->db, doubts_tx, &d);
		for (i = 0; e == OK && i < d.list.count; i++) {
			const struct checkout *co = &d.list.rows[i];

			heal_fresh(h, &h->inner);
			e = co->session == NULL ? settle_asked(h, co)
						: read_again(h, co);
			snprintf(after, sizeof(after), "%s", co->id);
			if (e == OK)
				e = heal_step(h);
		}
	} while (e == OK && d.list.count == CHECKOUT_BATCH);
	return e;
}

/* --- refunds -------------------------------------------------------------- */

struct waiting {
	const char *after;
	struct refund_list list;
};

static enum err
waiting_tx(struct ctx *c, struct db *db, void *arg)
{
	struct waiting *w = arg;

	return refund_waiting_tx(c, db, w->after, &w->list);
}

struct standing {
	const struct stripe_object *told;
	struct refund *known;
};

static enum err
standing_tx(struct ctx *c, struct db *db, void *arg)
{
	struct standing *s = arg;

	return refund_get_tx(c, db, s->told->id, &s->known);
}

static enum err
compare_refund(struct heal *h, const char *text)
{
	struct stripe_object o;
	struct standing s = { .told = &o };
	enum err e;

	heal_fresh(h, &h->item);
	h->result->looked++;
	if (stripe_event_object(&h->item, text, strlen(text), &o) != OK)
		return OK;
	e = db_read(&h->item, h->shop->db, standing_tx, &s);
	if (e == OK && (s.known == NULL || refund_rank(o.status) >
	    refund_rank(s.known->status)))
		h->result->news++;
	return e;
}

static enum err
heal_payment(struct heal *h, const char *payment)
{
	struct ctx *c = &h->inner;
	struct stripe_texts texts;
	struct stripe_answer a;
	size_t i;
	enum err e;

	heal_fresh(h, c);
	if (stripe_refund_list(c, &h->shop->stripe, payment,
	    now_monotonic() + HEAL_PATIENCE, &a) != STRIPE_DONE)
		return go_on(h, c, stripe_verdict(c, "list refunds", &a));
	e = stripe_event_texts(c, a.body, a.body_len, &texts);
	if (e != OK)
		return go_on(h, c, e);
	for (i = 0; e == OK && i < texts.count; i++)
		e = h->order->dry_run ? compare_refund(h, texts.items[i])
		    : heal_take_in(h, &(const struct heal_word){
			intake_stripe_answer, TRANSLATE_STRIPE_API, NULL,
			texts.items[i] });
	return e;
}

static enum err
heal_refunds(struct heal *h)
{
	char after[ID_SIZE] = "";
	struct waiting w = { .after = after };
	size_t i;
	enum err e;

	do {
		heal_fresh(h, &h->page);
		e = db_read(&h->page, h->shop->db, waiting_tx, &w);
		for (i = 0; e == OK && i < w.list.count; i++) {
			e = heal_payment(h, w.list.rows[i].payment);
			snprintf(after, sizeof(after), "%s",
			    w.list.rows[i].payment);
			if (e == OK)
				e = heal_step(h);
		}
	} while (e == OK && w.list.count == REFUND_BATCH);
	return e;
}

/* -------------------------------------------------------------------------- */

enum err
heal_sessions(struct heal *h)
{
	enum err e;

	if (h->shop->stripe.key == NULL) {
		heal_worsen(h, HEAL_OFF);
		return OK;
	}
	e = heal_checkouts(h);
	return e == OK ? heal_refunds(h) : e;
}
