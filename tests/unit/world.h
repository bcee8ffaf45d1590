/*
 * world: a shop in a database of its own, for tests.
 *
 * A real database (place.h), brought up by migrate_run; the clock is set by hand;
 * rows come about through the functions of the house.  Most tests are alone
 * with their database and call x_tx functions as they are: each statement is
 * then its own transaction.
 */
#ifndef UNIT_WORLD_H
#define UNIT_WORLD_H

#include "unit.h"

#include "app/intake.h"
#include "base/now.h"
#include "booking/collect.h"

struct booking;
struct checkout;
struct db;
struct seat_request;

struct world {
	struct ctx c; /* first: a struct world * is a fine struct ctx * */
	struct db *db;
	char *url; /* of it */
	int64_t per_hour, extra_hours; /* of collecting; 0: not limited */
};

/* Monday 2026-11-23, 14:00 UTC: 09:00 in New York, where the builder is. */
#define WORLD_NOW (1795442400 * NOW_SECOND)
#define MINUTES(n) ((int64_t)(n) * 60 * NOW_SECOND)
#define HOURS(n) MINUTES((n) * 60)
#define DAYS(n) HOURS((n) * 24)

/* cmocka fixtures: *state is a world with a schema and no rows. */
int world_new(void **state);
/* The same in a file, for several connections: world->url. */
struct world *world_new_at(const char *file);
int world_free(void **state);
#define WITH_WORLD(test) \
	cmocka_unit_test_setup_teardown(test, world_new, world_free)

/* As it was when it was new. */
void world_clear(struct world *w);

/*
 * Keeps all rows as they are now, and puts them back: a thousand times
 * cheaper than to make them again.
 */
void world_keep(struct world *w);
void world_put_back(struct world *w);

/* The same with a builder and session types; the names are below. */
int world_new_shop(void **state);
#define WITH_SHOP(test) \
	cmocka_unit_test_setup_teardown(test, world_new_shop, world_free)

/*
 * The shop: builder "robin" in New York, for whom user "u-robin" acts.
 * Session types, 15000 usd and 60 minutes unless said otherwise:
 * "strategy" (Calendly type 1), "group" (type 2, 5000), "panel" (type 3),
 * "round" (type 4), "direct" (mon-fri 09:00-17:00, 2 hours' notice, 60 days
 * ahead), "free" (direct, 0), "members" (direct, sign-in), "retired" (direct,
 * not active).
 */
void world_open_shop(struct world *w);

/* "bk_" and 32 digits that end in n. */
const char *world_id(struct world *w, int n);

/* A time that "direct" offers: day days ahead (a Monday's week), that hour. */
int64_t world_slot(int day, int hour_utc);

/* A request for "direct" as world_id(w, n) at start, to change at will. */
struct seat_request world_request(struct world *w, int n, int64_t start);

/* The direct booking such a request makes. */
struct booking *world_book(struct world *w, int n, int64_t start);

/* The same, paid in full a minute ago: payment "pi_1" if n is 1. */
struct booking *world_sell(struct world *w, int n, int64_t start);

/* After facts were written by hand. */
void world_settle(struct world *w, const char *id);

/* As it stands in the database now. */
struct booking *world_booking(struct world *w, const char *id);
struct checkout *world_checkout(struct world *w, const char *id);

/* Both statuses of the story's booking: "CONFIRMED PAID". */
const char *world_status(struct world *w);

/* The next step of collecting; must be OK. */
struct collect_plan world_plan(struct world *w, const char *booking,
    const char *promotion_code);
/* The same as a call whose result the test looks at. */
enum err world_try_plan(struct world *w, const char *booking,
    const char *promotion_code, struct collect_plan *ret);

/*
 * The booking of Stripe's recorded story and its attempt, whose answer has
 * come: session WORLD_SESSION is open.
 */
#define WORLD_BOOKING "bkg_01JDB2V6Q3T8K9M4X7Y1Z0ABCD"
#define WORLD_CHECKOUT "checkout-" WORLD_BOOKING "-1"
#define WORLD_SESSION \
	"cs_test_a1Kq7Zc0mV2nT5sR8wY3bH6jL9pD4fG1xN0eU7iO5aS2dF8gH3jK6lQ9"
#define WORLD_INTENT "pi_3SWfXkB7WZ01zgkW1a2B3c4D"
void world_open_story_booked(struct world *w); /* and nothing asked */
void world_open_story(struct world *w);      /* with the answer */
void world_open_story_asked(struct world *w); /* it is still to come */
/* The client has started to pay: Stripe names WORLD_INTENT. */
void world_start_paying(struct world *w);

/* --- what providers say --------------------------------------------------- */

/* A recorded body, by its path below tests/contract without ".json". */
char *world_file(struct world *w, const char *path);

/* body with the member at path ("data.object.amount_total") set to the JSON
 * text value; NULL takes the member away. */
char *world_edit(struct ctx *c, const char *body, const char *path,
    const char *value);

/* What is at path, as JSON text. */
char *world_part(struct ctx *c, const char *body, const char *path);

/* Delivered through the door of its source; must be stored. */
struct intake world_tell(struct world *w, const char *source,
    const char *body);

/* The same door for a thread of its own, which looks at the result. */
enum err world_deliver(struct ctx *c, struct db *db, const char *source,
    const char *body, struct intake *ret);

/* --- comparing ----------------------------------------------------------- */

/*
 * All rows but history, a line each, sorted, with every column but the times
 * at which things reached us; ids that we drew are replaced by their invitees.
 */
char *world_dump(struct world *w);

/* Fails, showing the first line that differs. */
void world_same(const char *a, const char *b, const char *what);

/* What sql, which must be a constant, answers. */
struct db_rows world_rows(struct world *w, const char *sql);

/* text with the ids that we drew replaced by their invitees. */
char *world_undrawn(struct world *w, const char *text);

/* How many rows sql counts; sql must be a constant. */
int64_t world_count(struct world *w, const char *sql);

/* Does the dump have a line that starts so? */
int world_has(struct world *w, const char *line);

#endif
