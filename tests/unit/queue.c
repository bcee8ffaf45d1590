/*
 * Threads that write at the same time: what they share, and what not.
 */
#define _GNU_SOURCE /* gettid */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

#include "base/fault.h"
#include "base/now.h"
#include "db/db.h"
#include "db/queue.h"
#include "unit.h"

enum { CROWD = QUEUE_READERS };

/* Not so often that who writes would come to copy the log himself. */
enum { OFTEN = 200 };

static const char schema[] =
	"CREATE TABLE mother (id TEXT PRIMARY KEY);"
	"CREATE TABLE child (id TEXT PRIMARY KEY, mother TEXT"
	" REFERENCES mother (id) DEFERRABLE INITIALLY DEFERRED);";
static const char sql_add[] = "INSERT INTO mother (id) VALUES ($1)";
static const char sql_orphan[] =
	"INSERT INTO child (id, mother) VALUES ($1, 'nobody')";
static const char sql_vast[] =
	"INSERT INTO mother (id) VALUES (hex(zeroblob(10000000)))";
/* Some 3000 pages, with its index. */
static const char sql_long[] =
	"INSERT INTO mother (id) VALUES ($1 || hex(zeroblob(3000000)))";
static const char sql_narrow[] = "PRAGMA max_page_count = 100";
static const char sql_count[] = "SELECT count(*) FROM mother";

struct place;

/* One thread with a struct db of its own. */
struct member {
	struct place *place;
	struct ctx c;
	struct db *db;
	pthread_t thread;
	atomic_int number; /* of the thread, for the kernel */
	char id[16];
	db_work *work; /* what it does besides adding its row */
	enum err result;
	int by_another; /* somebody else did its work */
	int has_waited; /* for the others */
};

struct place {
	struct ctx c;
	char *folder, *url;
	struct db *db;
	sem_t coming, go;
	struct member crowd[CROWD];
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	size_t i;

	assert_non_null(p);
	ctx_init(&p->c);
	p->folder = unit_folder(&p->c);
	p->url = arena_printf(p->c.mem, "sqlite:%s/test.db", p->folder);
	assert_int_equal(db_open(&p->c, p->url, 1, &p->db), OK);
	assert_int_equal(db_script(&p->c, p->db, schema), OK);
	sem_init(&p->coming, 0, 0);
	sem_init(&p->go, 0, 0);
	for (i = 0; i < CROWD; i++) {
		struct member *m = &p->crowd[i];

		m->place = p;
		ctx_init(&m->c);
		snprintf(m->id, sizeof(m->id), "m%zu", i);
		assert_int_equal(db_open(&m->c, p->url, 0, &m->db), OK);
	}
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;
	size_t i;

	for (i = 0; i < CROWD; i++) {
		db_free(p->crowd[i].db);
		ctx_free(&p->crowd[i].c);
	}
	db_free(p->db);
	unit_remove(&p->c, p->folder);
	ctx_free(&p->c);
	free(p);
	return 0;
}

static int64_t
count(struct place *p)
{
	struct db_rows rows;

	assert_int_equal(db_query(&p->c, p->db, sql_count, &rows, NULL, 0),
	    OK);
	return rows.values[0].integer;
}

static enum err
member_tx(struct ctx *c, struct db *db, void *arg)
{
	struct member *m = arg;
	enum err e;

	m->by_another = !pthread_equal(pthread_self(), m->thread);
	e = db_run(c, db, sql_add, NULL, DB_VALUES(DB_TEXT(m->id)));
	if (e == OK && m->work != NULL)
		e = m->work(c, db, m);
	return e;
}

static void *
member(void *arg)
{
	struct member *m = arg;

	atomic_store(&m->number, gettid());
	m->result = db_transaction(&m->c, m->db, member_tx, m);
	return NULL;
}

/* The first one's, in which it waits for the others to come: not twice. */
static enum err
wait_for_the_others(struct ctx *c, struct db *db, void *arg)
{
	struct member *m = arg;

	(void)c;
	(void)db;
	if (m->has_waited)
		return OK;
	m->has_waited = 1;
	sem_post(&m->place->go);
	while (sem_wait(&m->place->coming) != 0)
		continue;
	return OK;
}

static void
start_member(struct member *m)
{
	assert_int_equal(pthread_create(&m->thread, NULL, member, m), 0);
}

/* The first one begins; the others stand in line, as they are numbered, until it
 * is done, and share the next transaction. */
static void
run_crowd(struct place *p)
{
	size_t i, all = 1;

	if (p->crowd[0].work == NULL)
		p->crowd[0].work = wait_for_the_others;
	start_member(&p->crowd[0]);
	while (sem_wait(&p->go) != 0)
		continue;
	for (i = 1; i < CROWD; i++) {
		start_member(&p->crowd[i]);
		all += unit_comes_to_sleep(&p->crowd[i].number);
	}
	sem_post(&p->coming);
	for (i = 0; i < CROWD; i++)
		pthread_join(p->crowd[i].thread, NULL);
	assert_int_equal(all, CROWD);
}

