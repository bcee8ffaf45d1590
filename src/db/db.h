/*
 * db: rows in a database, the only room that sees a handle or a cursor.
 *
 * Each thread has a struct db of its own.  Where one writes at a time, as with
 * SQLite, the connections behind it are shared by a process, and what waits to
 * be written is committed together (db/queue.h).  Statements are constant text
 * with $1 … $n and run unchanged on every backend; a connection prepares one on
 * first use and keeps it under the address of its text.  Results are copied
 * into the context's arena before a call returns.
 *
 * E_BUSY means: somebody else holds the database, nothing was changed, try
 * again.  (Of a server that was lost while it committed nobody knows: whoever
 * is told E_BUSY must come again with the same.)  E_INTERNAL means: the
 * statement is wrong or the disk is; nothing was changed.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct db;

/* How long a writer waits for its turn before it says E_BUSY. */
enum { DB_BUSY_MILLISECONDS = 2000 };

/*
 * Opens url ("sqlite:/path/file", "postgresql://…"; the backend by its scheme).
 * The file must exist unless create is set.  E_BADREQ: no such backend; E_BUSY:
 * cannot be opened now.
 */
enum err db_open(struct ctx *c, const char *url, int create,
    struct db **ret) MUST_USE;

/* Has this process opened the same database before? */
int db_is_shared(const struct db *db);

/*
 * Before the process is confined: all that writing needs is opened.  Who
 * closes the database last leaves its log there, and empties it: who is
 * confined could not remove it, and it would grow from one to the next.
 */
enum err db_keep_log(struct ctx *c, struct db *db) MUST_USE;

/*
 * What was overwritten or deleted is not to be found in the database's files
 * any more.  All of them are rewritten if all is set: that keeps writers from
 * their work for seconds.  E_BUSY: somebody wrote, or read, all the time; he was
 * waited for if all is set.
 */
enum err db_scrub(struct ctx *c, struct db *db, int all) MUST_USE;

/*
 * What the server is told to do that would lose what was committed, in words;
 * NULL: nothing.
 */
enum err db_trouble(struct ctx *c, struct db *db, const char **ret) MUST_USE;

/* NULL is fine.  No transaction may be open. */
void db_free(struct db *db);

enum db_type { DB_NULL, DB_INTEGER, DB_STRING };

struct db_value {
	enum db_type type;
	int64_t integer;
	const char *string; /* NUL-terminated UTF-8 */
};

#define DB_INT(i) { DB_INTEGER, (i), NULL }
#define DB_TEXT(s) db_string(s)
#define DB_NONE { DB_NULL, 0, NULL }

/* A text value; NULL becomes SQL's null. */
struct db_value db_string(const char *s);

/* The values of $1 … $n, as a list of DB_INT, DB_TEXT and DB_NONE. */
#define DB_VALUES(...)                                                         \
	(const struct db_value[]){ __VA_ARGS__ },                              \
	    sizeof((const struct db_value[]){ __VA_ARGS__ }) /                 \
		sizeof(struct db_value)

/* A result: rows of values, in the arena. */
struct db_rows {
	size_t count;
	size_t columns;
	const struct db_value *values; /* row after row */
};

/*
 * Runs a statement that changes rows; how many goes to *ret_changed (which
 * may be NULL).  A duplicate key under ON CONFLICT DO NOTHING is 0 rows.
 * E_CONFLICT: a constraint refused it.
 */
enum err db_run(struct ctx *c, struct db *db, const char *sql,
    int64_t *ret_changed, const struct db_value *values, size_t n) MUST_USE;

/* Runs a statement that answers rows. */
enum err db_query(struct ctx *c, struct db *db, const char *sql,
    struct db_rows *ret, const struct db_value *values, size_t n) MUST_USE;

/* Runs a text of several statements without parameters: for migrations. */
enum err db_script(struct ctx *c, struct db *db, const char *text) MUST_USE;

/*
 * One transaction: runs work(c, db, arg) and commits if it says OK, durably
 * before db_transaction returns; rolls back otherwise and passes on what work
 * said.  work must use the struct db that it is given, and may be run by
 * another thread.  No nesting, and no call to the outside inside.  work may be run
 * again from the start, where the backend asks for it (a serialization failure)
 * or something failed that is to be undone alone: it must not change what is
 * outside the database, arg included, other than by assigning results.
 */
typedef enum err db_work(struct ctx *c, struct db *db, void *arg);
enum err db_transaction(struct ctx *c, struct db *db, db_work *work,
    void *arg) MUST_USE;

/*
 * The same for reading only: one snapshot, never E_BUSY for a writer's sake.
 */
enum err db_read(struct ctx *c, struct db *db, db_work *work,
    void *arg) MUST_USE;

/*
 * A part of the open transaction that can fail alone: when work does not say
 * OK, its changes are undone and the transaction goes on.  E_BUSY: it does not,
 * and is to say so; it may be run again.
 */
enum err db_attempt(struct ctx *c, struct db *db, db_work *work,
    void *arg) MUST_USE;

/*
 * Rows and structs.  A table's struct is described once, field by field in
 * the order of its columns; statements then list their columns in that order.
 */
struct db_field {
	const char *name;  /* of the column, and of the member */
	enum db_type type; /* DB_STRING: const char *, DB_INTEGER: int64_t */
	size_t offset;
};
#define DB_FIELD_TEXT(s, f) { #f, DB_STRING, offsetof(struct s, f) }
#define DB_FIELD_INT(s, f) { #f, DB_INTEGER, offsetof(struct s, f) }

struct db_table {
	const char *name;
	const struct db_field *fields;
	size_t count;
	size_t size;      /* of the struct */
	const char *sql_page; /* statement: $2 rows behind key $1; or NULL */
};
#define DB_TABLE(s, fields, page)                                              \
	{ #s, (fields), COUNT(fields), sizeof(struct s), (page) }

/* An array of a table's structs, in the arena. */
struct db_list {
	void *rows;
	size_t count;
};

/* Runs a statement that answers whole rows of a table. */
enum err db_select(struct ctx *c, struct db *db, const char *sql,
    const struct db_table *table, struct db_list *ret,
    const struct db_value *values, size_t n) MUST_USE;

/*
 * Runs a statement whose $1 … $n are the columns of *row; like db_run.
 */
enum err db_put(struct ctx *c, struct db *db, const char *sql,
    const struct db_table *table, const void *row, int64_t *ret_changed)
    MUST_USE;

/* Are all of the table's members the same in both structs? */
int db_same(const struct db_table *table, const void *a, const void *b);

#endif
