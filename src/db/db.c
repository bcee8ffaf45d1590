#include "db/db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fault.h"
#include "base/now.h"
#include "base/text.h"
#include "db/backend.h"
#include "db/queue.h"

/*
 * So long those who rewrite files wait for their turn, and then for who reads:
 * by looking again after a pause, in which others can write.
 */
enum { SCRUB_MILLISECONDS = 30000, PAUSE_MILLISECONDS = 200 };

static const struct backend *const backends[] = {
	&db_sqlite,
#ifdef POSTGRESQL
	&db_postgres,
#endif
};

enum err
db_open(struct ctx *c, const char *url, int create, struct db **ret)
{
	size_t i, len;
	struct db *db;
	enum err e;

	for (i = 0; i < COUNT(backends); i++) {
		len = strlen(backends[i]->scheme);
		if (strncmp(url, backends[i]->scheme, len) == 0)
			break;
	}
	/* The URL may hold a password: only its scheme is repeated. */
	if (i == COUNT(backends))
		return ctx_fail(c, E_BADREQ, "DATABASE_URL: no backend for "
		    "\"%.*s\" in this build", (int)strcspn(url, ":"), url);
	db = calloc(1, sizeof(*db));
	if (db == NULL)
		abort();
	db->backend = backends[i];
	if (db->backend->one_writer)
		e = queue_open(c, db->backend, url + len, create, &db->queue);
	else
		e = db->backend->open(c, url + len, create, &db->handle);
	if (e != OK) {
		free(db);
		return e;
	}
	*ret = db;
	return OK;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	assert(!db->in_transaction);
	if (db->queue != NULL)
		queue_free(db->queue);
	else
		db->backend->close(db->handle);
	free(db);
}

/* The connection to use until leave: its own, or one of the queue's. */
static enum err
enter(struct ctx *c, struct db *db, int writing, int milliseconds,
    struct db **ret)
{
	if (db->queue != NULL)
		return queue_enter(c, db->queue, writing, milliseconds, ret);
	*ret = db;
	return OK;
}

static void
leave(struct db *db, struct db *entered)
{
	if (db->queue != NULL)
		queue_leave(db->queue, entered);
}

int
db_is_shared(const struct db *db)
{
	return db->queue != NULL && queue_is_shared(db->queue);
}

enum err
db_keep_log(struct ctx *c, struct db *db)
{
	if (db->queue != NULL)
		return queue_prepare(c, db->queue);
	return db->backend->keep_log(c, db->handle);
}

/* A step of the backend's, with the database for itself. */
static enum err
scrub_step(struct ctx *c, struct db *db,
    enum err (*step)(struct ctx *c, void *handle), int milliseconds)
{
	struct db *at;
	enum err e;

	e = enter(c, db, 1, milliseconds, &at);
	if (e != OK)
		return e;
	e = step(c, at->handle);
	leave(db, at);
	return e;
}

static enum err
empty_log(struct ctx *c, struct db *db, int64_t deadline)
{
	static const struct timespec pause = {
		.tv_nsec = PAUSE_MILLISECONDS * 1000000L };
	enum err e;

	for (;;) {
		e = scrub_step(c, db, db->backend->empty_log,
		    DB_BUSY_MILLISECONDS);
		if (e != E_BUSY || now_monotonic() >= deadline)
			return e;
		ctx_forgive(c);
		nanosleep(&pause, NULL);
	}
}

enum err
db_scrub(struct ctx *c, struct db *db, int all)
{
	int64_t deadline = now_monotonic();
	enum err e;

	assert(!db->in_transaction);
	if (!all)
		return empty_log(c, db, deadline);
	deadline += SCRUB_MILLISECONDS * (NOW_SECOND / 1000);
	e = scrub_step(c, db, db->backend->rewrite, SCRUB_MILLISECONDS);
	return e == OK ? empty_log(c, db, deadline) : e;
}

enum err
db_trouble(struct ctx *c, struct db *db, const char **ret)
{
	*ret = NULL;
	return db->backend->trouble == NULL ? OK
	    : db->backend->trouble(c, db->handle, ret);
}

struct db_value
db_string(const char *s)
{
	return (struct db_value){ s == NULL ? DB_NULL : DB_STRING, 0, s };
}

enum err
db_run(struct ctx *c, struct db *db, const char *sql, int64_t *ret_changed,
    const struct db_value *values, size_t n)
{
	int64_t changed;
	struct db *at;
	enum err e;

	e = enter(c, db, 1, DB_BUSY_MILLISECONDS, &at);
	if (e != OK)
		return e;
	FAULT_POINT("write");
	e = at->backend->run(c, at->handle, sql, &changed, values, n);
	/* Within a transaction, nothing is until the next point. */
	if (!at->in_transaction)
		FAULT_POINT("written");
	leave(db, at);
	if (e == OK && ret_changed != NULL)
		*ret_changed = changed;
	return e;
}

enum err
db_query(struct ctx *c, struct db *db, const char *sql, struct db_rows *ret,
    const struct db_value *values, size_t n)
{
	struct db *at;
	enum err e;

	e = enter(c, db, 0, DB_BUSY_MILLISECONDS, &at);
	if (e != OK)
		return e;
	e = at->backend->query(c, at->handle, sql, ret, values, n);
	leave(db, at);
	return e;
}

enum err
db_script(struct ctx *c, struct db *db, const char *text)
{
	struct db *at;
	enum err e;

	e = enter(c, db, 1, DB_BUSY_MILLISECONDS, &at);
	if (e != OK)
		return e;
	FAULT_POINT("write");
	e = at->backend->script(c, at->handle, text);
	if (!at->in_transaction)
		FAULT_POINT("written");
	leave(db, at);
	return e;
}

