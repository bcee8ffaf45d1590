/*
 * metrics: GET /metrics
 *
 * For Prometheus: what all programs have counted, and what the database says.
 * As health does, it starts without a database.
 */
#include <stdlib.h>
#include <string.h>

#include "app/exposition.h"
#include "app/fit.h"
#include "app/shop.h"
#include "base/confine.h"
#include "db/db.h"
#include "web/serve.h"

struct app {
	const struct conf *conf;
	struct db *db; /* NULL: not open yet */
};

static enum err
open_app(struct ctx *c, const struct conf *conf, void **ret_app)
{
	struct app *app = calloc(1, sizeof(*app));

	if (app == NULL)
		abort();
	app->conf = conf;
	if (shop_open_db(c, conf, &app->db) != OK)
		ctx_forgive(c);
	*ret_app = app;
	return OK;
}

static void
close_app(void *arg)
{
	struct app *app = arg;

	db_free(app->db);
	free(app);
}

static enum err
answer(void *arg, struct ctx *c, const struct req *rq, struct resp *rs)
{
	struct app *app = arg;

	if (strcmp(rq->path, "/metrics") != 0)
		return ctx_fail(c, E_NOTFOUND, "no such route");
	if (app->db == NULL && shop_open_db(c, app->conf, &app->db) != OK)
		ctx_forgive(c);
	rs->type = EXPOSITION_TYPE;
	rs->text = exposition_text(c, app->db,
	    conf_get(app->conf, "METRICS_DIR"));
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
		.open = open_app,
		.close = close_app,
		.check = fit_check,
		.answer = answer,
	};

	return serve_main(&service, argc, argv);
}
