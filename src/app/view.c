#include "app/view.h"

#include <string.h>

#include "app/access.h"
#include "app/cancel.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/checkout.h"
#include "booking/policy.h"
#include "booking/session_type.h"
#include "booking/settle.h"
#include "booking/status.h"
#include "booking/words.h"
#include "db/db.h"

static int
is_owed(const struct booking *b)
{
	return strcmp(b->payment_status, "UNPAID") == 0 ||
	    strcmp(b->payment_status, "FAILED") == 0;
}

/* Can money be asked for, as far as the statuses say? */
static int
is_payable(const struct booking *b, int64_t now)
{
	return strcmp(b->status, "PENDING") == 0 && b->start_at > now &&
	    is_owed(b);
}

static enum err
find_open(struct ctx *c, struct db *db, const struct booking *b,
    const struct checkout **ret)
{
	struct checkout_list list;
	size_t i;
	enum err e;

	*ret = NULL;
	e = checkout_list_tx(c, db, b->id, &list);
	for (i = 0; e == OK && i < list.count; i++)
		if (strcmp(list.rows[i].status, "open") == 0 &&
		    list.rows[i].expires_at > c->now)
			*ret = &list.rows[i];
	return e;
}

/* What a cancelled booking gives back. */
static enum err
judge_tx(struct ctx *c, struct db *db, const struct booking *b,
    const struct cancel_result **ret)
{
	struct cancel_result *result;
	struct status_facts facts;
	enum err e;

	*ret = NULL;
	if (strcmp(b->status, "CANCELLED") != 0)
		return OK;
	e = settle_gather_tx(c, db, b, &facts);
	if (e != OK)
		return e;
	result = arena_alloc(c->mem, sizeof(*result));
	cancel_judge(c, &facts, result);
	*ret = result;
	return OK;
}

/* That they may not do it is no failure. */
static enum err
may_tx(struct ctx *c, struct db *db, struct view *v,
    const struct caller *who, enum access_action action, int *ret)
{
	const char *why = c->why;
	enum err e = access_check_tx(c, db, who, v->booking, action);

	*ret = e == OK;
	v->may_sign_in |= e == E_NOAUTH;
	if (e != E_FORBIDDEN && e != E_NOAUTH)
		return e;
	ctx_forgive(c);
	c->why = why;
	return OK;
}

static enum err
may_cancel_tx(struct ctx *c, struct db *db, struct view *v,
    const struct caller *who, int *ret)
{
	const struct booking *b = v->booking;
	enum access_role role;
	enum err e;

	*ret = 0;
	if (b->cancelled_at > 0)
		return OK;
	e = may_tx(c, db, v, who, ACCESS_CANCEL, ret);
	if (e != OK || !*ret)
		return e;
	e = access_role_tx(c, db, who, b, &role);
	if (e == OK)
		*ret = cancel_hindrance(b, role, c->now) == NULL;
	return e;
}

enum err
view_load_tx(struct ctx *c, struct db *db, const struct booking *b,
    const struct caller *who, struct view *ret)
{
	struct view v = { .booking = b };
	enum err e;

	e = judge_tx(c, db, b, &v.cancelled);
	if (e == OK)
		e = session_type_get_tx(c, db, b->session_type, &v.type);
	if (e == OK)
		e = builder_get_tx(c, db, b->builder, &v.builder);
	if (e == OK && is_owed(b))
		e = find_open(c, db, b, &v.open);
	if (e == OK && is_payable(b, c->now))
		e = may_tx(c, db, &v, who, ACCESS_PAY, &v.may_pay);
	if (e == OK)
		e = may_cancel_tx(c, db, &v, who, &v.may_cancel);
	if (e == OK)
		*ret = v;
	return e;
}

static void
set_time(struct ctx *c, struct cJSON *o, const char *key, int64_t micros)
{
	json_set_text(o, key, micros == 0 ? NULL : now_text(c->mem, micros));
}

/* Did the money of a cancelled booking come too late? */
static int
is_late(const struct view *v)
{
	return v->cancelled != NULL && v->cancelled->status.late &&
	    strcmp(v->cancelled->status.payment, "PAID") == 0;
}

