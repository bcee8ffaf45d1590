/*
 * db_postgres: PostgreSQL behind backend.h.
 *
 * Each commits for himself, serializable: whoever could not have come alone, in
 * some order, is refused and run again from the start.  Those of one program wait
 * for each other; so that everybody gets through beside other programs in the end,
 * who was refused some times asks them all to wait, by an advisory lock that they
 * share otherwise.
 */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/now.h"
#include "base/text.h"
#include "base/wipe.h"
#include "db/backend.h"
#include "db/pg.h"
#include "db/pg_pool.h"
#include "db/pg_url.h"

/* So often one is refused before it asks the others to wait. */
enum { TRIES_WITH_OTHERS = 3 };

/* So long others are waited for where tables are rewritten. */
#define SCRUB_LOCK_TIMEOUT "30000"

/*
 * The number is "bookpay" in ASCII.  The lock that is shared comes with the
 * transaction.  The one that is not is asked for before it: a transaction sees
 * the rows as they were when it began to wait.  Whoever falls silent in the
 * middle lets go of all its locks.
 */
static const char text_begin[] =
	"BEGIN ISOLATION LEVEL SERIALIZABLE;"
	"SET LOCAL idle_in_transaction_session_timeout = 10000;"
	"SELECT pg_advisory_xact_lock_shared(27707072052224377)";
static const char text_begin_alone[] =
	"BEGIN ISOLATION LEVEL SERIALIZABLE;"
	"SET LOCAL idle_in_transaction_session_timeout = 10000";
static const char text_begin_reading[] =
	"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
static const char text_lock[] = "SELECT pg_advisory_lock(27707072052224377)";
static const char text_unlock[] =
	"SELECT pg_advisory_unlock(27707072052224377)";
static const char text_rollback[] = "ROLLBACK";
static const char text_patience[] =
	"SET lock_timeout = " SCRUB_LOCK_TIMEOUT;
static const char text_no_patience[] = "SET lock_timeout = 2000";
/* Ours only: without names it locks what all databases of the server share. */
static const char text_vacuum[] =
	"SELECT 'VACUUM (FULL) ' || STRING_AGG(QUOTE_IDENT(tablename), ', ')"
	" FROM pg_tables WHERE schemaname = current_schema()";

/* Pages and comparisons of ours go by the order of bytes. */
static const char text_order[] =
	"SELECT CAST('B' AS TEXT) < CAST('a' AS TEXT),"
	" current_setting('server_encoding') = 'UTF8'";
static const char text_flushing[] =
	"SELECT current_setting('fsync') = 'on',"
	" current_setting('full_page_writes') = 'on'";

struct handle {
	struct pg_pool *pool;
	struct pg *pg;    /* while a transaction is open */
	int has_entered;  /* no other transaction of this program writes */
	int is_alone;     /* all others wait for this transaction */
	int is_doomed;    /* it cannot commit, whatever comes */
	int again;        /* but might if it was run again */
	int losses;       /* of connections, in all tries */
	int clashes;      /* of keys */
	int tries;        /* that came to nothing, for others' sake */
	int64_t deadline; /* of all tries together */
};

static int64_t
from_now(void)
{
	return now_monotonic() + DB_BUSY_MILLISECONDS * (NOW_SECOND / 1000);
}

static void
close_handle(void *handle)
{
	struct handle *h = handle;

	pg_pool_drop(h->pool);
	free(h);
}

/* Is it one that can be filled? */
static enum err
check_order(struct ctx *c, struct pg *pg)
{
	struct db_rows rows;
	int64_t changed;
	enum err e;

	e = pg_run(c, pg, text_order, &rows, &changed, NULL, 0);
	if (e == OK && (!rows.values[0].integer || !rows.values[1].integer))
		e = ctx_fail(c, E_BUSY, "postgresql: make a database with "
		    "CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' "
		    "LOCALE 'C': this one has another order or encoding");
	return e;
}

static enum err
open_handle(struct ctx *c, const char *where, int create, void **ret_handle)
{
	struct handle *h = calloc(1, sizeof(*h));
	char *url = malloc(strlen(where) + sizeof("postgresql:"));
	struct pg *pg;
	enum err e;

	if (h == NULL || url == NULL)
		abort();
	stpcpy(stpcpy(url, "postgresql:"), where);
	if (!pg_url_is_plain(url)) {
		wipe_free(url);
		free(h);
		return ctx_fail(c, E_BADREQ, "DATABASE_URL cannot be read: in "
		    "name and password, what is neither letter nor digit is "
		    "written as %%XX");
	}
	h->pool = pg_pool_find(url);
	wipe_free(url);
	e = pg_pool_take(c, h->pool, from_now(), &pg);
	if (e == OK) {
		/* Its owner has made it; but it is to be filled now. */
		if (create)
			e = check_order(c, pg);
		pg_pool_give(h->pool, pg);
	}
	if (e != OK) {
		close_handle(h);
		return e;
	}
	*ret_handle = h;
	return OK;
}

