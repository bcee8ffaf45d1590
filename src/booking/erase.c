#include "booking/erase.h"

#include <string.h>

#include "base/fault.h"
#include "base/hash.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/duty.h"
#include "booking/event.h"
#include "booking/history.h"
#include "booking/job.h"
#include "booking/payment.h"
#include "booking/settle.h"
#include "booking/status.h"

enum { TAG_LEN = 16 };

/* The id itself is in links: one address must not tell the other. */
static const char *
tag(struct ctx *c, const char *id)
{
	return arena_copy(c->mem, hash_text(c->mem, id, strlen(id)), TAG_LEN);
}

const char *
erase_email(struct ctx *c, const char *id)
{
	return arena_printf(c->mem, "erased-%s@erased.invalid", tag(c, id));
}

const char *
erase_client(struct ctx *c, const char *id)
{
	return arena_printf(c->mem, "erased:%s", tag(c, id));
}

/* --- rows ----------------------------------------------------------------- */

/* What somebody gave as a reason; the system's words are ours, and read. */
static void
erase_reason(const char **reason, const char *by)
{
	if (!text_blank(*reason) && !text_same(by, "system"))
		*reason = ERASE_WORD;
}

static void
erase_person(struct ctx *c, struct booking *b, const struct erase *what)
{
	if (!text_blank(b->name))
		b->name = ERASE_WORD;
	if (!text_blank(b->email))
		b->email = erase_email(c, b->id);
	if (!text_blank(b->client))
		b->client = erase_client(c, b->id);
	erase_reason(&b->asked_cancel_reason, b->asked_cancel_by);
	erase_reason(&b->told_cancel_reason, b->told_cancel_by);
	erase_reason(&b->refund_reason, b->refund_asked_by);
	b->erased_at = what->at;
	if (what->link_serial > b->link_serial)
		b->link_serial = what->link_serial;
}

static enum err
erase_attempts(struct ctx *c, struct db *db, const char *booking)
{
	struct checkout_list list;
	struct checkout co;
	size_t i;
	enum err e;

	e = checkout_list_tx(c, db, booking, &list);
	for (i = 0; e == OK && i < list.count; i++) {
		co = list.rows[i];
		co.body = ERASE_WORD;
		if (!text_blank(co.promotion_code))
			co.promotion_code = ERASE_WORD;
		e = checkout_save_tx(c, db, &co);
	}
	return e;
}

enum err
erase_booking_tx(struct ctx *c, struct db *db, const struct erase *what,
    const struct history_source *by, struct event_outcome *ret)
{
	struct booking *b;
	enum err e;

	e = booking_get_tx(c, db, what->booking, &b);
	if (e == OK && b == NULL)
		event_failed(c, ret, NULL, "there is no booking %s",
		    what->booking);
	if (e != OK || b == NULL)
		return e;
	erase_person(c, b, what);
	e = erase_attempts(c, db, b->id);
	if (e == OK)
		e = history_erase_tx(c, db, b->id, ERASE_WORD);
	if (e == OK)
		e = job_erase_tx(c, db, b->id);
	if (e == OK)
		e = history_add_tx(c, db, b->id, by, "erased", NULL);
	if (e == OK)
		e = settle_booking_tx(c, db, b, by);
	if (e == OK)
		event_applied(ret, b->id);
	return e;
}

/* --- what is in the way ---------------------------------------------------- */

static void
hinder(struct erase_hindrance *h, const char *why)
{
	if (h->count < ERASE_WHY_MAX)
		h->why[h->count++] = why;
}

static void
look_at_seat(struct ctx *c, const struct booking *b, const struct status *s,
    struct erase_hindrance *h)
{
	if (b->end_at > c->now && (strcmp(s->booking, "PENDING") == 0 ||
	    strcmp(s->booking, "CONFIRMED") == 0))
		hinder(h, arena_printf(c->mem, "its session is still to come, "
		    "on %s", now_text(c->mem, b->start_at)));
	if (strcmp(s->payment, "PROCESSING") == 0)
		hinder(h, "its payment is on its way");
}

static void
look_at_money(struct ctx *c, const struct status_facts *f,
    const struct status *s, struct erase_hindrance *h)
{
	struct status_return r;
	size_t i;

	for (i = 0; i < f->checkout_count; i++)
		if (strcmp(f->checkouts[i].status, "open") == 0 ||
		    strcmp(f->checkouts[i].status, "asked") == 0)
			hinder(h, "a page on which it can be paid is open");
	for (i = 0; i < f->payment_count; i++) {
		status_return(f, s, &f->payments[i], &r);
		if (r.due > 0)
			hinder(h, arena_printf(c->mem, "money of %s is owed",
			    f->payments[i].id));
	}
	for (i = 0; i < f->dispute_count; i++)
		if (!dispute_is_final(f->disputes[i].status))
			hinder(h, arena_printf(c->mem, "dispute %s is open",
			    f->disputes[i].id));
}

/* Of what was given up, only money is waited for: that is seen above. */
static void
look_at_jobs(struct ctx *c, const struct job_list *jobs,
    struct erase_hindrance *h)
{
	size_t i;

	for (i = 0; i < jobs->count; i++)
		if (jobs->rows[i].done_at == 0 && jobs->rows[i].dead_at == 0)
			hinder(h, arena_printf(c->mem, "a job (%s) is still "
			    "to be done", jobs->rows[i].kind));
}

enum err
erase_hindrance_tx(struct ctx *c, struct db *db, const char *booking,
    struct erase_hindrance *ret)
{
	struct status_facts facts;
	struct job_list jobs;
	struct booking *b;
	struct status s;
	enum err e;

	*ret = (struct erase_hindrance){ 0 };
	e = booking_get_tx(c, db, booking, &b);
	if (e != OK || b == NULL || TWIN("erase-hindrance"))
		return e;
	e = settle_gather_tx(c, db, b, &facts);
	if (e == OK)
		e = job_of_booking_tx(c, db, b->id, &jobs);
	if (e != OK)
		return e;
	status_compute(&facts, &s);
	look_at_seat(c, b, &s, ret);
	look_at_money(c, &facts, &s, ret);
	look_at_jobs(c, &jobs, ret);
	return OK;
}
