/*
 * Who could be paid with what: everything authentic that contradicts our rows
 * confirms nothing (SEC-04, SEC-05, SEC-07).
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/event.h"
#include "booking/payment.h"
#include "booking/sale.h"
#include "world.h"

#define COMPLETED "stripe/events/checkout.session.completed"
#define OBJECT "data.object."

struct edit {
	const char *path, *value;
};
enum { EDITS_MAX = 4 };

static char *
edited(struct world *w, const char *file, const struct edit *edits)
{
	char *body = world_file(w, file);
	size_t i;

	for (i = 0; i < EDITS_MAX && edits[i].path != NULL; i++)
		body = world_edit(&w->c, body, edits[i].path, edits[i].value);
	return body;
}

/* Nothing is confirmed, nothing is paid, and somebody will see why. */
static void
check_nothing_confirmed(struct world *w, const char *name)
{
	static const char sql[] =
		"SELECT count(*) FROM booking WHERE status <> 'PENDING'"
		" OR payment_status NOT IN ('UNPAID')";
	static const char sql_paid[] =
		"SELECT count(*) FROM payment WHERE received > 0";

	if (world_count(w, sql) != 0 || world_count(w, sql_paid) != 0)
		fail_msg("%s is confirmed", name);
}

/* --- sessions ------------------------------------------------------------ */

static const struct {
	const char *name;
	struct edit edits[EDITS_MAX];
	const char *word, *why;
} contradictions[] = {
	/* clang-format off */
	{ "one cent for a seat of 150 dollars", {
	    { OBJECT "amount_total", "1" }, { OBJECT "amount_subtotal", "1" },
	    }, "failed", "PAYMENT_MISMATCH: amount before discounts" },
	{ "a discount we did not give", {
	    { OBJECT "amount_total", "1" },
	    }, "failed", "PAYMENT_MISMATCH: amount" },
	{ "nothing at all", {
	    { OBJECT "amount_total", "0" },
	    { OBJECT "payment_status", "\"no_payment_required\"" },
	    }, "failed", "PAYMENT_MISMATCH: amount" },
	{ "no amount", { { OBJECT "amount_total", NULL } },
	    "failed", "PAYMENT_MISMATCH: amount" },
	{ "a negative amount", { { OBJECT "amount_total", "-15000" } },
	    "failed", "PAYMENT_MISMATCH: amount" },
	{ "more than it costs", { { OBJECT "amount_total", "15001" } },
	    "failed", "PAYMENT_MISMATCH: amount" },
	{ "another currency", { { OBJECT "currency", "\"jpy\"" } },
	    "failed", "PAYMENT_MISMATCH: currency" },
	{ "no currency", { { OBJECT "currency", "null" } },
	    "failed", "PAYMENT_MISMATCH: currency" },
	{ "a subscription", { { OBJECT "mode", "\"subscription\"" } },
	    "failed", "PAYMENT_MISMATCH: session mode" },
	{ "a setup", { { OBJECT "mode", "\"setup\"" } },
	    "failed", "PAYMENT_MISMATCH: session mode" },
	{ "no mode", { { OBJECT "mode", NULL } },
	    "failed", "PAYMENT_MISMATCH: session mode" },
	{ "a session of another booking", {
	    { OBJECT "metadata.bookingId", "\"bk_other\"" },
	    }, "failed", "PAYMENT_MISMATCH: session names another booking" },
	{ "a session that is not ours", {
	    { OBJECT "id", "\"cs_test_foreign\"" },
	    }, "failed",
	    "PAYMENT_MISMATCH: session cs_test_foreign is not one we made" },
	{ "a session for no booking", {
	    { OBJECT "id", "\"cs_test_foreign\"" },
	    { OBJECT "metadata", "{}" },
	    { OBJECT "client_reference_id", "null" },
	    }, "ignored", "not ours" },
	{ "real money for a session of play money", {
	    { "livemode", "true" }, { OBJECT "livemode", "true" },
	    }, "failed", "PAYMENT_MISMATCH: live mode" },
	{ "an event that is not sure", { { "livemode", "true" } },
	    "failed", "event and object disagree" },
	{ "an object that is not sure", { { OBJECT "livemode", "true" } },
	    "failed", "event and object disagree" },
	{ "a connected account", {
	    { "account", "\"acct_1\"" },
	    }, "ignored", "it is about connected account acct_1" },
	{ "a status of the future", { { OBJECT "status", "\"perhaps\"" } },
	    "failed", "a status we do not know" },
	{ "a payment status of the future", {
	    { OBJECT "payment_status", "\"half\"" },
	    }, "failed", "a status we do not know" },
	{ "a session without an id", { { OBJECT "id", NULL } },
	    "failed", "session without id" },
	/* clang-format on */
};

