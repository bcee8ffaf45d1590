/*
 * grow: fills a database with the bookings of a shop that has been open for long.
 *
 *	grow FILE BOOKINGS OPEN FEW
 *
 * FILE is an SQLite database that has the schema and nothing else.  The shop takes
 * a thousand bookings a day, however many there are in all: with more it is only
 * older.  So what is open, due or still to come is as much whatever the size.
 * The last OPEN bookings wait for their money, and of what somebody must see to
 * there are FEW of each kind.  Ids hold the booking's number, as in growth.c, and
 * are in no order, as real ones.
 *
 * People are kept for 30 days, and what is about nobody here for 90: of older
 * deliveries there is what app/redact.c leaves of them.
 *
 * A table is filled without its indexes, which are made sorted afterwards.  Those
 * of UNIQUE and PRIMARY KEY cannot be dropped: so rows go into a table x_…
 * without such words, and then the two change places in the schema.  Deliveries
 * are long: their indexes are made of a narrow copy of what is in them.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND INT64_C(1000000)
#define DAY (24 * 3600 * SECOND)
#define STEP (DAY / 1000)

enum { PEOPLE_DAYS = 30, UNRELATED_DAYS = 90, COMING = 8, TEXT = 1024,
	ID = 64, BUILDERS = 499 /* fill_shop makes them */ };

static sqlite3 *sqlite;
static int64_t bookings, open_ones, few, now;

enum fate { OPEN, EXPIRED, DISPUTED, OWED, KEPT, REFUNDED, PAID };

/* A booking, and what its rows are made of. */
struct one {
	int64_t n, at, start, forgotten_at; /* the last is 0: not yet */
	enum fate fate;
	char hex[33], id[40], builder[8], type[16], cs[48], pi[32], ch[32],
	    co[64];
};

static void
fail(const char *what)
{
	fprintf(stderr, "grow: %s: %s\n", what, sqlite3_errmsg(sqlite));
	exit(1);
}

static void
run(const char *sql)
{
	if (sqlite3_exec(sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail(sql);
}

/* Runs each of the statements that a query answers. */
static void
run_all(const char *query, const char *table)
{
	char *all = NULL, *text;
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(sqlite, query, -1, &st, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(st, 1, table, -1, NULL) != SQLITE_OK)
		fail(query);
	while (sqlite3_step(st) == SQLITE_ROW) {
		text = sqlite3_mprintf("%z%s;", all, sqlite3_column_text(st, 0));
		all = text;
	}
	sqlite3_finalize(st);
	if (all != NULL)
		run(all);
	sqlite3_free(all);
}

static sqlite3_stmt *
prepare(const char *sql)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(sqlite, sql, -1, &st, NULL) != SQLITE_OK)
		fail(sql);
	return st;
}

/* One row: a letter for each value, s of text (or NULL), i of a number. */
static void
put(sqlite3_stmt *st, const char *kinds, ...)
{
	const char *text;
	va_list ap;
	int i;

	va_start(ap, kinds);
	for (i = 0; kinds[i] != '\0'; i++)
		if (kinds[i] == 'i') {
			sqlite3_bind_int64(st, i + 1, va_arg(ap, int64_t));
		} else {
			text = va_arg(ap, const char *);
			sqlite3_bind_text(st, i + 1, text, -1, SQLITE_STATIC);
		}
	va_end(ap);
	if (sqlite3_step(st) != SQLITE_DONE)
		fail(sqlite3_sql(st));
	sqlite3_reset(st);
}

/* --- What happened to whom --------------------------------------------------- */

static enum fate
fate_of(int64_t n)
{
	int64_t age = bookings - open_ones - n;

	if (age < 0)
		return OPEN;
	if (age < 2 * few)
		return age < few ? DISPUTED : OWED;
	if (n % 50 == 9)
		return KEPT;
	if (n % 20 == 7)
		return REFUNDED;
	return n % 10 < 4 ? EXPIRED : PAID;
}

static int
is_paid(const struct one *o)
{
	return o->fate != OPEN && o->fate != EXPIRED;
}

