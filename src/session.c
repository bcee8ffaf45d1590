/*
 * session: GET /api/stripe/sessions/{id}
 *
 * How a payment stands, for the page the customer comes back to.
 */
#include <stddef.h>

#include "app/checkout_session.h"
#include "app/fit.h"
#include "app/outside.h"
#include "app/shop.h"
#include "base/confine.h"
#include "web/auth.h"
#include "web/serve.h"

/* As long as an id of Stripe's can be. */
enum { SESSION_ID_MAX = 255 };

static enum err
status(void *arg, struct ctx *c, const struct req *rq, struct resp *rs)
{
	struct shop *shop = arg;
	struct caller who;
	const char *id;

	id = req_tail(c, rq, "/api/stripe/sessions/", SESSION_ID_MAX);
	if (id == NULL)
		return ctx_fail(c, E_NOSESSION, "not a session id");
	auth_identify(c, shop->auth, rq, &who);
	return checkout_session_status(c, shop, id, &who, rs->data);
}

int
main(int argc, char **argv)
{
	static const char *const required[] = { "DATABASE_URL",
		"PUBLIC_BASE_URL", NULL };
	static const struct service service = {
		.program = "session",
		.route = "GET /api/stripe/sessions/{id}",
		.method = "GET",
		.cors = 1,
		.needs = CONFINE_CALLS_STRIPE,
		.required = required,
		.prepare = outside_prepare,
		.open = outside_open_stripe,
		.close = outside_close,
		.check = fit_check,
		.answer = status,
	};

	return serve_main(&service, argc, argv);
}
