#include "app/chore.h"

#include <string.h>

#include "app/attempt.h"
#include "app/intake.h"
#include "app/request.h"
#include "app/shop.h"
#include "base/json.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/duty.h"
#include "booking/job.h"
#include "booking/settle.h"
#include "db/db.h"
#include "provider/calendly.h"

/* A creation may be under way for so long; then it can be asked about. */
#define UNDER_WAY (60 * NOW_SECOND)

/* A booking has at most one page open: more rounds than this help nobody. */
enum { PAGES_MAX = 8 };

/* What a chore about a seat looks at. */
struct seat {
	struct chore *chore;
	struct booking *booking;         /* that carries the seat now */
	const struct checkout *page;     /* to be closed; NULL: none */
};

/* --- pages ---------------------------------------------------------------- */

static int
may_be_paid(const struct checkout *co)
{
	return strcmp(co->status, "open") == 0 ||
	    strcmp(co->status, "asked") == 0;
}

/* The booking that carries the seat of id, and a page it can be paid on. */
static enum err
look_tx(struct ctx *c, struct db *db, struct seat *s, const char *id)
{
	struct status_facts facts;
	size_t i;
	enum err e;

	s->page = NULL;
	e = booking_get_tx(c, db, id, &s->booking);
	if (e == OK && s->booking == NULL)
		e = ctx_fail(c, E_NOBOOKING, "no such booking");
	if (e == OK)
		e = booking_head_tx(c, db, s->booking, &s->booking);
	if (e == OK)
		e = settle_gather_tx(c, db, s->booking, &facts);
	for (i = 0; e == OK && i < facts.checkout_count; i++)
		if (may_be_paid(&facts.checkouts[i]))
			s->page = &facts.checkouts[i];
	return e;
}

static enum err
look_booking_tx(struct ctx *c, struct db *db, void *arg)
{
	struct seat *s = arg;

	return look_tx(c, db, s, s->chore->job->subject);
}

/* Closes one page, or settles whether there is one. */
static enum err
close_page(struct ctx *c, struct chore *ch, const struct checkout *co)
{
	int64_t deadline = now_monotonic() + CHORE_BUDGET;

	if (ch->shop->stripe.key == NULL)
		return ctx_fail(c, E_STRIPE, "STRIPE_SECRET_KEY is not set");
	return strcmp(co->status, "asked") == 0
	    ? attempt_ask(c, ch->shop, co, deadline)
	    : attempt_expire(c, ch->shop, co, deadline);
}

/* Is the answer to its creation still to be expected? */
static int
is_under_way(struct ctx *c, const struct checkout *co)
{
	return strcmp(co->status, "asked") == 0 &&
	    c->now - co->created_at < UNDER_WAY;
}

static enum err
look_page_tx(struct ctx *c, struct db *db, void *arg)
{
	struct seat *s = arg;
	struct checkout *co;
	enum err e;

	e = checkout_get_tx(c, db, s->chore->job->subject, &co);
	if (e == OK && co == NULL)
		e = ctx_fail(c, E_NOTFOUND, "no such attempt");
	if (e == OK)
		e = look_tx(c, db, s, co->booking);
	if (e == OK)
		s->page = duty_is_expire(s->booking, co) ? co : NULL;
	return e;
}

enum err
chore_seat_expire(struct ctx *c, struct chore *ch)
{
	struct seat s = { .chore = ch };
	enum err e;

	e = db_read(c, ch->shop->db, look_page_tx, &s);
	if (e != OK || s.page == NULL)
		return e;
	if (is_under_way(c, s.page)) {
		ch->later_at = s.page->created_at + UNDER_WAY;
		return OK;
	}
	e = close_page(c, ch, s.page);
	if (e == OK)
		e = db_read(c, ch->shop->db, look_page_tx, &s);
	if (e == OK && s.page != NULL)
		e = ctx_fail(c, E_STRIPE, "the page is still open");
	ch->remark = "the page to pay is closed: the seat is gone";
	return e;
}

/* --- release -------------------------------------------------------------- */

