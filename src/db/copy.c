#include "db/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/text.h"

enum { STEP_PAGES = 4096, PATIENCE_MILLISECONDS = 2000 };

static enum err
file_of(struct ctx *c, const char *url, const char **ret)
{
	static const char scheme[] = "sqlite:";

	if (strncmp(url, scheme, sizeof(scheme) - 1) != 0)
		return ctx_fail(c, E_BADREQ, "only an SQLite database is one "
		    "file: PostgreSQL's are copied by pg_dump, and put back "
		    "by pg_restore");
	*ret = url + sizeof(scheme) - 1;
	return OK;
}

static enum err
failed(struct ctx *c, sqlite3 *sqlite, const char *file)
{
	int rc = sqlite3_errcode(sqlite) & 0xff;
	enum err e = ctx_fail(c, rc == SQLITE_NOTADB || rc == SQLITE_CORRUPT
	    ? E_CONFLICT : E_BUSY, "sqlite: %s: %s", file,
	    sqlite3_errmsg(sqlite));

	sqlite3_close(sqlite);
	return e;
}

/* Opens file and runs script on it.  The caller closes *ret. */
static enum err
open_file(struct ctx *c, const char *file, const char *script, sqlite3 **ret)
{
	sqlite3 *sqlite;

	if (sqlite3_open_v2(file, &sqlite, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK)
		return failed(c, sqlite, file);
	sqlite3_busy_timeout(sqlite, PATIENCE_MILLISECONDS);
	if (sqlite3_exec(sqlite, script, NULL, NULL, NULL) != SQLITE_OK)
		return failed(c, sqlite, file);
	*ret = sqlite;
	return OK;
}

/* Names and addresses are in it, so it is never readable by others. */
static enum err
new_file(struct ctx *c, const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0) {
		close(fd);
		return OK;
	}
	return ctx_fail(c, errno == EEXIST ? E_CONFLICT : E_BUSY, "%s: %s",
	    file, strerror(errno));
}

/* What path names is on disk; of a folder, the names in it. */
static enum err
flush(struct ctx *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ok = fd >= 0 && fsync(fd) == 0;
	enum err e = ok ? OK : ctx_fail(c, E_BUSY, "%s: %s", path,
	    strerror(errno));

	if (fd >= 0)
		close(fd);
	return e;
}

static const char *
folder_of(struct ctx *c, const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash == NULL ? "." : slash == file ? "/"
	    : arena_copy(c->mem, file, (size_t)(slash - file));
}

enum err
copy_name(struct ctx *c, const char *from, const char *to)
{
	if (rename(from, to) != 0)
		return ctx_fail(c, E_BUSY, "%s: %s", to, strerror(errno));
	return flush(c, folder_of(c, to));
}

/*
 * All pages, of the one moment at which from began to read: whoever writes
 * meanwhile does not make it start again.
 */
static int
copy_pages(sqlite3 *from, sqlite3 *to, copy_progress *progress)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	int rc;

	if (backup == NULL)
		return SQLITE_ERROR;
	do {
		rc = sqlite3_backup_step(backup, STEP_PAGES);
		if (progress != NULL)
			progress(sqlite3_backup_pagecount(backup) -
			    sqlite3_backup_remaining(backup),
			    sqlite3_backup_pagecount(backup));
	} while (rc == SQLITE_OK);
	sqlite3_backup_finish(backup);
	return rc;
}

/* From one file into another, which is there and empty. */
static enum err
copy_file(struct ctx *c, const char *from, const char *to,
    copy_progress *progress)
{
	sqlite3 *source, *target;
	enum err e;

	e = open_file(c, from, "BEGIN; SELECT 1 FROM sqlite_master", &source);
	if (e != OK)
		return e;
	/* If it is cut short, nobody will look at it. */
	e = open_file(c, to, "PRAGMA journal_mode = OFF;"
	    " PRAGMA synchronous = OFF", &target);
	if (e == OK) {
		if (copy_pages(source, target, progress) != SQLITE_DONE)
			e = failed(c, target, to);
		else
			sqlite3_close(target);
	}
	sqlite3_close(source);
	return e;
}

enum err
copy_make(struct ctx *c, const char *url, const char *to,
    copy_progress *progress)
{
	const char *from = NULL;
	enum err e;

	e = file_of(c, url, &from);
	if (e == OK)
		e = new_file(c, to);
	if (e != OK)
		return e;
	e = copy_file(c, from, to, progress);
	if (e == OK)
		e = flush(c, to);
	if (e == OK)
		e = flush(c, folder_of(c, to));
	if (e != OK)
		unlink(to);
	return e;
}

