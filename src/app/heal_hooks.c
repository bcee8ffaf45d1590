#include <string.h>

#include "app/heal_part.h"
#include "app/hooks.h"
#include "app/shop.h"
#include "base/hash.h"
#include "base/text.h"
#include "provider/calendly.h"
#include "provider/calendly_hook.h"
#include "provider/stripe.h"
#include "provider/stripe_endpoint.h"

/* --- Calendly ------------------------------------------------------------- */

struct hooks {
	struct calendly_user me;
	int whole;      /* there are other hosts than the token's owner */
	char *receiver; /* where ours deliver */
	struct calendly_hook *ours;
	size_t count;
	const struct calendly_hook *keep; /* the one that works, or NULL */
};

static int64_t
deadline(void)
{
	return now_monotonic() + HEAL_PATIENCE;
}

/* Adds those of owner that are ours. */
static enum err
find_ours(struct heal *h, struct hooks *k, const char *user)
{
	const struct calendly_owner owner = { k->me.organization, user };
	struct ctx *c = &h->page;
	struct calendly_hook *all;
	struct calendly_hooks list;
	size_t i;
	enum err e;

	e = calendly_hook_list(c, &h->shop->calendly, &owner, deadline(),
	    &list);
	/* Who is no admin cannot see the organization's, and need not. */
	if (e == E_INTERNAL && user == NULL && !k->whole) {
		ctx_forgive(c);
		return OK;
	}
	if (e != OK)
		return heal_answered(h, c, e);
	all = arena_alloc(c->mem,
	    (k->count + list.count + 1) * sizeof(*all));
	if (k->count > 0)
		memcpy(all, k->ours, k->count * sizeof(*all));
	k->ours = all;
	for (i = 0; i < list.count; i++)
		if (hooks_lead_to(list.rows[i].url, k->receiver))
			all[k->count++] = list.rows[i];
	return OK;
}

static int
is_whole(const struct calendly_hook *hook)
{
	return text_same(hook->scope, "organization");
}

/* Does it bring all we need? */
static int
works(const struct hooks *k, const struct calendly_hook *hook)
{
	return hook->active && (is_whole(hook) || !k->whole) &&
	    hooks_lack(hook->events, hook->event_count,
		hooks_calendly_types) == 0;
}

/* The one to keep of two that work: any but the same for everybody. */
static int
is_better(const struct calendly_hook *a, const struct calendly_hook *b)
{
	if (b == NULL || a->retrying != b->retrying)
		return b == NULL || b->retrying;
	if (a->created_at != b->created_at)
		return a->created_at > b->created_at;
	return strcmp(a->id, b->id) > 0;
}

static enum err
look(struct heal *h, struct hooks *k)
{
	struct ctx *c = &h->page;
	size_t i;
	enum err e;

	k->receiver = arena_printf(c->mem, "%s/api/webhooks/calendly",
	    h->shop->public_url);
	e = calendly_me(c, &h->shop->calendly, deadline(), &k->me);
	if (e != OK)
		return heal_answered(h, c, e);
	e = hooks_others(c, h->shop->db, k->me.uri, &k->whole);
	if (e == OK)
		e = find_ours(h, k, NULL);
	if (e == OK)
		e = find_ours(h, k, k->me.uri);
	if (e != OK)
		return e;
	h->result->looked += (int64_t)k->count;
	for (i = 0; i < k->count; i++)
		if (works(k, &k->ours[i]) && is_better(&k->ours[i], k->keep))
			k->keep = &k->ours[i];
	return OK;
}

/* The same URL is refused a second time, even if the first is dead; nginx
 * does not mind a query. */
static const char *
new_url(struct heal *h, const struct hooks *k, int distinct)
{
	size_t i;

	for (i = 0; i < k->count; i++)
		if (strcmp(k->ours[i].url, k->receiver) == 0)
			distinct = 1;
	return distinct ? arena_printf(h->page.mem, "%s?n=%s", k->receiver,
	    hash_id(h->page.mem, "")) : k->receiver;
}

static enum err
add(struct heal *h, struct hooks *k)
{
	struct conf_list keys = conf_list(h->shop->conf,
	    "CALENDLY_WEBHOOK_SIGNING_KEY");
	struct calendly_hook want = { .scope = k->whole ? "organization"
							: "user",
		.user = k->me.uri, .organization = k->me.organization,
		.events = hooks_calendly_types,
		.event_count = hooks_count(hooks_calendly_types) };
	struct ctx *c = &h->page;
	size_t i;
	enum err e;

	for (i = 0; i < k->count; i++)
		if (is_whole(&k->ours[i]))
			want.scope = "organization";
	want.url = new_url(h, k, 0);
	e = calendly_hook_add(c, &h->shop->calendly, &want, keys.values[0],
	    deadline());
	/* Somebody has one that we cannot see. */
	if (e == E_CONFLICT) {
		ctx_forgive(c);
		want.url = new_url(h, k, 1);
		e = calendly_hook_add(c, &h->shop->calendly, &want,
		    keys.values[0], deadline());
	}
	if (e != OK)
		return heal_answered(h, c, e);
	h->result->mended++;
	heal_say(h, k->count == 0 ? "Calendly's subscription was missing"
				  : "Calendly's subscription was replaced");
	return OK;
}