static enum err
commit(struct ctx *c, struct db *db, int writing)
{
	enum err e;

	if (!writing)
		return db->backend->commit(c, db->handle);
	FAULT_POINT("commit");
	e = db->backend->commit(c, db->handle);
	FAULT_POINT("committed");
	return e;
}

static enum err
transaction_once(struct ctx *c, struct db *db, db_work *work, void *arg,
    int writing)
{
	enum err e;

	db->fate = SOUND;
	e = db->backend->begin(c, db->handle, writing);
	if (e != OK)
		return e;
	db->in_transaction = 1;
	/* See run_for_nothing in queue.c. */
	if (TWIN("again") && !writing && work(c, db, arg) != OK)
		ctx_forgive(c);
	e = work(c, db, arg);
	if (e == OK)
		e = db->fate != SOUND ? E_BUSY : commit(c, db, writing);
	if (e != OK)
		db->backend->rollback(db->handle);
	db->in_transaction = 0;
	return e;
}

/* Is it to be run again? */
static int
may_go_better(struct db *db)
{
	int is_spoilt = db->fate == SPOILT;

	db->is_careful |= is_spoilt;
	return db->backend->again == NULL ? is_spoilt
	    : db->backend->again(db->handle, is_spoilt);
}

static enum err
transaction(struct ctx *c, struct db *db, db_work *work, void *arg,
    int writing)
{
	enum err e;

	assert(!db->in_transaction);
	db->is_careful = 0;
	while ((e = transaction_once(c, db, work, arg, writing)) != OK &&
	    may_go_better(db))
		ctx_forgive(c);
	return e;
}

enum err
db_transaction(struct ctx *c, struct db *db, db_work *work, void *arg)
{
	if (db->queue != NULL)
		return queue_run(c, db->queue, work, arg);
	return transaction(c, db, work, arg, 1);
}

enum err
db_read(struct ctx *c, struct db *db, db_work *work, void *arg)
{
	struct db *at;
	enum err e;

	assert(!db->in_transaction);
	e = enter(c, db, 0, DB_BUSY_MILLISECONDS, &at);
	if (e != OK)
		return e;
	e = transaction(c, at, work, arg, 0);
	leave(db, at);
	return e;
}

static enum err
say(struct ctx *c, struct db *db, const char *sql)
{
	return db_run(c, db, sql, NULL, NULL, 0);
}

enum err
db_attempt(struct ctx *c, struct db *db, db_work *work, void *arg)
{
	enum err e, undone = OK;

	assert(db->in_transaction);
	if (!db->is_careful) {
		e = work(c, db, arg);
		if (e == OK)
			return OK;
		db->fate = e == E_BUSY ? LOST : SPOILT;
		return E_BUSY;
	}
	e = say(c, db, "SAVEPOINT attempt");
	if (e != OK)
		return e;
	e = work(c, db, arg);
	if (e != OK)
		undone = say(c, db, "ROLLBACK TO SAVEPOINT attempt");
	if (undone == OK)
		undone = say(c, db, "RELEASE SAVEPOINT attempt");
	/* If it cannot be undone, the whole transaction must not commit. */
	return undone == OK ? e : E_BUSY;
}

/* One row's values into the struct at `into`. */
static void
fill(const struct db_value *values, const struct db_table *table, char *into)
{
	const struct db_field *f = table->fields;
	size_t i;

	for (i = 0; i < table->count; i++) {
		char *at = into + f[i].offset;

		if (f[i].type == DB_STRING)
			memcpy(at, &values[i].string, sizeof(values[i].string));
		else
			memcpy(at, &values[i].integer, sizeof(int64_t));
	}
}

enum err
db_select(struct ctx *c, struct db *db, const char *sql,
    const struct db_table *table, struct db_list *ret,
    const struct db_value *values, size_t n)
{
	struct db_rows rows;
	char *structs;
	size_t i;
	enum err e;

	e = db_query(c, db, sql, &rows, values, n);
	if (e != OK)
		return e;
	assert(rows.count == 0 || rows.columns == table->count);
	structs = arena_alloc(c->mem, rows.count * table->size);
	for (i = 0; i < rows.count; i++)
		fill(rows.values + i * rows.columns, table,
		    structs + i * table->size);
	*ret = (struct db_list){ structs, rows.count };
	return OK;
}

static const char *
text_at(const char *at)
{
	const char *text;

	memcpy(&text, at, sizeof(text));
	return text;
}

enum err
db_put(struct ctx *c, struct db *db, const char *sql,
    const struct db_table *table, const void *row, int64_t *ret_changed)
{
	struct db_value *values =
	    arena_alloc(c->mem, table->count * sizeof(*values));
	size_t i;

	for (i = 0; i < table->count; i++) {
		const char *at = (const char *)row + table->fields[i].offset;

		values[i].type = table->fields[i].type;
		if (values[i].type == DB_INTEGER)
			memcpy(&values[i].integer, at, sizeof(int64_t));
		else
			values[i] = db_string(text_at(at));
	}
	return db_run(c, db, sql, ret_changed, values, table->count);
}

int
db_same(const struct db_table *table, const void *a, const void *b)
{
	size_t i;
	int same = 1;

	for (i = 0; same && i < table->count; i++) {
		const struct db_field *f = &table->fields[i];
		const char *in_a = (const char *)a + f->offset;
		const char *in_b = (const char *)b + f->offset;

		if (f->type == DB_STRING)
			same = text_same(text_at(in_a), text_at(in_b));
		else
			same = memcmp(in_a, in_b, sizeof(int64_t)) == 0;
	}
	return same;
}
