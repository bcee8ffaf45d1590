#include "db/migrate.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/now.h"
#include "db/db.h"
#include "db/schema.h"

/* Owned here: tables schema_version, schema_since, schema_progress. */
static const char sql_create[] =
	"CREATE TABLE IF NOT EXISTS schema_version ("
	" number INTEGER PRIMARY KEY,"    /* of the file */
	" name TEXT NOT NULL,"            /* of the file */
	" checksum TEXT NOT NULL,"        /* SHA-256 of the file */
	" applied_at BIGINT NOT NULL)";   /* when */
static const char sql_create_since[] =
	"CREATE TABLE IF NOT EXISTS schema_since ("
	" number INTEGER PRIMARY KEY,"    /* of the file */
	" since INTEGER NOT NULL)";       /* programs of that schema, too */
static const char sql_create_progress[] =
	"CREATE TABLE IF NOT EXISTS schema_progress ("
	" number INTEGER PRIMARY KEY,"    /* of a file that is begun */
	" checksum TEXT NOT NULL,"        /* SHA-256 of the file */
	" batch INTEGER NOT NULL,"        /* which of its batches is on */
	" after TEXT NOT NULL)";          /* the last key it has done */
static const char sql_list[] =
	"SELECT v.number, v.name, v.checksum, COALESCE(s.since, v.number)"
	" FROM schema_version v LEFT JOIN schema_since s"
	" ON s.number = v.number ORDER BY v.number";
static const char sql_get[] =
	"SELECT number FROM schema_version WHERE number = $1";
static const char sql_current[] =
	"SELECT COALESCE(MAX(number), 0) FROM schema_version";
static const char sql_add[] =
	"INSERT INTO schema_version (number, name, checksum, applied_at)"
	" VALUES ($1, $2, $3, $4)";
static const char sql_add_since[] =
	"INSERT INTO schema_since (number, since) VALUES ($1, $2)";
static const char sql_at[] =
	"SELECT checksum, batch, after FROM schema_progress WHERE number = $1";
static const char sql_start[] =
	"INSERT INTO schema_progress (number, checksum, batch, after)"
	" VALUES ($1, $2, 0, '')";
static const char sql_move_on[] =
	"UPDATE schema_progress SET batch = $2, after = $3 WHERE number = $1";
static const char sql_end[] =
	"DELETE FROM schema_progress WHERE number = $1";

static int
number_of(const struct schema_file *f)
{
	return (int)strtol(f->name, NULL, 10);
}

int
migrate_version(void)
{
	int version = 0;
	const struct schema_file *f;

	for (f = schema_files; f->name != NULL; f++)
		version = number_of(f);
	return version;
}

static char *
checksum_of(struct ctx *c, const struct schema_file *f)
{
	return hash_text(c->mem, f->text, strlen(f->text));
}

/* The oldest schema whose programs work with f as well. */
static int
since_of(const struct schema_file *f)
{
	static const char words[] = "\n-- Works with programs of schema ";
	const char *line = strstr(f->text, words);

	return line == NULL ? number_of(f)
	    : (int)strtol(line + sizeof(words) - 1, NULL, 10);
}

/*
 * Every applied file must be one of ours, in order and unchanged; or, where
 * `newer` allows it, newer than ours and made so that ours goes on working.
 */
static enum err
compare(struct ctx *c, const struct db_rows *applied, int newer)
{
	size_t i;

	for (i = 0; i < applied->count; i++) {
		const struct db_value *row =
		    applied->values + applied->columns * i;
		const struct schema_file *f;

		if (i >= (size_t)migrate_version()) {
			if (newer && row[3].integer <= migrate_version())
				continue;
			return ctx_fail(c, E_BUSY, "the database has schema "
			    "%s, which is newer than this program's %d: "
			    "install the newer programs", row[1].string,
			    migrate_version());
		}
		f = &schema_files[i];
		if (row[0].integer != number_of(f) ||
		    strcmp(row[2].string, checksum_of(c, f)) != 0)
			return ctx_fail(c, E_BUSY, "schema file %s was applied "
			    "with another content than this program's",
			    row[1].string);
	}
	return OK;
}

static enum err
record_tx(struct ctx *c, struct db *db, const struct schema_file *f)
{
	enum err e;

	e = db_run(c, db, sql_add, NULL, DB_VALUES(DB_INT(number_of(f)),
	    DB_TEXT(f->name), DB_TEXT(checksum_of(c, f)), DB_INT(c->now)));
	if (e != OK)
		return e;
	return db_run(c, db, sql_add_since, NULL, DB_VALUES(
	    DB_INT(number_of(f)), DB_INT(since_of(f))));
}

/*
 * What is done at once, which is all of most files.  Who migrates at the same
 * time waits at the row, if he could come so far, and then finds it done.
 */
static enum err
begin_tx(struct ctx *c, struct db *db, const struct schema_file *f)
{
	const char *rest = strstr(f->text, "\n-- Batch:");
	enum err e;

	if (f->batches == NULL)
		e = record_tx(c, db, f);
	else
		e = db_run(c, db, sql_start, NULL,
		    DB_VALUES(DB_INT(number_of(f)),
		    DB_TEXT(checksum_of(c, f))));
	if (e != OK)
		return e;
	return db_script(c, db, rest == NULL ? f->text
	    : arena_copy(c->mem, f->text, (size_t)(rest - f->text)));
}

