/*
 * copy: a database as one file, for backups.  SQLite only: PostgreSQL comes
 * with tools of its own (pg_dump, pg_basebackup).
 */
#ifndef DB_COPY_H
#define DB_COPY_H

#include <stdint.h>

#include "base/attr.h"
#include "base/ctx.h"

/* So many pages of so many are copied. */
typedef void copy_progress(int64_t done, int64_t of);

/*
 * Copies the database at url, as it is at one moment and while others go on
 * writing, to the new file `to`, which only its owner can read.  It is on disk
 * when this returns.  E_CONFLICT: there is such a file.  E_BADREQ: url is not
 * SQLite's.  On failure nothing is left behind.
 */
enum err copy_make(struct ctx *c, const char *url, const char *to,
    copy_progress *progress) MUST_USE;

/* Renames a copy that has turned out well; the name is on disk, too. */
enum err copy_name(struct ctx *c, const char *from, const char *to) MUST_USE;

/* Is the file a sound SQLite database, page by page?  E_CONFLICT: no. */
enum err copy_check(struct ctx *c, const char *file) MUST_USE;

/*
 * Puts a copy of file where the database at url is.  What was there is kept
 * under another name (*ret_kept, in c; NULL: there was none).  The new one
 * belongs to whom the old one did, or else its folder, whoever restores it.
 * E_BUSY: somebody has it open: nothing was changed.
 */
enum err copy_restore(struct ctx *c, const char *file, const char *url,
    copy_progress *progress, const char **ret_kept) MUST_USE;

#endif
