/*
 * Seats that are given up: what is asked of Stripe and Calendly, in which
 * order, and what is not.
 */
#include "calendly_pair.h"

#include "app/chore.h"
#include "app/shop.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/job.h"
#include "world.h"

#define SHARED "{\"resource\":{\"status\":\"active\"," \
	"\"invitees_counter\":{\"total\":2,\"active\":2,\"limit\":9}}}"

enum { ASKED_MAX = 8 };

/* One chore about one booking, and what it asked. */
struct trial {
	struct chore ch;
	enum err e;
	const char *asked[ASKED_MAX]; /* request lines; "" behind the last */
};

typedef enum err chore(struct ctx *c, struct chore *ch);

/* Both providers are one server here: their paths differ. */
static struct trial
run(struct world *w, chore *what, struct shop with, const char *subject,
    const struct loopback_step *steps, size_t n)
{
	struct pair p = pair_start(steps, n);
	struct job job = { .subject = subject };
	struct trial t = { .ch = { .shop = &with, .job = &job } };
	size_t i;

	with.db = w->db;
	with.calendly.http = with.stripe.http = p.cal.http;
	with.calendly.base = with.stripe.base = p.cal.base;
	with.calendly.second = with.stripe.second = p.cal.second;
	ctx_forgive(&w->c);
	t.e = what(&w->c, &t.ch);
	for (i = 0; i < ASKED_MAX; i++)
		t.asked[i] = line(&w->c, &p, (int)i);
	pair_stop(&p);
	return t;
}

static const struct shop open_shop = { .stripe.key = "sk_test_1",
	.calendly.token = "pat_1" };

/* The seat of Calendly's recorded invitee, as its webhook brought it. */
static struct booking *
seat(struct world *w)
{
	return world_booking(w, world_tell(w, "calendly", world_file(w,
	    "calendly/webhooks/invitee_created")).outcome.booking);
}

/* Stripe's session for b's only attempt, as an answer. */
static char *
session(struct world *w, const struct booking *b, const char *status,
    const char *payment_status, const char *intent)
{
	struct ctx *c = &w->c;
	char *o = world_part(c, world_file(w,
	    "stripe/events/checkout.session.completed"), "data.object");
	const char *id = arena_printf(c->mem, "\"%s\"", b->id);

	o = world_edit(c, o, "status", status);
	o = world_edit(c, o, "payment_status", payment_status);
	o = world_edit(c, o, "payment_intent", intent);
	o = world_edit(c, o, "url", "\"https://checkout.stripe.com/c\"");
	o = world_edit(c, o, "client_reference_id", id);
	o = world_edit(c, o, "metadata.bookingId", id);
	return world_edit(c, o, "metadata.checkoutId",
	    arena_printf(c->mem, "\"checkout-%s-1\"", b->id));
}

static void
open_page(struct world *w, const struct booking *b)
{
	world_plan(w, b->id, NULL);
	assert_string_equal(world_tell(w, "stripe-api", session(w, b,
	    "\"open\"", "\"unpaid\"", "null")).outcome.word, "applied");
}

static struct booking *
cancelled(struct world *w, struct booking *b)
{
	b->asked_cancel_at = w->c.now;
	b->asked_cancel_by = "client";
	b->asked_cancel_reason = "ill";
	assert_int_equal(booking_save_tx(&w->c, w->db, b), OK);
	world_settle(w, b->id);
	return world_booking(w, b->id);
}

static void
asks(const struct trial *t, size_t i, const char *start)
{
	if (strncmp(t->asked[i], start, strlen(start)) != 0 ||
	    (*start == '\0' && *t->asked[i] != '\0'))
		fail_msg("request %zu: %s", i, t->asked[i]);
}

#define EXPIRES "POST /v1/checkout/sessions/" WORLD_SESSION "/expire"

/* --- the end of a hold ------------------------------------------------------- */

static void
a_hold_that_runs_is_not_cut_short(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);
	struct trial t = run(w, chore_seat_release, open_shop, b->id, NULL, 0);

	assert_int_equal(t.e, OK);
	assert_int_equal(t.ch.later_at, b->hold_at);
	asks(&t, 0, "");
	assert_string_equal(world_booking(w, b->id)->status, "PENDING");
}

