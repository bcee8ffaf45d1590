/*
 * replay: rows from events.
 *
 * All that ever changed a row is in the event store.  Applied again, in their
 * order and by the clock of then, the events give the same rows: the proof that
 * nothing else has a hand in them.
 */
#ifndef APP_REPLAY_H
#define APP_REPLAY_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct event_outcome;

/*
 * Applies one stored event once more, in place: a provider's word.  E_NOTFOUND:
 * there is none; E_CONFLICT: it is a request, which is not made twice.
 */
enum err replay_one(struct ctx *c, struct db *db, const char *id,
    struct event_outcome *ret) MUST_USE;

/* Called now and then; done is how many events have been applied. */
typedef void replay_progress(void *arg, int64_t done);

/*
 * Copies all events of `from`, in which a transaction is open, into `to` and
 * applies them there; *ret_count is how many.  E_CONFLICT: there are events in
 * `to` already.
 */
enum err replay_all_tx(struct ctx *c, struct db *from, struct db *to,
    replay_progress *progress, void *arg, int64_t *ret_count) MUST_USE;

#endif
