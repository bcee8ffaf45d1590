/*
 * Every pair of statuses has a sentence, and no sentence is a status.
 */
#include <ctype.h>
#include <string.h>

#include "booking/words.h"
#include "unit.h"

static const char *const statuses[] = { "PENDING", "CONFIRMED", "CANCELLED",
	"RESCHEDULED", "COMPLETED", "NO_SHOW" };
static const char *const payments[] = { "UNPAID", "PROCESSING", "PAID",
	"FAILED", "PARTIALLY_REFUNDED", "REFUNDED", "DISPUTED",
	"NOT_REQUIRED", "EXPIRED", "LATE" };

/* Four capitals on end: no word of a sentence. */
static int
shouts(const char *text)
{
	int run = 0;

	for (; *text != '\0'; text++) {
		run = isupper((unsigned char)*text) || *text == '_' ? run + 1
								    : 0;
		if (run == 4)
			return 1;
	}
	return 0;
}

static void
every_pair_has_a_sentence_for_people(void **state)
{
	const struct words *w;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(statuses); i++)
		for (j = 0; j < COUNT(payments); j++) {
			w = words_for(statuses[i], payments[j]);
			assert_non_null(w->advice);
			assert_false(shouts(w->summary));
			assert_false(shouts(w->advice));
			assert_int_equal(w->summary[strlen(w->summary) - 1],
			    '.');
		}
}

static void
the_usual_pairs_read_well(void **state)
{
	static const struct {
		const char *status, *payment, *start;
		int settled;
	} cases[] = {
		{ "CONFIRMED", "PAID", "Paid, confirmed for {start}.", 1 },
		{ "CONFIRMED", "NOT_REQUIRED", "Confirmed for {start}.", 1 },
		{ "PENDING", "UNPAID", "Reserved for {start}", 0 },
		{ "PENDING", "PROCESSING", "Your payment is on its way", 0 },
		{ "PENDING", "FAILED", "The payment failed", 1 },
		{ "PENDING", "EXPIRED", "The payment page has expired", 1 },
		{ "PENDING", "REFUNDED", "The payment was paid back", 1 },
		{ "CANCELLED", "PROCESSING", "This booking was cancelled", 0 },
		{ "RESCHEDULED", "PAID", "This booking was moved", 1 },
		{ "NO_SHOW", "PAID", "This session on {start} was marked", 1 },
	};
	const struct words *w;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		w = words_for(cases[i].status, cases[i].payment);
		assert_memory_equal(w->summary, cases[i].start,
		    strlen(cases[i].start));
		assert_int_equal(w->settled, cases[i].settled);
	}
}

static void
whatever_else_comes_is_looked_into(void **state)
{
	(void)state;
	assert_string_equal(words_for("NEW", "NEWER")->summary,
	    "This booking is being looked into.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_has_a_sentence_for_people),
		cmocka_unit_test(the_usual_pairs_read_well),
		cmocka_unit_test(whatever_else_comes_is_looked_into),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