static void
what_contradicts_our_rows_confirms_nothing(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(contradictions); i++) {
		struct intake in;
		struct world *w;
		void *own;

		world_new_shop(&own);
		w = own;
		world_open_story(w);
		in = world_tell(w, "stripe", edited(w, COMPLETED,
		    contradictions[i].edits));
		if (strcmp(in.outcome.word, contradictions[i].word) != 0 ||
		    strncmp(in.outcome.reason, contradictions[i].why,
		    strlen(contradictions[i].why)) != 0)
			fail_msg("%s: %s, %s", contradictions[i].name,
			    in.outcome.word, in.outcome.reason);
		check_nothing_confirmed(w, contradictions[i].name);
		world_free(&own);
	}
}

/* An event that comes before the answer binds its session: not at any price. */
static void
before_the_answer_an_amount_must_make_sense_too(void **state)
{
	static const char *const amounts[] = { NULL, "-1", "15001" };
	struct world *w = *state;
	const char *body;
	size_t i;

	world_open_story_asked(w);
	for (i = 0; i < COUNT(amounts); i++) {
		const struct edit edits[EDITS_MAX] = {
			{ "id", arena_printf(w->c.mem, "\"evt_%zu\"", i) },
			{ OBJECT "metadata.checkoutId",
			    "\"" WORLD_CHECKOUT "\"" },
			{ OBJECT "amount_total", amounts[i] },
		};

		body = edited(w, COMPLETED, edits);
		assert_string_equal(world_tell(w, "stripe", body)
		    .outcome.reason, "PAYMENT_MISMATCH: amount");
	}
	check_nothing_confirmed(w, "a senseless amount");
	assert_null(world_checkout(w, WORLD_CHECKOUT)->session);
}

/* SEC-04: a payment for a cheap seat is named after a dear one. */
static void
a_cheap_session_does_not_pay_for_a_dear_booking(void **state)
{
	struct world *w = *state;
	const struct booking *dear = world_book(w, 1, world_slot(7, 15));
	const char *name = arena_printf(w->c.mem, "\"%s\"", dear->id);
	const struct edit edits[EDITS_MAX] = {
		{ OBJECT "metadata.bookingId", name },
		{ OBJECT "client_reference_id", name },
		{ OBJECT "amount_total", "1" },
		{ OBJECT "amount_subtotal", "1" },
	};

	world_open_story(w);
	world_tell(w, "stripe", edited(w, COMPLETED, edits));
	check_nothing_confirmed(w, "a dear booking");
	assert_true(world_has(w, "analytics PAYMENT_MISMATCH"));
}

/* Two sessions of ours, the second of which claims the first one's money. */
static void
one_payment_pays_for_one_session(void **state)
{
	struct world *w = *state;
	const struct booking *other = world_book(w, 1, world_slot(7, 15));
	const struct checkout *co = world_plan(w, other->id, NULL).checkout;
	const char *name = arena_printf(w->c.mem, "\"%s\"", other->id);
	const struct edit edits[EDITS_MAX] = {
		{ "id", "\"evt_second\"" },
		{ OBJECT "id", "\"cs_test_second\"" },
		{ OBJECT "metadata.bookingId", name },
		{ OBJECT "metadata.checkoutId",
		    arena_printf(w->c.mem, "\"%s\"", co->id) },
	};
	struct intake in;

	world_open_story(w);
	world_tell(w, "stripe", world_file(w, COMPLETED));
	in = world_tell(w, "stripe", edited(w, COMPLETED, edits));
	assert_string_equal(in.outcome.reason,
	    "PAYMENT_MISMATCH: payment belongs to another session");
	assert_string_equal(world_booking(w, other->id)->status, "PENDING");
	assert_null(world_checkout(w, co->id)->session);
	assert_string_equal(world_booking(w, WORLD_BOOKING)->status,
	    "CONFIRMED");
}

