#include "app/chore.h"

#include "app/intake.h"
#include "app/shop.h"
#include "base/fault.h"
#include "base/hash.h"
#include "booking/job.h"
#include "booking/payback.h"
#include "db/db.h"
#include "provider/stripe_refund.h"

/* 24 hours, less what it takes to call. */
#define KEY_LASTS (20 * 3600 * NOW_SECOND)

struct planning {
	struct chore *chore;
	struct job job; /* as it is once this is committed */
};

/*
 * What is owed now decides about the body, once: it is stored before the
 * call, and repeated as it is until there is a definite answer.
 */
static enum err
refund_plan_tx(struct ctx *c, struct db *db, void *arg)
{
	struct planning *p = arg;
	struct chore *ch = p->chore;
	struct stripe_refund_params params = { .payment = ch->job->subject };
	struct payback owed;
	enum err e;

	p->job = *ch->job; /* it may be run again */
	e = payback_owed_tx(c, db, ch->job->subject, &owed);
	if (e != OK)
		return e;
	if (ch->job->call_body != NULL && !TWIN("refund-body")) {
		ch->excessive = owed.amount <
		    stripe_refund_amount(ch->job->call_body);
		return OK;
	}
	if (owed.amount == 0)
		return OK;
	params.amount = owed.amount;
	params.reason = owed.reason;
	params.booking = owed.booking;
	return job_call_tx(c, db, &p->job, stripe_refund_body(c, &params));
}

static enum err
answered_tx(struct ctx *c, struct db *db, void *arg)
{
	const struct chore *ch = arg;
	struct job job = *ch->job; /* it may be run again */

	return job_answered_tx(c, db, &job);
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

/*
 * Stripe forgets a key after a day: the same call would be another refund.  By
 * then it is settled by asking what refunds there are.  A clock that has been
 * put back tells nothing about how long that is.
 */
static int
is_forgotten(struct ctx *c, const struct job *job)
{
	return c->now - job->call_at > KEY_LASTS || job->call_at > c->now;
}

enum err
chore_refund(struct ctx *c, struct chore *ch)
{
	int64_t deadline = now_monotonic() + CHORE_BUDGET;
	struct planning p = { .chore = ch };
	struct stripe_attempt attempt;
	struct stripe_answer a;
	struct intake in;
	enum err e;

	e = db_transaction(c, ch->shop->db, refund_plan_tx, &p);
	if (e == OK)
		*ch->job = p.job;
	if (e != OK || ch->job->call_body == NULL)
		return e;
	/* Or somebody has paid it back meanwhile, perhaps this very call. */
	if (ch->excessive || is_forgotten(c, ch->job)) {
		e = read_refunds(c, ch, deadline);
		return e == OK ? db_transaction(c, ch->shop->db, answered_tx,
		    ch) : e;
	}
	attempt = (struct stripe_attempt){
		.idempotency_key = TWIN("refund-key")
		    ? hash_id(c->mem, "refund-")
		    : arena_printf(c->mem, "refund-%s-%lld", ch->job->subject,
			  (long long)ch->job->call_number + 1),
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

/*
 * The facts say whether it is finished, not the answer: they may have changed
 * while the call was made.
 */
enum err
chore_refund_check_tx(struct ctx *c, struct db *db, struct chore *ch)
{
	struct payback owed;
	enum err e;

	e = payback_owed_tx(c, db, ch->job->subject, &owed);
	if (e == OK && owed.amount > 0)
		ch->failure = ch->refusal != NULL ? ch->refusal
						  : "more is owed by now";
	return e;
}
