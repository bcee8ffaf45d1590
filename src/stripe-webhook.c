/*
 * stripe-webhook: POST /api/webhooks/stripe
 *
 * Stripe holds a customer who has just paid until we answer here.
 */
#include <stddef.h>

#include "app/fit.h"
#include "app/intake.h"
#include "app/receiver.h"
#include "web/serve.h"

static enum err
open_receiver(struct ctx *c, const struct conf *conf, void **ret_app)
{
	return receiver_open(c, conf, "STRIPE_WEBHOOK_SECRET", ret_app);
}

static enum err
receive(void *arg, struct ctx *c, const struct req *rq, struct resp *rs)
{
	struct receiver *r = arg;
	/* Every attempt is signed afresh, so its time is never old. */
	const struct receiver_way way = {
		.peer = METER_STRIPE,
		.header = "HTTP_STRIPE_SIGNATURE",
		.past = r->tolerance,
		.future = r->tolerance,
		.lower_hex_only = 1,
		.take_in = intake_stripe,
	};

	return receiver_answer(c, r, &way, rq, rs);
}

int
main(int argc, char **argv)
{
	static const char *const required[] = { "DATABASE_URL",
		"STRIPE_WEBHOOK_SECRET", NULL };
	static const struct service service = {
		.program = "stripe-webhook",
		.route = "POST /api/webhooks/stripe",
		.method = "POST",
		.repeatable = 1,
		.body_max = 1024 * 1024,
		.threads = 48,
		.required = required,
		.open = open_receiver,
		.close = receiver_close,
		.check = fit_check,
		.answer = receive,
	};

	return serve_main(&service, argc, argv);
}
