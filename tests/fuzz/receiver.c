/*
 * Fuzz: the two webhook routes behind their signature.  The input is a list of
 * bodies with a NUL between any two; each is signed as it must be and goes to
 * both routes, so that it reaches the parsers and the rows.
 */
#include <stdlib.h>
#include <string.h>

#include "app/intake.h"
#include "app/receiver.h"
#include "base/ctx.h"
#include "base/hash.h"
#include "base/hex.h"
#include "base/now.h"
#include "fuzz.h"
#include "rows.h"
#include "web/req.h"
#include "web/resp.h"

enum { DELIVERIES_MAX = 8 };

static const char *const secrets[] = { "whsec_fuzz_the_secret_of_both" };
static const struct receiver_way ways[] = {
	{ METER_STRIPE, "HTTP_STRIPE_SIGNATURE", 300, 300, 1, intake_stripe },
	{ METER_CALENDLY, "HTTP_CALENDLY_WEBHOOK_SIGNATURE", 300, 60, 0,
	    intake_calendly },
};

static struct db *db;

/* --- deliveries -------------------------------------------------------------- */

struct body {
	const char *bytes;
	size_t len;
};

static void
begin(struct ctx *c)
{
	ctx_reset(c);
	c->now = ROWS_NOW * NOW_SECOND;
}

/* way's header for the body: of the right time, by that key. */
static char *
signature(struct ctx *c, const struct receiver_way *way, const char *key,
    const struct body *body)
{
	char *t = arena_printf(c->mem, "%lld", (long long)ROWS_NOW);
	const struct hash_part parts[] = { { t, strlen(t) }, { ".", 1 },
		{ body->bytes, body->len } };
	unsigned char mac[HASH_SIZE];

	hash_mac(key, strlen(key), parts, COUNT(parts), mac);
	return arena_printf(c->mem, "%s=t=%s,v1=%s", way->header, t,
	    hex_text(c->mem, mac, sizeof(mac)));
}

static enum err
deliver(struct ctx *c, const struct receiver_way *way, const char *key,
    const struct body *body, struct resp *rs)
{
	struct receiver r = { .db = db, .keys = { secrets, 1 },
		.tolerance = 300 };
	char *params[2] = { NULL };
	struct req rq = { .params = params };

	begin(c);
	params[0] = signature(c, way, key, body);
	rq.body = arena_copy(c->mem, body->bytes, body->len);
	rq.body_len = body->len;
	resp_init(c, rs);
	return receiver_answer(c, &r, way, &rq, rs);
}

static int
says(struct ctx *c, struct resp *rs, enum err e, const char *words)
{
	size_t len;

	return strstr(resp_text(c, rs, e, &len), words) != NULL;
}

/* Refused unsigned, taken once signed, and known when it comes again. */
static void
deliver_all_ways(struct ctx *c, const struct receiver_way *way,
    const struct body *body)
{
	int64_t before = rows_size(c);
	struct resp rs;
	enum err e;

	if (deliver(c, way, "whsec_of_somebody_else", body, &rs) !=
	    E_SIGNATURE || rows_size(c) != before)
		abort();
	e = deliver(c, way, secrets[0], body, &rs);
	if (e != OK && e != E_BADREQ)
		abort();
	if (e == OK && !says(c, &rs, e, "\"received\":true"))
		abort();
	before = e == OK ? rows_size(c) : before;
	if (deliver(c, way, secrets[0], body, &rs) != e ||
	    rows_size(c) != before)
		abort();
	if (e == OK && !says(c, &rs, e, "\"duplicate\":true"))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct body body;
	struct ctx c;
	size_t n, i;

	ctx_init(&c);
	begin(&c);
	db = rows_make(&c);
	for (n = 0; n < DELIVERIES_MAX && at < end; n++) {
		body.bytes = at;
		body.len = strnlen(at, (size_t)(end - at));
		at += body.len + 1;
		for (i = 0; i < COUNT(ways); i++)
			deliver_all_ways(&c, &ways[i], &body);
	}
	begin(&c);
	rows_check(&c);
	ctx_free(&c);
	return 0;
}
