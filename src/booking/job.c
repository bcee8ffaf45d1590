#include "booking/job.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/now.h"
#include "db/db.h"

/* Longer than any call a job makes; a killed worker's job waits this long. */
#define LEASE (120 * NOW_SECOND)

/* Pauses of about 10 s, 20 s, 40 s … a day; 24 tries take some ten days. */
#define FIRST_PAUSE (10 * NOW_SECOND)
#define LONGEST_PAUSE (24 * 3600 * NOW_SECOND)
enum { ATTEMPTS_MAX = 24 };

/* Owned here: table job. */
#define COLUMNS                                                                \
	"id, kind, booking, subject, due_at, attempts, lease_at, call_number," \
	" call_body, call_at, last_error, done_at, dead_at, created_at"
static const char sql_add[] =
	"INSERT INTO job (" COLUMNS ")"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
	" ON CONFLICT (id) DO UPDATE SET done_at = 0, attempts = 0,"
	" due_at = excluded.due_at, last_error = NULL"
	" WHERE job.done_at > 0";
static const char sql_sooner[] =
	"UPDATE job SET due_at = $2 WHERE id = $1 AND due_at > $2"
	" AND attempts = 0 AND lease_at = 0 AND done_at = 0 AND dead_at = 0";
static const char sql_drop[] =
	"DELETE FROM job WHERE id = $1 AND attempts = 0 AND lease_at = 0"
	" AND call_number = 0 AND call_body IS NULL AND done_at = 0";
static const char sql_due[] =
	"SELECT " COLUMNS " FROM job WHERE done_at = 0 AND dead_at = 0"
	" AND due_at <= $1 AND lease_at <= $1 ORDER BY due_at, id LIMIT 1";
static const char sql_lease[] =
	"UPDATE job SET lease_at = $2, attempts = attempts + 1 WHERE id = $1";
static const char sql_hold[] =
	"UPDATE job SET lease_at = $3 WHERE id = $1 AND lease_at = $2";
static const char sql_call[] =
	"UPDATE job SET call_number = $3, call_body = $4, call_at = $5"
	" WHERE id = $1 AND lease_at = $2";
static const char sql_later[] =
	"UPDATE job SET due_at = $3, attempts = 0, lease_at = 0"
	" WHERE id = $1 AND lease_at = $2";
static const char sql_done[] =
	"UPDATE job SET done_at = $3, lease_at = 0, call_body = NULL,"
	" last_error = NULL WHERE id = $1 AND lease_at = $2";
static const char sql_failed[] =
	"UPDATE job SET due_at = $3, dead_at = $4, last_error = $5,"
	" lease_at = 0 WHERE id = $1 AND lease_at = $2";
static const char sql_retry[] =
	"UPDATE job SET due_at = $2, dead_at = 0, attempts = 0, lease_at = 0"
	" WHERE id = $1 AND done_at = 0";
static const char sql_erase[] =
	"UPDATE job SET last_error = NULL WHERE booking = $1"
	" AND last_error IS NOT NULL";
/* The call of a refund says nothing about anybody, and must be repeated byte
 * for byte if it is ever made again. */
static const char sql_fade[] =
	"UPDATE job SET last_error = NULL, call_body = CASE"
	" WHEN kind = 'refund' THEN call_body END"
	" WHERE id IN (SELECT id FROM job WHERE dead_at > 0"
	" AND dead_at <= $1 AND done_at = 0 AND (last_error IS NOT NULL"
	" OR (call_body IS NOT NULL AND kind <> 'refund')) LIMIT $2)";
static const char sql_of_booking[] =
	"SELECT " COLUMNS " FROM job WHERE booking = $1"
	" ORDER BY created_at, id";
static const char sql_given_up[] =
	"SELECT booking FROM job WHERE dead_at > 0 AND done_at = 0"
	" AND booking IS NOT NULL ORDER BY booking";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM job WHERE done_at = 0"
	" ORDER BY created_at DESC, id LIMIT $1";
static const char sql_list_all[] =
	"SELECT " COLUMNS " FROM job ORDER BY created_at DESC, id LIMIT $1";
