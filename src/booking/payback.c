#include "booking/payback.h"

#include <string.h>

#include "booking/booking.h"
#include "booking/payment.h"
#include "booking/settle.h"
#include "booking/status.h"
#include "db/db.h"

enum err
payback_owed_tx(struct ctx *c, struct db *db, const char *payment,
    struct payback *ret)
{
	struct status_facts facts;
	struct status status;
	struct status_return r;
	struct booking *b;
	struct payment *p;
	size_t i;
	enum err e;

	e = payment_get_tx(c, db, payment, &p);
	if (e == OK && p == NULL)
		e = ctx_fail(c, E_NOTFOUND, "no payment %s", payment);
	if (e == OK)
		e = booking_get_tx(c, db, p->booking, &b);
	if (e == OK)
		e = booking_head_tx(c, db, b, &b);
	if (e == OK)
		e = settle_gather_tx(c, db, b, &facts);
	if (e != OK)
		return e;
	status_compute(&facts, &status);
	*ret = (struct payback){ .booking = p->booking,
		.currency = p->currency };
	for (i = 0; i < facts.payment_count; i++) {
		if (strcmp(facts.payments[i].id, payment) != 0)
			continue;
		status_return(&facts, &status, &facts.payments[i], &r);
		ret->amount = r.due;
		ret->due_at = r.due_at;
		ret->reason = r.reason;
	}
	return OK;
}
