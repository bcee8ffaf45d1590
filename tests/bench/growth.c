/*
 * growth: how long what the programs do takes with many bookings.
 *
 *	growth DATABASE BOOKINGS OPEN FIRST [NAME]
 *
 * The database is tests/bench/grow.c's, with as many bookings, of which the
 * last OPEN wait for their money; those before FIRST of them have it by now.
 * NAME: only what is called so.  What a command of the admin's does is measured
 * with the database opened for it.  What is looked up are the last RECENT that were
 * paid, again and again, as a shop does: so it is the same work whatever else is
 * there.  What COLD looks up are any, once each.
 * Each line of the answer is a name, and microseconds: half of all are faster,
 * 99 of 100 are.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/intake.h"
#include "app/view.h"
#include "base/ctx.h"
#include "base/json.h"
#include "base/now.h"
#include "booking/analytics.h"
#include "booking/attention.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/event.h"
#include "booking/job.h"
#include "booking/refund.h"
#include "db/db.h"
#include "web/auth.h"

enum { WARM = 100, RUNS = 300, LIST = 50, RECENT = 1000 };

#define DAY (24 * 3600 * NOW_SECOND)
#define YEAR (365 * DAY)

static struct ctx c;
static const char *url;
static struct db *db;
static int64_t bookings, open_ones, next_open;
static uint64_t dice = 88172645463325252u;

/* One of the last so many that do not wait for their money; the same ones each
 * time. */
static int64_t
one_of(int64_t last)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return bookings - open_ones - (int64_t)(dice % (uint64_t)last);
}

static int64_t
any_booking(void)
{
	return one_of(RECENT);
}

/* What of a kind belongs to booking n, as grow.c names it. */
static const char *
named(const char *kind, int64_t n)
{
	return arena_printf(c.mem, "%s%08" PRIx32 "%024" PRIx64, kind,
	    (uint32_t)((uint64_t)n * 2654435761u), (uint64_t)n);
}

static enum err
show(struct ctx *cc, struct db *d, const struct booking *b,
    const struct checkout *co)
{
	static const struct caller nobody;
	struct cJSON *data = json_object(cc);
	struct view v;
	enum err e;

	e = view_load_tx(cc, d, b, &nobody, &v);
	if (e == OK && co != NULL)
		view_session(cc, &v, co, data);
	else if (e == OK)
		view_booking(cc, &v, data);
	return e;
}

static enum err
look_up_booking(struct ctx *cc, struct db *d, void *arg)
{
	struct booking *b;
	enum err e;

	(void)arg;
	e = booking_get_tx(cc, d, named("bk_", any_booking()), &b);
	return e == OK ? show(cc, d, b, NULL) : e;
}

static enum err
look_up_any(struct ctx *cc, struct db *d, void *arg)
{
	struct booking *b;
	enum err e;

	(void)arg;
	e = booking_get_tx(cc, d, named("bk_", one_of(bookings - open_ones)),
	    &b);
	return e == OK ? show(cc, d, b, NULL) : e;
}

static enum err
look_up_session(struct ctx *cc, struct db *d, void *arg)
{
	struct checkout *co;
	struct booking *b;
	enum err e;

	(void)arg;
	e = checkout_by_session_tx(cc, d, named("cs_test_", any_booking()),
	    &co);
	if (e == OK)
		e = booking_get_tx(cc, d, co->booking, &b);
	return e == OK ? show(cc, d, b, co) : e;
}

static enum err
look_for_time(struct ctx *cc, struct db *d, void *arg)
{
	struct booking_unpaid unpaid;
	struct booking *b;
	int taken;
	enum err e;

	(void)arg;
	e = booking_get_tx(cc, d, named("bk_", any_booking()), &b);
	if (e == OK)
		e = booking_overlaps_tx(cc, d, b, &taken);
	return e == OK ? booking_unpaid_tx(cc, d, NULL, b->email, &unpaid) : e;
}

static enum err
look_by_email(struct ctx *cc, struct db *d, void *arg)
{
	struct booking_filter filter = { .limit = LIST };
	struct booking_list list;

	(void)arg;
	filter.email = arena_printf(cc->mem, "Client%" PRId64 "@example.org",
	    any_booking());
	return booking_list_tx(cc, d, &filter, &list);
}

