/*
 * fit: could a program serve here, with this configuration?  For --check,
 * before it takes the place of one that does.
 */
#ifndef APP_FIT_H
#define APP_FIT_H

#include "base/conf.h"
#include "base/ctx.h"

/*
 * The database opens, has a schema that this build works with, can be written,
 * and is closed to others.  E_BUSY or E_INTERNAL, with what to do in c->why.
 */
enum err fit_check(struct ctx *c, const struct conf *conf) MUST_USE;

#endif
