#include "booking/audit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/duty.h"
#include "booking/event.h"
#include "booking/job.h"
#include "booking/payback.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "booking/session_type.h"
#include "booking/settle.h"
#include "booking/status.h"

/* One booking under audit; its context is dropped with its batch. */
struct audited {
	struct audit *audit;
	struct ctx *keeper; /* findings live here */
	const struct booking *b;
	struct booking *head; /* which carries its seat now */
	struct status_facts facts;
	struct status status;
	struct job_list jobs;
};

static void find(struct audited *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
find(struct audited *a, const char *fmt, ...)
{
	struct arena *mem = a->keeper->mem;
	va_list ap;

	if (a->audit->count == AUDIT_MAX)
		return;
	va_start(ap, fmt);
	a->audit->rows[a->audit->count++] = (struct audit_finding){
		.booking = a->b == NULL ? NULL : arena_dup(mem, a->b->id),
		.words = arena_vprintf(mem, fmt, ap),
	};
	va_end(ap);
}

/* --- what is computed ---------------------------------------------------- */

static void
check_computed(struct ctx *c, struct audited *a)
{
	const struct booking *b = a->b;
	struct booking *again = arena_alloc(c->mem, sizeof(*again));

	*again = *b;
	status_cancellation(again);
	if (again->cancelled_at != b->cancelled_at ||
	    !text_same(again->cancelled_by, b->cancelled_by))
		find(a, "cancelled by %s is stored, and by %s is what follows",
		    b->cancelled_by == NULL ? "nobody" : b->cancelled_by,
		    again->cancelled_by == NULL ? "nobody"
						: again->cancelled_by);
	if (strcmp(b->status, a->status.booking) != 0)
		find(a, "the status is %s, and should be %s", b->status,
		    a->status.booking);
	if (strcmp(b->payment_status, a->status.payment) != 0)
		find(a, "the payment status is %s, and should be %s",
		    b->payment_status, a->status.payment);
}

/* --- sums ----------------------------------------------------------------- */

static int64_t
gone_back(const struct status_facts *f, const struct payment *p)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < f->refund_count; i++)
		if (strcmp(f->refunds[i].payment, p->id) == 0 &&
		    refund_counts(&f->refunds[i]))
			sum += f->refunds[i].amount;
	return sum;
}

static void
check_refunds(struct audited *a)
{
	const struct payment *p;
	int64_t back;
	size_t i;

	for (i = 0; i < a->facts.payment_count; i++) {
		p = &a->facts.payments[i];
		back = gone_back(&a->facts, p);
		if (strcmp(p->booking, a->b->id) == 0 && back > p->received)
			find(a, "%" PRId64 " of payment %s went back, and %"
			    PRId64 " came in", back, p->id, p->received);
	}
}

/* What the payment status says about what came in and went back. */
static int
agrees(const char *status, int64_t in, int64_t back)
{
	if (strcmp(status, "DISPUTED") == 0)
		return in > 0;
	if (strcmp(status, "PAID") == 0)
		return in > 0 && back == 0;
	if (strcmp(status, "PARTIALLY_REFUNDED") == 0)
		return in > 0 && back > 0 && back < in;
	if (strcmp(status, "REFUNDED") == 0)
		return in > 0 && back == in;
	return in == 0 && back == 0;
}

static void
check_sum(struct audited *a)
{
	const struct status *s = &a->status;

	if (!agrees(a->b->payment_status, s->captured, s->refunded))
		find(a, "the payment status is %s: %" PRId64 " came in and %"
		    PRId64 " went back", a->b->payment_status, s->captured,
		    s->refunded);
}

static void
check_sessions(struct audited *a)
{
	const char *status;
	size_t i, open = 0;

	for (i = 0; i < a->facts.checkout_count; i++) {
		status = a->facts.checkouts[i].status;
		open += strcmp(status, "open") == 0 ||
		    strcmp(status, "asked") == 0;
	}
	if (open > 1)
		find(a, "%zu sessions are open at once", open);
}

/* --- money has a place ---------------------------------------------------- */

static int
is_disputed(const struct status_facts *f, const struct payment *p)
{
	size_t i;

	for (i = 0; i < f->dispute_count; i++)
		if (strcmp(f->disputes[i].payment, p->id) == 0 &&
		    dispute_counts(&f->disputes[i]))
			return 1;
	return 0;
}

/*
 * By the rules of status.c all money has one: this is for the day on which
 * they change.  A cancelled booking keeps what its policy leaves to the
 * builder, and a rescheduled one waits for the one that carries on to be known.
 */
static int
has_place(const struct audited *a, const struct payment *p)
{
	struct status_return r;

	status_return(&a->facts, &a->status, p, &r);
	return r.owed > 0 || p == a->status.kept ||
	    status_is_misfit(&a->facts, p) || is_disputed(&a->facts, p);
}

