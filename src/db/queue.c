#define _GNU_SOURCE /* semaphores by the clock of now_monotonic */
#include "db/queue.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/now.h"
#include "base/pool.h"
#include "db/gate.h"

/* One who waits.  It lives on his stack. */
struct job {
	struct ctx *c;
	db_work *work; /* NULL: he wants to be alone with the connection */
	void *arg;
	enum err result;
	enum { WAITING, TAKEN, LEADING, DONE } state;
	int64_t deadline;
	sem_t moved; /* posted once: it leads, or is done */
	struct job *next;
};

struct queue {
	struct queue *next; /* of those open in this process */
	const struct backend *backend;
	char *where;
	pid_t process;
	atomic_uint refs;

	pthread_mutex_t lock; /* of the next three */
	struct job *first;
	struct job **last;
	int led;

	struct pool *readers; /* connections to read with (struct db) */

	/* Who leads has all of this to himself. */
	struct db writer;
	struct gate *gate; /* NULL: not open, and nothing written yet */
	int at_gate;
	struct ctx c;
};

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct queue *list;

/* Whoever has waited before has less patience left, and still some. */
static int64_t
deadline_of(const struct ctx *c, int milliseconds)
{
	int64_t whole = milliseconds * (NOW_SECOND / 1000);
	int64_t left = whole - c->waited;

	return now_monotonic() + (left > whole / 4 ? left : whole / 4);
}

/* --- Opening -------------------------------------------------------------- */

static enum err
make(struct ctx *c, const struct backend *backend, const char *where,
    int create, struct queue **ret)
{
	struct queue *q = calloc(1, sizeof(*q));
	enum err e;

	if (q == NULL)
		abort();
	e = backend->open(c, where, create, &q->writer.handle);
	if (e != OK) {
		free(q);
		return e;
	}
	q->writer.backend = q->backend = backend;
	q->where = strdup(where);
	if (q->where == NULL)
		abort();
	q->process = getpid();
	q->last = &q->first;
	pthread_mutex_init(&q->lock, NULL);
	q->readers = pool_new(QUEUE_READERS);
	ctx_init(&q->c);
	*ret = q;
	return OK;
}

/* A connection does not outlive a fork. */
static struct queue *
find(const char *where)
{
	struct queue *q = list;

	while (q != NULL && (q->process != getpid() ||
	    strcmp(q->where, where) != 0))
		q = q->next;
	return q;
}

enum err
queue_open(struct ctx *c, const struct backend *backend, const char *where,
    int create, struct queue **ret)
{
	struct queue *q = NULL;
	enum err e = OK;

	pthread_mutex_lock(&list_lock);
	if (backend->is_file(where))
		q = find(where);
	if (q == NULL) {
		e = make(c, backend, where, create, &q);
		if (e == OK) {
			q->next = list;
			list = q;
		}
	}
	if (e == OK) {
		atomic_fetch_add(&q->refs, 1);
		*ret = q;
	}
	pthread_mutex_unlock(&list_lock);
	return e;
}

static void
close_reader(void *arg)
{
	struct db *reader = arg;

	reader->backend->close(reader->handle);
	free(reader);
}

void
queue_free(struct queue *q)
{
	struct queue **at = &list;

	pthread_mutex_lock(&list_lock);
	if (atomic_fetch_sub(&q->refs, 1) == 1) {
		while (*at != q)
			at = &(*at)->next;
		*at = q->next;
		pool_free(q->readers, close_reader);
		q->backend->close(q->writer.handle);
		gate_free(q->gate);
		ctx_free(&q->c);
		pthread_mutex_destroy(&q->lock);
		free(q->where);
		free(q);
	}
	pthread_mutex_unlock(&list_lock);
}

int
queue_is_shared(const struct queue *q)
{
	return atomic_load(&q->refs) > 1;
}

static enum err
open_gate(struct ctx *c, struct queue *q)
{
	if (q->gate != NULL || !q->backend->is_file(q->where))
		return OK;
	return gate_open(c, q->where, &q->gate);
}

/* --- Waiting -------------------------------------------------------------- */

static void
append(struct queue *q, struct job *j)
{
	*q->last = j;
	q->last = &j->next;
}

static void
take_out(struct queue *q, struct job *j)
{
	struct job **at = &q->first;

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	if (j->next == NULL)
		q->last = at;
	j->next = NULL;
}

/* Who has left the line by himself has not begun.  0: he has. */
static int
leave_line(struct queue *q, struct job *j)
{
	int waits;

	pthread_mutex_lock(&q->lock);
	waits = j->state == WAITING;
	if (waits)
		take_out(q, j);
	pthread_mutex_unlock(&q->lock);
	return waits;
}

/*
 * Nobody who is woken here needs a lock that others hold who were woken with
 * him.
 */
