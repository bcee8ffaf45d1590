/*
 * Every recorded event of Stripe, and what Stripe never sends.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/attr.h"
#include "base/ctx.h"
#include "base/text.h"
#include "provider/stripe_event.h"
#include "sample.h"

#define FOLDER "tests/contract/stripe/events"

/* The cast of the recorded story. */
#define SESSION \
	"cs_test_a1Kq7Zc0mV2nT5sR8wY3bH6jL9pD4fG1xN0eU7iO5aS2dF8gH3jK6lQ9"
#define INTENT "pi_3SWfXkB7WZ01zgkW1a2B3c4D"
#define CHARGE "ch_3SWfXkB7WZ01zgkW1eF5gH6I"
#define REFUND "re_3SWfXkB7WZ01zgkW1oP9qR0S"
#define DISPUTE "du_1SZ2QpB7WZ01zgkWtU1vW2xY"
#define BOOKING "bkg_01JDB2V6Q3T8K9M4X7Y1Z0ABCD"

static const struct expected {
	const char *file, *event, *kind, *object, *booking;
	const char *status, *payment_status, *intent;
	int64_t amount;
	const char *reason, *failure;
} events[] = {
	/* clang-format off */
	{ "charge.dispute.closed", "evt_1Ab2j6oCkauddZeyaqngNO3p", "dispute",
	    DISPUTE, NULL, "lost", NULL, INTENT, 15000, "product_not_received",
	    NULL },
	{ "charge.dispute.closed.won", "evt_1Qjgg2i9fBrIxhMnoKbHWGZ9",
	    "dispute", DISPUTE, NULL, "won", NULL, INTENT, 15000,
	    "product_not_received", NULL },
	{ "charge.dispute.created", "evt_1CRsaAIMy6W57ZIB0SpjDCYq", "dispute",
	    DISPUTE, NULL, "needs_response", NULL, INTENT, 15000,
	    "product_not_received", NULL },
	{ "charge.dispute.funds_reinstated", "evt_1dV1Kpv8pHRYy4sWjzvcc8SH",
	    "dispute", DISPUTE, NULL, "won", NULL, INTENT, 15000,
	    "product_not_received", NULL },
	{ "charge.dispute.funds_withdrawn", "evt_1kzc35f6fAONirNQLllIsPsR",
	    "dispute", DISPUTE, NULL, "needs_response", NULL, INTENT, 15000,
	    "product_not_received", NULL },
	{ "charge.dispute.updated", "evt_13SqxjyjjzvtkoTaKxXo1k8U", "dispute",
	    DISPUTE, NULL, "under_review", NULL, INTENT, 15000,
	    "product_not_received", NULL },
	{ "charge.failed", "evt_3CZ3UUmtn2ZKKHhnve4yoJef", "charge",
	    "ch_3SWfXkB7WZ01zgkW0dC4gH6I", BOOKING, "failed", NULL, INTENT,
	    15000, NULL, "card_declined" },
	{ "charge.refund.updated", "evt_3Soqvb3Ncnd9JmeaixF6FECh", "refund",
	    REFUND, BOOKING, "failed", NULL, INTENT, 15000,
	    "requested_by_customer", "expired_or_canceled_card" },
	{ "charge.refunded", "evt_3rFMoDouA80eMmS5h2QdbWcV", "charge", CHARGE,
	    BOOKING, "succeeded", NULL, INTENT, 15000, NULL, NULL },
	{ "charge.refunded.partial", "evt_39Ao9KwFzcyJznlGA6AoXcdc", "charge",
	    CHARGE, BOOKING, "succeeded", NULL, INTENT, 15000, NULL, NULL },
	{ "charge.succeeded", "evt_3a4eBu6E7SjNpeDfffQjKcPO", "charge", CHARGE,
	    BOOKING, "succeeded", NULL, INTENT, 15000, NULL, NULL },
	{ "checkout.session.async_payment_failed",
	    "evt_1IYjKtOcgcJ9I2rvcQSLSzbF", "checkout.session", SESSION,
	    BOOKING, "complete", "unpaid", INTENT, 15000, NULL, NULL },
	{ "checkout.session.async_payment_succeeded",
	    "evt_1PLcbwm2mem1F9HXRoVjDhGM", "checkout.session", SESSION,
	    BOOKING, "complete", "paid", INTENT, 15000, NULL, NULL },
	{ "checkout.session.completed.connect", "evt_19HtbHLWVS4XJudUzxDati2h",
	    "checkout.session", SESSION, BOOKING, "complete", "paid", INTENT,
	    15000, NULL, NULL },
	{ "checkout.session.completed.discounted",
	    "evt_18Q5jYJZKhPiQZlXdQ01YT9i", "checkout.session", SESSION,
	    BOOKING, "complete", "paid", INTENT, 12000, NULL, NULL },
	{ "checkout.session.completed", "evt_1dsUMdto41I82KdVtFD4k7C4",
	    "checkout.session", SESSION, BOOKING, "complete", "paid", INTENT,
	    15000, NULL, NULL },
	{ "checkout.session.completed.livemode", "evt_13ZFgt7NgAqefobs6hC08H4H",
	    "checkout.session",
	    "cs_live_a1Kq7Zc0mV2nT5sR8wY3bH6jL9pD4fG1xN0eU7iO5aS2dF8gH3jK6lQ9",
	    BOOKING, "complete", "paid", INTENT, 15000, NULL, NULL },
	{ "checkout.session.completed.no_payment_required",
	    "evt_1XlAnDJ7IoJe0uDWc6uaeEki", "checkout.session", SESSION,
	    BOOKING, "complete", "no_payment_required", NULL, 0, NULL, NULL },
	{ "checkout.session.completed.subscription",
	    "evt_12t57vqBEu7B21WLpFxEHUOW", "checkout.session", SESSION,
	    BOOKING, "complete", "paid", NULL, 9900, NULL, NULL },
	{ "checkout.session.completed.unpaid", "evt_1c1rgzxX5aMFOFINMGp7zAgb",
	    "checkout.session", SESSION, BOOKING, "complete", "unpaid", INTENT,
	    15000, NULL, NULL },
	{ "checkout.session.expired", "evt_1qEYKtpdZYv55wnBtatphB3H",
	    "checkout.session", SESSION, BOOKING, "expired", "unpaid", NULL,
	    15000, NULL, NULL },
	{ "checkout.session.expired.recovery", "evt_1cAzHfFL7odg3XrtxITtksuR",
	    "checkout.session", SESSION, BOOKING, "expired", "unpaid", NULL,
	    15000, NULL, NULL },
	{ "customer.subscription.created", "evt_1cU4Loek0cKsW4Pgq0ee0Qh9",
	    "subscription", "sub_1SWgaAB7WZ01zgkWaB3cD4eF", BOOKING, "active",
	    NULL, NULL, -1, NULL, NULL },
	{ "customer.subscription.deleted", "evt_1IJ5yLP42YiuZZ5o8NcE4Xfc",
	    "subscription", "sub_1SWgaAB7WZ01zgkWaB3cD4eF", BOOKING, "canceled",
	    NULL, NULL, -1, NULL, NULL },
	{ "customer.subscription.paused", "evt_1DvIJKLRNCzd3TsnMLfdoIdV",
	    "subscription", "sub_1SWgaAB7WZ01zgkWaB3cD4eF", BOOKING, "paused",
	    NULL, NULL, -1, NULL, NULL },
	{ "customer.subscription.resumed", "evt_1cqYGaDz1eFEKKEkTX2CcTwx",
	    "subscription", "sub_1SWgaAB7WZ01zgkWaB3cD4eF", BOOKING, "active",
	    NULL, NULL, -1, NULL, NULL },
	{ "customer.subscription.trial_will_end",
	    "evt_1HPmOM1d7aSuhhbysCdvSgtN", "subscription",
	    "sub_1SWgaAB7WZ01zgkWaB3cD4eF", BOOKING, "trialing", NULL, NULL, -1,
	    NULL, NULL },
	{ "customer.subscription.updated.cancel_at_period_end",
	    "evt_1npxdapLvx8akWGkhWfDgEEm", "subscription",
	    "sub_1SWgaAB7WZ01zgkWaB3cD4eF", BOOKING, "active", NULL, NULL, -1,
	    NULL, NULL },
	{ "customer.subscription.updated", "evt_1kiS66AdhZMPv0N7QWsFjnZi",
	    "subscription", "sub_1SWgaAB7WZ01zgkWaB3cD4eF", BOOKING, "past_due",
	    NULL, NULL, -1, NULL, NULL },
	{ "invoice.paid", "evt_1lxIBCvdnUgC5DAYTSl1Zxnb", "invoice",
	    "in_1SWga9B7WZ01zgkWgH5iJ6kL", NULL, "paid", NULL, NULL, -1, NULL,
	    NULL },
	{ "invoice.payment_action_required", "evt_1LQTdtBGTNt1kd9TN2Wnkayq",
	    "invoice", "in_1SWga9B7WZ01zgkWgH5iJ6kL", NULL, "open", NULL, NULL,
	    -1, NULL, NULL },
	{ "invoice.payment_failed", "evt_1YOAImYhfBN1XhBd607UARHx", "invoice",
	    "in_1ShYx0B7WZ01zgkWmM0nN1oO", NULL, "open", NULL, NULL, -1, NULL,
	    NULL },
	{ "invoice.payment_succeeded", "evt_1z2FmPXTIW3bXqAZX3uRhNrl",
	    "invoice", "in_1SWga9B7WZ01zgkWgH5iJ6kL", NULL, "paid", NULL, NULL,
	    -1, NULL, NULL },
	{ "payment_intent.canceled", "evt_3wLGzyNBoFdMHrtz5Zk2YbDi",
	    "payment_intent", INTENT, BOOKING, "canceled", NULL, INTENT, 15000,
	    "expired", NULL },
	{ "payment_intent.created", "evt_3i8tteTTC6iaG8fmWK5btq8k",
	    "payment_intent", INTENT, BOOKING, "requires_payment_method", NULL,
	    INTENT, 15000, NULL, NULL },
	{ "payment_intent.payment_failed", "evt_3GKWWo6k6fPge7ZYqOvMCdFK",
	    "payment_intent", INTENT, BOOKING, "requires_payment_method", NULL,
	    INTENT, 15000, NULL, "card_declined" },
	{ "payment_intent.processing", "evt_35zgMNqjoQKYnz4fzNTNxFoA",
	    "payment_intent", INTENT, BOOKING, "processing", NULL, INTENT,
	    15000, NULL, NULL },
	{ "payment_intent.requires_action", "evt_3MCoNnERqPeCRhhvDD06o3bD",
	    "payment_intent", INTENT, BOOKING, "requires_action", NULL, INTENT,
	    15000, NULL, NULL },
	{ "payment_intent.succeeded", "evt_3803k2HJGGk4alnZ4a2kvzqL",
	    "payment_intent", INTENT, BOOKING, "succeeded", NULL, INTENT, 15000,
	    NULL, NULL },
	{ "refund.created", "evt_3iMd1xlR379H68HczndfeCLu", "refund", REFUND,
	    BOOKING, "succeeded", NULL, INTENT, 15000, "requested_by_customer",
	    NULL },
	{ "refund.created.pending", "evt_36hlBvm8W9lVSdmDJTal5vc3", "refund",
	    REFUND, BOOKING, "pending", NULL, INTENT, 15000,
	    "requested_by_customer", NULL },
	{ "refund.failed", "evt_3t0HaB3yuIyZJGEXCEr8zpiv", "refund", REFUND,
	    BOOKING, "failed", NULL, INTENT, 15000, "requested_by_customer",
	    "expired_or_canceled_card" },
	{ "refund.updated", "evt_3Sv0zQSjLuIHdtEBE2bmDmDF", "refund", REFUND,
	    BOOKING, "succeeded", NULL, INTENT, 15000, "requested_by_customer",
	    NULL },
	{ "thin.v1.checkout.session.completed",
	    "evt_test_65RCJ0Zk8qYw3NnP5oE16RCJ0ZkSQ7m2bXhV9dLtK1uA",
	    "checkout.session", SESSION, NULL, NULL, NULL, NULL, -1, NULL,
	    NULL },
	/* clang-format on */
};

