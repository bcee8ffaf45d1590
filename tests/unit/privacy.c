/*
 * People who are forgotten: when, how far, and what keeps them away.
 */
#include <string.h>

#include "app/chore.h"
#include "app/privacy.h"
#include "app/retain.h"
#include "app/shop.h"
#include "ask.h"
#include "base/conf.h"
#include "base/json.h"
#include "booking/booking.h"
#include "booking/erase.h"
#include "booking/job.h"
#include "calendly_pair.h"
#include "db/db.h"
#include "world.h"

#define ADA "ada.client@example.com"
#define WEBHOOK(file) "calendly", world_file(w, "calendly/webhooks/" file)

/* The seat of Calendly's recorded invitee is on 10 December. */
#define LONG_AFTER (WORLD_NOW + DAYS(60))

/* As if a worker had been there. */
static void
do_jobs(struct world *w)
{
	static const char done[] = "UPDATE job SET done_at = 5";

	assert_int_equal(db_script(&w->c, w->db, done), OK);
}

static struct booking *
seat(struct world *w)
{
	const char *id = world_tell(w, WEBHOOK("invitee_created"))
	    .outcome.booking;

	do_jobs(w);
	return world_booking(w, id);
}

static struct privacy_erased
erase(struct world *w, const char *email)
{
	const struct privacy_order order = { .email = email,
		.has_calendly = 1 };
	struct privacy_erased ret;

	if (privacy_erase(&w->c, w->db, &order, &ret) != OK)
		fail_msg("%s", w->c.why);
	return ret;
}

/* Is she anywhere in the rows?  Three letters alone are in ids, too. */
static int
is_somewhere(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM event WHERE"
	    " lower(body) LIKE '%ada_client%'") + world_count(w,
	    "SELECT count(*) FROM booking WHERE lower(name) LIKE '%ada_client%'"
	    " OR lower(email) LIKE '%ada_client%'") > 0;
}

/* --- on request ------------------------------------------------------------- */

static void
who_has_a_session_to_come_is_not_forgotten(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);
	struct privacy_erased e = erase(w, ADA);

	assert_int_equal(e.count, 1);
	assert_string_equal(e.hindrances[0].booking, b->id);
	assert_non_null(strstr(e.hindrances[0].why, "still to come"));
	assert_true(is_somewhere(w));
	w->c.now = b->end_at;
	assert_int_equal(erase(w, ADA).count, 0);
	assert_false(is_somewhere(w));
}

/* What hinders, by hand; the seat itself is long over. */
static void
check_hindered(struct world *w, const char *sql, const char *why)
{
	struct privacy_erased e;

	world_clear(w);
	world_open_shop(w);
	world_sell(w, 1, world_slot(1, 15));
	w->c.now = LONG_AFTER;
	assert_int_equal(db_script(&w->c, w->db, sql), OK);
	e = erase(w, world_booking(w, world_id(w, 1))->email);
	assert_true(e.count > 0);
	assert_non_null(strstr(e.hindrances[0].why, why));
	assert_int_equal(world_count(w, "SELECT count(*) FROM booking"
	    " WHERE erased_at > 0"), 0);
}

static void
what_is_under_way_keeps_a_person(void **state)
{
	struct world *w = *state;

	check_hindered(w, "UPDATE checkout SET status = 'open'",
	    "can be paid is open");
	check_hindered(w, "UPDATE booking SET refund_goal = 500,"
	    " refund_asked_by = 'builder'", "money of pi_1 is owed");
	check_hindered(w, "INSERT INTO dispute VALUES ('du_1', 'pi_1', 5,"
	    " 'usd', 'needs_response', 5, NULL, 0, 5)",
	    "dispute du_1 is open");
	check_hindered(w, "INSERT INTO job (id, kind, booking, subject, due_at,"
	    " created_at) SELECT 'k-1', 'k', id, '1', 0, 0 FROM booking",
	    "a job (k)");
}

