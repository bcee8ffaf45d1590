#include "booking/payback.h"

#include <string.h>

#include "booking/booking.h"
#include "booking/payment.h"
#include "booking/settle.h"
#include "booking/status.h"
#include "db/db.h"

/* A seat that was moved more often than this is a loop. */
enum { CHAIN_MAX = 64 };

/* The booking that carries the seat now: money belongs to it. */
static enum err
find_head(struct ctx *c, struct db *db, struct booking *b,
    struct booking **ret)
{
	struct booking *next = b;
	int links;
	enum err e = OK;

	for (links = 0; next != NULL && links < CHAIN_MAX; links++) {
		b = next;
		next = NULL;
		if (b->moved_to != NULL)
			e = booking_by_invitee_tx(c, db, b->moved_to, &next);
		if (e != OK)
			return e;
	}
	*ret = b;
	return OK;
}

enum err
payback_owed_tx(struct ctx *c, struct db *db, const char *payment,
    struct payback *ret)
{
	struct status_facts facts;
	struct status status;
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
		e = find_head(c, db, b, &b);
	if (e == OK)
		e = settle_gather_tx(c, db, b, &facts);
	if (e != OK)
		return e;
	status_compute(&facts, &status);
	*ret = (struct payback){ .booking = p->booking,
		.currency = p->currency,
		.reason = status.late ? "requested_by_customer"
				      : "duplicate" };
	for (i = 0; i < facts.payment_count; i++)
		if (strcmp(facts.payments[i].id, payment) == 0)
			ret->amount = status_owed(&facts, &status,
			    &facts.payments[i]);
	return OK;
}
