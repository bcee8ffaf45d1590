/*
 * Our clock is put back and forth between deliveries: what came first is said
 * by the providers' times, so the rows end the same.
 */
#include "world.h"

#include <string.h>

#include "db/db.h"
#include "place.h"

enum { STEPS = 5 };

/* How our clock jumps before a delivery. */
static const int64_t jumps[] = { MINUTES(1), -DAYS(2), DAYS(20) };

struct step {
	const char *source, *file;
	const char *path, *value; /* edited, or NULL */
};

/* Paid on 2026-11-23 at 14:03:03. */
static const struct step refunded[STEPS] = {
	{ "stripe", "stripe/events/payment_intent.succeeded", NULL, NULL },
	{ "stripe", "stripe/events/checkout.session.completed", NULL, NULL },
	{ "stripe", "stripe/events/charge.refunded.partial", NULL, NULL },
	{ "stripe", "stripe/events/refund.created.pending",
	    "data.object.amount", "5000" },
	{ "stripe", "stripe/events/refund.updated",
	    "data.object.amount", "5000" },
};
static const struct step paid_late[STEPS] = {
	{ "calendly", "calendly/webhooks/invitee_created", NULL, NULL },
	{ "stripe", "stripe/events/checkout.session.completed", NULL, NULL },
	{ "calendly", "calendly/webhooks/invitee_canceled",
	    "payload.cancellation.created_at",
	    "\"2026-11-23T14:03:00.000000Z\"" },
	{ "stripe", "stripe/events/payment_intent.succeeded", NULL, NULL },
	{ "calendly", "calendly/webhooks/invitee_no_show_created", NULL,
	    NULL },
};
static const struct step disputed[STEPS] = {
	{ "stripe", "stripe/events/checkout.session.completed", NULL, NULL },
	{ "stripe", "stripe/events/charge.dispute.created", NULL, NULL },
	{ "stripe", "stripe/events/charge.dispute.closed", NULL, NULL },
	{ "stripe", "stripe/events/charge.dispute.updated", NULL, NULL },
	{ "stripe", "stripe/events/charge.dispute.funds_withdrawn", NULL,
	    NULL },
};

/* The story's booking as a claim of the invitee that Calendly tells of. */
static void
become_claimed(struct world *w)
{
	static const char claimed[] =
		"UPDATE booking SET source = 'calendly',"
		" invitee = '1417e000-0000-4000-8000-000000000001'";

	assert_int_equal(db_script(&w->c, w->db, claimed), OK);
}

/* The rows after the deliveries, the clock jumping as `how` says. */
static char *
told(struct world *w, const struct step *steps, int how)
{
	char *body;
	int i;

	world_clear(w);
	world_open_shop(w);
	world_open_story(w);
	if (steps == paid_late)
		become_claimed(w);
	for (i = 0; i < STEPS; i++, how /= (int)COUNT(jumps)) {
		w->c.now += jumps[how % (int)COUNT(jumps)];
		body = world_file(w, steps[i].file);
		if (steps[i].path != NULL)
			body = world_edit(&w->c, body, steps[i].path,
			    steps[i].value);
		world_tell(w, steps[i].source, body);
	}
	return world_dump(w);
}

/* Every way to jump ends as no jump does, in rows that hold `mark`. */
static void
check(struct world *w, const struct step *steps, const char *mark)
{
	char *first = strdup(told(w, steps, 0));
	/* On a server each way takes a hundred times as long. */
	const int step = place_is_postgres() ? 17 : 1;
	int how, ways = 1, i;

	assert_non_null(first);
	if (strstr(first, mark) == NULL)
		fail_msg("no %s in\n%s", mark, first);
	for (i = 0; i < STEPS; i++)
		ways *= (int)COUNT(jumps);
	for (how = 1; how < ways; how += step)
		world_same(first, told(w, steps, how), "with a jumping clock");
	free(first);
}

static void
a_refund_is_the_same_by_any_clock(void **state)
{
	check(*state, refunded, "CONFIRMED PARTIALLY_REFUNDED");
}

static void
what_was_paid_too_late_is_so_by_any_clock(void **state)
{
	check(*state, paid_late, "job refund-" WORLD_INTENT);
}

static void
a_dispute_is_the_same_by_any_clock(void **state)
{
	check(*state, disputed, "CONFIRMED DISPUTED");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(a_refund_is_the_same_by_any_clock),
		WITH_WORLD(what_was_paid_too_late_is_so_by_any_clock),
		WITH_WORLD(a_dispute_is_the_same_by_any_clock),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
