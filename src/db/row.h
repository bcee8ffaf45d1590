/*
 * row: a row of any table as JSON, and back: for requests that are stored as
 * events, and for comparing rows.
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

#endif