static void
check_money(struct audited *a)
{
	const struct payment *p;
	size_t i;

	if (strcmp(a->head->id, a->b->id) != 0)
		return;
	if (a->status.kept != NULL && strcmp(a->b->status, "PENDING") == 0)
		find(a, "it is paid by %s, and still pending",
		    a->status.kept->id);
	for (i = 0; i < a->facts.payment_count; i++) {
		p = &a->facts.payments[i];
		if (p->received > gone_back(&a->facts, p) &&
		    p->charge_refunded < p->received && !has_place(a, p))
			find(a, "%" PRId64 " %s of payment %s have no place",
			    p->received, p->currency, p->id);
	}
}

/* A chain that is known to its end ends in a seat that did not move. */
static enum err
check_chain(struct ctx *c, struct db *db, struct audited *a)
{
	struct booking *next;
	enum err e;

	if (a->head->moved_to == NULL)
		return OK;
	e = booking_find_tx(c, db, a->head->moved_to, &next);
	if (e == OK && next != NULL)
		find(a, "the seat moves in a circle");
	return e;
}

/* --- jobs ----------------------------------------------------------------- */

static const struct job *
job_for(const struct audited *a, const char *kind, const char *subject)
{
	const struct job *job = a->jobs.rows;

	for (; job < a->jobs.rows + a->jobs.count; job++)
		if (strcmp(job->kind, kind) == 0 &&
		    strcmp(job->subject, subject) == 0)
			return job;
	return NULL;
}

/* With its work done, the reason is gone: there is a job still to do. */
static void
check_job(struct audited *a, const char *kind, const char *subject, int due)
{
	const struct job *job = job_for(a, kind, subject);

	if (due && (job == NULL || job->done_at > 0))
		find(a, "there is no job to %s %s", kind, subject);
}

/* What Calendly does not let us do stays as it is: the job has said so. */
static void
check_tried(struct audited *a, const char *kind, const char *subject, int due)
{
	if (due && job_for(a, kind, subject) == NULL)
		find(a, "there is no job to %s %s", kind, subject);
}

/* Jobs stand under the booking their money or page came by. */
static enum err
check_duties(struct ctx *c, struct db *db, struct audited *a)
{
	const struct status_facts *f = &a->facts;
	struct payback owed;
	size_t i;
	enum err e = OK;

	check_tried(a, DUTY_RELEASE, a->b->id, duty_is_release(a->b));
	check_tried(a, DUTY_CANCEL, a->b->id, duty_is_cancel(a->b));
	for (i = 0; i < f->checkout_count; i++)
		if (strcmp(f->checkouts[i].booking, a->b->id) == 0)
			check_job(a, DUTY_EXPIRE, f->checkouts[i].id,
			    duty_is_expire(a->head, &f->checkouts[i]));
	for (i = 0; e == OK && i < f->payment_count; i++) {
		if (strcmp(f->payments[i].booking, a->b->id) != 0)
			continue;
		e = payback_owed_tx(c, db, f->payments[i].id, &owed);
		if (e == OK)
			check_job(a, DUTY_REFUND, f->payments[i].id,
			    owed.amount > 0);
	}
	return e;
}

/* Jobs that nobody has begun go when their reason goes. */
static int
is_untouched(const struct job *job)
{
	return job->done_at == 0 && job->attempts == 0 && job->lease_at == 0 &&
	    job->call_number == 0 && job->call_body == NULL;
}

static enum err
has_cause(struct ctx *c, struct db *db, const struct audited *a,
    const struct job *job, int *ret)
{
	struct payback owed = { 0 };
	struct checkout *co;
	enum err e = OK;

	*ret = 1;
	if (strcmp(job->kind, DUTY_REFUND) == 0) {
		e = payback_owed_tx(c, db, job->subject, &owed);
		*ret = owed.amount > 0;
	} else if (strcmp(job->kind, DUTY_RELEASE) == 0) {
		*ret = duty_is_release(a->b);
	} else if (strcmp(job->kind, DUTY_CANCEL) == 0) {
		*ret = duty_is_cancel(a->b);
	} else if (strcmp(job->kind, DUTY_EXPIRE) == 0) {
		e = checkout_get_tx(c, db, job->subject, &co);
		*ret = e == OK && co != NULL && duty_is_expire(a->head, co);
	}
	return e;
}

static enum err
check_causes(struct ctx *c, struct db *db, struct audited *a)
{
	const struct job *job = a->jobs.rows;
	int cause;
	enum err e = OK;

	for (; e == OK && job < a->jobs.rows + a->jobs.count; job++) {
		if (!is_untouched(job))
			continue;
		e = has_cause(c, db, a, job, &cause);
		if (e == OK && !cause)
			find(a, "the job to %s %s has no cause", job->kind,
			    job->subject);
	}
	return e;
}

/* --- bookings ------------------------------------------------------------- */

static enum err
check_booking(struct ctx *c, struct db *db, struct audited *a)
{
	enum err e;

	e = booking_head_tx(c, db, (struct booking *)a->b, &a->head);
	if (e == OK)
		e = settle_gather_tx(c, db, a->b, &a->facts);
	if (e == OK)
		e = job_of_booking_tx(c, db, a->b->id, &a->jobs);
	if (e != OK)
		return e;
	status_compute(&a->facts, &a->status);
	check_computed(c, a);
	check_refunds(a);
	check_sum(a);
	check_sessions(a);
	check_money(a);
	e = check_chain(c, db, a);
	if (e == OK)
		e = check_duties(c, db, a);
	return e == OK ? check_causes(c, db, a) : e;
}

