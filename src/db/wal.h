/*
 * wal: the log that SQLite writes before the database, of one connection: when
 * it is copied into the database, and when it is on the disk.
 *
 * Results are SQLite's, unless something else is said.
 */
#ifndef DB_WAL_H
#define DB_WAL_H

#include <pthread.h>
#include <stdatomic.h>

#include <sqlite3.h>

struct wal {
	sqlite3 *sqlite;
	int pages; /* after the last commit */
	int asked; /* when they were found to be many */
	int most;

	/* Of lazy commits. */
	int is_lazy;
	int fd;                /* -1: not open */
	atomic_uint committed; /* how many */
	pthread_mutex_t lock;  /* of the rest */
	unsigned int flushed;  /* of those; the last ones follow */
	atomic_int is_torn; /* the disk may not have what it was given */
};

/* sqlite may be NULL, or one that could not be opened. */
void wal_begin(struct wal *w, sqlite3 *sqlite);
void wal_end(struct wal *w);

/* The file stays when the last connection is closed. */
int wal_keep(struct wal *w);

/* --- Into the database -------------------------------------------------------- */

/* Another copies it: a commit does so only if it becomes far too long … */
void wal_leave(struct wal *w);
/* … and is it to be copied now?  1 once for each time. */
int wal_is_long(struct wal *w);
/* As much as nobody reads any more. */
int wal_copy(struct wal *w);
/* All, and nothing stays in it: SQLITE_BUSY where somebody reads for long. */
int wal_empty(struct wal *w);

/* --- On the disk -------------------------------------------------------------- */

/*
 * Lazy commits are not on the disk before wal_flush says 1, which any thread
 * may ask for, beside who writes.  0: nobody knows what is; then wal_mend is to
 * be called, outside transactions, before anything else is written.
 */
int wal_set_lazy(struct wal *w, int is_lazy);
int wal_flush(struct wal *w);

/*
 * 1: all of it is on the disk, whatever went wrong before.  0: not yet; or what
 * the disk did not take is not in memory either, which it never gets over.
 */
int wal_mend(struct wal *w);

#endif
