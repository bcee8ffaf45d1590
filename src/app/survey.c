#include "app/survey.h"

#include <string.h>

#include "app/shop.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/attention.h"
#include "booking/booking.h"
#include "booking/mark.h"
#include "booking/takings.h"
#include "db/db.h"

/* Money is added up, and bookings are counted, once in so long. */
#define OFTEN (60 * NOW_SECOND)
#define SELDOM (300 * NOW_SECOND)

/* Bookings that are looked at in one transaction. */
enum { BATCH = 20 };

static const char often[] = "survey", seldom[] = "attention-survey";
static const char attention[] = "attention";

struct survey {
	struct shop *shop;
	survey_between *between;
	void *arg;
	struct ctx step;   /* of one transaction */
	struct db_rows ids; /* that are to be looked at */
	size_t from;       /* the first of this transaction */
	int64_t found;     /* that need a person */
	int64_t of_step;   /* the same, in this transaction */
	int stopped, more;
};

struct turn {
	const char *name;
	int64_t pause;
	struct mark mark;
	int taken;
};

static enum err
look_tx(struct ctx *c, struct db *db, void *arg)
{
	struct turn *t = arg;

	return mark_get_tx(c, db, t->name, &t->mark);
}

static enum err
take_tx(struct ctx *c, struct db *db, void *arg)
{
	struct turn *t = arg;

	return mark_take_tx(c, db, t->name, c->now + t->pause, &t->taken);
}

/* A look costs nobody's turn to write. */
static enum err
take_turn(struct ctx *c, struct db *db, struct turn *t)
{
	enum err e;

	e = db_read(c, db, look_tx, t);
	if (e != OK ||
	    (t->mark.at > c->now && t->mark.at <= c->now + t->pause))
		return e;
	return db_transaction(c, db, take_tx, t);
}

/* A step is over; what waits goes first. */
static int
goes_on(struct survey *s)
{
	if (!s->stopped && s->between != NULL)
		s->stopped = s->between(s->arg) != 0;
	ctx_reset(&s->step);
	return !s->stopped;
}

/* --- money ---------------------------------------------------------------- */

static enum err
add_tx(struct ctx *c, struct db *db, void *arg)
{
	struct survey *s = arg;

	return takings_add_tx(c, db, &s->more);
}

static enum err
add_up(struct survey *s)
{
	enum err e;

	do {
		e = db_transaction(&s->step, s->shop->db, add_tx, s);
	} while (e == OK && goes_on(s) && s->more);
	return e;
}

/* --- bookings that a person has to see to ------------------------------------ */

static enum err
find_tx(struct ctx *c, struct db *db, void *arg)
{
	struct survey *s = arg;

	return booking_suspect_ids_tx(c, db, &s->ids);
}

static enum err
count_tx(struct ctx *c, struct db *db, void *arg)
{
	struct survey *s = arg;
	int needed;
	size_t i;
	enum err e = OK;

	s->of_step = 0;
	for (i = s->from; e == OK && i < s->ids.count && i < s->from + BATCH;
	    i++) {
		e = attention_needed_tx(c, db, s->ids.values[i].string,
		    &needed);
		s->of_step += needed;
	}
	return e;
}

static enum err
note_tx(struct ctx *c, struct db *db, void *arg)
{
	const struct survey *s = arg;
	const struct mark m = { .name = attention, .at = c->now,
		.note = arena_printf(c->mem, "%lld", (long long)s->found) };

	return mark_set_tx(c, db, &m);
}

static enum err
count(struct ctx *c, struct survey *s)
{
	enum err e;

	e = db_read(c, s->shop->db, find_tx, s);
	for (; e == OK && !s->stopped && s->from < s->ids.count;
	    s->from += BATCH) {
		e = db_read(&s->step, s->shop->db, count_tx, s);
		s->found += s->of_step;
		goes_on(s);
	}
	if (e != OK || s->stopped)
		return e;
	return db_transaction(&s->step, s->shop->db, note_tx, s);
}

/* --------------------------------------------------------------------------- */

enum err
survey_run(struct ctx *c, struct shop *shop, survey_between *between,
    void *arg)
{
	struct survey s = { .shop = shop, .between = between, .arg = arg };
	struct turn money = { .name = often, .pause = OFTEN };
	struct turn people = { .name = seldom, .pause = SELDOM };
	enum err e;

	e = take_turn(c, shop->db, &money);
	if (e == OK && money.taken)
		e = take_turn(c, shop->db, &people);
	if (e != OK || !money.taken)
		return e;
	ctx_init(&s.step);
	e = add_up(&s);
	if (e == OK && !s.stopped && people.taken)
		e = count(c, &s);
	if (e != OK)
		e = ctx_fail(c, e, "%s", s.step.why != NULL ? s.step.why
		    : err_words(e));
	ctx_free(&s.step);
	return e;
}

int64_t
survey_attention(const struct mark_list *marks, int64_t *ret_at)
{
	int64_t n = 0;
	size_t i;

	*ret_at = 0;
	for (i = 0; i < marks->count; i++) {
		const struct mark *m = &marks->rows[i];

		if (strcmp(m->name, attention) == 0 && m->note != NULL &&
		    text_number(m->note, strlen(m->note), &n))
			*ret_at = m->at;
	}
	return n;
}