static enum err
move_on_tx(struct ctx *c, struct db *db, const struct schema_file *f,
    int64_t batch, const char *after)
{
	return db_run(c, db, sql_move_on, NULL, DB_VALUES(
	    DB_INT(number_of(f)), DB_INT(batch), DB_TEXT(after)));
}

/* One page of one batch. */
static enum err
page_tx(struct ctx *c, struct db *db, const struct schema_file *f,
    const struct db_value *at)
{
	const int64_t batch = at[1].integer;
	const char *after = at[2].string;
	const struct schema_batch *b = &f->batches[batch];
	struct db_rows found;
	enum err e;

	if (b->sql_find == NULL) {
		e = db_run(c, db, sql_end, NULL,
		    DB_VALUES(DB_INT(number_of(f))));
		return e == OK ? record_tx(c, db, f) : e;
	}
	e = db_query(c, db, b->sql_find, &found, DB_VALUES(DB_TEXT(after)));
	if (e != OK)
		return e;
	if (found.count == 0 || found.values[0].type == DB_NULL)
		return move_on_tx(c, db, f, batch + 1, "");
	e = db_run(c, db, b->sql_work, NULL, DB_VALUES(DB_TEXT(after),
	    DB_TEXT(found.values[0].string)));
	return e == OK ? move_on_tx(c, db, f, batch, found.values[0].string)
		       : e;
}

struct application {
	const struct schema_file *file;
	int is_done;
};

/*
 * A step of applying a file.  How far it has come is read again by each: who
 * was killed is followed, and two that migrate at once do it together.
 */
static enum err
step_tx(struct ctx *c, struct db *db, void *arg)
{
	struct application *a = arg;
	const struct schema_file *f = a->file;
	struct db_rows there, at;
	enum err e;

	a->is_done = 0;
	e = db_query(c, db, sql_get, &there, DB_VALUES(DB_INT(number_of(f))));
	if (e == OK)
		e = db_query(c, db, sql_at, &at,
		    DB_VALUES(DB_INT(number_of(f))));
	if (e != OK)
		return e;
	a->is_done = there.count > 0 || f->batches == NULL;
	if (there.count > 0)
		return OK;
	if (at.count == 0)
		return begin_tx(c, db, f);
	if (strcmp(at.values[0].string, checksum_of(c, f)) != 0)
		return ctx_fail(c, E_BUSY, "schema file %s was begun with "
		    "another content than this program's", f->name);
	return page_tx(c, db, f, at.values);
}

/* The programs are to have the disk for half of the time. */
static void
rest(int64_t since)
{
	const int64_t took = now_monotonic() - since;
	const struct timespec ts = { took / NOW_SECOND,
		took % NOW_SECOND * 1000 };

	nanosleep(&ts, NULL);
}

static enum err
apply(struct ctx *c, struct db *db, const struct schema_file *f)
{
	struct application a = { f, 0 };
	struct ctx mine;
	int64_t since;
	enum err e;

	ctx_init(&mine);
	do {
		ctx_reset(&mine);
		mine.now = c->now;
		since = now_monotonic();
		e = db_transaction(&mine, db, step_tx, &a);
		if (e == OK && !a.is_done)
			rest(since);
	} while (e == OK && !a.is_done);
	if (e != OK)
		e = ctx_fail(c, e, "%s", mine.why);
	ctx_free(&mine);
	return e;
}

/* PostgreSQL calls it a conflict if it came to be at the same moment. */
static enum err
create(struct ctx *c, struct db *db, const char *sql)
{
	enum err e = db_script(c, db, sql);

	if (e == E_CONFLICT) {
		ctx_forgive(c);
		e = db_script(c, db, sql);
	}
	return e;
}

static enum err
prepare(struct ctx *c, struct db *db)
{
	enum err e;

	e = create(c, db, sql_create);
	if (e == OK)
		e = create(c, db, sql_create_since);
	if (e == OK)
		e = create(c, db, sql_create_progress);
	return e;
}

enum err
migrate_run(struct ctx *c, struct db *db, int *ret_applied)
{
	struct db_rows applied;
	const struct schema_file *f;
	int n = 0;
	enum err e;

	e = prepare(c, db);
	if (e == OK)
		e = db_query(c, db, sql_list, &applied, NULL, 0);
	if (e == OK)
		e = compare(c, &applied, 0);
	if (e != OK)
		return e;
	for (f = schema_files + applied.count; e == OK && f->name != NULL; f++) {
		e = apply(c, db, f);
		n += e == OK;
	}
	if (e == OK)
		*ret_applied = n;
	return e;
}

enum err
migrate_check(struct ctx *c, struct db *db)
{
	struct db_rows applied;
	enum err e;

	e = db_query(c, db, sql_list, &applied, NULL, 0);
	if (e == E_INTERNAL) {
		c->why = NULL;
		return ctx_fail(c, E_BUSY,
		    "the database is empty or old: run `bookpay migrate`");
	}
	if (e == OK)
		e = compare(c, &applied, 1);
	if (e != OK)
		return e;
	if (applied.count < (size_t)migrate_version())
		return ctx_fail(c, E_BUSY, "the database has schema %zu and "
		    "this program needs %d: run `bookpay migrate`",
		    applied.count, migrate_version());
	return OK;
}

enum err
migrate_current_tx(struct ctx *c, struct db *db, int *ret)
{
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql_current, &rows, NULL, 0);
	if (e == OK)
		*ret = (int)rows.values[0].integer;
	return e;
}