static enum err
parse(struct ctx *c, const char *text, struct stripe_event *ret)
{
	c->why = NULL;
	return stripe_event_parse(c, text, strlen(text), ret);
}

static void
load(struct ctx *c, const char *name, struct stripe_event *ret)
{
	size_t len;
	char *bytes = sample_bytes(c,
	    arena_printf(c->mem, FOLDER "/%s.json", name), &len);

	if (stripe_event_parse(c, bytes, len, ret) != OK)
		fail_msg("%s: %s", name, c->why);
}

static void
same(const char *file, const char *field, const char *got, const char *want)
{
	if (!text_same(got, want))
		fail_msg("%s: %s is %s, not %s", file, field,
		    got == NULL ? "absent" : got,
		    want == NULL ? "absent" : want);
}

static void
check(struct ctx *c, const struct expected *x)
{
	struct stripe_event ev;
	const struct stripe_object *o = &ev.object;

	load(c, x->file, &ev);
	same(x->file, "event", ev.id, x->event);
	same(x->file, "kind", o->object, x->kind);
	same(x->file, "object", o->id, x->object);
	same(x->file, "booking", o->booking, x->booking);
	same(x->file, "status", o->status, x->status);
	same(x->file, "payment_status", o->payment_status, x->payment_status);
	same(x->file, "intent", o->payment_intent, x->intent);
	same(x->file, "reason", o->reason, x->reason);
	same(x->file, "failure", o->failure, x->failure);
	if (o->amount != x->amount)
		fail_msg("%s: amount", x->file);
	/* A file is called after its type, and then what is special in it. */
	if (strstr(x->file, ev.type) == NULL)
		fail_msg("%s: type is %s", x->file, ev.type);
	assert_true(ev.created > 1790000000 && ev.created < 1810000000);
}

