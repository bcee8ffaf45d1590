#include "booking/seat.h"

#include <string.h>

#include "base/fault.h"
#include "base/hash.h"
#include "base/hours.h"
#include "base/now.h"
#include "base/text.h"
#include "base/zone.h"
#include "booking/analytics.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/event.h"
#include "booking/job.h"
#include "booking/session_type.h"
#include "booking/settle.h"

#define MINUTE (60 * NOW_SECOND)
#define DAY (24 * 60 * MINUTE)

static const struct history_source by_client = { "client", NULL };

/* The price of today becomes the booking's own. */
static void
take_snapshot(struct booking *b, const struct session_type *type)
{
	b->session_type = type->id;
	b->builder = type->builder;
	b->amount = type->amount;
	b->currency = type->currency;
	b->policy = type->policy;
	b->auto_refund = type->auto_refund;
	b->late_hours = type->late_hours;
}

static struct booking *
new_booking(struct ctx *c, const struct session_type *type, const char *id)
{
	struct booking *b = arena_alloc(c->mem, sizeof(*b));

	b->id = id;
	take_snapshot(b, type);
	b->created_at = c->now;
	b->hold_at = c->now + type->hold_minutes * MINUTE;
	b->status = "PENDING";
	b->payment_status = "UNPAID";
	return b;
}

static enum err
add(struct ctx *c, struct db *db, struct booking *b,
    const struct history_source *by)
{
	const struct analytics_fact fact = { "BOOKING_CREATED", b->id,
		b->amount };
	enum err e;

	e = booking_add_tx(c, db, b);
	if (e == OK)
		e = history_add_tx(c, db, b->id, by, "booked", b->source);
	if (e == OK)
		e = analytics_note_tx(c, db, b, &fact);
	return e;
}

/* --- what Calendly says ------------------------------------------------ */

static struct booking *
from_invitee(struct ctx *c, const struct session_type *type,
    const struct seat_invitee *told)
{
	struct booking *b = new_booking(c, type, told->booking != NULL
	    ? told->booking : hash_id(c->mem, "bk_"));

	b->source = "calendly";
	b->invitee = told->invitee;
	b->name = told->name;
	b->email = told->email;
	b->start_at = told->start_at;
	b->end_at = told->end_at;
	return b;
}

/* Where a browser's claim was not what Calendly says; NULL if it was. */
static const char *
contradiction(struct ctx *c, const struct booking *b,
    const struct seat_invitee *told, const struct session_type *type)
{
	if (strcmp(b->session_type, type->id) != 0)
		return arena_printf(c->mem, "session type was claimed as %s",
		    b->session_type);
	if (b->start_at != told->start_at)
		return arena_printf(c->mem, "start was claimed as %s",
		    now_text(c->mem, b->start_at));
	return NULL;
}

/* Calendly's word replaces a claim, and its newer word the older one. */
static void
merge_details(struct ctx *c, struct booking *b,
    const struct seat_invitee *told, const struct session_type *type)
{
	if (told->updated_at <= b->told_at)
		return;
	if (b->told_at == 0 && b->contradiction == NULL)
		b->contradiction = contradiction(c, b, told, type);
	/* Only of a claim: what an event type is sold as may change, but not
	 * for those who have booked it. */
	if (b->told_at == 0 && strcmp(b->session_type, type->id) != 0)
		take_snapshot(b, type);
	b->told_at = told->updated_at;
	b->name = told->name;
	b->email = told->email;
	b->timezone = told->timezone;
	b->start_at = told->start_at;
	b->end_at = told->end_at;
	b->invitee_uri = told->invitee_uri;
	b->calendly_event = told->event;
}

/* Of a mark and its taking back in one second, the taking back counts. */
static int
is_newer_no_show(const struct booking *b, const struct seat_invitee *told)
{
	return told->no_show >= 0 && (told->told_at > b->no_show_at ||
	    (told->told_at == b->no_show_at && !told->no_show));
}

/* Moved is not cancelled: nothing is paid back for it. */
static void
merge_ending(struct booking *b, const struct seat_invitee *told)
{
	if (told->old_invitee != NULL && b->moved_from == NULL)
		b->moved_from = told->old_invitee;
	if (told->new_invitee != NULL && b->moved_to == NULL)
		b->moved_to = told->new_invitee;
	if (told->new_invitee != NULL)
		b->moved_told = 1;
	if (told->canceled && !told->moved && told->new_invitee == NULL &&
	    (b->told_cancel_at == 0 || told->canceled_at < b->told_cancel_at)) {
		b->told_cancel_at = told->canceled_at;
		b->told_cancel_by = told->canceled_by;
		b->told_cancel_reason = told->reason;
	}
	if (is_newer_no_show(b, told)) {
		b->no_show = told->no_show;
		b->no_show_at = told->told_at;
	}
}

