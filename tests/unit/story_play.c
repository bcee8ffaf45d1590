/* How a story begins, goes on, and ends. */
#include <inttypes.h>
#include <string.h>

#include "app/request.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "booking/audit.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/payment.h"
#include "booking/seat.h"
#include "booking/session_type.h"
#include "booking/settle.h"
#include "db/db.h"
#include "story.h"
#include "world.h"

enum { END_MAX = 1 << 16, LABEL_SIZE = 3, BOOKINGS_MAX = 100 };

/* --- what was there before ---------------------------------------------- */

/* A beginning is made of steps, each of which may be wrong. */
struct beginning {
	struct story *story;
	struct world *w;
};

static void
refuse(struct beginning *b, const struct story_step *step, const char *why)
{
	story_fault(b->story, step->line, "%s", why);
}

static void
set_clock(struct beginning *b, const struct story_step *step)
{
	b->w->c.now = story_moment(b->story, step->line, step->words[0]);
}

#define TYPE_FIELD(f) { #f, offsetof(struct session_type, f) }
static const struct {
	const char *name;
	size_t offset;
} type_fields[] = {
	TYPE_FIELD(amount),
	TYPE_FIELD(hold_minutes),
	TYPE_FIELD(auto_refund),
	TYPE_FIELD(late_hours),
};

static void
set_type_field(struct beginning *b, struct session_type *t,
    const struct story_field *f)
{
	int64_t number;
	size_t i = 0;

	if (strcmp(f->path, "policy") == 0) {
		t->policy = f->value;
		return;
	}
	if (strcmp(f->path, "currency") == 0) {
		t->currency = f->value;
		return;
	}
	while (i < COUNT(type_fields) &&
	    strcmp(type_fields[i].name, f->path) != 0)
		i++;
	if (i == COUNT(type_fields) ||
	    !text_number(f->value, strlen(f->value), &number))
		story_fault(b->story, f->line, "a type has no such %s",
		    f->path);
	else
		memcpy((char *)t + type_fields[i].offset, &number,
		    sizeof(number));
}

static void
set_type(struct beginning *b, const struct story_step *step)
{
	const struct session_type *old = NULL;
	struct session_type t;
	size_t i;

	if (step->words[0] == NULL ||
	    session_type_get_tx(&b->w->c, b->w->db, step->words[0],
		&old) != OK || old == NULL) {
		refuse(b, step, "there is no such type in the shop");
		return;
	}
	t = *old;
	for (i = 0; i < step->field_count; i++)
		set_type_field(b, &t, &step->fields[i]);
	if (session_type_set_tx(&b->w->c, b->w->db, &t) != OK)
		refuse(b, step, b->w->c.why);
}

/* Stripe's recorded booking, but made at Calendly, as the browser says. */
static void
claim(struct beginning *b, const struct story_step *step)
{
	struct seat_request rq = {
		.booking = WORLD_BOOKING,
		.event_type = "e7e70001-0000-4000-8000-000000000001",
		.name = "Ada",
		.email = "ada@example.com",
		.timezone = "Europe/Berlin",
	};
	struct booking *booking;

	rq.invitee = arena_printf(b->w->c.mem,
	    "1417e000-0000-4000-8000-0000000000%s", step->words[1]);
	rq.start_at = story_moment(b->story, step->line, step->words[2]);
	if (b->story->why == NULL &&
	    seat_claim_tx(&b->w->c, b->w->db, &rq, &booking) != OK)
		refuse(b, step, b->w->c.why);
}

static void
set_booking(struct beginning *b, const struct story_step *step)
{
	const char *word = step->words[0] == NULL ? "" : step->words[0];

	if (step->field_count > 0)
		refuse(b, step, "a booking has the fields of its type");
	else if (strcmp(word, "direct") == 0)
		world_open_story_booked(b->w);
	else if (strcmp(word, "claimed") == 0 && step->words[2] != NULL)
		claim(b, step);
	else
		refuse(b, step, "a booking is \"direct\" or \"claimed\", with "
		    "the invitee's two digits and the start");
}

