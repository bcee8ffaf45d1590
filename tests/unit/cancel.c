/*
 * Giving a booking up: who may, when, and what it gives back.
 */
#include <string.h>

#include "app/cancel.h"
#include "ask.h"
#include "base/json.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "db/db.h"
#include "web/auth.h"
#include "world.h"

static const struct caller builder = { .presented = 1, .user = "u-robin" };
static const struct caller admin = { .presented = 1, .user = "u-root",
	.admin = 1 };
static const struct caller client = { .presented = 1, .user = "u-1",
	.email = "ada@example.com" };
static const struct caller stranger = { .presented = 1, .user = "u-eve" };
static const struct caller nobody = { .user = NULL };

/* Next Monday at 10:00 in New York, by the policy 24:100 12:50. */
#define START world_slot(7, 15)

/* --- the request ----------------------------------------------------------- */

static enum err
parse(struct ctx *c, const char *body, struct cancel_order *ret)
{
	const struct req rq = ASK_JSON(body);

	ctx_forgive(c);
	return cancel_parse(c, &rq, ret);
}

static void
a_reason_and_a_dry_run_are_read(void **state)
{
	struct ctx *c = *state;
	struct cancel_order o;

	assert_int_equal(parse(c, "{}", &o), OK);
	assert_null(o.reason);
	assert_false(o.dry_run);
	assert_int_equal(parse(c, "{\"reason\":\"Ich bin krank \\u2026\","
	    "\"dryRun\":true}", &o), OK);
	assert_string_equal(o.reason, "Ich bin krank …");
	assert_true(o.dry_run);
	assert_int_equal(parse(c, "{\"reason\":\"\",\"dryRun\":false}", &o),
	    OK);
	assert_null(o.reason);
	assert_false(o.dry_run);
	assert_int_equal(parse(c, "{\"reason\":null,\"dryRun\":null}", &o), OK);
	assert_null(o.reason);
	assert_false(o.dry_run);
	assert_int_equal(parse(c, arena_printf(c->mem,
	    "{\"reason\":\"%02000d\"}", 0), &o), OK);
	assert_int_equal(strlen(o.reason), 2000);
}

static void
what_does_not_read_cancels_nothing(void **state)
{
	static const char *const bad[] = { "", "[]", "{", "\"x\"",
		"{\"dryRun\":\"true\"}", "{\"dryRun\":1}", "{\"dryRun\":[]}",
		"{\"reason\":1}", "{\"reason\":{}}",
		"{\"reason\":\"two\\nlines\"}", "{\"reason\":\"a\\u0007\"}" };
	struct ctx *c = *state;
	struct req rq = ASK_JSON("{}");
	struct cancel_order o;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		if (parse(c, bad[i], &o) != E_BADREQ)
			fail_msg("%s passes", bad[i]);
	assert_int_equal(parse(c, arena_printf(c->mem,
	    "{\"reason\":\"%02001d\"}", 0), &o), E_BADREQ);
	assert_non_null(strstr(c->say, "2000 bytes"));
	/* A form of another site can send this, and nothing more. */
	rq.params = (char *[]){ "CONTENT_TYPE=text/plain", NULL };
	assert_int_equal(cancel_parse(c, &rq, &o), E_MEDIA);
}

/* --- who and when ----------------------------------------------------------- */

static enum err
try(struct world *w, const char *id, const struct caller *who, int dry_run,
    struct cancel_result *ret)
{
	const struct cancel_order order = { .booking = id, .dry_run = dry_run,
		.reason = "because" };

	ctx_forgive(&w->c);
	return cancel_booking(&w->c, w->db, &order, who, ret);
}

static struct cancel_result
cancel(struct world *w, const char *id, const struct caller *who)
{
	struct cancel_result r;

	if (try(w, id, who, 0, &r) != OK)
		fail_msg("%s", w->c.why);
	return r;
}

