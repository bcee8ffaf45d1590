/*
 * jobs: how a job stands, for those who print one.
 */
#ifndef ADMIN_JOBS_H
#define ADMIN_JOBS_H

#include "base/ctx.h"

struct cJSON;
struct job;

void jobs_print(struct ctx *c, const struct job *job, struct cJSON *o);

#endif
