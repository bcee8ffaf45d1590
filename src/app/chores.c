#include "app/chores.h"

#include <string.h>

#include "app/chore.h"
#include "app/shop.h"
#include "base/json.h"
#include "base/log.h"
#include "booking/duty.h"
#include "booking/history.h"
#include "booking/job.h"
#include "db/db.h"

static const struct kind {
	const char *name;
	enum err (*run)(struct ctx *c, struct chore *ch);
	enum err (*check_tx)(struct ctx *c, struct db *db, struct chore *ch);
	int scrubs; /* what it had to say is to be found nowhere any more */
} kinds[] = {
	{ DUTY_REFUND, chore_refund, chore_refund_check_tx, 0 },
	{ DUTY_EXPIRE, chore_seat_expire, NULL, 0 },
	{ DUTY_RELEASE, chore_seat_release, NULL, 0 },
	{ DUTY_CANCEL, chore_seat_cancel, NULL, 0 },
	{ "calendly-read", chore_seat_read, NULL, 0 },
	{ "calendly-forget", chore_forget, NULL, 1 },
};

static const struct kind *
kind_of(const struct job *job)
{
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		if (strcmp(kinds[i].name, job->kind) == 0)
			return &kinds[i];
	return NULL;
}

static enum err
take_tx(struct ctx *c, struct db *db, void *arg)
{
	struct chore *ch = arg;

	return job_take_tx(c, db, &ch->job);
}

/* What a job did belongs to its booking's story, and so does why it did not. */
static enum err
tell_tx(struct ctx *c, struct db *db, const struct chore *ch)
{
	static const struct history_source by = { "system", NULL };
	const char *why = ch->failure != NULL ? ch->failure : ch->remark;

	if (ch->job->booking == NULL || why == NULL)
		return OK;
	return history_add_tx(c, db, ch->job->booking, &by,
	    arena_printf(c->mem, "%s %s", ch->job->kind,
	    ch->failure != NULL ? "must be tried again" : "done"), why);
}

static enum err
finish_tx(struct ctx *c, struct db *db, void *arg)
{
	struct chore *ch = arg;
	const struct kind *kind = kind_of(ch->job);
	enum err e = OK;

	ch->failure = ch->failed; /* it may be run again */
	if (ch->failure == NULL && kind->check_tx != NULL)
		e = kind->check_tx(c, db, ch);
	if (e == OK)
		e = tell_tx(c, db, ch);
	if (e != OK)
		return e;
	if (ch->failure != NULL)
		return job_failed_tx(c, db, ch->job, ch->failure);
	return ch->later_at > 0 ? job_later_tx(c, db, ch->job, ch->later_at)
				: job_done_tx(c, db, ch->job);
}

static void
log_chore(struct ctx *c, const struct chore *ch)
{
	enum log_level level = ch->failure == NULL ? LOG_INFO : LOG_WARN;
	struct buf line = log_line(c, level);

	/* Not its id: a subject can be an invitee, and opens a booking. */
	log_text(&line, "job", ch->job->kind);
	log_text(&line, "booking", ch->job->booking);
	log_int(&line, "attempt", ch->job->attempts);
	log_text(&line, "outcome", ch->failure == NULL &&
	    ch->later_at == 0 ? "done" : "later");
	log_text(&line, "why", ch->failure);
	log_write(level, &line);
}

enum err
chores_one(struct ctx *c, struct shop *shop, int *ret_found)
{
	struct chore ch = { .shop = shop };
	const struct kind *kind;
	enum err e;

	e = db_transaction(c, shop->db, take_tx, &ch);
	if (e != OK || ch.job == NULL) {
		*ret_found = 0;
		return e;
	}
	*ret_found = 1;
	kind = kind_of(ch.job);
	e = kind != NULL ? kind->run(c, &ch)
	    : ctx_fail(c, E_NOTFOUND, "this worker does not know the job");
	if (e != OK)
		ch.failed = c->why;
	ctx_forgive(c);
	c->now = now_real();
	e = db_transaction(c, shop->db, finish_tx, &ch);
	/* Too slow: another worker has it, and tells how it went. */
	if (e == E_CONFLICT) {
		ch.failure = c->why;
		ctx_forgive(c);
		e = OK;
	}
	if (e == OK)
		log_chore(c, &ch);
	/* Where a reader is in the way, the next ones clear it up. */
	if (e == OK && kind != NULL && kind->scrubs && ch.failure == NULL &&
	    db_scrub(c, shop->db, 0) != OK)
		ctx_forgive(c);
	return e;
}
