/*
 * db_sqlite: SQLite behind backend.h.
 *
 * WAL, so that readers never wait for the writer; synchronous=FULL, or a flush
 * before anybody is told, so that a committed delivery survives a power cut;
 * BEGIN IMMEDIATE, so that waiting
 * happens at the start of a transaction and nowhere else.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/fault.h"
#include "db/backend.h"
#include "db/wal.h"

enum { STATEMENTS = 256 };

static pthread_once_t configured = PTHREAD_ONCE_INIT;

/*
 * SQLite numbers $n by first appearance, not by its digit: which value each
 * parameter takes is looked up once.
 */
struct statement {
	sqlite3_stmt *stmt;
	unsigned char *values; /* NULL: it has no parameters */
	int parameters;
};

struct handle {
	sqlite3 *sqlite;
	struct wal wal;
	int has_written;
	struct {
		const char *sql; /* the key is the address of the text */
		struct statement statement;
	} cache[STATEMENTS];
};

/* SQLite's result code as what our caller should do about it. */
static enum err
failed(struct ctx *c, struct handle *h, int rc, const char *doing)
{
	enum err e = E_INTERNAL;

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:     /* the disk is full: it may be mended */
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		e = E_BUSY;
		break;
	case SQLITE_CONSTRAINT:
		/* Only move.c makes triggers that refuse. */
		e = rc == SQLITE_CONSTRAINT_TRIGGER ? E_BUSY : E_CONFLICT;
		break;
	}
	return ctx_fail(c, e, "sqlite: %s: %s", doing,
	    sqlite3_errmsg(h->sqlite));
}

static void
close_handle(void *handle)
{
	struct handle *h = handle;
	size_t i;

	for (i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(h->cache[i].statement.stmt);
		free(h->cache[i].statement.values);
	}
	sqlite3_close(h->sqlite);
	wal_end(&h->wal);
	free(h);
}