static void
a_page_is_closed_before_its_seat_is_released(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);
	struct loopback_step step;
	struct trial t;

	open_page(w, b);
	step = says(&w->c, 200, session(w, b, "\"expired\"", "\"unpaid\"",
	    "null"));
	w->c.now = b->hold_at;
	t = run(w, chore_seat_release, open_shop, b->id, &step, 1);
	assert_int_equal(t.e, OK);
	asks(&t, 0, EXPIRES);
	asks(&t, 1, "");
	b = world_booking(w, b->id);
	assert_string_equal(b->status, "CANCELLED");
	assert_string_equal(b->cancelled_by, "system");
	assert_string_equal(b->cancel_reason, "it was not paid in time");
	assert_true(world_has(w, "event system release:"));
	/* Once more, by a worker that does not know. */
	t = run(w, chore_seat_release, open_shop, b->id, NULL, 0);
	assert_int_equal(t.e, OK);
	asks(&t, 0, "");
	assert_int_equal(world_count(w, "SELECT count(*) FROM event"
	    " WHERE type = 'booking.release'"), 1);
}

static void
who_paid_at_the_last_moment_keeps_the_seat(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);
	struct loopback_step steps[2];
	struct trial t;

	open_page(w, b);
	steps[0] = says(&w->c, 400, world_file(w,
	    "stripe/errors/invalid_request_error.session_not_open"));
	steps[1] = says(&w->c, 200, session(w, b, "\"complete\"", "\"unpaid\"",
	    "\"pi_9\""));
	w->c.now = b->hold_at;
	t = run(w, chore_seat_release, open_shop, b->id, steps, 2);
	assert_int_equal(t.e, OK);
	asks(&t, 0, EXPIRES);
	asks(&t, 1, "GET /v1/checkout/sessions/" WORLD_SESSION);
	b = world_booking(w, b->id);
	assert_string_equal(b->status, "PENDING");
	assert_string_equal(b->payment_status, "PROCESSING");
	assert_int_equal(b->cancelled_at, 0);
}

static void
a_page_that_nobody_knows_closed_keeps_the_seat(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);
	struct trial t;

	open_page(w, b);
	w->c.now = b->hold_at;
	t = run(w, chore_seat_release, open_shop, b->id, NULL, 0);
	assert_int_equal(t.e, E_STRIPE);
	assert_string_equal(world_booking(w, b->id)->status, "PENDING");
}

/* Whatever Stripe means by it: money could still come. */
static void
a_page_that_cannot_be_closed_keeps_the_seat(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);
	struct loopback_step steps[ASKED_MAX];
	struct trial t;
	size_t i;

	open_page(w, b);
	for (i = 0; i < ASKED_MAX; i++)
		steps[i] = says(&w->c, 200, session(w, b, "\"open\"",
		    "\"unpaid\"", "null"));
	w->c.now = b->hold_at;
	t = run(w, chore_seat_release, open_shop, b->id, steps, ASKED_MAX);
	assert_int_equal(t.e, OK);
	asks(&t, ASKED_MAX - 1, EXPIRES);
	assert_int_equal(t.ch.later_at, w->c.now + MINUTES(1));
	assert_string_equal(world_booking(w, b->id)->status, "PENDING");
}

static void
without_a_token_the_seat_is_kept(void **state)
{
	static const struct shop shop = { .stripe.key = "sk_test_1" };
	struct world *w = *state;
	struct booking *b = seat(w);
	struct trial t;

	w->c.now = b->hold_at;
	t = run(w, chore_seat_release, shop, b->id, NULL, 0);
	assert_int_equal(t.e, OK);
	assert_memory_equal(t.ch.remark, "kept", 4);
	assert_string_equal(world_booking(w, b->id)->status, "PENDING");
}

/* --- pages --------------------------------------------------------------------- */

static const char *
page_of(struct world *w, const struct booking *b)
{
	return arena_printf(w->c.mem, "checkout-%s-1", b->id);
}

static void
the_page_of_a_cancelled_booking_is_closed(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);
	struct loopback_step step;
	struct trial t;

	open_page(w, b);
	step = says(&w->c, 200, session(w, b, "\"expired\"", "\"unpaid\"",
	    "null"));
	/* Not while there is a seat to pay for. */
	t = run(w, chore_seat_expire, open_shop, page_of(w, b), &step, 1);
	assert_int_equal(t.e, OK);
	asks(&t, 0, "");
	b = cancelled(w, b);
	t = run(w, chore_seat_expire, open_shop, page_of(w, b), &step, 1);
	assert_int_equal(t.e, OK);
	asks(&t, 0, EXPIRES);
	assert_string_equal(world_checkout(w, page_of(w, b))->status,
	    "expired");
	t = run(w, chore_seat_expire, open_shop, page_of(w, b), &step, 1);
	assert_int_equal(t.e, OK);
	asks(&t, 0, "");
}

static void
a_page_that_stays_open_is_tried_again(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);
	struct loopback_step step;

	open_page(w, b);
	b = cancelled(w, b);
	step = says(&w->c, 200, session(w, b, "\"open\"", "\"unpaid\"",
	    "null"));
	assert_int_equal(run(w, chore_seat_expire, open_shop, page_of(w, b),
	    &step, 1).e, E_STRIPE);
}

