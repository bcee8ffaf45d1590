/*
 * Money in and back: intents, charges, refunds and disputes of a payment.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "world.h"

#define EVENT(name) "stripe/events/" name
#define OBJECT "data.object."

static const char sql_mismatches[] = "SELECT count(*) FROM analytics"
				     " WHERE name = 'PAYMENT_MISMATCH'";

static struct payment *
payment(struct world *w)
{
	struct payment *p;

	assert_int_equal(payment_get_tx(&w->c, w->db, WORLD_INTENT, &p), OK);
	assert_non_null(p);
	return p;
}

static const char *
tell(struct world *w, const char *file)
{
	return world_tell(w, "stripe", world_file(w, file)).outcome.word;
}

static const char *
tell_edited(struct world *w, const char *file, const char *path,
    const char *value)
{
	return world_tell(w, "stripe", world_edit(&w->c, world_file(w, file),
	    path, value)).outcome.word;
}

static void
pay(struct world *w)
{
	world_open_story(w);
	assert_string_equal(tell(w, EVENT("checkout.session.completed")),
	    "applied");
}

static void
an_intent_alone_confirms_a_booking(void **state)
{
	struct world *w = *state;
	const struct payment *p;

	world_open_story(w);
	world_start_paying(w);
	tell(w, EVENT("payment_intent.succeeded"));
	p = payment(w);
	assert_int_equal(p->received, 15000);
	assert_string_equal(p->charge, "ch_3SWfXkB7WZ01zgkW1eF5gH6I");
	assert_string_equal(world_booking(w, WORLD_BOOKING)->status,
	    "CONFIRMED");
	assert_string_equal(world_checkout(w, WORLD_CHECKOUT)->status,
	    "complete");
}

static void
a_declined_card_can_be_followed_by_a_good_one(void **state)
{
	struct world *w = *state;

	world_open_story(w);
	world_start_paying(w);
	tell(w, EVENT("payment_intent.payment_failed"));
	assert_non_null(payment(w)->failure);
	assert_string_equal(world_checkout(w, WORLD_CHECKOUT)->status,
	    "open");
	tell(w, EVENT("payment_intent.succeeded"));
	assert_null(payment(w)->failure);
	assert_int_equal(payment(w)->failed_at, 0);
}

static void
an_intent_for_no_booking_is_not_ours(void **state)
{
	assert_string_equal(tell_edited(*state,
	    EVENT("payment_intent.succeeded"), OBJECT "metadata", "{}"),
	    "ignored");
}

static void
what_contradicts_its_payment_changes_nothing(void **state)
{
	static const struct {
		const char *file, *path, *value;
	} cases[] = {
		{ EVENT("payment_intent.succeeded"),
		    OBJECT "amount_received", "1" },
		{ EVENT("payment_intent.succeeded"),
		    OBJECT "amount_received", "15001" },
		{ EVENT("payment_intent.succeeded"),
		    OBJECT "currency", "\"jpy\"" },
		{ EVENT("payment_intent.succeeded"),
		    OBJECT "metadata.bookingId", "\"bk_other\"" },
		{ EVENT("charge.refunded"), OBJECT "currency", "\"eur\"" },
		{ EVENT("charge.refunded"), OBJECT "amount_refunded", NULL },
		{ EVENT("refund.created"), OBJECT "currency", "\"eur\"" },
		{ EVENT("refund.created"), OBJECT "amount", "-1" },
		{ EVENT("refund.created"),
		    OBJECT "metadata.bookingId", "\"bk_other\"" },
		{ EVENT("charge.dispute.created"),
		    OBJECT "currency", "\"eur\"" },
		/* A refund does not say so itself: its event does. */
		{ EVENT("refund.created"), "livemode", "true" },
	};
	struct world *w = *state;
	const char *body, *before;
	struct intake in;
	size_t i;

	world_open_story(w);
	world_start_paying(w);
	before = world_status(w);
	for (i = 0; i < COUNT(cases); i++) {
		body = world_edit(&w->c, world_file(w, cases[i].file), "id",
		    arena_printf(w->c.mem, "\"evt_%zu\"", i));
		in = world_tell(w, "stripe", world_edit(&w->c, body,
		    cases[i].path, cases[i].value));
		if (strcmp(in.outcome.word, "failed") != 0 ||
		    strcmp(before, world_status(w)) != 0)
			fail_msg("%s with %s is %s", cases[i].file,
			    cases[i].path, in.outcome.word);
	}
	assert_true(world_count(w, sql_mismatches) >= 4);
}

/* Refunds of real money carry no live mode, their event does. */
static void
a_refund_of_real_money_is_taken_in(void **state)
{
	struct world *w = *state;
	const char *body = world_file(w, EVENT("refund.created"));
	struct checkout *co;

	pay(w);
	co = world_checkout(w, WORLD_CHECKOUT);
	co->session = "cs_live_1";
	assert_int_equal(checkout_save_tx(&w->c, w->db, co), OK);
	body = world_edit(&w->c, body, "livemode", "true");
	assert_string_equal(world_tell(w, "stripe", body).outcome.word,
	    "applied");
	assert_string_equal(world_status(w), "CONFIRMED REFUNDED");
}