/* Somebody looks after each of those that are the worker's to pay back. */
static int
is_stuck(const struct one *o)
{
	return o->fate == REFUNDED && bookings - open_ones - o->n < 20 * few;
}

static char *
put_hex(char *at, uint64_t number, int digits)
{
	while (digits-- > 0)
		*at++ = "0123456789abcdef"[number >> 4 * digits & 15];
	return at;
}

/* Head and tail into at; returns their end, for more. */
static char *
join(char *at, const char *head, const char *tail)
{
	return stpcpy(stpcpy(at, head), tail);
}

static void
make(int64_t n, struct one *o)
{
	*o = (struct one){ .n = n, .at = now - (bookings - n) * STEP,
		.fate = fate_of(n) };
	o->start = o->at + (1 + n % (COMING - 1)) * DAY;
	if (o->start + PEOPLE_DAYS * DAY < now)
		o->forgotten_at = o->at + (PEOPLE_DAYS + COMING) * DAY;
	if (o->forgotten_at > now)
		o->forgotten_at = 0;
	memset(o->hex, '0', sizeof(o->hex) - 1);
	put_hex(o->hex, (uint32_t)((uint64_t)n * 2654435761u), 8);
	put_hex(o->hex + 16, (uint64_t)n, 16);
	join(o->id, "bk_", o->hex);
	snprintf(o->builder, sizeof(o->builder), "b%d", (int)(n % BUILDERS));
	join(o->type, "t", o->builder);
	join(o->cs, "cs_test_", o->hex);
	/* Stripe's are shorter. */
	join(put_hex(stpcpy(o->pi, "pi_"), (uint32_t)((uint64_t)n *
	    2654435761u), 8), "", o->hex + 16);
	join(o->ch, "ch_", o->pi + 3);
	join(join(o->co, "checkout-", o->id), "-1", "");
}

/* --- Tables ------------------------------------------------------------------- */

static void
fill_bookings(void)
{
	static const char *const status[] = { "PENDING", "EXPIRED", "CONFIRMED",
		"CANCELLED", "CANCELLED", "CANCELLED", "CONFIRMED" };
	static const char *const money[] = { "UNPAID", "UNPAID", "DISPUTED",
		"PAID", "PARTIALLY_REFUNDED", "REFUNDED", "PAID" };
	sqlite3_stmt *st = prepare("INSERT INTO x_booking (id, builder,"
	    " session_type, name, email, timezone, start_at, end_at, source,"
	    " amount, currency, policy, auto_refund, created_at,"
	    " hold_at, asked_cancel_at, asked_cancel_by, cancelled_at,"
	    " cancelled_by, status, payment_status, updated_at, link_serial,"
	    " erased_at) VALUES (?, ?, ?, ?, ?, 'Europe/London', ?, ?,"
	    " 'direct', 9000, 'usd', '24:100 12:50', ?, ?, ?, ?, ?, ?, ?,"
	    " ?, ?, ?, ?, ?)");
	char name[32], email[64];
	struct one o;
	int64_t n, gone;
	const char *by;

	for (n = 1; n <= bookings; n++) {
		make(n, &o);
		snprintf(name, sizeof(name), "Client %" PRId64, n);
		snprintf(email, sizeof(email), "client%" PRId64 "@example.org", n);
		if (o.forgotten_at > 0) {
			snprintf(name, sizeof(name), "erased");
			snprintf(email, sizeof(email),
			    "erased-%.8s%08" PRIx64 "@erased.invalid", o.hex,
			    (uint64_t)n);
		}
		gone = o.fate == OWED || o.fate == KEPT || o.fate == REFUNDED
		    ? o.at : 0;
		by = gone > 0 ? "client" : NULL;
		put(st, "sssssiiiiiisisssiii", o.id, o.builder, o.type,
		    name, email, o.start, o.start + 2700 * SECOND,
		    (int64_t)(o.fate != OWED), o.at, o.at + DAY, gone, by, gone,
		    by, status[o.fate], money[o.fate], o.at,
		    (int64_t)(o.forgotten_at > 0), o.forgotten_at);
	}
	sqlite3_finalize(st);
}

