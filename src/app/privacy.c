#include "app/privacy.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/mention.h"
#include "app/privacy_part.h"
#include "app/redact.h"
#include "app/request.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/erase.h"
#include "booking/event.h"
#include "booking/job.h"
#include "db/db.h"

/* --- who it is ------------------------------------------------------------ */

static enum err
add(struct ctx *c, struct privacy_set *set, struct booking *b)
{
	size_t i;

	for (i = 0; b != NULL && i < set->count; i++)
		if (strcmp(set->bookings[i]->id, b->id) == 0)
			return OK;
	if (b == NULL || b->erased_at > 0)
		return OK;
	if (set->count == PRIVACY_BOOKINGS_MAX)
		return ctx_fail(c, E_CONFLICT, "more than %d bookings",
		    PRIVACY_BOOKINGS_MAX);
	set->bookings[set->count++] = b;
	return OK;
}

static enum err
add_named(struct ctx *c, struct db *db, struct privacy_set *set,
    const char *name)
{
	struct booking *b;
	enum err e;

	if (name == NULL)
		return OK;
	e = booking_find_tx(c, db, name, &b);
	return e == OK ? add(c, set, b) : e;
}

/* Both ends of a move are the same seat, whatever address was typed. */
static enum err
add_chains(struct ctx *c, struct db *db, struct privacy_set *set)
{
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < set->count; i++) {
		e = add_named(c, db, set, set->bookings[i]->moved_from);
		if (e == OK)
			e = add_named(c, db, set, set->bookings[i]->moved_to);
	}
	return e;
}

enum err
privacy_find_tx(struct ctx *c, struct db *db, const char *email,
    struct privacy_set *ret)
{
	struct booking_list list;
	size_t i;
	enum err e;

	ret->count = 0;
	e = booking_of_email_tx(c, db, email, &list);
	for (i = 0; e == OK && i < list.count; i++)
		e = add(c, ret, (struct booking *)&list.rows[i]);
	return e == OK ? add_chains(c, db, ret) : e;
}

/* --- bookings ------------------------------------------------------------- */

/* One batch of a booking's events; *after moves behind it, and is empty
 * behind the last. */
static enum err
redact_batch(struct ctx *c, struct db *db, const char *booking, char *after,
    int64_t *count)
{
	struct event_list list;
	const char *body;
	size_t i;
	enum err e;

	e = event_bodies_tx(c, db, booking, after, &list);
	for (i = 0; e == OK && i < list.count; i++) {
		e = redact_person(c, &list.rows[i], booking, &body);
		if (e == OK)
			e = event_erase_tx(c, db, list.rows[i].id, body);
	}
	if (e != OK)
		return e;
	*count += (int64_t)list.count;
	snprintf(after, EVENT_ID_SIZE, "%s",
	    list.count < EVENT_BATCH ? "" : list.rows[i - 1].id);
	return OK;
}

static enum err
redact_events(struct ctx *c, struct db *db, const char *booking,
    int64_t *count)
{
	char after[EVENT_ID_SIZE] = "";
	struct ctx mine;
	enum err e;

	ctx_init(&mine);
	do {
		ctx_reset(&mine);
		mine.now = c->now;
		e = redact_batch(&mine, db, booking, after, count);
	} while (e == OK && *after != '\0');
	if (e != OK)
		e = ctx_fail(c, e, "%s", mine.why);
	ctx_free(&mine);
	return e;
}

/* The events first: what is asked for now is about nobody. */
static enum err
forget(struct ctx *c, struct db *db, const struct booking *b,
    const char *source, int64_t *count)
{
	struct cJSON *body = json_object(c);
	struct event_outcome outcome;
	enum err e;

	json_set_int(body, "serial", b->link_serial + 1);
	e = redact_events(c, db, b->id, count);
	return e != OK ? e : request_take_in_tx(c, db, &(const struct request){
		.source = source,
		.type = "booking.erase",
		.key = NULL,
		.object = b->id,
		.body = body,
	}, &outcome);
}

static enum err
forget_all(struct ctx *c, struct db *db, const struct privacy_set *set,
    const char *source, int64_t *count)
{
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < set->count; i++)
		e = forget(c, db, set->bookings[i], source, count);
	return e;
}

static enum err
look_for_hindrances(struct ctx *c, struct db *db,
    const struct privacy_set *set, struct privacy_erased *ret)
{
	struct erase_hindrance h;
	size_t i, k;
	enum err e = OK;

	for (i = 0; e == OK && i < set->count; i++) {
		e = erase_hindrance_tx(c, db, set->bookings[i]->id, &h);
		for (k = 0; e == OK && k < h.count &&
		    ret->count < PRIVACY_WHY_MAX; k++)
			ret->hindrances[ret->count++] =
			    (struct privacy_hindrance){
				set->bookings[i]->id, h.why[k] };
	}
	return e;
}

enum err
privacy_forget_booking_tx(struct ctx *c, struct db *db, const char *booking,
    int64_t before, int *ret_done)
{
	struct privacy_set *set = arena_alloc(c->mem, sizeof(*set));
	struct privacy_erased erased = { 0 };
	size_t i;
	enum err e;

	*ret_done = 0;
	e = add_named(c, db, set, booking);
	if (e == OK)
		e = add_chains(c, db, set);
	for (i = 0; e == OK && i < set->count; i++)
		if (set->bookings[i]->end_at > before)
			return OK;
	if (e == OK)
		e = look_for_hindrances(c, db, set, &erased);
	if (e != OK || erased.count > 0)
		return e;
	*ret_done = set->count > 0;
	return forget_all(c, db, set, REQUEST_SYSTEM, &erased.events);
}

/* --- the person ------------------------------------------------------------ */

