#include "db/wal.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fault.h"
#include "db/db.h"

/*
 * Pages of the log.  From LOG_LONG on it is copied into the database.  Whoever has
 * nobody to do that for him does it himself, at LOG_ALONE: not before those of
 * another program would, whose log it is as well.  Who writes all the time never
 * leaves a moment in which all is copied and the log can begin anew: before it is
 * longer than LOG_MOST, he does it himself.  So long a file is kept, for to let it
 * grow again costs more.
 */
enum { LOG_LONG = 2500, LOG_ALONE = 4000, LOG_MOST = 8000,
	LOG_BYTES = 40 * 1024 * 1024 };

/* So long those who read are waited for while nobody else can write. */
enum { EMPTY_MILLISECONDS = 100 };

enum { PRAGMA_MAX = 64 };

/* After each commit; in place of SQLite's own, which does no more than this. */
static int
note(void *wal, sqlite3 *sqlite, const char *name, int pages)
{
	struct wal *w = wal;

	w->pages = pages;
	if (w->is_lazy)
		atomic_fetch_add(&w->committed, 1);
	if (pages >= w->most && !atomic_load(&w->is_torn))
		sqlite3_wal_checkpoint_v2(sqlite, name,
		    SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

void
wal_begin(struct wal *w, sqlite3 *sqlite)
{
	*w = (struct wal){ .sqlite = sqlite, .fd = -1,
		.most = LOG_ALONE };
	pthread_mutex_init(&w->lock, NULL);
	if (sqlite != NULL)
		sqlite3_wal_hook(sqlite, note, w);
}

void
wal_end(struct wal *w)
{
	if (w->fd >= 0)
		close(w->fd);
	pthread_mutex_destroy(&w->lock);
}

static int
say(struct wal *w, const char *sql)
{
	return sqlite3_exec(w->sqlite, sql, NULL, NULL, NULL);
}

int
wal_keep(struct wal *w)
{
	char limit[PRAGMA_MAX];
	int stays = 1;

	sqlite3_file_control(w->sqlite, "main", SQLITE_FCNTL_PERSIST_WAL,
	    &stays);
	/* Without a limit it would stay as long as it is. */
	snprintf(limit, sizeof(limit), "PRAGMA journal_size_limit = %d",
	    LOG_BYTES);
	return say(w, limit);
}

/* --- Into the database ------------------------------------------------------- */

void
wal_leave(struct wal *w)
{
	w->most = LOG_MOST;
}

int
wal_is_long(struct wal *w)
{
	/* It has begun anew. */
	if (w->pages < w->asked)
		w->asked = 0;
	if (w->pages < w->asked + LOG_LONG)
		return 0;
	w->asked = w->pages;
	return 1;
}

/*
 * SQLite syncs the database only if all of the log is in it: so that this does
 * not take long when it is, it is done here each time.
 */
static int
sync_database(struct wal *w)
{
	sqlite3_file *file = NULL;

	sqlite3_file_control(w->sqlite, "main", SQLITE_FCNTL_FILE_POINTER,
	    &file);
	return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

int
wal_copy(struct wal *w)
{
	int pages, copied, rc;

	rc = sqlite3_wal_checkpoint_v2(w->sqlite, NULL,
	    SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
	if (rc == SQLITE_OK && copied < pages)
		rc = sync_database(w);
	/* Whoever else does it now does it for us, too. */
	return rc == SQLITE_BUSY ? SQLITE_OK : rc;
}

/* Others cannot write while it waits for who reads: so not for long. */
int
wal_empty(struct wal *w)
{
	int rc;

	sqlite3_busy_timeout(w->sqlite, EMPTY_MILLISECONDS);
	rc = sqlite3_wal_checkpoint_v2(w->sqlite, NULL,
	    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(w->sqlite, DB_BUSY_MILLISECONDS);
	return rc;
}

/* --- On the disk ------------------------------------------------------------- */

/*
 * SQLite syncs in the middle of its commit; a sync of the same file behind it
 * does the same.  That of the log before the database is copied from it, and of
 * its first page when it begins anew, SQLite does as ever.
 */
int
wal_set_lazy(struct wal *w, int is_lazy)
{
	int rc;

	if (is_lazy && w->fd < 0) {
		w->fd = open(sqlite3_filename_wal(sqlite3_db_filename(
		    w->sqlite, "main")), O_RDWR | O_CLOEXEC);
		/* Whoever wrote before may have been killed in between. */
		if (w->fd >= 0)
			atomic_fetch_add(&w->committed, 1);
	}
	/* There is none before the first commit. */
	is_lazy = is_lazy && w->fd >= 0;
	if (is_lazy == w->is_lazy)
		return SQLITE_OK;
	rc = say(w, is_lazy ? "PRAGMA synchronous = NORMAL"
	    : "PRAGMA synchronous = FULL");
	if (rc == SQLITE_OK)
		w->is_lazy = is_lazy;
	/* Not to be lazy is no harm. */
	return is_lazy ? SQLITE_OK : rc;
}

/* One at a time: the kernel tells of a failure to only one of them. */
int
wal_flush(struct wal *w)
{
	unsigned int committed;
	int is_there;

	pthread_mutex_lock(&w->lock);
	committed = atomic_load(&w->committed);
	if (committed != w->flushed && !w->is_torn && !TWIN("flush"))
		w->is_torn = fdatasync(w->fd) != 0;
	is_there = !w->is_torn;
	if (is_there)
		w->flushed = committed;
	pthread_mutex_unlock(&w->lock);
	return is_there;
}

/* --- A log that is read again -------------------------------------------------
 *
 * As SQLite's file format says it: a head, and pages that have one each; sums
 * run from the first to the last.
 */
enum { HEAD = 32, HEAD_SUMMED = 24, FRAME_HEAD = 24, FRAME_SUMMED = 8,
	FRAME_SUMS = 16 };

struct sums {
	uint32_t a, b;
	int is_big; /* the order of bytes in which they were made */
};

static uint32_t
word(const unsigned char *at, int is_big)
{
	return is_big ? (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3]
	    : (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 |
	    (uint32_t)at[1] << 8 | at[0];
}

static void
sum(struct sums *s, const unsigned char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i += 8) {
		s->a += word(bytes + i, s->is_big) + s->b;
		s->b += word(bytes + i + 4, s->is_big) + s->a;
	}
}

static int
is_sum(const struct sums *s, const unsigned char *bytes)
{
	return s->a == word(bytes, 1) && s->b == word(bytes + 4, 1);
}

static int
give(int fd, const unsigned char *bytes, size_t n, off_t at)
{
	return pwrite(fd, bytes, n, at) == (ssize_t)n;
}

static int
give_frame(int fd, unsigned char *frame, size_t len, off_t at,
    struct sums *s)
{
	if (pread(fd, frame, len, at) != (ssize_t)len)
		return 0;
	sum(s, frame, FRAME_SUMMED);
	sum(s, frame + FRAME_HEAD, len - FRAME_HEAD);
	return is_sum(s, frame + FRAME_SUMS) && give(fd, frame, len, at);
}

/*
 * The kernel tells once that it could not write a page, and takes it for written
 * then: each is given to it again, if it has it still.  0: it failed.
 */
static int
write_again(int fd, int pages)
{
	unsigned char head[HEAD], *frame;
	struct sums s = { 0 };
	off_t at = HEAD;
	size_t len;
	int ok;

	if (pread(fd, head, HEAD, 0) != HEAD)
		return 0;
	s.is_big = head[3] & 1;
	sum(&s, head, HEAD_SUMMED);
	if (!is_sum(&s, head + HEAD_SUMMED))
		return 0;
	len = FRAME_HEAD + word(head + 8, 1);
	frame = malloc(len);
	if (frame == NULL)
		abort();
	ok = give(fd, head, HEAD, 0);
	for (; ok && pages > 0; pages--, at += (off_t)len)
		ok = give_frame(fd, frame, len, at, &s);
	free(frame);
	return ok && fdatasync(fd) == 0;
}

int
wal_mend(struct wal *w)
{
	int is_there;

	/* Not behind those who flush. */
	if (!atomic_load(&w->is_torn))
		return 1;
	pthread_mutex_lock(&w->lock);
	/* In a transaction, so that nobody writes to it meanwhile. */
	if (w->is_torn && say(w, "BEGIN IMMEDIATE") == SQLITE_OK) {
		w->is_torn = !write_again(w->fd, w->pages);
		say(w, "ROLLBACK");
	}
	is_there = !w->is_torn;
	pthread_mutex_unlock(&w->lock);
	return is_there;
}