static void
both_ends_of_a_move_are_forgotten(void **state)
{
	struct world *w = *state;

	world_tell(w, WEBHOOK("reschedule_old_invitee_canceled"));
	world_tell(w, "calendly", world_edit(&w->c, world_file(w,
	    "calendly/webhooks/reschedule_new_invitee_created"),
	    "payload.email", "\"rae@elsewhere.example\""));
	do_jobs(w);
	w->c.now = LONG_AFTER;
	assert_int_equal(erase(w, "RAE@example.com").bookings, 2);
	assert_int_equal(world_count(w, "SELECT count(*) FROM job WHERE"
	    " call_body = '{\"emails\":[\"RAE@example.com\","
	    "\"rae@elsewhere.example\"]}'"), 1);
	assert_int_equal(world_count(w, "SELECT count(*) FROM event"
	    " WHERE body LIKE '%rae%'"), 0);
}

/* Calendly has told another address since. */
static void
an_address_of_before_goes_and_the_one_of_now_stays(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);
	struct privacy_erased e;
	char *body = world_edit(&w->c, world_file(w,
	    "calendly/webhooks/invitee_canceled"), "payload.email",
	    "\"lovelace@elsewhere.example\"");

	world_tell(w, "calendly", body);
	e = erase(w, ADA);
	assert_int_equal(e.bookings, 0);
	assert_int_equal(e.events, 1);
	assert_int_equal(world_count(w, "SELECT count(*) FROM event"
	    " WHERE body LIKE '%" ADA "%'"), 0);
	b = world_booking(w, b->id);
	assert_string_equal(b->email, "lovelace@elsewhere.example");
	assert_int_equal(b->erased_at, 0);
}

static void
links_open_it_no_more(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);

	w->c.now = LONG_AFTER;
	erase(w, ADA);
	assert_int_equal(world_booking(w, b->id)->link_serial,
	    b->link_serial + 1);
}

/* A seat of a type that is not sold yet; the address as it stands in JSON. */
static void
park(struct world *w, const char *email)
{
	static const char mark[] = "<address>";
	char *body, *at;

	world_clear(w);
	body = world_edit(&w->c, world_file(w,
	    "calendly/webhooks/invitee_created"), "payload.email",
	    "\"<address>\"");
	at = strstr(body, mark);
	assert_non_null(at);
	body = arena_printf(w->c.mem, "%.*s%s%s", (int)(at - body), body,
	    email, at + strlen(mark));
	assert_string_equal(world_tell(w, "calendly", body).outcome.word,
	    "parked");
}

static enum err
erase_any(struct world *w, const char *email)
{
	const struct privacy_order order = { .email = email };
	struct privacy_erased ret;
	struct cJSON *o;
	enum err found = privacy_export(&w->c, w->db, email, &o);

	assert_int_equal(privacy_erase(&w->c, w->db, &order, &ret), found);
	assert_int_equal(world_count(w, "SELECT count(*) FROM event"
	    " WHERE erased_at > 0"), found == OK);
	return found;
}

static void
whose_address_is_only_part_of_another_is_somebody_else(void **state)
{
	static const struct {
		const char *written, *asked;
		enum err found;
	} cases[] = {
		{ "mary-ann@example.net", "ann@example.net", E_NOTFOUND },
		{ "mary+ann@example.net", "ann@example.net", E_NOTFOUND },
		{ "o'ann@example.net", "ann@example.net", E_NOTFOUND },
		{ "joann@example.net", "ann@example.net", E_NOTFOUND },
		{ "\303\274ann@example.net", "ann@example.net", E_NOTFOUND },
		{ "ann@example.net.au", "ann@example.net", E_NOTFOUND },
		{ "ann@example.network", "ann@example.net", E_NOTFOUND },
		{ "Ann@Example.net", "ann@example.NET", OK },
		{ "Ann <ann@example.net>", "ann@example.net", OK },
		{ "\342\200\234ann@example.net\342\200\235 she wrote",
		    "ann@example.net", OK },
		{ "write to\\nann@example.net.", "ann@example.net", OK },
		{ "j\\u00FCrgen@example.net", "j\303\274rgen@example.net", OK },
		{ "ann\\u002bx@example.net", "ann+x@example.net", OK },
		{ "annxx@example.net", "ann+x@example.net", E_NOTFOUND },
		{ "a=b&to=ann%40example.net&c", "ann@example.net", OK },
		{ "a=ask%20ann%40example.net", "ann@example.net", OK },
		{ "a=mary%2Bann%40example.net", "ann@example.net",
		    E_NOTFOUND },
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		park(w, cases[i].written);
		if (erase_any(w, cases[i].asked) != cases[i].found)
			fail_msg("%s in %s", cases[i].asked,
			    cases[i].written);
	}
}

