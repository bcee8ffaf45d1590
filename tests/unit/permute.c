/*
 * The main promise: whatever order the deliveries of a story come in, and
 * however often, the rows end the same.
 */
#include <string.h>

#include "base/buf.h"
#include "booking/booking.h"
#include "booking/seat.h"
#include "sample.h"
#include "world.h"

enum { STEPS_MAX = 6, EDITS_MAX = 6 };

struct edit {
	const char *path, *value;
};

struct step {
	const char *source, *file;
	struct edit edits[EDITS_MAX];
};

struct story {
	const char *name;
	void (*begin)(struct world *w);
	struct step steps[STEPS_MAX];
	/* Lines that the dump must have in the end. */
	const char *end[4];
};

#define STRIPE(file) "stripe", "stripe/events/" file
#define CALENDLY(file) "calendly", "calendly/webhooks/" file
#define TEXT(s) "\"" s "\""
#define INVITEE(n) "1417e000-0000-4000-8000-0000000000" n
#define INVITEE_URI(n) TEXT("https://api.calendly.com/scheduled_events/" \
	"5c4ed000-0000-4000-8000-0000000000" n "/invitees/" INVITEE(n))

/* --- how they begin ------------------------------------------------------ */

/* Stripe's recorded booking, but made at Calendly, as the browser says. */
static void
claim(struct world *w, const char *invitee, const char *start)
{
	struct seat_request rq = {
		.booking = WORLD_BOOKING,
		.event_type = "e7e70001-0000-4000-8000-000000000001",
		.invitee = invitee,
		.name = "Ada",
		.email = "ada@example.com",
		.timezone = "Europe/Berlin",
	};
	struct booking *b;

	world_open_shop(w);
	assert_int_equal(now_parse(start, &rq.start_at), OK);
	assert_int_equal(seat_claim_tx(&w->c, w->db, &rq, &b), OK);
	world_plan(w, WORLD_BOOKING, NULL);
}

static void
begin_claimed(struct world *w)
{
	claim(w, INVITEE("01"), "2026-12-10T14:00:00Z");
}

static void
begin_claimed_to_move(struct world *w)
{
	claim(w, INVITEE("07"), "2026-12-15T18:00:00Z");
}

static void
begin_asked(struct world *w)
{
	world_open_shop(w);
	world_open_story_asked(w);
}

/* Two attempts of which nobody knows that both led to a session. */
static void
begin_three_attempts(struct world *w)
{
	int i;

	begin_asked(w);
	for (i = 1; i < 3; i++) {
		assert_int_equal(collect_refused_tx(&w->c, w->db,
		    arena_printf(w->c.mem, "checkout-%s-%d", WORLD_BOOKING, i),
		    "never_made"), OK);
		world_plan(w, WORLD_BOOKING, NULL);
	}
}

/* --- the stories --------------------------------------------------------- */

/* Stripe's answer to the creation; "part" cuts it out of an event. */
#define ANSWER { "stripe-api", "stripe/events/checkout.session.completed", { \
	{ "part", "data.object" }, { "status", TEXT("open") }, \
	{ "payment_status", TEXT("unpaid") }, { "payment_intent", "null" }, \
	{ "metadata.checkoutId", TEXT(WORLD_CHECKOUT) } } }

/* The same for a session and an attempt of that number. */
#define ANSWER_AS(n, status, intent) { "stripe-api", \
	"stripe/events/checkout.session.completed", { \
	{ "part", "data.object" }, { "status", TEXT(status) }, \
	{ "payment_status", TEXT("unpaid") }, { "payment_intent", intent }, \
	{ "id", TEXT("cs_test_" n) }, \
	{ "metadata.checkoutId", TEXT("checkout-" WORLD_BOOKING "-" n) } } }

#define EVENT "data.object."
/* The completion of attempt n's session, which ours always name. */
#define PAID_AS(n, created) { STRIPE("checkout.session.completed"), { \
	{ "id", TEXT("evt_paid_" n) }, { "created", created }, \
	{ EVENT "id", TEXT("cs_test_" n) }, \
	{ EVENT "payment_intent", TEXT("pi_" n) }, \
	{ EVENT "metadata.checkoutId", \
	    TEXT("checkout-" WORLD_BOOKING "-" n) } } }
#define RECEIVED_AS(n, created) { STRIPE("payment_intent.succeeded"), { \
	{ "id", TEXT("evt_received_" n) }, { "created", created }, \
	{ EVENT "id", TEXT("pi_" n) } } }