/* The attempt before got no session, as far as we know. */
static void
make_attempt(struct beginning *b, const struct story_step *step)
{
	struct collect_plan plan = world_plan(b->w, WORLD_BOOKING,
	    step->words[0]);

	if (plan.step == COLLECT_SEND && plan.checkout->created_at <
	    b->w->c.now) {
		assert_int_equal(collect_refused_tx(&b->w->c, b->w->db,
		    plan.checkout->id, "never_made"), OK);
		plan = world_plan(b->w, WORLD_BOOKING, step->words[0]);
	}
	b->w->c.now += MINUTES(1);
	if (plan.step != COLLECT_SEND)
		refuse(b, step, "nothing is to be asked for");
}

static void
tell_before(struct beginning *b, const struct story_step *step)
{
	struct story_delivery d;

	story_deliver(b->story, step, &d);
	if (b->story->why == NULL && !story_tell(&b->w->c, b->w->db, &d))
		refuse(b, step, "the database was busy");
}

static void
nothing(struct beginning *b, const struct story_step *step)
{
	(void)b;
	(void)step;
}

void
story_begin(struct story *s, struct world *w)
{
	static const struct {
		const char *keyword;
		void (*make)(struct beginning *b,
		    const struct story_step *step);
	} makers[] = {
		{ "clock", set_clock },
		{ "type", set_type },
		{ "booking", set_booking },
		{ "attempt", make_attempt },
		{ "before", tell_before },
		{ "story", nothing },
		{ "told", nothing },
		{ "end", nothing },
	};
	struct beginning b = { s, w };
	size_t i, j;

	world_open_shop(w);
	for (i = 0; i < s->count && s->why == NULL; i++) {
		j = 0;
		while (strcmp(makers[j].keyword, s->steps[i].keyword) != 0)
			j++;
		makers[j].make(&b, &s->steps[i]);
	}
	w->c.now += HOURS(1);
}

/* A request, as its own door would take it in. */
static enum err
ask_tx(struct ctx *c, struct db *db, void *arg)
{
	const struct story_delivery *d = arg;
	struct request rq = { .source = d->source, .type = d->request,
		.object = WORLD_BOOKING };
	struct event_outcome outcome;
	struct cJSON *body;
	enum err e;

	rq.key = arena_printf(c->mem, "line %d", d->line);
	e = json_parse(c, d->body, strlen(d->body), &body);
	rq.body = body;
	return e != OK ? e : request_take_in_tx(c, db, &rq, &outcome);
}

enum err
story_take_in(struct ctx *c, struct db *db, const struct story_delivery *d)
{
	int64_t now = c->now;
	struct intake in;
	enum err e;

	if (d->clock != 0)
		c->now = d->clock;
	e = d->request == NULL
	    ? world_deliver(c, db, d->source, d->body, &in)
	    : db_transaction(c, db, ask_tx, (void *)d);
	c->now = now;
	return e;
}

int
story_tell(struct ctx *c, struct db *db, const struct story_delivery *d)
{
	enum err e = story_take_in(c, db, d);

	if (e != OK && e != E_BUSY)
		fail_msg("line %d: %s", d->line, c->why);
	ctx_forgive(c);
	return e == OK;
}

/* --- the end ------------------------------------------------------------- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *
story_sorted(struct ctx *c, const char *text)
{
	struct buf b = buf_make(c->mem, END_MAX);
	char *copy = arena_dup(c->mem, text), *lines[1000];
	size_t i, n = 0;

	for (; *copy != '\0' && n < COUNT(lines); copy += strlen(copy) + 1) {
		lines[n++] = copy;
		copy[strcspn(copy, "\n")] = '\0';
	}
	qsort(lines, n, sizeof(*lines), by_text);
	buf_text(&b, "");
	for (i = 0; i < n; i++)
		buf_printf(&b, "%s\n", lines[i]);
	return b.bytes;
}

/* The last digits of its invitee and a blank; nothing for ours. */
static const char *
label(struct ctx *c, const char *invitee)
{
	size_t len = invitee == NULL ? 0 : strlen(invitee);

	return len < 2 ? ""
		       : arena_printf(c->mem, "%s ", invitee + len - 2);
}

/* What has to go back of p: by itself, and by hand. */
static void
tell_return(struct world *w, struct buf *out, const struct status_facts *f,
    const struct payment *p)
{
	struct status_return r;
	struct status s;

	status_compute(f, &s);
	status_return(f, &s, p, &r);
	if (r.due > 0)
		buf_printf(out, "owed %" PRId64 " of %s%s%s\n", r.due, p->id,
		    r.due_at > 0 ? " from " : "",
		    r.due_at > 0 ? now_text(w->c.mem, r.due_at) : "");
	if (r.owed > r.due)
		buf_printf(out, "owed %" PRId64 " of %s by hand\n",
		    r.owed - r.due, p->id);
}

