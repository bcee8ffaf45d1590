/*
 * Every recorded body through the door it really comes in by: in an empty
 * database, and in one that knows what it is about.
 */
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "db/db.h"
#include "place.h"
#include "sample.h"
#include "world.h"

/* --- what becomes of each ------------------------------------------------ */

/* How far the known world has come when the body arrives. */
enum known { ASKED, PAID, SHOP };

struct expected {
	const char *file;
	/* In the empty world: the word, and what it waits for (its start). */
	const char *empty, *waits_for;
	/* In the known one: the word, and why (the start of the reason) … */
	enum known known;
	const char *word, *why;
	/* … how the bookings stand then, and what was newly counted. */
	const char *facts;
};

#define SESSION "parked", "session:cs_"
#define INTENT "parked", "intent:" WORLD_INTENT
#define TYPE(n) "parked", "type:e7e70001-0000-4000-8000-00000000000" n
#define NEVER "ignored", NULL
#define APPLIED(world) world, "applied", NULL
#define IGNORED(world, why) world, "ignored", why
#define MISMATCH(why) ASKED, "failed", "PAYMENT_MISMATCH: " why

static const struct expected stripe_bodies[] = {
	/* clang-format off */
	{ "charge.dispute.closed", INTENT, APPLIED(PAID),
	    "CONFIRMED DISPUTED PAYMENT_DISPUTED" },
	{ "charge.dispute.closed.won", INTENT, APPLIED(PAID),
	    "CONFIRMED PAID PAYMENT_DISPUTED" },
	{ "charge.dispute.created", INTENT, APPLIED(PAID),
	    "CONFIRMED DISPUTED PAYMENT_DISPUTED" },
	{ "charge.dispute.funds_reinstated", INTENT, APPLIED(PAID),
	    "CONFIRMED PAID PAYMENT_DISPUTED" },
	{ "charge.dispute.funds_withdrawn", INTENT, APPLIED(PAID),
	    "CONFIRMED DISPUTED PAYMENT_DISPUTED" },
	{ "charge.dispute.updated", INTENT, APPLIED(PAID),
	    "CONFIRMED DISPUTED PAYMENT_DISPUTED" },
	/* A charge is the sum of its refunds to us, nothing else. */
	{ "charge.failed", INTENT, APPLIED(ASKED), "PENDING UNPAID" },
	{ "charge.refund.updated", INTENT, APPLIED(PAID),
	    "CONFIRMED PAID REFUND_FAILED" },
	{ "charge.refunded", INTENT, APPLIED(PAID), "CONFIRMED REFUNDED" },
	{ "charge.refunded.partial", INTENT, APPLIED(PAID),
	    "CONFIRMED PARTIALLY_REFUNDED" },
	{ "charge.succeeded", INTENT, APPLIED(ASKED), "PENDING UNPAID" },
	{ "checkout.session.async_payment_failed", SESSION, APPLIED(ASKED),
	    "PENDING FAILED CHECKOUT_COMPLETED PAYMENT_FAILED" },
	{ "checkout.session.async_payment_succeeded", SESSION, APPLIED(ASKED),
	    "CONFIRMED PAID BOOKING_CONFIRMED CHECKOUT_COMPLETED "
	    "PAYMENT_COMPLETED" },
	{ "checkout.session.completed", SESSION, APPLIED(ASKED),
	    "CONFIRMED PAID BOOKING_CONFIRMED CHECKOUT_COMPLETED "
	    "PAYMENT_COMPLETED" },
	{ "checkout.session.completed.connect", NEVER,
	    IGNORED(ASKED, "it is about connected account"),
	    "PENDING UNPAID" },
	/* The story's session was made without a promotion code. */
	{ "checkout.session.completed.discounted", SESSION,
	    MISMATCH("amount"), "PENDING UNPAID PAYMENT_MISMATCH" },
	{ "checkout.session.completed.livemode", SESSION,
	    MISMATCH("session cs_live_"), "PENDING UNPAID PAYMENT_MISMATCH" },
	{ "checkout.session.completed.no_payment_required", SESSION,
	    MISMATCH("amount"), "PENDING UNPAID PAYMENT_MISMATCH" },
	{ "checkout.session.completed.subscription", SESSION,
	    MISMATCH("session mode"), "PENDING UNPAID PAYMENT_MISMATCH" },
	{ "checkout.session.completed.unpaid", SESSION, APPLIED(ASKED),
	    "PENDING PROCESSING CHECKOUT_COMPLETED" },
	{ "checkout.session.expired", SESSION, APPLIED(ASKED),
	    "PENDING UNPAID CHECKOUT_EXPIRED" },
	{ "checkout.session.expired.recovery", SESSION, APPLIED(ASKED),
	    "PENDING UNPAID CHECKOUT_EXPIRED" },
	{ "customer.subscription.created", NEVER,
	    IGNORED(ASKED, "we have no use for"), "PENDING UNPAID" },
	{ "customer.subscription.deleted", NEVER,
	    IGNORED(ASKED, "we have no use for"), "PENDING UNPAID" },
	{ "customer.subscription.paused", NEVER,
	    IGNORED(ASKED, "we have no use for"), "PENDING UNPAID" },
	{ "customer.subscription.resumed", NEVER,
	    IGNORED(ASKED, "we have no use for"), "PENDING UNPAID" },
	{ "customer.subscription.trial_will_end", NEVER,
	    IGNORED(ASKED, "we have no use for"), "PENDING UNPAID" },
	{ "customer.subscription.updated", NEVER,
	    IGNORED(ASKED, "we have no use for"), "PENDING UNPAID" },
	{ "customer.subscription.updated.cancel_at_period_end", NEVER,
	    IGNORED(ASKED, "we have no use for"), "PENDING UNPAID" },
	{ "invoice.paid", NEVER, IGNORED(ASKED, "we have no use for"),
	    "PENDING UNPAID" },
	{ "invoice.payment_action_required", NEVER,
	    IGNORED(ASKED, "we have no use for"), "PENDING UNPAID" },
	{ "invoice.payment_failed", NEVER,
	    IGNORED(ASKED, "we have no use for"), "PENDING UNPAID" },
	{ "invoice.payment_succeeded", NEVER,
	    IGNORED(ASKED, "we have no use for"), "PENDING UNPAID" },
	{ "payment_intent.canceled", INTENT, APPLIED(ASKED),
	    "PENDING UNPAID" },
	{ "payment_intent.created", INTENT, APPLIED(ASKED),
	    "PENDING UNPAID" },
	{ "payment_intent.payment_failed", INTENT, APPLIED(ASKED),
	    "PENDING UNPAID PAYMENT_FAILED" },
	{ "payment_intent.processing", INTENT, APPLIED(ASKED),
	    "PENDING UNPAID" },
	{ "payment_intent.requires_action", INTENT, APPLIED(ASKED),
	    "PENDING UNPAID" },
	{ "payment_intent.succeeded", INTENT, APPLIED(ASKED),
	    "CONFIRMED PAID BOOKING_CONFIRMED PAYMENT_COMPLETED" },
	{ "refund.created", INTENT, APPLIED(PAID),
	    "CONFIRMED REFUNDED PAYMENT_REFUNDED" },
	{ "refund.created.pending", INTENT, APPLIED(PAID),
	    "CONFIRMED REFUNDED" },
	{ "refund.failed", INTENT, APPLIED(PAID),
	    "CONFIRMED PAID REFUND_FAILED" },
	{ "refund.updated", INTENT, APPLIED(PAID),
	    "CONFIRMED REFUNDED PAYMENT_REFUNDED" },
	{ "thin.v1.checkout.session.completed", NEVER,
	    IGNORED(ASKED, "a thin event"), "PENDING UNPAID" },
	/* clang-format on */
};

