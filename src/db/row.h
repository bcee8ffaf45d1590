/*
 * row: rows of any table, whatever is in them: as JSON and back, for requests
 * that are stored as events, and page by page, for comparing.
 */
#ifndef DB_ROW_H
#define DB_ROW_H

#include "base/ctx.h"
#include "db/db.h"

struct cJSON;

/* The members of the struct at row, by their columns' names, in c. */
struct cJSON *row_json(struct ctx *c, const struct db_table *table,
    const void *row);

/*
 * The other way round, into the struct at row; texts live as long as json.  A
 * column that json does not have stays as it is.
 */
void row_read(const struct db_table *table, const struct cJSON *json,
    void *row);

/*
 * The next rows (ROW_PAGE at most) of a table that has a page statement,
 * behind the row whose first column is after ("": from the first).
 */
enum { ROW_PAGE = 100 };
enum err row_page(struct ctx *c, struct db *db, const struct db_table *table,
    const char *after, struct db_list *ret) MUST_USE;

/* Row i of such a list, and the first column of it. */
const void *row_at(const struct db_table *table, const struct db_list *list,
    size_t i);
const char *row_key(const struct db_table *table, const void *row);

#endif
