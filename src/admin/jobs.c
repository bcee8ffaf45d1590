/*
 * jobs: bookpay jobs list|retry
 */
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
state(const struct job *job)
{
	if (job->done_at > 0)
		return "done";
	if (job->dead_at > 0)
		return "given up";
	return job->attempts > 0 ? "later" : "waiting";
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
	for (i = 0; e == OK && i < l.list.count; i++) {
		const struct job *job = &l.list.rows[i];
		struct cJSON *o = json_push_object(a->answer);

		json_set_text(o, "id", job->id);
		json_set_text(o, "state", state(job));
		json_set_text(o, "due", now_text(c->mem, job->due_at));
		json_set_int(o, "attempts", job->attempts);
		json_set_text(o, "lastError", job->last_error);
		json_set_text(o, "booking", job->booking);
	}
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
