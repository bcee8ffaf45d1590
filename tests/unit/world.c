#include "world.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/checkout.h"
#include "booking/history.h"
#include "booking/payment.h"
#include "booking/seat.h"
#include "booking/session_type.h"
#include "booking/settle.h"
#include "db/db.h"
#include "db/migrate.h"
#include "place.h"
#include "sample.h"

enum { DUMP_MAX = 1 << 20, LINES_MAX = 1000, PATH_PART_MAX = 64,
	STATEMENT_MAX = 2048 };

/* --- worlds -------------------------------------------------------------- */

struct world *
world_new_at(const char *file)
{
	struct world *w = calloc(1, sizeof(*w));
	int applied;

	assert_non_null(w);
	ctx_init(&w->c);
	w->c.now = WORLD_NOW;
	/* The arena is emptied now and then. */
	w->url = strdup(place_new(&w->c, file));
	assert_int_equal(db_open(&w->c, w->url, 1, &w->db), OK);
	assert_int_equal(migrate_run(&w->c, w->db, &applied), OK);
	return w;
}

int
world_new(void **state)
{
	*state = world_new_at(NULL);
	return 0;
}

int
world_free(void **state)
{
	struct world *w = *state;

	db_free(w->db);
	place_drop(w->url);
	ctx_free(&w->c);
	free(w->url);
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

/* Those that are pointed to come first. */
static const char *const tables[] = { "builder", "builder_user",
	"session_type", "booking", "checkout", "payment", "refund", "dispute",
	"event", "history", "job", "mark", "analytics" };

enum { KEEPING_MAX = 128 };
/* db/ knows a statement by the address of its text. */
struct keeping {
	char empty[KEEPING_MAX], fill[KEEPING_MAX];
};

static struct keeping *
keepings(void)
{
	static struct keeping all[COUNT(tables)];
	size_t i;

	for (i = 0; i < COUNT(tables) && all[i].fill[0] == '\0'; i++) {
		snprintf(all[i].empty, KEEPING_MAX, "DELETE FROM %s",
		    tables[i]);
		snprintf(all[i].fill, KEEPING_MAX,
		    "INSERT INTO %s SELECT * FROM kept_%s", tables[i],
		    tables[i]);
	}
	return all;
}

void
world_keep(struct world *w)
{
	size_t i;

	for (i = 0; i < COUNT(tables); i++)
		assert_int_equal(db_script(&w->c, w->db, arena_printf(w->c.mem,
		    "DROP TABLE IF EXISTS kept_%s;"
		    "CREATE TABLE kept_%s AS SELECT * FROM %s;", tables[i],
		    tables[i], tables[i])), OK);
}

static enum err
put_back_tx(struct ctx *c, struct db *db, void *arg)
{
	const struct keeping *all = arg;
	size_t i;
	enum err e = OK;

	for (i = COUNT(tables); e == OK && i-- > 0;)
		e = db_run(c, db, all[i].empty, NULL, NULL, 0);
	for (i = 0; e == OK && i < COUNT(tables); i++)
		e = db_run(c, db, all[i].fill, NULL, NULL, 0);
	return e;
}

void
world_put_back(struct world *w)
{
	if (db_transaction(&w->c, w->db, put_back_tx, keepings()) != OK)
		fail_msg("%s", w->c.why);
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

void
world_settle(struct world *w, const char *id)
{
	static const struct history_source by = { "test", NULL };

	assert_int_equal(settle_booking_tx(&w->c, w->db, world_booking(w, id),
	    &by), OK);
}

struct booking *
world_sell(struct world *w, int n, int64_t start)
{
	const struct booking *b = world_book(w, n, start);
	const struct checkout co = {
		.id = arena_printf(w->c.mem, "checkout-%s-1", b->id),
		.booking = b->id,
		.attempt = 1,
		.body = "",
		.status = "complete",
		.payment_status = "paid",
		.amount = b->amount,
		.subtotal = b->amount,
		.currency = b->currency,
		.payment = arena_printf(w->c.mem, "pi_%d", n),
	};
	const struct payment p = {
		.id = co.payment,
		.booking = b->id,
		.checkout = co.id,
		.received = b->amount,
		.currency = b->currency,
		.paid_at = w->c.now - MINUTES(1),
	};

	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), OK);
	assert_int_equal(payment_put_tx(&w->c, w->db, &p), OK);
	world_settle(w, b->id);
	return world_booking(w, b->id);
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
	const struct collect_terms terms = { booking, promotion_code,
		w->per_hour, w->extra_hours, compose, promotion_code };

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
world_open_story_booked(struct world *w)
{
	const struct session_type *type;
	struct booking b = {
		.id = WORLD_BOOKING,
		.name = "Ada Client",
		.email = "ada@example.com",
		.timezone = "America/New_York",
		.start_at = world_slot(8, 15),
		.end_at = world_slot(8, 16),
		.source = "direct",
		.created_at = w->c.now,
		.hold_at = w->c.now + HOURS(1),
		.status = "PENDING",
		.payment_status = "UNPAID",
		.updated_at = w->c.now,
	};

	assert_int_equal(session_type_get_tx(&w->c, w->db, "strategy", &type),
	    OK);
	b.session_type = type->id;
	b.builder = type->builder;
	b.amount = type->amount;
	b.currency = type->currency;
	b.policy = type->policy;
	b.auto_refund = type->auto_refund;
	b.late_hours = type->late_hours;
	assert_int_equal(booking_add_tx(&w->c, w->db, &b), OK);
}

void
world_open_story_asked(struct world *w)
{
	world_open_story_booked(w);
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

enum err
world_deliver(struct ctx *c, struct db *db, const char *source,
    const char *body, struct intake *ret)
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
	size_t i = 0;

	while (strcmp(doors[i].source, source) != 0)
		i++;
	return doors[i].take_in(c, db, body, strlen(body), ret);
}

struct intake
world_tell(struct world *w, const char *source, const char *body)
{
	struct intake in;

	if (world_deliver(&w->c, w->db, source, body, &in) != OK)
		fail_msg("%s: %s", source, w->c.why);
	ctx_forgive(&w->c);
	return in;
}

/* --- comparing ----------------------------------------------------------- */

/* Where facts and what is computed from them are; not history, which tells
 * in which order they came. */
static const char *const dumped[] = { "builder", "session_type", "booking",
	"checkout", "payment", "refund", "dispute", "event", "job",
	"analytics" };

/* When and as what things reached us; and bodies, which are what was told. */
static const char *const undumped[] = { "builder.created_at",
	"session_type.created_at", "booking.created_at", "booking.hold_at",
	"booking.updated_at", "checkout.asked_at", "checkout.created_at",
	"payment.created_at", "event.id", "event.type", "event.object_id",
	"event.told_at", "event.received_at", "event.body", "job.due_at",
	"job.lease_at", "job.created_at", "analytics.at" };

static const char sql_columns[] =
	"SELECT name FROM pragma_table_info($1) ORDER BY cid";
static const char sql_columns_postgres[] =
	"SELECT CAST(column_name AS TEXT) FROM information_schema.columns"
	" WHERE table_schema = current_schema AND table_name = $1"
	" ORDER BY ordinal_position";
static const char sql_drawn[] =
	"SELECT id, invitee FROM booking WHERE invitee IS NOT NULL";

static void
add_line(struct buf *b, const struct db_value *row, size_t columns)
{
	size_t i;

	for (i = 0; i < columns; i++) {
		buf_text(b, i == 0 ? "" : " ");
		if (row[i].type == DB_INTEGER)
			buf_printf(b, "%lld", (long long)row[i].integer);
		else
			buf_text(b, row[i].type == DB_NULL ? "-"
							   : row[i].string);
	}
	buf_text(b, "\n");
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

struct db_rows
world_rows(struct world *w, const char *sql)
{
	struct db_rows rows;

	if (db_query(&w->c, w->db, sql, &rows, NULL, 0) != OK)
		fail_msg("%s", w->c.why);
	return rows;
}

static int
is_dumped(const char *column)
{
	size_t i;

	for (i = 0; i < COUNT(undumped); i++)
		if (strcmp(undumped[i], column) == 0)
			return 0;
	return 1;
}

/* The statement that dumps a table; the first column names it. */
static char *
dump_of(struct world *w, const char *table)
{
	struct buf b = buf_make(w->c.mem, DUMP_MAX);
	struct db_rows columns;
	size_t i;

	assert_int_equal(db_query(&w->c, w->db, place_is_postgres()
	    ? sql_columns_postgres : sql_columns, &columns,
	    DB_VALUES(DB_TEXT(table))), OK);
	buf_printf(&b, "SELECT '%s'", table);
	for (i = 0; i < columns.count; i++)
		if (is_dumped(arena_printf(w->c.mem, "%s.%s", table,
		    columns.values[i].string)))
			buf_printf(&b, ", %s", columns.values[i].string);
	buf_printf(&b, " FROM %s", table);
	return b.bytes;
}

/* Made once: db/ knows a statement by the address of its text. */
static const char *
dump(struct world *w, size_t i)
{
	static char texts[COUNT(dumped)][STATEMENT_MAX];

	if (texts[i][0] == '\0')
		snprintf(texts[i], STATEMENT_MAX, "%s", dump_of(w, dumped[i]));
	return texts[i];
}

char *
world_undrawn(struct world *w, const char *text)
{
	const struct db_rows drawn = world_rows(w, sql_drawn);
	char *undrawn = arena_dup(w->c.mem, text);
	size_t i;

	for (i = 0; i < drawn.count; i++)
		undrawn = replace(w, undrawn, drawn.values[2 * i].string,
		    drawn.values[2 * i + 1].string);
	return undrawn;
}

/* The lines of text, sorted. */
static char *
sorted(struct world *w, char *text)
{
	struct buf b = buf_make(w->c.mem, DUMP_MAX);
	char *lines[LINES_MAX];
	size_t i, n = 0;

	for (; *text != '\0'; text += strlen(text) + 1) {
		assert_true(n < LINES_MAX);
		lines[n++] = text;
		text[strcspn(text, "\n")] = '\0';
	}
	qsort(lines, n, sizeof(*lines), by_text);
	for (i = 0; i < n; i++)
		buf_printf(&b, "%s\n", lines[i]);
	return n == 0 ? arena_dup(w->c.mem, "") : b.bytes;
}

char *
world_dump(struct world *w)
{
	struct buf b = buf_make(w->c.mem, DUMP_MAX);
	struct db_rows rows;
	size_t i, j;

	buf_text(&b, "");
	for (i = 0; i < COUNT(dumped); i++) {
		rows = world_rows(w, dump(w, i));
		for (j = 0; j < rows.count; j++)
			add_line(&b, rows.values + j * rows.columns,
			    rows.columns);
	}
	return sorted(w, world_undrawn(w, b.bytes));
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
	return world_rows(w, sql).values[0].integer;
}

int
world_has(struct world *w, const char *line)
{
	const char *dump = world_dump(w);

	return strncmp(dump, line, strlen(line)) == 0 ||
	    strstr(dump, arena_printf(w->c.mem, "\n%s", line)) != NULL;
}
