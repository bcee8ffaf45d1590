/*
 * healing: a shop to be healed, for tests: two small servers play the
 * providers, with answers by script; a second lasts 40 ms.
 */
#ifndef UNIT_HEALING_H
#define UNIT_HEALING_H

#include <string.h>

#include "app/heal.h"
#include "app/shop.h"
#include "ask.h"
#include "booking/mark.h"
#include "loopback.h"
#include "web/http.h"
#include "world.h"

enum { SECOND = 40 * 1000, SENT_MAX = 12 };

#define PUBLIC "https://book.example.com"

/* A script: answers, one after the other. */
struct script {
	struct loopback_step steps[SENT_MAX];
	size_t n;
};

static inline void
then(struct world *w, struct script *s, int status, const char *body)
{
	assert_true(s->n < SENT_MAX);
	s->steps[s->n++] = (struct loopback_step){
		.bytes = loopback_reply(&w->c, status, "", body) };
}

/* What is sent, and what came of it. */
struct trial {
	enum err e;
	struct heal_report report;
	struct heal_result *r; /* the first one */
	int stripe_asked, calendly_asked;
	char *stripe[SENT_MAX], *calendly[SENT_MAX];
};

static inline void
collect(struct world *w, struct loopback *server, char **ret_sent,
    int *ret_asked)
{
	int i;

	*ret_asked = loopback_requests(server);
	for (i = 0; i < SENT_MAX; i++)
		ret_sent[i] = arena_dup(w->c.mem, loopback_request(server, i));
	loopback_stop(server);
}

static inline struct trial
heal(struct world *w, const struct heal_order *order,
    const struct script *stripe, const struct script *calendly)
{
	static const struct script nothing;
	const struct script *s = stripe == NULL ? &nothing : stripe;
	const struct script *k = calendly == NULL ? &nothing : calendly;
	struct loopback *at_stripe = loopback_start(s->steps, s->n);
	struct loopback *at_calendly = loopback_start(k->steps, k->n);
	struct http *http = http_new("bookpay/test");
	struct conf *conf = ask_settings(&w->c,
	    "CALENDLY_WEBHOOK_SIGNING_KEY=0123456789abcdef\n");
	struct shop shop = { .conf = conf, .public_url = PUBLIC,
		.db = w->db,
		.stripe = { http, loopback_url(at_stripe), "sk_test_1",
		    SECOND },
		.calendly = { http, loopback_url(at_calendly), "pat_1",
		    SECOND } };
	struct trial t = { 0 };

	ctx_forgive(&w->c);
	t.e = heal_run(&w->c, &shop, order, &t.report);
	http_free(http);
	conf_free(conf);
	collect(w, at_stripe, t.stripe, &t.stripe_asked);
	collect(w, at_calendly, t.calendly, &t.calendly_asked);
	t.r = arena_alloc(w->c.mem, sizeof(*t.r));
	*t.r = t.report.parts[0];
	return t;
}

static inline struct trial
heal_part(struct world *w, const char *part, const struct script *stripe,
    const struct script *calendly)
{
	return heal(w, &(const struct heal_order){ .part = part }, stripe,
	    calendly);
}

static inline struct trial
try_part(struct world *w, const char *part, const struct script *stripe,
    const struct script *calendly)
{
	char *before = world_dump(w);
	struct trial t = heal(w, &(const struct heal_order){ .part = part,
	    .dry_run = 1 }, stripe, calendly);

	world_same(before, world_dump(w), "a dry run");
	assert_int_equal(t.r->mended, 0);
	return t;
}

static inline void
counts(const struct trial *t, enum heal_state state, int64_t looked,
    int64_t news, int64_t mended)
{
	const struct heal_result *r = t->r;

	assert_int_equal(t->e, OK);
	if (r->state != state || r->looked != looked || r->news != news ||
	    r->mended != mended)
		fail_msg("%s: looked at %d, new %d, mended %d: %s",
		    heal_word(r->state), (int)r->looked, (int)r->news,
		    (int)r->mended, r->note);
}

static inline int
begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static inline struct mark
mark_of(struct world *w, const char *name)
{
	struct mark m;

	assert_int_equal(mark_get_tx(&w->c, w->db, name, &m), OK);
	return m;
}

static inline char *
calendly_file(struct world *w, const char *name)
{
	return world_file(w,
	    arena_printf(w->c.mem, "calendly/api/%s", name));
}

/* Stripe's endpoint is as it should be. */
static inline struct script
good_endpoint(struct world *w)
{
	struct script s = { .n = 0 };

	then(w, &s, 200, "{\"data\":[{\"id\":\"we_1\",\"url\":\"" PUBLIC
	    "/api/webhooks/stripe\",\"status\":\"enabled\","
	    "\"enabled_events\":[\"*\"]}]}");
	return s;
}

#endif
