/*
 * What people see of a booking, and what they do not.
 */
#include <string.h>

#include "app/view.h"
#include "base/json.h"
#include "base/text.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/seat.h"
#include "db/db.h"
#include "web/auth.h"
#include "world.h"

static const struct caller guest = { .presented = 1,
	.grants = { { LINK_BOOKING, WORLD_BOOKING, 0, INT64_MAX } },
	.grant_count = 1 };
static const struct caller viewer = { .presented = 1,
	.grants = { { LINK_SEE, WORLD_BOOKING, 0, INT64_MAX } },
	.grant_count = 1 };
static const struct caller builder = { .presented = 1, .user = "u-robin" };

static struct view
viewed(struct world *w, const char *id, const struct caller *who)
{
	struct view v;

	assert_int_equal(view_load_tx(&w->c, w->db, world_booking(w, id), who,
	    &v), OK);
	return v;
}

static struct cJSON *
seen(struct world *w, const struct caller *who)
{
	const struct view v = viewed(w, WORLD_BOOKING, who);
	struct cJSON *data = json_object(&w->c);

	view_booking(&w->c, &v, data);
	return data;
}

/* What GET /api/stripe/sessions/{id} says of the story's session. */
static struct cJSON *
session_seen(struct world *w, const struct caller *who)
{
	const struct view v = viewed(w, WORLD_BOOKING, who);
	struct cJSON *data = json_object(&w->c);

	view_session(&w->c, &v, world_checkout(w, WORLD_CHECKOUT), data);
	return data;
}

static void
says(const struct cJSON *o, const char *key, const char *text)
{
	if (!text_same(json_text(o, key), text))
		fail_msg("%s is %s, not %s", key, json_text(o, key), text);
}

static int
can_pay(struct world *w, const struct cJSON *data)
{
	return strstr(json_print(&w->c, data), "\"can\":[\"pay\"") != NULL;
}

static int
can_cancel(struct world *w, const struct cJSON *data)
{
	return strstr(json_print(&w->c, data), "\"cancel\"]") != NULL;
}

static void
tell(struct world *w, const char *name)
{
	world_tell(w, "stripe", world_file(w, arena_printf(w->c.mem,
	    "stripe/events/%s", name)));
}

static void
a_booking_shows_what_its_page_needs(void **state)
{
	struct world *w = *state;
	const struct cJSON *o;
	int64_t amount;

	world_open_story(w);
	o = seen(w, &guest);
	says(o, "bookingId", WORLD_BOOKING);
	says(o, "status", "PENDING");
	says(o, "paymentStatus", "UNPAID");
	says(o, "startTime", "2026-12-01T15:00:00Z");
	says(o, "endTime", "2026-12-01T16:00:00Z");
	says(o, "timezone", "America/New_York");
	says(o, "firstName", "Ada");
	says(o, "currency", "usd");
	says(o, "checkoutUrl", "https://checkout.stripe.com/c");
	says(json_get(o, "sessionType"), "id", "strategy");
	says(json_get(o, "builder"), "name", "Robin Coach");
	assert_true(json_int(o, "amount", &amount));
	assert_int_equal(amount, 15000);
	assert_true(json_has(o, "holdExpiresAt"));
	assert_true(can_pay(w, o));
}

/* A link can be forwarded: what it shows may be seen by anybody. */
static void
no_address_and_no_last_name_is_shown(void **state)
{
	struct world *w = *state;
	const char *text;

	world_open_story(w);
	text = json_print(&w->c, seen(w, &guest));
	assert_null(strstr(text, "ada@example.com"));
	assert_null(strstr(text, "Client"));
	text = json_print(&w->c, session_seen(w, &guest));
	assert_null(strstr(text, "ada@example.com"));
	assert_null(strstr(text, "Client"));
}

static void
the_builder_sees_it_and_cannot_pay(void **state)
{
	struct world *w = *state;
	const struct cJSON *o;

	world_open_story(w);
	o = seen(w, &builder);
	assert_false(can_pay(w, o));
	says(o, "checkoutUrl", NULL);
	says(session_seen(w, &builder), "url", NULL);
	/* That they may not is no failure. */
	assert_null(w->c.say);
}

