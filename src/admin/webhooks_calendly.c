/*
 * webhooks_calendly: the subscription at Calendly.
 *
 * It holds no notes: the mark of ours is a query, which nginx does not mind.
 * ?k= is the print of the signing key, &n= tells it from all others; healing
 * makes some with ?n= alone (app/heal_hooks.c).
 */
#include <string.h>

#include "admin/webhooks_part.h"
#include "app/hooks.h"
#include "app/shop.h"
#include "base/hash.h"
#include "base/text.h"
#include "provider/calendly_hook.h"

static const char key[] = "CALENDLY_WEBHOOK_SIGNING_KEY";

enum { HOOKS_MAX = 64 };

struct subscriptions {
	struct calendly_user me;
	int whole; /* there are other hosts than the token's owner */
	char *receiver;
	struct conf_list keys;
	struct calendly_hook here[HOOKS_MAX]; /* that lead to our receiver */
	size_t count;
	const struct calendly_hook *keep; /* NULL: a new one is needed */
	int made;
};

static int
is_ours(const struct subscriptions *sub, const struct calendly_hook *hook)
{
	return hook->url[strlen(sub->receiver)] == '?';
}

/* The print of the key that signs it; NULL: it is not said. */
static const char *
print_of(struct ctx *c, const struct subscriptions *sub,
    const struct calendly_hook *hook)
{
	const char *query = hook->url + strlen(sub->receiver);

	if (strncmp(query, "?k=", 3) != 0)
		return NULL;
	return arena_printf(c->mem, "%.*s", (int)strcspn(query + 3, "&"),
	    query + 3);
}

static int
works(struct webhooks *w, const struct subscriptions *sub,
    const struct calendly_hook *hook)
{
	const char *print = print_of(w->c, sub, hook);

	return hook->active && sub->keys.count > 0 && (!sub->whole ||
	    text_same(hook->scope, "organization")) &&
	    hooks_lack(hook->events, hook->event_count,
		hooks_calendly_types) == 0 &&
	    (print == NULL || webhooks_knows(w->c, &sub->keys, print));
}

static enum err
find(struct webhooks *w, struct subscriptions *sub, const char *user)
{
	const struct calendly_owner owner = { sub->me.organization, user };
	struct calendly_hooks list;
	size_t i;
	enum err e;

	e = calendly_hook_list(w->c, &w->shop->calendly, &owner,
	    webhooks_deadline(), &list);
	/* Who is no admin cannot see the organization's, and need not. */
	if (e == E_INTERNAL && user == NULL && !sub->whole) {
		ctx_forgive(w->c);
		return OK;
	}
	for (i = 0; e == OK && i < list.count; i++)
		if (hooks_lead_to(list.rows[i].url, sub->receiver) &&
		    sub->count < HOOKS_MAX)
			sub->here[sub->count++] = list.rows[i];
	return e;
}

static enum err
look(struct webhooks *w, struct subscriptions *sub)
{
	size_t i;
	enum err e;

	sub->keys = conf_list(w->shop->conf, key);
	sub->receiver = arena_printf(w->c->mem, "%s/api/webhooks/calendly",
	    w->shop->public_url);
	e = calendly_me(w->c, &w->shop->calendly, webhooks_deadline(),
	    &sub->me);
	if (e == OK)
		e = hooks_others(w->c, w->shop->db, sub->me.uri, &sub->whole);
	if (e == OK)
		e = find(w, sub, NULL);
	if (e == OK)
		e = find(w, sub, sub->me.uri);
	for (i = 0; e == OK && i < sub->count; i++)
		if (works(w, sub, &sub->here[i]) && (sub->keep == NULL ||
		    sub->here[i].created_at > sub->keep->created_at))
			sub->keep = &sub->here[i];
	return e;
}