static void
a_page_that_is_being_made_is_waited_for(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);
	struct trial t;

	world_plan(w, b->id, NULL);
	b = cancelled(w, b);
	t = run(w, chore_seat_expire, open_shop, page_of(w, b), NULL, 0);
	assert_int_equal(t.e, OK);
	assert_int_equal(t.ch.later_at, w->c.now + MINUTES(1));
	asks(&t, 0, "");
}

/* --- at Calendly ----------------------------------------------------------------- */

static void
what_was_given_up_here_is_cancelled_there_and_read(void **state)
{
	struct world *w = *state;
	struct booking *b = cancelled(w, seat(w));
	/* Our token is the host's. */
	const char *echo = world_edit(&w->c, world_file(w,
	    "calendly/api/invitee_canceled"),
	    "resource.cancellation.canceler_type", "\"host\"");
	const struct loopback_step steps[] = {
		gives(&w->c, 200, "scheduled_event"),
		gives(&w->c, 201, "cancellation_201"),
		says(&w->c, 200, echo),
		gives(&w->c, 200, "scheduled_event_canceled"),
	};
	struct trial t = run(w, chore_seat_cancel, open_shop, b->id, steps, 4);

	assert_int_equal(t.e, OK);
	asks(&t, 0, "GET /scheduled_events/");
	asks(&t, 1, "POST /scheduled_events/");
	asks(&t, 3, "GET /scheduled_events/");
	b = world_booking(w, b->id);
	assert_true(b->told_cancel_at > 0);
	assert_string_equal(b->told_cancel_by, "builder");
	assert_string_equal(b->cancelled_by, "client");
	assert_string_equal(b->cancel_reason, "ill");
	/* Calendly has said it: nothing is left to do. */
	t = run(w, chore_seat_cancel, open_shop, b->id, NULL, 0);
	assert_int_equal(t.e, OK);
	asks(&t, 0, "");
}

static void
an_event_that_others_come_to_takes_place(void **state)
{
	struct world *w = *state;
	struct booking *b = cancelled(w, seat(w));
	struct loopback_step step = says(&w->c, 200, SHARED);
	struct trial t = run(w, chore_seat_cancel, open_shop, b->id, &step, 1);

	assert_int_equal(t.e, OK);
	asks(&t, 0, "GET /scheduled_events/");
	asks(&t, 1, "");
	assert_non_null(strstr(t.ch.remark, "others share the event"));
}

static void
an_event_that_is_gone_is_no_trouble(void **state)
{
	struct world *w = *state;
	struct booking *b = cancelled(w, seat(w));
	struct loopback_step step = gives(&w->c, 404, "error_404_not_found");
	struct trial t = run(w, chore_seat_cancel, open_shop, b->id, &step, 1);

	assert_int_equal(t.e, OK);
	assert_non_null(strstr(t.ch.remark, "no such event"));
}

static void
what_is_over_or_stands_is_not_cancelled(void **state)
{
	static const struct shop shop = { .stripe.key = "sk_test_1" };
	struct world *w = *state;
	struct booking *b = seat(w);
	struct trial t = run(w, chore_seat_cancel, open_shop, b->id, NULL, 0);

	assert_int_equal(t.e, OK);
	asks(&t, 0, "");
	b = cancelled(w, b);
	/* It must be done, and cannot: a person is to see that. */
	assert_int_equal(run(w, chore_seat_cancel, shop, b->id, NULL, 0).e,
	    E_CALENDLY);
	w->c.now = b->end_at;
	t = run(w, chore_seat_cancel, open_shop, b->id, NULL, 0);
	assert_int_equal(t.e, OK);
	asks(&t, 0, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(a_hold_that_runs_is_not_cut_short),
		WITH_SHOP(a_page_is_closed_before_its_seat_is_released),
		WITH_SHOP(who_paid_at_the_last_moment_keeps_the_seat),
		WITH_SHOP(a_page_that_nobody_knows_closed_keeps_the_seat),
		WITH_SHOP(a_page_that_cannot_be_closed_keeps_the_seat),
		WITH_SHOP(without_a_token_the_seat_is_kept),
		WITH_SHOP(the_page_of_a_cancelled_booking_is_closed),
		WITH_SHOP(a_page_that_stays_open_is_tried_again),
		WITH_SHOP(a_page_that_is_being_made_is_waited_for),
		WITH_SHOP(what_was_given_up_here_is_cancelled_there_and_read),
		WITH_SHOP(an_event_that_others_come_to_takes_place),
		WITH_SHOP(an_event_that_is_gone_is_no_trouble),
		WITH_SHOP(what_is_over_or_stands_is_not_cancelled),
	};

	return cmocka_run_group_tests_name("chore_seat", tests, NULL, NULL);
}
