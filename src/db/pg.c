#include "db/pg.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "db/libpq.h"

enum { STATEMENTS = 256, NAME_MAX_LEN = 16 };

/* Of PostgreSQL's types, which are numbered for ever, those that are numbers
 * for us; NUMERIC is what it makes of a sum. */
enum { TYPE_BOOL = 16, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23,
	TYPE_TEXT = 25, TYPE_NUMERIC = 1700 };

struct pg {
	PGconn *conn;
	enum pg_fate fate;
	const char *prepared[STATEMENTS]; /* by the address of the text */
};

/*
 * What each connection is told at its start.  Rows that are not there are
 * guarded, too: serializable.  A plan is made while tables are small, and kept:
 * so it takes the index at once.  Whoever vanishes without a word is found out
 * by both sides.
 */
static const char text_settings[] =
	"SET default_transaction_isolation = 'serializable';"
	"SET lock_timeout = 2000;"
	"SET enable_seqscan = off;"
	"SET client_min_messages = error;"
	"SET tcp_keepalives_idle = 10;"
	"SET tcp_keepalives_interval = 3;"
	"SET tcp_keepalives_count = 3;"
	"SELECT set_config('synchronous_commit', 'on', false)"
	" WHERE current_setting('synchronous_commit') = 'off'";

/* SQLSTATEs, or the classes that they begin with. */
static const struct {
	const char *state;
	enum err e;
	enum pg_fate fate;
} failures[] = {
	{ "23505", E_CONFLICT, PG_CLASH }, /* a key that is unique */
	{ "23", E_CONFLICT, PG_KNOWN },    /* another constraint */
	{ "42P07", E_CONFLICT, PG_CLASH }, /* a table's name */
	{ "42710", E_CONFLICT, PG_CLASH }, /* the name of a table's type */
	{ "40001", E_BUSY, PG_AGAIN },     /* serialization failure */
	{ "40P01", E_BUSY, PG_CROSSED },   /* deadlock */
	{ "55P03", E_BUSY, PG_KNOWN },     /* waited too long for a lock */
	{ "25006", E_BUSY, PG_LOST },      /* it is a standby by now */
	{ "25P03", E_BUSY, PG_LOST },      /* we were idle for too long */
	{ "57P", E_BUSY, PG_LOST },        /* it is shutting down, or up */
	{ "57014", E_BUSY, PG_KNOWN },     /* somebody cancelled it */
	{ "08", E_BUSY, PG_LOST },         /* the connection */
	{ "53", E_BUSY, PG_KNOWN },        /* the disk is full, and the like */
	{ "58", E_BUSY, PG_KNOWN },        /* the system around it */
};

/* What has failed, by its result, if there is one. */
static enum err
judge(struct pg *pg, const PGresult *result)
{
	const char *state = result == NULL ? NULL
	    : libpq.PQresultErrorField(result, PG_DIAG_SQLSTATE);
	size_t i;

	pg->fate = PG_LOST;
	if (state == NULL || libpq.PQstatus(pg->conn) != CONNECTION_OK)
		return E_BUSY;
	for (i = 0; i < COUNT(failures); i++)
		if (strncmp(state, failures[i].state,
		    strlen(failures[i].state)) == 0) {
			pg->fate = failures[i].fate;
			return failures[i].e;
		}
	pg->fate = PG_KNOWN;
	return E_INTERNAL;
}

/* Its words are some lines; the first says it. */
static enum err
failed(struct ctx *c, struct pg *pg, const PGresult *result, const char *doing)
{
	const char *words = result == NULL ? NULL
	    : libpq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	enum err e = judge(pg, result);

	if (words == NULL)
		words = libpq.PQerrorMessage(pg->conn);
	return ctx_fail(c, e, "postgresql: %s: %.*s", doing,
	    (int)strcspn(words, "\n"), words);
}

/* Keeps its notices from our standard error. */
static void
ignore(void *arg, const char *notice)
{
	(void)arg;
	(void)notice;
}