static void
a_session_has_one_payment(void **state)
{
	static const struct edit edits[EDITS_MAX] = {
		{ OBJECT "payment_intent", "\"pi_another\"" },
	};
	struct world *w = *state;

	world_open_story(w);
	world_start_paying(w);
	assert_string_equal(world_tell(w, "stripe", edited(w, COMPLETED,
	    edits)).outcome.reason, "PAYMENT_MISMATCH: payment");
	check_nothing_confirmed(w, "a second payment");
}

/* Nobody but us binds a session to an attempt, and only once. */
static void
an_attempt_is_bound_to_one_session(void **state)
{
	static const struct edit edits[EDITS_MAX] = {
		{ OBJECT "id", "\"cs_test_foreign\"" },
		{ OBJECT "metadata.checkoutId", "\"" WORLD_CHECKOUT "\"" },
	};
	struct world *w = *state;

	world_open_story(w);
	assert_string_equal(world_tell(w, "stripe", edited(w, COMPLETED,
	    edits)).outcome.word, "failed");
	check_nothing_confirmed(w, "another session");
	assert_string_equal(world_checkout(w, WORLD_CHECKOUT)->session,
	    WORLD_SESSION);
}

static void
a_promotion_counts_when_the_answer_told_of_it(void **state)
{
	struct world *w = *state;
	const char *body = world_file(w, COMPLETED ".discounted");
	const char *answer = world_part(&w->c, body, "data.object");

	world_open_story_asked(w);
	answer = world_edit(&w->c, answer, "status", "\"open\"");
	answer = world_edit(&w->c, answer, "payment_status", "\"unpaid\"");
	answer = world_edit(&w->c, answer, "metadata.checkoutId",
	    "\"" WORLD_CHECKOUT "\"");
	world_tell(w, "stripe-api", answer);
	assert_int_equal(world_checkout(w, WORLD_CHECKOUT)->amount, 12000);
	world_tell(w, "stripe", body);
	assert_string_equal(world_booking(w, WORLD_BOOKING)->status,
	    "CONFIRMED");
}

static void
a_mismatch_is_counted_once_and_seen_in_the_history(void **state)
{
	static const char sql[] = "SELECT count(*) FROM analytics"
				  " WHERE name = 'PAYMENT_MISMATCH'";
	static const char sql_history[] = "SELECT count(*) FROM history"
					  " WHERE what = 'payment mismatch'";
	static const struct edit once[EDITS_MAX] = {
		{ OBJECT "currency", "\"jpy\"" } };
	static const struct edit again[EDITS_MAX] = {
		{ OBJECT "currency", "\"jpy\"" }, { "id", "\"evt_again\"" } };
	struct world *w = *state;

	world_open_story(w);
	world_tell(w, "stripe", edited(w, COMPLETED, once));
	world_tell(w, "stripe", edited(w, COMPLETED, again));
	assert_int_equal(world_count(w, sql), 1);
	assert_int_equal(world_count(w, sql_history), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_contradicts_our_rows_confirms_nothing),
		WITH_SHOP(before_the_answer_an_amount_must_make_sense_too),
		WITH_SHOP(a_cheap_session_does_not_pay_for_a_dear_booking),
		WITH_SHOP(one_payment_pays_for_one_session),
		WITH_SHOP(a_session_has_one_payment),
		WITH_SHOP(an_attempt_is_bound_to_one_session),
		WITH_SHOP(a_promotion_counts_when_the_answer_told_of_it),
		WITH_SHOP(a_mismatch_is_counted_once_and_seen_in_the_history),
	};

	return cmocka_run_group_tests_name("sale", tests, NULL, NULL);
}
