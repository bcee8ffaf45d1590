/*
 * Fuzz: Stripe's JSON, as a webhook, as an object and as a list.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "fuzz.h"
#include "provider/stripe_event.h"

/* Reads all that may be read of it. */
static void
check(const struct stripe_object *o)
{
	const char *const texts[] = { o->object, o->id, o->booking,
		o->checkout,
		o->reference, o->status, o->payment_status, o->mode,
		o->currency, o->payment_intent, o->charge, o->url, o->reason,
		o->failure, o->decline_code, o->pending_reason };
	const int64_t amounts[] = { o->amount, o->amount_subtotal,
		o->amount_discount, o->amount_received, o->amount_refunded };
	size_t i, sum = 0;

	for (i = 0; i < COUNT(texts); i++)
		sum += texts[i] == NULL ? 0 : strlen(texts[i]);
	for (i = 0; i < COUNT(amounts); i++)
		if (amounts[i] < -1)
			abort();
	if (sum > SIZE_MAX / 2 || o->created < 0 || o->expires_at < 0 ||
	    o->due_by < 0)
		abort();
	if (o->id != NULL && !stripe_event_is_id(o->id))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stripe_event ev;
	struct stripe_object o;
	struct stripe_list list;
	struct ctx c;
	const char *text;
	size_t i;

	ctx_init(&c);
	/* A copy without a NUL behind: lengths must do. */
	text = memcpy(arena_alloc(c.mem, size), data, size);
	if (stripe_event_parse(&c, text, size, &ev) == OK) {
		if (ev.id == NULL || ev.type == NULL || ev.created < 0)
			abort();
		check(&ev.object);
	}
	if (stripe_event_object(&c, text, size, &o) == OK) {
		if (o.id == NULL || o.object == NULL)
			abort();
		check(&o);
	}
	if (stripe_event_list(&c, text, size, &list) == OK)
		for (i = 0; i < list.count; i++)
			check(&list.items[i]);
	ctx_free(&c);
	return 0;
}
