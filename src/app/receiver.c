#include "app/receiver.h"

#include <stdlib.h>

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
	if (e != OK)
		return e;
	json_set_bool(rs->data, "received", 1);
	json_set_bool(rs->data, "duplicate", in.duplicate);
	return OK;
}