static void
each_cancels_as_whom_they_are(void **state)
{
	static const struct {
		const char *name;
		const struct caller *who;
		enum err e;
		const char *by, *source;
	} cases[] = {
		{ "nobody", &nobody, E_NOAUTH, NULL, NULL },
		{ "a stranger", &stranger, E_NOBOOKING, NULL, NULL },
		{ "the client", &client, OK, "client", "client" },
		{ "the builder", &builder, OK, "builder", "builder" },
		{ "an admin", &admin, OK, "builder", "admin" },
		{ "the command", NULL, OK, "builder", "admin" },
	};
	struct world *w = *state;
	struct cancel_result r;
	const struct booking *b;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		world_clear(w);
		world_open_shop(w);
		b = world_sell(w, 1, START);
		if (try(w, b->id, cases[i].who, 0, &r) != cases[i].e)
			fail_msg("%s", cases[i].name);
		b = world_booking(w, b->id);
		if (cases[i].e != OK) {
			assert_string_equal(b->status, "CONFIRMED");
			assert_int_equal(world_count(w,
			    "SELECT count(*) FROM event"), 0);
			continue;
		}
		assert_string_equal(b->status, "CANCELLED");
		assert_string_equal(b->cancelled_by, cases[i].by);
		assert_string_equal(b->cancel_reason, "because");
		assert_int_equal(b->cancelled_at, w->c.now);
		assert_true(world_has(w, arena_printf(w->c.mem, "event %s ",
		    cases[i].source)));
	}
}

static void
what_is_not_there_is_not_cancelled(void **state)
{
	struct world *w = *state;
	struct cancel_result r;

	assert_int_equal(try(w, world_id(w, 9), &client, 0, &r), E_NOBOOKING);
	assert_int_equal(try(w, world_id(w, 9), NULL, 0, &r), E_NOBOOKING);
	assert_int_equal(try(w, world_id(w, 9), &client, 1, &r), E_NOBOOKING);
}

static void
refused(struct world *w, const char *id, const struct caller *who,
    const char *words)
{
	struct cancel_result r;

	assert_int_equal(try(w, id, who, 1, &r), E_CONFLICT);
	assert_int_equal(try(w, id, who, 0, &r), E_CONFLICT);
	if (strstr(w->c.say, words) == NULL)
		fail_msg("%s", w->c.say);
	assert_int_equal(world_booking(w, id)->cancelled_at, 0);
}

static void
a_client_cancels_until_it_begins_and_others_until_it_ends(void **state)
{
	struct world *w = *state;
	const char *id = world_sell(w, 1, START)->id;
	struct cancel_result r;

	w->c.now = START - 1;
	assert_int_equal(try(w, id, &client, 1, &r), OK);
	w->c.now = START;
	refused(w, id, &client, "has begun");
	assert_int_equal(try(w, id, &builder, 1, &r), OK);
	assert_int_equal(try(w, id, NULL, 1, &r), OK);
	w->c.now = START + HOURS(1) - 1;
	assert_int_equal(try(w, id, &builder, 1, &r), OK);
	w->c.now++;
	refused(w, id, &client, "is over");
	refused(w, id, &builder, "is over");
	refused(w, id, &admin, "is over");
	refused(w, id, NULL, "is over");
}

static void
what_was_missed_or_moved_is_not_cancelled(void **state)
{
	struct world *w = *state;
	struct booking *b = world_sell(w, 1, START);
	const char *id = b->id;
	struct cancel_result r;

	b->no_show = 1;
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	refused(w, id, &client, "has begun");
	assert_int_equal(try(w, id, &builder, 1, &r), OK);
	b->no_show = 0;
	b->moved_to = world_id(w, 2);
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	refused(w, id, &client, "moved to another time");
	refused(w, id, NULL, "moved to another time");
}

static void
a_dry_run_changes_nothing(void **state)
{
	struct world *w = *state;
	const char *id = world_sell(w, 1, START)->id, *before = world_dump(w);
	struct cancel_result r;

	assert_int_equal(try(w, id, &client, 1, &r), OK);
	assert_string_equal(r.status.booking, "CANCELLED");
	assert_string_equal(r.booking->cancelled_by, "client");
	assert_int_equal(r.refund, 15000);
	world_same(before, world_dump(w), "a dry run");
}

static void
who_cancels_again_is_told_the_same(void **state)
{
	struct world *w = *state;
	const char *id = world_sell(w, 1, START)->id, *before;
	struct cancel_result r;

	cancel(w, id, &client);
	before = world_dump(w);
	w->c.now = START - HOURS(1);
	/* Not by the policy of now, nor as the builder's. */
	r = cancel(w, id, &builder);
	assert_int_equal(r.refund, 15000);
	assert_string_equal(r.booking->cancelled_by, "client");
	w->c.now = START + DAYS(1);
	assert_int_equal(cancel(w, id, &client).refund, 15000);
	assert_int_equal(try(w, id, &client, 1, &r), OK);
	assert_int_equal(r.refund, 15000);
	world_same(before, world_dump(w), "a repeat");
}

/* --- what it gives back ------------------------------------------------------ */

