#include "admin/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "booking/event.h"
#include "booking/history.h"
#include "booking/job.h"

/* More of one booking nobody reads; the newest are shown. */
enum { EVENTS_MAX = 1000 };

static void
add(struct ctx *c, struct timeline *t, struct timeline_entry entry)
{
	struct timeline_entry *rows;

	if (t->count == t->room) {
		t->room = t->room * 2 + 16;
		rows = arena_alloc(c->mem, t->room * sizeof(*rows));
		if (t->count > 0)
			memcpy(rows, t->rows, t->count * sizeof(*rows));
		t->rows = rows;
	}
	t->rows[t->count++] = entry;
}

/* Behind the prefix an id is the time and a number that counts up, so what one
 * delivery brought stays in its order. */
static const char *
behind_prefix(const char *id)
{
	const char *at = strchr(id, '_');

	return at == NULL ? id : at + 1;
}

static void
add_events(struct ctx *c, const struct event_list *list, const char *booking,
    struct timeline *t)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct event *ev = &list->rows[i];

		add(c, t, (struct timeline_entry){
			.order = behind_prefix(ev->id),
			.at = ev->received_at,
			.kind = "event",
			.who = ev->source,
			.what = ev->type,
			.outcome = ev->outcome,
			.why = ev->reason,
			.id = ev->id,
			.booking = booking,
		});
	}
}

static void
add_history(struct ctx *c, const struct history_list *list,
    struct timeline *t)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct history *h = &list->rows[i];

		add(c, t, (struct timeline_entry){
			.order = behind_prefix(h->id),
			.at = h->at,
			.kind = "history",
			.who = h->who,
			.what = h->what,
			.why = h->why,
			.id = h->event,
			.booking = h->booking,
		});
	}
}

static void
add_job(struct ctx *c, const struct job *job, const char *what, int64_t at,
    const char *why, struct timeline *t)
{
	if (at == 0)
		return;
	add(c, t, (struct timeline_entry){
		/* Behind all that happened in the same moment. */
		.order = arena_printf(c->mem, "%014llxz",
		    (unsigned long long)at),
		.at = at,
		.kind = "job",
		.who = "worker",
		.what = arena_printf(c->mem, "%s %s", job->kind, what),
		.why = why,
		.id = job->id,
		.booking = job->booking,
	});
}

static void
add_jobs(struct ctx *c, const struct job_list *list, struct timeline *t)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct job *job = &list->rows[i];

		add_job(c, job, "asked for", job->created_at, job->subject, t);
		add_job(c, job, "done", job->done_at, NULL, t);
		add_job(c, job, "given up", job->dead_at, job->last_error, t);
	}
}

enum err
timeline_add_tx(struct ctx *c, struct db *db, const char *booking,
    struct timeline *to)
{
	struct event_list events, parked;
	struct history_list history;
	struct job_list jobs;
	enum err e;

	e = event_list_tx(c, db, booking, EVENTS_MAX, &events);
	if (e == OK)
		e = event_waiting_tx(c, db, arena_printf(c->mem, "checkout:%s",
		    booking), "", &parked);
	if (e == OK)
		e = history_list_tx(c, db, booking, &history);
	if (e == OK)
		e = job_of_booking_tx(c, db, booking, &jobs);
	if (e != OK)
		return e;
	add_events(c, &events, booking, to);
	add_events(c, &parked, booking, to);
	add_history(c, &history, to);
	add_jobs(c, &jobs, to);
	return OK;
}

static int
by_order(const void *a, const void *b)
{
	const struct timeline_entry *x = a, *y = b;

	return strcmp(x->order, y->order);
}

/*
 * What an event brought at once stands right behind it; the event's id can be
 * later than the clock said.
 */
static void
put_behind_event(struct ctx *c, const struct timeline *t,
    struct timeline_entry *h)
{
	size_t i;

	for (i = 0; i < t->count; i++) {
		const struct timeline_entry *ev = &t->rows[i];

		if (strcmp(ev->kind, "event") == 0 && ev->at == h->at &&
		    text_same(ev->id, h->id))
			h->order = arena_printf(c->mem, "%s%s", ev->order,
			    h->order);
	}
}

void
timeline_sort(struct ctx *c, struct timeline *t)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		if (strcmp(t->rows[i].kind, "history") == 0)
			put_behind_event(c, t, &t->rows[i]);
	if (t->count > 1)
		qsort(t->rows, t->count, sizeof(*t->rows), by_order);
}
