/*
 * bookings_money: bookpay bookings cancel|refund|move
 */
#include <string.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/bookings.h"
#include "app/cancel.h"
#include "app/request.h"
#include "base/json.h"
#include "booking/booking.h"
#include "booking/duty.h"
#include "booking/job.h"
#include "booking/money.h"
#include "booking/payback.h"
#include "booking/payment.h"
#include "booking/settle.h"
#include "booking/transfer.h"
#include "db/db.h"

/* --- refund ---------------------------------------------------------------- */

struct refunding {
	const char *id;
	int64_t amount; /* ASK_WHAT_IS_OWED: not named */
	const char *reason;
	int64_t dry_run;
	struct booking *booking; /* the one that has the money now */
	struct payback_wish wish;
};

enum { ASK_WHAT_IS_OWED = -1 };

static enum err
request_refund_tx(struct ctx *c, struct db *db, const struct refunding *r)
{
	struct cJSON *body = json_object(c);
	struct event_outcome outcome;

	json_set_int(body, "upTo", r->wish.up_to);
	json_set_text(body, "reason", r->reason);
	return request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_ADMIN,
		.type = "booking.refund",
		.object = r->booking->id,
		.body = body,
	}, &outcome);
}

/* Who asks again wants what was given up to be tried again, too. */
static enum err
revive_tx(struct ctx *c, struct db *db, const struct payment *p)
{
	struct job_list jobs;
	size_t i;
	int found;
	enum err e;

	e = job_of_booking_tx(c, db, p->booking, &jobs);
	for (i = 0; e == OK && i < jobs.count; i++)
		if (strcmp(jobs.rows[i].kind, DUTY_REFUND) == 0 &&
		    strcmp(jobs.rows[i].subject, p->id) == 0 &&
		    jobs.rows[i].dead_at > 0)
			e = job_retry_tx(c, db, jobs.rows[i].id, &found);
	return e;
}

/* Decided where it is written: of two requests the second one sees the first. */
static enum err
refund_tx(struct ctx *c, struct db *db, void *arg)
{
	struct refunding *r = arg;
	struct status_facts facts;
	struct status status;
	struct booking *b;
	size_t i;
	enum err e;

	e = bookings_find_tx(c, db, r->id, &b);
	if (e == OK)
		e = booking_head_tx(c, db, b, &r->booking);
	if (e == OK)
		e = settle_gather_tx(c, db, r->booking, &facts);
	if (e != OK)
		return e;
	status_compute(&facts, &status);
	e = payback_ask(c, &facts, &status,
	    r->amount == ASK_WHAT_IS_OWED ? 0 : r->amount, &r->wish);
	if (e != OK || r->dry_run)
		return e;
	e = request_refund_tx(c, db, r);
	for (i = 0; e == OK && i < facts.payment_count; i++)
		e = revive_tx(c, db, &facts.payments[i]);
	return e;
}

static enum err
refund(struct ctx *c, struct db *db, struct refunding *r)
{
	return r->dry_run ? db_read(c, db, refund_tx, r)
			  : db_transaction(c, db, refund_tx, r);
}

static const char *
refund_words(struct ctx *c, const struct refunding *r)
{
	const char *currency = r->booking->currency;
	const char *left = r->wish.left == 0 ? "nothing is"
	    : arena_printf(c->mem, "%s %s", money_text(c, r->wish.left,
		currency), r->dry_run ? "would be" : "are");

	return arena_printf(c->mem, "%s %s be paid back by the worker; %s "
	    "left.\n", money_text(c, r->wish.amount, currency),
	    r->dry_run ? "would" : "will", left);
}

static void
print_refund(const struct refunding *r, struct cJSON *o)
{
	json_set_text(o, "bookingId", r->booking->id);
	json_set_bool(o, "dryRun", r->dry_run != 0);
	json_set_int(o, "amount", r->wish.amount);
	json_set_text(o, "currency", r->booking->currency);
	json_set_int(o, "upTo", r->wish.up_to);
	json_set_int(o, "left", r->wish.left);
}

enum err
bookings_money_refund(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("amount", ARGS_NUMBER, refunding, amount, 0),
		ARGS_OPTION("reason", ARGS_TEXT, refunding, reason, 0),
		ARGS_OPTION("dry-run", ARGS_ON, refunding, dry_run, 0),
	};
	const struct args_line line = { options, COUNT(options), 1 };
	struct refunding r = { .amount = ASK_WHAT_IS_OWED };
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &r, &r.id);
	if (e == OK && r.amount == 0)
		e = ctx_fail(c, E_BADREQ, "--amount wants more than 0");
	if (e == OK)
		e = refund(c, a->db, &r);
	if (e != OK)
		return e;
	a->answer = json_object(c);
	print_refund(&r, a->answer);
	a->screen = refund_words(c, &r);
	return OK;
}

/* --- cancel ---------------------------------------------------------------- */

