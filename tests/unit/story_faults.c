/* What is wrong in a story is said, with its line; it is not played as if. */
#include <string.h>

#include "story.h"
#include "world.h"

#define BEGINNING "story   One\nbooking direct\nattempt\n"

static const struct {
	const char *text, *why;
} faults[] = {
	{ "booking direct\n", "x:1: no line \"story\"" },
	{ "story One\nbookng direct\n", "x:2: \"bookng\" is no word" },
	{ "    a = 1\nstory One\n", "x:1: an indented line" },
	{ "story One\n    a=1\n", "x:2: an indented line" },
	{ BEGINNING "told\n", "x:4: who tells what?" },
	{ BEGINNING "told strip charge.succeeded\n", "x:4: who tells what?" },
	{ BEGINNING "told stripe charge.suceeded\n",
	    "x:4: there is no tests/contract/stripe/events/charge.suceeded" },
	{ BEGINNING "told stripe charge.succeeded by 2\n",
	    "x:4: \"by\" says nothing" },
	{ BEGINNING "told stripe charge.succeeded\n    amuont = 5\n",
	    "x:5: there is no amuont to change" },
	{ BEGINNING "told stripe charge.succeeded\n    metadta.a = 5\n",
	    "x:5: there is no metadta.a to change" },
	{ BEGINNING "told stripe charge.succeeded\n    +amount = 5\n",
	    "x:5: amount is there already" },
	{ BEGINNING "told stripe charge.succeeded\n\n    amount = five\n",
	    "x:6: five is not a value" },
	{ BEGINNING "told stripe charge.succeeded\n    event.kind = 5\n",
	    "x:5: there is no event.kind to change" },
	{ BEGINNING "told client booking.cancel\n", "x:4: when" },
	{ BEGINNING "told client booking.cancel\n    clock = soon\n",
	    "x:5: soon is not a time" },
	{ "story One\nclock tomorrow\n", "x:2: tomorrow is not a time" },
	{ "story One\ntype hourly\n", "x:2: there is no such type" },
	{ "story One\ntype strategy\n    prize = 5\n",
	    "x:3: a type has no such prize" },
	{ "story One\ntype strategy\n    amount = five\n",
	    "x:3: a type has no such amount" },
	{ "story One\nbooking claimed\n", "x:2: a booking is" },
	{ "story One\nbooking direct\n    amount = 5\n",
	    "x:2: a booking has the fields of its type" },
	{ "story One\nbooking direct\nattempt\nbefore answer created\n"
	    "attempt\n", "x:5: nothing is to be asked for" },
	{ BEGINNING "before stripe nothing\n", "x:4: there is no" },
};

/* All that is done with a story before it is played. */
static void
take_up(struct story *s, struct world *w)
{
	struct story_delivery d;
	size_t i;

	for (i = 0; i < s->count && s->why == NULL; i++)
		if (strcmp(s->steps[i].keyword, "told") == 0)
			story_deliver(s, &s->steps[i], &d);
	if (s->why == NULL)
		story_begin(s, w);
}

static void
each_fault_is_said_with_its_line(void **state)
{
	struct world *w = *state;
	struct story s;
	size_t i;

	for (i = 0; i < COUNT(faults); i++) {
		world_clear(w);
		story_read(&w->c, "x", faults[i].text, &s);
		take_up(&s, w);
		if (s.why == NULL ||
		    strncmp(s.why, faults[i].why, strlen(faults[i].why)) != 0)
			fail_msg("not \"%s\" but \"%s\" in\n%s", faults[i].why,
			    s.why == NULL ? "nothing" : s.why, faults[i].text);
	}
}

static void
what_is_right_is_taken(void **state)
{
	struct world *w = *state;
	struct story s;

	story_read(&w->c, "x", "# why\n" BEGINNING "\n"
	    "told  stripe charge.succeeded as 2\n"
	    "      amount = 5 \n"
	    "end   counted ONE TWO\n"
	    "end   counted 07 SIX ONE\n"
	    "end   booking X\n"
	    "end   row not compared\n", &s);
	take_up(&s, w);
	assert_null(s.why);
	assert_string_equal(s.name, "One");
	assert_string_equal(story_expected(&s),
	    "booking X\ncounted 07 ONE\ncounted 07 SIX\ncounted ONE\n"
	    "counted TWO\n");
}

static void
a_body_is_changed_as_the_story_says(void **state)
{
	struct world *w = *state;
	struct story_delivery d;
	struct story s;

	story_read(&w->c, "x", BEGINNING
	    "told stripe checkout.session.completed as 2\n"
	    "    amount_total = absent\n"
	    "    event.created = 2026-11-23T14:00:00Z\n"
	    "    clock = 2026-11-23T15:00:00Z\n"
	    "told calendly reschedule_old_invitee_canceled\n"
	    "    uri = @09\n", &s);
	story_deliver(&s, &s.steps[3], &d);
	assert_null(s.why);
	assert_string_equal(d.source, "stripe");
	assert_int_equal(d.clock, WORLD_NOW + HOURS(1));
	assert_non_null(strstr(d.body, "\"id\":\"cs_test_2\""));
	assert_non_null(strstr(d.body, "\"payment_intent\":\"pi_2\""));
	assert_non_null(strstr(d.body, WORLD_BOOKING "-2\""));
	assert_null(strstr(d.body, "amount_total"));
	assert_non_null(strstr(d.body, "\"created\":1795442400"));
	story_deliver(&s, &s.steps[4], &d);
	assert_string_equal(d.source, "calendly");
	assert_non_null(strstr(d.body, "/scheduled_events/5c4ed000-0000-4000-"
	    "8000-000000000009/invitees/1417e000-0000-4000-8000-000000000009"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(each_fault_is_said_with_its_line),
		WITH_WORLD(what_is_right_is_taken),
		WITH_WORLD(a_body_is_changed_as_the_story_says),
	};

	return cmocka_run_group_tests_name("story_faults", tests, NULL, NULL);
}