static void
fill_checkouts(void)
{
	sqlite3_stmt *st = prepare("INSERT INTO x_checkout (id, booking,"
	    " attempt, body, session, status, payment_status, amount,"
	    " subtotal, currency, url, payment, expires_at, created_at)"
	    " VALUES (?, ?, 1, ?, ?, ?, ?, 9000, 9000, 'usd', ?, ?, ?, ?)");
	char body[TEXT], url[128];
	struct one o;
	int64_t n;

	for (n = 1; n <= bookings; n++) {
		make(n, &o);
		snprintf(body, sizeof(body), o.forgotten_at > 0 ? "erased" :
		    "mode=payment&client_reference_id=%s"
		    "&line_items[0][price_data][currency]=usd"
		    "&line_items[0][price_data][unit_amount]=9000"
		    "&metadata[bookingId]=%s", o.id, o.id);
		snprintf(url, sizeof(url),
		    "https://checkout.stripe.com/c/pay/%s", o.cs);
		put(st, "ssssssssii", o.co, o.id, body, o.cs,
		    o.fate == OPEN ? "open" : o.fate == EXPIRED ? "expired"
		    : "complete", is_paid(&o) ? "paid" : "unpaid",
		    o.fate == OPEN ? url : NULL, is_paid(&o) ? o.pi : NULL,
		    o.at + DAY, o.at);
	}
	sqlite3_finalize(st);
}

static void
fill_payments(void)
{
	sqlite3_stmt *st = prepare("INSERT INTO x_payment (id, booking,"
	    " checkout, received, currency, charge, charge_refunded, paid_at,"
	    " created_at) VALUES (?, ?, ?, 9000, 'usd', ?, ?, ?, ?)");
	struct one o;
	int64_t n, back;

	for (n = 1; n <= bookings; n++) {
		make(n, &o);
		back = o.fate == REFUNDED ? 9000 : o.fate == KEPT ? 4500 : 0;
		if (is_paid(&o))
			put(st, "ssssiii", o.pi, o.id, o.co, o.ch, back, o.at,
			    o.at);
	}
	sqlite3_finalize(st);
}

static void
fill_refunds(void)
{
	sqlite3_stmt *st = prepare("INSERT INTO x_refund (id, payment, amount,"
	    " currency, status, asked_by, created_at)"
	    " VALUES (?, ?, ?, 'usd', ?, 'system', ?)");
	char id[40];
	struct one o;
	int64_t n;

	for (n = 1; n <= bookings; n++) {
		make(n, &o);
		snprintf(id, sizeof(id), "re_%s", o.hex);
		if (o.fate == REFUNDED || o.fate == KEPT)
			put(st, "ssisi", id, o.pi,
			    (int64_t)(o.fate == KEPT ? 4500 : 9000),
			    is_stuck(&o) ? "pending" : "succeeded", o.at);
	}
	sqlite3_finalize(st);
}

static void
fill_disputes(void)
{
	sqlite3_stmt *st = prepare("INSERT INTO x_dispute (id, payment, amount,"
	    " currency, status, told_at, created_at)"
	    " VALUES (?, ?, 9000, 'usd', 'needs_response', ?, ?)");
	char id[40];
	struct one o;
	int64_t n;

	for (n = 1; n <= bookings; n++) {
		make(n, &o);
		snprintf(id, sizeof(id), "dp_%s", o.hex);
		if (o.fate == DISPUTED)
			put(st, "ssii", id, o.pi, o.at, o.at);
	}
	sqlite3_finalize(st);
}

static void
fill_jobs(void)
{
	sqlite3_stmt *st = prepare("INSERT INTO x_job (id, kind, booking,"
	    " subject, due_at, attempts, done_at, dead_at, last_error,"
	    " created_at) VALUES (?, 'refund', ?, ?, ?, 1, ?, ?, ?, ?)");
	char id[48];
	struct one o;
	int64_t n;
	int stuck;

	for (n = 1; n <= bookings; n++) {
		make(n, &o);
		stuck = is_stuck(&o);
		snprintf(id, sizeof(id), "refund-%s", o.pi);
		if (o.fate == REFUNDED || o.fate == KEPT)
			put(st, "sssiiisi", id, o.id, o.pi, o.at,
			    stuck ? 0 : o.at, stuck ? o.at : 0,
			    stuck ? "stripe: no" : NULL, o.at);
	}
	sqlite3_finalize(st);
}

