#include "provider/stripe_refund.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "provider/form.h"

enum { BODY_MAX = 4096, PAGE = 100 };

char *
stripe_refund_body(struct ctx *c, const struct stripe_refund_params *p)
{
	struct buf b = buf_make(c->mem, BODY_MAX);

	form_text(&b, "payment_intent", p->payment);
	form_int(&b, "amount", p->amount);
	form_text(&b, "reason", p->reason);
	form_text(&b, "metadata[bookingId]", p->booking);
	return b.bytes;
}

int64_t
stripe_refund_amount(const char *body)
{
	static const char field[] = "&amount=";
	const char *at = strstr(body, field);

	return at == NULL ? 0 : strtoll(at + sizeof(field) - 1, NULL, 10);
}

enum stripe_outcome
stripe_refund_create(struct ctx *c, const struct stripe *s,
    const struct stripe_attempt *attempt, int64_t deadline,
    struct stripe_answer *ret)
{
	const struct stripe_request rq = {
		.method = "POST",
		.path = "/v1/refunds",
		.idempotency_key = attempt->idempotency_key,
		.body = attempt->body,
		.deadline = deadline,
	};

	return stripe_call(c, s, &rq, ret);
}

enum stripe_outcome
stripe_refund_list(struct ctx *c, const struct stripe *s, const char *payment,
    int64_t deadline, struct stripe_answer *ret)
{
	struct buf query = buf_make(c->mem, BODY_MAX);
	struct stripe_request rq = { .method = "GET", .deadline = deadline };

	form_text(&query, "payment_intent", payment);
	form_int(&query, "limit", PAGE);
	rq.path = arena_printf(c->mem, "/v1/refunds?%s", query.bytes);
	return stripe_call(c, s, &rq, ret);
}
