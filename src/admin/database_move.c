/*
 * database_move: bookpay migrate --from URL --to URL
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "admin/admin.h"
#include "admin/database.h"
#include "admin/progress.h"
#include "base/json.h"
#include "db/db.h"
#include "db/migrate.h"
#include "db/move.h"

/*
 * Passes while the programs go on, until one finds hardly anything: what is
 * left for the last one keeps them waiting.
 */
enum { PASSES = 10, HARDLY_ANYTHING = 100 };

/* Others write without a pause: so often do we ask to be let in. */
enum { TRIES = 10 };

static enum err
check(struct ctx *c, const struct database_way *way)
{
	if (way->from == NULL || way->to == NULL)
		return ctx_fail(c, E_BADREQ,
		    "--from and --to name two databases");
	if (strcmp(way->from, way->to) == 0)
		return ctx_fail(c, E_BADREQ,
		    "--from and --to are the same database");
	if (strncmp(way->from, "sqlite:", strlen("sqlite:")) != 0)
		return ctx_fail(c, E_BADREQ, "--from is an SQLite database: "
		    "others have tools of their own to leave them");
	return OK;
}

/* One file can have two names; and the last pass shuts what --from says. */
static enum err
check_other(struct ctx *c, const struct database_way *way)
{
	static const char scheme[] = "sqlite:";
	const size_t len = sizeof(scheme) - 1;
	struct stat a, b;

	if (strncmp(way->to, scheme, len) == 0 &&
	    stat(way->from + len, &a) == 0 && stat(way->to + len, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return ctx_fail(c, E_BADREQ,
		    "--from and --to are the same database");
	return OK;
}

static enum err
open_both(struct ctx *c, const struct database_way *way, struct move *m)
{
	int applied;
	enum err e;

	e = db_open(c, way->from, 0, &m->from);
	if (e == OK)
		e = migrate_run(c, m->from, &applied);
	if (e == OK)
		e = move_check(c, m->from);
	if (e == OK)
		e = db_open(c, way->to, 1, &m->to);
	if (e == OK)
		e = check_other(c, way);
	if (e == OK)
		e = migrate_run(c, m->to, &applied);
	return e;
}

static enum err
go_along(struct ctx *c, const struct move *m)
{
	int64_t changed = HARDLY_ANYTHING + 1;
	int n;
	enum err e = OK;

	for (n = 0; e == OK && n < PASSES && changed > HARDLY_ANYTHING; n++) {
		e = move_pass(c, m, &changed);
		progress_end();
	}
	return e;
}

/* On a connection of its own: it has many statements, and so have we. */
static enum err
replay(struct ctx *c, const struct database_way *way, int64_t *ret_events)
{
	struct db *db;
	enum err e;

	e = db_open(c, way->to, 0, &db);
	if (e != OK)
		return e;
	e = database_replay(c, db, ret_events);
	db_free(db);
	return e;
}

static enum err
finish(struct ctx *c, const struct move *m, struct move_result *ret)
{
	int tries;
	enum err e = E_BUSY;

	for (tries = 0; e == E_BUSY && tries < TRIES; tries++) {
		ctx_forgive(c);
		e = move_finish(c, m, ret);
	}
	progress_end();
	return e;
}

static void
answer(struct ctx *c, struct admin *a, const struct move_result *result)
{
	struct cJSON *tables, *o;
	int64_t rows = 0;
	size_t i;

	a->answer = json_object(c);
	tables = json_set_array(a->answer, "tables");
	for (i = 0; i < result->count; i++) {
		o = json_push_object(tables);
		json_set_text(o, "table", result->sums[i].table);
		json_set_int(o, "rows", result->sums[i].rows);
		json_set_text(o, "hash", result->sums[i].hash);
		rows += result->sums[i].rows;
	}
	json_set_int(a->answer, "rows", rows);
	a->screen = arena_printf(c->mem, "%lld rows of %zu tables are in the "
	    "new database, the same as in the old one.\n"
	    "Nobody can write to the old one any more: who tries answers 503.\n"
	    "Now set DATABASE_URL to what --to says, in bookpay.conf and in "
	    "what was split from it,\nand start the programs and the worker "
	    "anew.\n", (long long)rows, result->count);
}

enum err
database_move(struct ctx *c, struct admin *a, const struct database_way *way)
{
	struct move m = { .progress = progress_rows };
	struct move_result result;
	int64_t events = 0;
	enum err e;

	e = check(c, way);
	if (e == OK)
		e = open_both(c, way, &m);
	if (e == OK)
		e = go_along(c, &m);
	if (e == OK && !way->quick)
		e = replay(c, way, &events);
	if (e == OK)
		e = finish(c, &m, &result);
	db_free(m.from);
	db_free(m.to);
	if (e != OK)
		return e;
	answer(c, a, &result);
	json_set_bool(a->answer, "replayed", !way->quick);
	if (!way->quick)
		json_set_int(a->answer, "events", events);
	return OK;
}
