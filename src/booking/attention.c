#include "booking/attention.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "booking/analytics.h"
#include "booking/booking.h"
#include "booking/duty.h"
#include "booking/job.h"
#include "booking/money.h"
#include "booking/settle.h"
#include "booking/status.h"
#include "db/db.h"

enum { WHY_MAX = 1000 };

/* What is known of a booking before it is looked at. */
struct hint {
	int misfits;  /* money was noted that does not fit it */
	int given_up; /* it may have jobs that were given up */
};

static void
add(struct buf *why, const char *text)
{
	if (why->len > 0)
		buf_text(why, "; ");
	buf_text(why, text);
}

static enum err
look_at_money(struct ctx *c, struct db *db, struct booking *b,
    const struct hint *hint, struct buf *why)
{
	struct status_facts facts;
	struct booking *head;
	struct status status;
	struct status_return back;
	enum err e;

	e = settle_gather_tx(c, db, b, &facts);
	if (e == OK)
		e = booking_head_tx(c, db, b, &head);
	if (e != OK)
		return e;
	status_compute(&facts, &status);
	status_return_all(&facts, &status, &back);
	/* What has gone back entirely asks nothing more of anybody. */
	if (hint->misfits && !(status.captured > 0 &&
	    status.refunded >= status.captured))
		add(why, "money that does not fit it");
	/* A chain has one purse: its last link speaks for it. */
	if (head != b)
		return OK;
	if (strcmp(status.payment, "DISPUTED") == 0)
		add(why, "disputed");
	if (back.owed > back.due)
		add(why, arena_printf(c->mem, "%s owed, not automatic",
		    money_text(c, back.owed - back.due, b->currency)));
	return OK;
}

/* Its time has not come, and Calendly may not let us cancel it. */
static int
may_be_listed(struct ctx *c, const struct booking *b)
{
	return duty_is_cancel(b) && b->end_at > c->now;
}

static enum err
look_at_jobs(struct ctx *c, struct db *db, const struct booking *b,
    struct buf *why)
{
	const int may = may_be_listed(c, b);
	struct job_list jobs;
	size_t i;
	enum err e;

	e = job_of_booking_tx(c, db, b->id, &jobs);
	for (i = 0; e == OK && i < jobs.count; i++) {
		const struct job *job = &jobs.rows[i];

		if (job->dead_at > 0 && job->done_at == 0)
			add(why, arena_printf(c->mem, "%s given up: %s",
			    job->kind, job->last_error == NULL ? "no reason"
			    : job->last_error));
		if (may && strcmp(job->kind, DUTY_CANCEL) == 0 &&
		    job->done_at > 0)
			add(why, "cancelled here, and still on Calendly's "
			    "list of a shared event");
	}
	return e;
}

static enum err
look(struct ctx *c, struct db *db, struct booking *b,
    const struct hint *hint, struct buf *why)
{
	enum err e;

	*why = buf_make(c->mem, WHY_MAX);
	e = look_at_money(c, db, b, hint, why);
	if (e == OK && (hint->given_up || may_be_listed(c, b)))
		e = look_at_jobs(c, db, b, why);
	return e;
}

enum err
attention_needed_tx(struct ctx *c, struct db *db, const char *booking,
    int *ret)
{
	struct hint hint = { .given_up = 1 };
	struct booking *b;
	struct buf why;
	enum err e;

	*ret = 0;
	e = booking_get_tx(c, db, booking, &b);
	if (e != OK || b == NULL)
		return e;
	e = analytics_has_tx(c, db, "PAYMENT_MISMATCH", b->id, &hint.misfits);
	if (e == OK)
		e = look(c, db, b, &hint, &why);
	if (e == OK)
		*ret = why.len > 0;
	return e;
}

static int
by_id(const void *id, const void *value)
{
	return strcmp(id, ((const struct db_value *)value)->string);
}

/* ids are in order. */
static int
is_among(const char *id, const struct db_rows *ids)
{
	return ids->count > 0 && bsearch(id, ids->values, ids->count,
	    sizeof(*ids->values), by_id) != NULL;
}

/*
 * Two questions about all are asked of all at once: one by one, they would be
 * half of the work.
 */
enum err
attention_list_tx(struct ctx *c, struct db *db, struct attention_list *ret)
{
	struct db_rows misfits, given_up;
	struct booking_list list;
	struct booking *b;
	struct attention *rows;
	size_t i, count = 0;
	enum err e;

	e = booking_suspects_tx(c, db, &list);
	if (e == OK)
		e = analytics_bookings_tx(c, db, "PAYMENT_MISMATCH", &misfits);
	if (e == OK)
		e = job_given_up_tx(c, db, &given_up);
	if (e != OK)
		return e;
	rows = arena_alloc(c->mem, (list.count + 1) * sizeof(*rows));
	for (i = 0; e == OK && i < list.count; i++) {
		struct hint hint;
		struct buf why;

		b = arena_alloc(c->mem, sizeof(*b));
		*b = list.rows[i];
		hint = (struct hint){ is_among(b->id, &misfits),
			is_among(b->id, &given_up) };
		e = look(c, db, b, &hint, &why);
		if (why.len > 0)
			rows[count++] = (struct attention){ b, why.bytes };
	}
	if (e == OK)
		*ret = (struct attention_list){ rows, count };
	return e;
}
