/*
 * place: where a test has its database: SQLite's, or, if BOOKPAY_TEST_DATABASE
 * is the URL of a PostgreSQL's, a schema in that one.
 */
#ifndef UNIT_PLACE_H
#define UNIT_PLACE_H

#include "base/ctx.h"

int place_is_postgres(void);

/*
 * The URL of an empty database, in c->mem.  SQLite's is the file; NULL: memory,
 * which only one connection sees.
 */
char *place_new(struct ctx *c, const char *file);

/* No trace is left of what place_new made; files are the test's to remove. */
void place_drop(const char *url);

#endif
