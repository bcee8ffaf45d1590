/*
 * Fuzz: cancellation policies.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/now.h"
#include "booking/policy.h"
#include "fuzz.h"

#define HOUR (3600 * NOW_SECOND)
#define START (INT64_C(1795442700) * NOW_SECOND)

/* The hours of the steps as written, in a policy that was accepted. */
static void
check_hours_fall(const char *text)
{
	long hours, last = 8761;
	char *end;

	for (text += strspn(text, " "); *text != '\0';
	    text += strspn(text, " ")) {
		hours = strtol(text, &end, 10);
		if (hours >= last || *end != ':')
			abort();
		last = hours;
		text += strcspn(text, " ");
	}
}

static void
check_words(struct ctx *c, const char *text)
{
	static const char promise[] = "If we cancel, you get everything back.";
	const char *words = policy_words(c, text);

	/* The last sentence is there whatever stands before it. */
	if (strlen(words) < sizeof(promise) ||
	    strcmp(words + strlen(words) - sizeof(promise) + 1, promise) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx c;
	char *text;
	int64_t ahead;
	int percent;
	enum err e;

	ctx_init(&c);
	text = arena_copy(c.mem, data, size);
	e = policy_check(&c, text);
	if (e != OK && (e != E_BADREQ || c.say == NULL))
		abort();
	/* A booking's policy is a copy: it is read whatever it holds. */
	for (ahead = -HOUR; ahead <= 200 * HOUR; ahead += HOUR / 2) {
		percent = policy_percent(text, START, START - ahead);
		if (percent < 0 || percent > 100)
			abort();
		if (percent > 0 && e == OK && ahead < 0)
			abort();
	}
	policy_words(&c, text);
	if (e == OK) {
		check_hours_fall(text);
		check_words(&c, text);
	}
	ctx_free(&c);
	return 0;
}