static void
nobody_is_not_found(void **state)
{
	struct world *w = *state;
	const struct privacy_order order = { .email = "n@example.org" };
	struct privacy_erased ret;
	struct cJSON *o;

	seat(w);
	assert_int_equal(privacy_erase(&w->c, w->db, &order, &ret),
	    E_NOTFOUND);
	assert_int_equal(privacy_export(&w->c, w->db, "n@example.org", &o),
	    E_NOTFOUND);
}

/* --- later words ---------------------------------------------------------------- */

static void
what_calendly_says_later_brings_nobody_back(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);

	w->c.now = LONG_AFTER;
	erase(w, ADA);
	world_tell(w, WEBHOOK("invitee_canceled"));
	b = world_booking(w, b->id);
	assert_true(b->told_cancel_at > 0);
	assert_string_equal(b->told_cancel_reason, ERASE_WORD);
	assert_false(is_somewhere(w));
}

static void
what_stripe_says_later_is_stored_without_the_person(void **state)
{
	struct world *w = *state;
	static const char forgotten[] = "UPDATE booking SET erased_at = 5";

	world_open_story(w);
	assert_int_equal(db_script(&w->c, w->db, forgotten), OK);
	assert_string_equal(world_tell(w, "stripe", world_file(w,
	    "stripe/events/checkout.session.completed")).outcome.word,
	    "applied");
	assert_int_equal(world_count(w, "SELECT count(*) FROM event"
	    " WHERE type = 'checkout.session.completed' AND erased_at > 0"
	    " AND body NOT LIKE '%@%'"), 1);
}

/* --- at Calendly ------------------------------------------------------------------ */

/* The chore, asked once with that answer. */
static enum err
forget_at_calendly(struct world *w, struct loopback_step answer,
    const char **ret_line, const char **ret_body)
{
	struct pair p = pair_start(&answer, 1);
	struct shop shop = { .db = w->db, .calendly = p.cal };
	struct job job = { .kind = "calendly-forget",
		.call_body = "{\"emails\":[\"" ADA "\"]}" };
	struct chore ch = { .shop = &shop, .job = &job };
	enum err e = chore_forget(&w->c, &ch);

	*ret_line = line(&w->c, &p, 0);
	*ret_body = arena_dup(w->c.mem, body(&p, 0));
	pair_stop(&p);
	return e;
}

static void
calendly_is_asked_to_forget_them_too(void **state)
{
	struct world *w = *state;
	const char *asked, *sent;

	assert_int_equal(forget_at_calendly(w, says(&w->c, 202, "{}"), &asked,
	    &sent), OK);
	assert_string_equal(asked,
	    "POST /data_compliance/deletion/invitees HTTP/1.1");
	assert_string_equal(sent, "{\"emails\":[\"" ADA "\"]}");
	/* Who is not there is forgotten. */
	assert_int_equal(forget_at_calendly(w, says(&w->c, 404, "{}"), &asked,
	    &sent), OK);
}

static void
where_calendly_does_not_do_it_the_job_stays(void **state)
{
	struct world *w = *state;
	const char *asked, *sent;

	assert_int_equal(forget_at_calendly(w, gives(&w->c, 403,
	    "error_403_insufficient_scope"), &asked, &sent), E_INTERNAL);
	assert_null(strstr(w->c.why, "ada"));
	ctx_forgive(&w->c);
	assert_int_equal(forget_at_calendly(w, gives(&w->c, 500,
	    "error_500"), &asked, &sent), E_CALENDLY);
	assert_null(strstr(w->c.why, "ada"));
}

static void
the_job_is_for_people_of_calendly_and_holds_the_address(void **state)
{
	struct world *w = *state;

	seat(w);
	w->c.now = LONG_AFTER;
	assert_true(erase(w, ADA).asks_calendly);
	assert_int_equal(world_count(w, "SELECT count(*) FROM job"
	    " WHERE kind = 'calendly-forget' AND done_at = 0"
	    " AND call_body = '{\"emails\":[\"" ADA "\"]}'"
	    " AND id NOT LIKE '%ada_client%'"), 1);
	w->c.now = WORLD_NOW;
	world_sell(w, 1, world_slot(1, 15));
	w->c.now = LONG_AFTER;
	assert_false(erase(w, world_booking(w, world_id(w, 1))->email)
	    .asks_calendly);
}

