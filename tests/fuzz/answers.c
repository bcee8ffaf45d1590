/*
 * Fuzz: what providers answer when we ask.  The first byte chooses the call;
 * behind it stand the answers to it (canned.h).
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/now.h"
#include "canned.h"
#include "fuzz.h"
#include "provider/calendly.h"
#include "provider/calendly_event.h"
#include "provider/calendly_hook.h"
#include "provider/calendly_list.h"
#include "provider/calendly_uri.h"
#include "provider/stripe.h"
#include "provider/stripe_endpoint.h"
#include "provider/stripe_event.h"
#include "provider/stripe_refund.h"

enum { CALLS_MAX = 64 };

#define HOST "https://api.calendly.com/users/f1c0a001-0000-4000-8000-000000000001"
#define EVENT "5c4ed000-0000-4000-8000-000000000001"
#define INVITEE "1417e000-0000-4000-8000-000000000001"

static const struct stripe stripe = { .base = CANNED_STRIPE,
	.key = CANNED_STRIPE_KEY };
static const struct calendly calendly = { .base = CANNED_CALENDLY,
	.token = CANNED_CALENDLY_TOKEN };

static int64_t
soon(void)
{
	return now_monotonic() + 20 * NOW_SECOND;
}

/* Failures have words, and are ones that a caller is told of. */
static int
is_fine(struct ctx *c, enum err e)
{
	if (e == OK)
		return 1;
	if (c->why == NULL || (e != E_STRIPE && e != E_CALENDLY &&
	    e != E_NOBOOKING && e != E_INTERNAL && e != E_PAYMENT &&
	    e != E_DECLINED && e != E_BADREQ && e != E_CONFLICT))
		abort();
	return 0;
}

/* --- Stripe ---------------------------------------------------------------- */

static void
check_stripe(struct ctx *c, enum stripe_outcome outcome,
    const struct stripe_answer *a)
{
	struct stripe_object o;
	struct stripe_list list;
	struct stripe_texts texts;
	struct ctx aside = *c;

	if (outcome != a->outcome || a->body == NULL ||
	    (outcome == STRIPE_REFUSED && a->error_type == NULL) ||
	    (outcome == STRIPE_UNKNOWN && a->why == NULL) ||
	    (stripe_verdict(c, "fuzz", a) == OK) != (outcome == STRIPE_DONE))
		abort();
	if (outcome != STRIPE_DONE)
		return;
	(void)is_fine(&aside, stripe_event_object(&aside, a->body,
	    a->body_len, &o));
	(void)is_fine(&aside, stripe_event_list(&aside, a->body, a->body_len,
	    &list));
	(void)is_fine(&aside, stripe_event_texts(&aside, a->body,
	    a->body_len, &texts));
}

static void
create_session(struct ctx *c)
{
	const struct stripe_attempt attempt = { "checkout-bk_1-1", "mode=x" };
	struct stripe_answer a;

	check_stripe(c, stripe_session_create(c, &stripe, &attempt, soon(),
	    &a), &a);
}

static void
read_session(struct ctx *c)
{
	struct stripe_answer a;

	check_stripe(c, stripe_session_get(c, &stripe, "cs_test_1", soon(),
	    &a), &a);
}

static void
list_refunds(struct ctx *c)
{
	struct stripe_answer a;

	check_stripe(c, stripe_refund_list(c, &stripe, "pi_1", soon(), &a),
	    &a);
}

static void
list_endpoints(struct ctx *c)
{
	struct stripe_endpoints all;
	size_t i, j, sum = 0;

	if (!is_fine(c, stripe_endpoint_list(c, &stripe, soon(), &all)))
		return;
	for (i = 0; i < all.count; i++) {
		/* It goes into an address. */
		if (!stripe_event_is_id(all.rows[i].id))
			abort();
		for (j = 0; j < all.rows[i].event_count; j++)
			sum += strlen(all.rows[i].events[j]);
	}
	if (all.count > 0 && sum < SIZE_MAX)
		(void)is_fine(c, stripe_endpoint_enable(c, &stripe,
		    &all.rows[0], soon()));
}

/* --- Calendly ---------------------------------------------------------------- */

static void
read_invitee(struct ctx *c)
{
	const struct calendly_seat seat = { .invitee = INVITEE,
		.event = EVENT, .deadline = soon() };
	struct calendly_event ev;
	char *text;

	if (is_fine(c, calendly_invitee_read(c, &calendly, &seat, &text)) &&
	    calendly_event_parse(c, text, strlen(text), &ev) != OK)
		abort();
}

static void
look_for_invitee(struct ctx *c)
{
	const struct calendly_seat seat = { .invitee = INVITEE, .host = HOST,
		.email = "ada@example.com", .start = 1796911200 * NOW_SECOND,
		.deadline = soon() };
	char *text;

	(void)is_fine(c, calendly_invitee_read(c, &calendly, &seat, &text));
}

static void
ask_whose_token(struct ctx *c)
{
	struct calendly_user user;

	if (is_fine(c, calendly_me(c, &calendly, soon(), &user)) &&
	    (user.uri == NULL || user.organization == NULL))
		abort();
}

static void
cancel_event(struct ctx *c)
{
	const struct calendly_cancel what = { .event = EVENT,
		.reason = "nobody paid", .deadline = soon() };
	enum calendly_cancelled done;

	(void)is_fine(c, calendly_event_cancel(c, &calendly, &what, &done));
}

static void
list_events(struct ctx *c)
{
	const struct calendly_window window = { .host = HOST,
		.from = 1796911200 * NOW_SECOND, .deadline = soon() };
	struct calendly_page events, invitees;
	size_t i;

	if (!is_fine(c, calendly_list_events(c, &calendly, &window, &events)))
		return;
	for (i = 0; i < events.count; i++)
		if (!calendly_uri_is_id(events.items[i].id))
			abort();
	if (events.count == 0 || !is_fine(c, calendly_list_invitees(c,
	    &calendly, &events.items[0], events.next, soon(), &invitees)))
		return;
	for (i = 0; i < invitees.count; i++) {
		struct calendly_event ev;
		const char *text = invitees.items[i].text;

		if (calendly_event_parse(c, text, strlen(text), &ev) != OK)
			abort();
	}
}

static void
list_hooks(struct ctx *c)
{
	const struct calendly_owner owner = { .organization = HOST };
	struct calendly_hooks all;
	size_t i;

	if (!is_fine(c, calendly_hook_list(c, &calendly, &owner, soon(),
	    &all)))
		return;
	for (i = 0; i < all.count; i++)
		if (!calendly_uri_is_id(all.rows[i].id))
			abort();
}

static void (*const asks[])(struct ctx *c) = { create_session, read_session,
	list_refunds, list_endpoints, read_invitee, look_for_invitee,
	ask_whose_token, cancel_event, list_events, list_hooks };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx c;

	if (size == 0)
		return 0;
	/* A letter, so that a person can write one. */
	canned_load((const char *)data + 1, size - 1);
	ctx_init(&c);
	asks[(data[0] - 'a') % COUNT(asks)](&c);
	/* Whatever the answers are, asking comes to an end. */
	if (canned_calls() > CALLS_MAX)
		abort();
	ctx_free(&c);
	return 0;
}
