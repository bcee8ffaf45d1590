/*
 * cancel: POST /api/bookings/{id}/cancel
 *
 * Gives a booking up, or says what that would give back (dryRun).
 */
#include <stddef.h>

#include "app/cancel.h"
#include "app/fit.h"
#include "app/shop.h"
#include "booking/booking.h"
#include "web/auth.h"
#include "web/serve.h"

enum { ID_MAX = 64 };

static enum err
give_up(void *arg, struct ctx *c, const struct req *rq, struct resp *rs)
{
	const struct shop *shop = arg;
	struct cancel_result result;
	struct cancel_order order;
	struct caller who;
	const char *id;
	enum err e;

	id = req_between(c, rq, "/api/bookings/", "/cancel", ID_MAX);
	/* Whoever comes from Calendly has seen our page, and has our id. */
	if (id == NULL || !booking_is_id(id))
		return ctx_fail(c, E_NOBOOKING, "not a booking id");
	auth_identify(c, shop->auth, rq, &who);
	e = cancel_parse(c, rq, &order);
	if (e != OK)
		return e;
	order.booking = id;
	e = cancel_booking(c, shop->db, &order, &who, &result);
	if (e == OK)
		cancel_view(&order, &result, rs->data);
	return e;
}

int
main(int argc, char **argv)
{
	static const char *const required[] = { "DATABASE_URL",
		"PUBLIC_BASE_URL", NULL };
	static const struct service service = {
		.program = "cancel",
		.route = "POST /api/bookings/{id}/cancel",
		.method = "POST",
		.cors = 1,
		.body_max = 16 * 1024,
		.required = required,
		.open = shop_open,
		.close = shop_close,
		.check = fit_check,
		.answer = give_up,
	};

	return serve_main(&service, argc, argv);
}
