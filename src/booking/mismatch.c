#include "booking/mismatch.h"

#include "booking/analytics.h"
#include "booking/booking.h"
#include "booking/event.h"
#include "booking/history.h"

enum err
mismatch_note_tx(struct ctx *c, struct db *db, const char *booking,
    const struct history_source *by, const char *what,
    struct event_outcome *ret)
{
	const struct analytics_fact fact = { "PAYMENT_MISMATCH",
		arena_printf(c->mem, "%s:%s", booking, what), 0 };
	struct booking *b;
	enum err e;

	event_failed(c, ret, booking, "PAYMENT_MISMATCH: %s", what);
	e = booking_get_tx(c, db, booking, &b);
	if (e != OK || b == NULL)
		return e;
	e = analytics_note_tx(c, db, b, &fact);
	if (e == OK)
		e = history_add_tx(c, db, booking, by, "payment mismatch",
		    what);
	return e;
}