static enum err
list_newest(struct ctx *cc, struct db *d, void *arg)
{
	const struct booking_filter filter = { .limit = LIST };
	struct booking_list list;
	struct event_list events;
	enum err e;

	(void)arg;
	e = booking_list_tx(cc, d, &filter, &list);
	return e == OK ? event_list_tx(cc, d, NULL, LIST, &events) : e;
}

/* --- The worker ------------------------------------------------------------ */

static enum err
find_due(struct ctx *cc, struct db *d, void *arg)
{
	struct job *job;

	(void)arg;
	return job_take_tx(cc, d, &job);
}

static enum err
find_doubtful(struct ctx *cc, struct db *d, void *arg)
{
	/* In both sizes those that wait for their money are in doubt. */
	const struct checkout_doubt doubt = { cc->now, cc->now + 2 * DAY, "" };
	struct checkout_list list;

	(void)arg;
	return checkout_doubtful_tx(cc, d, &doubt, &list);
}

static enum err
find_refunds(struct ctx *cc, struct db *d, void *arg)
{
	struct refund_list list;

	(void)arg;
	return refund_waiting_tx(cc, d, "", &list);
}

static enum err
find_parked(struct ctx *cc, struct db *d, void *arg)
{
	struct event_list list;

	(void)arg;
	return event_all_parked_tx(cc, d, "", &list);
}

static enum err
find_past(struct ctx *cc, struct db *d, void *arg)
{
	const struct booking_age age = { cc->now, 0, "" };
	struct booking_list list;

	(void)arg;
	return booking_past_tx(cc, d, &age, &list);
}

static enum err
find_unrelated(struct ctx *cc, struct db *d, void *arg)
{
	const struct event_age age = { cc->now, cc->now, "" };
	struct event_list list;

	(void)arg;
	return event_unrelated_tx(cc, d, &age, &list);
}

static enum err
fade_jobs(struct ctx *cc, struct db *d, void *arg)
{
	int64_t count;

	(void)arg;
	return job_fade_tx(cc, d, cc->now - 2 * YEAR, &count);
}

static enum err
find_attention(struct ctx *cc, struct db *d, void *arg)
{
	struct attention_list list;

	(void)arg;
	return attention_list_tx(cc, d, &list);
}

/* Of half a day, in which there are as many. */
static enum err
add_up(struct ctx *cc, struct db *d, void *arg)
{
	const int64_t to = cc->now - 4 * DAY;
	const struct analytics_span span = { to - DAY / 2, to, NULL };
	struct analytics_sums sums;

	(void)arg;
	return analytics_sums_tx(cc, d, &span, &sums);
}

/* --- Deliveries ------------------------------------------------------------ */

static const char event_text[] =
	"{\"id\":\"evt_new%s\",\"object\":\"event\",\"created\":%" PRId64 ","
	"\"livemode\":false,\"type\":\"%s\",\"data\":{\"object\":{"
	"\"id\":\"%s\",\"object\":\"%s\",\"status\":\"complete\","
	"\"payment_status\":\"paid\",\"mode\":\"payment\","
	"\"amount_subtotal\":9000,\"amount_total\":9000,\"amount\":9000,"
	"\"currency\":\"usd\",\"payment_intent\":\"%s\","
	"\"client_reference_id\":\"%s\",\"metadata\":{\"bookingId\":\"%s\"}}}}";

static enum err
deliver(int64_t n, const char *type, const char *id, const char *object)
{
	const char *body = arena_printf(c.mem, event_text,
	    named("", n), c.now / NOW_SECOND, type, id, object,
	    named("pi_", n), named("bk_", n), named("bk_", n));
	struct intake in;

	return intake_stripe(&c, db, body, strlen(body), &in);
}

static enum err
pay(void)
{
	const int64_t n = bookings - open_ones + 1 + next_open++;

	return deliver(n, "checkout.session.completed", named("cs_test_", n),
	    "checkout.session");
}

static enum err
pay_again(void)
{
	next_open--;
	return pay();
}

