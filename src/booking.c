/*
 * booking: GET /api/bookings/{id}
 *
 * What the confirmation page shows.  {id} is our booking id, or Calendly's
 * invitee uuid, which is itself the proof that one comes from Calendly.
 */
#include <stddef.h>

#include "app/access.h"
#include "app/fit.h"
#include "app/shop.h"
#include "app/view.h"
#include "booking/booking.h"
#include "db/db.h"
#include "web/auth.h"
#include "web/serve.h"

enum { ID_MAX = 64 };

struct look {
	const struct shop *shop;
	const char *id;
	struct caller who;
	struct view view;
};

static enum err
look_tx(struct ctx *c, struct db *db, void *arg)
{
	struct look *l = arg;
	struct booking *b;
	enum err e;

	e = booking_find_tx(c, db, l->id, &b);
	if (e != OK)
		return e;
	if (!booking_is_id(l->id))
		access_know(&l->who, b);
	e = access_check_tx(c, db, &l->who, b, ACCESS_SEE);
	if (e == OK)
		e = view_load_tx(c, db, b, &l->who, &l->view);
	return e;
}

static enum err
show(void *arg, struct ctx *c, const struct req *rq, struct resp *rs)
{
	struct look l = { .shop = arg };
	enum err e;

	l.id = req_tail(c, rq, "/api/bookings/", ID_MAX);
	if (l.id == NULL)
		return ctx_fail(c, E_NOBOOKING, "not a booking id");
	auth_identify(c, l.shop->auth, rq, &l.who);
	e = db_read(c, l.shop->db, look_tx, &l);
	if (e != OK)
		return e;
	view_booking(c, &l.view, rs->data);
	/* Came with the link, or from Calendly: a cookie is enough from now. */
	auth_remember(c, l.shop->auth, rs, &l.who,
	    access_grant(c, &l.who, l.view.booking));
	return OK;
}

int
main(int argc, char **argv)
{
	static const char *const required[] = { "DATABASE_URL",
		"PUBLIC_BASE_URL", NULL };
	static const struct service service = {
		.program = "booking",
		.route = "GET /api/bookings/{id}",
		.method = "GET",
		.cors = 1,
		.required = required,
		.open = shop_open,
		.close = shop_close,
		.check = fit_check,
		.answer = show,
	};

	return serve_main(&service, argc, argv);
}
