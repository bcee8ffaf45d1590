#include "world.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/checkout.h"
#include "booking/seat.h"
#include "booking/session_type.h"
#include "db/db.h"
#include "db/migrate.h"
#include "sample.h"

enum { DUMP_MAX = 1 << 20, LINES_MAX = 1000, PATH_PART_MAX = 64 };

/* --- worlds -------------------------------------------------------------- */

int
world_new(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	int applied;

	assert_non_null(w);
	ctx_init(&w->c);
	w->c.now = WORLD_NOW;
	assert_int_equal(db_open(&w->c, "sqlite::memory:", 1, &w->db), OK);
	assert_int_equal(migrate_run(&w->c, w->db, &applied), OK);
	*state = w;
	return 0;
}

int
world_free(void **state)
{
	struct world *w = *state;

	db_free(w->db);
	ctx_free(&w->c);
	free(w);
	return 0;
}

void
world_clear(struct world *w)
{
	static const char empty[] =
		"DELETE FROM history; DELETE FROM analytics;"
		"DELETE FROM dispute; DELETE FROM refund; DELETE FROM payment;"
		"DELETE FROM checkout; DELETE FROM booking;"
		"DELETE FROM event; DELETE FROM job;"
		"DELETE FROM session_type; DELETE FROM builder_user;"
		"DELETE FROM builder;";

	assert_int_equal(db_script(&w->c, w->db, empty), OK);
	ctx_reset(&w->c);
	w->c.now = WORLD_NOW;
}

int
world_new_shop(void **state)
{
	world_new(state);
	world_open_shop(*state);
	return 0;
}

#define TYPE "e7e70001-0000-4000-8000-00000000000"

static const struct session_type types[] = {
	{ .id = "strategy", .calendly_type = TYPE "1", .amount = 15000 },
	{ .id = "group", .calendly_type = TYPE "2", .amount = 5000 },
	{ .id = "panel", .calendly_type = TYPE "3", .amount = 15000 },
	{ .id = "round", .calendly_type = TYPE "4", .amount = 15000 },
	{ .id = "direct", .direct = 1, .amount = 15000,
	    .hours = "mon-fri 09:00-17:00", .notice_minutes = 120 },
	{ .id = "free", .direct = 1 },
	{ .id = "members", .direct = 1, .amount = 15000, .requires_auth = 1 },
	{ .id = "retired", .direct = 1, .amount = 15000 },
};

void
world_open_shop(struct world *w)
{
	const struct builder robin = {
		.id = "robin",
		.name = "Robin Coach",
		.timezone = "America/New_York",
		.calendly_user = "https://api.calendly.com/users/"
				 "00000000-0000-4000-8000-000000000101",
		.created_at = w->c.now,
	};
	size_t i;

	assert_int_equal(builder_set_tx(&w->c, w->db, &robin), OK);
	assert_int_equal(builder_add_user_tx(&w->c, w->db, "robin",
	    "u-robin"), OK);
	for (i = 0; i < COUNT(types); i++) {
		struct session_type t = types[i];

		t.builder = "robin";
		t.title = t.id;
		t.minutes = 60;
		t.currency = "usd";
		t.horizon_days = 60;
		t.hold_minutes = 60;
		t.policy = "24:100 12:50";
		t.active = strcmp(t.id, "retired") != 0;
		t.created_at = w->c.now;
		assert_int_equal(session_type_set_tx(&w->c, w->db, &t), OK);
	}
}

const char *
world_id(struct world *w, int n)
{
	return arena_printf(w->c.mem, "bk_%032d", n);
}

int64_t
world_slot(int day, int hour_utc)
{
	return WORLD_NOW + DAYS(day) + HOURS(hour_utc - 14);
}

struct seat_request
world_request(struct world *w, int n, int64_t start)
{
	return (struct seat_request){
		.booking = world_id(w, n),
		.session_type = "direct",
		.start_at = start,
		.name = "Ada Client",
		.email = "ada@example.com",
		.timezone = "Europe/Berlin",
	};
}

struct booking *
world_book(struct world *w, int n, int64_t start)
{
	const struct seat_request rq = world_request(w, n, start);
	struct booking *b;

	assert_int_equal(seat_request_tx(&w->c, w->db, &rq, &b), OK);
	return b;
}

struct booking *
world_booking(struct world *w, const char *id)
{
	struct booking *b;

	assert_int_equal(booking_get_tx(&w->c, w->db, id, &b), OK);
	assert_non_null(b);
	return b;
}

struct checkout *
world_checkout(struct world *w, const char *id)
{
	struct checkout *co;

	assert_int_equal(checkout_get_tx(&w->c, w->db, id, &co), OK);
	assert_non_null(co);
	return co;
}

/* Like the real one: half an hour at least, and as long as the hold. */
static void
compose(struct ctx *c, struct collect_draft *draft, const void *arg)
{
	int64_t shortest = c->now + MINUTES(31);

	draft->body = arena_printf(c->mem, "body of %s%s%s", draft->checkout,
	    arg == NULL ? "" : " with ",
	    arg == NULL ? "" : (const char *)arg);
	draft->expires_at =
	    draft->hold_at > shortest ? draft->hold_at : shortest;
}

