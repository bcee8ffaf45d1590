#include "app/chores.h"

#include <string.h>

#include "app/intake.h"
#include "app/shop.h"
#include "base/json.h"
#include "base/log.h"
#include "base/now.h"
#include "booking/job.h"
#include "booking/payback.h"
#include "db/db.h"
#include "provider/calendly.h"
#include "provider/stripe.h"
#include "provider/stripe_refund.h"

/* No person waits; still shorter than the lease of a job. */
#define CALL_BUDGET (60 * NOW_SECOND)

struct chore {
	struct shop *shop;
	struct job *job;     /* NULL: none is due */
	const char *refusal; /* the other side's definite no, or NULL */
	const char *failure; /* why it must be tried again, or NULL */
};

/* --- refund: a payment's excess, to where it came from ------------------ */

/*
 * What is owed now decides about the body, once: it is stored before the
 * call, and repeated as it is until there is a definite answer.
 */
static enum err
refund_plan_tx(struct ctx *c, struct db *db, void *arg)
{
	struct chore *ch = arg;
	struct stripe_refund_params params = { .payment = ch->job->subject };
	struct payback owed;
	enum err e;

	if (ch->job->call_body != NULL)
		return OK;
	e = payback_owed_tx(c, db, ch->job->subject, &owed);
	if (e != OK || owed.amount == 0)
		return e;
	params.amount = owed.amount;
	params.reason = owed.reason;
	params.booking = owed.booking;
	return job_call_tx(c, db, ch->job, stripe_refund_body(c, &params));
}

static enum err
answered_tx(struct ctx *c, struct db *db, void *arg)
{
	struct chore *ch = arg;

	return job_answered_tx(c, db, ch->job);
}

/* Whoever paid it back: our rows learn all refunds there are. */
static enum err
read_refunds(struct ctx *c, struct chore *ch, int64_t deadline)
{
	struct stripe_answer a;

	if (stripe_refund_list(c, &ch->shop->stripe, ch->job->subject,
	    deadline, &a) != STRIPE_DONE)
		return stripe_verdict(c, "list refunds", &a);
	return intake_stripe_list(c, ch->shop->db, a.body, a.body_len);
}

static enum err
refund(struct ctx *c, struct chore *ch)
{
	int64_t deadline = now_monotonic() + CALL_BUDGET;
	struct stripe_attempt attempt;
	struct stripe_answer a;
	struct intake in;
	enum err e;

	e = db_transaction(c, ch->shop->db, refund_plan_tx, ch);
	if (e != OK || ch->job->call_body == NULL)
		return e;
	attempt = (struct stripe_attempt){
		.idempotency_key = arena_printf(c->mem, "refund-%s-%lld",
		    ch->job->subject, (long long)ch->job->call_number + 1),
		.body = ch->job->call_body,
	};
	switch (stripe_refund_create(c, &ch->shop->stripe, &attempt, deadline,
	    &a)) {
	case STRIPE_DONE:
		e = intake_stripe_answer(c, ch->shop->db, a.body, a.body_len,
		    &in);
		break;
	case STRIPE_REFUSED:
		ch->refusal = a.error_code != NULL ? a.error_code
						   : a.error_type;
		e = read_refunds(c, ch, deadline);
		break;
	case STRIPE_UNKNOWN:
		return stripe_verdict(c, "refund", &a);
	}
	if (e == OK)
		e = db_transaction(c, ch->shop->db, answered_tx, ch);
	return e;
}

/* --- calendly-read: an invitee whose webhook left out the times --------- */

static enum err
calendly_read(struct ctx *c, struct chore *ch)
{
	const char *slash = strchr(ch->job->subject, '/');
	struct calendly_seat seat = { .deadline = now_monotonic() +
		CALL_BUDGET };
	struct intake in;
	char *text;
	enum err e;

	if (slash == NULL)
		return ctx_fail(c, E_INTERNAL, "subject is not event/invitee");
	if (ch->shop->calendly.token == NULL)
		return ctx_fail(c, E_CALENDLY, "CALENDLY_TOKEN is not set");
	seat.event = arena_copy(c->mem, ch->job->subject,
	    (size_t)(slash - ch->job->subject));
	seat.invitee = slash + 1;
	e = calendly_invitee_read(c, &ch->shop->calendly, &seat, &text);
	if (e != OK)
		return e;
	return intake_calendly_read(c, ch->shop->db, text, strlen(text), &in);
}

/* --- all ---------------------------------------------------------------- */

/*
 * The facts say whether it is finished, not the answer: they may have changed
 * while the call was made.
 */
static enum err
check_refund_tx(struct ctx *c, struct db *db, struct chore *ch)
{
	struct payback owed;
	enum err e;

	e = payback_owed_tx(c, db, ch->job->subject, &owed);
	if (e == OK && owed.amount > 0)
		ch->failure = ch->refusal != NULL ? ch->refusal
						  : "more is owed by now";
	return e;
}

static const struct kind {
	const char *name;
	enum err (*run)(struct ctx *c, struct chore *ch);
	enum err (*check_tx)(struct ctx *c, struct db *db, struct chore *ch);
} kinds[] = {
	{ "refund", refund, check_refund_tx },
	{ "calendly-read", calendly_read, NULL },
};

static const struct kind *
kind_of(const struct job *job)
{
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		if (strcmp(kinds[i].name, job->kind) == 0)
			return &kinds[i];
	return NULL;
}

static enum err
take_tx(struct ctx *c, struct db *db, void *arg)
{
	struct chore *ch = arg;

	return job_take_tx(c, db, &ch->job);
}

static enum err
finish_tx(struct ctx *c, struct db *db, void *arg)
{
	struct chore *ch = arg;
	const struct kind *kind = kind_of(ch->job);
	enum err e = OK;

	if (ch->failure == NULL && kind->check_tx != NULL)
		e = kind->check_tx(c, db, ch);
	if (e != OK)
		return e;
	return ch->failure == NULL ? job_done_tx(c, db, ch->job)
	    : job_failed_tx(c, db, ch->job, ch->failure);
}

static void
log_chore(struct ctx *c, const struct chore *ch)
{
	enum log_level level = ch->failure == NULL ? LOG_INFO : LOG_WARN;
	struct cJSON *line = log_line(c, level);

	/* Not its id: a subject can be an invitee, and opens a booking. */
	json_set_text(line, "job", ch->job->kind);
	json_set_text(line, "booking", ch->job->booking);
	json_set_int(line, "attempt", ch->job->attempts);
	json_set_text(line, "outcome", ch->failure == NULL ? "done"
							   : "later");
	json_set_text(line, "why", ch->failure);
	log_write(c, level, line);
}

enum err
chores_one(struct ctx *c, struct shop *shop, int *ret_found)
{
	struct chore ch = { .shop = shop };
	const struct kind *kind;
	enum err e;

	e = db_transaction(c, shop->db, take_tx, &ch);
	if (e != OK || ch.job == NULL) {
		*ret_found = 0;
		return e;
	}
	*ret_found = 1;
	kind = kind_of(ch.job);
	e = kind != NULL ? kind->run(c, &ch)
	    : ctx_fail(c, E_NOTFOUND, "this worker does not know the job");
	if (e != OK)
		ch.failure = c->why;
	ctx_forgive(c);
	c->now = now_real();
	e = db_transaction(c, shop->db, finish_tx, &ch);
	if (e == OK)
		log_chore(c, &ch);
	return e;
}