/* After the new one works: a delivery told twice is known, one that is not
 * told is lost. */
static enum err
remove_others(struct heal *h, struct hooks *k)
{
	struct ctx *c = &h->page;
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < k->count; i++) {
		if (&k->ours[i] == k->keep)
			continue;
		e = calendly_hook_remove(c, &h->shop->calendly, k->ours[i].id,
		    deadline());
		if (e != OK)
			return heal_answered(h, c, e);
		if (k->keep != NULL)
			h->result->mended++;
		e = heal_step(h);
	}
	return e;
}

static enum err
heal_subscription(struct heal *h)
{
	struct hooks k = { .keep = NULL };
	enum err e;

	e = look(h, &k);
	if (e != OK)
		return e;
	if (k.keep == NULL)
		h->result->news++;
	else
		h->result->news += (int64_t)k.count - 1;
	if (h->order->dry_run)
		return OK;
	if (k.keep == NULL)
		e = add(h, &k);
	return e == OK ? remove_others(h, &k) : e;
}

/* --- Stripe --------------------------------------------------------------- */

/* Its events and those of ours that it lacks, in *ret; says how many. */
static size_t
complete(struct ctx *c, const struct stripe_endpoint *old,
    struct stripe_endpoint *ret)
{
	size_t i, lacking = 0, n = hooks_count(hooks_stripe_types);
	const char **events = arena_alloc(c->mem,
	    (old->event_count + n + 1) * sizeof(*events));

	*ret = *old;
	ret->events = events;
	for (i = 0; i < old->event_count; i++)
		events[i] = old->events[i];
	if (hooks_name(old->events, old->event_count, "*"))
		return 0;
	for (i = 0; i < n; i++)
		if (!hooks_name(old->events, old->event_count,
		    hooks_stripe_types[i])) {
			events[ret->event_count++] = hooks_stripe_types[i];
			lacking++;
		}
	return lacking;
}

static enum err
mend_endpoint(struct heal *h, const struct stripe_endpoint *old)
{
	struct ctx *c = &h->page;
	struct stripe_endpoint want;
	size_t lacking = complete(c, old, &want);
	enum err e;

	if (old->enabled && lacking == 0)
		return OK;
	h->result->news++;
	if (h->order->dry_run)
		return OK;
	e = stripe_endpoint_enable(c, &h->shop->stripe, &want, deadline());
	if (e != OK)
		return heal_answered(h, c, e);
	h->result->mended++;
	heal_say(h, old->enabled ? "Stripe's endpoint lacked events"
				 : "Stripe's endpoint was disabled");
	return OK;
}

static enum err
heal_endpoint(struct heal *h)
{
	struct ctx *c = &h->page;
	char *receiver = arena_printf(c->mem, "%s/api/webhooks/stripe",
	    h->shop->public_url);
	const struct stripe_endpoint *ours = NULL;
	struct stripe_endpoints list;
	size_t i;
	enum err e;

	e = stripe_endpoint_list(c, &h->shop->stripe, deadline(), &list);
	if (e != OK)
		return heal_answered(h, c, e);
	for (i = 0; i < list.count; i++) {
		if (!hooks_lead_to(list.rows[i].url, receiver))
			continue;
		h->result->looked++;
		if (ours == NULL || list.rows[i].enabled > ours->enabled)
			ours = &list.rows[i];
	}
	if (ours != NULL)
		return mend_endpoint(h, ours);
	/* Its secret has to get into the configuration. */
	heal_worsen(h, HEAL_PERSON);
	heal_say(h, "Stripe has no webhook endpoint %s: make one, and put its "
	    "secret into STRIPE_WEBHOOK_SECRET", receiver);
	return OK;
}

/* -------------------------------------------------------------------------- */

enum err
heal_hooks(struct heal *h)
{
	const struct shop *shop = h->shop;
	int calendly = shop->calendly.token != NULL &&
	    conf_list(shop->conf, "CALENDLY_WEBHOOK_SIGNING_KEY").count > 0;
	enum err e = OK, first = OK;

	if (!calendly && shop->stripe.key == NULL)
		heal_worsen(h, HEAL_OFF);
	if (calendly)
		first = heal_subscription(h);
	heal_fresh(h, &h->page);
	if (shop->stripe.key != NULL && first != E_BUSY)
		e = heal_endpoint(h);
	return first != OK ? first : e;
}