static const struct story stories[] = {
	/* clang-format off */
	{ "a payment", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("payment_intent.succeeded"), { { 0 } } },
	    { STRIPE("charge.succeeded"), { { 0 } } },
	    { STRIPE("payment_intent.payment_failed"), { { 0 } } },
	}, { "payment " WORLD_INTENT " " WORLD_BOOKING " " WORLD_CHECKOUT
	    " 15000 usd ch_3SWfXkB7WZ01zgkW1eF5gH6I 0 1795442583000000 -" } },
	{ "a payment that names its attempt", begin_asked, {
	    ANSWER_AS("1", "open", "null"),
	    PAID_AS("1", "1795442584"),
	    RECEIVED_AS("1", "1795442583"),
	    { STRIPE("refund.created"), {
		{ EVENT "payment_intent", TEXT("pi_1") } } },
	}, { "CONFIRMED REFUNDED", "refund re_" } },
	{ "a payment and a refund of a part", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("charge.refunded.partial"), { { 0 } } },
	    { STRIPE("refund.created.pending"), {
		{ EVENT "amount", "5000" } } },
	    { STRIPE("refund.updated"), { { EVENT "amount", "5000" } } },
	}, { "CONFIRMED PARTIALLY_REFUNDED", "PAYMENT_REFUNDED" } },
	{ "a refund that fails in the end", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("charge.refunded"), { { 0 } } },
	    { STRIPE("refund.created"), { { 0 } } },
	    { STRIPE("refund.failed"), { { 0 } } },
	    { STRIPE("charge.refund.updated"), { { 0 } } },
	}, { "CONFIRMED PAID", "REFUND_FAILED" } },
	{ "a delayed payment that fails", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed.unpaid"), { { 0 } } },
	    { STRIPE("payment_intent.processing"), { { 0 } } },
	    { STRIPE("checkout.session.async_payment_failed"), { { 0 } } },
	    { STRIPE("payment_intent.payment_failed"), { { 0 } } },
	}, { "PENDING FAILED" } },
	{ "a delayed payment that comes", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed.unpaid"), { { 0 } } },
	    { STRIPE("payment_intent.processing"), { { 0 } } },
	    { STRIPE("checkout.session.async_payment_succeeded"), { { 0 } } },
	    { STRIPE("payment_intent.succeeded"), { { 0 } } },
	}, { "CONFIRMED PAID" } },
	{ "a late copy of the expiry of a paid session", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("checkout.session.expired"), { { 0 } } },
	    { STRIPE("payment_intent.canceled"), { { 0 } } },
	}, { "CONFIRMED PAID" } },
	{ "a session that expires", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.expired"), { { 0 } } },
	    { STRIPE("payment_intent.payment_failed"), { { 0 } } },
	    { STRIPE("payment_intent.canceled"), { { 0 } } },
	}, { 0 } },
	{ "two declines", begin_asked, {
	    ANSWER,
	    { "stripe-api", "stripe/events/checkout.session.completed", {
		{ "part", "data.object" }, { "status", TEXT("open") },
		{ "payment_status", TEXT("unpaid") } } },
	    { STRIPE("payment_intent.payment_failed"), { { 0 } } },
	    { STRIPE("payment_intent.payment_failed"), {
		{ "id", TEXT("evt_second") }, { "created", "1795442530" },
		{ EVENT "latest_charge", TEXT("ch_second") },
		{ EVENT "last_payment_error.decline_code",
		    TEXT("lost_card") } } },
	}, { " lost_card 1795442530000000" } },
	{ "a dispute that is lost", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("charge.dispute.created"), { { 0 } } },
	    { STRIPE("charge.dispute.funds_withdrawn"), { { 0 } } },
	    { STRIPE("charge.dispute.updated"), { { 0 } } },
	    { STRIPE("charge.dispute.closed"), { { 0 } } },
	}, { "CONFIRMED DISPUTED", " lost " } },
	{ "a dispute that is won", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("charge.dispute.created"), { { 0 } } },
	    { STRIPE("charge.dispute.closed.won"), { { 0 } } },
	    { STRIPE("charge.dispute.funds_reinstated"), { { 0 } } },
	}, { "CONFIRMED PAID", " won " } },
	{ "a dispute opened and closed in one second", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("charge.dispute.created"), { { 0 } } },
	    { STRIPE("charge.dispute.closed.won"), {
		{ "created", "1797170400" } } },
	    { STRIPE("charge.dispute.updated"), {
		{ "created", "1797170400" } } },
	}, { "CONFIRMED PAID", " won " } },
	{ "three payments for one seat", begin_three_attempts, {
	    PAID_AS("1", "1795442600"),
	    PAID_AS("2", "1795442500"),
	    PAID_AS("3", "1795442700"),
	    RECEIVED_AS("1", "1795442599"),
	}, { "job refund-pi_1", "job refund-pi_3" } },
	/* The answer that was read is younger than what it tells of. */
	{ "two payments, one of them read before it was told",
	    begin_three_attempts, {
	    PAID_AS("1", "1795442600"),
	    PAID_AS("2", "1795442700"),
	    { "stripe-api", "stripe/events/checkout.session.completed", {
		{ "part", "data.object" }, { "id", TEXT("cs_test_1") },
		{ "payment_intent", TEXT("pi_1") },
		{ "metadata.checkoutId", TEXT(WORLD_CHECKOUT) } } },
	}, { "job refund-pi_2" } },
	{ "somebody else's session with our booking's name", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("checkout.session.completed"), {
		{ "id", TEXT("evt_foreign") },
		{ EVENT "id", TEXT("cs_test_foreign") },
		{ EVENT "payment_intent", TEXT("pi_foreign") } } },
	}, { "analytics PAYMENT_MISMATCH:" } },
	{ "a session that turns into a subscription", begin_asked, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("checkout.session.completed.subscription"), { { 0 } } },
	}, { 0 } },
	{ "a seat that is canceled after it was paid", begin_claimed, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("payment_intent.succeeded"), { { 0 } } },
	    { CALENDLY("invitee_created"), { { 0 } } },
	    { CALENDLY("invitee_canceled"), { { 0 } } },
	}, { "CANCELLED PAID", "BOOKING_CONFIRMED" } },
	{ "a seat that is paid after it was canceled", begin_claimed, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { STRIPE("payment_intent.succeeded"), { { 0 } } },
	    { CALENDLY("invitee_created"), { { 0 } } },
	    { CALENDLY("invitee_canceled"), {
		{ "payload.cancellation.created_at",
		    TEXT("2026-11-23T14:03:00.000000Z") } } },
	}, { "job refund-" WORLD_INTENT } },
	/* Paid 14:03:04, canceled at 15:00, read at some later time. */
	{ "a seat that is canceled before its payment was read",
	    begin_claimed, {
	    { "stripe-api", "stripe/events/checkout.session.completed", {
		{ "part", "data.object" },
		{ "metadata.checkoutId", TEXT(WORLD_CHECKOUT) } } },
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { CALENDLY("invitee_canceled"), {
		{ "payload.cancellation.created_at",
		    TEXT("2026-11-23T14:30:00.000000Z") } } },
	}, { "CANCELLED PAID", "BOOKING_CONFIRMED" } },
	{ "a no-show that is taken back", begin_claimed, {
	    { CALENDLY("invitee_created"), { { 0 } } },
	    { CALENDLY("invitee_no_show_created"), { { 0 } } },
	    { CALENDLY("invitee_no_show_deleted"), { { 0 } } },
	    { CALENDLY("invitee_no_show_created"), {
		{ "payload.no_show.uri",
		    TEXT("https://api.calendly.com/invitee_no_shows/2") },
		{ "created_at", TEXT("2026-12-10T15:50:00.000000Z") } } },
	}, { "NO_SHOW UNPAID", "BOOKING_NO_SHOW" } },
	{ "a no-show taken back in the same second", begin_claimed, {
	    { CALENDLY("invitee_no_show_created"), { { 0 } } },
	    { CALENDLY("invitee_no_show_deleted"), {
		{ "created_at", TEXT("2026-12-10T15:20:09.000000Z") } } },
	}, { "PENDING UNPAID" } },
	{ "a seat that moves", world_open_shop, {
	    { CALENDLY("reschedule_old_invitee_canceled"), { { 0 } } },
	    { CALENDLY("reschedule_new_invitee_created"), { { 0 } } },
	}, { "RESCHEDULED UNPAID", "PENDING UNPAID",
	    "BOOKING_RESCHEDULED:" INVITEE("07") } },
	{ "a seat that moves and keeps its tracking", world_open_shop, {
	    { CALENDLY("reschedule_old_invitee_canceled"), { { 0 } } },
	    { CALENDLY("reschedule_new_invitee_created_tracking_kept"),
		{ { 0 } } },
	}, { 0 } },
	/* Only one side says so. */
	{ "a move the new side does not know of", begin_claimed_to_move, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { CALENDLY("reschedule_old_invitee_canceled"), { { 0 } } },
	    { CALENDLY("reschedule_new_invitee_created"), {
		{ "payload.old_invitee", "null" } } },
	}, { "RESCHEDULED PAID", "CONFIRMED PAID" } },
	{ "a move the old side does not name", begin_claimed_to_move, {
	    ANSWER,
	    { STRIPE("checkout.session.completed"), { { 0 } } },
	    { CALENDLY("reschedule_old_invitee_canceled"), {
		{ "payload.new_invitee", "null" } } },
	    { CALENDLY("reschedule_new_invitee_created"), { { 0 } } },
	}, { "RESCHEDULED PAID", "CONFIRMED PAID" } },
	{ "a seat that moves twice", world_open_shop, {
	    { CALENDLY("reschedule_old_invitee_canceled"), {
		{ "event", TEXT("invitee.created") },
		{ "payload.status", TEXT("active") },
		{ "payload.new_invitee", "null" },
		{ "payload.rescheduled", "false" },
		{ "payload.updated_at",
		    TEXT("2026-12-01T12:00:00.000000Z") } } },
	    { CALENDLY("reschedule_old_invitee_canceled"), { { 0 } } },
	    { CALENDLY("reschedule_new_invitee_created"), { { 0 } } },
	    { CALENDLY("reschedule_old_invitee_canceled"), {
		{ "payload.uri", INVITEE_URI("08") },
		{ "payload.old_invitee", INVITEE_URI("07") },
		{ "payload.new_invitee", INVITEE_URI("09") },
		{ "payload.updated_at",
		    TEXT("2026-12-04T12:30:00.120000Z") } } },
	    { CALENDLY("reschedule_new_invitee_created"), {
		{ "payload.uri", INVITEE_URI("09") },
		{ "payload.old_invitee", INVITEE_URI("08") } } },
	}, { "BOOKING_RESCHEDULED:" INVITEE("07"),
		"BOOKING_RESCHEDULED:" INVITEE("08"), "PENDING UNPAID" } },
	{ "a paid seat that moves twice", begin_claimed_to_move, {
	    PAID_AS("1", "1795442584"),
	    { CALENDLY("reschedule_old_invitee_canceled"), { { 0 } } },
	    { CALENDLY("reschedule_new_invitee_created"), { { 0 } } },
	    { CALENDLY("reschedule_old_invitee_canceled"), {
		{ "payload.uri", INVITEE_URI("08") },
		{ "payload.old_invitee", INVITEE_URI("07") },
		{ "payload.new_invitee", INVITEE_URI("09") },
		{ "payload.updated_at",
		    TEXT("2026-12-04T12:30:00.120000Z") } } },
	    { CALENDLY("reschedule_new_invitee_created"), {
		{ "payload.uri", INVITEE_URI("09") },
		{ "payload.old_invitee", INVITEE_URI("08") } } },
	}, { "RESCHEDULED PAID", "BOOKING_CONFIRMED:" INVITEE("09") } },
	{ "a seat that moves, is canceled, and is paid then",
	    begin_claimed_to_move, {
	    PAID_AS("1", "1796500000"),
	    { CALENDLY("reschedule_old_invitee_canceled"), { { 0 } } },
	    { CALENDLY("reschedule_new_invitee_created"), { { 0 } } },
	    { CALENDLY("reschedule_old_invitee_canceled"), {
		{ "payload.uri", INVITEE_URI("08") },
		{ "payload.old_invitee", INVITEE_URI("07") },
		{ "payload.rescheduled", "false" },
		{ "payload.new_invitee", "null" } } },
	}, { "job refund-pi_1" } },
	{ "a group event", world_open_shop, {
	    { CALENDLY("group_event_first_invitee_created"), { { 0 } } },
	    { CALENDLY("group_event_second_invitee_created"), { { 0 } } },
	    { CALENDLY("group_event_one_invitee_canceled"), { { 0 } } },
	    { CALENDLY("group_event_reschedule_old_invitee_canceled"),
		{ { 0 } } },
	    { CALENDLY("group_event_canceled_by_host_one_of_many"),
		{ { 0 } } },
	}, { 0 } },
	{ "a body of before 2024 and what was read of it", begin_claimed, {
	    { CALENDLY("invitee_created"), { { 0 } } },
	    { CALENDLY("invitee_canceled"), {
		{ "payload.scheduled_event", NULL } } },
	    { CALENDLY("invitee_no_show_created"), {
		{ "payload.scheduled_event", NULL } } },
	}, { "CANCELLED UNPAID", "1 1796916009000000" } },
	/* clang-format on */
};