/* --- in time -------------------------------------------------------------------- */

static struct retain_result
retain(struct world *w, const char *settings)
{
	struct conf *conf = ask_settings(&w->c, settings);
	struct shop shop = { .conf = conf, .db = w->db };
	const struct retain_order order = { NULL, NULL, NULL };
	struct retain_result ret;

	if (retain_run(&w->c, &shop, &order, &ret) != OK)
		fail_msg("%s", w->c.why);
	conf_free(conf);
	return ret;
}

static void
people_go_when_their_time_is_over(void **state)
{
	struct world *w = *state;
	struct booking *b = seat(w);

	w->c.now = b->end_at + DAYS(30) - 1;
	assert_int_equal(retain(w, "RETAIN_PEOPLE_DAYS=30\n").people, 0);
	w->c.now++;
	assert_int_equal(retain(w, "RETAIN_PEOPLE_DAYS=0\n").people, 0);
	assert_true(is_somewhere(w));
	assert_int_equal(retain(w, "RETAIN_PEOPLE_DAYS=30\n").people, 1);
	assert_false(is_somewhere(w));
	assert_int_equal(retain(w, "RETAIN_PEOPLE_DAYS=30\n").people, 0);
}

static void
a_seat_that_moved_is_kept_until_its_last_time_is_over(void **state)
{
	struct world *w = *state;
	struct booking *b;

	world_tell(w, WEBHOOK("reschedule_old_invitee_canceled"));
	b = world_booking(w, world_tell(w, WEBHOOK(
	    "reschedule_new_invitee_created")).outcome.booking);
	do_jobs(w);
	w->c.now = b->end_at + DAYS(30) - 1;
	assert_int_equal(retain(w, "RETAIN_PEOPLE_DAYS=30\n").people, 0);
	w->c.now++;
	assert_int_equal(retain(w, "RETAIN_PEOPLE_DAYS=30\n").people, 1);
	assert_int_equal(world_count(w, "SELECT count(*) FROM booking"
	    " WHERE erased_at = 0"), 0);
}

static void
who_is_disputed_stays_and_keeps_nobody_else(void **state)
{
	struct world *w = *state;
	static const char dispute[] = "INSERT INTO dispute VALUES ('du_1',"
	    " 'pi_1', 5, 'usd', 'needs_response', 5, NULL, 0, 5)";
	int i;

	for (i = 1; i <= 12; i++)
		world_sell(w, i, world_slot(1 + i / 7, 14 + i % 7));
	assert_int_equal(db_script(&w->c, w->db, dispute), OK);
	w->c.now = LONG_AFTER;
	assert_int_equal(retain(w, "RETAIN_PEOPLE_DAYS=30\n").people, 11);
	assert_int_equal(world_booking(w, world_id(w, 1))->erased_at, 0);
}

static void
deliveries_about_nothing_of_ours_lose_their_people(void **state)
{
	struct world *w = *state;
	const char *other = world_edit(&w->c, world_file(w,
	    "calendly/webhooks/invitee_created"), "payload.scheduled_event"
	    ".event_type", "\"https://api.calendly.com/event_types/"
	    "e7e70009-0000-4000-8000-000000000009\"");

	world_tell(w, WEBHOOK("routing_form_submission_created"));
	assert_string_equal(world_tell(w, "calendly", other).outcome.word,
	    "parked");
	w->c.now += DAYS(90);
	assert_int_equal(retain(w, "\n").unrelated, 0);
	w->c.now += DAYS(1);
	assert_int_equal(retain(w, "\n").unrelated, 1);
	assert_true(is_somewhere(w));
	w->c.now += DAYS(400);
	assert_int_equal(retain(w, "\n").unrelated, 1);
	assert_false(is_somewhere(w));
}

