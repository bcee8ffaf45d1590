#include "booking/job.h"

#include "db/db.h"

/* Owned here: table job. */
#define COLUMNS                                                                \
	"id, kind, booking, subject, due_at, attempts, lease_at, last_error,"  \
	" done_at, created_at"
static const char sql_add[] =
	"INSERT INTO job (" COLUMNS ")"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	" ON CONFLICT (id) DO NOTHING";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(job, id),
	DB_FIELD_TEXT(job, kind),
	DB_FIELD_TEXT(job, booking),
	DB_FIELD_TEXT(job, subject),
	DB_FIELD_INT(job, due_at),
	DB_FIELD_INT(job, attempts),
	DB_FIELD_INT(job, lease_at),
	DB_FIELD_TEXT(job, last_error),
	DB_FIELD_INT(job, done_at),
	DB_FIELD_INT(job, created_at),
};
static const struct db_table table = DB_TABLE(struct job, fields);

enum err
job_add_tx(struct ctx *c, struct db *db, const char *kind,
    const char *subject, const char *booking)
{
	const struct job job = {
		.id = arena_printf(c->mem, "%s-%s", kind, subject),
		.kind = kind,
		.booking = booking,
		.subject = subject,
		.due_at = c->now,
		.created_at = c->now,
	};

	return db_put(c, db, sql_add, &table, &job, NULL);
}
