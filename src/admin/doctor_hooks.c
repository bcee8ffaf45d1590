/*
 * doctor_hooks: what bookpay doctor finds at Stripe and Calendly.
 */
#include <string.h>

#include "admin/doctor_part.h"
#include "admin/webhooks_part.h"
#include "app/heal_part.h"
#include "app/hooks.h"
#include "base/json.h"
#include "base/text.h"
#include "booking/builder.h"
#include "db/db.h"
#include "provider/calendly_hook.h"
#include "provider/calendly_list.h"
#include "provider/stripe_endpoint.h"

/* So many coming events of each host are looked into. */
enum { EVENTS_MAX = 5 };

static const char sync[] = "bookpay webhooks sync";

/* The first reason in c, which is forgiven. */
static const char *
reason(struct ctx *c)
{
	const char *why = c->why != NULL ? c->why : "no answer";

	ctx_forgive(c);
	return why;
}

/* --- Stripe --------------------------------------------------------------- */

static void
check_endpoint(struct doctor *d, const struct stripe_endpoint *ours)
{
	struct conf_list secrets = conf_list(d->conf,
	    "STRIPE_WEBHOOK_SECRET");
	size_t lacking = hooks_lack(ours->events, ours->event_count,
	    hooks_stripe_types);

	if (!ours->enabled)
		doctor_say(d, DOCTOR_WRONG, sync, "%s is disabled at Stripe",
		    ours->id);
	if (lacking > 0 && !hooks_name(ours->events, ours->event_count, "*"))
		doctor_say(d, DOCTOR_WRONG, sync, "%s does not bring %zu of "
		    "the types of events that are needed", ours->id, lacking);
	if (ours->mark != NULL && !webhooks_knows(d->c, &secrets, ours->mark))
		doctor_say(d, DOCTOR_WRONG, sync, "the secret of %s is not in "
		    "STRIPE_WEBHOOK_SECRET", ours->id);
	if (!text_same(ours->version, STRIPE_VERSION))
		doctor_say(d, DOCTOR_WRONG, sync, "%s brings events of API "
		    "version %s, and not of " STRIPE_VERSION, ours->id,
		    ours->version != NULL ? ours->version : "(the account's)");
}

static void
find_endpoint(struct doctor *d, const struct stripe_endpoints *list)
{
	char *receiver = arena_printf(d->c->mem, "%s/api/webhooks/stripe",
	    d->url);
	const struct stripe_endpoint *ours = NULL;
	size_t i;

	for (i = 0; i < list->count; i++)
		if (hooks_lead_to(list->rows[i].url, receiver) &&
		    (ours == NULL || list->rows[i].enabled > ours->enabled))
			ours = &list->rows[i];
	if (ours != NULL)
		check_endpoint(d, ours);
	else
		doctor_say(d, DOCTOR_WRONG, sync, "Stripe has no webhook "
		    "endpoint %s, and %zu others", receiver, list->count);
}

void
doctor_hooks_stripe(struct doctor *d)
{
	struct stripe_endpoints list;
	enum err e;

	if (d->stripe.key == NULL || d->url == NULL) {
		doctor_say(d, DOCTOR_UNKNOWN, NULL, "STRIPE_SECRET_KEY or "
		    "PUBLIC_BASE_URL is not set");
		return;
	}
	e = stripe_endpoint_list(d->c, &d->stripe, doctor_deadline(), &list);
	if (e == OK)
		find_endpoint(d, &list);
	else if (e == E_STRIPE)
		doctor_say(d, DOCTOR_UNKNOWN, "let this machine call it, and "
		    "try again", "%s", reason(d->c));
	else
		doctor_say(d, DOCTOR_WRONG, "put a key into STRIPE_SECRET_KEY "
		    "that may read webhook endpoints: see "
		    "dashboard.stripe.com/apikeys", "%s", reason(d->c));
}

/* --- Calendly ------------------------------------------------------------- */

static enum err
builders_tx(struct ctx *c, struct db *db, void *arg)
{
	return builder_list_tx(c, db, arg);
}

/* Those who give sessions; nobody, if there is no database. */
static struct builder_list
builders(struct doctor *d)
{
	struct builder_list list = { 0 };

	if (d->db == NULL || db_read(d->c, d->db, builders_tx, &list) != OK)
		return (struct builder_list){ 0 };
	return list;
}

/* Could not be asked: is it we, or they? */
static void
say_unasked(struct doctor *d, enum err e)
{
	if (e == E_INTERNAL)
		doctor_say(d, DOCTOR_WRONG, "put a new token into "
		    "CALENDLY_TOKEN: see calendly.com/integrations/"
		    "api_webhooks", "%s", reason(d->c));
	else
		doctor_say(d, DOCTOR_UNKNOWN, "let this machine call it, and "
		    "try again", "%s", reason(d->c));
}

struct hooks {
	struct calendly_user me;
	int whole;  /* there are other hosts than the token's owner */
	size_t seen;
	int works;
	const char *astray; /* what leads to a receiver elsewhere, or NULL */
	const char *flaw;   /* of one of ours, or NULL */
};

