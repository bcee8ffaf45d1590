/*
 * move_tables: the tables that move.c copies, and what it runs on them.
 */
#ifndef DB_MOVE_TABLES_H
#define DB_MOVE_TABLES_H

#include <stddef.h>

enum { MOVE_PAGE = 100 };

/* In what these answer, a row begins with its key; then come its columns. */
struct move_table {
	const char *name;
	size_t columns;
	int only_grows;         /* a row of it is never deleted */
	const char *sql_page;   /* $2 rows behind key $1 */
	const char *sql_find;   /* rows by MOVE_PAGE keys, null among them */
	const char *sql_keys;   /* as sql_page, but the keys only */
	const char *sql_have;   /* as sql_find, but the keys only */
	const char *sql_add;    /* $1 … are the columns */
	const char *sql_change; /* the same, of the row with that key */
	const char *sql_remove; /* by key $1 */
};

/* In an order in which rows can be added: those that others name come first. */
extern const struct move_table move_tables[];
extern const size_t move_tables_count;

/* Of SQLite: no row changes any more.  And: is that so?  Rows, if it is. */
extern const char move_tables_shut[];
extern const char move_tables_is_shut[];

#endif