static const struct expected calendly_bodies[] = {
	/* clang-format off */
	{ "NEGATIVE_v1_shape", NEVER,
	    IGNORED(SHOP, "not a booking: the retired v1 shape"), "" },
	{ "collective_two_hosts_created", TYPE("3"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "group_event_canceled_by_host_one_of_many", TYPE("2"),
	    APPLIED(SHOP),
	    "CANCELLED UNPAID BOOKING_CANCELLED BOOKING_CREATED" },
	{ "group_event_first_invitee_created", TYPE("2"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "group_event_one_invitee_canceled", TYPE("2"), APPLIED(SHOP),
	    "CANCELLED UNPAID BOOKING_CANCELLED BOOKING_CREATED" },
	{ "group_event_reschedule_old_invitee_canceled", TYPE("2"),
	    APPLIED(SHOP),
	    "RESCHEDULED UNPAID BOOKING_CREATED BOOKING_RESCHEDULED" },
	{ "group_event_second_invitee_created", TYPE("2"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "invitee_canceled", TYPE("1"), APPLIED(SHOP),
	    "CANCELLED UNPAID BOOKING_CANCELLED BOOKING_CREATED" },
	{ "invitee_canceled_by_host_empty_reason", TYPE("1"), APPLIED(SHOP),
	    "CANCELLED UNPAID BOOKING_CANCELLED BOOKING_CREATED" },
	{ "invitee_created", TYPE("1"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "invitee_created_google_meet_processing", TYPE("1"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "invitee_created_legacy_without_scheduled_event", "parked",
	    "read:1417e000-0000-4000-8000-000000000031", SHOP, "parked",
	    "the body leaves out the time", "" },
	{ "invitee_created_minimal_nulls", TYPE("1"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "invitee_created_native_payment", TYPE("1"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "invitee_created_unicode", TYPE("1"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "invitee_created_unknown_extra_fields", TYPE("1"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "invitee_created_via_scheduling_api", TYPE("1"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "invitee_no_show_created", TYPE("1"), APPLIED(SHOP),
	    "NO_SHOW UNPAID BOOKING_CREATED BOOKING_NO_SHOW" },
	{ "invitee_no_show_deleted", TYPE("1"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "reschedule_new_invitee_created", TYPE("1"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "reschedule_new_invitee_created_tracking_kept", TYPE("1"),
	    APPLIED(SHOP), "PENDING UNPAID BOOKING_CREATED" },
	{ "reschedule_old_invitee_canceled", TYPE("1"), APPLIED(SHOP),
	    "RESCHEDULED UNPAID BOOKING_CREATED BOOKING_RESCHEDULED" },
	{ "round_robin_created", TYPE("4"), APPLIED(SHOP),
	    "PENDING UNPAID BOOKING_CREATED" },
	{ "routing_form_submission_created", NEVER,
	    IGNORED(SHOP, "not a booking"), "" },
	{ "routing_form_submission_created_no_booking", NEVER,
	    IGNORED(SHOP, "not a booking"), "" },
	{ "unsubscribed_event_name", NEVER, IGNORED(SHOP, "not a booking"),
	    "" },
	/* clang-format on */
};

static const struct collection {
	const char *source, *folder;
	const struct expected *bodies;
	size_t count;
} collections[] = {
	{ "stripe", "stripe/events", stripe_bodies, COUNT(stripe_bodies) },
	{ "calendly", "calendly/webhooks", calendly_bodies,
	    COUNT(calendly_bodies) },
};

/* --- worlds -------------------------------------------------------------- */

static struct world *
empty_world(void)
{
	void *state;

	world_new(&state);
	return state;
}

static struct world *
known_world(enum known known)
{
	struct world *w = empty_world();

	world_open_shop(w);
	if (known == SHOP)
		return w;
	world_open_story(w);
	world_start_paying(w);
	if (known == PAID)
		world_tell(w, "stripe", world_file(w,
		    "stripe/events/checkout.session.completed"));
	return w;
}

static void
end(struct world *w)
{
	void *state = w;

	world_free(&state);
}

static char *
body_of(struct world *w, const struct collection *from,
    const struct expected *x)
{
	return world_file(w, arena_printf(w->c.mem, "%s/%s", from->folder,
	    x->file));
}

/* Does given start with wanted?  Nothing is wanted where that is NULL. */
static void
check_start(const char *file, const char *given, const char *wanted)
{
	if (wanted == NULL ? given != NULL
	    : given == NULL || strncmp(given, wanted, strlen(wanted)) != 0)
		fail_msg("%s: %s, not %s", file,
		    given == NULL ? "nothing" : given,
		    wanted == NULL ? "nothing" : wanted);
}

static struct db_rows
names(struct world *w)
{
	static const char sql[] =
		"SELECT id, name FROM analytics ORDER BY name";
	struct db_rows rows;

	assert_int_equal(db_query(&w->c, w->db, sql, &rows, NULL, 0), OK);
	return rows;
}

static int
holds(const struct db_rows *rows, const char *id)
{
	size_t i;

	for (i = 0; i < rows->count; i++)
		if (strcmp(rows->values[2 * i].string, id) == 0)
			return 1;
	return 0;
}

/* The statuses of the one booking, and what is counted now and was not. */
static const char *
facts(struct world *w, const struct db_rows *before)
{
	struct buf b = buf_make(w->c.mem, 1024);
	struct db_rows now = names(w);
	struct booking_list list;
	size_t i;

	assert_int_equal(booking_list_tx(&w->c, w->db,
	    &(const struct booking_filter){ .limit = 2 }, &list), OK);
	assert_true(list.count <= 1);
	if (list.count == 1)
		buf_printf(&b, "%s %s", list.rows[0].status,
		    list.rows[0].payment_status);
	for (i = 0; i < now.count; i++)
		if (!holds(before, now.values[2 * i].string))
			buf_printf(&b, " %s", now.values[2 * i + 1].string);
	return b.bytes;
}

/* --- tests --------------------------------------------------------------- */

static int
is_listed(const struct collection *from, const char *file)
{
	size_t i, len;

	for (i = 0; i < from->count; i++) {
		len = strlen(from->bodies[i].file);
		if (strncmp(file, from->bodies[i].file, len) == 0 &&
		    strcmp(file + len, ".json") == 0)
			return 1;
	}
	return 0;
}

static void
every_recorded_body_is_in_the_tables(void **state)
{
	struct world *w = *state;
	size_t i, j, n;
	char **files;

	for (i = 0; i < COUNT(collections); i++) {
		files = sample_names(&w->c, arena_printf(w->c.mem,
		    "tests/contract/%s", collections[i].folder), &n);
		for (j = 0; j < n; j++)
			if (!is_listed(&collections[i], files[j]))
				fail_msg("%s is not in the table", files[j]);
		assert_int_equal(n, collections[i].count);
	}
}

static void
try_empty(const struct collection *from, const struct expected *x)
{
	struct world *w = empty_world();
	struct intake in = world_tell(w, from->source, body_of(w, from, x));

	check_start(x->file, in.outcome.word, x->empty);
	check_start(x->file, in.outcome.waits_for, x->waits_for);
	assert_non_null(in.outcome.reason);
	assert_int_equal(names(w).count, 0);
	end(w);
}

static void
try_known(const struct collection *from, const struct expected *x)
{
	struct world *w = known_world(x->known);
	struct db_rows before = names(w);
	struct intake in = world_tell(w, from->source, body_of(w, from, x));
	const char *now = facts(w, &before);

	check_start(x->file, in.outcome.word, x->word);
	check_start(x->file, in.outcome.reason, x->why);
	if (strcmp(now, x->facts) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", x->file, now, x->facts);
	end(w);
}

/* The same bytes again, and where it has one, under the same name. */
static void
try_twice(const struct collection *from, const struct expected *x)
{
	static const char sql[] = "SELECT count(*) FROM history";
	struct world *w = known_world(x->known);
	const char *body = body_of(w, from, x), *dump;
	int64_t history;
	struct intake in;

	assert_false(world_tell(w, from->source, body).duplicate);
	dump = world_dump(w);
	history = world_count(w, sql);
	w->c.now += HOURS(1);
	in = world_tell(w, from->source, body);
	if (!in.duplicate)
		fail_msg("%s was taken for news", x->file);
	world_same(dump, world_dump(w), x->file);
	assert_int_equal(history, world_count(w, sql));
	end(w);
}

typedef void trial(const struct collection *from, const struct expected *x);

static void
for_each(trial *try)
{
	size_t i, j;

	for (i = 0; i < COUNT(collections); i++)
		for (j = 0; j < collections[i].count; j++)
			try(&collections[i], &collections[i].bodies[j]);
}

static void
in_an_empty_database_each_body_is_kept_and_changes_nothing(void **state)
{
	(void)state;
	for_each(try_empty);
}

static void
where_its_booking_is_known_each_body_adds_its_facts(void **state)
{
	(void)state;
	for_each(try_known);
}

static void
what_is_told_twice_changes_nothing_the_second_time(void **state)
{
	(void)state;
	for_each(try_twice);
}

/* Stripe makes two events of one change now and then. */
static void
a_second_event_about_the_same_change_changes_nothing(void **state)
{
	struct world *w = *state;
	const char *body = world_file(w,
	    "stripe/events/checkout.session.completed");
	static const char sql[] = "SELECT count(*) FROM analytics";
	struct booking *b;
	int64_t counted;

	world_open_story(w);
	world_tell(w, "stripe", body);
	counted = world_count(w, sql);
	body = world_edit(&w->c, body, "id", "\"evt_another\"");
	assert_false(world_tell(w, "stripe", body).duplicate);
	assert_int_equal(counted, world_count(w, sql));
	b = world_booking(w, WORLD_BOOKING);
	assert_string_equal(b->payment_status, "PAID");
}

static void
what_is_no_event_is_refused_and_not_kept(void **state)
{
	static const char *const bodies[] = { "", "{", "[]", "null", "{}",
		"{\"id\":\"evt_1\"}", "{\"event\":5}", "\"text\"" };
	static const char sql[] = "SELECT count(*) FROM event";
	struct world *w = *state;
	struct intake in;
	size_t i;

	for (i = 0; i < COUNT(bodies); i++) {
		assert_int_equal(intake_stripe(&w->c, w->db, bodies[i],
		    strlen(bodies[i]), &in), E_BADREQ);
		assert_int_equal(intake_calendly(&w->c, w->db, bodies[i],
		    strlen(bodies[i]), &in), E_BADREQ);
	}
	assert_int_equal(world_count(w, sql), 0);
}

static void
the_bytes_are_kept_as_they_came(void **state)
{
	static const char sql[] = "SELECT body FROM event";
	struct world *w = *state;
	const char *body = world_file(w, "calendly/webhooks/"
	    "invitee_created_unicode");
	struct db_rows rows;

	world_tell(w, "calendly", body);
	assert_int_equal(db_query(&w->c, w->db, sql, &rows, NULL, 0), OK);
	assert_string_equal(rows.values[0].string, body);
}

/* An event that runs into a fault of ours is kept, and nothing else of it. */
static void
what_cannot_be_applied_is_kept_as_failed_and_does_nothing(void **state)
{
	static const char broken[] =
		"CREATE TABLE fault (n INTEGER CONSTRAINT \"a fault\""
		" CHECK (n > 0));"
		"CREATE TRIGGER fault BEFORE INSERT ON analytics"
		" WHEN new.name = 'PAYMENT_COMPLETED'"
		" BEGIN INSERT INTO fault (n) VALUES (0); END";
	static const char broken_postgres[] =
		"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS"
		" 'BEGIN RAISE ''a fault'' USING ERRCODE = ''23514''; END';"
		"CREATE TRIGGER fault BEFORE INSERT ON analytics FOR EACH ROW"
		" WHEN (new.name = 'PAYMENT_COMPLETED')"
		" EXECUTE FUNCTION fault()";
	struct world *w = *state;
	struct intake in;

	world_open_story(w);
	assert_int_equal(db_script(&w->c, w->db, place_is_postgres()
	    ? broken_postgres : broken), OK);
	in = world_tell(w, "stripe", world_file(w,
	    "stripe/events/checkout.session.completed"));
	assert_string_equal(in.outcome.word, "failed");
	assert_non_null(strstr(in.outcome.reason, "a fault"));
	assert_string_equal(world_checkout(w, WORLD_CHECKOUT)->status,
	    "open");
	assert_string_equal(world_booking(w, WORLD_BOOKING)->status,
	    "PENDING");
}

static enum err
free_tx(struct ctx *c, struct db *db, void *arg)
{
	return intake_free_tx(c, db, arg);
}

static void
what_nobody_sold_is_applied_once_somebody_does(void **state)
{
	struct world *w = *state;
	char key[] = "type:e7e70001-0000-4000-8000-000000000001";

	world_tell(w, "calendly", world_file(w,
	    "calendly/webhooks/invitee_canceled"));
	world_tell(w, "calendly", world_file(w,
	    "calendly/webhooks/invitee_created"));
	world_open_shop(w);
	assert_int_equal(db_transaction(&w->c, w->db, free_tx, key), OK);
	assert_true(world_has(w, "booking 1417e000-0000-4000-8000-"
	    "000000000001 robin strategy"));
	assert_false(world_has(w, "event calendly invitee.created 1417e000-"
	    "0000-4000-8000-000000000001 parked"));
}

static enum err
free_without_table_tx(struct ctx *c, struct db *db, void *arg)
{
	enum err e = db_script(c, db, "ALTER TABLE event RENAME TO gone");

	unit_fill_stack();
	return e == OK ? intake_free_tx(c, db, arg) : e;
}

static void
who_waits_cannot_be_read_and_nothing_is_freed(void **state)
{
	struct world *w = *state;
	char key[] = "type:e7e70001-0000-4000-8000-000000000001";

	assert_int_equal(db_transaction(&w->c, w->db, free_without_table_tx,
	    key), E_INTERNAL);
}

/* The same thing told by a webhook and by an answer: one result. */
static void
an_answer_and_a_webhook_that_say_the_same_are_one(void **state)
{
	struct world *w = *state;
	const char *event = world_file(w,
	    "stripe/events/checkout.session.completed");
	const char *answer = world_part(&w->c, event, "data.object");

	world_open_story(w);
	assert_string_equal(world_tell(w, "stripe-api", answer).outcome.word,
	    "applied");
	assert_true(world_tell(w, "stripe-api", answer).duplicate);
	assert_non_null(strstr(world_dump(w), "CONFIRMED PAID"));
	world_tell(w, "stripe", event);
	assert_non_null(strstr(world_dump(w), "CONFIRMED PAID"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(every_recorded_body_is_in_the_tables),
		cmocka_unit_test(
		    in_an_empty_database_each_body_is_kept_and_changes_nothing),
		cmocka_unit_test(
		    where_its_booking_is_known_each_body_adds_its_facts),
		cmocka_unit_test(
		    what_is_told_twice_changes_nothing_the_second_time),
		WITH_SHOP(a_second_event_about_the_same_change_changes_nothing),
		WITH_WORLD(who_waits_cannot_be_read_and_nothing_is_freed),
		WITH_WORLD(what_is_no_event_is_refused_and_not_kept),
		WITH_WORLD(the_bytes_are_kept_as_they_came),
		WITH_SHOP(
		    what_cannot_be_applied_is_kept_as_failed_and_does_nothing),
		WITH_WORLD(what_nobody_sold_is_applied_once_somebody_does),
		WITH_SHOP(an_answer_and_a_webhook_that_say_the_same_are_one),
	};

	return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
