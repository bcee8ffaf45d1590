#include "app/cancel.h"

#include <string.h>

#include "app/request.h"
#include "base/json.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/money.h"
#include "booking/payment.h"
#include "booking/settle.h"
#include "db/db.h"
#include "web/auth.h"
#include "web/req.h"

/* Calendly takes 10000 characters; what a person wants to say is shorter. */
enum { REASON_MAX_BYTES = 2000 };

struct cancelling {
	const struct cancel_order *order;
	const struct caller *who;
	enum access_role role;
	struct status_facts facts;
	struct cancel_result result;
};

/* --- the request ---------------------------------------------------------- */

static enum err
take_reason(struct ctx *c, const struct cJSON *body, const char **ret)
{
	const char *text = json_text(body, "reason");

	if (!json_has(body, "reason"))
		return OK;
	if (text == NULL || !text_plain(text) ||
	    strlen(text) > REASON_MAX_BYTES)
		return ctx_refuse(c, E_BADREQ, "reason must be a line of text "
		    "of at most %d bytes.", REASON_MAX_BYTES);
	*ret = text_blank(text) ? NULL : text;
	return OK;
}

enum err
cancel_parse(struct ctx *c, const struct req *rq, struct cancel_order *ret)
{
	struct cancel_order o = { 0 };
	struct cJSON *body;
	enum err e;

	if (!req_is_json(rq))
		return ctx_fail(c, E_MEDIA, "content type is not JSON");
	e = json_parse_request(c, rq->body, rq->body_len, &body);
	if (e == OK)
		e = take_reason(c, body, &o.reason);
	/* Whoever says "true" does not want to cancel yet. */
	if (e == OK && json_has(body, "dryRun") &&
	    !json_is_bool(body, "dryRun"))
		e = ctx_refuse(c, E_BADREQ, "dryRun must be true or false.");
	if (e != OK)
		return e;
	o.dry_run = json_true(body, "dryRun");
	*ret = o;
	return OK;
}

/* --- may it be? ------------------------------------------------------------ */

static enum err
find(struct ctx *c, struct db *db, struct cancelling *x, struct booking **ret)
{
	enum err e;

	e = booking_find_tx(c, db, x->order->booking, ret);
	if (x->who == NULL) {
		x->role = ACCESS_ADMIN;
		if (e == OK && *ret == NULL)
			e = ctx_fail(c, E_NOBOOKING, "there is no booking %s",
			    x->order->booking);
		return e;
	}
	if (e == OK)
		e = access_check_tx(c, db, x->who, *ret, ACCESS_CANCEL);
	if (e == OK)
		e = access_role_tx(c, db, x->who, *ret, &x->role);
	return e;
}

/* A client can not give back what has begun to be used. */
const char *
cancel_hindrance(const struct booking *b, enum access_role role, int64_t now)
{
	if (b->moved_to != NULL)
		return "This booking was moved to another time; please cancel "
		       "that one.";
	if (b->end_at <= now)
		return "This session is over.";
	if (role == ACCESS_CLIENT && (b->start_at <= now || b->no_show))
		return "This session has begun; please get in touch with us.";
	return NULL;
}

static enum err
check(struct ctx *c, const struct cancelling *x, const struct booking *b)
{
	const char *words = cancel_hindrance(b, x->role, c->now);

	return words == NULL ? OK : ctx_refuse(c, E_CONFLICT, "%s", words);
}

/* --- what it means --------------------------------------------------------- */

static const char *const as_whom[] = {
	[ACCESS_CLIENT] = "client",
	[ACCESS_BUILDER] = "builder",
	/* Whose side an admin is on. */
	[ACCESS_ADMIN] = "builder",
};

/* What goes back of the money that bought the seat.  What was paid twice goes
 * back anyhow, and is no part of this. */
static struct status_return
back_of(const struct status_facts *f, const struct status *s)
{
	struct status_return all = { 0 }, one;
	size_t i;

	for (i = 0; i < f->payment_count; i++) {
		if (status_is_duplicate(f, s, &f->payments[i]))
			continue;
		status_return(f, s, &f->payments[i], &one);
		all.owed += one.owed;
		all.due += one.due;
	}
	return all;
}

