/*
 * verify: bookpay verify
 */
#include <stdio.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/progress.h"
#include "app/verify.h"
#include "base/json.h"

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

enum err
verify_rows(struct ctx *c, struct admin *a)
{
	const struct args_line line = { NULL, 0, 0 };
	struct verify_order order = { print_difference, progress_events,
		a->answer };
	struct verify_result result;
	const char *id;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, NULL, &id);
	if (e == OK)
		e = verify_run(c, a->db, &order, &result);
	progress_end();
	if (e != OK)
		return e;
	fprintf(stderr, "%lld events, %lld rows, %lld differences\n",
	    (long long)result.events, (long long)result.rows,
	    (long long)result.differences);
	if (result.differences > 0)
		a->verdict = ctx_fail(c, E_CONFLICT, "the rows are not what "
		    "the events say");
	return OK;
}
