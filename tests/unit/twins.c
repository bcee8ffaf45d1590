/*
 * Twins: each race is run twice, with its guard and without.  With it nothing
 * is lost; without it the damage is done, so that the test is known to see it.
 */
#include <stdlib.h>
#include <string.h>

#include "app/privacy.h"
#include "booking/checkout.h"
#include "booking/job.h"
#include "booking/seat.h"
#include "db/db.h"
#include "db/migrate.h"
#include "world.h"

#define STRIPE(file) "stripe", world_file(w, "stripe/events/" file)

/* A race: 1 if it did damage. */
typedef int race(struct world *w);

static int
run(struct world *w, race *r, const char *off)
{
	int damage;

	world_clear(w);
	world_open_shop(w);
	if (off != NULL)
		setenv("BOOKPAY_TWIN", off, 1);
	damage = r(w);
	unsetenv("BOOKPAY_TWIN");
	return damage;
}

static void
only_the_guard_prevents(struct world *w, const char *guard, race *r)
{
	if (run(w, r, NULL))
		fail_msg("damage in spite of the guard \"%s\"", guard);
	if (!run(w, r, guard))
		fail_msg("no damage without the guard \"%s\"", guard);
}

/* --- deliveries ---------------------------------------------------------- */

/* The same delivery twice. */
static int
a_decline_is_noted_twice(struct world *w)
{
	int i;

	world_open_story(w);
	world_start_paying(w);
	for (i = 0; i < 2; i++)
		world_tell(w, STRIPE("payment_intent.payment_failed"));
	return world_count(w, "SELECT count(*) FROM history"
			      " WHERE what = 'payment declined'") != 1;
}

static void
a_delivery_that_is_repeated_is_known(void **state)
{
	only_the_guard_prevents(*state, "dedupe", a_decline_is_noted_twice);
}

/* A refund overtakes the payment it is of. */
static int
a_refund_is_lost(struct world *w)
{
	world_open_story(w);
	world_tell(w, STRIPE("refund.created"));
	world_tell(w, STRIPE("checkout.session.completed"));
	return strcmp(world_status(w), "CONFIRMED REFUNDED") != 0;
}

static void
what_comes_too_early_waits(void **state)
{
	only_the_guard_prevents(*state, "parking", a_refund_is_lost);
}

/* A late copy of a session's older state. */
static int
a_paid_session_expires(struct world *w)
{
	world_open_story(w);
	world_tell(w, STRIPE("checkout.session.completed"));
	world_tell(w, STRIPE("checkout.session.expired"));
	return strcmp(world_checkout(w, WORLD_CHECKOUT)->status,
	    "complete") != 0;
}

static void
an_older_word_changes_nothing(void **state)
{
	only_the_guard_prevents(*state, "ranks", a_paid_session_expires);
}

/* Cancelled at 14:03:00, paid at 14:03:03. */
static int
money_without_a_seat_is_kept(struct world *w)
{
	static const char cancelled[] =
		"UPDATE booking SET told_cancel_at = 1795442580000000,"
		" told_cancel_by = 'client',"
		" cancelled_at = 1795442580000000, cancelled_by = 'client'";

	world_open_story(w);
	assert_int_equal(db_script(&w->c, w->db, cancelled), OK);
	world_tell(w, STRIPE("checkout.session.completed"));
	world_tell(w, STRIPE("payment_intent.succeeded"));
	return world_count(w, "SELECT count(*) FROM job"
			      " WHERE kind = 'refund'") != 1;
}

static void
money_that_comes_too_late_is_seen(void **state)
{
	only_the_guard_prevents(*state, "late", money_without_a_seat_is_kept);
}

/* --- seats and sessions --------------------------------------------------- */

static int
a_time_is_sold_twice(struct world *w)
{
	struct seat_request rq = world_request(w, 2, world_slot(1, 15));
	struct booking *b;
	enum err e;

	world_book(w, 1, world_slot(1, 15));
	e = seat_request_tx(&w->c, w->db, &rq, &b);
	ctx_forgive(&w->c);
	return e != E_CONFLICT;
}

static void
a_time_is_looked_at_where_it_is_booked(void **state)
{
	only_the_guard_prevents(*state, "overlap", a_time_is_sold_twice);
}

static int64_t
attempts(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM checkout"
			      " WHERE status IN ('asked', 'open')");
}