static const char sql_queues[] =
	"SELECT kind, CAST(SUM(CASE WHEN dead_at = 0 AND due_at <= $1"
	" THEN 1 ELSE 0 END) AS BIGINT) AS due,"
	" CAST(SUM(CASE WHEN dead_at = 0 AND due_at > $1"
	" THEN 1 ELSE 0 END) AS BIGINT) AS later,"
	" CAST(SUM(CASE WHEN dead_at > 0 THEN 1 ELSE 0 END) AS BIGINT)"
	" AS dead,"
	" COALESCE(MIN(CASE WHEN dead_at = 0 AND due_at <= $1"
	" THEN due_at END), 0) AS since"
	" FROM job WHERE done_at = 0 GROUP BY kind ORDER BY kind";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(job, id),
	DB_FIELD_TEXT(job, kind),
	DB_FIELD_TEXT(job, booking),
	DB_FIELD_TEXT(job, subject),
	DB_FIELD_INT(job, due_at),
	DB_FIELD_INT(job, attempts),
	DB_FIELD_INT(job, lease_at),
	DB_FIELD_INT(job, call_number),
	DB_FIELD_TEXT(job, call_body),
	DB_FIELD_INT(job, call_at),
	DB_FIELD_TEXT(job, last_error),
	DB_FIELD_INT(job, done_at),
	DB_FIELD_INT(job, dead_at),
	DB_FIELD_INT(job, created_at),
};
const struct db_table job_table = DB_TABLE(job, fields, NULL);

static const struct db_field queue_fields[] = {
	DB_FIELD_TEXT(job_queue, kind),
	DB_FIELD_INT(job_queue, due),
	DB_FIELD_INT(job_queue, later),
	DB_FIELD_INT(job_queue, dead),
	DB_FIELD_INT(job_queue, since),
};
static const struct db_table queues_table = DB_TABLE(job_queue, queue_fields,
    NULL);

static enum err
want_it(struct ctx *c, struct db *db, struct job *job, int64_t *ret_changed)
{
	enum err e;

	if (job->due_at < c->now)
		job->due_at = c->now;
	job->created_at = c->now;
	e = db_put(c, db, sql_add, &job_table, job, ret_changed);
	if (e != OK || *ret_changed > 0)
		return e;
	return db_run(c, db, sql_sooner, NULL,
	    DB_VALUES(DB_TEXT(job->id), DB_INT(job->due_at)));
}

enum err
job_settle_tx(struct ctx *c, struct db *db, const struct job *want, int due,
    int *ret_changed)
{
	struct job job = *want;
	int64_t changed;
	enum err e;

	job.id = arena_printf(c->mem, "%s-%s", want->kind, want->subject);
	if (due)
		e = want_it(c, db, &job, &changed);
	else
		e = db_run(c, db, sql_drop, &changed,
		    DB_VALUES(DB_TEXT(job.id)));
	if (e == OK)
		*ret_changed = changed > 0;
	return e;
}

enum err
job_take_tx(struct ctx *c, struct db *db, struct job **ret)
{
	struct db_list list;
	struct job *job;
	enum err e;

	e = db_select(c, db, sql_due, &job_table, &list,
	    DB_VALUES(DB_INT(c->now)));
	if (e != OK)
		return e;
	*ret = job = list.count == 0 ? NULL : list.rows;
	if (job == NULL)
		return OK;
	job->lease_at = TWIN("lease") ? 0 : c->now + LEASE;
	job->attempts++;
	return db_run(c, db, sql_lease, NULL,
	    DB_VALUES(DB_TEXT(job->id), DB_INT(job->lease_at)));
}

/* What a worker says of its job goes for nothing once the lease is gone. */
static enum err
update(struct ctx *c, struct db *db, const char *sql,
    const struct db_value *values, size_t n)
{
	int64_t changed;
	enum err e;

	e = db_run(c, db, sql, &changed, values, n);
	if (e == OK && changed == 0 && !TWIN("fence"))
		e = ctx_fail(c, E_CONFLICT, "another worker has the job now");
	return e;
}

/* The first two values of all of these. */
#define MINE(job) DB_TEXT((job)->id), DB_INT((job)->lease_at)

enum err
job_hold_tx(struct ctx *c, struct db *db, struct job *job)
{
	int64_t until = c->now + LEASE;
	enum err e;

	e = update(c, db, sql_hold, DB_VALUES(MINE(job), DB_INT(until)));
	if (e == OK)
		job->lease_at = until;
	return e;
}

