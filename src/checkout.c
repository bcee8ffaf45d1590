/*
 * checkout: POST /api/stripe/checkout
 *
 * From a booking, or what will become one, to the page where it is paid.
 */
#include <stddef.h>

#include "app/checkout_session.h"
#include "app/fit.h"
#include "app/order.h"
#include "app/outside.h"
#include "app/shop.h"
#include "base/confine.h"
#include "base/json.h"
#include "base/now.h"
#include "web/auth.h"
#include "web/serve.h"

static enum err
create(void *arg, struct ctx *c, const struct req *rq, struct resp *rs)
{
	struct shop *shop = arg;
	struct checkout_session made;
	struct caller who;
	struct order order;
	enum err e;

	auth_identify(c, shop->auth, rq, &who);
	e = order_parse(c, rq, &order);
	if (e == OK)
		e = checkout_session_create(c, shop, &order, &who, &made);
	if (e != OK)
		return e;
	c->booking = made.booking;
	json_set_text(rs->data, "sessionId", made.session);
	json_set_text(rs->data, "url", made.url);
	json_set_text(rs->data, "bookingId", made.booking);
	json_set_text(rs->data, "expiresAt", made.expires_at == 0 ? NULL
	    : now_text(c->mem, made.expires_at));
	auth_remember(c, shop->auth, rs, &who, made.grant);
	return OK;
}

int
main(int argc, char **argv)
{
	static const char *const required[] = { "DATABASE_URL",
		"PUBLIC_BASE_URL", NULL };
	static const struct service service = {
		.program = "checkout",
		.route = "POST /api/stripe/checkout",
		.method = "POST",
		.cors = 1,
		.body_max = 16 * 1024,
		.threads = 128,
		.needs = CONFINE_CALLS,
		.required = required,
		.prepare = outside_prepare,
		.open = outside_open,
		.close = outside_close,
		.check = fit_check,
		.answer = create,
	};

	return serve_main(&service, argc, argv);
}