static enum err
wait_until_moved(struct queue *q, struct job *j)
{
	const struct timespec until = { .tv_sec = j->deadline / NOW_SECOND,
		.tv_nsec = j->deadline % NOW_SECOND * 1000 };
	int rc;

	while ((rc = sem_clockwait(&j->moved, CLOCK_MONOTONIC, &until)) != 0 &&
	    errno == EINTR)
		;
	if (rc == 0)
		return OK;
	if (leave_line(q, j))
		return ctx_fail(j->c, E_BUSY, "other writers are slow");
	/* What has begun is waited for: its outcome is still to come. */
	while (sem_wait(&j->moved) != 0)
		;
	return OK;
}

/* Waits until it leads or is done; E_BUSY: neither in time. */
static enum err
join(struct queue *q, struct job *j, int milliseconds)
{
	int leads;
	enum err e;

	j->deadline = deadline_of(j->c, milliseconds);
	sem_init(&j->moved, 0, 0);
	pthread_mutex_lock(&q->lock);
	leads = !q->led;
	if (leads)
		j->state = LEADING;
	else
		append(q, j);
	q->led = 1;
	pthread_mutex_unlock(&q->lock);
	e = leads ? OK : wait_until_moved(q, j);
	sem_destroy(&j->moved);
	return e;
}

/* He may be gone before this returns. */
static void
move(struct job *j, int state)
{
	j->state = state;
	sem_post(&j->moved);
}

static void
pass_on(struct queue *q)
{
	struct job *next;

	pthread_mutex_lock(&q->lock);
	next = q->first;
	if (next == NULL)
		q->led = 0;
	else {
		take_out(q, next);
		next->state = TAKEN;
	}
	pthread_mutex_unlock(&q->lock);
	if (next != NULL)
		move(next, LEADING);
}

/* --- Being alone ---------------------------------------------------------- */

/* No other program writes from now on. */
static enum err
go_through(struct ctx *c, struct queue *q, int64_t deadline)
{
	int64_t left;
	enum err e;

	e = open_gate(c, q);
	if (e == OK && q->gate != NULL) {
		e = gate_take(c, q->gate, deadline);
		q->at_gate = e == OK;
	}
	if (e != OK)
		return e;
	/* Some programs know no gate: sqlite3, for one. */
	left = (deadline - now_monotonic()) / (NOW_SECOND / 1000);
	q->backend->patience(q->writer.handle, left > 0 ? (int)left : 0);
	return OK;
}

static void
go_out(struct queue *q)
{
	if (q->at_gate)
		gate_release(q->gate);
	q->at_gate = 0;
}

static void
leave_alone(struct queue *q)
{
	go_out(q);
	pass_on(q);
}

static enum err
enter_alone(struct ctx *c, struct queue *q, int writing, int milliseconds)
{
	struct job j = { .c = c };
	enum err e;

	e = join(q, &j, milliseconds);
	if (e != OK)
		return e;
	if (writing)
		e = go_through(c, q, j.deadline);
	if (e != OK)
		leave_alone(q);
	return e;
}

enum err
queue_prepare(struct ctx *c, struct queue *q)
{
	enum err e;

	e = enter_alone(c, q, 0, DB_BUSY_MILLISECONDS);
	if (e != OK)
		return e;
	e = q->backend->keep_log(c, q->writer.handle);
	if (e == OK)
		e = open_gate(c, q);
	leave_alone(q);
	return e;
}

/* --- Reading -------------------------------------------------------------- */

static enum err
open_reader(struct ctx *c, struct queue *q, struct db **ret)
{
	struct db *reader = calloc(1, sizeof(*reader));
	enum err e;

	if (reader == NULL)
		abort();
	reader->backend = q->backend;
	e = q->backend->open(c, q->where, 0, &reader->handle);
	if (e != OK) {
		free(reader);
		return e;
	}
	*ret = reader;
	return OK;
}

static enum err
take_reader(struct ctx *c, struct queue *q, int milliseconds,
    struct db **ret)
{
	void *reader;
	enum err e;

	if (!pool_take(q->readers, deadline_of(c, milliseconds), &reader))
		return ctx_fail(c, E_BUSY, "other readers are slow");
	*ret = reader;
	if (reader != NULL)
		return OK;
	e = open_reader(c, q, ret);
	if (e != OK)
		pool_give(q->readers, NULL);
	return e;
}

enum err
queue_enter(struct ctx *c, struct queue *q, int writing, int milliseconds,
    struct db **ret)
{
	enum err e;

	if (!writing && queue_is_shared(q))
		return take_reader(c, q, milliseconds, ret);
	e = enter_alone(c, q, writing, milliseconds);
	if (e == OK)
		*ret = &q->writer;
	return e;
}

void
queue_leave(struct queue *q, struct db *entered)
{
	if (entered == &q->writer)
		leave_alone(q);
	else
		pool_give(q->readers, entered);
}

/* --- Leading -------------------------------------------------------------- */

/* Those whose work is in one transaction. */
struct batch {
	struct job *jobs[QUEUE_BATCH];
	size_t count;
	int is_broken; /* it must not be committed */
};

