/*
 * health: GET /healthz and GET /readyz
 *
 * Alive; and able to serve: the database opens and has this build's schema.
 * It starts without a database, so that it can say so.
 */
#include <string.h>

#include "app/fit.h"
#include "app/late.h"
#include "base/json.h"
#include "db/migrate.h"
#include "web/serve.h"

/* Whatever is in the way, it is ours and not the caller's. */
static enum err
ready(struct ctx *c, void *late)
{
	struct db *db;
	enum err e = late_db(c, late, &db);

	if (e == OK)
		e = migrate_check(c, db);
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
		.open = late_open,
		.close = late_close,
		.check = fit_check,
		.answer = answer,
	};

	return serve_main(&service, argc, argv);
}
