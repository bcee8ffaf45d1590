/*
 * table: a JSON answer as people like to read it.
 */
#ifndef ADMIN_TABLE_H
#define ADMIN_TABLE_H

#include "base/ctx.h"

struct cJSON;

/* An array of objects as columns, an object as lines of "key  value"; in c. */
char *table_text(struct ctx *c, const struct cJSON *answer);

#endif
