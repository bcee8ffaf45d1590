#include "booking/asked.h"

#include <string.h>

#include "base/text.h"
#include "booking/booking.h"
#include "booking/event.h"
#include "booking/money.h"
#include "booking/settle.h"

/* *ret is NULL, and *how says so, if there is no such booking. */
static enum err
find(struct ctx *c, struct db *db, const char *id, struct event_outcome *how,
    struct booking **ret)
{
	enum err e = booking_get_tx(c, db, id, ret);

	if (e == OK && *ret == NULL)
		event_failed(c, how, NULL, "there is no booking %s", id);
	return e;
}

static enum err
settle(struct ctx *c, struct db *db, struct booking *b,
    const struct history_source *by, struct event_outcome *ret)
{
	enum err e = settle_booking_tx(c, db, b, by);

	if (e == OK)
		event_applied(ret, b->id);
	return e;
}

/* Of two requests in one moment, any but always the same. */
static int
is_earlier(const struct asked *a, const struct booking *b)
{
	if (b->asked_cancel_at == 0 || a->at != b->asked_cancel_at)
		return b->asked_cancel_at == 0 || a->at < b->asked_cancel_at;
	return strcmp(a->by, b->asked_cancel_by) < 0;
}

enum err
asked_cancel_tx(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *by, struct event_outcome *ret)
{
	struct booking *b;
	enum err e;

	e = find(c, db, a->booking, ret, &b);
	if (e != OK || b == NULL)
		return e;
	if (is_earlier(a, b)) {
		b->asked_cancel_at = a->at;
		b->asked_cancel_by = a->by;
		b->asked_cancel_reason = a->reason;
	}
	return settle(c, db, b, by, ret);
}

/* Likewise of two that ask for as much. */
static int
is_larger(const struct asked *a, const struct booking *b)
{
	int by;

	if (a->goal != b->refund_goal || b->refund_asked_by == NULL)
		return a->goal > b->refund_goal;
	by = strcmp(a->by, b->refund_asked_by);
	if (by != 0)
		return by < 0;
	return a->reason != NULL && (b->refund_reason == NULL ||
	    strcmp(a->reason, b->refund_reason) < 0);
}

enum err
asked_refund_tx(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *by, struct event_outcome *ret)
{
	struct booking *b;
	enum err e;

	e = find(c, db, a->booking, ret, &b);
	if (e != OK || b == NULL)
		return e;
	if (is_larger(a, b)) {
		b->refund_goal = a->goal;
		b->refund_asked_by = a->by;
		b->refund_reason = a->reason;
	}
	e = history_add_tx(c, db, b->id, by, "refund asked for",
	    arena_printf(c->mem, "%s in all%s%s",
	    money_text(c, a->goal, b->currency),
	    a->reason == NULL ? "" : ": ",
	    a->reason == NULL ? "" : a->reason));
	return e == OK ? settle(c, db, b, by, ret) : e;
}

enum err
asked_move_tx(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *by, struct event_outcome *ret)
{
	struct booking *b, *to;
	enum err e;

	e = find(c, db, a->booking, ret, &b);
	if (e != OK || b == NULL)
		return e;
	e = find(c, db, a->to, ret, &to);
	if (e != OK || to == NULL)
		return e;
	if (b->moved_to == NULL)
		b->moved_to = booking_name(to);
	return settle(c, db, b, by, ret);
}

enum err
asked_sign_tx(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *by, struct event_outcome *ret)
{
	struct booking *b;
	enum err e;

	e = find(c, db, a->booking, ret, &b);
	if (e != OK || b == NULL)
		return e;
	if (b->client == NULL)
		b->client = a->client;
	return settle(c, db, b, by, ret);
}

enum err
asked_revoke_tx(struct ctx *c, struct db *db, const struct asked *a,
    const struct history_source *by, struct event_outcome *ret)
{
	struct booking *b;
	enum err e;

	e = find(c, db, a->booking, ret, &b);
	if (e != OK || b == NULL)
		return e;
	if (b->link_serial < a->serial) {
		b->link_serial = a->serial;
		if (a->client != NULL)
			b->client = text_blank(a->client) ? NULL : a->client;
	}
	e = history_add_tx(c, db, b->id, by, "links called back", NULL);
	return e == OK ? settle(c, db, b, by, ret) : e;
}