/* --- Transactions -------------------------------------------------------- */

/* The transaction is over, however it ended. */
static void
let_go(struct handle *h)
{
	if (h->is_alone)
		pg_end(h->pg, text_unlock);
	pg_pool_give(h->pool, h->pg);
	h->pg = NULL;
	h->is_alone = h->is_doomed = 0;
}

/* Nor is it run again. */
static void
leave(struct handle *h)
{
	if (h->has_entered)
		pg_pool_leave(h->pool);
	h->has_entered = 0;
	h->tries = 0;
}

static void
rollback(void *handle)
{
	struct handle *h = handle;

	pg_end(h->pg, text_rollback);
	let_go(h);
}

static enum err
try_begin(struct ctx *c, struct handle *h, int writing)
{
	const char *how = writing ? text_begin : text_begin_reading;
	enum err e;

	h->is_alone = 0;
	if (writing && h->tries >= TRIES_WITH_OTHERS) {
		e = pg_script(c, h->pg, text_lock);
		if (e != OK)
			return e;
		h->is_alone = 1;
		how = text_begin_alone;
	}
	return pg_script(c, h->pg, how);
}

/* A connection; and before it one's turn, which one has in all tries. */
static enum err
take(struct ctx *c, struct handle *h, int writing)
{
	enum err e = OK;

	if (writing && !h->has_entered) {
		e = pg_pool_enter(c, h->pool, h->deadline);
		h->has_entered = e == OK;
	}
	return e == OK ? pg_pool_take(c, h->pool, h->deadline, &h->pg) : e;
}

static enum err
begin(struct ctx *c, void *handle, int writing)
{
	struct handle *h = handle;
	enum err e;

	if (h->tries == 0) {
		h->deadline = from_now();
		h->losses = h->clashes = 0;
	}
	h->again = 0;
	e = take(c, h, writing);
	if (e == OK) {
		e = try_begin(c, h, writing);
		/* The server was started anew since: nothing is lost. */
		if (e != OK && pg_fate(h->pg) == PG_LOST) {
			ctx_forgive(c);
			e = pg_refresh(c, h->pg);
			if (e == OK)
				e = try_begin(c, h, writing);
		}
		if (e != OK)
			rollback(h);
	}
	return e;
}

/*
 * Might it go better from the start?  A server that is lost twice will not be
 * back soon; a key that is there twice was there before.
 */
static int
may_go_better(struct handle *h)
{
	switch (pg_fate(h->pg)) {
	case PG_AGAIN:
		return 1;
	case PG_CROSSED:
		/* Both may have been refused: they would cross again. */
		h->tries = TRIES_WITH_OTHERS;
		return 1;
	case PG_CLASH:
		return h->clashes++ == 0;
	case PG_LOST:
		return h->losses++ == 0;
	case PG_KNOWN:
		break;
	}
	return 0;
}

/* What a statement of the open transaction said. */
static enum err
note(struct handle *h, enum err e)
{
	if (e == OK)
		return OK;
	h->again = may_go_better(h);
	h->is_doomed = h->again || pg_fate(h->pg) == PG_LOST;
	return e;
}

/* Even where a savepoint would let it go on. */
static enum err
doomed(struct ctx *c)
{
	return ctx_fail(c, E_BUSY, "postgresql: the transaction was given up");
}

static enum err
commit(struct ctx *c, void *handle)
{
	struct handle *h = handle;
	enum err e;

	if (h->is_doomed)
		return doomed(c);
	e = pg_commit(c, h->pg);
	/* Whether it is lost with the connection nobody knows: the caller
	 * comes again. */
	if (e != OK && pg_fate(h->pg) == PG_AGAIN)
		h->again = 1;
	if (e != OK)
		return e;
	let_go(h);
	leave(h);
	return OK;
}

static int
again(void *handle, int anyway)
{
	struct handle *h = handle;

	if (h->again && now_monotonic() < h->deadline) {
		h->tries++;
		return 1;
	}
	if (!anyway)
		leave(h);
	return anyway;
}

