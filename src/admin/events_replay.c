/*
 * events_replay: bookpay events replay
 */
#include <string.h>
#include <sys/stat.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/progress.h"
#include "app/replay.h"
#include "base/json.h"
#include "booking/event.h"
#include "db/db.h"
#include "db/migrate.h"

struct replaying {
	const char *to;
	struct db *target;
	int64_t count;
};

static enum err
replay_one_event(struct ctx *c, struct admin *a, const char *id)
{
	struct event_outcome outcome;
	enum err e;

	e = replay_one(c, a->db, id, &outcome);
	if (e != OK)
		return e;
	a->answer = json_object(c);
	json_set_text(a->answer, "id", id);
	json_set_text(a->answer, "outcome", outcome.word);
	json_set_text(a->answer, "reason", outcome.reason);
	json_set_text(a->answer, "booking", outcome.booking);
	return OK;
}

static enum err
replay_tx(struct ctx *c, struct db *db, void *arg)
{
	struct replaying *r = arg;

	return replay_all_tx(c, db, r->target, progress_events, NULL, &r->count);
}

static enum err
replay_all_events(struct ctx *c, struct admin *a, struct replaying *r)
{
	int applied;
	enum err e;

	/* Names and addresses will be in it. */
	umask(077);
	e = db_open(c, r->to, 1, &r->target);
	if (e != OK)
		return e;
	e = migrate_run(c, r->target, &applied);
	if (e == OK)
		e = db_read(c, a->db, replay_tx, r);
	db_free(r->target);
	progress_end();
	if (e != OK)
		return e;
	a->answer = json_object(c);
	json_set_text(a->answer, "to", r->to);
	json_set_int(a->answer, "events", r->count);
	return OK;
}

enum err
events_replay(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("to", ARGS_TEXT, replaying, to, 0),
	};
	/* One event by its ID, or all of them somewhere else. */
	int all = a->argc > 1 && strncmp(a->argv[1], "--", 2) == 0;
	const struct args_line line = { options, COUNT(options), !all };
	struct replaying r = { 0 };
	const char *id;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &r, &id);
	if (e == OK && all != (r.to != NULL))
		e = ctx_fail(c, E_BADREQ, "either an ID, or --to URL");
	if (e != OK)
		return e;
	return all ? replay_all_events(c, a, &r)
		   : replay_one_event(c, a, id);
}