enum err
copy_check(struct ctx *c, const char *file)
{
	const char *verdict = "it does not say";
	sqlite3_stmt *stmt;
	sqlite3 *sqlite;
	enum err e;

	e = open_file(c, file, "", &sqlite);
	if (e != OK)
		return e;
	if (sqlite3_prepare_v2(sqlite, "PRAGMA integrity_check(1)", -1, &stmt,
	    NULL) != SQLITE_OK)
		return failed(c, sqlite, file);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		verdict = arena_dup(c->mem,
		    (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(sqlite);
	if (strcmp(verdict, "ok") != 0)
		return ctx_fail(c, E_CONFLICT, "%s: %s", file, verdict);
	return OK;
}

/*
 * Nobody else has the database open, nor can until *ret is closed; all of it
 * is in its one file.  SQLite leaves WAL only for who is alone.
 */
static enum err
claim(struct ctx *c, const char *file, sqlite3 **ret)
{
	enum err e;

	e = open_file(c, file, "PRAGMA locking_mode = EXCLUSIVE;"
	    " PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE", ret);
	if (e == E_BUSY) {
		ctx_forgive(c);
		return ctx_fail(c, E_BUSY, "%s: somebody has it open: stop "
		    "the programs and the worker first", file);
	}
	return e;
}

/*
 * What a database that could not be claimed, a broken one, leaves beside it
 * would be taken for the new one's.
 */
static void
move_beside(struct ctx *c, const char *file, const char *kept)
{
	static const char *const beside[] = { "-wal", "-shm", "-journal" };
	size_t i;

	for (i = 0; i < COUNT(beside); i++)
		/* Mostly there is none. */
		(void)rename(arena_printf(c->mem, "%s%s", file, beside[i]),
		    arena_printf(c->mem, "%s%s", kept, beside[i]));
}

/* Both names in one folder, so that either the old or the new one is there. */
static enum err
exchange(struct ctx *c, const char *file, const char *fresh, const char *kept)
{
	if (kept != NULL && link(file, kept) != 0)
		return ctx_fail(c, E_BUSY, "%s: %s", kept, strerror(errno));
	if (kept != NULL)
		move_beside(c, file, kept);
	return copy_name(c, fresh, file);
}

/* Whoever restores is often root, and the programs are not. */
static enum err
give_away(struct ctx *c, const char *fresh, const char *place)
{
	struct stat st;
	int there = stat(place, &st) == 0;

	if (!there && stat(folder_of(c, place), &st) != 0)
		return ctx_fail(c, E_BUSY, "%s: %s", place, strerror(errno));
	if ((chown(fresh, st.st_uid, st.st_gid) != 0 &&
	    st.st_uid != geteuid()) || (there &&
	    chmod(fresh, st.st_mode & (S_IRUSR | S_IWUSR | S_IRGRP |
	    S_IWGRP)) != 0))
		return ctx_fail(c, E_BUSY, "%s cannot be given to the owner "
		    "of the old one: %s", fresh, strerror(errno));
	return OK;
}

static enum err
put_in_place(struct ctx *c, const char *file, const char *place,
    copy_progress *progress, const char *kept)
{
	const char *fresh = arena_printf(c->mem, "%s.restoring", place);
	enum err e;

	unlink(fresh); /* of a restore that was cut short */
	e = new_file(c, fresh);
	if (e == OK)
		e = copy_file(c, file, fresh, progress);
	if (e == OK)
		e = give_away(c, fresh, place);
	if (e == OK)
		e = flush(c, fresh);
	if (e == OK)
		e = exchange(c, place, fresh, kept);
	if (e != OK)
		unlink(fresh);
	return e;
}

/* A link to the database stays one. */
static const char *
behind_links(struct ctx *c, const char *path)
{
	char *real = realpath(path, NULL);
	const char *copy = arena_dup(c->mem, real != NULL ? real : path);

	free(real);
	return copy;
}

enum err
copy_restore(struct ctx *c, const char *file, const char *url,
    copy_progress *progress, const char **ret_kept)
{
	const char *place = NULL, *kept = NULL;
	sqlite3 *old = NULL;
	enum err e;

	e = file_of(c, url, &place);
	if (e == OK && access(place, F_OK) == 0) {
		place = behind_links(c, place);
		kept = arena_printf(c->mem, "%s.before-%lld", place,
		    (long long)c->now);
		e = claim(c, place, &old);
		/* A broken one is why people restore. */
		if (e == E_CONFLICT) {
			ctx_forgive(c);
			e = OK;
		}
	}
	if (e != OK)
		return e;
	e = put_in_place(c, file, place, progress, kept);
	sqlite3_close(old);
	if (e == OK)
		*ret_kept = kept;
	return e;
}