static void
who_waits_is_committed_with_the_others(void **state)
{
	struct place *p = *state;
	size_t i;

	run_crowd(p);
	for (i = 0; i < CROWD; i++) {
		assert_int_equal(p->crowd[i].result, OK);
		assert_int_equal(p->crowd[i].by_another, i > 0);
	}
	assert_int_equal(count(p), CROWD);
}

static enum err
refuse(struct ctx *c, struct db *db, void *arg)
{
	(void)db;
	(void)arg;
	return ctx_fail(c, E_NOTYPE, "it does not want to");
}

/* How many rows there are when one of them fails. */
static int64_t
rows_beside_a_failure(struct place *p)
{
	struct member *failing = &p->crowd[CROWD - 1];
	size_t i;

	failing->work = refuse;
	run_crowd(p);
	assert_int_equal(failing->result, E_NOTYPE);
	assert_string_equal(failing->c.why, "it does not want to");
	for (i = 0; i < CROWD - 1; i++) {
		assert_int_equal(p->crowd[i].result, OK);
		assert_null(p->crowd[i].c.why);
	}
	return count(p);
}

static void
what_fails_is_undone_alone(void **state)
{
	assert_int_equal(rows_beside_a_failure(*state), CROWD - 1);
}

static void
without_its_savepoint_a_part_of_it_stays(void **state)
{
	setenv("BOOKPAY_TWIN", "savepoint", 1);
	if (TWIN("savepoint"))
		assert_int_equal(rows_beside_a_failure(*state), CROWD);
	unsetenv("BOOKPAY_TWIN");
}

/* Whose mother is missed only at the commit. */
static enum err
leave_an_orphan(struct ctx *c, struct db *db, void *arg)
{
	const struct member *m = arg;

	return db_run(c, db, sql_orphan, NULL, DB_VALUES(DB_TEXT(m->id)));
}

/* That one and those with it were not OK and have no rows; others were. */
static void
all_beside_it_failed(struct place *p, size_t one, enum err e)
{
	struct member *next = &p->crowd[0];
	size_t i, kept = 0;

	assert_int_equal(p->crowd[one].result, e);
	for (i = 0; i < CROWD; i++) {
		if (p->crowd[i].result == OK)
			kept++;
		else
			assert_non_null(p->crowd[i].c.why);
	}
	assert_int_equal(count(p), kept);
	/* And the next one has its turn. */
	next->work = NULL;
	snprintf(next->id, sizeof(next->id), "next");
	member(next);
	assert_int_equal(next->result, OK);
	assert_int_equal(count(p), kept + 1);
}

static void
who_cannot_be_committed_takes_all_with_him(void **state)
{
	struct place *p = *state;

	p->crowd[CROWD - 1].work = leave_an_orphan;
	run_crowd(p);
	assert_int_equal(p->crowd[CROWD - 1].result, E_CONFLICT);
	all_beside_it_failed(p, 1, E_CONFLICT);
}

static enum err
fill_the_disk(struct ctx *c, struct db *db, void *arg)
{
	struct db_rows rows;
	enum err e;

	(void)arg;
	e = db_query(c, db, sql_narrow, &rows, NULL, 0);
	return e != OK ? e : db_run(c, db, sql_vast, NULL, NULL, 0);
}

/* SQLite then undoes the whole transaction by itself. */
static void
what_a_full_disk_undoes_is_told_to_all(void **state)
{
	struct place *p = *state;

	p->crowd[CROWD - 1].work = fill_the_disk;
	run_crowd(p);
	assert_int_equal(p->crowd[CROWD - 1].result, E_BUSY);
	all_beside_it_failed(p, 1, E_BUSY);
}

static enum err
hide_a_full_disk(struct ctx *c, struct db *db, void *arg)
{
	enum err e = wait_for_the_others(c, db, arg);

	if (fill_the_disk(c, db, arg) != OK)
		ctx_forgive(c);
	return e;
}

/* Nor does what comes next then stand alone, outside of any transaction. */
static void
what_a_full_disk_undoes_cannot_be_hidden(void **state)
{
	struct place *p = *state;

	p->crowd[0].work = hide_a_full_disk;
	run_crowd(p);
	all_beside_it_failed(p, 0, E_BUSY);
}

static enum err
let_another_try(struct ctx *c, struct db *db, void *arg)
{
	struct member *m = arg, *other = &m->place->crowd[1];

	(void)c;
	(void)db;
	start_member(other);
	pthread_join(other->thread, NULL);
	return OK;
}

static void
who_waits_too_long_goes_without_having_begun(void **state)
{
	struct place *p = *state;
	struct member *first = &p->crowd[0], *other = &p->crowd[1];

	first->work = let_another_try;
	start_member(first);
	pthread_join(first->thread, NULL);
	assert_int_equal(first->result, OK);
	assert_int_equal(other->result, E_BUSY);
	assert_int_equal(count(p), 1);
}