static enum err
set_up(struct ctx *c, struct pg *pg)
{
	memset(pg->prepared, 0, sizeof(pg->prepared));
	if (libpq.PQstatus(pg->conn) != CONNECTION_OK)
		return failed(c, pg, NULL, "connect");
	libpq.PQsetNoticeProcessor(pg->conn, ignore, NULL);
	return pg_script(c, pg, text_settings);
}

enum err
pg_open(struct ctx *c, const char *url, struct pg **ret)
{
	/* What stands behind the URL cannot be changed by it. */
	static const char *const names[] = { "connect_timeout",
		"tcp_user_timeout", "keepalives_idle", "keepalives_interval",
		"keepalives_count", "gssencmode", "fallback_application_name",
		"dbname", "client_encoding", NULL };
	const char *const values[] = { "2", "3000", "10", "3", "3", "disable",
		"bookpay", url, "UTF8", NULL };
	struct pg *pg;
	enum err e;

	e = libpq_load(c);
	if (e != OK)
		return e;
	pg = calloc(1, sizeof(*pg));
	if (pg == NULL)
		abort();
	pg->conn = libpq.PQconnectdbParams(names, values, 1);
	if (pg->conn == NULL)
		abort();
	e = set_up(c, pg);
	if (e != OK) {
		pg_free(pg);
		return e;
	}
	*ret = pg;
	return OK;
}

void
pg_free(struct pg *pg)
{
	if (pg == NULL)
		return;
	libpq.PQfinish(pg->conn);
	free(pg);
}

/* Has the server said something, unasked?  It says only that it goes. */
static int
is_told(struct pg *pg)
{
	struct pollfd fd = { libpq.PQsocket(pg->conn), POLLIN, 0 };

	return poll(&fd, 1, 0) != 0;
}

enum err
pg_refresh(struct ctx *c, struct pg *pg)
{
	enum err e;

	if (pg->fate != PG_LOST && !is_told(pg))
		return OK;
	if (pg->fate != PG_LOST && libpq.PQconsumeInput(pg->conn) &&
	    libpq.PQstatus(pg->conn) == CONNECTION_OK && !is_told(pg))
		return OK;
	libpq.PQreset(pg->conn);
	e = set_up(c, pg);
	/* It stays lost if it could not be set up. */
	pg->fate = e == OK ? PG_KNOWN : PG_LOST;
	return e;
}

enum pg_fate
pg_fate(const struct pg *pg)
{
	return pg->fate;
}

