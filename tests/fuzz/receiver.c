/*
 * Fuzz: the two webhook routes behind their signature.  The input is a list of
 * bodies with a NUL between any two; each is signed as it must be and goes to
 * both routes, so that it reaches the parsers and the rows.
 */
#include <stdlib.h>
#include <string.h>

#include "app/intake.h"
#include "app/receiver.h"
#include "base/ctx.h"
#include "base/hash.h"
#include "base/hex.h"
#include "base/now.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/checkout.h"
#include "booking/session_type.h"
#include "db/db.h"
#include "db/migrate.h"
#include "fuzz.h"
#include "web/req.h"
#include "web/resp.h"

enum { DELIVERIES_MAX = 8 };

#define NOW INT64_C(1795442700)
#define HOUR (3600 * NOW_SECOND)

static const char *const secrets[] = { "whsec_fuzz_the_secret_of_both" };
static const struct receiver_way ways[] = {
	{ "HTTP_STRIPE_SIGNATURE", 300, 300, 1, intake_stripe },
	{ "HTTP_CALENDLY_WEBHOOK_SIGNATURE", 300, 60, 0, intake_calendly },
};

/* What the rows must never say, and how much there is of all of them. */
static const char sql_wrong[] =
	"SELECT outcome, reason FROM event"
	" WHERE reason LIKE 'sqlite:%' OR reason = 'not applied'"
	" UNION ALL SELECT status, payment_status FROM booking"
	" WHERE status NOT IN ('PENDING', 'CONFIRMED', 'CANCELLED',"
	" 'RESCHEDULED', 'NO_SHOW') OR payment_status NOT IN ('UNPAID',"
	" 'PROCESSING', 'PAID', 'FAILED', 'REFUNDED', 'PARTIALLY_REFUNDED',"
	" 'DISPUTED', 'NOT_REQUIRED')"
	" UNION ALL SELECT id, 'confirmed without money' FROM booking b"
	" WHERE status = 'CONFIRMED' AND amount > 0 AND moved_from IS NULL"
	" AND NOT EXISTS (SELECT 1 FROM checkout c WHERE c.booking = b.id"
	" AND c.payment_status IN ('paid', 'no_payment_required'))";
static const char sql_size[] =
	"SELECT (SELECT count(*) FROM booking) + (SELECT count(*) FROM event)"
	" + (SELECT count(*) FROM history) + (SELECT count(*) FROM analytics)"
	" + (SELECT count(*) FROM payment) + (SELECT count(*) FROM refund)"
	" + (SELECT count(*) FROM dispute) + (SELECT count(*) FROM job)";
static const char sql_tables[] =
	"SELECT name FROM sqlite_master WHERE type = 'table'"
	" AND name <> 'schema_version'";

/* Of the process: a database in memory, and what empties it. */
static struct db *db;
static char *emptying;

static void
must(struct ctx *c, enum err e)
{
	(void)c; /* for a person with a debugger: c->why */
	if (e != OK)
		abort();
}

static void
open_db(struct ctx *c)
{
	struct db_rows tables;
	const char *script = "BEGIN; PRAGMA defer_foreign_keys = ON;";
	size_t i;
	int applied;

	must(c, db_open(c, "sqlite::memory:", 1, &db));
	must(c, migrate_run(c, db, &applied));
	must(c, db_query(c, db, sql_tables, &tables, NULL, 0));
	for (i = 0; i < tables.count; i++)
		script = arena_printf(c->mem, "%s DELETE FROM %s;", script,
		    tables.values[i].string);
	emptying = strdup(arena_printf(c->mem, "%s COMMIT;", script));
	if (emptying == NULL)
		abort();
}

/* --- the rows that the bodies of tests/contract are about ----------------- */

#define BOOKING "bkg_01JDB2V6Q3T8K9M4X7Y1Z0ABCD"
#define SESSION "cs_test_a1Kq7Zc0mV2nT5sR8wY3bH6jL9pD4fG1xN0eU7iO5aS2dF8gH3jK6lQ9"
#define TYPE "e7e70001-0000-4000-8000-00000000000"

static enum err
add_type(struct ctx *c, const char *id, int64_t amount, const char *calendly)
{
	const struct session_type type = { .id = id, .builder = "robin",
		.title = id, .minutes = 60, .amount = amount,
		.currency = "usd", .calendly_type = calendly,
		.horizon_days = 365, .hold_minutes = 60,
		.policy = "24:100 12:50", .active = 1 };

	return session_type_set_tx(c, db, &type);
}

