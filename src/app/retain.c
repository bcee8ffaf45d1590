#include "app/retain.h"

#include <stdio.h>
#include <time.h>

#include "app/privacy.h"
#include "app/redact.h"
#include "app/shop.h"
#include "base/conf.h"
#include "base/now.h"
#include "booking/booking.h"
#include "booking/event.h"
#include "booking/job.h"
#include "booking/mark.h"
#include "db/db.h"

#define DAY (24 * 3600 * NOW_SECOND)

/* Where others kept it waiting long, it need not wait for as long. */
#define REST_MAX (NOW_SECOND / 2)

/* A session can be booked a year ahead, of a type that is not sold here yet. */
#define PARKED_DAYS 400

struct retaining {
	struct shop *shop;
	const struct retain_order *order;
	struct retain_result result;
	int64_t before;           /* what is older goes */
	struct retain_place at;   /* behind what was looked at already */
	struct booking_list people; /* that are to be looked at */
	size_t from;                /* the first of this step */
	struct event_list events;   /* likewise, deliveries */
	size_t looked;              /* that the last search found */
	int64_t done;               /* changed by this step */
	int stopped;
};

/* One transaction, and a rest. */
static enum err
step(struct ctx *c, struct retaining *r, db_work *work)
{
	int64_t since = now_monotonic(), rest;
	struct timespec pause;
	enum err e;

	e = db_transaction(c, r->shop->db, work, r);
	rest = 3 * (now_monotonic() - since);
	if (e == OK && r->order->between != NULL)
		r->stopped = r->order->between(r->order->arg) != 0;
	if (e != OK || r->stopped)
		return e;
	if (rest > REST_MAX)
		rest = REST_MAX;
	pause = (struct timespec){ rest / NOW_SECOND,
		rest % NOW_SECOND * 1000 };
	nanosleep(&pause, NULL);
	return OK;
}

/* --- people ---------------------------------------------------------------- */

static enum err
find_people_tx(struct ctx *c, struct db *db, void *arg)
{
	struct retaining *r = arg;
	const struct booking_age age = { r->before, r->at.end, r->at.id };

	return booking_past_tx(c, db, &age, &r->people);
}

static enum err
forget_tx(struct ctx *c, struct db *db, void *arg)
{
	struct retaining *r = arg;
	int done;
	enum err e;

	e = privacy_forget_booking_tx(c, db, r->people.rows[r->from].id,
	    r->before, &done);
	r->done = done;
	return e;
}

/* The rows are read once, and forgotten one at a time: each of them has some
 * twenty events. */
static enum err
people(struct ctx *c, struct retaining *r)
{
	const struct booking *last;
	size_t n;
	enum err e;

	e = db_read(c, r->shop->db, find_people_tx, r);
	n = r->looked = r->people.count;
	for (r->from = 0; e == OK && r->from < n && !r->stopped; r->from++) {
		e = step(c, r, forget_tx);
		if (e == OK)
			r->result.people += r->done;
	}
	if (e != OK || n == 0)
		return e;
	last = &r->people.rows[r->from - 1];
	r->at.end = last->end_at;
	snprintf(r->at.id, sizeof(r->at.id), "%s", last->id);
	return OK;
}

/* --- deliveries -------------------------------------------------------------- */

static enum err
find_unrelated_tx(struct ctx *c, struct db *db, void *arg)
{
	struct retaining *r = arg;
	const struct event_age age = { r->before,
		r->before - PARKED_DAYS * DAY, "" };

	return event_unrelated_tx(c, db, &age, &r->events);
}

static enum err
redact_unrelated_tx(struct ctx *c, struct db *db, void *arg)
{
	struct retaining *r = arg;
	const struct event *ev;
	const char *body;
	size_t i;
	enum err e = OK;

	r->done = 0;
	for (i = r->from; e == OK && i < r->events.count &&
	    i < r->from + RETAIN_STEP; i++) {
		/* It may have made a booking since it was found. */
		e = event_get_tx(c, db, r->events.rows[i].id, &ev);
		if (e != OK || ev == NULL || ev->booking != NULL)
			continue;
		e = redact_person(c, ev, NULL, &body);
		if (e == OK)
			e = event_erase_tx(c, db, ev->id, body);
		r->done += e == OK;
	}
	return e;
}

/* Looking keeps nobody from writing. */
static enum err
unrelated(struct ctx *c, struct retaining *r)
{
	enum err e = db_read(c, r->shop->db, find_unrelated_tx, r);

	r->looked = r->events.count;
	for (r->from = 0; e == OK && r->from < r->looked && !r->stopped;
	    r->from += RETAIN_STEP) {
		e = step(c, r, redact_unrelated_tx);
		if (e == OK)
			r->result.unrelated += r->done;
	}
	return e;
}

/* --- jobs --------------------------------------------------------------------- */

static enum err
jobs_tx(struct ctx *c, struct db *db, void *arg)
{
	struct retaining *r = arg;

	return job_fade_tx(c, db, r->before, &r->done);
}