static void
a_link_that_shows_offers_nothing(void **state)
{
	struct world *w = *state;
	const struct cJSON *o;

	world_open_story(w);
	o = seen(w, &viewer);
	says(o, "status", "PENDING");
	assert_false(can_pay(w, o));
	assert_false(can_cancel(w, o));
	says(o, "checkoutUrl", NULL);
	says(session_seen(w, &viewer), "url", NULL);
	assert_null(w->c.say);
}

/* Why there is no button. */
static void
who_must_sign_in_to_pay_is_told_so(void **state)
{
	static const char sql[] = "UPDATE session_type SET requires_auth = 1";
	struct world *w = *state;
	const struct cJSON *o;

	world_open_story(w);
	assert_int_equal(db_script(&w->c, w->db, sql), OK);
	o = seen(w, &guest);
	assert_false(can_pay(w, o));
	says(o, "checkoutUrl", NULL);
	says(o, "advice", "Please sign in to pay.");
	assert_null(w->c.say);
}

static void
what_is_paid_is_settled_and_cannot_be_paid(void **state)
{
	struct world *w = *state;
	const struct cJSON *o;

	world_open_story(w);
	tell(w, "checkout.session.completed");
	o = seen(w, &guest);
	says(o, "summary", "Paid, confirmed for {start}.");
	says(o, "checkoutUrl", NULL);
	says(o, "holdExpiresAt", NULL);
	assert_true(json_true(o, "settled"));
	assert_false(can_pay(w, o));
	o = session_seen(w, &guest);
	says(o, "status", "complete");
	says(o, "paymentStatus", "paid");
	says(o, "bookingStatus", "CONFIRMED");
	says(o, "bookingPaymentStatus", "PAID");
	says(o, "url", NULL);
}

static void
what_is_on_its_way_is_not_settled(void **state)
{
	struct world *w = *state;
	const struct cJSON *o;

	world_open_story(w);
	tell(w, "checkout.session.completed.unpaid");
	o = session_seen(w, &guest);
	says(o, "paymentStatus", "unpaid");
	assert_false(json_true(o, "settled"));
	assert_false(can_pay(w, o));
}

/* "failed" is our word; Stripe's page and the pages here know "unpaid". */
static void
a_failed_payment_reads_unpaid_and_may_be_tried_again(void **state)
{
	struct world *w = *state;
	const struct cJSON *o;

	world_open_story(w);
	tell(w, "checkout.session.async_payment_failed");
	o = session_seen(w, &guest);
	says(o, "paymentStatus", "unpaid");
	says(o, "bookingPaymentStatus", "FAILED");
	assert_true(can_pay(w, o));
}

static void
a_session_past_its_end_is_shown_as_expired(void **state)
{
	struct world *w = *state;
	const struct cJSON *o;

	world_open_story(w);
	says(session_seen(w, &guest), "status", "open");
	w->c.now = world_checkout(w, WORLD_CHECKOUT)->expires_at;
	o = session_seen(w, &guest);
	says(o, "status", "expired");
	says(o, "url", NULL);
	assert_non_null(strstr(json_text(o, "summary"), "has expired"));
	assert_true(can_pay(w, o));
	says(seen(w, &guest), "checkoutUrl", NULL);
}

static void
a_booking_that_is_over_reads_so(void **state)
{
	struct world *w = *state;
	const struct cJSON *o;

	world_open_story(w);
	tell(w, "checkout.session.completed");
	w->c.now = world_slot(9, 0);
	o = seen(w, &guest);
	says(o, "status", "COMPLETED");
	says(o, "summary", "This session took place on {start}.");
}

static void
what_has_begun_cannot_be_paid(void **state)
{
	struct world *w = *state;

	world_open_story(w);
	w->c.now = world_slot(8, 15);
	assert_false(can_pay(w, seen(w, &guest)));
}

static void
a_contradicted_claim_is_told(void **state)
{
	struct world *w = *state;
	struct booking *b;

	world_open_story(w);
	b = world_booking(w, WORLD_BOOKING);
	b->contradiction = "start was claimed as something else";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	assert_non_null(strstr(json_text(seen(w, &guest), "advice"),
	    "Calendly's record differs"));
}

static void
it_is_cancelled_by_a_client_before_and_by_others_until_it_is_over(void **state)
{
	struct world *w = *state;

	world_open_story(w);
	assert_true(can_cancel(w, seen(w, &guest)));
	assert_true(can_cancel(w, seen(w, &builder)));
	assert_true(can_cancel(w, session_seen(w, &guest)));
	w->c.now = world_slot(8, 15);
	assert_false(can_cancel(w, seen(w, &guest)));
	assert_true(can_cancel(w, seen(w, &builder)));
	w->c.now = world_slot(8, 16);
	assert_false(can_cancel(w, seen(w, &builder)));
}

