#include "app/mention.h"
#include "app/privacy_part.h"
#include "base/json.h"
#include "booking/booking.h"
#include "booking/checkout.h"
#include "booking/dispute.h"
#include "booking/event.h"
#include "booking/history.h"
#include "booking/job.h"
#include "booking/payment.h"
#include "booking/refund.h"
#include "db/db.h"
#include "db/row.h"

struct exporting {
	const char *email;
	struct cJSON *found;
};

/* Rows of one table, behind those that are there. */
static void
put(struct ctx *c, struct cJSON *to, const struct db_table *table,
    const void *rows, size_t count)
{
	const struct db_list list = { (void *)rows, count };
	size_t i;

	for (i = 0; i < count; i++)
		json_push_copy(to, row_json(c, table,
		    row_at(table, &list, i)));
}

/* The lists of an export, in the order in which they are printed. */
enum list { BOOKINGS, ATTEMPTS, PAYMENTS, REFUNDS, DISPUTES, HISTORY, JOBS,
	EVENTS, LISTS };

static const char *const names[LISTS] = { "bookings", "attempts", "payments",
	"refunds", "disputes", "history", "jobs", "events" };

static enum err
put_payments(struct ctx *c, struct db *db, const char *booking,
    struct cJSON *const *lists)
{
	struct payment_list payments;
	struct dispute_list disputes;
	struct refund_list refunds;
	size_t i;
	enum err e;

	e = payment_list_tx(c, db, booking, &payments);
	if (e != OK)
		return e;
	put(c, lists[PAYMENTS], &payment_table, payments.rows, payments.count);
	for (i = 0; e == OK && i < payments.count; i++) {
		e = refund_list_tx(c, db, payments.rows[i].id, &refunds);
		if (e == OK)
			e = dispute_list_tx(c, db, payments.rows[i].id,
			    &disputes);
		if (e != OK)
			return e;
		put(c, lists[REFUNDS], &refund_table, refunds.rows,
		    refunds.count);
		put(c, lists[DISPUTES], &dispute_table, disputes.rows,
		    disputes.count);
	}
	return e;
}

static enum err
put_events(struct ctx *c, struct db *db, const char *booking,
    struct cJSON *to)
{
	struct event_list list;
	const char *after = "";
	enum err e;

	do {
		e = event_bodies_tx(c, db, booking, after, &list);
		if (e != OK)
			return e;
		put(c, to, &event_table, list.rows, list.count);
		if (list.count > 0)
			after = list.rows[list.count - 1].id;
	} while (list.count == EVENT_BATCH);
	return OK;
}

static enum err
put_booking(struct ctx *c, struct db *db, const struct booking *b,
    struct cJSON *const *lists)
{
	struct checkout_list attempts;
	struct history_list history;
	struct job_list jobs;
	enum err e;

	put(c, lists[BOOKINGS], &booking_table, b, 1);
	e = checkout_list_tx(c, db, b->id, &attempts);
	if (e == OK)
		e = history_list_tx(c, db, b->id, &history);
	if (e == OK)
		e = job_of_booking_tx(c, db, b->id, &jobs);
	if (e != OK)
		return e;
	put(c, lists[ATTEMPTS], &checkout_table, attempts.rows,
	    attempts.count);
	put(c, lists[HISTORY], &history_table, history.rows, history.count);
	put(c, lists[JOBS], &job_table, jobs.rows, jobs.count);
	e = put_payments(c, db, b->id, lists);
	return e == OK ? put_events(c, db, b->id, lists[EVENTS]) : e;
}

/* Bodies that name the person and are about no booking.  What is about
 * somebody else's is theirs. */
static enum err
put_mentions(struct ctx *c, struct db *db, const struct exporting *x,
    struct cJSON *to, size_t *ret_count)
{
	struct event_search search;
	struct event_list list;
	size_t i;
	int more;
	enum err e;

	*ret_count = 0;
	mention_search(c, x->email, &search);
	do {
		e = mention_page_tx(c, db, &search, &list, &more);
		for (i = 0; e == OK && i < list.count; i++) {
			if (list.rows[i].booking != NULL)
				continue;
			put(c, to, &event_table, &list.rows[i], 1);
			++*ret_count;
		}
	} while (e == OK && more);
	return e;
}

static enum err
export_tx(struct ctx *c, struct db *db, void *arg)
{
	struct privacy_set *set = arena_alloc(c->mem, sizeof(*set));
	struct exporting *x = arg;
	struct cJSON *lists[LISTS];
	size_t i, mentions;
	enum err e;

	x->found = json_object(c);
	json_set_text(x->found, "email", x->email);
	for (i = 0; i < LISTS; i++)
		lists[i] = json_set_array(x->found, names[i]);
	e = privacy_find_tx(c, db, x->email, set);
	for (i = 0; e == OK && i < set->count; i++)
		e = put_booking(c, db, set->bookings[i], lists);
	if (e == OK)
		e = put_mentions(c, db, x, lists[EVENTS], &mentions);
	if (e == OK && set->count == 0 && mentions == 0)
		e = ctx_fail(c, E_NOTFOUND, "nobody here has that address");
	return e;
}

enum err
privacy_export(struct ctx *c, struct db *db, const char *email,
    struct cJSON **ret)
{
	struct exporting x = { email, NULL };
	enum err e;

	e = db_read(c, db, export_tx, &x);
	if (e == OK)
		*ret = x.found;
	return e;
}
