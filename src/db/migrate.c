#include "db/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "db/db.h"
#include "db/schema.h"

/* Owned here: tables schema_version, schema_since. */
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
static const char sql_list[] =
	"SELECT v.number, v.name, v.checksum, COALESCE(s.since, v.number)"
	" FROM schema_version v LEFT JOIN schema_since s"
	" ON s.number = v.number ORDER BY v.number";
static const char sql_get[] =
	"SELECT number FROM schema_version WHERE number = $1";
static const char sql_add[] =
	"INSERT INTO schema_version (number, name, checksum, applied_at)"
	" VALUES ($1, $2, $3, $4)";
static const char sql_add_since[] =
	"INSERT INTO schema_since (number, since) VALUES ($1, $2)";

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
apply_tx(struct ctx *c, struct db *db, void *arg)
{
	const struct schema_file *f = arg;
	struct db_rows there;
	enum err e;

	/* Somebody else may migrate, too, and have come first. */
	e = db_query(c, db, sql_get, &there, DB_VALUES(DB_INT(number_of(f))));
	if (e != OK || there.count > 0)
		return e;
	e = db_script(c, db, f->text);
	if (e != OK)
		return e;
	e = db_run(c, db, sql_add_since, NULL, DB_VALUES(DB_INT(number_of(f)),
	    DB_INT(since_of(f))));
	if (e != OK)
		return e;
	return db_run(c, db, sql_add, NULL, DB_VALUES(DB_INT(number_of(f)),
	    DB_TEXT(f->name), DB_TEXT(checksum_of(c, f)), DB_INT(c->now)));
}

enum err
migrate_run(struct ctx *c, struct db *db, int *ret_applied)
{
	struct db_rows applied;
	const struct schema_file *f;
	int n = 0;
	enum err e;

	e = db_script(c, db, sql_create);
	if (e == OK)
		e = db_script(c, db, sql_create_since);
	if (e == OK)
		e = db_query(c, db, sql_list, &applied, NULL, 0);
	if (e == OK)
		e = compare(c, &applied, 0);
	if (e != OK)
		return e;
	for (f = schema_files + applied.count; e == OK && f->name != NULL; f++) {
		e = db_transaction(c, db, apply_tx, (void *)f);
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
