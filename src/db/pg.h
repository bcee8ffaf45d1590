/*
 * pg: one connection to PostgreSQL, with its prepared statements.
 *
 * Who uses one has it alone.  What fails says in *pg what became of it: see
 * enum pg_fate.
 */
#ifndef DB_PG_H
#define DB_PG_H

#include "db/db.h"

/* What the last failure means for a transaction. */
enum pg_fate {
	PG_KNOWN, /* it failed by itself, and will again */
	PG_AGAIN, /* others were in the way: from the start, it may succeed */
	PG_CROSSED, /* the same, and a second was lost until it was seen */
	PG_CLASH, /* a key is there; but perhaps only since we began */
	PG_LOST,  /* the connection, and with it the answer */
};

struct pg;

/* E_BUSY: cannot be connected to now.  url lives as long as *ret. */
enum err pg_open(struct ctx *c, const char *url, struct pg **ret) MUST_USE;
void pg_free(struct pg *pg);

/* Connects again if the connection is known to be broken: a look only. */
enum err pg_refresh(struct ctx *c, struct pg *pg) MUST_USE;

enum pg_fate pg_fate(const struct pg *pg);

/* Statements without parameters. */
enum err pg_script(struct ctx *c, struct pg *pg, const char *text) MUST_USE;

/* ROLLBACK and the like: what cannot be ended so is lost. */
void pg_end(struct pg *pg, const char *text);

/* COMMIT; E_CONFLICT if the transaction had failed and was rolled back. */
enum err pg_commit(struct ctx *c, struct pg *pg) MUST_USE;

/* A statement with $1 … $n; *ret_changed is how many rows it changed. */
enum err pg_run(struct ctx *c, struct pg *pg, const char *sql,
    struct db_rows *ret, int64_t *ret_changed, const struct db_value *values,
    size_t n) MUST_USE;

#endif
