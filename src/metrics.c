/*
 * metrics: GET /metrics
 *
 * For Prometheus: what all programs have counted, and what the database says.
 * As health does, it starts without a database.
 */
#include <string.h>

#include "app/exposition.h"
#include "app/fit.h"
#include "app/late.h"
#include "base/confine.h"
#include "web/serve.h"

static enum err
answer(void *late, struct ctx *c, const struct req *rq, struct resp *rs)
{
	struct db *db;

	if (strcmp(rq->path, "/metrics") != 0)
		return ctx_fail(c, E_NOTFOUND, "no such route");
	if (late_db(c, late, &db) != OK)
		ctx_forgive(c);
	rs->type = EXPOSITION_TYPE;
	rs->text = exposition_text(c, db,
	    conf_get(late_conf(late), "METRICS_DIR"));
	return OK;
}

int
main(int argc, char **argv)
{
	static const char *const required[] = { "DATABASE_URL", NULL };
	static const struct service service = {
		.program = "metrics",
		.route = "GET /metrics",
		.method = "GET",
		.needs = CONFINE_READS_METRICS,
		.required = required,
		.open = late_open,
		.close = late_close,
		.check = fit_check,
		.answer = answer,
	};

	return serve_main(&service, argc, argv);
}