static size_t
rows_of(struct ctx *c, const char *file)
{
	size_t i, n = 0;

	for (i = 0; i < COUNT(events); i++)
		n += text_same(file,
		    arena_printf(c->mem, "%s.json", events[i].file));
	return n;
}

static void
every_recorded_event_gives_its_fields(void **state)
{
	struct ctx *c = *state;
	size_t n, i;
	char **names = sample_names(c, FOLDER, &n);

	for (i = 0; i < COUNT(events); i++)
		check(c, &events[i]);
	/* No file without a row above, and none twice. */
	assert_int_equal(n, COUNT(events));
	for (i = 0; i < n; i++)
		if (rows_of(c, names[i]) != 1)
			fail_msg("%s has no row of its own", names[i]);
}

static void
a_session_gives_its_money_and_times(void **state)
{
	struct stripe_event ev;

	load(*state, "checkout.session.completed.discounted", &ev);
	assert_string_equal(ev.object.currency, "usd");
	assert_string_equal(ev.object.mode, "payment");
	assert_int_equal(ev.object.amount, 12000);
	assert_int_equal(ev.object.amount_subtotal, 15000);
	assert_int_equal(ev.object.amount_discount, 3000);
	assert_int_equal(ev.object.expires_at, 1795444200);
	assert_int_equal(ev.object.amount_received, -1);
	assert_string_equal(ev.object.reference, BOOKING);
	assert_null(ev.object.url);
	load(*state, "checkout.session.completed.subscription", &ev);
	assert_string_equal(ev.object.mode, "subscription");
}

