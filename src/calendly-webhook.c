/*
 * calendly-webhook: POST /api/webhooks/calendly
 */
#include <stddef.h>

#include "app/fit.h"
#include "app/intake.h"
#include "app/receiver.h"
#include "web/serve.h"

/*
 * Calendly retries for 24 hours and does not say whether it signs a retry
 * anew.  If it does not, a short limit would refuse every retry and have the
 * subscription disabled; so the dedupe key is what guards against replays,
 * and the limit only ends them.
 */
enum { RETRY_SECONDS = 25 * 3600, CLOCK_SKEW_SECONDS = 60 };

static enum err
open_receiver(struct ctx *c, const struct conf *conf, void **ret_app)
{
	return receiver_open(c, conf, "CALENDLY_WEBHOOK_SIGNING_KEY",
	    ret_app);
}

static enum err
receive(void *arg, struct ctx *c, const struct req *rq, struct resp *rs)
{
	struct receiver *r = arg;
	const struct receiver_way way = {
		.peer = METER_CALENDLY,
		.header = "HTTP_CALENDLY_WEBHOOK_SIGNATURE",
		.past = RETRY_SECONDS,
		.future = CLOCK_SKEW_SECONDS,
		.take_in = intake_calendly,
	};

	return receiver_answer(c, r, &way, rq, rs);
}

int
main(int argc, char **argv)
{
	static const char *const required[] = { "DATABASE_URL",
		"CALENDLY_WEBHOOK_SIGNING_KEY", NULL };
	static const struct service service = {
		.program = "calendly-webhook",
		.route = "POST /api/webhooks/calendly",
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
