#include "db/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "db/db.h"
#include "db/schema.h"

/* Owned here: table schema_version. */
static const char sql_create[] =
	"CREATE TABLE IF NOT EXISTS schema_version ("
	" number INTEGER PRIMARY KEY,"    /* of the file */
	" name TEXT NOT NULL,"            /* of the file */
	" checksum TEXT NOT NULL,"        /* SHA-256 of the file */
	" applied_at BIGINT NOT NULL)";   /* when */
static const char sql_list[] =
	"SELECT number, name, checksum FROM schema_version ORDER BY number";
static const char sql_add[] =
	"INSERT INTO schema_version (number, name, checksum, applied_at)"
	" VALUES ($1, $2, $3, $4)";

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

/* Every applied file must be one of ours, in order and unchanged. */
static enum err
compare(struct ctx *c, const struct db_rows *applied)
{
	size_t i;

	for (i = 0; i < applied->count; i++) {
		const struct db_value *row = applied->values + 3 * i;
		const struct schema_file *f = &schema_files[i];

		if (f->name == NULL)
			return ctx_fail(c, E_BUSY, "the database has schema "
			    "%s, which is newer than this program's %d: "
			    "install the newer programs", row[1].string,
			    migrate_version());
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
	enum err e;

	e = db_script(c, db, f->text);
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
		e = db_query(c, db, sql_list, &applied, NULL, 0);
	if (e == OK)
		e = compare(c, &applied);
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
		    "the database is empty: run `bookpay migrate`");
	}
	if (e == OK)
		e = compare(c, &applied);
	if (e != OK)
		return e;
	if (schema_files[applied.count].name != NULL)
		return ctx_fail(c, E_BUSY, "the database has schema %zu and "
		    "this program needs %d: run `bookpay migrate`",
		    applied.count, migrate_version());
	return OK;
}