/*
 * The two sides of a move name each other; either may reach us first, or
 * alone.
 */
static enum err
link_sides(struct ctx *c, struct db *db, struct booking *b,
    const struct history_source *by)
{
	struct booking *before, *after, *other;
	enum err e;

	e = booking_moved_to_tx(c, db, b->invitee, &before);
	if (e == OK)
		e = booking_moved_from_tx(c, db, b->invitee, &after);
	if (e == OK && b->moved_from == NULL && before != NULL)
		b->moved_from = booking_name(before);
	if (e == OK && b->moved_to == NULL && after != NULL) {
		b->moved_to = booking_name(after);
		b->moved_told = 1;
	}
	if (e == OK)
		e = settle_booking_tx(c, db, b, by);
	if (e != OK || b->moved_from == NULL)
		return e;
	e = booking_find_tx(c, db, b->moved_from, &other);
	if (e != OK || other == NULL)
		return e;
	if (other->moved_to == NULL) {
		other->moved_to = b->invitee;
		other->moved_told = 1;
	}
	return settle_booking_tx(c, db, other, by);
}

static enum err
note_oddities(struct ctx *c, struct db *db, const struct booking *b,
    const char *contradicted_before, const struct seat_invitee *told,
    const struct history_source *by)
{
	enum err e = OK;

	if (b->contradiction != NULL && contradicted_before == NULL)
		e = history_add_tx(c, db, b->id, by, "claim contradicted",
		    b->contradiction);
	if (e == OK && told->native_payment)
		e = history_add_tx(c, db, b->id, by, "paid inside Calendly",
		    "collecting payments is switched on there, too");
	return e;
}

static enum err
apply_invitee(struct ctx *c, struct db *db, struct seat_invitee *told,
    const struct session_type *type, const struct history_source *by,
    struct event_outcome *ret)
{
	const char *contradicted_before, *sold_as;
	const struct builder *builder;
	struct booking *b;
	enum err e;

	e = booking_by_invitee_tx(c, db, told->invitee, &b);
	if (e == OK)
		e = builder_get_tx(c, db, type->builder, &builder);
	if (e != OK)
		return e;
	if (told->timezone == NULL)
		told->timezone = builder->timezone;
	if (b == NULL) {
		b = from_invitee(c, type, told);
		b->timezone = told->timezone;
		e = add(c, db, b, by);
		if (e != OK)
			return e;
	}
	contradicted_before = b->contradiction;
	sold_as = b->session_type;
	merge_details(c, b, told, type);
	merge_ending(b, told);
	e = note_oddities(c, db, b, contradicted_before, told, by);
	if (e == OK && strcmp(b->session_type, sold_as) != 0)
		e = analytics_follow_tx(c, db, b);
	if (e == OK)
		e = link_sides(c, db, b, by);
	if (e == OK)
		event_applied(ret, b->id);
	return e;
}

/* The job that reads an invitee at Calendly. */
static struct job
reading(struct ctx *c, const struct seat_invitee *told)
{
	return (struct job){ .kind = "calendly-read",
		.subject = arena_printf(c->mem, "%s/%s", told->event,
		    told->invitee) };
}

/* Bodies of before 2024 name the event and leave out when it is. */
static enum err
read_first(struct ctx *c, struct db *db, const struct seat_invitee *told,
    struct event_outcome *ret)
{
	const struct job job = reading(c, told);
	int changed;

	event_parked(ret, arena_printf(c->mem, "read:%s", told->invitee),
	    "the body leaves out the time; it must be read from Calendly");
	return job_settle_tx(c, db, &job, 1, &changed);
}

/* What such a body leaves out, from the booking that Calendly has told. */
static enum err
complete(struct ctx *c, struct db *db, struct seat_invitee *told,
    const struct session_type **ret_type)
{
	struct booking *b;
	enum err e;

	*ret_type = NULL;
	e = booking_by_invitee_tx(c, db, told->invitee, &b);
	if (e != OK || b == NULL || b->told_at == 0)
		return e;
	told->start_at = b->start_at;
	told->end_at = b->end_at;
	return session_type_get_tx(c, db, b->session_type, ret_type);
}

/* Nothing is left to read, and what waited for that can be applied. */
static enum err
is_read(struct ctx *c, struct db *db, const struct seat_invitee *told,
    struct event_outcome *ret)
{
	const struct job job = reading(c, told);
	int changed;

	event_frees(ret, arena_printf(c->mem, "read:%s", told->invitee));
	return job_settle_tx(c, db, &job, 0, &changed);
}