static void
what_was_cancelled_or_moved_is_not_cancelled_again(void **state)
{
	struct world *w = *state;
	struct booking *b;

	world_open_story(w);
	b = world_booking(w, WORLD_BOOKING);
	b->moved_to = "i2";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	world_settle(w, b->id);
	assert_false(can_cancel(w, seen(w, &guest)));
	b = world_sell(w, 1, world_slot(7, 15));
	b->asked_cancel_at = w->c.now;
	b->asked_cancel_by = "client";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	world_settle(w, b->id);
	assert_int_equal(viewed(w, b->id, &builder).may_cancel, 0);
}

/* How a cancelled booking reads, whose client gets so much back. */
static struct cJSON *
cancelled(struct world *w, const char *policy, int auto_refund,
    int64_t seconds_before_paid)
{
	struct booking *b = world_sell(w, 1, world_slot(7, 15));
	struct cJSON *data = json_object(&w->c);
	struct view v;

	b->policy = policy;
	b->auto_refund = auto_refund;
	b->asked_cancel_at =
	    w->c.now - MINUTES(1) - seconds_before_paid * NOW_SECOND;
	b->asked_cancel_by = "client";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	world_settle(w, b->id);
	v = viewed(w, b->id, &builder);
	view_booking(&w->c, &v, data);
	says(data, "status", "CANCELLED");
	says(data, "paymentStatus", "PAID");
	return data;
}

static void
a_policy_that_gives_nothing_does_not_read_as_if(void **state)
{
	const struct cJSON *o = cancelled(*state, "", 1, -5);

	says(o, "summary", "This booking was cancelled.");
	says(o, "advice", "By the cancellation policy nothing is paid back.");
	assert_true(json_true(o, "settled"));
}

static void
what_is_paid_back_by_itself_is_worth_waiting_for(void **state)
{
	const struct cJSON *o = cancelled(*state, "24:50", 1, -5);

	says(o, "advice", "By the cancellation policy 75.00 USD of 150.00 USD "
	    "is paid back.");
	assert_false(json_true(o, "settled"));
}

static void
what_is_paid_back_by_hand_is_not_waited_for(void **state)
{
	const struct cJSON *o = cancelled(*state, "24:50", 0, -5);

	says(o, "advice", "By the cancellation policy 75.00 USD of 150.00 USD "
	    "is paid back. We see to it by hand.");
	assert_true(json_true(o, "settled"));
}

static void
money_that_came_too_late_reads_so(void **state)
{
	const struct cJSON *o = cancelled(*state, "", 0, 5);

	says(o, "summary", "This booking was cancelled before your payment "
	    "arrived.");
	says(o, "advice", "Everything that was paid, 150.00 USD, is paid "
	    "back.");
	assert_false(json_true(o, "settled"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(a_booking_shows_what_its_page_needs),
		WITH_SHOP(no_address_and_no_last_name_is_shown),
		WITH_SHOP(the_builder_sees_it_and_cannot_pay),
		WITH_SHOP(a_link_that_shows_offers_nothing),
		WITH_SHOP(who_must_sign_in_to_pay_is_told_so),
		WITH_SHOP(what_is_paid_is_settled_and_cannot_be_paid),
		WITH_SHOP(what_is_on_its_way_is_not_settled),
		WITH_SHOP(a_failed_payment_reads_unpaid_and_may_be_tried_again),
		WITH_SHOP(a_session_past_its_end_is_shown_as_expired),
		WITH_SHOP(a_booking_that_is_over_reads_so),
		WITH_SHOP(what_has_begun_cannot_be_paid),
		WITH_SHOP(a_contradicted_claim_is_told),
		WITH_SHOP(
		    it_is_cancelled_by_a_client_before_and_by_others_until_it_is_over),
		WITH_SHOP(what_was_cancelled_or_moved_is_not_cancelled_again),
		WITH_SHOP(a_policy_that_gives_nothing_does_not_read_as_if),
		WITH_SHOP(what_is_paid_back_by_itself_is_worth_waiting_for),
		WITH_SHOP(what_is_paid_back_by_hand_is_not_waited_for),
		WITH_SHOP(money_that_came_too_late_reads_so),
	};

	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