static void
a_client_gets_what_the_policy_gives_and_from_the_builder_all(void **state)
{
	static const struct {
		int64_t before;
		const struct caller *who;
		int64_t refund;
		int percent;
	} cases[] = {
		{ HOURS(24), &client, 15000, 100 },
		{ HOURS(24) - 1, &client, 7500, 50 },
		{ HOURS(12), &client, 7500, 50 },
		{ HOURS(12) - 1, &client, 0, 0 },
		{ 1, &client, 0, 0 },
		{ 1, &builder, 15000, 100 },
		{ 1, &admin, 15000, 100 },
		{ 1, NULL, 15000, 100 },
	};
	struct world *w = *state;
	const char *id = world_sell(w, 1, START)->id;
	struct cancel_result r;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		w->c.now = START - cases[i].before;
		assert_int_equal(try(w, id, cases[i].who, 1, &r), OK);
		assert_int_equal(r.refund, cases[i].refund);
		assert_int_equal(status_percent(r.booking), cases[i].percent);
	}
}

static void
the_system_pays_back_what_the_policy_gives_only_if_told_to(void **state)
{
	struct world *w = *state;
	struct booking *b = world_sell(w, 1, START);
	struct cancel_result r;

	assert_int_equal(try(w, b->id, &client, 1, &r), OK);
	assert_false(r.by_itself);
	assert_int_equal(r.due, 0);
	assert_string_equal(r.words, "Everything that was paid, 150.00 USD, "
	    "is paid back. We see to it by hand.");
	b->auto_refund = 1;
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	r = cancel(w, b->id, &client);
	assert_true(r.by_itself);
	assert_int_equal(r.due, 15000);
	assert_string_equal(r.words,
	    "Everything that was paid, 150.00 USD, is paid back.");
	assert_true(world_has(w, "job refund-pi_1 "));
}

static void
pay_back(struct world *w, int64_t amount)
{
	const struct refund r = { .id = "re_1", .payment = "pi_1",
		.amount = amount, .currency = "usd", .status = "succeeded" };

	assert_int_equal(refund_put_tx(&w->c, w->db, &r), OK);
	world_settle(w, world_id(w, 1));
}

static void
dispute(struct world *w)
{
	const struct dispute d = { .id = "du_1", .payment = "pi_1",
		.amount = 15000, .currency = "usd",
		.status = "needs_response", .reason = "fraudulent" };

	assert_int_equal(dispute_put_tx(&w->c, w->db, &d), OK);
	world_settle(w, world_id(w, 1));
}

static void
want_back(struct world *w, int64_t goal)
{
	struct booking *b = world_booking(w, world_id(w, 1));

	b->refund_goal = goal;
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
}

/* Before it is cancelled: what happened, and what is said then. */
static const struct tale {
	void (*happens)(struct world *w, int64_t amount);
	int64_t amount, before;
	int64_t refund;
	const char *words;
} tales[] = {
	{ NULL, 0, HOURS(48), 15000, "Everything that was paid, 150.00 USD, "
	    "is paid back." },
	{ NULL, 0, HOURS(13), 7500, "By the cancellation policy 75.00 USD of "
	    "150.00 USD is paid back." },
	{ NULL, 0, HOURS(1), 0,
	    "By the cancellation policy nothing is paid back." },
	{ pay_back, 5000, HOURS(48), 10000,
	    "The rest of what was paid, 100.00 USD, is paid back." },
	{ pay_back, 5000, HOURS(13), 2500, "By the cancellation policy 25.00 "
	    "USD of 150.00 USD is paid back." },
	{ pay_back, 7500, HOURS(13), 0,
	    "75.00 USD of 150.00 USD has been paid back." },
	{ pay_back, 5000, HOURS(1), 0,
	    "50.00 USD of 150.00 USD has been paid back." },
	{ pay_back, 15000, HOURS(48), 0,
	    "What was paid has been paid back." },
	/* It is not the policy that gives this. */
	{ want_back, 9000, HOURS(1), 9000,
	    "90.00 USD of 150.00 USD is paid back." },
};

static void
what_goes_back_is_said_in_words_that_are_true(void **state)
{
	struct world *w = *state;
	const struct tale *t;
	struct cancel_result r;
	struct booking *b;

	for (t = tales; t < tales + COUNT(tales); t++) {
		world_clear(w);
		world_open_shop(w);
		b = world_sell(w, 1, START);
		b->auto_refund = 1;
		assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
		if (t->happens != NULL)
			t->happens(w, t->amount);
		w->c.now = START - t->before;
		r = cancel(w, b->id, &client);
		assert_string_equal(r.words, t->words);
		assert_int_equal(r.refund, t->refund);
		assert_true(r.by_itself);
	}
}