static enum err
read_until_told(struct ctx *c, struct db *db, void *arg)
{
	struct member *m = arg;
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql_count, &rows, NULL, 0);
	sem_post(&m->place->coming);
	while (sem_wait(&m->place->go) != 0)
		continue;
	return e;
}

static void *
reader(void *arg)
{
	struct member *m = arg;

	m->result = db_read(&m->c, m->db, read_until_told, m);
	return NULL;
}

static void
a_few_read_at_a_time_and_others_not_for_ever(void **state)
{
	struct place *p = *state;
	struct db_rows rows;
	int64_t began;
	size_t i;

	for (i = 0; i < CROWD; i++)
		assert_int_equal(pthread_create(&p->crowd[i].thread, NULL,
		    reader, &p->crowd[i]), 0);
	for (i = 0; i < CROWD; i++)
		while (sem_wait(&p->coming) != 0)
			continue;
	/* Who has waited already has less patience. */
	p->c.waited = DB_BUSY_MILLISECONDS * (NOW_SECOND / 1000);
	began = now_monotonic();
	assert_int_equal(db_query(&p->c, p->db, sql_count, &rows, NULL, 0),
	    E_BUSY);
	assert_in_range(now_monotonic() - began, p->c.waited / 4 - 1,
	    p->c.waited - 1);
	for (i = 0; i < CROWD; i++)
		sem_post(&p->go);
	assert_int_equal(count(p), 0);
	for (i = 0; i < CROWD; i++) {
		pthread_join(p->crowd[i].thread, NULL);
		assert_int_equal(p->crowd[i].result, OK);
	}
}

/* How often the log has begun anew. */
static unsigned
log_number(struct place *p)
{
	unsigned char head[16];
	FILE *log = fopen(arena_printf(p->c.mem, "%s/test.db-wal", p->folder),
	    "r");

	assert_non_null(log);
	assert_int_equal(fread(head, sizeof(head), 1, log), 1);
	fclose(log);
	return (unsigned)head[14] << 8 | head[15];
}

static enum err
add_long(struct ctx *c, struct db *db, void *arg)
{
	const struct member *m = arg;

	return db_run(c, db, sql_long, NULL, DB_VALUES(DB_TEXT(m->id)));
}

/* Adds the second one's row, under another name. */
static void
add_row(struct place *p, db_work *work)
{
	struct member *m = &p->crowd[1];
	static int n;

	snprintf(m->id, sizeof(m->id), "row %d", n++);
	m->work = work;
	member(m);
	assert_int_equal(m->result, OK);
}

/* Writes a little now and then, at most so often; 1: in a new log. */
static int
log_begins_anew(struct place *p, unsigned old, int times)
{
	while (times-- > 0) {
		add_row(p, NULL);
		if (log_number(p) != old)
			return 1;
		usleep(50000);
	}
	return 0;
}

static void
a_long_log_is_copied_by_a_thread_of_its_own(void **state)
{
	struct place *p = *state;
	struct member *m = &p->crowd[0];
	unsigned old;

	add_row(p, NULL);
	old = log_number(p);
	add_row(p, add_long);
	assert_true(log_begins_anew(p, old, OFTEN));
	/* Who reads what was there before keeps it from beginning anew. */
	old = log_number(p);
	sem_init(&p->coming, 0, 0);
	assert_int_equal(pthread_create(&m->thread, NULL, reader, m), 0);
	while (sem_wait(&p->coming) != 0)
		continue;
	add_row(p, add_long);
	assert_false(log_begins_anew(p, old, 4));
	sem_post(&p->go);
	pthread_join(m->thread, NULL);
	add_row(p, add_long);
	assert_true(log_begins_anew(p, old, OFTEN));
}

static void
a_child_has_connections_of_its_own(void **state)
{
	struct place *p = *state;
	struct db *db;
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(db_open(&p->c, p->url, 0, &db) != OK ||
		    db_is_shared(db));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
who_is_alone_has_one_connection(void **state)
{
	struct place *p = *state;
	size_t i;

	assert_true(db_is_shared(p->db));
	for (i = 0; i < CROWD; i++) {
		db_free(p->crowd[i].db);
		p->crowd[i].db = NULL;
	}
	assert_false(db_is_shared(p->db));
	assert_int_equal(count(p), 0);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_waits_is_committed_with_the_others),
		TEST(what_fails_is_undone_alone),
		TEST(without_its_savepoint_a_part_of_it_stays),
		TEST(who_cannot_be_committed_takes_all_with_him),
		TEST(what_a_full_disk_undoes_is_told_to_all),
		TEST(what_a_full_disk_undoes_cannot_be_hidden),
		TEST(a_long_log_is_copied_by_a_thread_of_its_own),
		TEST(a_child_has_connections_of_its_own),
		TEST(who_waits_too_long_goes_without_having_begun),
		TEST(a_few_read_at_a_time_and_others_not_for_ever),
		TEST(who_is_alone_has_one_connection),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