static void
look_at(const struct calendly_hook *hook, const char *receiver,
    struct hooks *k)
{
	k->seen++;
	if (!hooks_lead_to(hook->url, receiver)) {
		if (hook->url != NULL &&
		    strstr(hook->url, "/api/webhooks/calendly") != NULL)
			k->astray = hook->url;
	} else if (!hook->active) {
		k->flaw = "Calendly has disabled the subscription";
	} else if (hooks_lack(hook->events, hook->event_count,
	    hooks_calendly_types) > 0) {
		k->flaw = "the subscription lacks types of events";
	} else if (k->whole && !text_same(hook->scope, "organization")) {
		k->flaw = "the subscription is one user's, and there are "
		    "other builders";
	} else {
		k->works = 1;
	}
}

static enum err
look(struct doctor *d, const char *receiver, struct hooks *k)
{
	struct calendly_owner owner = { k->me.organization, NULL };
	struct calendly_hooks list;
	size_t i;
	enum err e;
	int both;

	for (both = 0; both < 2; both++) {
		owner.user = both ? k->me.uri : NULL;
		e = calendly_hook_list(d->c, &d->calendly, &owner,
		    doctor_deadline(), &list);
		/* Who is no admin cannot see the organization's. */
		if (e == E_INTERNAL && !both && !k->whole) {
			ctx_forgive(d->c);
			continue;
		}
		if (e != OK)
			return e;
		for (i = 0; i < list.count; i++)
			look_at(&list.rows[i], receiver, k);
	}
	return OK;
}

static void
tell_hooks(struct doctor *d, const char *receiver, const struct hooks *k)
{
	if (k->works)
		return;
	if (k->flaw != NULL)
		doctor_say(d, DOCTOR_WRONG, sync, "%s", k->flaw);
	else if (k->astray != NULL)
		doctor_say(d, DOCTOR_WRONG, sync, "Calendly tells %s, and not "
		    "%s", k->astray, receiver);
	else
		doctor_say(d, DOCTOR_WRONG, sync, "Calendly has no "
		    "subscription for %s, and %zu others", receiver, k->seen);
}

void
doctor_hooks_calendly(struct doctor *d)
{
	struct hooks k = { .seen = 0 };
	char *receiver;
	enum err e;

	if (d->calendly.token == NULL || d->url == NULL) {
		doctor_say(d, DOCTOR_FINE, NULL, "not configured");
		return;
	}
	receiver = arena_printf(d->c->mem, "%s/api/webhooks/calendly", d->url);
	if (conf_get(d->conf, "CALENDLY_WEBHOOK_SIGNING_KEY") == NULL)
		doctor_say(d, DOCTOR_WRONG, sync,
		    "CALENDLY_WEBHOOK_SIGNING_KEY is not set");
	e = calendly_me(d->c, &d->calendly, doctor_deadline(), &k.me);
	if (e == OK && d->db != NULL)
		e = hooks_others(d->c, d->db, k.me.uri, &k.whole);
	if (e == OK)
		e = look(d, receiver, &k);
	if (e == OK)
		tell_hooks(d, receiver, &k);
	else
		say_unasked(d, e);
}

/* Did somebody pay for it in Calendly's form? */
static int
is_paid_there(struct ctx *c, const char *text)
{
	struct cJSON *o;

	return json_parse(c, text, strlen(text), &o) == OK &&
	    json_has(json_get(o, "payload"), "payment");
}

static enum err
look_into(struct doctor *d, const struct calendly_item *event)
{
	struct calendly_page page;
	size_t i;
	enum err e;

	e = calendly_list_invitees(d->c, &d->calendly, event, NULL,
	    doctor_deadline(), &page);
	for (i = 0; e == OK && i < page.count; i++)
		if (is_paid_there(d->c, page.items[i].text)) {
			doctor_say(d, DOCTOR_WRONG, "switch the payments of "
			    "its event type off at calendly.com/event_types",
			    "Calendly itself took money for the event %s",
			    event->id);
			break;
		}
	return e;
}

/* What Calendly says of an event type does not tell whether it takes money;
 * what it says of those who booked does. */
void
doctor_hooks_payments(struct doctor *d)
{
	struct builder_list list = builders(d);
	struct calendly_window window = { .from = d->c->now };
	struct calendly_page page;
	size_t i, k;
	enum err e = OK;

	if (d->calendly.token == NULL) {
		doctor_say(d, DOCTOR_FINE, NULL, "not configured");
		return;
	}
	for (i = 0; e == OK && i < list.count; i++) {
		window.host = list.rows[i].calendly_user;
		window.deadline = doctor_deadline();
		if (window.host == NULL)
			continue;
		e = calendly_list_events(d->c, &d->calendly, &window, &page);
		for (k = 0; e == OK && k < page.count && k < EVENTS_MAX; k++)
			e = look_into(d, &page.items[k]);
	}
	if (e != OK)
		say_unasked(d, e);
}
