/*
 * backend: what a database engine must do for db.c, one struct per engine.
 */
#ifndef DB_BACKEND_H
#define DB_BACKEND_H

#include "db/db.h"

struct queue;

struct db {
	const struct backend *backend;
	void *handle; /* NULL: those of the queue are used */
	int in_transaction;
	int is_careful; /* attempts have savepoints, so that they can fail */
	/* Without one, an attempt has failed: nothing is committed, and run
	 * again if it was by a fault of its own. */
	enum { SOUND, SPOILT, LOST } fate;
	struct queue *queue; /* NULL: it has a connection of its own */
};

struct backend {
	const char *scheme; /* of the URL, colon included */
	/*
	 * One writes at a time: all of a process by one connection, which has
	 * a queue.  It needs the functions at the end.
	 */
	int one_writer;
	enum err (*open)(struct ctx *c, const char *where, int create,
	    void **ret_handle);
	void (*close)(void *handle);
	enum err (*keep_log)(struct ctx *c, void *handle);
	enum err (*run)(struct ctx *c, void *handle, const char *sql,
	    int64_t *ret_changed, const struct db_value *values, size_t n);
	enum err (*query)(struct ctx *c, void *handle, const char *sql,
	    struct db_rows *ret, const struct db_value *values, size_t n);
	enum err (*script)(struct ctx *c, void *handle, const char *text);
	enum err (*begin)(struct ctx *c, void *handle, int writing);
	enum err (*commit)(struct ctx *c, void *handle);
	void (*rollback)(void *handle);
	/* Is the transaction that was just rolled back, or did not begin, to be
	 * run again, as it failed for others' sake; or anyway?  NULL: only so;
	 * else it is asked each time. */
	int (*again)(void *handle, int anyway);
	/* All that was overwritten or deleted is gone from the files … */
	enum err (*rewrite)(struct ctx *c, void *handle);
	/* … and from the log, unless somebody reads in it: E_BUSY. */
	enum err (*empty_log)(struct ctx *c, void *handle);
	/* See db_trouble.  NULL: its settings are ours. */
	enum err (*trouble)(struct ctx *c, void *handle, const char **ret);

	/* Do all who open that have the same database, and a file beside it? */
	int (*is_file)(const char *where);
	/* So long begin waits for programs that know no gate. */
	void (*patience)(void *handle, int milliseconds);
	/* After some errors it has been rolled back by itself. */
	int (*in_transaction)(void *handle);
	/* Another copies the log into the database, beside who writes here:
	 * a commit does so only if the log becomes far too long … */
	void (*leave_log)(void *handle);
	/*
	 * Commits from now on are not on the disk before flush says OK, which
	 * any thread may ask for, beside who writes.  E_BUSY: nobody knows if
	 * they are, and mend is to be called before anything else is written.
	 * That does nothing where nothing is amiss.
	 */
	enum err (*set_lazy)(struct ctx *c, void *handle, int is_lazy);
	enum err (*flush)(struct ctx *c, void *handle);
	enum err (*mend)(struct ctx *c, void *handle);
	/* … and is it to be copied now?  1 once for each time. */
	int (*is_log_long)(void *handle);
	enum err (*copy_log)(struct ctx *c, void *handle);
};

extern const struct backend db_sqlite;
extern const struct backend db_postgres;

#endif