static enum err
add(struct webhooks *w, struct subscriptions *sub, const char *secret)
{
	struct calendly_hook want = { .scope = sub->whole ? "organization"
							  : "user",
		.user = sub->me.uri, .organization = sub->me.organization,
		.events = hooks_calendly_types,
		.event_count = hooks_count(hooks_calendly_types) };
	size_t i;
	enum err e;

	/* Whoever saw to it that all of it is told meant it so. */
	for (i = 0; i < sub->count; i++)
		if (text_same(sub->here[i].scope, "organization"))
			want.scope = "organization";
	want.url = arena_printf(w->c->mem, "%s?k=%s&n=%s", sub->receiver,
	    webhooks_print(w->c, secret), hash_id(w->c->mem, ""));
	e = calendly_hook_add(w->c, &w->shop->calendly, &want, secret,
	    webhooks_deadline());
	if (e == OK) {
		sub->made = 1;
		webhooks_tell(w, "made", "%s", want.url);
	}
	return e;
}

/* A new key is known here before anything is signed with it. */
static enum err
make(struct webhooks *w, struct subscriptions *sub)
{
	int fresh = w->rotate || sub->keys.count == 0;
	const char *secret = fresh ? arena_printf(w->c->mem, "%s%s",
	    hash_id(w->c->mem, ""), hash_id(w->c->mem, ""))
	    : sub->keys.values[0];
	enum err e = OK;

	if (fresh)
		e = webhooks_store_can(w, key);
	if (e == OK && w->dry_run) {
		webhooks_tell(w, "made", "%s", sub->receiver);
		return OK;
	}
	if (e == OK && fresh)
		e = webhooks_store(w, key, secret);
	return e == OK ? add(w, sub, secret) : e;
}

/* Does another subscription need the key of that print? */
static int
is_shared(struct webhooks *w, const struct subscriptions *sub,
    const struct calendly_hook *old, const char *print)
{
	size_t i;

	for (i = 0; i < sub->count; i++) {
		const char *other = print_of(w->c, sub, &sub->here[i]);

		if (&sub->here[i] != old && (other == NULL ||
		    strcmp(other, print) == 0))
			return 1;
	}
	return 0;
}

/* One that was replaced, or is dead. */
static enum err
leave_or_remove(struct webhooks *w, const struct subscriptions *sub,
    const struct calendly_hook *old)
{
	const char *print = print_of(w->c, sub, old);
	enum err e = OK;

	if (!is_ours(sub, old)) {
		webhooks_tell(w, "left", "%s: bookpay did not make it",
		    old->id);
		return OK;
	}
	if (works(w, sub, old) && (sub->made || w->rotate ||
	    sub->keep->created_at + WEBHOOKS_OVERLAP > w->c->now)) {
		webhooks_tell(w, "left", "%s: for a day beside the new one, "
		    "until bookpay webhooks sync is run again", old->id);
		return OK;
	}
	webhooks_tell(w, "removed", "%s", old->id);
	if (w->dry_run)
		return OK;
	e = calendly_hook_remove(w->c, &w->shop->calendly, old->id,
	    webhooks_deadline());
	if (e == OK && print != NULL && !sub->made &&
	    !is_shared(w, sub, old, print) &&
	    webhooks_knows(w->c, &sub->keys, print))
		e = webhooks_store_drop(w, key, print);
	return e;
}

enum err
webhooks_calendly(struct webhooks *w)
{
	struct subscriptions sub = { .keep = NULL };
	size_t i;
	enum err e;

	if (w->shop->calendly.token == NULL) {
		webhooks_tell(w, "left", "CALENDLY_TOKEN is not set");
		return OK;
	}
	e = look(w, &sub);
	if (e != OK)
		return e;
	if (sub.keep == NULL || w->rotate)
		e = make(w, &sub);
	for (i = 0; e == OK && i < sub.count; i++)
		if (w->rotate || &sub.here[i] != sub.keep)
			e = leave_or_remove(w, &sub, &sub.here[i]);
	return e;
}
