/*
 * webhooks_stripe: the endpoint at Stripe.
 *
 * Its mark is the print of its secret, noted once the secret is stored; until
 * then it is one that no secret has.
 */
#include <string.h>

#include "admin/webhooks_part.h"
#include "app/heal_part.h"
#include "app/hooks.h"
#include "app/shop.h"
#include "base/text.h"
#include "provider/stripe_endpoint.h"

static const char key[] = "STRIPE_WEBHOOK_SECRET";

struct endpoints {
	char *receiver;
	struct stripe_endpoints all;
	struct conf_list secrets;
	const struct stripe_endpoint *keep; /* NULL: a new one is needed */
	int made;
};

static int
is_here(const struct endpoints *ep, const struct stripe_endpoint *e)
{
	return hooks_lead_to(e->url, ep->receiver);
}

/* Does it, or will it once it is mended, bring what we take? */
static int
is_good(struct webhooks *w, const struct endpoints *ep,
    const struct stripe_endpoint *e)
{
	if (!is_here(ep, e) || !text_same(e->version, STRIPE_VERSION))
		return 0;
	/* Whose secret somebody else put into the configuration. */
	if (e->mark == NULL)
		return ep->secrets.count > 0;
	return webhooks_knows(w->c, &ep->secrets, e->mark);
}

static enum err
look(struct webhooks *w, struct endpoints *ep)
{
	size_t i;
	enum err e;

	ep->secrets = conf_list(w->shop->conf, key);
	ep->receiver = arena_printf(w->c->mem, "%s/api/webhooks/stripe",
	    w->shop->public_url);
	e = stripe_endpoint_list(w->c, &w->shop->stripe, webhooks_deadline(),
	    &ep->all);
	for (i = 0; e == OK && i < ep->all.count; i++)
		if (is_good(w, ep, &ep->all.rows[i]) && (ep->keep == NULL ||
		    ep->all.rows[i].created > ep->keep->created))
			ep->keep = &ep->all.rows[i];
	return e;
}

/* Made, stored, and only then known as one whose secret we have. */
static enum err
make(struct webhooks *w, struct endpoints *ep)
{
	const struct stripe *s = &w->shop->stripe;
	struct stripe_endpoint want = { .url = ep->receiver,
		.events = hooks_stripe_types,
		.event_count = hooks_count(hooks_stripe_types),
		.mark = "new" };
	const char *id, *secret;
	enum err e, gone;

	e = webhooks_store_can(w, key);
	if (e != OK || w->dry_run) {
		if (e == OK)
			webhooks_tell(w, "made", "%s", ep->receiver);
		return e;
	}
	e = stripe_endpoint_add(w->c, s, &want, webhooks_deadline(), &id,
	    &secret);
	if (e != OK)
		return e;
	e = webhooks_store(w, key, secret);
	if (e != OK) {
		gone = stripe_endpoint_remove(w->c, s, id,
		    webhooks_deadline());
		return gone == OK ? e : gone;
	}
	ep->made = 1;
	webhooks_tell(w, "made", "%s, %s", id, ep->receiver);
	return stripe_endpoint_note(w->c, s, id, webhooks_print(w->c, secret),
	    webhooks_deadline());
}

/* Exactly our events; whoever made one may want others of it, too. */
static enum err
mend(struct webhooks *w, const struct stripe_endpoint *old)
{
	size_t i, n = hooks_count(hooks_stripe_types), extra;
	size_t lacking = hooks_lack(old->events, old->event_count,
	    hooks_stripe_types);
	const char **events = arena_alloc(w->c->mem,
	    (old->event_count + n) * sizeof(*events));
	struct stripe_endpoint want = *old;

	extra = old->event_count - (n - lacking);
	if (old->mark == NULL && hooks_name(old->events, old->event_count,
	    "*"))
		lacking = 0;
	if (old->enabled && lacking == 0 && (old->mark == NULL || extra == 0))
		return OK;
	memcpy(events, hooks_stripe_types, n * sizeof(*events));
	for (i = 0; old->mark == NULL && i < old->event_count; i++)
		if (!hooks_name(events, n, old->events[i]))
			events[n++] = old->events[i];
	want.events = events;
	want.event_count = n;
	webhooks_tell(w, "mended", "%s: %s", old->id, !old->enabled
	    ? "it was disabled" : lacking > 0 ? "it lacked events"
	    : "it had events that nobody needs");
	return w->dry_run ? OK : stripe_endpoint_enable(w->c, &w->shop->stripe,
	    &want, webhooks_deadline());
}

/* One that was replaced. */
static enum err
leave_or_remove(struct webhooks *w, const struct endpoints *ep,
    const struct stripe_endpoint *old)
{
	int known = old->mark != NULL &&
	    webhooks_knows(w->c, &ep->secrets, old->mark);
	enum err e = OK;

	if (old->mark == NULL) {
		webhooks_tell(w, "left", "%s: bookpay did not make it; remove "
		    "it at dashboard.stripe.com/webhooks if nobody needs it",
		    old->id);
		return OK;
	}
	if (known && (ep->made || ep->keep == NULL || w->rotate ||
	    ep->keep->created * NOW_SECOND + WEBHOOKS_OVERLAP > w->c->now)) {
		webhooks_tell(w, "left", "%s: for a day beside the new one, "
		    "until bookpay webhooks sync is run again", old->id);
		return OK;
	}
	webhooks_tell(w, "removed", "%s", old->id);
	if (w->dry_run)
		return OK;
	e = stripe_endpoint_remove(w->c, &w->shop->stripe, old->id,
	    webhooks_deadline());
	return e == OK && known ? webhooks_store_drop(w, key, old->mark) : e;
}

enum err
webhooks_stripe(struct webhooks *w)
{
	struct endpoints ep = { .keep = NULL };
	size_t i;
	enum err e;

	e = look(w, &ep);
	if (e != OK)
		return e;
	if (ep.keep == NULL || w->rotate)
		e = make(w, &ep);
	else
		e = mend(w, ep.keep);
	for (i = 0; e == OK && i < ep.all.count; i++)
		if (is_here(&ep, &ep.all.rows[i]) && (w->rotate ||
		    &ep.all.rows[i] != ep.keep))
			e = leave_or_remove(w, &ep, &ep.all.rows[i]);
	return e;
}
