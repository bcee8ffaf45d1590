#include "db/queue.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errand.h"
#include "base/log.h"
#include "base/now.h"
#include "base/pool.h"
#include "db/batch.h"
#include "db/gate.h"

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
	struct errand *flushing; /* what is committed, to the disk */
	atomic_int is_busy; /* with that */
	pthread_mutex_t lock; /* of the next two */
	struct job *committed, **last; /* those who wait for that */

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
	pthread_mutex_init(&q->lock, NULL);
	q->last = &q->committed;
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
		errand_free(q->flushing);
		pool_free(q->readers, close_reader);
		q->backend->close(q->writer.handle);
		gate_free(q->gate);
		ctx_free(&q->c);
		line_end(&q->line);
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
	if (e == OK && q->gate != NULL && !q->at_gate) {
		e = gate_take(c, q->gate, deadline);
		q->at_gate = e == OK;
	}
	if (e != OK)
		return e;
	/* Some programs know no gate: sqlite3, for one. */
	left = (deadline - now_monotonic()) / (NOW_SECOND / 1000);
	q->backend->patience(q->writer.handle, left > 0 ? (int)left : 0);
	return q->backend->mend(c, q->writer.handle);
}

/* What others find in the database is on the disk: they may answer for it. */
static void
go_out(struct queue *q)
{
	struct ctx c;

	if (!q->at_gate)
		return;
	ctx_init(&c);
	if (q->backend->flush(&c, q->writer.handle) != OK &&
	    q->backend->mend(&c, q->writer.handle) != OK)
		log_say(&c, LOG_ERROR, "what is committed may be lost if "
		    "power is: %s", c.why);
	ctx_free(&c);
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
	if (writing && e == OK)
		e = q->backend->set_lazy(c, q->writer.handle, 0);
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
	/* What the disk does not have must not come into the database: a
	 * failure from now on is told to this reader as well. */
	e = q->backend->flush(c, q->writer.handle);
	if (e == OK)
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

static enum err
begin(struct queue *q, const struct job *first)
{
	enum err e = go_through(first->c, q, first->deadline);

	if (e == OK)
		e = q->backend->set_lazy(first->c, q->writer.handle,
		    q->flushing != NULL);
	if (e == OK)
		e = q->backend->begin(first->c, q->writer.handle, 1);
	if (e != OK)
		go_out(q);
	return e;
}

/*
 * What is committed is not on the disk yet.  Who comes while it is written is for
 * the next one: with all in one batch, nobody would write while the disk works.
 */
static enum err
write_batch(struct queue *q, struct batch *b, struct job *first)
{
	enum err e;

	ctx_reset(&q->c);
	*b = (struct batch){ .c = &q->c, .writer = &q->writer,
		.is_busy = &q->is_busy, .most = q->flushing == NULL
		    ? BATCH_MOST : line_length(&q->line) + 1 };
	first->result = begin(q, first);
	if (first->result != OK) {
		b->jobs[b->count++] = first;
		return OK;
	}
	e = batch_write(b, first, &q->line);
	if (q->copying != NULL && q->backend->is_log_long(q->writer.handle))
		errand_ask(q->copying);
	return e;
}

/* Nobody writes behind it for now. */
static void
end_batch(struct queue *q, struct batch *b, enum err e)
{
	if (e == OK)
		e = q->backend->flush(&q->c, q->writer.handle);
	go_out(q);
	batch_end(b, e, q->c.why);
}

/* Another thread waits for the disk, and tells them. */
static void
put_off(struct queue *q, struct batch *b)
{
	pthread_mutex_lock(&q->lock);
	batch_append(b, &q->last);
	atomic_store(&q->is_busy, 1);
	pthread_mutex_unlock(&q->lock);
	errand_ask(q->flushing);
}

static struct job *
take_committed(struct queue *q)
{
	struct job *first;

	pthread_mutex_lock(&q->lock);
	first = q->committed;
	q->committed = NULL;
	q->last = &q->committed;
	pthread_mutex_unlock(&q->lock);
	return first;
}

/* The disk is free; unless there is more already. */
static void
rest(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	atomic_store(&q->is_busy, q->committed != NULL);
	pthread_mutex_unlock(&q->lock);
	line_nudge(&q->line);
}

static void
flush(void *arg)
{
	struct queue *q = arg;
	struct job *first = take_committed(q);
	struct ctx c;
	enum err e;

	ctx_init(&c);
	e = q->backend->flush(&c, q->writer.handle);
	rest(q);
	batch_tell(first, e, c.why);
	ctx_free(&c);
}

/* Others must wait no longer than until the disk is free. */
static int
goes_on(struct queue *q)
{
	return q->flushing != NULL &&
	    !(q->at_gate && gate_is_wanted(q->gate));
}

static struct job *
next(struct queue *q)
{
	struct waiter *w = line_take(&q->line);

	return (struct job *)(w != NULL ? w
	    : line_await(&q->line, &q->is_busy));
}

static void
lead_on(void *arg)
{
	struct queue *q = arg;
	struct job *j;
	enum err e;

	while ((j = next(q)) != NULL) {
		struct batch b;

		e = write_batch(q, &b, j);
		if (e == OK && goes_on(q))
			put_off(q, &b);
		else
			end_batch(q, &b, e);
	}
	go_out(q);
	line_pass_on(&q->line);
}

/* One batch; others lead on as soon as they can. */
static void
lead(struct queue *q, struct job *own)
{
	struct batch b;
	struct ctx c;
	enum err e;

	e = write_batch(q, &b, own);
	if (e == OK && goes_on(q) && line_waits(&q->line)) {
		errand_ask(q->leading);
		ctx_init(&c);
		e = q->backend->flush(&c, q->writer.handle);
		batch_end(&b, e, c.why);
		ctx_free(&c);
		return;
	}
	end_batch(q, &b, e);
	pass_on(q);
}

/* Where many write, threads do what nobody has to wait for. */
static void
get_help(struct queue *q)
{
	if (q->copying != NULL || !queue_is_shared(q))
		return;
	if (q->leading == NULL)
		q->leading = errand_new(lead_on, q);
	if (q->leading != NULL && q->flushing == NULL)
		q->flushing = errand_new(flush, q);
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
	batch_told(&j);
	if (j.waiter.state == LEADING) {
		get_help(q);
		lead(q, &j);
	}
	return j.result;
}
