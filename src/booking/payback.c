#include "booking/payback.h"

#include <string.h>

#include "booking/booking.h"
#include "booking/money.h"
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

/* How the money that bought the seat stands. */
struct purse {
	int64_t going;   /* has gone, or goes back by itself now */
	int64_t waiting; /* goes back by itself later */
	int64_t open;    /* is owed, and nobody sees to it */
};

static struct purse
look_into(struct ctx *c, const struct status_facts *f, const struct status *s)
{
	struct purse purse = { .going = s->refunded };
	struct status_return r;
	size_t i;

	for (i = 0; i < f->payment_count; i++) {
		if (status_is_duplicate(f, s, &f->payments[i]))
			continue;
		status_return(f, s, &f->payments[i], &r);
		if (r.due_at > c->now)
			purse.waiting += r.due;
		else
			purse.going += r.due;
		purse.open += r.owed - r.due;
	}
	return purse;
}

static enum err
check_money(struct ctx *c, const struct status *s, const char *currency,
    const struct purse *purse)
{
	if (s->captured == 0)
		return ctx_fail(c, E_CONFLICT, "nothing was paid for it");
	if (strcmp(s->payment, "DISPUTED") == 0)
		return ctx_fail(c, E_CONFLICT, "the payment is disputed: the "
		    "bank decides what goes back");
	if (purse->going < s->captured)
		return OK;
	if (s->refunded < s->captured)
		return ctx_fail(c, E_CONFLICT, "all that is left, %s, is on "
		    "its way back already",
		    money_text(c, s->captured - s->refunded, currency));
	return ctx_fail(c, E_CONFLICT, "all of it has gone back already");
}

/* Nobody who repeats a request for what is owed is to give more by it. */
static enum err
choose(struct ctx *c, const struct status *s, const struct purse *purse,
    const char *currency, int64_t *ret)
{
	if (purse->open + purse->waiting > 0)
		*ret = purse->open + purse->waiting;
	else if (purse->going > s->refunded)
		return ctx_fail(c, E_CONFLICT, "what is owed, %s, is on its "
		    "way back already; name an amount to give more",
		    money_text(c, purse->going - s->refunded, currency));
	else
		*ret = s->captured - purse->going;
	return OK;
}

enum err
payback_ask(struct ctx *c, const struct status_facts *facts,
    const struct status *s, int64_t amount, struct payback_wish *ret)
{
	const char *currency = facts->booking->currency;
	struct purse purse = look_into(c, facts, s);
	int64_t left = s->captured - purse.going;
	enum err e;

	e = check_money(c, s, currency, &purse);
	if (e == OK && amount == 0)
		e = choose(c, s, &purse, currency, &amount);
	if (e != OK)
		return e;
	if (money_part(amount, 100, currency) != amount)
		return ctx_fail(c, E_BADREQ, "%s cannot be paid out",
		    money_text(c, amount, currency));
	if (amount > left)
		return ctx_fail(c, E_CONFLICT, "%s is more than the %s that "
		    "is left", money_text(c, amount, currency),
		    money_text(c, left, currency));
	if (purse.waiting > 0 && amount != left)
		return ctx_fail(c, E_CONFLICT, "all of it goes back by "
		    "itself; name no amount to have it go now");
	*ret = (struct payback_wish){ .amount = amount,
		.up_to = purse.going + amount, .left = left - amount };
	return OK;
}