static void
fill_analytics(void)
{
	static const char *const names[] = { "BOOKING_CREATED",
		"CHECKOUT_SESSION_CREATED", "PAYMENT_COMPLETED" };
	sqlite3_stmt *st = prepare("INSERT INTO x_analytics (id, name, booking,"
	    " session_type, builder, amount, currency, at)"
	    " VALUES (?, ?, ?, ?, ?, 9000, 'usd', ?)");
	char id[96];
	struct one o;
	int64_t n;
	int k;

	for (n = 1; n <= bookings; n++) {
		make(n, &o);
		for (k = 0; k < (is_paid(&o) ? 3 : 2); k++) {
			snprintf(id, sizeof(id), "%s:%s", names[k],
			    k == 0 ? o.id : k == 1 ? o.cs : o.pi);
			put(st, "sssssi", id, names[k], o.id, o.type,
			    o.builder, o.at);
		}
	}
	sqlite3_finalize(st);
}

/* Ids sort by time, which goes up. */
static const char *
stamped(char *text, const char *prefix, int64_t at, int k, const char *hex)
{
	char *end = put_hex(stpcpy(text, prefix), (uint64_t)at, 14);

	memcpy(put_hex(end, (uint64_t)k, 4), hex, 8);
	end[12] = '\0';
	return text;
}

static void
fill_history(void)
{
	sqlite3_stmt *st = prepare("INSERT INTO x_history (id, booking, at, who,"
	    " what, why) VALUES (?, ?, ?, ?, ?, ?)");
	char id[ID];
	struct one o;
	int64_t n;

	for (n = 1; n <= bookings; n++) {
		make(n, &o);
		put(st, "ssisss", stamped(id, "hi_", o.at, 0, o.hex), o.id,
		    o.at, "client", "checkout", "attempt 1");
		if (is_paid(&o))
			put(st, "ssisss", stamped(id, "hi_", o.at, 1, o.hex),
			    o.id, o.at, "stripe", "payment", "90.00 USD");
	}
	sqlite3_finalize(st);
}

/* --- Deliveries ---------------------------------------------------------------- */

struct filling {
	sqlite3_stmt *rows, *keys;
};

struct told {
	const char *source, *key, *type, *object, *body, *outcome, *waits_for,
	    *booking;
	int64_t at, erased_at;
	int k;
};

static void
tell(const struct filling *f, const struct one *o, const struct told *t)
{
	char id[ID];

	stamped(id, "ev_", t->at, t->k, o->hex);
	put(f->rows, "sssssiissssi", id, t->source, t->key, t->type,
	    t->object, t->at, t->at, t->body, t->outcome, t->waits_for,
	    t->booking, t->erased_at);
	put(f->keys, "ssss", id, t->source, t->key, t->booking);
}

/* What is left of what Stripe said, and, if whole, what it said beside that. */
static void
write_body(const struct one *o, const struct told *t, int whole, char *body)
{
	int len;

	len = snprintf(body, TEXT, "{\"id\":\"%s\",\"type\":\"%s\","
	    "\"created\":%" PRId64 ",\"data\":{\"object\":"
	    "{\"id\":\"%s\",\"currency\":\"usd\",\"amount%s\":9000",
	    t->key, t->type, t->at / SECOND, t->object,
	    t->k == 2 ? "_total" : "");
	if (is_paid(o))
		len += snprintf(body + len, TEXT - (size_t)len,
		    ",\"payment_intent\":\"%s\"", o->pi);
	if (whole)
		len += snprintf(body + len, TEXT - (size_t)len,
		    ",\"customer_details\":{\"address\":{\"city\":null,"
		    "\"country\":\"GB\",\"line1\":null,\"line2\":null,"
		    "\"postal_code\":null,\"state\":null},\"email\":"
		    "\"client%" PRId64 "@example.org\",\"name\":"
		    "\"Client %" PRId64 "\",\"phone\":null,\"tax_exempt\":"
		    "\"none\",\"tax_ids\":[]}", o->n, o->n);
	snprintf(body + len, TEXT - (size_t)len,
	    ",\"metadata\":{\"bookingId\":\"%s\"}}}}", o->id);
}

