/*
 * fake-stripe, idempotency (facts/stripe.md §4): the first answer of a POST is
 * kept once it began to execute and is given again, 500s included; the same
 * key with other parameters is refused; so is a key still in use.  After a
 * day a key is forgotten, and may do its work again.
 */
#include <stdlib.h>
#include <string.h>

#include "stripe.h"

enum { KEPT_MS = 24 * 3600 * 1000 };

struct idem {
	char *key, *what;
	int64_t made;
	int running, status;
	char *body;
	struct idem *next;
};

static char *
fingerprint(const struct call *c)
{
	char *params = cJSON_PrintUnformatted(c->params), *ret;

	ret = xformat("%s %s", c->rq->path, params);
	cJSON_free(params);
	return ret;
}

static void
drop(struct idem *i)
{
	free(i->key);
	free(i->what);
	free(i->body);
	free(i);
}

static void
forget_old(struct stripe *st)
{
	struct idem **at = &st->idem, *i;

	while ((i = *at) != NULL) {
		if (i->running || now_ms() - i->made < KEPT_MS) {
			at = &i->next;
			continue;
		}
		*at = i->next;
		drop(i);
	}
}

static struct idem *
find(const struct call *c)
{
	struct idem *i;

	for (i = c->st->idem; i != NULL; i = i->next)
		if (strcmp(i->key, c->key) == 0)
			return i;
	return NULL;
}

static enum idem_state
again(struct call *c, const struct idem *i, const char *what)
{
	if (strcmp(i->what, what) != 0) {
		stripe_error(c, "idempotency_error", NULL,
		    "Keys for idempotent requests can only be used with the "
		    "same parameters they were first used with. Try using a "
		    "key other than '%s' if you meant to execute a different "
		    "request.", c->key);
		return IDEM_REFUSED;
	}
	if (i->running) {
		stripe_error(c, "invalid_request_error.idempotency_key_in_use",
		    NULL, "There is currently another in-progress request "
		    "using this Idempotent Key (that probably means you "
		    "submitted twice, and the other request is still going "
		    "through): %s. Please try again later.", c->key);
		return IDEM_REFUSED;
	}
	c->rs->status = i->status;
	c->rs->type = "application/json";
	buf_puts(&c->rs->body, i->body);
	hresp_header(c->rs, "Idempotent-Replayed: true");
	if (i->status >= 500)
		hresp_header(c->rs, "Stripe-Should-Retry: false");
	return IDEM_REPLAYED;
}

enum idem_state
idem_begin(struct call *c)
{
	enum idem_state ret = IDEM_NEW;
	struct idem *i;
	char *what;

	if (c->key == NULL)
		return ret;
	forget_old(c->st);
	what = fingerprint(c);
	i = find(c);
	if (i != NULL) {
		ret = again(c, i, what);
		free(what);
		return ret;
	}
	i = xalloc(sizeof(*i));
	i->key = xstrdup(c->key);
	i->what = what;
	i->made = now_ms();
	i->running = 1;
	i->next = c->st->idem;
	c->st->idem = i;
	return ret;
}

void
idem_end(struct call *c)
{
	struct idem **at, *i;

	if (c->key == NULL)
		return;
	for (at = &c->st->idem; *at != NULL; at = &(*at)->next)
		if (strcmp((*at)->key, c->key) == 0)
			break;
	i = *at;
	if (i == NULL)
		return;
	if (!c->executed) {
		*at = i->next;
		drop(i);
		return;
	}
	i->running = 0;
	i->status = c->rs->status;
	i->body = xstrdup(c->rs->body.p == NULL ? "" : c->rs->body.p);
}

void
idem_free(struct stripe *st)
{
	struct idem *i;

	while ((i = st->idem) != NULL) {
		st->idem = i->next;
		drop(i);
	}
}