static void
set_words(struct ctx *c, struct cJSON *data, const struct view *v,
    const char *payment)
{
	const struct booking *b = v->booking;
	const struct words *w = words_for(status_at(b, c->now),
	    is_late(v) ? "LATE" : payment);
	const char *advice = w->advice;
	int settled = w->settled;

	if (v->cancelled != NULL && *advice == '\0')
		advice = v->cancelled->words;
	/* The page is to see it go back. */
	if (v->cancelled != NULL && v->cancelled->due > 0)
		settled = 0;
	if (v->may_sign_in)
		advice = "Please sign in to pay.";
	if (b->contradiction != NULL)
		advice = arena_printf(c->mem, "%s Calendly's record differs "
		    "from what your browser said; what counts is shown here.",
		    advice);
	json_set_text(data, "summary", w->summary);
	json_set_text(data, "advice", advice);
	json_set_bool(data, "settled", settled);
}

/* What both answers have in common. */
static void
set_common(struct ctx *c, const struct view *v, struct cJSON *data)
{
	const struct booking *b = v->booking;
	struct cJSON *type = json_set_object(data, "sessionType");
	struct cJSON *builder = json_set_object(data, "builder");
	struct cJSON *can = json_set_array(data, "can");

	json_set_text(data, "bookingId", b->id);
	json_set_text(type, "id", v->type->id);
	json_set_text(type, "title", v->type->title);
	json_set_int(type, "durationMinutes", v->type->minutes);
	json_set_text(builder, "id", v->builder->id);
	json_set_text(builder, "name", v->builder->name);
	json_set_text(builder, "timezone", v->builder->timezone);
	set_time(c, data, "startTime", b->start_at);
	set_time(c, data, "endTime", b->end_at);
	json_set_text(data, "timezone", b->timezone);
	json_set_text(data, "policy", policy_words(c, b->policy));
	json_set_bool(data, "isCalendlyBooking", b->invitee != NULL);
	json_set_text(data, "calendlyEventId", b->calendly_event);
	if (v->may_pay)
		json_push_text(can, "pay");
	if (v->may_cancel)
		json_push_text(can, "cancel");
}

static char *
first_name(struct ctx *c, const char *name)
{
	/* Calendly takes names that we would not. */
	name = text_shown(c->mem, name);
	name += strspn(name, " ");
	return arena_copy(c->mem, name, strcspn(name, " "));
}

void
view_booking(struct ctx *c, const struct view *v, struct cJSON *data)
{
	const struct booking *b = v->booking;

	set_common(c, v, data);
	set_words(c, data, v, b->payment_status);
	json_set_text(data, "status", status_at(b, c->now));
	json_set_text(data, "paymentStatus", b->payment_status);
	json_set_text(data, "firstName", first_name(c, b->name));
	json_set_int(data, "amount", b->amount);
	json_set_text(data, "currency", b->currency);
	set_time(c, data, "holdExpiresAt",
	    strcmp(b->status, "PENDING") == 0 ? b->hold_at : 0);
	json_set_text(data, "checkoutUrl",
	    v->may_pay && v->open != NULL ? v->open->url : NULL);
}

/* Stripe's word for the state of a session, whatever we call it inside. */
static const char *
session_word(const struct checkout *co, int64_t now)
{
	if (strcmp(co->status, "open") == 0 && co->expires_at <= now)
		return "expired";
	return co->status;
}

void
view_session(struct ctx *c, const struct view *v, const struct checkout *co,
    struct cJSON *data)
{
	const struct booking *b = v->booking;
	const char *word = session_word(co, c->now);
	int open = strcmp(word, "open") == 0;
	int expired = strcmp(word, "expired") == 0;
	const char *payment = b->payment_status;

	/* Another attempt may be open or paid: then its state counts. */
	if (expired && strcmp(payment, "UNPAID") == 0 && v->open == NULL)
		payment = "EXPIRED";
	set_common(c, v, data);
	set_words(c, data, v, payment);
	json_set_text(data, "sessionId", co->session);
	json_set_text(data, "status", word);
	json_set_text(data, "paymentStatus",
	    strcmp(co->payment_status, "failed") == 0 ? "unpaid"
						      : co->payment_status);
	json_set_text(data, "bookingStatus", status_at(b, c->now));
	json_set_text(data, "bookingPaymentStatus", b->payment_status);
	json_set_int(data, "amount", co->amount);
	json_set_text(data, "currency", co->currency);
	json_set_text(data, "url", open && v->may_pay ? co->url : NULL);
}
