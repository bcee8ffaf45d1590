/*
 * bookings_show: where the money of a booking is, and why.
 */
#include <string.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/bookings.h"
#include "admin/jobs.h"
#include "admin/screen.h"
#include "admin/timeline.h"
#include "base/json.h"
#include "base/now.h"
#include "base/zone.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/job.h"
#include "booking/money.h"
#include "booking/payment.h"
#include "booking/policy.h"
#include "booking/refund.h"
#include "booking/session_type.h"
#include "booking/settle.h"
#include "booking/status.h"
#include "booking/words.h"
#include "db/db.h"

struct showing {
	const char *id;
	int64_t utc;
	struct booking *booking;
	const struct builder *builder;
	const struct session_type *type;
	struct status_facts facts;
	struct status status;
	/* Of all bookings whose money is here, the first one first. */
	struct timeline timeline;
	const char *chain[BOOKING_CHAIN_MAX];
	struct job_list jobs[BOOKING_CHAIN_MAX];
	size_t links;
};

/* --- out of the database --------------------------------------------------- */

static enum err
gather_link_tx(struct ctx *c, struct db *db, const char *id,
    struct showing *s)
{
	enum err e;

	s->chain[s->links] = id;
	e = timeline_add_tx(c, db, id, &s->timeline);
	if (e == OK)
		e = job_of_booking_tx(c, db, id, &s->jobs[s->links]);
	s->links++;
	return e;
}

/* A chain that loops ends somewhere, as for who counts its money. */
static enum err
gather_chain_tx(struct ctx *c, struct db *db, struct showing *s)
{
	struct booking *b = s->booking;
	enum err e;

	e = gather_link_tx(c, db, b->id, s);
	while (e == OK && b->moved_from != NULL &&
	    s->links < BOOKING_CHAIN_MAX) {
		e = booking_find_tx(c, db, b->moved_from, &b);
		if (e != OK || b == NULL ||
		    strcmp(b->id, s->booking->id) == 0)
			break;
		e = gather_link_tx(c, db, b->id, s);
	}
	timeline_sort(c, &s->timeline);
	return e;
}

static enum err
show_tx(struct ctx *c, struct db *db, void *arg)
{
	struct showing *s = arg;
	struct timeline none = { 0 };
	enum err e;

	s->timeline = none;
	s->links = 0;
	e = bookings_find_tx(c, db, s->id, &s->booking);
	if (e == OK)
		e = settle_gather_tx(c, db, s->booking, &s->facts);
	if (e == OK)
		e = builder_get_tx(c, db, s->booking->builder, &s->builder);
	if (e == OK)
		e = session_type_get_tx(c, db, s->booking->session_type,
		    &s->type);
	if (e != OK)
		return e;
	status_compute(&s->facts, &s->status);
	return gather_chain_tx(c, db, s);
}

/* --- into JSON ------------------------------------------------------------- */

static void
set_time(struct ctx *c, struct cJSON *o, const char *key, int64_t at)
{
	json_set_text(o, key, at == 0 ? NULL : now_text(c->mem, at));
}

static void
print_who(struct ctx *c, const struct showing *s, struct cJSON *o)
{
	const struct booking *b = s->booking;
	struct cJSON *builder;

	json_set_text(o, "words", words_for(status_at(b, c->now),
	    b->payment_status)->summary);
	json_set_text(o, "title", s->type->title);
	set_time(c, o, "end", b->end_at);
	json_set_text(o, "name", b->name);
	json_set_text(o, "email", b->email);
	json_set_text(o, "timezone", b->timezone);
	json_set_text(o, "client", b->client);
	builder = json_set_object(o, "builder");
	json_set_text(builder, "id", s->builder->id);
	json_set_text(builder, "name", s->builder->name);
	json_set_text(builder, "timezone", s->builder->timezone);
	set_time(c, o, "created", b->created_at);
	set_time(c, o, "heldUntil", b->hold_at);
	json_set_text(o, "invitee", b->invitee);
	json_set_text(o, "calendlyEvent", b->calendly_event);
	json_set_text(o, "contradiction", b->contradiction);
}