static int
is_good(const PGresult *result)
{
	ExecStatusType status = libpq.PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

enum err
pg_script(struct ctx *c, struct pg *pg, const char *text)
{
	PGresult *result = libpq.PQexec(pg->conn, text);
	enum err e = is_good(result) ? OK : failed(c, pg, result, "script");

	libpq.PQclear(result);
	return e;
}

void
pg_end(struct pg *pg, const char *text)
{
	PGresult *result;

	if (pg->fate == PG_LOST)
		return;
	result = libpq.PQexec(pg->conn, text);
	/* What is not ended is not used again. */
	if (!is_good(result))
		pg->fate = PG_LOST;
	libpq.PQclear(result);
}

enum err
pg_commit(struct ctx *c, struct pg *pg)
{
	PGresult *result = libpq.PQexec(pg->conn, "COMMIT");
	enum err e = OK;

	if (libpq.PQresultStatus(result) != PGRES_COMMAND_OK) {
		if (libpq.PQstatus(pg->conn) != CONNECTION_OK)
			(void)ctx_fail(c, E_BUSY, "postgresql: lost while it "
			    "committed: whether it did is not known, so look "
			    "before you ask again");
		e = failed(c, pg, result, "commit");
	} else if (strcmp(libpq.PQcmdStatus(result), "COMMIT") != 0) {
		pg->fate = PG_KNOWN;
		e = ctx_fail(c, E_CONFLICT, "postgresql: a statement of the "
		    "transaction had failed");
	}
	libpq.PQclear(result);
	return e;
}

/* How many values sql wants: its highest $n. */
static size_t
count_parameters(const char *sql)
{
	const char *at = sql;
	size_t n, most = 0;

	while ((at = strchr(at, '$')) != NULL) {
		n = strtoul(++at, NULL, 10);
		if (n > most)
			most = n;
	}
	return most;
}

static void
name_of(size_t i, char name[NAME_MAX_LEN])
{
	snprintf(name, NAME_MAX_LEN, "s%zu", i);
}

/* What a statement is called with. */
struct call {
	size_t count;
	Oid *types;
	const char **texts;
};

/*
 * Values go as text, and what has no value as null.  A null says nothing of
 * its type: PostgreSQL finds it.
 */
static struct call
make_call(struct ctx *c, const char *sql, const struct db_value *values,
    size_t n)
{
	struct call call = { .count = count_parameters(sql) };
	size_t i;

	call.types = arena_alloc(c->mem, call.count * sizeof(*call.types));
	call.texts = arena_alloc(c->mem, call.count * sizeof(*call.texts));
	for (i = 0; i < call.count && i < n; i++) {
		if (values[i].type == DB_INTEGER) {
			call.types[i] = TYPE_INT8;
			call.texts[i] = arena_printf(c->mem, "%lld",
			    (long long)values[i].integer);
		} else if (values[i].type == DB_STRING) {
			call.types[i] = TYPE_TEXT;
			call.texts[i] = values[i].string;
		}
	}
	return call;
}

/* The name of the prepared statement of sql, which is made if need be. */
static enum err
prepare(struct ctx *c, struct pg *pg, const char *sql, const struct call *call,
    char name[NAME_MAX_LEN])
{
	size_t i = ((uintptr_t)sql >> 3) % STATEMENTS, tried;
	PGresult *result;
	enum err e = OK;

	for (tried = 0; tried < STATEMENTS && pg->prepared[i] != NULL &&
	    pg->prepared[i] != sql; tried++)
		i = (i + 1) % STATEMENTS;
	/* There are fewer statements in the house than places. */
	if (tried == STATEMENTS)
		abort();
	name_of(i, name);
	if (pg->prepared[i] == sql)
		return OK;
	result = libpq.PQprepare(pg->conn, name, sql, (int)call->count,
	    call->types);
	if (libpq.PQresultStatus(result) != PGRES_COMMAND_OK)
		e = failed(c, pg, result, "prepare");
	else
		pg->prepared[i] = sql;
	libpq.PQclear(result);
	return e;
}

static struct db_value
value(struct ctx *c, const PGresult *result, int row, int column)
{
	const char *text = libpq.PQgetvalue(result, row, column);

	if (libpq.PQgetisnull(result, row, column))
		return (struct db_value)DB_NONE;
	switch (libpq.PQftype(result, column)) {
	case TYPE_BOOL:
		return (struct db_value)DB_INT(*text == 't');
	case TYPE_INT2:
	case TYPE_INT4:
	case TYPE_INT8:
	case TYPE_NUMERIC:
		return (struct db_value)DB_INT(strtoll(text, NULL, 10));
	default:
		return db_string(arena_dup(c->mem, text));
	}
}

static struct db_rows
copy_rows(struct ctx *c, const PGresult *result)
{
	int rows = libpq.PQntuples(result), columns = libpq.PQnfields(result);
	struct db_value *values = arena_alloc(c->mem,
	    (size_t)rows * (size_t)columns * sizeof(*values));
	int i, k;

	for (i = 0; i < rows; i++)
		for (k = 0; k < columns; k++)
			values[i * columns + k] = value(c, result, i, k);
	return (struct db_rows){ (size_t)rows, (size_t)columns, values };
}

enum err
pg_run(struct ctx *c, struct pg *pg, const char *sql, struct db_rows *ret,
    int64_t *ret_changed, const struct db_value *values, size_t n)
{
	const struct call call = make_call(c, sql, values, n);
	char name[NAME_MAX_LEN];
	PGresult *result;
	enum err e;

	e = prepare(c, pg, sql, &call, name);
	if (e != OK)
		return e;
	result = libpq.PQexecPrepared(pg->conn, name, (int)call.count,
	    call.texts, NULL, NULL, 0);
	if (is_good(result)) {
		*ret = copy_rows(c, result);
		*ret_changed = strtoll(libpq.PQcmdTuples(result), NULL, 10);
	} else {
		e = failed(c, pg, result, "run");
	}
	libpq.PQclear(result);
	return e;
}