enum err
world_try_plan(struct world *w, const char *booking,
    const char *promotion_code, struct collect_plan *ret)
{
	const struct collect_terms terms = { booking, promotion_code, compose,
		promotion_code };

	return collect_plan_tx(&w->c, w->db, &terms, ret);
}

struct collect_plan
world_plan(struct world *w, const char *booking, const char *promotion_code)
{
	struct collect_plan plan;
	enum err e = world_try_plan(w, booking, promotion_code, &plan);

	if (e != OK)
		fail_msg("no plan: %s", w->c.why);
	return plan;
}

/* --- Stripe's recorded story --------------------------------------------- */

void
world_open_story_asked(struct world *w)
{
	const struct booking b = {
		.id = WORLD_BOOKING,
		.builder = "robin",
		.session_type = "strategy",
		.name = "Ada Client",
		.email = "ada@example.com",
		.timezone = "America/New_York",
		.start_at = world_slot(8, 15),
		.end_at = world_slot(8, 16),
		.source = "direct",
		.amount = 15000,
		.currency = "usd",
		.policy = "",
		.created_at = w->c.now,
		.hold_at = w->c.now + HOURS(1),
		.status = "PENDING",
		.payment_status = "UNPAID",
		.updated_at = w->c.now,
	};

	assert_int_equal(booking_add_tx(&w->c, w->db, &b), OK);
	assert_string_equal(world_plan(w, WORLD_BOOKING, NULL).checkout->id,
	    WORLD_CHECKOUT);
}

/* The story's session as an API answer. */
static char *
story_session(struct world *w, const char *intent)
{
	struct ctx *c = &w->c;
	char *body = world_part(c, world_file(w,
	    "stripe/events/checkout.session.completed"), "data.object");

	body = world_edit(c, body, "status", "\"open\"");
	body = world_edit(c, body, "payment_status", "\"unpaid\"");
	body = world_edit(c, body, "payment_intent", intent);
	body = world_edit(c, body, "url", "\"https://checkout.stripe.com/c\"");
	return world_edit(c, body, "metadata.checkoutId",
	    "\"" WORLD_CHECKOUT "\"");
}

void
world_open_story(struct world *w)
{
	world_open_story_asked(w);
	assert_string_equal(world_tell(w, "stripe-api",
	    story_session(w, "null")).outcome.word, "applied");
}

void
world_start_paying(struct world *w)
{
	assert_string_equal(world_tell(w, "stripe-api",
	    story_session(w, "\"" WORLD_INTENT "\"")).outcome.word, "applied");
}

const char *
world_status(struct world *w)
{
	const struct booking *b = world_booking(w, WORLD_BOOKING);

	return arena_printf(w->c.mem, "%s %s", b->status, b->payment_status);
}

/* --- what providers say -------------------------------------------------- */

char *
world_file(struct world *w, const char *path)
{
	return sample_bytes(&w->c, arena_printf(w->c.mem,
	    "tests/contract/%s.json", path), NULL);
}

/* The object that holds the last part of path; that part is *ret_key. */
static cJSON *
holder(cJSON *o, const char *path, char ret_key[PATH_PART_MAX])
{
	size_t len;

	for (;; path += len + 1) {
		len = strcspn(path, ".");
		snprintf(ret_key, PATH_PART_MAX, "%.*s", (int)len, path);
		if (path[len] == '\0')
			return o;
		o = cJSON_GetObjectItemCaseSensitive(o, ret_key);
		assert_non_null(o);
	}
}

static cJSON *
parsed(struct ctx *c, const char *body)
{
	cJSON *o;

	assert_int_equal(json_parse(c, body, strlen(body), &o), OK);
	return o;
}

char *
world_edit(struct ctx *c, const char *body, const char *path,
    const char *value)
{
	char key[PATH_PART_MAX];
	cJSON *o = parsed(c, body), *in = holder(o, path, key);

	cJSON_DeleteItemFromObjectCaseSensitive(in, key);
	if (value != NULL)
		json_set_copy(in, key, parsed(c, value));
	return json_print(c, o);
}

char *
world_part(struct ctx *c, const char *body, const char *path)
{
	char key[PATH_PART_MAX];

	return json_print(c, json_get(holder(parsed(c, body), path, key),
	    key));
}

struct intake
world_tell(struct world *w, const char *source, const char *body)
{
	static const struct {
		const char *source;
		enum err (*take_in)(struct ctx *c, struct db *db,
		    const char *body, size_t len, struct intake *ret);
	} doors[] = {
		{ "stripe", intake_stripe },
		{ "stripe-api", intake_stripe_answer },
		{ "calendly", intake_calendly },
		{ "calendly-api", intake_calendly_read },
	};
	struct intake in;
	size_t i = 0;

	while (strcmp(doors[i].source, source) != 0)
		i++;
	if (doors[i].take_in(&w->c, w->db, body, strlen(body), &in) != OK)
		fail_msg("%s: %s", source, w->c.why);
	ctx_forgive(&w->c);
	return in;
}