static void
a_charge_tells_part_from_all_refunded(void **state)
{
	struct stripe_event ev;

	load(*state, "charge.refunded.partial", &ev);
	assert_int_equal(ev.object.amount_refunded, 5000);
	assert_false(ev.object.refunded);
	assert_string_equal(ev.object.charge, CHARGE);
	load(*state, "charge.refunded", &ev);
	assert_int_equal(ev.object.amount_refunded, 15000);
	assert_true(ev.object.refunded);
}

static void
an_intent_names_its_last_charge_and_error(void **state)
{
	struct stripe_event ev;

	load(*state, "payment_intent.payment_failed", &ev);
	assert_string_equal(ev.object.failure, "card_declined");
	assert_string_equal(ev.object.decline_code, "insufficient_funds");
	load(*state, "payment_intent.succeeded", &ev);
	assert_string_equal(ev.object.charge, CHARGE);
	assert_int_equal(ev.object.amount_received, 15000);
	assert_null(ev.object.failure);
}

static void
a_dispute_says_until_when(void **state)
{
	struct stripe_event ev;

	load(*state, "charge.dispute.created", &ev);
	assert_int_equal(ev.object.due_by, 1797948000);
	assert_string_equal(ev.object.charge, CHARGE);
	assert_null(ev.object.booking);
}

static void
the_envelope_says_whose_and_whether_real(void **state)
{
	struct stripe_event ev;

	load(*state, "checkout.session.completed.connect", &ev);
	assert_string_equal(ev.account, "acct_1SVabcB7WZ01zgkW");
	assert_false(ev.livemode);
	load(*state, "checkout.session.completed.livemode", &ev);
	assert_null(ev.account);
	assert_true(ev.livemode);
	assert_true(ev.object.livemode);
	load(*state, "refund.created.pending", &ev);
	assert_string_equal(ev.object.pending_reason, "insufficient_funds");
}