static void
money_that_is_disputed_is_the_banks_affair(void **state)
{
	struct world *w = *state;
	struct cancel_result r;

	world_sell(w, 1, START);
	dispute(w);
	r = cancel(w, world_id(w, 1), &builder);
	assert_int_equal(r.refund, 0);
	assert_string_equal(r.words,
	    "The payment is disputed; the bank decides about it.");
}

static void
where_nothing_was_paid_nothing_goes_back(void **state)
{
	struct world *w = *state;
	struct cancel_result r = cancel(w, world_book(w, 1, START)->id,
	    &client);

	assert_string_equal(r.status.payment, "UNPAID");
	assert_int_equal(r.refund, 0);
	assert_true(r.by_itself);
	assert_string_equal(r.words,
	    "Nothing was paid, so there is nothing to pay back.");
}

static void
what_is_on_its_way_will_go_back(void **state)
{
	struct world *w = *state;
	const struct booking *b = world_book(w, 1, START);
	const struct checkout co = { .id = "c1", .booking = b->id,
		.attempt = 1, .body = "", .status = "complete",
		.payment_status = "unpaid", .amount = 15000,
		.subtotal = 15000, .currency = "usd" };
	struct cancel_result r;

	assert_int_equal(checkout_add_tx(&w->c, w->db, &co), OK);
	r = cancel(w, b->id, &client);
	assert_string_equal(r.status.payment, "PROCESSING");
	assert_string_equal(r.words, "Your payment is on its way. What arrives "
	    "from now is paid back.");
}

/* A second payment goes back whatever happens to the seat. */
static void
what_was_paid_twice_is_no_part_of_it(void **state)
{
	struct world *w = *state;
	const struct booking *b = world_sell(w, 1, START);
	const struct payment twice = { .id = "pi_2", .booking = b->id,
		.checkout = arena_printf(w->c.mem, "checkout-%s-1", b->id),
		.received = 15000, .currency = "usd", .paid_at = w->c.now };
	struct cancel_result r;

	assert_int_equal(payment_put_tx(&w->c, w->db, &twice), OK);
	w->c.now = START - HOURS(1);
	r = cancel(w, b->id, &client);
	assert_int_equal(r.refund, 0);
	assert_string_equal(r.words,
	    "By the cancellation policy nothing is paid back.");
}

static void
the_answer_says_it_all(void **state)
{
	struct world *w = *state;
	const struct cancel_order order = { .booking = world_sell(w, 1,
	    START)->id, .dry_run = 1 };
	struct cJSON *data = json_object(&w->c);
	struct cancel_result r;

	w->c.now = START - HOURS(13);
	assert_int_equal(cancel_booking(&w->c, w->db, &order, &client, &r),
	    OK);
	cancel_view(&order, &r, data);
	assert_string_equal(json_print(&w->c, data),
	    "{\"refund\":{\"amount\":7500,\"currency\":\"usd\","
	    "\"percent\":50,\"automatic\":false,\"reason\":"
	    "\"By the cancellation policy 75.00 USD of 150.00 USD is paid "
	    "back. We see to it by hand.\"},"
	    "\"bookingId\":\"bk_00000000000000000000000000000001\","
	    "\"dryRun\":true,\"status\":\"CANCELLED\","
	    "\"paymentStatus\":\"PAID\"}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(a_reason_and_a_dry_run_are_read),
		WITH_CTX(what_does_not_read_cancels_nothing),
		WITH_SHOP(each_cancels_as_whom_they_are),
		WITH_SHOP(what_is_not_there_is_not_cancelled),
		WITH_SHOP(
		    a_client_cancels_until_it_begins_and_others_until_it_ends),
		WITH_SHOP(what_was_missed_or_moved_is_not_cancelled),
		WITH_SHOP(a_dry_run_changes_nothing),
		WITH_SHOP(who_cancels_again_is_told_the_same),
		WITH_SHOP(
		    a_client_gets_what_the_policy_gives_and_from_the_builder_all),
		WITH_SHOP(
		    the_system_pays_back_what_the_policy_gives_only_if_told_to),
		WITH_SHOP(what_goes_back_is_said_in_words_that_are_true),
		WITH_SHOP(money_that_is_disputed_is_the_banks_affair),
		WITH_SHOP(where_nothing_was_paid_nothing_goes_back),
		WITH_SHOP(what_is_on_its_way_will_go_back),
		WITH_SHOP(what_was_paid_twice_is_no_part_of_it),
		WITH_SHOP(the_answer_says_it_all),
	};

	return cmocka_run_group_tests_name("cancel", tests, NULL, NULL);
}