static enum err
set_call(struct ctx *c, struct db *db, struct job *job, int64_t number,
    const char *body)
{
	job->call_number = number;
	job->call_body = body;
	job->call_at = c->now;
	return update(c, db, sql_call, DB_VALUES(MINE(job), DB_INT(number),
	    DB_TEXT(body), DB_INT(job->call_at)));
}

enum err
job_call_tx(struct ctx *c, struct db *db, struct job *job, const char *body)
{
	return set_call(c, db, job, job->call_number, body);
}

enum err
job_answered_tx(struct ctx *c, struct db *db, struct job *job)
{
	return set_call(c, db, job, job->call_number + 1, NULL);
}

enum err
job_later_tx(struct ctx *c, struct db *db, const struct job *job, int64_t at)
{
	return update(c, db, sql_later, DB_VALUES(MINE(job), DB_INT(at)));
}

enum err
job_done_tx(struct ctx *c, struct db *db, const struct job *job)
{
	return update(c, db, sql_done, DB_VALUES(MINE(job), DB_INT(c->now)));
}

/* Doubles with each try, less up to a half, so that jobs do not march. */
static int64_t
pause_after(struct ctx *c, int64_t attempts)
{
	int64_t pause = FIRST_PAUSE;
	const char *dice = hash_id(c->mem, "");

	while (--attempts > 0 && pause < LONGEST_PAUSE)
		pause *= 2;
	if (pause > LONGEST_PAUSE)
		pause = LONGEST_PAUSE;
	return pause - pause / 2 * ((unsigned char)dice[0] % 16) / 16;
}

enum err
job_failed_tx(struct ctx *c, struct db *db, const struct job *job,
    const char *why)
{
	int dead = job->attempts >= ATTEMPTS_MAX;

	return update(c, db, sql_failed, DB_VALUES(MINE(job),
	    DB_INT(c->now + pause_after(c, job->attempts)),
	    DB_INT(dead ? c->now : 0), DB_TEXT(why)));
}

enum err
job_retry_tx(struct ctx *c, struct db *db, const char *id, int *ret_found)
{
	int64_t changed;
	enum err e;

	e = db_run(c, db, sql_retry, &changed,
	    DB_VALUES(DB_TEXT(id), DB_INT(c->now)));
	if (e == OK)
		*ret_found = changed > 0;
	return e;
}

enum err
job_erase_tx(struct ctx *c, struct db *db, const char *booking)
{
	return db_run(c, db, sql_erase, NULL, DB_VALUES(DB_TEXT(booking)));
}

enum err
job_fade_tx(struct ctx *c, struct db *db, int64_t before, int64_t *ret_count)
{
	return db_run(c, db, sql_fade, ret_count, DB_VALUES(DB_INT(before),
	    DB_INT(JOB_BATCH)));
}

static enum err
list(struct ctx *c, struct db *db, const char *sql,
    const struct db_value *values, size_t n, struct job_list *ret)
{
	struct db_list rows;
	enum err e;

	e = db_select(c, db, sql, &job_table, &rows, values, n);
	if (e == OK)
		*ret = (struct job_list){ rows.rows, rows.count };
	return e;
}

enum err
job_of_booking_tx(struct ctx *c, struct db *db, const char *booking,
    struct job_list *ret)
{
	return list(c, db, sql_of_booking, DB_VALUES(DB_TEXT(booking)), ret);
}

enum err
job_given_up_tx(struct ctx *c, struct db *db, struct db_rows *ret)
{
	return db_query(c, db, sql_given_up, ret, NULL, 0);
}

enum err
job_list_tx(struct ctx *c, struct db *db, int all, int64_t limit,
    struct job_list *ret)
{
	return list(c, db, all ? sql_list_all : sql_list,
	    DB_VALUES(DB_INT(limit)), ret);
}

enum err
job_queues_tx(struct ctx *c, struct db *db, struct job_queues *ret)
{
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql_queues, &queues_table, &list,
	    DB_VALUES(DB_INT(c->now)));
	if (e == OK)
		*ret = (struct job_queues){ list.rows, list.count };
	return e;
}
