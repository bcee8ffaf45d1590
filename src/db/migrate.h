/*
 * migrate: brings a database to the schema this build was made for.
 *
 * The files of schema/ are compiled in.  Each is applied in one transaction,
 * and in one for each page of its batches if it has any (schema/README), and is
 * recorded with its number and checksum when all of it is done; a file is never
 * edited after a release, and a checksum that differs is refused.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/ctx.h"

struct db;

/*
 * Applies what is missing; how many files that were goes to *ret_applied.  Who is
 * stopped in the middle of batches goes on there the next time.
 */
enum err migrate_run(struct ctx *c, struct db *db, int *ret_applied) MUST_USE;

/*
 * OK if the database has this build's schema, or a newer one of which every
 * newer file says that programs of this build's go on working with it
 * (schema/README).  E_BUSY otherwise, with what to do in c->why.
 */
enum err migrate_check(struct ctx *c, struct db *db) MUST_USE;

/* The number of the newest file that the database has; 0: none. */
enum err migrate_current_tx(struct ctx *c, struct db *db, int *ret) MUST_USE;

/* The number of the newest file in this build. */
int migrate_version(void);

#endif
