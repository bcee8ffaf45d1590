#include "db/batch.h"

#include "base/fault.h"

static int
say(struct batch *b, const char *sql)
{
	int64_t changed;

	return b->writer->backend->run(b->c, b->writer->handle, sql, &changed,
	    NULL, 0) == OK;
}

/* Some backends ask for it: with this twin tests see whether it can be. */
static void
run_for_nothing(struct batch *b, struct job *j)
{
	if (say(b, "SAVEPOINT again"))
		(void)j->work(j->c, b->writer, j->arg);
	ctx_forgive(j->c);
	(void)say(b, "ROLLBACK TO SAVEPOINT again");
}

static void
run_job(struct batch *b, struct job *j)
{
	b->writer->in_transaction = 1;
	if (TWIN("again"))
		run_for_nothing(b, j);
	b->writer->fate = SOUND;
	j->result = j->work(j->c, b->writer, j->arg);
	b->writer->in_transaction = 0;
}

/* What SQLite undoes by itself, as when the disk is full, is lost for all. */
static int
is_undone(struct batch *b)
{
	return !b->writer->backend->in_transaction(b->writer->handle);
}

/* Before the disk is free, a commit would only wait for it. */
static struct job *
next(struct batch *b, struct line *line)
{
	struct waiter *w = NULL;

	if (b->is_broken || b->count == BATCH_MOST)
		return NULL;
	if (b->count < b->most)
		w = line_take(line);
	if (w == NULL)
		w = line_await(line, b->is_busy);
	return (struct job *)w;
}

/* Until there are no more, or one fails. */
static void
run_jobs(struct batch *b, struct job *own, struct line *line)
{
	struct job *j;

	b->writer->is_careful = 0;
	for (j = own; j != NULL; j = next(b, line)) {
		b->jobs[b->count++] = j;
		run_job(b, j);
		b->is_broken = j->result != OK ||
		    b->writer->fate != SOUND || is_undone(b);
	}
}

/* So that it can be undone without the others.  0: it cannot any more. */
static int
run_beside(struct batch *b, struct job *j)
{
	if (!say(b, "SAVEPOINT job"))
		return 0;
	run_job(b, j);
	if (j->result != OK && !TWIN("savepoint") &&
	    !say(b, "ROLLBACK TO SAVEPOINT job"))
		return 0;
	return say(b, "RELEASE SAVEPOINT job") && !is_undone(b);
}

/*
 * From the start, with savepoints: they cost a copy of each page that changes,
 * and something hardly ever fails.
 */
static void
run_carefully(struct batch *b)
{
	size_t i;

	b->writer->backend->rollback(b->writer->handle);
	for (i = 0; i < b->count; i++) {
		b->jobs[i]->result = OK;
		ctx_forgive(b->jobs[i]->c);
	}
	b->is_broken = b->writer->backend->begin(b->c, b->writer->handle, 1) != OK;
	b->writer->is_careful = 1;
	for (i = 0; i < b->count && !b->is_broken; i++)
		b->is_broken = !run_beside(b, b->jobs[i]);
}

static enum err
finish(struct batch *b)
{
	const struct backend *backend = b->writer->backend;
	void *handle = b->writer->handle;
	enum err e = E_BUSY;

	if (!b->is_broken) {
		FAULT_POINT("commit");
		e = backend->commit(b->c, handle);
		FAULT_POINT("committed");
	}
	if (e != OK)
		backend->rollback(handle);
	return e;
}

enum err
batch_write(struct batch *b, struct job *own, struct line *line)
{
	run_jobs(b, own, line);
	/* Who is alone with his failure has it for good. */
	if (b->is_broken && (b->count > 1 || b->writer->fate == SPOILT))
		run_carefully(b);
	return finish(b);
}

static void
settle(struct job *j, enum err e, const char *why)
{
	if (j->result == OK && e != OK)
		j->result = ctx_fail(j->c, e, "%s", why != NULL ? why
		    : "undone with what failed beside it");
}

void
batch_append(struct batch *b, struct job ***last)
{
	size_t i;

	for (i = 0; i < b->count; i++)
		if (b->jobs[i]->waiter.state == TAKEN) {
			**last = b->jobs[i];
			*last = &b->jobs[i]->next;
		}
	**last = NULL;
}

void
batch_tell(struct job *first, enum err e, const char *why)
{
	struct job *j;

	for (j = first; j != NULL; j = j->next)
		settle(j, e, why);
	if (first != NULL)
		line_done(&first->waiter);
}

void
batch_end(struct batch *b, enum err e, const char *why)
{
	struct job *first, **last = &first;

	settle(b->jobs[0], e, why);
	batch_append(b, &last);
	batch_tell(first, e, why);
}

void
batch_told(struct job *j)
{
	if (j->next != NULL)
		line_done(&j->next->waiter);
}
