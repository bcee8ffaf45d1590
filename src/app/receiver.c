#include "app/receiver.h"

#include <stdlib.h>
#include <string.h>

#include "app/hooks.h"
#include "app/intake.h"
#include "app/shop.h"
#include "base/json.h"
#include "db/db.h"
#include "provider/signature.h"
#include "web/req.h"
#include "web/resp.h"

enum err
receiver_open(struct ctx *c, const struct conf *conf, const char *keys,
    void **ret)
{
	struct receiver *r = calloc(1, sizeof(*r));
	enum err e;

	if (r == NULL)
		abort();
	r->keys = conf_list(conf, keys);
	r->tolerance = conf_number(conf, "WEBHOOK_TOLERANCE");
	e = shop_open_db(c, conf, &r->db);
	if (e != OK) {
		free(r);
		return e;
	}
	*ret = r;
	return OK;
}

void
receiver_close(void *arg)
{
	struct receiver *r = arg;

	db_free(r->db);
	free(r);
}

static const char *const *
types_of(enum meter_peer peer)
{
	return peer == METER_STRIPE ? hooks_stripe_types
				    : hooks_calendly_types;
}

const char *
receiver_type(enum meter_peer peer, size_t number)
{
	if (number == METER_OTHER)
		return "other";
	if (number == METER_UNKNOWN)
		return "unknown";
	number -= METER_NAMED;
	return number < hooks_count(types_of(peer)) ? types_of(peer)[number]
						    : NULL;
}

static size_t
number_of(enum meter_peer peer, const char *type)
{
	size_t i;

	for (i = METER_NAMED; receiver_type(peer, i) != NULL; i++)
		if (strcmp(receiver_type(peer, i), type) == 0)
			return i;
	return METER_OTHER;
}

static enum meter_outcome
outcome_of(const struct intake *in)
{
	static const char *const words[] = {
		[METER_APPLIED] = "applied",
		[METER_IGNORED] = "ignored",
		[METER_PARKED] = "parked",
	};
	size_t i;

	if (in->duplicate)
		return METER_DUPLICATE;
	for (i = 0; i < COUNT(words); i++)
		if (strcmp(in->outcome.word, words[i]) == 0)
			return (enum meter_outcome)i;
	return METER_FAILED;
}

/* Of what was not taken in nobody can say which type it is. */
static void
count(enum meter_peer peer, enum err e, const struct intake *in)
{
	if (e == OK)
		meter_delivery(peer, number_of(peer, in->type),
		    outcome_of(in));
	else
		meter_delivery(peer, METER_UNKNOWN, e == E_SIGNATURE
		    ? METER_REFUSED : e == E_BADREQ ? METER_UNREADABLE
		    : METER_ERROR);
}

enum err
receiver_answer(struct ctx *c, struct receiver *r,
    const struct receiver_way *way, const struct req *rq, struct resp *rs)
{
	const struct signature_rule rule = {
		.secrets = r->keys.values,
		.count = r->keys.count,
		.tolerance_past = way->past,
		.tolerance_future = way->future,
		.lower_hex_only = way->lower_hex_only,
	};
	struct intake in;
	enum err e;

	e = signature_verify(c, &rule, req_param(rq, way->header), rq->body,
	    rq->body_len);
	if (e == OK)
		e = way->take_in(c, r->db, rq->body, rq->body_len, &in);
	count(way->peer, e, &in);
	if (e != OK)
		return e;
	json_set_bool(rs->data, "received", 1);
	json_set_bool(rs->data, "duplicate", in.duplicate);
	return OK;
}