enum err
seat_invitee_tx(struct ctx *c, struct db *db, const struct seat_invitee *told,
    const struct history_source *by, struct event_outcome *ret)
{
	struct seat_invitee copy = *told;
	const struct session_type *type;
	enum err e;

	if (told->event_type == NULL || told->start_at == 0 ||
	    told->end_at <= told->start_at) {
		e = complete(c, db, &copy, &type);
		if (e == OK && type == NULL)
			return read_first(c, db, told, ret);
		return e != OK ? e : apply_invitee(c, db, &copy, type, by, ret);
	}
	e = session_type_by_calendly_tx(c, db, told->event_type, &type);
	if (e != OK)
		return e;
	if (type == NULL) {
		event_parked(ret, arena_printf(c->mem, "type:%s",
		    told->event_type), "nobody sells that event type here");
		return OK;
	}
	e = apply_invitee(c, db, &copy, type, by, ret);
	return e != OK ? e : is_read(c, db, told, ret);
}

/* --- what somebody asks for -------------------------------------------- */

static enum err
check_type(struct ctx *c, const struct session_type *type,
    const struct seat_request *rq)
{
	if (type == NULL || (!type->active && !rq->by_admin))
		return ctx_fail(c, E_NOTYPE, "no such session type");
	if (rq->start_at <= c->now)
		return ctx_refuse(c, E_CONFLICT, "This time has passed.");
	return OK;
}

/* A new booking as rq asks for it, not stored yet. */
static struct booking *
from_request(struct ctx *c, const struct session_type *type,
    const struct seat_request *rq)
{
	struct booking *b = new_booking(c, type, rq->booking);

	b->client = rq->client;
	b->name = rq->name;
	b->email = rq->email;
	b->timezone = rq->timezone;
	b->start_at = rq->start_at;
	b->end_at = rq->start_at + type->minutes * MINUTE;
	b->source = rq->invitee != NULL ? "calendly"
	    : rq->by_admin		? "admin"
					: "direct";
	b->invitee = rq->invitee;
	b->calendly_event = rq->event;
	return b;
}

/* Stores b, which is what rq asks for. */
static enum err
book(struct ctx *c, struct db *db, struct booking *b,
    const struct seat_request *rq, struct booking **ret)
{
	const struct history_source by_admin = { "admin", NULL };
	const struct history_source *by =
	    rq->by_admin ? &by_admin : &by_client;
	enum err e;

	e = add(c, db, b, by);
	if (e == OK)
		e = settle_booking_tx(c, db, b, by);
	if (e == OK)
		*ret = b;
	return e;
}

enum err
seat_claim_tx(struct ctx *c, struct db *db, const struct seat_request *rq,
    struct booking **ret)
{
	const struct session_type *type;
	struct booking *b;
	enum err e;

	e = booking_by_invitee_tx(c, db, rq->invitee, &b);
	if (e != OK)
		return e;
	if (b != NULL) {
		*ret = b;
		return OK;
	}
	e = session_type_by_calendly_tx(c, db, rq->event_type, &type);
	if (e == OK)
		e = check_type(c, type, rq);
	if (e != OK)
		return e;
	return book(c, db, from_request(c, type, rq), rq, ret);
}

/* Is the time one that the session type offers? */
static enum err
check_offer(struct ctx *c, struct db *db, const struct session_type *type,
    const struct seat_request *rq)
{
	const struct builder *builder;
	struct zone *zone;
	enum err e;

	if (!type->direct)
		return ctx_refuse(c, E_CONFLICT,
		    "This session is booked through Calendly.");
	if (rq->start_at % MINUTE != 0 ||
	    rq->start_at < c->now + type->notice_minutes * MINUTE ||
	    rq->start_at > c->now + type->horizon_days * DAY)
		return ctx_refuse(c, E_CONFLICT, "This time is not offered.");
	if (text_blank(type->hours))
		return OK;
	e = builder_get_tx(c, db, type->builder, &builder);
	if (e == OK)
		e = zone_load(c, builder->timezone, &zone);
	if (e != OK)
		return e;
	if (!hours_hold(type->hours, zone, rq->start_at,
	    rq->start_at + type->minutes * MINUTE))
		return ctx_refuse(c, E_CONFLICT,
		    "This time is outside the opening hours (%s, %s).",
		    type->hours, builder->timezone);
	return OK;
}

enum err
seat_request_tx(struct ctx *c, struct db *db, const struct seat_request *rq,
    struct booking **ret)
{
	const struct session_type *type;
	struct booking *b;
	int taken;
	enum err e;

	e = session_type_get_tx(c, db, rq->session_type, &type);
	if (e == OK)
		e = check_type(c, type, rq);
	if (e == OK && !rq->by_admin)
		e = check_offer(c, db, type, rq);
	if (e != OK)
		return e;
	b = from_request(c, type, rq);
	e = booking_overlaps_tx(c, db, b, &taken);
	if (e != OK)
		return e;
	if (taken && !TWIN("overlap"))
		return ctx_refuse(c, E_CONFLICT, "This time is taken.");
	return book(c, db, b, rq, ret);
}
