#include "app/attempt.h"

#include <string.h>

#include "app/intake.h"
#include "app/request.h"
#include "app/shop.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/checkout.h"
#include "booking/collect.h"
#include "db/db.h"
#include "provider/stripe_event.h"

/* How far before an attempt's time its session is looked for. */
enum { CLOCK_SKEW_SECONDS = 300 };

struct refusal {
	const struct checkout *checkout;
	const char *code;
};

static enum err
refused_tx(struct ctx *c, struct db *db, void *arg)
{
	const struct refusal *r = arg;
	struct cJSON *body = json_object(c);
	struct event_outcome outcome;
	enum err e;

	json_set_text(body, "code", r->code);
	e = request_take_in_tx(c, db, &(const struct request){
		.source = REQUEST_SYSTEM,
		.type = "checkout.refused",
		.key = arena_printf(c->mem, "refused:%s", r->checkout->id),
		.object = r->checkout->id,
		.body = body,
	}, &outcome);
	if (e == OK)
		e = intake_free_tx(c, db, arena_printf(c->mem, "checkout:%s",
		    r->checkout->booking));
	return e;
}

/* Notes that Stripe has made nothing for the attempt. */
static enum err
give_up(struct ctx *c, struct shop *shop, const struct checkout *co,
    const char *code)
{
	struct refusal r = { co, code };

	return db_transaction(c, shop->db, refused_tx, &r);
}

/* Stripe's session goes through the door, whoever it came from. */
static enum err
take_in(struct ctx *c, struct shop *shop, const char *body, size_t len)
{
	struct intake in;
	enum err e;

	e = intake_stripe_answer(c, shop->db, body, len, &in);
	if (e == OK && !in.duplicate &&
	    strcmp(in.outcome.word, "applied") != 0)
		e = ctx_fail(c, E_PAYMENT, "stripe: session is %s: %s",
		    in.outcome.word, in.outcome.reason);
	return e;
}

/* A stored 500 comes back for a day under the same key. */
static int
is_stuck(const struct stripe_answer *a)
{
	return a->replayed && a->http_status >= 500;
}

enum err
attempt_send(struct ctx *c, struct shop *shop, const struct checkout *co,
    int64_t deadline)
{
	const struct stripe_attempt attempt = { co->id, co->body };
	struct stripe_answer a;
	enum err e;

	switch (stripe_session_create(c, &shop->stripe, &attempt, deadline,
	    &a)) {
	case STRIPE_DONE:
		return take_in(c, shop, a.body, a.body_len);
	case STRIPE_REFUSED:
		e = give_up(c, shop, co, a.error_code != NULL
		    ? a.error_code : a.error_type);
		/* The next attempt goes without the address. */
		if (e != OK || text_same(a.error_code, COLLECT_BAD_EMAIL))
			return e;
		return stripe_verdict(c, "create session", &a);
	case STRIPE_UNKNOWN:
		break;
	}
	return is_stuck(&a) ? attempt_ask(c, shop, co, deadline)
			    : stripe_verdict(c, "create session", &a);
}

enum err
attempt_read(struct ctx *c, struct shop *shop, const char *session,
    int64_t deadline)
{
	struct stripe_answer a;

	if (stripe_session_get(c, &shop->stripe, session, deadline, &a) !=
	    STRIPE_DONE)
		return stripe_verdict(c, "read session", &a);
	return take_in(c, shop, a.body, a.body_len);
}

/* Looks for our attempt's session on one page; NULL if it is not there. */
static enum err
look_through(struct ctx *c, const struct stripe_answer *a,
    const struct checkout *co, const char **ret_session,
    struct stripe_page *page)
{
	struct stripe_list list;
	size_t i;
	enum err e;

	*ret_session = NULL;
	e = stripe_event_list(c, a->body, a->body_len, &list);
	if (e != OK)
		return e;
	for (i = 0; i < list.count; i++)
		if (text_same(list.items[i].checkout, co->id))
			*ret_session = list.items[i].id;
	page->after = list.more && list.count > 0
	    ? list.items[list.count - 1].id : NULL;
	return OK;
}

/* The session of an attempt; NULL if Stripe has made none. */
static enum err
find_session(struct ctx *c, struct shop *shop, const struct checkout *co,
    int64_t deadline, const char **ret_session)
{
	struct stripe_page page = { .created_gte =
		co->created_at / NOW_SECOND - CLOCK_SKEW_SECONDS };
	struct stripe_answer a;
	enum err e;

	do {
		if (stripe_session_list(c, &shop->stripe, &page, deadline,
		    &a) != STRIPE_DONE)
			return stripe_verdict(c, "list sessions", &a);
		e = look_through(c, &a, co, ret_session, &page);
	} while (e == OK && *ret_session == NULL && page.after != NULL);
	return e;
}

enum err
attempt_ask(struct ctx *c, struct shop *shop, const struct checkout *co,
    int64_t deadline)
{
	const char *session;
	enum err e;

	e = find_session(c, shop, co, deadline, &session);
	if (e != OK)
		return e;
	if (session != NULL)
		return attempt_read(c, shop, session, deadline);
	return give_up(c, shop, co, "never_made");
}

enum err
attempt_expire(struct ctx *c, struct shop *shop, const struct checkout *co,
    int64_t deadline)
{
	struct stripe_answer a;

	switch (stripe_session_expire(c, &shop->stripe, co->session, deadline,
	    &a)) {
	case STRIPE_DONE:
		return take_in(c, shop, a.body, a.body_len);
	case STRIPE_REFUSED:
		return attempt_read(c, shop, co->session, deadline);
	case STRIPE_UNKNOWN:
		break;
	}
	return stripe_verdict(c, "expire session", &a);
}