struct cancelling {
	struct cancel_order order;
	const char *reason;
	int64_t dry_run, refund;
	struct cancel_result result;
	struct refunding asked; /* booking NULL: nothing was asked for */
};

/*
 * After the cancellation, which has said that a person must see to it.  Whoever
 * is interrupted between the two can say it all again.
 */
static enum err
ask_for_rest(struct ctx *c, struct db *db, struct cancelling *x)
{
	if (!x->refund || x->order.dry_run || x->result.by_itself)
		return OK;
	x->asked = (struct refunding){ .id = x->order.booking,
		.amount = ASK_WHAT_IS_OWED, .reason = x->reason };
	return refund(c, db, &x->asked);
}

static const char *
cancel_words(struct ctx *c, const struct cancelling *x)
{
	const struct cancel_result *r = &x->result;
	const char *rest = "";

	if (x->asked.booking != NULL)
		rest = refund_words(c, &x->asked);
	else if (!r->by_itself && !x->refund)
		rest = arena_printf(c->mem, "It is not automatic: bookpay "
		    "bookings refund %s\n", r->booking->id);
	return arena_printf(c->mem, "%s %s %s, %s.\n%s\n%s", r->booking->id,
	    x->order.dry_run ? "would be" : "is", r->status.booking,
	    r->status.payment, r->words, rest);
}

enum err
bookings_money_cancel(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("reason", ARGS_TEXT, cancelling, reason, 0),
		ARGS_OPTION("refund", ARGS_ON, cancelling, refund, 0),
		ARGS_OPTION("dry-run", ARGS_ON, cancelling, dry_run, 0),
	};
	const struct args_line line = { options, COUNT(options), 1 };
	struct cancelling x = { 0 };
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &x, &x.order.booking);
	if (e != OK)
		return e;
	x.order.reason = x.reason;
	x.order.dry_run = x.dry_run != 0;
	e = cancel_booking(c, a->db, &x.order, NULL, &x.result);
	if (e == OK)
		e = ask_for_rest(c, a->db, &x);
	if (e != OK)
		return e;
	a->answer = json_object(c);
	cancel_view(&x.order, &x.result, a->answer);
	if (x.asked.booking != NULL)
		print_refund(&x.asked, json_set_object(a->answer, "asked"));
	a->screen = cancel_words(c, &x);
	return OK;
}

/* --- move ------------------------------------------------------------------ */

struct moving {
	const char *id, *to;
	int64_t dry_run, amount;
	struct booking *from, *into;
};

static enum err
request_move_tx(struct ctx *c, struct db *db, struct moving *m)
{
	struct cJSON *body = json_object(c);
	struct event_outcome outcome;
	enum err e;

	json_set_text(body, "to", m->into->id);
	e = request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_ADMIN,
		.type = "booking.move",
		.object = m->from->id,
		.body = body,
	}, &outcome);
	return e == OK ? booking_get_tx(c, db, m->into->id, &m->into) : e;
}

static enum err
move_tx(struct ctx *c, struct db *db, void *arg)
{
	struct moving *m = arg;
	struct booking *b;
	enum err e;

	e = bookings_find_tx(c, db, m->id, &b);
	if (e == OK)
		e = booking_head_tx(c, db, b, &m->from);
	if (e == OK)
		e = bookings_find_tx(c, db, m->to, &m->into);
	if (e == OK)
		e = transfer_check_tx(c, db, m->from, m->into, &m->amount);
	if (e == OK && !m->dry_run)
		e = request_move_tx(c, db, m);
	return e;
}

enum err
bookings_money_move(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("to", ARGS_TEXT, moving, to, 1),
		ARGS_OPTION("dry-run", ARGS_ON, moving, dry_run, 0),
	};
	const struct args_line line = { options, COUNT(options), 1 };
	struct moving m = { 0 };
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &m, &m.id);
	if (e == OK)
		e = m.dry_run ? db_read(c, a->db, move_tx, &m)
			      : db_transaction(c, a->db, move_tx, &m);
	if (e != OK)
		return e;
	a->answer = json_object(c);
	json_set_text(a->answer, "bookingId", m.from->id);
	json_set_text(a->answer, "to", m.into->id);
	json_set_bool(a->answer, "dryRun", m.dry_run != 0);
	json_set_int(a->answer, "amount", m.amount);
	json_set_text(a->answer, "currency", m.from->currency);
	json_set_text(a->answer, "status", m.into->status);
	json_set_text(a->answer, "paymentStatus", m.into->payment_status);
	a->screen = arena_printf(c->mem, "%s of %s %s %s, which is %s, %s%s.\n",
	    money_text(c, m.amount, m.from->currency), m.from->id,
	    m.dry_run ? "would pay for" : "pays for", m.into->id,
	    m.into->status, m.into->payment_status,
	    m.dry_run ? " now" : "");
	return OK;
}
