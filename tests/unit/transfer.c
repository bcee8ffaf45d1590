/*
 * Whose money may pay for what.
 */
#include <string.h>

#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/job.h"
#include "booking/payment.h"
#include "booking/transfer.h"
#include "db/db.h"
#include "world.h"

/* From the story's booking, which is paid, to a new one for the same client. */
struct pair {
	struct world *w;
	struct booking *b, *to;
};

static struct pair
make_pair(void **state)
{
	struct pair p = { .w = *state };

	world_open_story(p.w);
	world_tell(p.w, "stripe", world_file(p.w,
	    "stripe/events/checkout.session.completed"));
	world_book(p.w, 1, world_slot(7, 15));
	p.b = world_booking(p.w, WORLD_BOOKING);
	p.to = world_booking(p.w, world_id(p.w, 1));
	return p;
}

static void
refused(const struct pair *p, const char *words)
{
	int64_t amount = -1;
	struct ctx *c = &p->w->c;

	assert_int_equal(transfer_check_tx(c, p->w->db, p->b, p->to, &amount),
	    E_CONFLICT);
	assert_int_equal(amount, -1);
	if (strstr(c->why, words) == NULL)
		fail_msg("%s", c->why);
	ctx_forgive(c);
}

static void
granted(const struct pair *p)
{
	int64_t amount = -1;

	if (transfer_check_tx(&p->w->c, p->w->db, p->b, p->to, &amount) != OK)
		fail_msg("%s", p->w->c.why);
	assert_int_equal(amount, 15000);
}

static void
money_pays_for_another_booking_of_the_same_client(void **state)
{
	struct pair p = make_pair(state);

	granted(&p);
	p.to->email = "ADA@Example.com";
	granted(&p);
	p.to->email = "ada@example.net";
	refused(&p, "somebody else's");
	p.b->client = "u-ada";
	refused(&p, "somebody else's");
	p.to->client = "u-ada";
	granted(&p);
	p.to->payment_status = "FAILED";
	granted(&p);
}

static void
it_pays_for_nothing_else(void **state)
{
	struct pair p = make_pair(state);
	const struct booking good = *p.to;

	p.to->builder = "lena";
	refused(&p, "another builder's");
	*p.to = good;
	p.to->currency = "eur";
	refused(&p, "another currency");
	*p.to = good;
	p.to->cancelled_at = 1;
	refused(&p, "is cancelled");
	*p.to = good;
	p.to->status = "CONFIRMED";
	refused(&p, "is paid");
	*p.to = good;
	p.to->payment_status = "PROCESSING";
	refused(&p, "is paid, or about to be");
	*p.to = *p.b;
	refused(&p, "the same booking");
}

static void
a_chain_takes_no_more(void **state)
{
	struct pair p = make_pair(state);
	const struct booking good = *p.to;
	struct booking *other;

	p.to->moved_from = "bk_x";
	refused(&p, "moved already");
	*p.to = good;
	p.to->moved_to = "bk_x";
	refused(&p, "moved already");
	*p.to = good;
	/* Only the other side knows of it yet. */
	other = world_book(p.w, 2, world_slot(8, 18));
	other->moved_to = p.to->id;
	assert_int_equal(booking_save_tx(&p.w->c, p.w->db, other), OK);
	refused(&p, "moved already");
	p.b->moved_to = "bk_y";
	refused(&p, "do not know yet");
}

static void
a_seat_that_calendly_has_keeps_its_money(void **state)
{
	struct pair p = make_pair(state);

	p.b->told_at = 1;
	p.b->calendly_event = "event";
	refused(&p, "Calendly still has its seat");
	p.b->told_cancel_at = 2;
	granted(&p);
}

static void
money_that_goes_back_goes_nowhere_else(void **state)
{
	static const char begun[] = "UPDATE job SET attempts = 1";
	static const char done[] = "UPDATE job SET done_at = 1";
	struct pair p = make_pair(state);
	const struct job job = { .kind = "refund", .subject = WORLD_INTENT,
		.booking = WORLD_BOOKING };
	struct payment *money;
	int changed;

	p.b->refund_goal = 1;
	refused(&p, "was asked to");
	p.b->refund_goal = 0;
	assert_int_equal(job_settle_tx(&p.w->c, p.w->db, &job, 1, &changed),
	    OK);
	granted(&p);
	assert_int_equal(db_run(&p.w->c, p.w->db, begun, NULL, NULL, 0), OK);
	refused(&p, "on its way back");
	assert_int_equal(db_run(&p.w->c, p.w->db, done, NULL, NULL, 0), OK);
	granted(&p);
	assert_int_equal(payment_get_tx(&p.w->c, p.w->db, WORLD_INTENT,
	    &money), OK);
	money->charge_refunded = 1;
	assert_int_equal(payment_put_tx(&p.w->c, p.w->db, money), OK);
	refused(&p, "has gone back");
}

static void
money_at_stake_or_not_there_goes_nowhere(void **state)
{
	static const struct dispute d = { .id = "du_1",
		.payment = WORLD_INTENT, .amount = 15000, .currency = "usd",
		.status = "needs_response" };
	struct pair p = make_pair(state), back = p;

	assert_int_equal(dispute_put_tx(&p.w->c, p.w->db, &d), OK);
	refused(&p, "disputed");
	back.b = p.to;
	back.to = world_book(p.w, 2, world_slot(8, 18));
	refused(&back, "was not paid");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(money_pays_for_another_booking_of_the_same_client),
		WITH_SHOP(it_pays_for_nothing_else),
		WITH_SHOP(a_chain_takes_no_more),
		WITH_SHOP(a_seat_that_calendly_has_keeps_its_money),
		WITH_SHOP(money_that_goes_back_goes_nowhere_else),
		WITH_SHOP(money_at_stake_or_not_there_goes_nowhere),
	};

	return cmocka_run_group_tests_name("transfer", tests, NULL, NULL);
}