/* --- playing them -------------------------------------------------------- */

/* A story with its bodies made, and the world it is played in. */
struct play {
	const struct story *story;
	struct world *w;
	struct ctx c; /* outlives the orders: w's does not */
	char *bodies[STEPS_MAX];
	size_t count;
};

static char *
body_of(struct ctx *c, const struct step *s)
{
	char *body = sample_bytes(c, arena_printf(c->mem,
	    "tests/contract/%s.json", s->file), NULL);
	size_t i;

	for (i = 0; i < EDITS_MAX && s->edits[i].path != NULL; i++)
		body = strcmp(s->edits[i].path, "part") == 0
		    ? world_part(c, body, s->edits[i].value)
		    : world_edit(c, body, s->edits[i].path,
			  s->edits[i].value);
	return body;
}

static void
open_play(struct play *p, const struct story *s)
{
	void *w;

	*p = (struct play){ .story = s };
	ctx_init(&p->c);
	world_new(&w);
	p->w = w;
	while (p->count < STEPS_MAX && s->steps[p->count].file != NULL) {
		p->bodies[p->count] = body_of(&p->c, &s->steps[p->count]);
		p->count++;
	}
}

static void
close_play(struct play *p)
{
	void *w = p->w;

	world_free(&w);
	ctx_free(&p->c);
}

