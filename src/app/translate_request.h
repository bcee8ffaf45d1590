/*
 * translate_request: the requests of people and of the system, from their
 * stored bodies.  The list of types is in translate_request.c.
 */
#ifndef APP_TRANSLATE_REQUEST_H
#define APP_TRANSLATE_REQUEST_H

#include "base/ctx.h"

struct db;
struct event;
struct event_outcome;

/*
 * Reads ev's body and does what it asks for.  E_CONFLICT, E_NOTYPE and the
 * like with words: it cannot be granted.
 */
enum err translate_request_tx(struct ctx *c, struct db *db,
    const struct event *ev, struct event_outcome *ret) MUST_USE;

#endif