/* --- comparing ----------------------------------------------------------- */

/* The first column names the table.  Times of arrival are left out. */
static const char *const dumps[] = {
	"SELECT 'booking', id, builder, session_type, client, name, email,"
	" timezone, start_at, end_at, source, invitee, invitee_uri,"
	" calendly_event, told_at, contradiction, amount, currency, policy,"
	" auto_refund, late_hours, asked_cancel_at, asked_cancel_by,"
	" asked_cancel_reason, told_cancel_at, told_cancel_by,"
	" told_cancel_reason, cancelled_at, cancelled_by, cancel_reason,"
	" refund_goal, refund_asked_by, refund_reason, moved_to, moved_from,"
	" no_show, no_show_at, status, payment_status FROM booking",
	"SELECT 'checkout', id, booking, attempt, body, promotion_code,"
	" session, status, payment_status, amount, subtotal, currency, url,"
	" payment, refusal, expires_at FROM checkout",
	"SELECT 'payment', id, booking, checkout, received, currency, charge,"
	" charge_refunded, paid_at, failure, failed_at FROM payment",
	"SELECT 'refund', id, payment, amount, currency, status, reason,"
	" failure, asked_by, created_at FROM refund",
	"SELECT 'dispute', id, payment, amount, currency, status, told_at,"
	" reason, due_at, created_at FROM dispute",
	"SELECT 'event', source, dedupe_key, outcome, waits_for, booking"
	" FROM event",
	"SELECT 'job', id, kind, booking, subject, attempts, done_at FROM job",
	"SELECT 'analytics', id, name, booking, session_type, builder, amount,"
	" currency FROM analytics",
};
static const char sql_drawn[] =
	"SELECT id, invitee FROM booking WHERE invitee IS NOT NULL";

static char *
line_of(struct world *w, const struct db_value *row, size_t columns)
{
	struct buf b = buf_make(w->c.mem, DUMP_MAX);
	size_t i;

	for (i = 0; i < columns; i++) {
		if (row[i].type == DB_INTEGER)
			buf_printf(&b, " %lld", (long long)row[i].integer);
		else
			buf_printf(&b, " %s", row[i].type == DB_NULL
			    ? "-" : row[i].string);
	}
	return b.bytes + 1;
}

/* text with each `from` replaced by `to`. */
static char *
replace(struct world *w, const char *text, const char *from, const char *to)
{
	struct buf b = buf_make(w->c.mem, DUMP_MAX);
	const char *at;

	for (; (at = strstr(text, from)) != NULL; text = at + strlen(from))
		buf_printf(&b, "%.*s%s", (int)(at - text), text, to);
	buf_text(&b, text);
	return b.bytes;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct db_rows
query(struct world *w, const char *sql)
{
	struct db_rows rows;

	if (db_query(&w->c, w->db, sql, &rows, NULL, 0) != OK)
		fail_msg("%s", w->c.why);
	return rows;
}

char *
world_dump(struct world *w)
{
	struct buf b = buf_make(w->c.mem, DUMP_MAX);
	struct db_rows drawn = query(w, sql_drawn), rows;
	char *lines[LINES_MAX];
	size_t i, j, n = 0;

	for (i = 0; i < COUNT(dumps); i++) {
		rows = query(w, dumps[i]);
		for (j = 0; j < rows.count; j++) {
			assert_true(n < LINES_MAX);
			lines[n++] = line_of(w,
			    rows.values + j * rows.columns, rows.columns);
		}
	}
	for (i = 0; i < n; i++)
		for (j = 0; j < drawn.count; j++)
			lines[i] = replace(w, lines[i],
			    drawn.values[2 * j].string,
			    drawn.values[2 * j + 1].string);
	qsort(lines, n, sizeof(*lines), by_text);
	for (i = 0; i < n; i++)
		buf_printf(&b, "%s\n", lines[i]);
	return n == 0 ? arena_dup(w->c.mem, "") : b.bytes;
}

void
world_same(const char *a, const char *b, const char *what)
{
	const char *line_a = a, *line_b = b;
	size_t i;

	for (i = 0; a[i] != '\0' && a[i] == b[i]; i++)
		if (a[i] == '\n') {
			line_a = a + i + 1;
			line_b = b + i + 1;
		}
	if (a[i] != b[i])
		fail_msg("%s differs:\n%.*s\n%.*s", what,
		    (int)strcspn(line_a, "\n"), line_a,
		    (int)strcspn(line_b, "\n"), line_b);
}

int64_t
world_count(struct world *w, const char *sql)
{
	return query(w, sql).values[0].integer;
}

int
world_has(struct world *w, const char *line)
{
	const char *dump = world_dump(w);

	return strncmp(dump, line, strlen(line)) == 0 ||
	    strstr(dump, arena_printf(w->c.mem, "\n%s", line)) != NULL;
}
