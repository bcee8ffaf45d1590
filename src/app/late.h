/*
 * late: for programs that answer without a database, too: one that is opened
 * as soon as it can be.
 */
#ifndef APP_LATE_H
#define APP_LATE_H

#include "base/conf.h"
#include "base/ctx.h"

struct db;

/* For struct service: *ret is for late_db. */
enum err late_open(struct ctx *c, const struct conf *conf,
    void **ret) MUST_USE;
void late_close(void *late);

/* It is open, or was tried again: otherwise *ret is NULL. */
enum err late_db(struct ctx *c, void *late, struct db **ret) MUST_USE;

/* What it was opened with. */
const struct conf *late_conf(const void *late);

#endif