static void
print_rules(struct ctx *c, const struct showing *s, struct cJSON *o)
{
	const struct booking *b = s->booking;
	struct cJSON *part;

	json_set_text(o, "policy", b->policy);
	json_set_text(o, "policyWords", policy_words(c, b->policy));
	json_set_bool(o, "autoRefund", b->auto_refund != 0);
	json_set_int(o, "lateHours", b->late_hours);
	json_set_text(o, "movedTo", b->moved_to);
	json_set_text(o, "movedFrom", b->moved_from);
	if (b->cancelled_at > 0) {
		part = json_set_object(o, "cancelled");
		set_time(c, part, "at", b->cancelled_at);
		json_set_text(part, "by", b->cancelled_by);
		json_set_text(part, "reason", b->cancel_reason);
		json_set_int(part, "percent", status_percent(b));
	}
	if (s->facts.refund_goal > 0) {
		part = json_set_object(o, "refundAsked");
		json_set_int(part, "upTo", s->facts.refund_goal);
		json_set_text(part, "by", b->refund_asked_by);
		json_set_text(part, "reason", b->refund_reason);
	}
}

/* Why so much of a payment is owed, or nothing. */
static const char *
money_why(struct ctx *c, const struct showing *s, const struct payment *p,
    const struct status_return *r)
{
	const struct booking *b = s->booking;
	int64_t left = p->received - status_refunded(&s->facts, p);

	if (p->received == 0)
		return p->failure != NULL
		    ? arena_printf(c->mem, "declined: %s", p->failure)
		    : "no money yet";
	if (left == 0)
		return "all of it has gone back";
	if (status_is_duplicate(&s->facts, &s->status, p))
		return "paid twice";
	if (status_is_misfit(&s->facts, p))
		return "does not fit the booking; a person must look";
	if (strcmp(s->status.payment, "DISPUTED") == 0)
		return "disputed: the bank decides";
	if (s->status.late)
		return "paid when the seat was gone";
	if (r->owed > 0 && s->facts.refund_goal >= s->status.target)
		return "a person asked for it";
	if (b->moved_to != NULL)
		return "moved along to the new time";
	if (b->cancelled_at > 0)
		return arena_printf(c->mem, "cancelled by the %s: %d%% go "
		    "back by the policy", b->cancelled_by, status_percent(b));
	return "it pays for the seat";
}

static void
print_refunds(struct ctx *c, const struct status_facts *f,
    const struct payment *p, struct cJSON *list)
{
	struct cJSON *o;
	size_t i;

	for (i = 0; i < f->refund_count; i++) {
		const struct refund *r = &f->refunds[i];

		if (strcmp(r->payment, p->id) != 0)
			continue;
		o = json_push_object(list);
		json_set_text(o, "id", r->id);
		json_set_int(o, "amount", r->amount);
		json_set_text(o, "currency", r->currency);
		json_set_text(o, "status", r->status);
		json_set_text(o, "reason", r->reason);
		json_set_text(o, "failure", r->failure);
		set_time(c, o, "created", r->created_at);
	}
}

static int64_t
print_disputes(struct ctx *c, const struct status_facts *f,
    const struct payment *p, struct cJSON *list)
{
	int64_t disputed = 0;
	struct cJSON *o;
	size_t i;

	for (i = 0; i < f->dispute_count; i++) {
		const struct dispute *d = &f->disputes[i];

		if (strcmp(d->payment, p->id) != 0)
			continue;
		if (dispute_counts(d))
			disputed += d->amount;
		o = json_push_object(list);
		json_set_text(o, "id", d->id);
		json_set_int(o, "amount", d->amount);
		json_set_text(o, "currency", d->currency);
		json_set_text(o, "status", d->status);
		json_set_text(o, "reason", d->reason);
		set_time(c, o, "evidenceDue", d->due_at);
	}
	return disputed;
}

static void
print_payments(struct ctx *c, const struct showing *s, struct cJSON *list)
{
	const struct status_facts *f = &s->facts;
	struct status_return r;
	struct cJSON *o;
	size_t i;

	for (i = 0; i < f->payment_count; i++) {
		const struct payment *p = &f->payments[i];

		status_return(f, &s->status, p, &r);
		o = json_push_object(list);
		json_set_text(o, "id", p->id);
		json_set_text(o, "booking", p->booking);
		json_set_text(o, "currency", p->currency);
		set_time(c, o, "paid", p->paid_at);
		json_set_int(o, "received", p->received);
		json_set_int(o, "refunded", status_refunded(f, p));
		json_set_int(o, "owed", r.owed);
		json_set_int(o, "automatic", r.due);
		set_time(c, o, "notBefore", r.due_at);
		json_set_text(o, "why", money_why(c, s, p, &r));
		print_refunds(c, f, p, json_set_array(o, "refunds"));
		json_set_int(o, "disputed", print_disputes(c, f, p,
		    json_set_array(o, "disputes")));
	}
}

