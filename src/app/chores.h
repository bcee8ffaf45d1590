/*
 * chores: jobs, carried out.
 *
 * A chore looks at the facts as they are now, makes at most one kind of call,
 * which can be repeated, takes the answer in through the door, and looks
 * again whether it is done.
 */
#ifndef APP_CHORES_H
#define APP_CHORES_H

#include "base/ctx.h"

struct shop;

/*
 * Takes one job that is due and does it; *ret_found is 0 if there was none.
 * That a job does not work is noted in the job and is OK here; E_BUSY and
 * E_INTERNAL are about the database.
 */
enum err chores_one(struct ctx *c, struct shop *shop, int *ret_found) MUST_USE;

#endif
