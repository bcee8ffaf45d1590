/*
 * jobs: bookpay jobs list|retry
 */
#include "admin/jobs.h"

#include "admin/admin.h"
#include "admin/args.h"
#include "base/json.h"
#include "base/now.h"
#include "booking/job.h"
#include "db/db.h"

enum { LIST_DEFAULT = 50 };

struct listing {
	int64_t all, limit;
	struct job_list list;
};

static enum err
list_tx(struct ctx *c, struct db *db, void *arg)
{
	struct listing *l = arg;

	return job_list_tx(c, db, (int)l->all, l->limit, &l->list);
}

static const char *
state(const struct ctx *c, const struct job *job)
{
	if (job->done_at > 0)
		return "done";
	if (job->dead_at > 0)
		return "given up";
	if (job->lease_at > c->now)
		return "under way";
	/* Under way when its worker died, as far as we know. */
	return job->attempts > 0 ? "later" : "waiting";
}

/* What is done or given up is not due any more; a lease that runs holds the
 * next try up. */
static const char *
next(struct ctx *c, const struct job *job)
{
	if (job->done_at > 0 || job->dead_at > 0)
		return NULL;
	return now_text(c->mem, job->lease_at > job->due_at ? job->lease_at
							     : job->due_at);
}

void
jobs_print(struct ctx *c, const struct job *job, struct cJSON *o)
{
	json_set_text(o, "id", job->id);
	json_set_text(o, "state", state(c, job));
	json_set_text(o, "due", next(c, job));
	json_set_int(o, "attempts", job->attempts);
	json_set_text(o, "lastError", job->last_error);
	json_set_text(o, "booking", job->booking);
}

enum err
jobs_list(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("all", ARGS_ON, listing, all, 0),
		ARGS_OPTION("limit", ARGS_NUMBER, listing, limit, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct listing l = { .limit = LIST_DEFAULT };
	const char *id;
	size_t i;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &l, &id);
	if (e == OK)
		e = db_read(c, a->db, list_tx, &l);
	for (i = 0; e == OK && i < l.list.count; i++)
		jobs_print(c, &l.list.rows[i], json_push_object(a->answer));
	return e;
}

struct retrying {
	const char *id;
	int found;
};

static enum err
retry_tx(struct ctx *c, struct db *db, void *arg)
{
	struct retrying *r = arg;

	return job_retry_tx(c, db, r->id, &r->found);
}

enum err
jobs_retry(struct ctx *c, struct admin *a)
{
	const struct args_line line = { NULL, 0, 1 };
	struct retrying r = { 0 };
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &r, &r.id);
	if (e == OK)
		e = db_transaction(c, a->db, retry_tx, &r);
	if (e == OK && !r.found)
		e = ctx_fail(c, E_NOTFOUND, "there is no job %s to be done",
		    r.id);
	return e;
}