/* The next one for this batch, or NULL. */
static struct job *
take(struct queue *q)
{
	struct job *j;

	pthread_mutex_lock(&q->lock);
	j = q->first;
	if (j != NULL && j->work == NULL)
		j = NULL;
	if (j != NULL) {
		take_out(q, j);
		j->state = TAKEN;
	}
	pthread_mutex_unlock(&q->lock);
	return j;
}

static int
say(struct queue *q, const char *sql)
{
	int64_t changed;

	return q->backend->run(&q->c, q->writer.handle, sql, &changed, NULL,
	    0) == OK;
}

/* Some backends ask for it: with this twin tests see whether it can be. */
static void
run_for_nothing(struct queue *q, struct job *j)
{
	if (say(q, "SAVEPOINT again"))
		(void)j->work(j->c, &q->writer, j->arg);
	ctx_forgive(j->c);
	(void)say(q, "ROLLBACK TO SAVEPOINT again");
}

static void
run_job(struct queue *q, struct job *j)
{
	q->writer.in_transaction = 1;
	if (TWIN("again"))
		run_for_nothing(q, j);
	q->writer.is_spoilt = 0;
	j->result = j->work(j->c, &q->writer, j->arg);
	q->writer.in_transaction = 0;
}

/* What SQLite undoes by itself, as when the disk is full, is lost for all. */
static int
is_undone(struct queue *q)
{
	return !q->backend->in_transaction(q->writer.handle);
}

/* Until there are no more, or one fails. */
static void
run_jobs(struct queue *q, struct batch *b, struct job *own)
{
	struct job *j = own;

	q->writer.is_careful = 0;
	while (j != NULL) {
		b->jobs[b->count++] = j;
		run_job(q, j);
		b->is_broken = j->result != OK || q->writer.is_spoilt ||
		    is_undone(q);
		j = b->is_broken || b->count == QUEUE_BATCH ? NULL : take(q);
	}
}

/* So that it can be undone without the others.  0: it cannot any more. */
static int
run_beside(struct queue *q, struct job *j)
{
	if (!say(q, "SAVEPOINT job"))
		return 0;
	run_job(q, j);
	if (j->result != OK && !TWIN("savepoint") &&
	    !say(q, "ROLLBACK TO SAVEPOINT job"))
		return 0;
	return say(q, "RELEASE SAVEPOINT job") && !is_undone(q);
}

/*
 * From the start, with savepoints: they cost a copy of each page that changes,
 * and something hardly ever fails.
 */
static void
run_carefully(struct queue *q, struct batch *b)
{
	size_t i;

	q->backend->rollback(q->writer.handle);
	for (i = 0; i < b->count; i++) {
		b->jobs[i]->result = OK;
		ctx_forgive(b->jobs[i]->c);
	}
	b->is_broken = q->backend->begin(&q->c, q->writer.handle, 1) != OK;
	q->writer.is_careful = 1;
	for (i = 0; i < b->count && !b->is_broken; i++)
		b->is_broken = !run_beside(q, b->jobs[i]);
}

static enum err
finish(struct queue *q, const struct batch *b)
{
	void *handle = q->writer.handle;
	enum err e = E_BUSY;

	if (!b->is_broken) {
		FAULT_POINT("commit");
		e = q->backend->commit(&q->c, handle);
		FAULT_POINT("committed");
	}
	if (e != OK)
		q->backend->rollback(handle);
	return e;
}

/* Everybody learns what became of his work. */
static void
tell(struct queue *q, struct batch *b, const struct job *own, enum err e)
{
	struct job *j;
	size_t i;

	for (i = 0; i < b->count; i++) {
		j = b->jobs[i];
		if (j->result == OK && e != OK)
			j->result = ctx_fail(j->c, e, "%s", q->c.why != NULL
			    ? q->c.why : "undone with what failed beside it");
		if (j != own)
			move(j, DONE);
	}
}

static void
lead(struct queue *q, struct job *own)
{
	struct batch b = { .count = 0 };
	enum err e;

	ctx_reset(&q->c);
	e = go_through(own->c, q, own->deadline);
	if (e == OK)
		e = q->backend->begin(own->c, q->writer.handle, 1);
	if (e != OK) {
		own->result = e;
		leave_alone(q);
		return;
	}
	run_jobs(q, &b, own);
	/* Who is alone with his failure has it for good. */
	if (b.is_broken && (b.count > 1 || q->writer.is_spoilt))
		run_carefully(q, &b);
	e = finish(q, &b);
	go_out(q);
	tell(q, &b, own, e);
	pass_on(q);
}

enum err
queue_run(struct ctx *c, struct queue *q, db_work *work, void *arg)
{
	struct job j = { .c = c, .work = work, .arg = arg };
	enum err e;

	e = join(q, &j, DB_BUSY_MILLISECONDS);
	if (e != OK)
		return e;
	if (j.state == LEADING)
		lead(q, &j);
	return j.result;
}