static void
a_thin_event_is_marked_and_empty(void **state)
{
	struct stripe_event ev;

	load(*state, "thin.v1.checkout.session.completed", &ev);
	assert_true(ev.thin);
	assert_string_equal(ev.object.id, SESSION);
	assert_string_equal(ev.object.object, "checkout.session");
	assert_int_equal(ev.object.amount, -1);
	assert_null(ev.object.payment_status);
	load(*state, "checkout.session.completed", &ev);
	assert_false(ev.thin);
}

static void
what_may_be_expanded_is_read_either_way(void **state)
{
	struct stripe_event ev;

	assert_int_equal(OK, parse(*state,
	    "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"t\",\"data\":"
	    "{\"object\":{\"id\":\"re_1\",\"object\":\"refund\","
	    "\"payment_intent\":{\"id\":\"pi_1\",\"amount\":5},"
	    "\"charge\":{\"id\":\"ch_1\"}}}}", &ev));
	assert_string_equal(ev.object.payment_intent, "pi_1");
	assert_string_equal(ev.object.charge, "ch_1");
	assert_int_equal(ev.object.amount, -1);
}

static void
the_booking_is_the_metadata_s_before_the_reference(void **state)
{
	struct stripe_event ev;

	assert_int_equal(OK, parse(*state,
	    "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"t\",\"data\":"
	    "{\"object\":{\"client_reference_id\":\"bk_ref\","
	    "\"metadata\":{\"bookingId\":\"bk_meta\","
	    "\"checkoutId\":\"co_1\"}}}}", &ev));
	assert_string_equal(ev.object.booking, "bk_meta");
	assert_string_equal(ev.object.checkout, "co_1");
	assert_string_equal(ev.object.reference, "bk_ref");
	assert_int_equal(OK, parse(*state,
	    "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"t\",\"data\":"
	    "{\"object\":{\"client_reference_id\":\"bk_ref\","
	    "\"metadata\":{\"bookingId\":\"\"}}}}", &ev));
	assert_string_equal(ev.object.booking, "bk_ref");
	assert_null(ev.object.checkout);
}

static void
what_is_no_event_is_refused(void **state)
{
	static const char *const bad[] = { "", " ", "null", "[]", "\"event\"",
		"{}", "{\"object\":\"event\"}", "not JSON",
		"{\"object\":\"event\",\"id\":\"evt_1\"}",
		"{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"t\"}",
		"{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"t\","
		"\"data\":{}}",
		"{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"t\","
		"\"data\":{\"object\":\"cs_1\"}}",
		"{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"t\","
		"\"data\":{\"object\":[]}}",
		"{\"object\":\"event\",\"id\":7,\"type\":\"t\","
		"\"data\":{\"object\":{}}}",
		"{\"object\":\"event\",\"id\":\"a b\",\"type\":\"t\","
		"\"data\":{\"object\":{}}}",
		"{\"object\":\"event\",\"id\":\"evt_1\",\"type\":\"a\\nb\","
		"\"data\":{\"object\":{}}}",
		"{\"object\":\"invoice\",\"id\":\"in_1\",\"type\":\"t\","
		"\"data\":{\"object\":{}}}" };
	struct stripe_event ev;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		if (parse(*state, bad[i], &ev) != E_BADREQ)
			fail_msg("accepted: %s", bad[i]);
}

static void
hostile_types_read_as_not_said(void **state)
{
	struct stripe_event ev;
	const struct stripe_object *o = &ev.object;

	assert_int_equal(OK, parse(*state,
	    "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"t\","
	    "\"created\":\"now\",\"livemode\":\"true\",\"account\":{},"
	    "\"data\":{\"object\":{\"object\":\"checkout.session\",\"id\":1,"
	    "\"status\":7,\"amount_total\":1e999,\"amount_subtotal\":-5,"
	    "\"currency\":[\"usd\"],\"payment_intent\":12,\"charge\":[],"
	    "\"latest_charge\":{\"id\":{}},\"metadata\":\"bookingId\","
	    "\"client_reference_id\":true,\"expires_at\":1.5,"
	    "\"total_details\":[{\"amount_discount\":1}],"
	    "\"last_payment_error\":\"x\",\"refunded\":1}}}", &ev));
	assert_null(ev.account);
	assert_int_equal(ev.created, 0);
	assert_false(ev.livemode);
	assert_null(o->id);
	assert_null(o->status);
	assert_null(o->currency);
	assert_null(o->payment_intent);
	assert_null(o->charge);
	assert_null(o->booking);
	assert_null(o->failure);
	assert_int_equal(o->amount, -1);
	assert_int_equal(o->amount_subtotal, -1);
	assert_int_equal(o->amount_discount, -1);
	assert_int_equal(o->expires_at, 0);
	assert_false(o->refunded);
}