static enum err
tell_of_nobody(void)
{
	const int64_t n = c.now; /* never told before */

	return deliver(n, "payment_intent.created", named("pi_", n),
	    "payment_intent");
}

/* --- All of it --------------------------------------------------------------- */

struct act {
	const char *name;
	db_work *reads, *writes; /* one of these three */
	enum err (*delivers)(void);
	int anew; /* the database is opened for it, as a command does */
	int warm; /* so often before it counts */
	int cold; /* only where it is asked for by its name */
};

static const struct act acts[] = {
	{ "a booking, by its id", look_up_booking, .warm = 5 * RECENT },
	{ "a session, by its id", look_up_session, .warm = 5 * RECENT },
	{ "is a time free, and the client free to book", look_for_time,
	    .warm = 5 * RECENT },
	{ "a client's bookings, by address", look_by_email, .warm = 5 * RECENT },
	{ "the newest bookings and events", list_newest, .warm = WARM },
	{ "delivery: a session is paid", .delivers = pay, .warm = WARM },
	{ "delivery: the same again", .delivers = pay_again, .warm = WARM },
	{ "delivery: about nobody", .delivers = tell_of_nobody, .warm = WARM },
	{ "worker: is a job due", .writes = find_due, .warm = WARM },
	{ "worker: sessions in doubt", find_doubtful, .warm = WARM },
	{ "worker: refunds under way", find_refunds, .warm = WARM },
	{ "worker: parked events", find_parked, .warm = WARM },
	{ "worker: people to be forgotten", find_past, .warm = WARM },
	{ "worker: deliveries to be forgotten", find_unrelated, .warm = WARM },
	{ "worker: jobs to be forgotten", .writes = fade_jobs, .warm = WARM },
	{ "what a person must see to", find_attention, .anew = 1, .warm = WARM },
	{ "the funnel of 500 bookings", add_up, .anew = 1, .warm = WARM },
	{ "any booking, from the disk", look_up_any, .cold = 1 },
};

static enum err
open_and_read(const struct act *act)
{
	enum err e;

	e = db_open(&c, url, 0, &db);
	if (e != OK)
		return e;
	e = db_read(&c, db, act->reads, NULL);
	db_free(db);
	return e;
}

static int64_t
once(const struct act *act)
{
	int64_t since;
	enum err e;

	ctx_reset(&c);
	since = now_monotonic();
	if (act->anew)
		e = open_and_read(act);
	else if (act->reads != NULL)
		e = db_read(&c, db, act->reads, NULL);
	else if (act->writes != NULL)
		e = db_transaction(&c, db, act->writes, NULL);
	else
		e = act->delivers();
	if (e != OK) {
		fprintf(stderr, "growth: %s: %s\n", act->name, c.why);
		exit(1);
	}
	return now_monotonic() - since;
}

static int
by_number(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
measure(const struct act *act)
{
	int64_t took[RUNS];
	int i;

	if (act->anew)
		db_free(db);
	for (i = 0; i < act->warm; i++)
		once(act);
	for (i = 0; i < RUNS; i++)
		took[i] = once(act);
	if (act->anew && db_open(&c, url, 0, &db) != OK)
		abort();
	qsort(took, RUNS, sizeof(took[0]), by_number);
	printf("%s\t%" PRId64 "\t%" PRId64 "\n", act->name, took[RUNS / 2],
	    took[RUNS * 99 / 100]);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc < 5) {
		fputs("usage: growth DATABASE BOOKINGS OPEN FIRST [NAME]\n",
		    stderr);
		return 2;
	}
	bookings = strtoll(argv[2], NULL, 10);
	open_ones = strtoll(argv[3], NULL, 10);
	next_open = strtoll(argv[4], NULL, 10);
	json_global_init();
	ctx_init(&c);
	url = argv[1];
	if (db_open(&c, url, 0, &db) != OK) {
		fprintf(stderr, "growth: %s\n", c.why);
		return 1;
	}
	for (i = 0; i < COUNT(acts); i++)
		if (argc < 6 ? !acts[i].cold
		    : strcmp(argv[5], acts[i].name) == 0)
			measure(&acts[i]);
	db_free(db);
	ctx_free(&c);
	return 0;
}
