/*
 * database: bookpay migrate, backup, restore
 *
 * They open the database in their own way: it may have another schema, be
 * missing or be broken.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/database.h"
#include "admin/progress.h"
#include "app/verify.h"
#include "base/json.h"
#include "db/copy.h"
#include "db/db.h"
#include "db/migrate.h"

/* Brings what conf names to this build's schema. */
static enum err
bring_up(struct ctx *c, struct admin *a, int *ret_applied)
{
	struct db *db;
	enum err e;

	e = db_open(c, conf_get(a->conf, "DATABASE_URL"), 1, &db);
	if (e != OK)
		return e;
	e = migrate_run(c, db, ret_applied);
	db_free(db);
	return e;
}

enum err
database_migrate(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("from", ARGS_TEXT, database_way, from, 0),
		ARGS_OPTION("to", ARGS_TEXT, database_way, to, 0),
		ARGS_OPTION("quick", ARGS_ON, database_way, quick, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct database_way way = { 0 };
	const char *id;
	int applied;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &way, &id);
	if (e != OK)
		return e;
	/* Names and addresses will be in it. */
	umask(077);
	if (way.from != NULL || way.to != NULL || way.quick)
		return database_move(c, a, &way);
	e = bring_up(c, a, &applied);
	if (e != OK)
		return e;
	a->answer = json_object(c);
	json_set_int(a->answer, "schema", migrate_version());
	json_set_int(a->answer, "applied", applied);
	a->screen = arena_printf(c->mem, "schema %d, %d file%s applied\n",
	    migrate_version(), applied, applied == 1 ? "" : "s");
	return OK;
}

static void
difference(void *arg, const struct verify_difference *d)
{
	(void)arg;
	fprintf(stderr, "%s %s differs from what the events say\n", d->table,
	    d->id);
}

enum err
database_replay(struct ctx *c, struct db *db, int64_t *ret_events)
{
	const struct verify_order order = { difference, progress_events,
		NULL };
	struct verify_result result;
	enum err e;

	e = verify_run(c, db, &order, &result);
	progress_end();
	if (e != OK)
		return e;
	if (result.differences > 0)
		return ctx_fail(c, E_CONFLICT, "the rows in it are not what "
		    "its events say: see `bookpay verify'");
	*ret_events = result.events;
	return OK;
}

/* Is the file a database of ours that works?  Quick: without a replay. */
static enum err
try_out(struct ctx *c, const char *file, int quick, int64_t *ret_events)
{
	struct db *db;
	enum err e;

	e = copy_check(c, file);
	if (e != OK)
		return e;
	e = db_open(c, arena_printf(c->mem, "sqlite:%s", file), 0, &db);
	if (e != OK)
		return e;
	e = migrate_check(c, db);
	if (e == OK && !quick)
		e = database_replay(c, db, ret_events);
	db_free(db);
	return e;
}

struct copying {
	int64_t quick;
};

static enum err
parse(struct ctx *c, struct admin *a, struct copying *ret, const char **file)
{
	static const struct args_option options[] = {
		ARGS_OPTION("quick", ARGS_ON, copying, quick, 0),
	};
	const struct args_line line = { options, COUNT(options), 1 };

	return args_parse(c, a->argc, a->argv, &line, ret, file);
}

static void
answer(struct ctx *c, struct admin *a, const char *file,
    const struct copying *copying, int64_t events)
{
	struct stat st;

	a->answer = json_object(c);
	json_set_text(a->answer, "file", file);
	if (stat(file, &st) == 0)
		json_set_int(a->answer, "bytes", st.st_size);
	json_set_bool(a->answer, "replayed", !copying->quick);
	if (!copying->quick)
		json_set_int(a->answer, "events", events);
}

enum err
database_backup(struct ctx *c, struct admin *a)
{
	struct copying copying = { 0 };
	int64_t events = 0;
	const char *file, *part;
	enum err e;

	e = parse(c, a, &copying, &file);
	if (e == OK && access(file, F_OK) == 0)
		e = ctx_fail(c, E_CONFLICT, "%s is there already", file);
	if (e != OK)
		return e;
	/* Under its own name only once it is known to be good. */
	part = arena_printf(c->mem, "%s.part", file);
	unlink(part);
	e = copy_make(c, conf_get(a->conf, "DATABASE_URL"), part,
	    progress_pages);
	progress_end();
	if (e == OK)
		e = try_out(c, part, copying.quick != 0, &events);
	if (e == OK)
		e = copy_name(c, part, file);
	if (e != OK) {
		unlink(part);
		return e;
	}
	answer(c, a, file, &copying, events);
	return OK;
}

enum err
database_restore(struct ctx *c, struct admin *a)
{
	struct copying copying = { 0 };
	const char *file, *kept;
	int64_t events = 0;
	enum err e;

	e = parse(c, a, &copying, &file);
	if (e == OK)
		e = try_out(c, file, copying.quick != 0, &events);
	if (e == OK)
		e = copy_restore(c, file, conf_get(a->conf, "DATABASE_URL"),
		    progress_pages, &kept);
	progress_end();
	if (e != OK)
		return e;
	answer(c, a, file, &copying, events);
	json_set_text(a->answer, "kept", kept);
	fprintf(stderr, "What was told to us since that backup was made is "
	    "not in it:\nstart the programs, and run `bookpay heal'.\n");
	return OK;
}