static void
an_object_without_id_is_still_an_event(void **state)
{
	struct stripe_event ev;

	assert_int_equal(OK, parse(*state,
	    "{\"id\":\"evt_1\",\"object\":\"event\","
	    "\"type\":\"balance.available\",\"data\":{\"object\":"
	    "{\"object\":\"balance\"}}}", &ev));
	assert_null(ev.object.id);
	assert_string_equal(ev.object.object, "balance");
}

static void
an_answer_is_one_object_with_an_id(void **state)
{
	static const char good[] = "{\"object\":\"checkout.session\","
				   "\"id\":\"cs_1\",\"status\":\"open\","
				   "\"url\":\"https://x/#f\"}";
	static const char *const bad[] = { "", "[]", "{}", "{\"id\":\"cs_1\"}",
		"{\"object\":\"checkout.session\"}", "{\"object\":" };
	struct stripe_object o;
	struct ctx *c = *state;
	size_t i;

	assert_int_equal(OK, stripe_event_object(c, good, strlen(good), &o));
	assert_string_equal(o.url, "https://x/#f");
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(E_STRIPE,
		    stripe_event_object(c, bad[i], strlen(bad[i]), &o));
}

static void
a_list_gives_its_objects_in_order(void **state)
{
	static const char good[] =
	    "{\"object\":\"list\",\"has_more\":true,\"data\":["
	    "{\"object\":\"refund\",\"id\":\"re_2\"},"
	    "{\"object\":\"refund\",\"id\":\"re_1\"},7]}";
	static const char none[] = "{\"object\":\"list\",\"data\":[]}";
	struct stripe_list list;
	struct ctx *c = *state;

	assert_int_equal(OK, stripe_event_list(c, good, strlen(good), &list));
	assert_int_equal(list.count, 3);
	assert_true(list.more);
	assert_string_equal(list.items[0].id, "re_2");
	assert_string_equal(list.items[1].id, "re_1");
	assert_null(list.items[2].id);
	assert_int_equal(OK, stripe_event_list(c, none, strlen(none), &list));
	assert_int_equal(list.count, 0);
	assert_false(list.more);
}

static void
a_list_too_long_or_none_at_all_is_no_answer(void **state)
{
	struct ctx *c = *state;
	struct stripe_list list;
	char *text = arena_dup(c->mem, "{\"object\":\"list\",\"data\":[0");
	int i;

	for (i = 0; i < STRIPE_EVENT_LIST_MAX; i++)
		text = arena_printf(c->mem, "%s,0", text);
	text = arena_printf(c->mem, "%s]}", text);
	assert_int_equal(E_STRIPE,
	    stripe_event_list(c, text, strlen(text), &list));
	assert_int_equal(E_STRIPE, stripe_event_list(c, "{}", 2, &list));
	assert_int_equal(E_STRIPE, stripe_event_list(c, "[", 1, &list));
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, sample_setup, \
    sample_teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_recorded_event_gives_its_fields),
		TEST(a_session_gives_its_money_and_times),
		TEST(a_charge_tells_part_from_all_refunded),
		TEST(an_intent_names_its_last_charge_and_error),
		TEST(a_dispute_says_until_when),
		TEST(the_envelope_says_whose_and_whether_real),
		TEST(a_thin_event_is_marked_and_empty),
		TEST(what_may_be_expanded_is_read_either_way),
		TEST(the_booking_is_the_metadata_s_before_the_reference),
		TEST(what_is_no_event_is_refused),
		TEST(hostile_types_read_as_not_said),
		TEST(an_object_without_id_is_still_an_event),
		TEST(an_answer_is_one_object_with_an_id),
		TEST(a_list_gives_its_objects_in_order),
		TEST(a_list_too_long_or_none_at_all_is_no_answer),
	};

	return cmocka_run_group_tests_name("stripe_event", tests, NULL, NULL);
}