static void
tell_booking(struct world *w, struct buf *out, const struct booking *b)
{
	struct status_facts facts;
	struct status s;
	size_t i;

	assert_int_equal(settle_gather_tx(&w->c, w->db, b, &facts), OK);
	status_compute(&facts, &s);
	buf_printf(out, "booking %s%s %s captured %" PRId64 " refunded %"
	    PRId64 "%s\n", label(&w->c, b->invitee), b->status,
	    b->payment_status, s.captured, s.refunded,
	    b->contradiction == NULL ? "" : " contradicted");
	for (i = 0; i < facts.payment_count && b->moved_to == NULL; i++)
		tell_return(w, out, &facts, &facts.payments[i]);
}

/* Each of these answers whole lines, word by word. */
static const char *const sql_lines[] = {
	"SELECT 'counted', COALESCE(substr(invitee, length(invitee) - 1), ''),"
	" analytics.name"
	" FROM analytics, booking WHERE booking.id = analytics.booking",
	"SELECT 'job', kind, subject FROM job WHERE done_at = 0",
	"SELECT outcome, source, type, 'for', waits_for FROM event"
	" WHERE outcome = 'parked'",
	"SELECT outcome, source, type || ':', reason FROM event"
	" WHERE outcome IN ('failed', 'ignored')",
};

static void
tell_rows(struct world *w, struct buf *out, const char *sql)
{
	const struct db_rows rows = world_rows(w, sql);
	const char *word;
	size_t i;

	for (i = 0; i < rows.count * rows.columns; i++) {
		word = rows.values[i].string;
		if (!text_blank(word))
			buf_printf(out, "%s%s", i % rows.columns == 0 ? ""
								      : " ",
			    word);
		if ((i + 1) % rows.columns == 0)
			buf_text(out, "\n");
	}
}

static void
tell_findings(struct world *w, struct buf *out)
{
	struct audit *audit = arena_alloc(w->c.mem, sizeof(*audit));
	size_t i;

	assert_int_equal(audit_tx(&w->c, w->db, audit), OK);
	for (i = 0; i < audit->count; i++)
		buf_printf(out, "finding %s\n", audit->rows[i].words);
}

char *
story_end(struct world *w)
{
	const struct booking_filter all = { .limit = BOOKINGS_MAX };
	struct buf out = buf_make(w->c.mem, END_MAX);
	struct booking_list list;
	size_t i;

	buf_text(&out, "");
	assert_int_equal(booking_list_tx(&w->c, w->db, &all, &list), OK);
	for (i = 0; i < list.count; i++)
		tell_booking(w, &out, &list.rows[i]);
	for (i = 0; i < COUNT(sql_lines); i++)
		tell_rows(w, &out, sql_lines[i]);
	tell_findings(w, &out);
	return story_sorted(&w->c, world_undrawn(w, out.bytes));
}

/* "counted A B" counts both; "counted 07 A B" in the booking of 07. */
static void
expect_counted(struct ctx *c, struct buf *out, const char *names)
{
	const char *of = "";
	size_t len;

	for (; *names != '\0'; names += len + strspn(names + len, " \t")) {
		len = strcspn(names, " \t");
		if (len < LABEL_SIZE)
			of = arena_printf(c->mem, "%.*s ", (int)len, names);
		else
			buf_printf(out, "counted %s%.*s\n", of, (int)len,
			    names);
	}
}

char *
story_expected(struct story *s)
{
	struct buf out = buf_make(s->c->mem, END_MAX);
	size_t i;

	buf_text(&out, "");
	for (i = 0; i < s->count; i++) {
		const struct story_step *step = &s->steps[i];

		if (strcmp(step->keyword, "end") != 0 ||
		    strncmp(step->rest, "row ", 4) == 0)
			continue;
		if (strncmp(step->rest, "counted ", 8) == 0)
			expect_counted(s->c, &out, step->rest + 8);
		else
			buf_printf(&out, "%s\n", step->rest);
	}
	return story_sorted(s->c, out.bytes);
}