/* That the session is over, that there is money, and, of some, what came before
 * anybody here knew of it: it waits, or is about nobody. */
static void
tell_stripe(const struct filling *f, const struct one *o, int k)
{
	const char *const types[] = { "", "payment_intent.created",
		is_paid(o) ? "checkout.session.completed"
		: "checkout.session.expired", "charge.succeeded" };
	const char *const objects[] = { "", o->pi, o->cs, o->ch };
	char key[40], body[TEXT], waits[64];
	struct told t = { .source = "stripe", .key = key, .body = body,
		.type = types[k], .object = objects[k], .outcome = "applied",
		.booking = k == 1 ? NULL : o->id, .at = o->at,
		.erased_at = o->forgotten_at, .k = k };

	snprintf(key, sizeof(key), "evt_%d%.8s%.15s", k, o->hex, o->hex + 17);
	snprintf(waits, sizeof(waits), "intent:%s", o->pi);
	if (k == 1 && o->fate == DISPUTED) {
		t.outcome = "parked";
		t.waits_for = waits;
	} else if (k == 1) {
		t.outcome = "ignored";
		t.erased_at = o->at + UNRELATED_DAYS * DAY;
	}
	if (t.erased_at > now)
		t.erased_at = 0;
	write_body(o, &t, t.erased_at == 0, body);
	tell(f, o, &t);
}

/* Who books, and who wants to pay. */
static void
tell_client(const struct filling *f, const struct one *o, int k)
{
	char key[48], body[TEXT];

	snprintf(key, sizeof(key), "%d%s", k, o->hex);
	if (k == 0)
		snprintf(body, sizeof(body), "{\"sessionTypeId\":\"%s\","
		    "\"name\":\"%s\"}", o->type, o->forgotten_at > 0
		    ? "erased" : "A Client of This Shop");
	else
		snprintf(body, sizeof(body), "{\"bookingId\":\"%s\"}", o->id);
	tell(f, o, &(const struct told){ .source = "client", .key = key,
	    .type = k == 0 ? "booking.book" : "checkout", .object = o->id,
	    .body = body, .outcome = "applied", .booking = o->id,
	    .at = o->at, .erased_at = o->forgotten_at, .k = k });
}

/* Who is forgotten as n books: they came that many bookings before. */
static int
is_forgotten_with(int64_t n, struct one *ret)
{
	n -= (PEOPLE_DAYS + COMING) * DAY / STEP;
	if (n < 1)
		return 0;
	make(n, ret);
	return ret->forgotten_at > 0;
}

static void
tell_erase(const struct filling *f, const struct one *old, int64_t at)
{
	tell(f, old, &(const struct told){ .source = "system",
	    .key = old->id, .type = "booking.erase", .object = old->id,
	    .body = "{\"serial\":1}", .outcome = "applied",
	    .booking = old->id, .at = at, .k = 4 });
}

/* In the order in which they arrive: five for each booking, the last of them when
 * its person is forgotten. */
static void
fill_events(void)
{
	const struct filling f = {
		prepare("INSERT INTO x_event (id, source, dedupe_key, type,"
		    " object_id, told_at, received_at, body, outcome,"
		    " waits_for, booking, erased_at)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		prepare("INSERT INTO x_keys (id, source, dedupe_key, booking)"
		    " VALUES (?, ?, ?, ?)"),
	};
	struct one o, old;
	int64_t n;

	for (n = 1; n <= bookings; n++) {
		make(n, &o);
		tell_client(&f, &o, 0);
		if (o.fate == DISPUTED || n % 20 == 5)
			tell_stripe(&f, &o, 1);
		else
			tell_client(&f, &o, 1);
		tell_stripe(&f, &o, 2);
		if (is_paid(&o))
			tell_stripe(&f, &o, 3);
		else
			tell_client(&f, &o, 3);
		if (is_forgotten_with(n, &old))
			tell_erase(&f, &old, o.at);
	}
	sqlite3_finalize(f.rows);
	sqlite3_finalize(f.keys);
}

