/*
 * queue: the connections of one process to a database that one writes to at a
 * time, and those who wait for the one that writes.
 *
 * A flush to the disk is what a commit costs.  So whoever waits while one goes
 * on is committed together with the others who wait.  Who finds nobody writing
 * leads: he does the work of all who wait in one transaction (db/batch.h).  For
 * whoever came meanwhile a thread goes on that does nothing else, and is only
 * there where several write.  While it writes, the commit before is on its way to
 * the disk, and nobody is told OK before it is there; nor do other programs write
 * before, who could take what they find for safe.
 */
#ifndef DB_QUEUE_H
#define DB_QUEUE_H

#include "db/backend.h"

struct queue;

/* So many read at a time: more of them would read no faster. */
enum { QUEUE_READERS = 8 };

/*
 * The queue of that database in this process: opened by the first who asks,
 * closed with the last queue_free.
 */
enum err queue_open(struct ctx *c, const struct backend *backend,
    const char *where, int create, struct queue **ret) MUST_USE;
void queue_free(struct queue *q);

/* What is to be open before the process is confined. */
enum err queue_prepare(struct ctx *c, struct queue *q) MUST_USE;

/* Did more than one ask for it? */
int queue_is_shared(const struct queue *q);

/*
 * Runs work in a transaction, as db_transaction says.  It may be another
 * thread that runs it, while the caller waits.
 */
enum err queue_run(struct ctx *c, struct queue *q, db_work *work,
    void *arg) MUST_USE;

/*
 * A connection until queue_leave.  If writing, it is the one that writes, and
 * no other program does.  For reading it is one of a few, and nobody asks for
 * a second one while he has it; who is alone with the queue reads with the one
 * that writes.  E_BUSY: not within those milliseconds.
 */
enum err queue_enter(struct ctx *c, struct queue *q, int writing,
    int milliseconds, struct db **ret) MUST_USE;
void queue_leave(struct queue *q, struct db *entered);

#endif