/* A booking with one attempt to collect: session NULL, or open. */
static enum err
add_booking(struct ctx *c, const char *id, const char *session)
{
	const struct booking b = { .id = id, .builder = "robin",
		.session_type = "strategy-60", .name = "Ada Client",
		.email = "ada.client@example.com", .timezone = "UTC",
		.start_at = NOW * NOW_SECOND + 200 * HOUR,
		.end_at = NOW * NOW_SECOND + 201 * HOUR, .source = "direct",
		.amount = 15000, .currency = "usd", .policy = "24:100",
		.hold_at = NOW * NOW_SECOND + HOUR, .status = "PENDING",
		.payment_status = "UNPAID" };
	const struct checkout co = {
		.id = arena_printf(c->mem, "checkout-%s-1", id),
		.booking = id, .attempt = 1, .body = "mode=payment",
		.session = session, .status = session == NULL ? "asked"
		    : "open", .payment_status = "unpaid", .amount = 15000,
		.subtotal = 15000, .currency = "usd",
		.expires_at = NOW * NOW_SECOND + HOUR };
	enum err e = booking_add_tx(c, db, &b);

	return e == OK ? checkout_add_tx(c, db, &co) : e;
}

static enum err
seed_tx(struct ctx *c, struct db *same, void *arg)
{
	const struct builder robin = { .id = "robin", .name = "Robin Coach",
		.timezone = "America/New_York" };

	(void)arg;
	must(c, builder_set_tx(c, same, &robin));
	must(c, add_type(c, "strategy-60", 15000, TYPE "1"));
	must(c, add_type(c, "workshop", 4900, TYPE "2"));
	must(c, add_type(c, "free-intro", 0, TYPE "3"));
	must(c, add_booking(c, BOOKING, SESSION));
	return add_booking(c, "bk_asked", NULL);
}

/* --- deliveries -------------------------------------------------------------- */

struct body {
	const char *bytes;
	size_t len;
};

static void
begin(struct ctx *c)
{
	ctx_reset(c);
	c->now = NOW * NOW_SECOND;
}

/* way's header for the body: of the right time, by that key. */
static char *
signature(struct ctx *c, const struct receiver_way *way, const char *key,
    const struct body *body)
{
	char *t = arena_printf(c->mem, "%lld", (long long)NOW);
	const struct hash_part parts[] = { { t, strlen(t) }, { ".", 1 },
		{ body->bytes, body->len } };
	unsigned char mac[HASH_SIZE];

	hash_mac(key, strlen(key), parts, COUNT(parts), mac);
	return arena_printf(c->mem, "%s=t=%s,v1=%s", way->header, t,
	    hex_text(c->mem, mac, sizeof(mac)));
}

static enum err
deliver(struct ctx *c, const struct receiver_way *way, const char *key,
    const struct body *body, struct resp *rs)
{
	struct receiver r = { .db = db, .keys = { secrets, 1 },
		.tolerance = 300 };
	char *params[2] = { NULL };
	struct req rq = { .params = params };

	begin(c);
	params[0] = signature(c, way, key, body);
	rq.body = arena_copy(c->mem, body->bytes, body->len);
	rq.body_len = body->len;
	resp_init(c, rs);
	return receiver_answer(c, &r, way, &rq, rs);
}

static int64_t
size_of_all(struct ctx *c)
{
	struct db_rows rows;

	must(c, db_query(c, db, sql_size, &rows, NULL, 0));
	return rows.values[0].integer;
}

static int
says(struct ctx *c, struct resp *rs, enum err e, const char *words)
{
	size_t len;

	return strstr(resp_text(c, rs, e, &len), words) != NULL;
}

/* Refused unsigned, taken once signed, and known when it comes again. */
static void
deliver_all_ways(struct ctx *c, const struct receiver_way *way,
    const struct body *body)
{
	int64_t before = size_of_all(c);
	struct resp rs;
	enum err e;

	if (deliver(c, way, "whsec_of_somebody_else", body, &rs) !=
	    E_SIGNATURE || size_of_all(c) != before)
		abort();
	e = deliver(c, way, secrets[0], body, &rs);
	if (e != OK && e != E_BADREQ)
		abort();
	if (e == OK && !says(c, &rs, e, "\"received\":true"))
		abort();
	before = e == OK ? size_of_all(c) : before;
	if (deliver(c, way, secrets[0], body, &rs) != e ||
	    size_of_all(c) != before)
		abort();
	if (e == OK && !says(c, &rs, e, "\"duplicate\":true"))
		abort();
}

static void
check_rows(struct ctx *c)
{
	struct db_rows wrong;

	begin(c);
	must(c, db_query(c, db, sql_wrong, &wrong, NULL, 0));
	if (wrong.count > 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct body body;
	struct ctx c;
	size_t n, i;

	ctx_init(&c);
	begin(&c);
	if (db == NULL)
		open_db(&c);
	must(&c, db_script(&c, db, emptying));
	must(&c, db_transaction(&c, db, seed_tx, NULL));
	for (n = 0; n < DELIVERIES_MAX && at < end; n++) {
		body.bytes = at;
		body.len = strnlen(at, (size_t)(end - at));
		at += body.len + 1;
		for (i = 0; i < COUNT(ways); i++)
			deliver_all_ways(&c, &ways[i], &body);
	}
	check_rows(&c);
	ctx_free(&c);
	return 0;
}
