#include "booking/transfer.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "booking/booking.h"
#include "booking/duty.h"
#include "booking/job.h"
#include "booking/payment.h"
#include "booking/settle.h"
#include "booking/status.h"

/* What speaks against it in the two bookings alone; NULL: nothing. */
static const char *
objection(const struct booking *b, const struct booking *to)
{
	if (strcmp(b->id, to->id) == 0)
		return "it is the same booking";
	if (b->moved_to != NULL)
		return "it was moved to one that we do not know yet";
	if (strcmp(b->builder, to->builder) != 0)
		return "the other one is another builder's";
	if (strcasecmp(b->email, to->email) != 0 &&
	    (b->client == NULL || !text_same(b->client, to->client)))
		return "the other one is somebody else's";
	if (strcmp(b->currency, to->currency) != 0)
		return "the other one has another currency";
	if (to->moved_from != NULL || to->moved_to != NULL)
		return "the other one was moved already";
	if (to->cancelled_at > 0)
		return "the other one is cancelled";
	return NULL;
}

/* Calendly would keep a seat that we forget. */
static int
has_seat(const struct booking *b)
{
	return b->told_at > 0 && b->calendly_event != NULL &&
	    b->told_cancel_at == 0;
}

static enum err
check_other_tx(struct ctx *c, struct db *db, const struct booking *to)
{
	struct booking *before;
	enum err e;

	if (strcmp(to->status, "PENDING") != 0 ||
	    (strcmp(to->payment_status, "UNPAID") != 0 &&
	    strcmp(to->payment_status, "FAILED") != 0))
		return ctx_fail(c, E_CONFLICT, "the other one is paid, or "
		    "about to be");
	e = booking_moved_to_tx(c, db, booking_name(to), &before);
	if (e == OK && before != NULL)
		e = ctx_fail(c, E_CONFLICT, "the other one was moved already");
	return e;
}

/* What a worker has begun to pay back cannot be stopped. */
static enum err
check_job_tx(struct ctx *c, struct db *db, const struct payment *p)
{
	struct job_list jobs;
	size_t i;
	enum err e;

	e = job_of_booking_tx(c, db, p->booking, &jobs);
	for (i = 0; e == OK && i < jobs.count; i++) {
		const struct job *job = &jobs.rows[i];

		if (strcmp(job->kind, DUTY_REFUND) == 0 &&
		    strcmp(job->subject, p->id) == 0 && job->done_at == 0 &&
		    (job->attempts > 0 || job->call_body != NULL))
			e = ctx_fail(c, E_CONFLICT, "its money is on its way "
			    "back already");
	}
	return e;
}

static enum err
check_money_tx(struct ctx *c, struct db *db, const struct booking *b,
    int64_t *ret_amount)
{
	struct status_facts facts;
	struct status status;
	size_t i;
	enum err e;

	e = settle_gather_tx(c, db, b, &facts);
	if (e != OK)
		return e;
	status_compute(&facts, &status);
	if (status.kept == NULL)
		return ctx_fail(c, E_CONFLICT, "it was not paid");
	if (strcmp(status.payment, "DISPUTED") == 0)
		return ctx_fail(c, E_CONFLICT, "its payment is disputed");
	if (status.refunded > 0 || facts.refund_goal > 0)
		return ctx_fail(c, E_CONFLICT, "money of it has gone back, or "
		    "was asked to");
	for (i = 0; e == OK && i < facts.payment_count; i++)
		e = check_job_tx(c, db, &facts.payments[i]);
	if (e == OK)
		*ret_amount = status.kept->received;
	return e;
}

enum err
transfer_check_tx(struct ctx *c, struct db *db, const struct booking *b,
    const struct booking *to, int64_t *ret_amount)
{
	const char *wrong = objection(b, to);
	enum err e;

	if (wrong != NULL)
		return ctx_fail(c, E_CONFLICT, "%s", wrong);
	if (has_seat(b))
		return ctx_fail(c, E_CONFLICT, "Calendly still has its seat: "
		    "cancel it first, or reschedule it there");
	e = check_other_tx(c, db, to);
	return e == OK ? check_money_tx(c, db, b, ret_amount) : e;
}