static enum err
run_script(struct ctx *c, void *handle, const char *text)
{
	struct handle *h = handle;
	int rc = sqlite3_exec(h->sqlite, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? OK : failed(c, h, rc, "script");
}

/*
 * To count the memory in use would be a lock, shared by all threads, around
 * each piece of it.
 */
static void
configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/*
 * Whoever makes the database is often root, and the programs are not: it
 * belongs to whom its folder does, and so will what is made beside it.
 */
static void
give_to_folder(struct ctx *c, const char *where)
{
	const char *slash = strrchr(where, '/');
	struct stat st;
	int fd;

	if (geteuid() != 0 || slash == NULL || slash == where ||
	    stat(arena_copy(c->mem, where, (size_t)(slash - where)), &st) != 0)
		return;
	fd = open(where, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return; /* it was there, or SQLite will say why not */
	if (fchown(fd, st.st_uid, st.st_gid) != 0)
		unlink(where);
	close(fd);
}

static enum err
open_handle(struct ctx *c, const char *where, int create, void **ret_handle)
{
	struct handle *h = calloc(1, sizeof(*h));
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    (create ? SQLITE_OPEN_CREATE : 0);
	int rc;
	enum err e;

	if (h == NULL)
		abort();
	pthread_once(&configured, configure);
	if (create)
		give_to_folder(c, where);
	rc = sqlite3_open_v2(where, &h->sqlite, flags, NULL);
	wal_begin(&h->wal, h->sqlite);
	if (rc != SQLITE_OK) {
		e = ctx_fail(c, E_BUSY, "sqlite: %s: %s", where,
		    sqlite3_errmsg(h->sqlite));
		close_handle(h);
		return e;
	}
	sqlite3_busy_timeout(h->sqlite, DB_BUSY_MILLISECONDS);
	sqlite3_extended_result_codes(h->sqlite, 1);
	e = run_script(c, h,
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "PRAGMA foreign_keys = ON; PRAGMA cache_size = -256;"
	    "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;"
	    "PRAGMA temp_store = MEMORY;");
	if (e != OK) {
		close_handle(h);
		return e;
	}
	*ret_handle = h;
	return OK;
}

static enum err
keep_log(struct ctx *c, void *handle)
{
	struct handle *h = handle;
	int rc = wal_keep(&h->wal);

	return rc == SQLITE_OK ? OK : failed(c, h, rc, "keep the log");
}

static void
number_parameters(struct statement *s)
{
	int i;

	s->parameters = sqlite3_bind_parameter_count(s->stmt);
	if (s->parameters == 0)
		return;
	s->values = malloc((size_t)s->parameters);
	if (s->values == NULL)
		abort();
	for (i = 0; i < s->parameters; i++)
		s->values[i] = (unsigned char)strtol(
		    sqlite3_bind_parameter_name(s->stmt, i + 1) + 1, NULL, 10);
}

/* The prepared statement of sql, from the cache or made now. */
static enum err
prepare(struct ctx *c, struct handle *h, const char *sql,
    const struct statement **ret)
{
	size_t i = ((uintptr_t)sql >> 3) % STATEMENTS, tried;
	int rc;

	for (tried = 0; tried < STATEMENTS; tried++, i = (i + 1) % STATEMENTS) {
		if (h->cache[i].sql == sql) {
			*ret = &h->cache[i].statement;
			return OK;
		}
		if (h->cache[i].sql == NULL)
			break;
	}
	/* There are fewer statements in the house than places. */
	if (tried == STATEMENTS)
		abort();
	rc = sqlite3_prepare_v3(h->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT,
	    &h->cache[i].statement.stmt, NULL);
	if (rc != SQLITE_OK)
		return failed(c, h, rc, "prepare");
	number_parameters(&h->cache[i].statement);
	h->cache[i].sql = sql;
	*ret = &h->cache[i].statement;
	return OK;
}

/* A value for which the statement has no use is left out. */
static int
bind(const struct statement *s, const struct db_value *values, size_t n)
{
	const struct db_value *value;
	int i, rc = SQLITE_OK;

	for (i = 0; rc == SQLITE_OK && i < s->parameters; i++) {
		if (s->values[i] > n)
			continue;
		value = &values[s->values[i] - 1];
		if (value->type == DB_INTEGER)
			rc = sqlite3_bind_int64(s->stmt, i + 1,
			    value->integer);
		else if (value->type == DB_STRING)
			rc = sqlite3_bind_text(s->stmt, i + 1, value->string,
			    -1, SQLITE_STATIC);
		else
			rc = sqlite3_bind_null(s->stmt, i + 1);
	}
	return rc;
}

static struct db_value
column(struct ctx *c, sqlite3_stmt *stmt, int i)
{
	switch (sqlite3_column_type(stmt, i)) {
	case SQLITE_NULL:
		return (struct db_value)DB_NONE;
	case SQLITE_INTEGER:
		return (struct db_value)DB_INT(sqlite3_column_int64(stmt, i));
	default:
		return db_string(arena_dup(c->mem,
		    (const char *)sqlite3_column_text(stmt, i)));
	}
}

/* Appends the row the statement stands on. */
static void
copy_row(struct ctx *c, sqlite3_stmt *stmt, struct db_rows *rows,
    size_t *room)
{
	struct db_value *values = (struct db_value *)rows->values;
	size_t i;

	if (rows->count == *room) {
		*room = *room == 0 ? 1 : *room * 2;
		values = arena_alloc(c->mem,
		    *room * rows->columns * sizeof(*values));
		if (rows->count > 0)
			memcpy(values, rows->values,
			    rows->count * rows->columns * sizeof(*values));
		rows->values = values;
	}
	values += rows->count++ * rows->columns;
	for (i = 0; i < rows->columns; i++)
		values[i] = column(c, stmt, (int)i);
}

static enum err
run_query(struct ctx *c, void *handle, const char *sql, struct db_rows *ret,
    const struct db_value *values, size_t n)
{
	struct handle *h = handle;
	struct db_rows rows = { 0 };
	const struct statement *s = NULL;
	sqlite3_stmt *stmt;
	size_t room = 0;
	enum err e;
	int rc;

	e = prepare(c, h, sql, &s);
	if (e != OK)
		return e;
	stmt = s->stmt;
	rows.columns = (size_t)sqlite3_column_count(stmt);
	rc = bind(s, values, n);
	if (rc == SQLITE_OK)
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
			copy_row(c, stmt, &rows, &room);
	if (rc != SQLITE_DONE)
		e = failed(c, h, rc, "run");
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	if (e == OK)
		*ret = rows;
	return e;
}

static enum err
run_change(struct ctx *c, void *handle, const char *sql, int64_t *ret_changed,
    const struct db_value *values, size_t n)
{
	struct handle *h = handle;
	struct db_rows rows;
	int64_t before = sqlite3_total_changes64(h->sqlite);
	enum err e = run_query(c, handle, sql, &rows, values, n);

	if (e == OK)
		*ret_changed = sqlite3_total_changes64(h->sqlite) - before;
	return e;
}

/* What has no values and answers nothing, and is said often. */
static enum err
say(struct ctx *c, struct handle *h, const char *sql)
{
	struct db_rows none;

	return run_query(c, h, sql, &none, NULL, 0);
}

static enum err
begin(struct ctx *c, void *handle, int writing)
{
	struct handle *h = handle;

	if (TWIN("writer"))
		writing = 0;
	/*
	 * What many write together must fit, or pages go out and come back
	 * before the commit.
	 */
	if (writing && !h->has_written)
		sqlite3_exec(h->sqlite, "PRAGMA cache_size = -2048", NULL,
		    NULL, NULL);
	h->has_written |= writing;
	return say(c, h, writing ? "BEGIN IMMEDIATE" : "BEGIN");
}

static enum err
commit(struct ctx *c, void *handle)
{
	return say(c, handle, "COMMIT");
}

static int
in_transaction(void *handle)
{
	const struct handle *h = handle;

	return !sqlite3_get_autocommit(h->sqlite);
}

static void
rollback(void *handle)
{
	struct handle *h = handle;

	if (in_transaction(h))
		sqlite3_exec(h->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

static int
is_file(const char *where)
{
	return strcmp(where, ":memory:") != 0;
}

static void
patience(void *handle, int milliseconds)
{
	struct handle *h = handle;

	sqlite3_busy_timeout(h->sqlite, milliseconds);
}

/*
 * secure_delete overwrites what is deleted; but pages that were split or merged
 * can hold an old copy beside their rows: VACUUM writes all pages anew.
 */
static enum err
rewrite(struct ctx *c, void *handle)
{
	return run_script(c, handle, "VACUUM");
}

/* --- The log ---------------------------------------------------------------- */

static enum err
empty_log(struct ctx *c, void *handle)
{
	struct handle *h = handle;
	int rc = wal_empty(&h->wal);

	return rc == SQLITE_OK ? OK : failed(c, h, rc, "checkpoint");
}

static void
leave_log(void *handle)
{
	struct handle *h = handle;

	wal_leave(&h->wal);
}

static int
is_log_long(void *handle)
{
	struct handle *h = handle;

	return wal_is_long(&h->wal);
}

static enum err
copy_log(struct ctx *c, void *handle)
{
	struct handle *h = handle;
	int rc = wal_copy(&h->wal);

	return rc == SQLITE_OK ? OK : failed(c, h, rc, "checkpoint");
}

static enum err
set_lazy(struct ctx *c, void *handle, int is_lazy)
{
	struct handle *h = handle;
	int rc = wal_set_lazy(&h->wal, is_lazy);

	return rc == SQLITE_OK ? OK : failed(c, h, rc, "synchronous");
}

static enum err
flush(struct ctx *c, void *handle)
{
	struct handle *h = handle;

	return wal_flush(&h->wal) ? OK
	    : ctx_fail(c, E_BUSY, "sqlite: the log is not on the disk");
}

static enum err
mend(struct ctx *c, void *handle)
{
	struct handle *h = handle;

	return wal_mend(&h->wal) ? OK
	    : ctx_fail(c, E_BUSY, "sqlite: the log does not get on the disk");
}

const struct backend db_sqlite = {
	.scheme = "sqlite:",
	.one_writer = 1,
	.open = open_handle,
	.close = close_handle,
	.keep_log = keep_log,
	.run = run_change,
	.query = run_query,
	.script = run_script,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.rewrite = rewrite,
	.empty_log = empty_log,
	.is_file = is_file,
	.patience = patience,
	.in_transaction = in_transaction,
	.leave_log = leave_log,
	.set_lazy = set_lazy,
	.flush = flush,
	.mend = mend,
	.is_log_long = is_log_long,
	.copy_log = copy_log,
};