/* What is paid or wanted meanwhile is seen here, in the transaction. */
static enum err
release_tx(struct ctx *c, struct db *db, void *arg)
{
	struct seat *s = arg;
	struct cJSON *body = json_object(c);
	struct event_outcome outcome;
	enum err e;

	e = look_tx(c, db, s, s->chore->job->subject);
	if (e != OK || s->page != NULL || !duty_is_release(s->booking) ||
	    s->booking->hold_at > c->now)
		return e;
	json_set_text(body, "by", "system");
	json_set_text(body, "reason", "it was not paid in time");
	return request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_SYSTEM,
		.type = "booking.release",
		.key = arena_printf(c->mem, "release:%s", s->booking->id),
		.object = s->booking->id,
		.body = body,
	}, &outcome);
}

static enum err
close_pages(struct ctx *c, struct chore *ch, struct seat *s)
{
	int rounds;
	enum err e = OK;

	for (rounds = 0; e == OK && s->page != NULL && rounds < PAGES_MAX;
	    rounds++) {
		e = close_page(c, ch, s->page);
		if (e == OK)
			e = db_read(c, ch->shop->db, look_booking_tx, s);
	}
	return e;
}

enum err
chore_seat_release(struct ctx *c, struct chore *ch)
{
	struct seat s = { .chore = ch };
	enum err e;

	e = db_read(c, ch->shop->db, look_booking_tx, &s);
	if (e != OK || !duty_is_release(s.booking))
		return e;
	if (s.booking->hold_at > c->now) {
		ch->later_at = s.booking->hold_at;
		return OK;
	}
	/* Where nobody can be given the time, nobody gains by losing it. */
	if (ch->shop->calendly.token == NULL) {
		ch->remark = "kept: without CALENDLY_TOKEN the time cannot be "
			     "given back at Calendly";
		return OK;
	}
	e = close_pages(c, ch, &s);
	if (e == OK)
		e = db_transaction(c, ch->shop->db, release_tx, &s);
	if (e == OK && s.page != NULL)
		ch->later_at = c->now + UNDER_WAY;
	return e;
}

/* --- at Calendly ---------------------------------------------------------- */

/* Calendly's own word ends it, though the webhook may be lost. */
static enum err
read_seat(struct ctx *c, struct chore *ch, const char *event,
    const char *invitee)
{
	const struct calendly_seat seat = { .event = event,
		.invitee = invitee,
		.deadline = now_monotonic() + CHORE_BUDGET };
	struct intake in;
	char *text;
	enum err e;

	e = calendly_invitee_read(c, &ch->shop->calendly, &seat, &text);
	if (e != OK)
		return e;
	return intake_calendly_read(c, ch->shop->db, text, strlen(text), &in);
}

enum err
chore_seat_cancel(struct ctx *c, struct chore *ch)
{
	struct seat s = { .chore = ch };
	enum calendly_cancelled what;
	enum err e;

	e = db_read(c, ch->shop->db, look_booking_tx, &s);
	if (e != OK || !duty_is_cancel(s.booking) || s.booking->end_at <= c->now)
		return e;
	if (ch->shop->calendly.token == NULL)
		return ctx_fail(c, E_CALENDLY, "CALENDLY_TOKEN is not set");
	e = calendly_event_cancel(c, &ch->shop->calendly,
	    &(const struct calendly_cancel){
		.event = s.booking->calendly_event,
		.reason = s.booking->asked_cancel_reason,
		.deadline = now_monotonic() + CHORE_BUDGET,
	    }, &what);
	if (e != OK)
		return e;
	if (what == CALENDLY_GONE) {
		ch->remark = "Calendly knows no such event any more";
		return OK;
	}
	if (what == CALENDLY_SHARED) {
		ch->remark = "the client is still on Calendly's list: others "
			     "share the event, and its API cancels only all";
		return OK;
	}
	ch->remark = "the time is free again at Calendly";
	return read_seat(c, ch, s.booking->calendly_event, s.booking->invitee);
}

enum err
chore_seat_read(struct ctx *c, struct chore *ch)
{
	const char *slash = strchr(ch->job->subject, '/');

	if (slash == NULL)
		return ctx_fail(c, E_INTERNAL, "subject is not event/invitee");
	if (ch->shop->calendly.token == NULL)
		return ctx_fail(c, E_CALENDLY, "CALENDLY_TOKEN is not set");
	return read_seat(c, ch, arena_copy(c->mem, ch->job->subject,
	    (size_t)(slash - ch->job->subject)), slash + 1);
}
