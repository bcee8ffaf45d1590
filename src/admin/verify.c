/*
 * verify: bookpay verify
 */
#include <stdio.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/progress.h"
#include "app/verify.h"
#include "base/json.h"
#include "booking/audit.h"
#include "db/db.h"

static void
print_difference(void *arg, const struct verify_difference *d)
{
	struct cJSON *o = json_push_object(arg);

	json_set_text(o, "table", d->table);
	json_set_text(o, "id", d->id);
	json_set_text(o, "column", d->column);
	json_set_text(o, "here", d->here);
	json_set_text(o, "byEvents", d->there);
}

static enum err
audit_rows_tx(struct ctx *c, struct db *db, void *arg)
{
	return audit_tx(c, db, arg);
}

/* The rows may be what the events say, and yet not agree with each other. */
static enum err
print_findings(struct ctx *c, struct admin *a, size_t *ret_count)
{
	struct audit *audit = arena_alloc(c->mem, sizeof(*audit));
	size_t i;
	enum err e;

	e = db_read(c, a->db, audit_rows_tx, audit);
	for (i = 0; e == OK && i < audit->count; i++) {
		struct cJSON *o = json_push_object(a->answer);

		json_set_text(o, "table", "booking");
		json_set_text(o, "id", audit->rows[i].booking);
		json_set_text(o, "finding", audit->rows[i].words);
	}
	if (e == OK)
		*ret_count = audit->count;
	return e;
}

enum err
verify_rows(struct ctx *c, struct admin *a)
{
	const struct args_line line = { NULL, 0, 0 };
	struct verify_order order = { print_difference, progress_events,
		a->answer };
	struct verify_result result;
	size_t findings = 0;
	const char *id;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, NULL, &id);
	if (e == OK)
		e = verify_run(c, a->db, &order, &result);
	progress_end();
	if (e == OK)
		e = print_findings(c, a, &findings);
	if (e != OK)
		return e;
	fprintf(stderr, "%lld events, %lld rows, %lld differences\n",
	    (long long)result.events, (long long)result.rows,
	    (long long)result.differences + (long long)findings);
	if (findings > 0)
		a->verdict = ctx_fail(c, E_CONFLICT, "the rows do not agree "
		    "with each other");
	else if (result.differences > 0)
		a->verdict = ctx_fail(c, E_CONFLICT, "the rows are not what "
		    "the events say");
	return OK;
}