/* --- All of it ------------------------------------------------------------------ */

static void
open_file(const char *file)
{
	if (sqlite3_open_v2(file, &sqlite, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK)
		fail(file);
	run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
	    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = OFF;"
	    "PRAGMA ignore_check_constraints = ON; PRAGMA temp_store = FILE;"
	    "PRAGMA cache_size = -500000; PRAGMA threads = 2;");
}

/* The table without its keys, and its indexes of few rows, which are filled as
 * it is. */
static void
make_twin(const char *table)
{
	run_all("SELECT replace(replace(replace(replace(sql,"
	    " 'CREATE TABLE ' || name, 'CREATE TABLE x_' || name),"
	    " ' PRIMARY KEY', ''), ' UNIQUE,', ','), char(9) || 'UNIQUE (' ||"
	    " coalesce((SELECT keys FROM (SELECT l.name, l.origin,"
	    "  group_concat(i.name, ', ') AS keys"
	    "  FROM pragma_index_list(?1) AS l, pragma_index_info(l.name) AS i"
	    "  WHERE l.origin = 'u' GROUP BY l.name HAVING count(*) > 1)),"
	    "  '') || ')', char(9) || 'CHECK (1)')"
	    " FROM sqlite_schema WHERE type = 'table' AND name = ?1", table);
	run_all("SELECT replace(replace(sql, 'INDEX ' || name, 'INDEX x_' ||"
	    " name), ' ON ' || tbl_name, ' ON x_' || tbl_name)"
	    " FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1"
	    " AND sql LIKE '%) WHERE %'", table);
}

/* The others: of these rows, or of others with the same numbers. */
static void
make_indexes(const char *table, const char *of)
{
	char *query = sqlite3_mprintf("SELECT coalesce(replace(replace(m.sql,"
	    " 'INDEX ' || m.name, 'INDEX x_' || m.name), ' ON ' || m.tbl_name,"
	    " ' ON %s'), 'CREATE UNIQUE INDEX x_' || m.name || ' ON %s (' ||"
	    " (SELECT group_concat(name, ', ') FROM pragma_index_info(m.name))"
	    " || ')') FROM sqlite_schema AS m WHERE m.type = 'index'"
	    " AND m.tbl_name = ?1 AND m.sql IS NOT '' AND"
	    " (m.sql IS NULL OR m.sql NOT LIKE '%%) WHERE %%')", of, of);

	run_all(query, table);
	sqlite3_free(query);
}

/* What is called x_… for what is not, and the other way. */
static void
change_places(void)
{
	run("PRAGMA writable_schema = ON;"
	    "CREATE TEMP TABLE place AS SELECT a.name, b.rootpage"
	    " FROM sqlite_schema AS a JOIN sqlite_schema AS b"
	    " ON b.name = 'x_' || a.name OR a.name = 'x_' || b.name;"
	    "UPDATE sqlite_schema AS s SET rootpage = (SELECT p.rootpage FROM place"
	    " AS p WHERE p.name = s.name)"
	    " WHERE name IN (SELECT name FROM place);"
	    "DROP TABLE place; PRAGMA writable_schema = OFF;");
}

