#include "booking/audit.h"

#include <string.h>

#include "booking/booking.h"
#include "booking/seat.h"
#include "db/db.h"
#include "world.h"

/* The findings, a line each. */
static const char *
findings(struct world *w)
{
	static struct audit audit;
	const char *text = "";
	size_t i;

	assert_int_equal(audit_tx(&w->c, w->db, &audit), OK);
	for (i = 0; i < audit.count; i++)
		text = arena_printf(w->c.mem, "%s%s\n", text,
		    audit.rows[i].words);
	return text;
}

static void
check_finding(struct world *w, const char *words)
{
	const char *found = findings(w);

	if (strstr(found, words) == NULL)
		fail_msg("no \"%s\" in: %s", words, found);
}

static void
paid(struct world *w)
{
	world_open_story(w);
	world_tell(w, "stripe",
	    world_file(w, "stripe/events/checkout.session.completed"));
}

static void
what_came_about_by_the_rules_is_in_order(void **state)
{
	struct world *w = *state;

	assert_string_equal(findings(w), "");
	world_open_story(w);
	assert_string_equal(findings(w), "");
	world_tell(w, "stripe",
	    world_file(w, "stripe/events/checkout.session.completed"));
	world_tell(w, "stripe", world_file(w, "stripe/events/refund.created"));
	assert_string_equal(findings(w), "");
}

/* What a hand in the rows does to a paid booking, and what is found. */
static const struct {
	const char *sql, *words;
} hands[] = {
	{ "UPDATE booking SET status = 'PENDING'",
	    "the status is PENDING, and should be CONFIRMED" },
	{ "UPDATE booking SET status = 'PENDING'",
	    "and still pending" },
	{ "UPDATE booking SET payment_status = 'REFUNDED'",
	    "the payment status is REFUNDED, and should be PAID" },
	{ "UPDATE booking SET payment_status = 'REFUNDED'",
	    "the payment status is REFUNDED: 15000 came in and 0 went back" },
	{ "UPDATE booking SET cancelled_at = 5, cancelled_by = 'client'",
	    "cancelled by client is stored" },
	{ "INSERT INTO refund (id, payment, amount, currency, status,"
	    " created_at) VALUES ('re_1', '" WORLD_INTENT "', 15001, 'usd',"
	    " 'succeeded', 1)",
	    "15001 of payment " WORLD_INTENT " went back, and 15000 came in" },
	{ "UPDATE checkout SET status = 'open';"
	    "INSERT INTO checkout (id, booking, attempt, body, status,"
	    " payment_status, amount, subtotal, currency, expires_at,"
	    " created_at) VALUES ('c2', '" WORLD_BOOKING "', 2, '', 'asked',"
	    " 'unpaid', 15000, 15000, 'usd', 1, 1)",
	    "2 sessions are open at once" },
	{ "UPDATE booking SET told_cancel_at = 5, told_cancel_by = 'client',"
	    " cancelled_at = 5, cancelled_by = 'client',"
	    " status = 'CANCELLED'",
	    "there is no job to refund " WORLD_INTENT },
	{ "INSERT INTO job (id, kind, booking, subject, due_at, created_at)"
	    " VALUES ('refund-" WORLD_INTENT "', 'refund', '" WORLD_BOOKING
	    "', '" WORLD_INTENT "', 1, 1)",
	    "the job to refund " WORLD_INTENT " has no cause" },
	{ "INSERT INTO job (id, kind, booking, subject, due_at, created_at)"
	    " VALUES ('r', 'release', '" WORLD_BOOKING "', '" WORLD_BOOKING
	    "', 1, 1)", "the job to release " WORLD_BOOKING " has no cause" },
	{ "INSERT INTO job (id, kind, booking, subject, due_at, created_at)"
	    " VALUES ('e', 'expire', '" WORLD_BOOKING "', '" WORLD_CHECKOUT
	    "', 1, 1)", "has no cause" },
	{ "INSERT INTO job (id, kind, booking, subject, due_at, created_at)"
	    " VALUES ('x', 'calendly-cancel', '" WORLD_BOOKING "', '"
	    WORLD_BOOKING "', 1, 1)", "has no cause" },
	{ "UPDATE event SET outcome = 'parked',"
	    " waits_for = 'intent:" WORLD_INTENT "' WHERE source = 'stripe'",
	    "waits for intent:" WORLD_INTENT ", which is known" },
	{ "UPDATE event SET outcome = 'parked',"
	    " waits_for = 'session:" WORLD_SESSION "' WHERE source = 'stripe'",
	    "which is known" },
	{ "UPDATE event SET outcome = 'parked',"
	    " waits_for = 'checkout:" WORLD_BOOKING "'"
	    " WHERE source = 'stripe'", "which is known" },
	{ "UPDATE event SET outcome = 'parked', waits_for = 'type:"
	    "e7e70001-0000-4000-8000-000000000001' WHERE source = 'stripe'",
	    "which is known" },
	{ "UPDATE event SET outcome = 'parked', waits_for = 'good weather'"
	    " WHERE source = 'stripe'", "waits for nothing that will come" },
};