struct erasing {
	const struct privacy_order *order;
	struct privacy_erased result;
	struct event_search search; /* after the last mention that was seen */
	char after[EVENT_ID_SIZE];
	struct event_list mentions;
	int more; /* of them, behind these */
};

/* Whoever moved a seat may have typed another one then. */
static void
put_addresses(struct cJSON *to, const struct privacy_set *set,
    const char *email)
{
	size_t i, k;

	json_push_text(to, email);
	for (i = 0; i < set->count; i++) {
		for (k = 0; k < i && strcasecmp(set->bookings[k]->email,
		    set->bookings[i]->email) != 0; k++)
			;
		if (k == i && strcasecmp(set->bookings[i]->email, email) != 0)
			json_push_text(to, set->bookings[i]->email);
	}
}

/* The addresses stay in the job, and nowhere else, until Calendly has them. */
static enum err
ask_calendly(struct ctx *c, struct db *db, const struct privacy_set *set,
    struct erasing *er)
{
	struct cJSON *body = json_object(c);
	struct job job = { .kind = "calendly-forget" };
	int changed;
	size_t i;

	for (i = 0; i < set->count; i++)
		if (strcmp(set->bookings[i]->source, "calendly") == 0)
			job.booking = set->bookings[i]->id;
	if (job.booking == NULL || !er->order->has_calendly)
		return OK;
	put_addresses(json_set_array(body, "emails"), set, er->order->email);
	job.subject = job.booking;
	job.call_body = json_print(c, body);
	er->result.asks_calendly = 1;
	return job_settle_tx(c, db, &job, 1, &changed);
}

static enum err
erase_tx(struct ctx *c, struct db *db, void *arg)
{
	struct privacy_set *set = arena_alloc(c->mem, sizeof(*set));
	struct erasing *er = arg;
	enum err e;

	er->result = (struct privacy_erased){ 0 };
	e = privacy_find_tx(c, db, er->order->email, set);
	if (e == OK)
		e = look_for_hindrances(c, db, set, &er->result);
	if (e != OK || er->result.count > 0)
		return e;
	er->result.bookings = (int64_t)set->count;
	if (er->order->dry_run)
		return OK;
	e = forget_all(c, db, set, REQUEST_ADMIN, &er->result.events);
	return e == OK ? ask_calendly(c, db, set, er) : e;
}

/* --- elsewhere -------------------------------------------------------------- */

static enum err
find_mentions_tx(struct ctx *c, struct db *db, void *arg)
{
	struct erasing *er = arg;

	er->search.after = er->after;
	return mention_page_tx(c, db, &er->search, &er->mentions, &er->more);
}

/* Who books again meanwhile is somebody new. */
static enum err
is_theirs_again(struct ctx *c, struct db *db, const struct event *ev,
    const char *email, int *ret)
{
	struct booking *b = NULL;
	enum err e = OK;

	if (ev->booking != NULL)
		e = booking_get_tx(c, db, ev->booking, &b);
	if (e == OK)
		*ret = b != NULL && strcasecmp(b->email, email) == 0;
	return e;
}

static enum err
redact_one_mention(struct ctx *c, struct db *db, const char *id,
    const char *email)
{
	const struct event *ev;
	const char *body;
	int again = 0;
	enum err e;

	/* It may have made a booking since it was found. */
	e = event_get_tx(c, db, id, &ev);
	if (e == OK && ev != NULL)
		e = is_theirs_again(c, db, ev, email, &again);
	if (e != OK || ev == NULL || again)
		return e;
	e = ev->booking == NULL ? redact_person(c, ev, NULL, &body)
				: redact_mention(c, ev, email, &body);
	if (e == OK && !text_same(body, ev->body))
		e = event_erase_tx(c, db, ev->id, body);
	return e;
}

static enum err
redact_mentions_tx(struct ctx *c, struct db *db, void *arg)
{
	struct erasing *er = arg;
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < er->mentions.count; i++)
		e = redact_one_mention(c, db, er->mentions.rows[i].id,
		    er->order->email);
	return e;
}

/* A search through all bodies keeps nobody from writing. */
static enum err
one_page_of_mentions(struct ctx *c, struct db *db, struct erasing *er)
{
	enum err e;

	e = db_read(c, db, find_mentions_tx, er);
	if (e == OK && er->mentions.count > 0 && !er->order->dry_run)
		e = db_transaction(c, db, redact_mentions_tx, er);
	if (e == OK && er->more)
		snprintf(er->after, sizeof(er->after), "%s", er->search.after);
	return e;
}

static enum err
erase_mentions(struct ctx *c, struct db *db, struct erasing *er)
{
	struct ctx mine;
	enum err e;

	mention_search(c, er->order->email, &er->search);
	ctx_init(&mine);
	do {
		ctx_reset(&mine);
		mine.now = c->now;
		e = one_page_of_mentions(&mine, db, er);
		er->result.events += (int64_t)er->mentions.count;
	} while (e == OK && er->more);
	if (e != OK)
		e = ctx_fail(c, e, "%s", mine.why);
	ctx_free(&mine);
	return e;
}

enum err
privacy_erase(struct ctx *c, struct db *db, const struct privacy_order *order,
    struct privacy_erased *ret)
{
	struct erasing er = { .order = order };
	enum err e;

	e = order->dry_run ? db_read(c, db, erase_tx, &er)
			   : db_transaction(c, db, erase_tx, &er);
	if (e == OK && er.result.count == 0)
		e = erase_mentions(c, db, &er);
	if (e == OK && er.result.count == 0 && er.result.bookings == 0 &&
	    er.result.events == 0)
		e = ctx_fail(c, E_NOTFOUND, "nobody here has that address");
	if (e == OK)
		*ret = er.result;
	return e;
}