/* Some of it goes back, some has gone. */
static const char *
say_parts(struct ctx *c, const struct status_facts *f,
    const struct cancel_result *r, const char *by_hand)
{
	const char *currency = r->booking->currency;
	/* More than the policy gives: somebody wants it. */
	const char *why = r->status.target > f->refund_goal
	    ? "By the cancellation policy " : "";
	char *paid = money_text(c, r->status.captured, currency);
	char *back = money_text(c, r->refund, currency);

	if (r->refund == 0)
		return arena_printf(c->mem, "%s of %s has been paid back.",
		    money_text(c, r->status.refunded, currency), paid);
	if (r->refund == r->status.captured)
		return arena_printf(c->mem, "Everything that was paid, %s, is "
		    "paid back.%s", back, by_hand);
	if (r->refund == r->status.captured - r->status.refunded)
		return arena_printf(c->mem, "The rest of what was paid, %s, "
		    "is paid back.%s", back, by_hand);
	return arena_printf(c->mem, "%s%s of %s is paid back.%s", why, back,
	    paid, by_hand);
}

static const char *
say(struct ctx *c, const struct status_facts *f, const struct cancel_result *r)
{
	const char *by_hand = r->by_itself ? "" : " We see to it by hand.";

	if (strcmp(r->status.payment, "DISPUTED") == 0)
		return "The payment is disputed; the bank decides about it.";
	if (strcmp(r->status.payment, "PROCESSING") == 0)
		return "Your payment is on its way. What arrives from now "
		       "is paid back.";
	if (r->status.captured == 0)
		return "Nothing was paid, so there is nothing to pay back.";
	if (r->status.refunded == r->status.captured)
		return "What was paid has been paid back.";
	if (r->refund == 0 && r->status.refunded == 0)
		return "By the cancellation policy nothing is paid back.";
	return say_parts(c, f, r, by_hand);
}

void
cancel_judge(struct ctx *c, const struct status_facts *facts,
    struct cancel_result *ret)
{
	struct cancel_result r = { .booking = facts->booking };
	struct status_return back;

	status_compute(facts, &r.status);
	back = back_of(facts, &r.status);
	r.refund = back.owed;
	r.due = back.due;
	r.by_itself = back.due == back.owed;
	r.words = say(c, facts, &r);
	*ret = r;
}

/* b as it would be. */
static struct booking *
supposed(struct ctx *c, const struct cancelling *x, const struct booking *b)
{
	struct booking *then = arena_alloc(c->mem, sizeof(*then));

	*then = *b;
	then->asked_cancel_at = c->now;
	then->asked_cancel_by = as_whom[x->role];
	status_cancellation(then);
	return then;
}

static enum err
request(struct ctx *c, struct db *db, const struct cancelling *x,
    const struct booking *b)
{
	static const char *const sources[] = {
		[ACCESS_CLIENT] = REQUEST_CLIENT,
		[ACCESS_BUILDER] = REQUEST_BUILDER,
		[ACCESS_ADMIN] = REQUEST_ADMIN,
	};
	struct cJSON *body = json_object(c);
	struct event_outcome outcome;

	json_set_text(body, "by", as_whom[x->role]);
	json_set_text(body, "reason", x->order->reason);
	return request_take_in_tx(c, db, &(const struct request){
		.source = sources[x->role],
		.type = "booking.cancel",
		.object = b->id,
		.body = body,
	}, &outcome);
}

static enum err
cancel_tx(struct ctx *c, struct db *db, void *arg)
{
	struct cancelling *x = arg;
	struct booking *b;
	enum err e;

	e = find(c, db, x, &b);
	if (e == OK && b->cancelled_at == 0) {
		e = check(c, x, b);
		if (e == OK && x->order->dry_run)
			b = supposed(c, x, b);
		else if (e == OK)
			e = request(c, db, x, b);
	}
	if (e == OK && !x->order->dry_run)
		e = booking_get_tx(c, db, b->id, &b);
	if (e == OK)
		e = settle_gather_tx(c, db, b, &x->facts);
	if (e == OK)
		cancel_judge(c, &x->facts, &x->result);
	return e;
}

enum err
cancel_booking(struct ctx *c, struct db *db, const struct cancel_order *order,
    const struct caller *who, struct cancel_result *ret)
{
	struct cancelling x = { .order = order, .who = who };
	enum err e;

	e = order->dry_run ? db_read(c, db, cancel_tx, &x)
			   : db_transaction(c, db, cancel_tx, &x);
	if (e == OK)
		*ret = x.result;
	return e;
}

void
cancel_view(const struct cancel_order *order,
    const struct cancel_result *result, struct cJSON *data)
{
	struct cJSON *refund = json_set_object(data, "refund");

	json_set_text(data, "bookingId", result->booking->id);
	json_set_bool(data, "dryRun", order->dry_run);
	json_set_text(data, "status", result->status.booking);
	json_set_text(data, "paymentStatus", result->status.payment);
	json_set_int(refund, "amount", result->refund);
	json_set_text(refund, "currency", result->booking->currency);
	json_set_int(refund, "percent", status_percent(result->booking));
	json_set_bool(refund, "automatic", result->by_itself);
	json_set_text(refund, "reason", result->words);
}
