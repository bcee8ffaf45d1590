/*
 * health: GET /healthz and GET /readyz
 *
 * Alive; and able to serve: the database opens and has this build's schema.
 * It starts without a database, so that it can say so.
 */
#include <stdlib.h>
#include <string.h>

#include "app/fit.h"
#include "app/shop.h"
#include "base/json.h"
#include "db/db.h"
#include "db/migrate.h"
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
	/* Now, when all of it can be opened; or else when it is there. */
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

/* Whatever is in the way, it is ours and not the caller's. */
static enum err
ready(struct ctx *c, struct app *app)
{
	enum err e = OK;

	if (app->db == NULL)
		e = shop_open_db(c, app->conf, &app->db);
	if (e == OK)
		e = migrate_check(c, app->db);
	return e == OK ? OK : E_BUSY;
}

static enum err
answer(void *arg, struct ctx *c, const struct req *rq, struct resp *rs)
{
	enum err e = OK;

	if (strcmp(rq->path, "/readyz") == 0)
		e = ready(c, arg);
	else if (strcmp(rq->path, "/healthz") != 0)
		e = ctx_fail(c, E_NOTFOUND, "no such route");
	if (e == OK)
		json_set_text(rs->data, "status", "ok");
	return e;
}

int
main(int argc, char **argv)
{
	static const char *const required[] = { "DATABASE_URL", NULL };
	static const struct service service = {
		.program = "health",
		.route = "GET /healthz, /readyz",
		.method = "GET",
		.required = required,
		.open = open_app,
		.close = close_app,
		.check = fit_check,
		.answer = answer,
	};

	return serve_main(&service, argc, argv);
}