static enum err
jobs(struct ctx *c, struct retaining *r)
{
	enum err e = step(c, r, jobs_tx);

	r->looked = e == OK ? (size_t)r->done : 0;
	r->result.jobs += (int64_t)r->looked;
	return e;
}

/* --- all of it ------------------------------------------------------------------ */

static const struct part {
	const char *key; /* of the config: days; 0: for ever */
	enum err (*some)(struct ctx *c, struct retaining *r);
	size_t batch; /* fewer were found than these: it was the last time */
} parts[] = {
	{ "RETAIN_PEOPLE_DAYS", people, BOOKING_BATCH },
	{ "RETAIN_UNRELATED_DAYS", unrelated, EVENT_BATCH },
	{ "RETAIN_JOB_DAYS", jobs, JOB_BATCH },
};

static enum err
run_part(struct ctx *c, struct retaining *r, const struct part *part)
{
	int64_t days = conf_number(r->shop->conf, part->key);
	struct ctx mine;
	enum err e = OK;

	if (days == 0)
		return OK;
	r->before = c->now - days * DAY;
	ctx_init(&mine);
	do {
		ctx_reset(&mine);
		mine.now = c->now;
		e = part->some(&mine, r);
	} while (e == OK && r->looked >= part->batch && !r->stopped);
	if (e != OK)
		e = ctx_fail(c, e, "%s", mine.why);
	ctx_free(&mine);
	return e;
}

enum err
retain_run(struct ctx *c, struct shop *shop, const struct retain_order *order,
    struct retain_result *ret)
{
	struct retaining r = { .shop = shop, .order = order };
	const struct retain_result *did = &r.result;
	enum err e = OK;

	if (order->place != NULL)
		r.at = *order->place;
	while (e == OK && r.at.part < COUNT(parts) && !r.stopped) {
		e = run_part(c, &r, &parts[r.at.part]);
		if (!r.stopped)
			r.at = (struct retain_place){ .part = r.at.part + 1 };
	}
	if (order->place != NULL)
		*order->place = r.stopped ? r.at : (struct retain_place){ 0 };
	/* Rewriting all of the file would keep writers waiting: what was
	 * overwritten is gone from it, and now from the log, too. */
	if (e == OK && did->people + did->unrelated + did->jobs > 0 &&
	    db_scrub(c, shop->db, 0) != OK)
		ctx_forgive(c);
	r.result.is_broken_off = r.stopped;
	*ret = r.result;
	return e;
}

/* --- whose turn it is ------------------------------------------------------------- */

static const char turn[] = "retain";

struct turning {
	struct mark mark;
	struct retain_place place;
	int taken;
};

static enum err
look_tx(struct ctx *c, struct db *db, void *arg)
{
	struct turning *t = arg;

	return mark_get_tx(c, db, turn, &t->mark);
}

/* The start, where nothing is noted that can be read. */
static struct retain_place
read_place(const char *note)
{
	struct retain_place place = { 0 };
	long long end;

	if (note == NULL || sscanf(note, "%u %lld %63s", &place.part, &end,
	    place.id) != 3)
		return (struct retain_place){ 0 };
	place.end = end;
	return place;
}

/* The place is for who takes the turn, and not for the turns after. */
static enum err
take_tx(struct ctx *c, struct db *db, void *arg)
{
	const struct mark begun = { .name = turn };
	struct turning *t = arg;
	enum err e;

	e = mark_get_tx(c, db, turn, &t->mark);
	if (e == OK)
		e = mark_take_tx(c, db, turn, c->now + DAY, &t->taken);
	if (e != OK || !t->taken)
		return e;
	t->place = read_place(t->mark.note);
	return t->mark.note == NULL ? OK : mark_set_tx(c, db, &begun);
}

enum err
retain_turn(struct ctx *c, struct shop *shop, struct retain_place *ret,
    int *ret_taken)
{
	struct turning t = { .taken = 0 };
	enum err e;

	*ret_taken = 0;
	/* A look costs nobody's turn to write. */
	e = db_read(c, shop->db, look_tx, &t);
	if (e != OK || (t.mark.at > c->now && t.mark.at <= c->now + DAY))
		return e;
	e = db_transaction(c, shop->db, take_tx, &t);
	if (e == OK) {
		*ret = t.place;
		*ret_taken = t.taken;
	}
	return e;
}

static enum err
go_on_tx(struct ctx *c, struct db *db, void *arg)
{
	const struct retain_place *place = arg;
	const struct mark m = { .name = turn, .note = arena_printf(c->mem,
	    "%u %lld %s", place->part, (long long)place->end,
	    *place->id == '\0' ? "-" : place->id) };
	enum err e;

	e = mark_set_tx(c, db, &m);
	return e == OK ? mark_hold_tx(c, db, turn, c->now) : e;
}

enum err
retain_go_on(struct ctx *c, struct shop *shop,
    const struct retain_place *place)
{
	return db_transaction(c, shop->db, go_on_tx, (void *)place);
}