/* --- Statements ---------------------------------------------------------- */

/* What a statement is asked for, and what it answers. */
struct statement {
	const char *sql; /* with values; or a script, and no values */
	const struct db_value *values;
	size_t n;
	int is_script;
	struct db_rows rows;
	int64_t changed;
};

static enum err
run_on(struct ctx *c, struct pg *pg, struct statement *s)
{
	return s->is_script ? pg_script(c, pg, s->sql)
	    : pg_run(c, pg, s->sql, &s->rows, &s->changed, s->values, s->n);
}

/* After a loss, may it be asked once more?  A change may have been made. */
static int
only_reads(const char *sql)
{
	return strncmp(sql, "SELECT ", 7) == 0;
}

/* A transaction of its own. */
static enum err
run_alone(struct ctx *c, struct handle *h, struct statement *s)
{
	int64_t deadline = from_now();
	int repeat, losses = 0;
	struct pg *pg;
	enum err e;

	do {
		e = pg_pool_take(c, h->pool, deadline, &pg);
		if (e != OK)
			return e;
		e = run_on(c, pg, s);
		repeat = e != OK && now_monotonic() < deadline &&
		    (pg_fate(pg) == PG_AGAIN || pg_fate(pg) == PG_CROSSED ||
		    (pg_fate(pg) == PG_LOST && only_reads(s->sql) &&
		    losses++ == 0));
		pg_pool_give(h->pool, pg);
		if (repeat)
			ctx_forgive(c);
	} while (repeat);
	return e;
}

static enum err
run_statement(struct ctx *c, struct handle *h, struct statement *s)
{
	if (h->pg == NULL)
		return run_alone(c, h, s);
	if (h->is_doomed)
		return doomed(c);
	return note(h, run_on(c, h->pg, s));
}

static enum err
run_query(struct ctx *c, void *handle, const char *sql, struct db_rows *ret,
    const struct db_value *values, size_t n)
{
	struct statement s = { .sql = sql, .values = values, .n = n };
	enum err e = run_statement(c, handle, &s);

	if (e == OK)
		*ret = s.rows;
	return e;
}

static enum err
run_change(struct ctx *c, void *handle, const char *sql, int64_t *ret_changed,
    const struct db_value *values, size_t n)
{
	struct statement s = { .sql = sql, .values = values, .n = n };
	enum err e = run_statement(c, handle, &s);

	if (e == OK)
		*ret_changed = s.changed;
	return e;
}

static enum err
run_script(struct ctx *c, void *handle, const char *text)
{
	struct statement s = { .sql = text, .is_script = 1 };

	return run_statement(c, handle, &s);
}

/* --- The rest ------------------------------------------------------------ */

/* Its log is its own affair: it is recycled in its time. */
static enum err
leave_log(struct ctx *c, void *handle)
{
	(void)c;
	(void)handle;
	return OK;
}

static enum err
vacuum(struct ctx *c, struct pg *pg)
{
	struct db_rows rows;
	int64_t changed;
	enum err e;

	e = pg_run(c, pg, text_vacuum, &rows, &changed, NULL, 0);
	if (e != OK || rows.values[0].type == DB_NULL)
		return e;
	return pg_script(c, pg, rows.values[0].string);
}

/* Rows that were deleted stay in the files until they are overwritten. */
static enum err
rewrite(struct ctx *c, void *handle)
{
	struct handle *h = handle;
	struct pg *pg;
	enum err e;

	e = pg_pool_take(c, h->pool, from_now(), &pg);
	if (e != OK)
		return e;
	e = pg_script(c, pg, text_patience);
	if (e == OK)
		e = vacuum(c, pg);
	pg_end(pg, text_no_patience);
	pg_pool_give(h->pool, pg);
	return e;
}

static enum err
trouble(struct ctx *c, void *handle, const char **ret)
{
	struct db_rows rows;
	enum err e;

	e = run_query(c, handle, text_flushing, &rows, NULL, 0);
	if (e != OK)
		return e;
	if (!rows.values[0].integer)
		*ret = "fsync is off";
	else if (!rows.values[1].integer)
		*ret = "full_page_writes is off";
	return OK;
}

const struct backend db_postgres = {
	.scheme = "postgresql:",
	.open = open_handle,
	.close = close_handle,
	.keep_log = leave_log,
	.run = run_change,
	.query = run_query,
	.script = run_script,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.again = again,
	.rewrite = rewrite,
	.empty_log = leave_log,
	.trouble = trouble,
};