static void
tell_all(struct play *p, const size_t *order)
{
	size_t i;

	for (i = 0; i < p->count; i++) {
		p->w->c.now += MINUTES(1);
		world_tell(p->w, p->story->steps[order[i]].source,
		    p->bodies[order[i]]);
	}
}

/* The rows after one order, told so many times; they live until the next. */
static const char *
played(struct play *p, const size_t *order, int times)
{
	world_clear(p->w);
	p->story->begin(p->w);
	p->w->c.now += HOURS(1);
	while (times-- > 0)
		tell_all(p, order);
	return world_dump(p->w);
}

/* The next permutation in lexical order; 0 after the last one. */
static int
advance(size_t *order, size_t n)
{
	size_t i, j, t;

	for (i = n - 1; i > 0 && order[i - 1] > order[i]; i--)
		;
	if (i == 0)
		return 0;
	for (j = n - 1; order[j] < order[i - 1]; j--)
		;
	t = order[i - 1], order[i - 1] = order[j], order[j] = t;
	for (j = n - 1; i < j; i++, j--)
		t = order[i], order[i] = order[j], order[j] = t;
	return 1;
}

static void
check_end(const struct story *s, const char *dump)
{
	size_t i;

	for (i = 0; i < COUNT(s->end) && s->end[i] != NULL; i++)
		if (strstr(dump, s->end[i]) == NULL)
			fail_msg("%s: no %s in\n%s", s->name, s->end[i],
			    dump);
}

