#include "app/replay.h"

#include <stdio.h>

#include "app/intake.h"
#include "app/request.h"
#include "booking/event.h"
#include "db/db.h"
#include "db/row.h"

/* --- one ------------------------------------------------------------------ */

struct again {
	const char *id;
	struct event_outcome *outcome;
};

static enum err
again_tx(struct ctx *c, struct db *db, void *arg)
{
	struct again *a = arg;
	const struct event *ev;
	enum err e;

	e = event_get_tx(c, db, a->id, &ev);
	if (e == OK && ev == NULL)
		e = ctx_fail(c, E_NOTFOUND, "there is no event %s", a->id);
	/* What a provider says stays true; what people wanted then, they may
	 * not want now: a price would go back to an older one. */
	if (e == OK && request_is_source(ev->source))
		e = ctx_fail(c, E_CONFLICT, "%s is a request: it was carried "
		    "out, and is not made twice", a->id);
	return e == OK ? intake_again_tx(c, db, ev, a->outcome) : e;
}

enum err
replay_one(struct ctx *c, struct db *db, const char *id,
    struct event_outcome *ret)
{
	struct again a = { id, ret };

	return db_transaction(c, db, again_tx, &a);
}

/* --- all ------------------------------------------------------------------ */

static enum err
copy_tx(struct ctx *c, struct db *db, void *arg)
{
	const struct event *ev = arg;
	struct event_outcome outcome;
	struct event copy = *ev;
	enum err e;

	/* What it waited for then may never have come; now it is to say. */
	copy.waits_for = NULL;
	e = event_copy_tx(c, db, &copy);
	return e == OK ? intake_again_tx(c, db, &copy, &outcome) : e;
}

static enum err
empty_tx(struct ctx *c, struct db *db, void *arg)
{
	struct db_list *rows = arg;

	return row_page(c, db, &event_table, "", rows);
}

static enum err
check_empty(struct ctx *c, struct db *to)
{
	struct db_list rows;
	enum err e;

	e = db_read(c, to, empty_tx, &rows);
	if (e == OK && rows.count > 0)
		e = ctx_fail(c, E_CONFLICT, "there are events in it already");
	return e;
}

/* One page, in contexts that end with it. */
static enum err
copy_page(struct ctx *c, struct db *to, const struct db_list *rows)
{
	const struct event *ev;
	struct ctx mine;
	size_t i;
	enum err e = OK;

	ctx_init(&mine);
	for (i = 0; e == OK && i < rows->count; i++) {
		ev = row_at(&event_table, rows, i);
		ctx_reset(&mine);
		mine.now = ev->received_at;
		e = db_transaction(&mine, to, copy_tx, (void *)ev);
		if (e != OK)
			e = ctx_fail(c, e, "%s: %s", ev->id, mine.why);
	}
	ctx_free(&mine);
	return e;
}

enum err
replay_all_tx(struct ctx *c, struct db *from, struct db *to,
    replay_progress *progress, void *arg, int64_t *ret_count)
{
	char after[EVENT_ID_SIZE] = "";
	struct db_list rows = { 0 };
	struct ctx page;
	int64_t count = 0;
	enum err e;

	ctx_init(&page);
	e = check_empty(c, to);
	do {
		ctx_reset(&page);
		if (e == OK)
			e = row_page(&page, from, &event_table, after, &rows);
		if (e == OK)
			e = copy_page(c, to, &rows);
		if (e != OK || rows.count == 0)
			break;
		snprintf(after, sizeof(after), "%s", row_key(&event_table,
		    row_at(&event_table, &rows, rows.count - 1)));
		count += (int64_t)rows.count;
		if (progress != NULL)
			progress(arg, count);
	} while (rows.count == ROW_PAGE);
	ctx_free(&page);
	*ret_count = count;
	return e;
}