/* Moves *after behind the batch; NULL behind the last. */
static enum err
check_bookings(struct ctx *c, struct db *db, struct audited *a,
    const char **after)
{
	struct booking_list list = { 0 };
	size_t i;
	enum err e;

	e = booking_after_tx(c, db, *after, &list);
	for (i = 0; e == OK && i < list.count; i++) {
		a->b = &list.rows[i];
		e = check_booking(c, db, a);
	}
	*after = list.count < BOOKING_BATCH
	    ? NULL : arena_dup(a->keeper->mem, list.rows[i - 1].id);
	a->b = NULL;
	return e;
}

/* --- events that wait ------------------------------------------------------ */

static enum err
knows_intent(struct ctx *c, struct db *db, const char *id, int *ret)
{
	struct payment *p = NULL;
	enum err e = payment_get_tx(c, db, id, &p);

	*ret = p != NULL;
	return e;
}

/* While an attempt is under way, its answer may still name the session. */
static enum err
knows_checkout(struct ctx *c, struct db *db, const char *id, int *ret)
{
	struct checkout_list list = { 0 };
	size_t i;
	enum err e = checkout_list_tx(c, db, id, &list);

	*ret = 1;
	for (i = 0; i < list.count; i++)
		*ret &= strcmp(list.rows[i].status, "asked") != 0;
	return e;
}

static enum err
knows_session(struct ctx *c, struct db *db, const char *id, int *ret)
{
	struct checkout *co = NULL;
	enum err e = checkout_by_session_tx(c, db, id, &co);

	*ret = co != NULL;
	return e;
}

static enum err
knows_type(struct ctx *c, struct db *db, const char *id, int *ret)
{
	const struct session_type *type = NULL;
	enum err e = session_type_by_calendly_tx(c, db, id, &type);

	*ret = type != NULL;
	return e;
}

static enum err
knows_invitee(struct ctx *c, struct db *db, const char *id, int *ret)
{
	struct booking *b = NULL;
	enum err e = booking_by_invitee_tx(c, db, id, &b);

	*ret = b != NULL && b->told_at > 0;
	return e;
}

static const struct {
	const char *prefix;
	enum err (*knows)(struct ctx *c, struct db *db, const char *id,
	    int *ret);
} keys[] = {
	{ "intent:", knows_intent },
	{ "checkout:", knows_checkout },
	{ "session:", knows_session },
	{ "type:", knows_type },
	{ "read:", knows_invitee },
};

static enum err
check_event(struct ctx *c, struct db *db, struct audited *a,
    const struct event *ev)
{
	const char *key = ev->waits_for == NULL ? "" : ev->waits_for;
	size_t i = 0, len;
	int known;
	enum err e;

	while (i < COUNT(keys) &&
	    strncmp(keys[i].prefix, key, strlen(keys[i].prefix)) != 0)
		i++;
	if (i == COUNT(keys)) {
		find(a, "event %s waits for nothing that will come", ev->id);
		return OK;
	}
	len = strlen(keys[i].prefix);
	e = keys[i].knows(c, db, key + len, &known);
	if (e == OK && known)
		find(a, "event %s waits for %s, which is known", ev->id, key);
	return e;
}

static enum err
check_events(struct ctx *c, struct db *db, struct audited *a,
    const char **after)
{
	struct event_list list = { 0 };
	size_t i;
	enum err e;

	e = event_all_parked_tx(c, db, *after, &list);
	for (i = 0; e == OK && i < list.count; i++)
		e = check_event(c, db, a, &list.rows[i]);
	*after = list.count < EVENT_BATCH
	    ? NULL : arena_dup(a->keeper->mem, list.rows[i - 1].id);
	return e;
}

/* --- all -------------------------------------------------------------------- */

typedef enum err check_batch(struct ctx *c, struct db *db, struct audited *a,
    const char **after);

/* Batch by batch, each with a context of its own: there can be any number. */
static enum err
check_all(struct ctx *c, struct db *db, struct audit *ret, check_batch *check)
{
	const char *after = "";
	struct ctx mine;
	enum err e = OK;

	ctx_init(&mine);
	while (e == OK && after != NULL) {
		struct audited a = { .audit = ret, .keeper = c };

		ctx_reset(&mine);
		mine.now = c->now;
		e = check(&mine, db, &a, &after);
	}
	if (e != OK)
		e = ctx_fail(c, e, "%s", mine.why);
	ctx_free(&mine);
	return e;
}

enum err
audit_tx(struct ctx *c, struct db *db, struct audit *ret)
{
	enum err e;

	ret->count = 0;
	e = check_all(c, db, ret, check_bookings);
	if (e == OK)
		e = check_all(c, db, ret, check_events);
	return e;
}