/* Fails where the rows differ from first, and says after which order. */
static void
compare(struct play *p, const size_t *order, const char *first)
{
	struct buf what = buf_make(p->c.mem, 200);
	const char *dump = played(p, order, 1);
	size_t i;

	if (strcmp(dump, first) == 0)
		return;
	buf_printf(&what, "%s, in the order", p->story->name);
	for (i = 0; i < p->count; i++)
		buf_printf(&what, " %zu", order[i]);
	world_same(first, dump, what.bytes);
}

static void
play(const struct story *s)
{
	size_t order[STEPS_MAX] = { 0, 1, 2, 3, 4, 5 };
	const char *first;
	struct play p;

	open_play(&p, s);
	first = arena_dup(p.c.mem, played(&p, order, 1));
	check_end(s, first);
	world_same(first, played(&p, order, 2), s->name);
	while (advance(order, p.count))
		compare(&p, order, first);
	close_play(&p);
}

static void
it_ends_the_same_in_every_order(void **state)
{
	play(*state);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(stories)];
	size_t i;

	for (i = 0; i < COUNT(stories); i++)
		tests[i] = (struct CMUnitTest){
			.name = stories[i].name,
			.test_func = it_ends_the_same_in_every_order,
			.initial_state = (void *)&stories[i],
		};
	return cmocka_run_group_tests_name("permute", tests, NULL, NULL);
}