static void
a_hand_in_the_rows_is_found(void **state)
{
	struct world *w = *state;
	size_t i;

	for (i = 0; i < COUNT(hands); i++) {
		world_clear(w);
		world_open_shop(w);
		paid(w);
		assert_string_equal(findings(w), "");
		assert_int_equal(db_script(&w->c, w->db, hands[i].sql), OK);
		check_finding(w, hands[i].words);
	}
}

static void
a_second_payment_that_does_not_go_back_is_found(void **state)
{
	struct world *w = *state;

	paid(w);
	assert_int_equal(db_script(&w->c, w->db,
	    "INSERT INTO checkout (id, booking, attempt, body, status,"
	    " payment_status, amount, subtotal, currency, expires_at,"
	    " created_at) VALUES ('c2', '" WORLD_BOOKING "', 2, '', 'complete',"
	    " 'paid', 15000, 15000, 'usd', 1, 1);"
	    "INSERT INTO payment (id, booking, checkout, received, currency,"
	    " paid_at, created_at) VALUES ('pi_2', '" WORLD_BOOKING "', 'c2',"
	    " 15000, 'usd', 1795442600000000, 1)"), OK);
	check_finding(w, "there is no job to refund pi_2");
}

static void
each_finding_names_its_booking(void **state)
{
	static struct audit audit;
	struct world *w = *state;

	paid(w);
	assert_int_equal(db_script(&w->c, w->db,
	    "UPDATE booking SET status = 'NO_SHOW'"), OK);
	assert_int_equal(audit_tx(&w->c, w->db, &audit), OK);
	assert_int_equal(audit.count, 1);
	assert_string_equal(audit.rows[0].booking, WORLD_BOOKING);
}

/* More bookings than one batch, and more findings than are listed. */
static void
all_bookings_are_looked_at(void **state)
{
	static struct audit audit;
	struct world *w = *state;
	int i;

	for (i = 0; i < AUDIT_MAX + 10; i++) {
		const struct seat_request rq = world_request(w, i + 1,
		    world_slot(1, 15));
		const struct booking b = {
			.id = rq.booking, .builder = "robin",
			.session_type = "strategy", .name = "", .email = "",
			.timezone = "UTC", .end_at = 1, .source = "admin",
			.amount = 15000, .currency = "usd", .policy = "",
			.status = "PENDING",
			.payment_status = i > 0 ? "UNPAID" : "PAID",
		};

		assert_int_equal(booking_add_tx(&w->c, w->db, &b), OK);
	}
	assert_int_equal(audit_tx(&w->c, w->db, &audit), OK);
	assert_int_equal(audit.count, 2);
	assert_int_equal(db_script(&w->c, w->db,
	    "UPDATE booking SET status = 'CONFIRMED'"), OK);
	assert_int_equal(audit_tx(&w->c, w->db, &audit), OK);
	assert_int_equal(audit.count, AUDIT_MAX);
}

static void
what_cannot_be_read_is_no_finding(void **state)
{
	static const char *const tables[] = { "event", "booking" };
	struct world *w = *state;
	struct audit audit;
	size_t i;

	for (i = 0; i < COUNT(tables); i++) {
		assert_int_equal(db_script(&w->c, w->db, arena_printf(w->c.mem,
		    "ALTER TABLE %s RENAME TO gone_%s", tables[i],
		    tables[i])), OK);
		unit_fill_stack();
		assert_int_equal(audit_tx(&w->c, w->db, &audit), E_INTERNAL);
		assert_int_equal(audit.count, 0);
		ctx_forgive(&w->c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(what_came_about_by_the_rules_is_in_order),
		WITH_SHOP(what_cannot_be_read_is_no_finding),
		WITH_SHOP(a_hand_in_the_rows_is_found),
		WITH_SHOP(a_second_payment_that_does_not_go_back_is_found),
		WITH_SHOP(each_finding_names_its_booking),
		WITH_SHOP(all_bookings_are_looked_at),
	};

	return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
