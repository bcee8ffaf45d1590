#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/now.h"
#include "booking/booking.h"
#include "booking/builder.h"
#include "booking/checkout.h"
#include "booking/session_type.h"
#include "db/db.h"
#include "db/migrate.h"

#define HOUR (3600 * NOW_SECOND)

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

#define TYPE "e7e70001-0000-4000-8000-00000000000"

static enum err
add_type(struct ctx *c, struct db *same, const char *id, int64_t amount,
    const char *calendly)
{
	const struct session_type type = { .id = id, .builder = "robin",
		.title = id, .minutes = 60, .amount = amount,
		.currency = "usd", .calendly_type = calendly,
		.direct = calendly == NULL, .hours = "mon-fri 09:00-17:00",
		.horizon_days = 365, .hold_minutes = 60,
		.policy = "24:100 12:50", .active = 1 };

	return session_type_set_tx(c, same, &type);
}

/* A booking with one attempt to collect: session NULL, or open. */
static enum err
add_booking(struct ctx *c, struct db *same, const char *id,
    const char *session)
{
	const struct booking b = { .id = id, .builder = "robin",
		.session_type = "strategy-60", .name = ROWS_NAME,
		.email = ROWS_EMAIL, .timezone = "UTC",
		.start_at = ROWS_NOW * NOW_SECOND + 200 * HOUR,
		.end_at = ROWS_NOW * NOW_SECOND + 201 * HOUR, .source = "direct",
		.amount = 15000, .currency = "usd", .policy = "24:100",
		.hold_at = ROWS_NOW * NOW_SECOND + HOUR, .status = "PENDING",
		.payment_status = "UNPAID" };
	const struct checkout co = {
		.id = arena_printf(c->mem, "checkout-%s-1", id),
		.booking = id, .attempt = 1, .body = "mode=payment",
		.session = session, .status = session == NULL ? "asked"
		    : "open", .payment_status = "unpaid", .amount = 15000,
		.subtotal = 15000, .currency = "usd",
		.expires_at = ROWS_NOW * NOW_SECOND + HOUR };
	enum err e = booking_add_tx(c, same, &b);

	return e == OK ? checkout_add_tx(c, same, &co) : e;
}

static enum err
seed_tx(struct ctx *c, struct db *same, void *arg)
{
	const struct builder robin = { .id = "robin", .name = "Robin Coach",
		.timezone = "America/New_York",
		.calendly_user = "https://api.calendly.com/users/"
		    "f1c0a001-0000-4000-8000-000000000001" };

	(void)arg;
	must(c, builder_set_tx(c, same, &robin));
	must(c, add_type(c, same, "strategy-60", 15000, TYPE "1"));
	must(c, add_type(c, same, "workshop", 4900, TYPE "2"));
	must(c, add_type(c, same, "free-intro", 0, TYPE "3"));
	must(c, add_type(c, same, "review-45", 9000, NULL));
	must(c, add_type(c, same, "hello-15", 0, NULL));
	must(c, add_booking(c, same, ROWS_BOOKING, ROWS_SESSION));
	must(c, add_booking(c, same, ROWS_OWN, NULL));
	return add_booking(c, same, "bk_asked", NULL);
}

struct db *
rows_make(struct ctx *c)
{
	if (db == NULL)
		open_db(c);
	must(c, db_script(c, db, emptying));
	must(c, db_transaction(c, db, seed_tx, NULL));
	return db;
}

int64_t
rows_size(struct ctx *c)
{
	struct db_rows rows;

	must(c, db_query(c, db, sql_size, &rows, NULL, 0));
	return rows.values[0].integer;
}

void
rows_check(struct ctx *c)
{
	struct db_rows wrong;

	must(c, db_query(c, db, sql_wrong, &wrong, NULL, 0));
	if (wrong.count > 0)
		abort();
}