static const struct part {
	const char *table;
	void (*fill)(void);
} parts[] = {
	{ "event", fill_events },
	{ "history", fill_history },
	{ "analytics", fill_analytics },
	{ "booking", fill_bookings },
	{ "checkout", fill_checkouts },
	{ "payment", fill_payments },
	{ "refund", fill_refunds },
	{ "dispute", fill_disputes },
	{ "job", fill_jobs },
};

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
do_part(const char *file, const struct part *part)
{
	int narrow = strcmp(part->table, "event") == 0;
	double since = seconds(), filled;
	char drop[64];

	open_file(file);
	run("BEGIN");
	make_twin(part->table);
	if (narrow)
		run("CREATE TABLE x_keys (id TEXT, source TEXT,"
		    " dedupe_key TEXT, booking TEXT)");
	part->fill();
	run("COMMIT");
	filled = seconds();
	snprintf(drop, sizeof(drop), "x_%s", part->table);
	make_indexes(part->table, narrow ? "x_keys" : drop);
	change_places();
	sqlite3_close(sqlite);
	/* Whoever opens it now sees it so. */
	open_file(file);
	if (narrow)
		run("DROP TABLE x_keys");
	snprintf(drop, sizeof(drop), "DROP TABLE x_%s", part->table);
	run(drop);
	sqlite3_close(sqlite);
	fprintf(stderr, "%-10s rows %6.1f s, indexes %6.1f s\n", part->table,
	    filled - since, seconds() - filled);
}

static void
fill_shop(const char *file)
{
	open_file(file);
	run("INSERT INTO builder (id, name, email, timezone, created_at)"
	    " WITH RECURSIVE up (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM up"
	    " WHERE n < 498) SELECT 'b' || n, 'Builder ' || n,"
	    " 'b' || n || '@example.org', 'Europe/Berlin', 0 FROM up;"
	    "INSERT INTO session_type (id, builder, title, minutes, amount,"
	    " currency, direct, policy, auto_refund, created_at)"
	    " SELECT 't' || id, id, 'Plan Review', 45, 9000, 'usd', 1,"
	    " '24:100 12:50', 1, 0 FROM builder;");
	sqlite3_close(sqlite);
}

/*
 * Indexes made at once are full, and what comes next splits each page it falls
 * into; those that grew have a third of their room left.  So rows like those
 * that will be written when the open ones are paid come and go again.
 */
static void
make_room(const char *file)
{
	open_file(file);
	run("CREATE TEMP TABLE seat AS SELECT id, substr(id, 4) AS hex"
	    " FROM booking WHERE id IN (SELECT booking FROM checkout"
	    " WHERE status = 'open' AND status IN ('asked', 'open'));"
	    "INSERT INTO event (id, source, dedupe_key, type, told_at,"
	    " received_at, body, outcome, booking) SELECT 'ev_z' || hex,"
	    " 'stripe', 'evt_new' || hex, '', 0, 0, '', 'applied', id"
	    " FROM seat;"
	    "INSERT INTO history (id, booking, at, who, what)"
	    " SELECT 'hi_z' || hex || n, id, 0, '', '' FROM seat,"
	    " (SELECT 1 AS n UNION ALL SELECT 2);"
	    "INSERT INTO analytics (id, name, booking, session_type, builder,"
	    " amount, currency, at) SELECT 'PAYMENT_COMPLETED:pi_' || hex,"
	    " 'z', id, '', '', 0, '', 0 FROM seat;"
	    "INSERT INTO payment (id, booking, checkout, currency, charge,"
	    " created_at) SELECT 'pi_' || hex, id, 'z', '', 'ch_' || hex, 0"
	    " FROM seat;"
	    "UPDATE checkout SET payment = 'pi_' || substr(booking, 4)"
	    " WHERE booking IN (SELECT id FROM seat);"
	    "UPDATE checkout SET payment = NULL"
	    " WHERE booking IN (SELECT id FROM seat);"
	    "DELETE FROM event WHERE id > 'ev_z';"
	    "DELETE FROM history WHERE id > 'hi_z';"
	    "DELETE FROM analytics WHERE name = 'z';"
	    "DELETE FROM payment WHERE id IN"
	    " (SELECT 'pi_' || hex FROM seat);");
	sqlite3_close(sqlite);
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc != 5) {
		fputs("usage: grow FILE BOOKINGS OPEN FEW\n", stderr);
		return 2;
	}
	bookings = strtoll(argv[2], NULL, 10);
	open_ones = strtoll(argv[3], NULL, 10);
	few = strtoll(argv[4], NULL, 10);
	now = (int64_t)time(NULL) * SECOND;
	fill_shop(argv[1]);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		do_part(argv[1], &parts[i]);
	make_room(argv[1]);
	return 0;
}