static void
each_kind_of_refund_moves_the_payment_status(void **state)
{
	static const struct {
		const char *file, *status;
	} steps[] = {
		{ EVENT("refund.created.pending"), "CONFIRMED REFUNDED" },
		{ EVENT("refund.updated"), "CONFIRMED REFUNDED" },
		{ EVENT("refund.failed"), "CONFIRMED PAID" },
		/* It cannot succeed again, nor is it paid twice. */
		{ EVENT("charge.refunded"), "CONFIRMED PAID" },
		{ EVENT("refund.created"), "CONFIRMED PAID" },
	};
	struct world *w = *state;
	struct refund *r;
	size_t i;

	pay(w);
	for (i = 0; i < COUNT(steps); i++) {
		assert_string_equal(tell(w, steps[i].file), "applied");
		assert_string_equal(world_status(w), steps[i].status);
	}
	assert_int_equal(refund_get_tx(&w->c, w->db,
	    "re_3SWfXkB7WZ01zgkW1oP9qR0S", &r), OK);
	assert_string_equal(r->status, "failed");
	assert_string_equal(r->failure, "expired_or_canceled_card");
	assert_string_equal(r->reason, "requested_by_customer");
	assert_string_equal(r->asked_by, "system");
}

static void
a_status_of_the_future_leaves_the_one_we_know(void **state)
{
	struct world *w = *state;
	struct refund *r;

	pay(w);
	assert_string_equal(tell_edited(w, EVENT("refund.created"),
	    OBJECT "status", "\"paused\""), "applied");
	assert_int_equal(refund_get_tx(&w->c, w->db,
	    "re_3SWfXkB7WZ01zgkW1oP9qR0S", &r), OK);
	assert_string_equal(r->status, "pending");
}

static void
several_refunds_in_part_add_up(void **state)
{
	static const char *const ids[] = { "\"re_1\"", "\"re_2\"",
		"\"re_3\"" };
	static const char *const after[] = { "CONFIRMED PARTIALLY_REFUNDED",
		"CONFIRMED PARTIALLY_REFUNDED", "CONFIRMED REFUNDED" };
	struct world *w = *state;
	const char *body;
	size_t i;

	pay(w);
	for (i = 0; i < COUNT(ids); i++) {
		body = world_edit(&w->c, world_file(w,
		    EVENT("refund.created")), OBJECT "id", ids[i]);
		body = world_edit(&w->c, body, OBJECT "amount", "5000");
		world_tell(w, "stripe", world_edit(&w->c, body, "id",
		    ids[i]));
		assert_string_equal(world_status(w), after[i]);
	}
}

static void
a_dispute_is_followed_to_its_end(void **state)
{
	static const struct {
		const char *file, *status;
	} steps[] = {
		{ EVENT("charge.dispute.created"), "CONFIRMED DISPUTED" },
		{ EVENT("charge.dispute.funds_withdrawn"),
		    "CONFIRMED DISPUTED" },
		{ EVENT("charge.dispute.updated"), "CONFIRMED DISPUTED" },
		{ EVENT("charge.dispute.closed.won"), "CONFIRMED PAID" },
		{ EVENT("charge.dispute.funds_reinstated"),
		    "CONFIRMED PAID" },
	};
	struct world *w = *state;
	struct dispute *d;
	size_t i;

	pay(w);
	for (i = 0; i < COUNT(steps); i++) {
		assert_string_equal(tell(w, steps[i].file), "applied");
		assert_string_equal(world_status(w), steps[i].status);
	}
	assert_int_equal(dispute_get_tx(&w->c, w->db,
	    "du_1SZ2QpB7WZ01zgkWtU1vW2xY", &d), OK);
	assert_string_equal(d->reason, "product_not_received");
	assert_int_equal(d->amount, 15000);
	assert_true(d->due_at > 0);
}

static void
what_has_no_payment_is_not_ours(void **state)
{
	struct world *w = *state;

	pay(w);
	assert_string_equal(tell_edited(w, EVENT("charge.refunded"),
	    OBJECT "payment_intent", "null"), "ignored");
	assert_string_equal(tell_edited(w, EVENT("refund.created"),
	    OBJECT "id", NULL), "failed");
	assert_string_equal(tell_edited(w, EVENT("charge.dispute.created"),
	    OBJECT "status", "null"), "failed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(an_intent_alone_confirms_a_booking),
		WITH_SHOP(a_declined_card_can_be_followed_by_a_good_one),
		WITH_SHOP(an_intent_for_no_booking_is_not_ours),
		WITH_SHOP(what_contradicts_its_payment_changes_nothing),
		WITH_SHOP(a_refund_of_real_money_is_taken_in),
		WITH_SHOP(each_kind_of_refund_moves_the_payment_status),
		WITH_SHOP(a_status_of_the_future_leaves_the_one_we_know),
		WITH_SHOP(several_refunds_in_part_add_up),
		WITH_SHOP(a_dispute_is_followed_to_its_end),
		WITH_SHOP(what_has_no_payment_is_not_ours),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