static void
print_money(struct ctx *c, const struct showing *s, struct cJSON *o)
{
	const char *currency = s->booking->currency;
	struct status_return back;
	struct cJSON *money;

	status_return_all(&s->facts, &s->status, &back);
	json_set_text(o, "received", money_text(c, s->status.captured,
	    currency));
	json_set_text(o, "paidBack", money_text(c, s->status.refunded,
	    currency));
	money = json_set_object(o, "money");
	json_set_int(money, "price", s->booking->amount);
	json_set_text(money, "currency", currency);
	json_set_int(money, "received", s->status.captured);
	json_set_int(money, "refunded", s->status.refunded);
	json_set_int(money, "owed", back.owed);
	json_set_int(money, "automatic", back.due);
	print_payments(c, s, json_set_array(o, "payments"));
}

static void
print_attempts(struct ctx *c, const struct status_facts *f,
    struct cJSON *list)
{
	struct cJSON *o;
	size_t i;

	for (i = 0; i < f->checkout_count; i++) {
		const struct checkout *co = &f->checkouts[i];

		o = json_push_object(list);
		json_set_text(o, "id", co->id);
		set_time(c, o, "created", co->created_at);
		json_set_text(o, "session", co->session);
		json_set_text(o, "status", co->status);
		json_set_text(o, "payment", co->payment_status);
		json_set_int(o, "amount", co->amount);
		json_set_text(o, "currency", co->currency);
		json_set_text(o, "refusal", co->refusal);
		set_time(c, o, "expires", co->expires_at);
	}
}

static void
print_jobs(struct ctx *c, const struct job_list *jobs, struct cJSON *list)
{
	size_t i;

	for (i = 0; i < jobs->count; i++)
		jobs_print(c, &jobs->rows[i], json_push_object(list));
}

static void
print_timeline(struct ctx *c, const struct timeline *t, struct cJSON *o)
{
	struct cJSON *all = json_set_array(o, "timeline");
	struct cJSON *history = json_set_array(o, "history"), *one;
	size_t i;

	for (i = 0; i < t->count; i++) {
		const struct timeline_entry *x = &t->rows[i];

		one = json_push_object(all);
		set_time(c, one, "at", x->at);
		json_set_text(one, "kind", x->kind);
		json_set_text(one, "who", x->who);
		json_set_text(one, "what", x->what);
		json_set_text(one, "outcome", x->outcome);
		json_set_text(one, "why", x->why);
		json_set_text(one, "id", x->id);
		json_set_text(one, "booking", x->booking);
		if (strcmp(x->kind, "history") != 0)
			continue;
		one = json_push_object(history);
		set_time(c, one, "at", x->at);
		json_set_text(one, "who", x->who);
		json_set_text(one, "what", x->what);
		json_set_text(one, "why", x->why);
		json_set_text(one, "event", x->id);
	}
}

enum err
bookings_show(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("utc", ARGS_ON, showing, utc, 0),
	};
	const struct args_line line = { options, COUNT(options), 1 };
	struct showing s = { 0 };
	struct zone *zone;
	struct cJSON *o, *list;
	size_t i;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &s, &s.id);
	if (e == OK)
		e = db_read(c, a->db, show_tx, &s);
	if (e == OK)
		e = zone_load(c, s.utc ? "UTC" : s.builder->timezone, &zone);
	if (e != OK)
		return e;
	a->answer = o = json_object(c);
	bookings_print(c, s.booking, o);
	print_who(c, &s, o);
	print_rules(c, &s, o);
	print_money(c, &s, o);
	print_attempts(c, &s.facts, json_set_array(o, "attempts"));
	list = json_set_array(o, "jobs");
	for (i = 0; i < s.links; i++)
		print_jobs(c, &s.jobs[i], list);
	list = json_set_array(o, "chain");
	for (i = s.links; i > 0; i--)
		json_push_text(list, s.chain[i - 1]);
	print_timeline(c, &s.timeline, o);
	a->screen = screen_booking(c, o, zone);
	return OK;
}