static void
a_job_that_was_given_up_falls_silent(void **state)
{
	struct world *w = *state;
	struct job job = { .kind = "calendly-forget", .subject = "1",
		.call_body = "{\"emails\":[\"" ADA "\"]}" };
	static const char dead[] = "UPDATE job SET dead_at = 5,"
	    " last_error = 'no'";
	int changed;

	assert_int_equal(job_settle_tx(&w->c, w->db, &job, 1, &changed), OK);
	assert_int_equal(retain(w, "\n").jobs, 0);
	assert_int_equal(db_script(&w->c, w->db, dead), OK);
	assert_int_equal(retain(w, "\n").jobs, 1);
	assert_int_equal(world_count(w, "SELECT count(*) FROM job WHERE"
	    " call_body IS NULL AND last_error IS NULL"), 1);
	assert_int_equal(retain(w, "\n").jobs, 0);
}

/* What has been changed, and the most that one step changed. */
struct steps {
	struct world *w;
	int64_t done[3], most[3];
	int count, stop;
	struct retain_place *place;
};

static int
after_step(void *arg)
{
	static const char *const done[] = {
		"SELECT count(*) FROM booking WHERE erased_at > 0",
		"SELECT count(*) FROM event WHERE erased_at > 0"
		    " AND booking IS NULL",
		"SELECT count(*) FROM job WHERE dead_at > 0"
		    " AND last_error IS NULL",
	};
	struct steps *s = arg;
	int64_t now;
	size_t i;

	s->count++;
	for (i = 0; i < COUNT(done); i++) {
		now = world_count(s->w, done[i]);
		if (now - s->done[i] > s->most[i])
			s->most[i] = now - s->done[i];
		s->done[i] = now;
	}
	return s->stop;
}

/* Of each kind more than one step may take. */
static void
leave_much(struct world *w)
{
	int i;

	for (i = 1; i <= 12; i++)
		world_sell(w, i, world_slot(1 + i / 7, 14 + i % 7));
	for (i = 0; i < 25; i++)
		assert_int_equal(db_script(&w->c, w->db, arena_printf(
		    w->c.mem, "INSERT INTO event (id, source, dedupe_key, type,"
		    " told_at, received_at, body, outcome) VALUES ('ev_%d',"
		    " 'stripe', 'evt_%d', 'payout.paid', 5, 5, '{}', 'ignored');"
		    "INSERT INTO job (id, kind, subject, due_at, dead_at,"
		    " last_error, created_at) VALUES ('j%d', 'refund', 's', 5,"
		    " 5, 'no', 5)", i, i, i)), OK);
	w->c.now = LONG_AFTER;
}

static struct retain_result
retain_in(struct steps *s)
{
	struct conf *conf = ask_settings(&s->w->c, "RETAIN_PEOPLE_DAYS=30\n");
	struct shop shop = { .conf = conf, .db = s->w->db };
	const struct retain_order order = { after_step, s, s->place };
	struct retain_result ret;

	assert_int_equal(retain_run(&s->w->c, &shop, &order, &ret), OK);
	conf_free(conf);
	return ret;
}

static void
no_delivery_waits_for_more_than_a_few_rows(void **state)
{
	struct steps s = { .w = *state };
	struct retain_result did;

	leave_much(s.w);
	did = retain_in(&s);
	assert_int_equal(did.people, 12);
	assert_int_equal(did.unrelated, 25);
	assert_int_equal(did.jobs, 25);
	assert_int_equal(s.done[0], 12);
	assert_int_equal(s.done[1], 25);
	assert_int_equal(s.done[2], 25);
	assert_int_equal(s.most[0], 1);
	assert_int_equal(s.most[1], RETAIN_STEP);
	assert_int_equal(s.most[2], JOB_BATCH);
}

static void
it_is_broken_off_after_any_step(void **state)
{
	struct steps s = { .w = *state, .stop = 1 };
	struct retain_result did;

	leave_much(s.w);
	did = retain_in(&s);
	assert_int_equal(s.count, 1);
	assert_int_equal(did.people, 1);
	assert_int_equal(did.unrelated + did.jobs, 0);
	assert_true(did.is_broken_off);
	s.stop = 0;
	did = retain_in(&s);
	assert_int_equal(did.people, 11);
	assert_false(did.is_broken_off);
}

