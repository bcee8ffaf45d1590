/*
 * exposition: how it all goes, in the words of Prometheus (text format 0.0.4).
 *
 * What programs have counted (web/meter.h), and what the database says now:
 * only what is found at once, however much there is.
 */
#ifndef APP_EXPOSITION_H
#define APP_EXPOSITION_H

#include "base/ctx.h"

struct db;

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

/*
 * All of it, in c.  folder: METRICS_DIR, or NULL.  db NULL, or one that does
 * not answer: the counters, and that the database is down.
 */
const char *exposition_text(struct ctx *c, struct db *db, const char *folder);

#endif