/* Two clicks, of which the first was not answered yet. */
static int
two_clicks_make_two_sessions(struct world *w)
{
	world_open_story_asked(w);
	world_plan(w, WORLD_BOOKING, NULL);
	return attempts(w) != 1;
}

static void
a_booking_has_one_session(void **state)
{
	only_the_guard_prevents(*state, "one-session",
	    two_clicks_make_two_sessions);
}

/* A click at another price, while the page of the first is open. */
static int
two_prices_make_two_sessions(struct world *w)
{
	world_open_story(w);
	world_plan(w, WORLD_BOOKING, "WELCOME20");
	return attempts(w) != 1;
}

static void
a_session_is_ended_before_the_next(void **state)
{
	only_the_guard_prevents(*state, "expire-first",
	    two_prices_make_two_sessions);
}

/* Whoever clicks, and never pays. */
static int
clicks_never_end(struct world *w)
{
	struct collect_plan plan;
	int n;

	world_open_story_booked(w);
	for (n = 0; n < 3 && world_try_plan(w, WORLD_BOOKING, NULL, &plan) ==
	    OK; n++)
		assert_int_equal(collect_refused_tx(&w->c, w->db,
		    plan.checkout->id, "declined"), OK);
	ctx_forgive(&w->c);
	return n == 3;
}

static int
one_click_too_many(struct world *w)
{
	int damage;

	w->per_hour = 2;
	damage = clicks_never_end(w);
	w->per_hour = 0;
	return damage;
}

static void
clicks_come_to_an_end(void **state)
{
	only_the_guard_prevents(*state, "checkout-rate", one_click_too_many);
}

static int
a_seat_is_kept_for_ever(struct world *w)
{
	int damage;

	w->extra_hours = 1;
	world_open_story_booked(w);
	w->c.now += HOURS(3);
	damage = world_try_plan(w, WORLD_BOOKING, NULL,
	    &(struct collect_plan){ 0 }) == OK;
	w->extra_hours = 0;
	ctx_forgive(&w->c);
	return damage;
}

static void
a_hold_comes_to_an_end(void **state)
{
	only_the_guard_prevents(*state, "hold-end", a_seat_is_kept_for_ever);
}

/* --- workers -------------------------------------------------------------- */

static struct job *
take(struct world *w)
{
	struct job *job;

	assert_int_equal(job_take_tx(&w->c, w->db, &job), OK);
	return job;
}

static void
owe(struct world *w)
{
	const struct job want = { .kind = "refund", .subject = "pi_1" };
	int changed;

	assert_int_equal(job_settle_tx(&w->c, w->db, &want, 1, &changed), OK);
}

static int
two_workers_take_one_job(struct world *w)
{
	owe(w);
	assert_non_null(take(w));
	return take(w) != NULL;
}

static void
a_job_that_is_taken_is_not_taken_again(void **state)
{
	only_the_guard_prevents(*state, "lease", two_workers_take_one_job);
}

/* Its lease ran out while it waited; another one is at it. */
static int
a_slow_worker_ends_the_job_of_another(struct world *w)
{
	struct job *slow, *other;
	enum err e;

	owe(w);
	slow = take(w);
	w->c.now += HOURS(1);
	other = take(w);
	assert_non_null(other);
	e = job_done_tx(&w->c, w->db, slow);
	ctx_forgive(&w->c);
	return e == OK;
}

static void
a_worker_speaks_only_for_its_own_lease(void **state)
{
	only_the_guard_prevents(*state, "fence",
	    a_slow_worker_ends_the_job_of_another);
}

/* --- writers --------------------------------------------------------------- */

enum { ROUNDS = 50 };

/* Reads before it writes, as all of them do. */
static enum err
count_up(struct ctx *c, struct db *db, void *arg)
{
	static const char sql_look[] = "SELECT note FROM mark";
	static const char sql_put[] =
		"INSERT INTO mark (name, at) VALUES ('count', 1)"
		" ON CONFLICT (name) DO UPDATE SET at = mark.at + 1";
	struct db_rows rows;
	enum err e;

	(void)arg;
	e = db_query(c, db, sql_look, &rows, NULL, 0);
	/* The other one is to have its chance. */
	usleep(200);
	if (e == OK)
		e = db_run(c, db, sql_put, NULL, NULL, 0);
	return e;
}

