/*
 * What we were told: kept once, with what became of it.
 */
#include <string.h>

#include "booking/event.h"
#include "world.h"

static struct event
told(const char *source, const char *key)
{
	return (struct event){ .source = source, .dedupe_key = key,
		.type = "kind", .object_id = "o1", .told_at = 5,
		.body = "{\"a\":\"b\"}" };
}

/* Adds it, if it is news: is it? */
static int
add(struct world *w, struct event *ev)
{
	struct event_outcome how;
	int is_new;

	assert_int_equal(event_meet_tx(&w->c, w->db, ev, &is_new), OK);
	event_failed(&w->c, &how, NULL, "not applied");
	if (is_new)
		assert_int_equal(event_add_tx(&w->c, w->db, ev, &how), OK);
	return is_new;
}

static const struct event *
get(struct world *w, const char *id)
{
	const struct event *ev;

	assert_int_equal(event_get_tx(&w->c, w->db, id, &ev), OK);
	return ev;
}

static void
the_same_source_tells_the_same_thing_once(void **state)
{
	struct world *w = *state;
	struct event first = told("stripe", "evt_1");
	struct event again = told("stripe", "evt_1");
	struct event other = told("calendly", "evt_1");

	assert_true(add(w, &first));
	assert_false(add(w, &again));
	assert_null(get(w, again.id));
	assert_true(add(w, &other));
}

/* On a database where two can write at a time: it is to be told again. */
static void
what_another_told_meanwhile_is_not_applied_a_second_time(void **state)
{
	struct world *w = *state;
	struct event ev = told("stripe", "evt_1");
	struct event other = told("stripe", "evt_1");
	struct event_outcome how;
	int is_new;

	assert_int_equal(event_meet_tx(&w->c, w->db, &ev, &is_new), OK);
	assert_true(is_new);
	assert_true(add(w, &other));
	event_applied(&how, NULL);
	assert_int_equal(event_add_tx(&w->c, w->db, &ev, &how), E_BUSY);
	assert_non_null(get(w, other.id));
}

static void
it_is_kept_as_it_came_with_what_became_of_it(void **state)
{
	struct world *w = *state;
	struct event ev = told("stripe", "evt_1");
	const struct event *back;

	add(w, &ev);
	back = get(w, ev.id);
	assert_string_equal(back->body, "{\"a\":\"b\"}");
	assert_int_equal(back->told_at, 5);
	assert_int_equal(back->received_at, WORLD_NOW);
	assert_string_equal(back->outcome, "failed");
	assert_string_equal(back->reason, "not applied");
}

static void
what_is_parked_is_found_by_what_it_waits_for(void **state)
{
	struct world *w = *state;
	struct event a = told("stripe", "1"), b = told("stripe", "2");
	struct event_outcome how;
	struct event_list list;

	add(w, &a);
	add(w, &b);
	event_parked(&how, "intent:pi_1", "not yet");
	assert_int_equal(event_close_tx(&w->c, w->db, b.id, &how), OK);
	assert_int_equal(event_close_tx(&w->c, w->db, a.id, &how), OK);
	assert_int_equal(event_waiting_tx(&w->c, w->db, "intent:pi_1",
	    "", &list), OK);
	assert_int_equal(list.count, 2);
	/* The one that came first is first. */
	assert_string_equal(list.rows[0].id, a.id);
	assert_int_equal(event_waiting_tx(&w->c, w->db, "intent:pi_1", a.id,
	    &list), OK);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.rows[0].id, b.id);
	event_applied(&how, "bk_1");
	assert_int_equal(event_close_tx(&w->c, w->db, a.id, &how), OK);
	assert_null(get(w, a.id)->waits_for);
	assert_null(get(w, a.id)->reason);
	assert_string_equal(get(w, a.id)->booking, "bk_1");
	assert_int_equal(event_waiting_tx(&w->c, w->db, "intent:pi_1",
	    "", &list), OK);
	assert_int_equal(list.count, 1);
}

static void
an_outcome_says_why(void **state)
{
	struct world *w = *state;
	struct event_outcome how;

	event_ignored(&w->c, &how, "no use for %s", "it");
	assert_string_equal(how.word, "ignored");
	assert_string_equal(how.reason, "no use for it");
	event_failed(&w->c, &how, "bk_1", "it is %d", 7);
	assert_string_equal(how.word, "failed");
	assert_string_equal(how.reason, "it is 7");
	assert_string_equal(how.booking, "bk_1");
	assert_null(how.waits_for);
}

static void
one_event_can_free_two_kinds_of_others(void **state)
{
	struct event_outcome how;

	(void)state;
	event_applied(&how, "bk_1");
	event_frees(&how, "a");
	event_frees(&how, "b");
	assert_string_equal(how.frees[0], "a");
	assert_string_equal(how.frees[1], "b");
}

static void
it_is_found_by_its_key_and_listed_newest_first(void **state)
{
	struct world *w = *state;
	struct event a = told("stripe", "1"), b = told("stripe", "2");
	const struct event *found;
	struct event_list list;
	struct event_outcome how;

	add(w, &a);
	w->c.now++;
	add(w, &b);
	assert_int_equal(event_by_key_tx(&w->c, w->db, "stripe", "2",
	    &found), OK);
	assert_string_equal(found->id, b.id);
	assert_int_equal(event_by_key_tx(&w->c, w->db, "calendly", "2",
	    &found), OK);
	assert_null(found);
	assert_int_equal(event_list_tx(&w->c, w->db, NULL, 9, &list), OK);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.rows[0].id, b.id);
	event_applied(&how, "bk_1");
	assert_int_equal(event_close_tx(&w->c, w->db, a.id, &how), OK);
	assert_int_equal(event_list_tx(&w->c, w->db, "bk_1", 9, &list), OK);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.rows[0].id, a.id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(the_same_source_tells_the_same_thing_once),
		WITH_WORLD(
		    what_another_told_meanwhile_is_not_applied_a_second_time),
		WITH_WORLD(
		    it_is_kept_as_it_came_with_what_became_of_it),
		WITH_WORLD(what_is_parked_is_found_by_what_it_waits_for),
		WITH_WORLD(an_outcome_says_why),
		cmocka_unit_test(one_event_can_free_two_kinds_of_others),
		WITH_WORLD(it_is_found_by_its_key_and_listed_newest_first),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
