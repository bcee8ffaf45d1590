#include <stdio.h>
#include <string.h>

#include "app/heal_part.h"
#include "app/hooks.h"
#include "app/shop.h"
#include "app/translate.h"
#include "provider/stripe.h"
#include "provider/stripe_event.h"

/*
 * The mark is by our clock, events are by Stripe's; and one that was made
 * before another need not be listed before it.
 */
#define OVERLAP (3600 * NOW_SECOND)
/* Stripe keeps events for 30 days. */
#define LONGEST (30 * 24 * 3600 * NOW_SECOND)

enum { ID_SIZE = 256 };

static int64_t
begin(const struct heal *h)
{
	int64_t from = h->since < h->now ? h->since : h->now;

	from -= OVERLAP;
	return from > h->now - LONGEST ? from : h->now - LONGEST;
}

/* Behind which event the next page begins; "": there is none. */
static enum err
turn_page(struct heal *h, const struct stripe_texts *texts, char *after)
{
	struct stripe_event ev = { 0 };
	const char *last;

	if (!texts->more || texts->count == 0) {
		*after = '\0';
		return OK;
	}
	last = texts->items[texts->count - 1];
	if (stripe_event_parse(&h->page, last, strlen(last), &ev) != OK ||
	    strcmp(ev.id, after) == 0)
		return heal_answered(h, &h->page, ctx_fail(&h->page, E_STRIPE,
		    "stripe: a list that cannot be followed"));
	snprintf(after, ID_SIZE, "%s", ev.id);
	return OK;
}

/* Oldest first, as they would have come. */
static enum err
take_page(struct heal *h, const struct stripe_texts *texts)
{
	struct stripe_event ev;
	size_t i;
	enum err e = OK;

	for (i = texts->count; e == OK && i-- > 0;) {
		const char *text = texts->items[i];

		if (stripe_event_parse(&h->page, text, strlen(text), &ev) !=
		    OK)
			continue;
		e = heal_take_in(h, &(const struct heal_word){ intake_stripe,
		    TRANSLATE_STRIPE, ev.id, text });
		if (e == OK)
			e = heal_step(h);
	}
	return e;
}

enum err
heal_happened(struct heal *h)
{
	char after[ID_SIZE] = "";
	struct stripe_page page = { .created_gte = begin(h) / NOW_SECOND };
	struct stripe_texts texts;
	struct stripe_answer a;
	enum err e;

	if (h->shop->stripe.key == NULL) {
		heal_worsen(h, HEAL_OFF);
		return OK;
	}
	do {
		heal_fresh(h, &h->page);
		page.after = *after == '\0' ? NULL : after;
		if (stripe_happened(&h->page, &h->shop->stripe, &page,
		    hooks_stripe_types, now_monotonic() + HEAL_PATIENCE,
		    &a) == STRIPE_DONE)
			e = stripe_event_texts(&h->page, a.body, a.body_len,
			    &texts);
		else
			e = stripe_verdict(&h->page, "list events", &a);
		if (e != OK)
			return heal_answered(h, &h->page, e);
		e = take_page(h, &texts);
		if (e == OK)
			e = turn_page(h, &texts, after);
	} while (e == OK && *after != '\0');
	return e;
}