/* Exits with 1 if it was ever sent away. */
static void
write_in_a_process(const char *url)
{
	struct ctx c;
	struct db *db;
	int i, busy = 0;

	ctx_init(&c);
	if (db_open(&c, url, 0, &db) != OK)
		_exit(2);
	for (i = 0; i < ROUNDS; i++, ctx_reset(&c))
		busy |= db_transaction(&c, db, count_up, NULL) != OK;
	db_free(db);
	ctx_free(&c);
	_exit(busy);
}

static int
a_writer_is_sent_away(struct world *w)
{
	const char *folder = unit_folder(&w->c);
	const char *url = arena_printf(w->c.mem, "sqlite:%s/db", folder);
	struct db *db;
	pid_t child[2];
	int i, status, busy = 0;

	assert_int_equal(db_open(&w->c, url, 1, &db), OK);
	assert_int_equal(migrate_run(&w->c, db, &i), OK);
	db_free(db);
	for (i = 0; i < 2; i++) {
		child[i] = fork();
		if (child[i] == 0)
			write_in_a_process(url);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
		busy |= WEXITSTATUS(status);
	}
	unit_remove(&w->c, folder);
	return busy;
}

static void
who_writes_waits_at_the_start(void **state)
{
	only_the_guard_prevents(*state, "writer", a_writer_is_sent_away);
}

/* --- people ---------------------------------------------------------------- */

static void
forget_ada(struct world *w)
{
	const struct privacy_order order = { .email =
		"ada.client@example.com" };
	struct privacy_erased ret;

	if (privacy_erase(&w->c, w->db, &order, &ret) != OK)
		fail_msg("%s", w->c.why);
}

static int
a_session_to_come_loses_its_client(struct world *w)
{
	world_tell(w, "calendly", world_file(w,
	    "calendly/webhooks/invitee_created"));
	forget_ada(w);
	return world_count(w, "SELECT count(*) FROM booking"
			      " WHERE erased_at > 0") != 0;
}

static void
who_is_expected_is_not_forgotten(void **state)
{
	only_the_guard_prevents(*state, "erase-hindrance",
	    a_session_to_come_loses_its_client);
}

/* Calendly speaks of her again. */
static int
a_forgotten_client_is_back(struct world *w)
{
	static const char done[] = "UPDATE job SET done_at = 5";

	world_tell(w, "calendly", world_file(w,
	    "calendly/webhooks/invitee_created"));
	assert_int_equal(db_script(&w->c, w->db, done), OK);
	w->c.now += DAYS(60);
	forget_ada(w);
	world_tell(w, "calendly", world_file(w,
	    "calendly/webhooks/invitee_canceled"));
	return world_count(w, "SELECT count(*) FROM event"
			      " WHERE body LIKE '%ada.client%'") != 0;
}

static void
who_was_forgotten_stays_away(void **state)
{
	only_the_guard_prevents(*state, "redact-door",
	    a_forgotten_client_is_back);
}

/* Stripe does: of whom is known only when it is applied. */
static int
a_forgotten_payer_is_back(struct world *w)
{
	static const char forgotten[] = "UPDATE booking SET erased_at = 5";

	world_open_story(w);
	assert_int_equal(db_script(&w->c, w->db, forgotten), OK);
	world_tell(w, STRIPE("checkout.session.completed"));
	return world_count(w, "SELECT count(*) FROM event WHERE"
	    " source = 'stripe' AND body LIKE '%@%'") != 0;
}

static void
who_was_forgotten_pays_without_a_name(void **state)
{
	only_the_guard_prevents(*state, "redact-after",
	    a_forgotten_payer_is_back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(a_delivery_that_is_repeated_is_known),
		WITH_WORLD(what_comes_too_early_waits),
		WITH_WORLD(an_older_word_changes_nothing),
		WITH_WORLD(money_that_comes_too_late_is_seen),
		WITH_WORLD(a_time_is_looked_at_where_it_is_booked),
		WITH_WORLD(a_booking_has_one_session),
		WITH_WORLD(a_session_is_ended_before_the_next),
		WITH_WORLD(clicks_come_to_an_end),
		WITH_WORLD(a_hold_comes_to_an_end),
		WITH_WORLD(a_job_that_is_taken_is_not_taken_again),
		WITH_WORLD(a_worker_speaks_only_for_its_own_lease),
		WITH_WORLD(who_writes_waits_at_the_start),
		WITH_WORLD(who_is_expected_is_not_forgotten),
		WITH_WORLD(who_was_forgotten_stays_away),
		WITH_WORLD(who_was_forgotten_pays_without_a_name),
	};

	return cmocka_run_group_tests_name("twins", tests, NULL, NULL);
}