/* Else it would look at them again each time, and never get behind them. */
static void
who_is_kept_does_not_keep_it_from_who_is_behind(void **state)
{
	struct retain_place place = { 0 };
	struct steps s = { .w = *state, .stop = 1, .place = &place };
	static const char dispute[] = "INSERT INTO dispute VALUES ('du_1',"
	    " 'pi_1', 5, 'usd', 'needs_response', 5, NULL, 0, 5)";
	int i;

	leave_much(s.w);
	assert_int_equal(db_script(&s.w->c, s.w->db, dispute), OK);
	assert_int_equal(retain_in(&s).people, 0);
	for (i = 2; i <= 12; i++)
		assert_int_equal(retain_in(&s).people, 1);
	for (i = 0; i < 3; i++)
		assert_int_equal(retain_in(&s).unrelated,
		    i < 2 ? RETAIN_STEP : 5);
	for (i = 0; i < 3; i++)
		assert_int_equal(retain_in(&s).jobs, i < 2 ? JOB_BATCH : 5);
	s.stop = 0;
	assert_false(retain_in(&s).is_broken_off);
	assert_int_equal(place.part, 0);
	assert_int_equal(place.end, 0);
}

static void
one_worker_a_day_looks(void **state)
{
	struct world *w = *state;
	struct shop shop = { .db = w->db };
	struct retain_place place;
	int taken;

	assert_int_equal(retain_turn(&w->c, &shop, &place, &taken), OK);
	assert_true(taken);
	w->c.now += DAYS(1) - 1;
	assert_int_equal(retain_turn(&w->c, &shop, &place, &taken), OK);
	assert_false(taken);
	w->c.now++;
	assert_int_equal(retain_turn(&w->c, &shop, &place, &taken), OK);
	assert_true(taken);
}

static void
what_was_broken_off_goes_on_the_same_day(void **state)
{
	static const struct retain_place was = { 1, 5, "bk_1" };
	struct world *w = *state;
	struct shop shop = { .db = w->db };
	struct retain_place place;
	int taken;

	assert_int_equal(retain_turn(&w->c, &shop, &place, &taken), OK);
	assert_int_equal(place.part, 0);
	assert_int_equal(retain_go_on(&w->c, &shop, &was), OK);
	w->c.now++;
	assert_int_equal(retain_turn(&w->c, &shop, &place, &taken), OK);
	assert_true(taken);
	assert_int_equal(place.part, was.part);
	assert_int_equal(place.end, was.end);
	assert_string_equal(place.id, was.id);
	/* Who looks the day after begins with the oldest again. */
	w->c.now += DAYS(1);
	assert_int_equal(retain_turn(&w->c, &shop, &place, &taken), OK);
	assert_true(taken);
	assert_int_equal(place.part, 0);
	assert_int_equal(place.end, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(who_has_a_session_to_come_is_not_forgotten),
		WITH_SHOP(what_is_under_way_keeps_a_person),
		WITH_SHOP(both_ends_of_a_move_are_forgotten),
		WITH_SHOP(an_address_of_before_goes_and_the_one_of_now_stays),
		WITH_SHOP(links_open_it_no_more),
		WITH_SHOP(
		    whose_address_is_only_part_of_another_is_somebody_else),
		WITH_SHOP(nobody_is_not_found),
		WITH_SHOP(what_calendly_says_later_brings_nobody_back),
		WITH_SHOP(what_stripe_says_later_is_stored_without_the_person),
		WITH_SHOP(calendly_is_asked_to_forget_them_too),
		WITH_SHOP(where_calendly_does_not_do_it_the_job_stays),
		WITH_SHOP(
		    the_job_is_for_people_of_calendly_and_holds_the_address),
		WITH_SHOP(people_go_when_their_time_is_over),
		WITH_SHOP(a_seat_that_moved_is_kept_until_its_last_time_is_over),
		WITH_SHOP(who_is_disputed_stays_and_keeps_nobody_else),
		WITH_SHOP(deliveries_about_nothing_of_ours_lose_their_people),
		WITH_SHOP(a_job_that_was_given_up_falls_silent),
		WITH_SHOP(no_delivery_waits_for_more_than_a_few_rows),
		WITH_SHOP(it_is_broken_off_after_any_step),
		WITH_SHOP(
		    who_is_kept_does_not_keep_it_from_who_is_behind),
		WITH_SHOP(one_worker_a_day_looks),
		WITH_SHOP(what_was_broken_off_goes_on_the_same_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
