/*
 * Where a provider's words and ours part: a few bodies, field by field.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/payment.h"
#include "db/db.h"
#include "world.h"

static struct booking *
told(struct world *w, const char *name)
{
	const struct intake in = world_tell(w, "calendly", world_file(w,
	    arena_printf(w->c.mem, "calendly/webhooks/%s", name)));

	assert_non_null(in.outcome.booking);
	return world_booking(w, in.outcome.booking);
}

static int64_t
at(const char *text)
{
	int64_t micros;

	assert_int_equal(now_parse(text, &micros), OK);
	return micros;
}

static void
an_invitee_becomes_a_booking(void **state)
{
	const struct booking *b = told(*state, "invitee_created");

	assert_string_equal(b->session_type, "strategy");
	assert_string_equal(b->name, "Ada Client");
	assert_string_equal(b->email, "ada.client@example.com");
	assert_string_equal(b->timezone, "America/New_York");
	assert_int_equal(b->start_at, at("2026-12-10T14:00:00Z"));
	assert_int_equal(b->end_at, at("2026-12-10T15:00:00Z"));
	assert_string_equal(b->invitee,
	    "1417e000-0000-4000-8000-000000000001");
	assert_string_equal(b->calendly_event,
	    "5c4ed000-0000-4000-8000-000000000001");
	assert_int_equal(b->told_at, at("2026-12-01T15:04:05.421314Z"));
	assert_null(b->client);
}

static void
a_no_show_has_the_time_of_its_event(void **state)
{
	const struct booking *b = told(*state, "invitee_no_show_created");

	assert_int_equal(b->no_show, 1);
	assert_int_equal(b->no_show_at, at("2026-12-10T15:20:09Z"));
}

static void
a_move_is_no_cancellation(void **state)
{
	const struct booking *b = told(*state,
	    "reschedule_old_invitee_canceled");

	assert_int_equal(b->cancelled_at, 0);
	assert_string_equal(b->moved_to,
	    "1417e000-0000-4000-8000-000000000008");
	assert_null(b->moved_from);
	b = told(*state, "reschedule_new_invitee_created");
	assert_string_equal(b->moved_from,
	    "1417e000-0000-4000-8000-000000000007");
}

/* Stripe's times are seconds, ours are microseconds. */
static void
stripe_s_seconds_become_moments(void **state)
{
	struct world *w = *state;
	struct payment *p;
	struct dispute *d;

	world_open_story(w);
	world_tell(w, "stripe", world_file(w,
	    "stripe/events/checkout.session.completed"));
	world_tell(w, "stripe", world_file(w,
	    "stripe/events/charge.dispute.created"));
	assert_int_equal(payment_get_tx(&w->c, w->db, WORLD_INTENT, &p), OK);
	assert_int_equal(p->paid_at, 1795442584 * NOW_SECOND);
	assert_int_equal(world_checkout(w, WORLD_CHECKOUT)->expires_at,
	    1795444200 * NOW_SECOND);
	assert_int_equal(dispute_get_tx(&w->c, w->db,
	    "du_1SZ2QpB7WZ01zgkWtU1vW2xY", &d), OK);
	assert_int_equal(d->told_at, 1797170400 * NOW_SECOND);
	assert_int_equal(d->created_at, 1797170400 * NOW_SECOND);
}

/* The bank's own word says more than Stripe's. */
static void
a_decline_is_told_in_the_bank_s_words(void **state)
{
	struct world *w = *state;
	struct payment *p;

	world_open_story(w);
	world_start_paying(w);
	world_tell(w, "stripe", world_file(w,
	    "stripe/events/payment_intent.payment_failed"));
	assert_int_equal(payment_get_tx(&w->c, w->db, WORLD_INTENT, &p), OK);
	assert_string_equal(p->failure, "insufficient_funds");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(an_invitee_becomes_a_booking),
		WITH_SHOP(a_no_show_has_the_time_of_its_event),
		WITH_SHOP(a_move_is_no_cancellation),
		WITH_SHOP(stripe_s_seconds_become_moments),
		WITH_SHOP(a_decline_is_told_in_the_bank_s_words),
	};

	return cmocka_run_group_tests_name("translate", tests, NULL, NULL);
}
