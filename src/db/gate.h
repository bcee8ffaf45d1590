/*
 * gate: the turnstile between programs that write to one database.
 *
 * Two bytes of a file beside the database are locked: who writes holds one,
 * and who comes next the other.  So who comes back at once for more finds
 * somebody before him; where all of them slept and looked again, some would
 * never get through.  The kernel frees what a program holds that dies.
 */
#ifndef DB_GATE_H
#define DB_GATE_H

#include <stdint.h>

#include "base/ctx.h"

struct gate;

/*
 * The gate of the database in that file, made if it is not there, and open to
 * those to whom the database is.  E_BUSY: it cannot be opened.
 */
enum err gate_open(struct ctx *c, const char *database,
    struct gate **ret) MUST_USE;

/* NULL is fine. */
void gate_free(struct gate *g);

/*
 * Waits for its turn, until the clock of now_monotonic says deadline: E_BUSY.
 * One thread of a process at a time.
 */
enum err gate_take(struct ctx *c, struct gate *g, int64_t deadline) MUST_USE;

void gate_release(struct gate *g);

/* For who is through: does another program wait for it? */
int gate_is_wanted(struct gate *g);

#endif
