#include "db/queue.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errand.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/now.h"
#include "base/pool.h"
#include "db/gate.h"
#include "db/line.h"

/* One who waits.  It lives on his stack. */
struct job {
	struct waiter waiter;
	struct ctx *c;
	db_work *work; /* NULL: he does it himself, alone with the connection */
	void *arg;
	enum err result;
	int64_t deadline;
};

struct queue {
	struct queue *next; /* of those open in this process */
	const struct backend *backend;
	char *where;
	pid_t process;
	atomic_uint refs;

	struct line line; /* who writes, and who waits to */
	struct pool *readers; /* connections to read with (struct db) */

	/* NULL: nobody wrote, or he is alone with the queue */
	struct errand *copying; /* the log into the database */
	struct errand *leading; /* what waited when somebody was done */

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
	line_init(&q->line);
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
		errand_free(q->copying);
		errand_free(q->leading);
		pool_free(q->readers, close_reader);
		q->backend->close(q->writer.handle);
		gate_free(q->gate);
		ctx_free(&q->c);
		line_end(&q->line);
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

/* Waits until it leads or is done; E_BUSY: neither in time. */
static enum err
join(struct queue *q, struct job *j, int milliseconds)
{
	j->deadline = deadline_of(j->c, milliseconds);
	if (line_join(&q->line, &j->waiter, j->deadline))
		return OK;
	return ctx_fail(j->c, E_BUSY, "other writers are slow");
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

/*
 * Who was just served has an answer to give, and others whom he would wake for
 * this have all their work done by then: a thread that only leads goes on.
 */
static void
pass_on(struct queue *q)
{
	if (q->leading != NULL && line_waits(&q->line))
		errand_ask(q->leading);
	else
		line_pass_on(&q->line);
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
	struct job j = { .waiter.is_alone = 1, .c = c };
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

/* --- The log ---------------------------------------------------------------- */

/* Others write meanwhile: then there is little left, which they wait for. */
static enum err
copy_log(struct ctx *c, struct queue *q)
{
	struct db *reader;
	enum err e;

	e = take_reader(c, q, DB_BUSY_MILLISECONDS, &reader);
	if (e != OK)
		return e;
	e = q->backend->copy_log(c, reader->handle);
	pool_give(q->readers, reader);
	if (e == OK)
		e = enter_alone(c, q, 1, DB_BUSY_MILLISECONDS);
	if (e != OK)
		return e;
	e = q->backend->copy_log(c, q->writer.handle);
	leave_alone(q);
	return e;
}

/* What fails is tried again when the log has grown. */
static void
copy(void *arg)
{
	struct ctx c;

	ctx_init(&c);
	if (copy_log(&c, arg) != OK)
		log_say(&c, LOG_WARN, "the log is not copied: %s", c.why);
	ctx_free(&c);
}

/* --- Leading -------------------------------------------------------------- */

/* Those whose work is in one transaction. */
struct batch {
	struct job *jobs[QUEUE_BATCH];
	size_t count;
	int is_broken; /* it must not be committed */
};

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
	q->writer.fate = SOUND;
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
	struct job *j;

	q->writer.is_careful = 0;
	for (j = own; j != NULL; j = (struct job *)line_take(&q->line)) {
		b->jobs[b->count++] = j;
		run_job(q, j);
		b->is_broken = j->result != OK ||
		    q->writer.fate != SOUND || is_undone(q);
		if (b->is_broken || b->count == QUEUE_BATCH)
			break;
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
tell(struct queue *q, struct batch *b, enum err e)
{
	struct job *j;
	size_t i;

	for (i = 0; i < b->count; i++) {
		j = b->jobs[i];
		if (j->result == OK && e != OK)
			j->result = ctx_fail(j->c, e, "%s", q->c.why != NULL
			    ? q->c.why : "undone with what failed beside it");
		if (j->waiter.state == TAKEN)
			line_done(&j->waiter);
	}
}

static enum err
begin(struct queue *q, const struct job *first)
{
	enum err e = go_through(first->c, q, first->deadline);

	if (e == OK)
		e = q->backend->begin(first->c, q->writer.handle, 1);
	if (e != OK)
		go_out(q);
	return e;
}

/* One batch, with the first of it. */
static void
lead(struct queue *q, struct job *first)
{
	struct batch b = { .count = 0 };
	enum err e;

	ctx_reset(&q->c);
	first->result = begin(q, first);
	if (first->result != OK) {
		b.jobs[b.count++] = first;
		tell(q, &b, OK);
		return;
	}
	run_jobs(q, &b, first);
	/* Who is alone with his failure has it for good. */
	if (b.is_broken && (b.count > 1 || q->writer.fate == SPOILT))
		run_carefully(q, &b);
	e = finish(q, &b);
	go_out(q);
	if (q->copying != NULL && q->backend->is_log_long(q->writer.handle))
		errand_ask(q->copying);
	tell(q, &b, e);
}

static void
lead_on(void *arg)
{
	struct queue *q = arg;
	struct job *j;

	while ((j = (struct job *)line_take(&q->line)) != NULL)
		lead(q, j);
	line_pass_on(&q->line);
}

/* Where many write, two threads do what nobody has to wait for. */
static void
get_help(struct queue *q)
{
	if (q->copying != NULL || !queue_is_shared(q))
		return;
	if (q->leading == NULL)
		q->leading = errand_new(lead_on, q);
	q->copying = errand_new(copy, q);
	if (q->copying != NULL)
		q->backend->leave_log(q->writer.handle);
}

enum err
queue_run(struct ctx *c, struct queue *q, db_work *work, void *arg)
{
	struct job j = { .c = c, .work = work, .arg = arg };
	enum err e;

	e = join(q, &j, DB_BUSY_MILLISECONDS);
	if (e != OK)
		return e;
	if (j.waiter.state == LEADING) {
		get_help(q);
		lead(q, &j);
		pass_on(q);
	}
	return j.result;
}
