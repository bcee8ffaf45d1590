/*
 * What is committed gets to the disk while others write, and nobody is told
 * before.
 */
#define _GNU_SOURCE /* gettid */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/fault.h"
#include "base/now.h"
#include "db/batch.h"
#include "db/db.h"
#include "db/gate.h"
#include "disk.h"
#include "unit.h"

enum { CROWD = 4, SOON = 50000, LONG_AGO = 10 };

/* Pages: who writes so many copies the log himself. */
enum { FAR_TOO_LONG = 9000 };

/* Of a row, half a page of the table and half of its index. */
enum { BYTES_OF_PAGE = 1024 };

static const char schema[] = "CREATE TABLE mother (id TEXT PRIMARY KEY)";
static const char sql_add[] =
	"INSERT INTO mother (id) VALUES ($1 || hex(zeroblob($2)))";
static const char sql_count[] = "SELECT count(*) FROM mother";

/* --- Who writes --------------------------------------------------------------- */

struct place;

struct member {
	struct place *place;
	struct ctx c;
	struct db *db;
	pthread_t thread;
	int is_there; /* the thread */
	const char *id;
	int pages; /* of its row, if it is to be long */
	int waits; /* in its transaction, until it may go on */
	int is_alone; /* nobody can do its work for it */
	atomic_int number; /* of the thread, for the kernel */
	atomic_int has_written, is_told;
	enum err result;
};

struct place {
	struct ctx c;
	char *folder, *url;
	struct db *db;
	sem_t begun, go;
	atomic_int is_over;
	struct member crowd[CROWD];
};

static enum err
add_long(struct ctx *c, struct db *db, const char *id, int pages)
{
	return db_run(c, db, sql_add, NULL, DB_VALUES(DB_TEXT(id),
	    DB_INT(pages * BYTES_OF_PAGE)));
}

static enum err
add(struct ctx *c, struct db *db, void *arg)
{
	return add_long(c, db, arg, 0);
}

static int
set_up(void **state)
{
	static const char *const ids[CROWD] = { "a", "b", "c", "d" };
	struct place *p = calloc(1, sizeof(*p));
	size_t i;

	assert_non_null(p);
	ctx_init(&p->c);
	p->folder = unit_folder(&p->c);
	p->url = arena_printf(p->c.mem, "sqlite:%s/test.db", p->folder);
	sem_init(&p->begun, 0, 0);
	sem_init(&p->go, 0, 0);
	assert_int_equal(db_open(&p->c, p->url, 1, &p->db), OK);
	assert_int_equal(db_script(&p->c, p->db, schema), OK);
	for (i = 0; i < CROWD; i++) {
		p->crowd[i].place = p;
		p->crowd[i].id = ids[i];
		ctx_init(&p->crowd[i].c);
		assert_int_equal(db_open(&p->crowd[i].c, p->url, 0,
		    &p->crowd[i].db), OK);
	}
	/* From here on there are threads that help. */
	assert_int_equal(db_transaction(&p->c, p->db, add, (void *)"first"),
	    OK);
	*state = p;
	return 0;
}

static void
end(struct place *p)
{
	size_t i;

	for (i = 0; i < CROWD; i++)
		if (p->crowd[i].is_there)
			pthread_join(p->crowd[i].thread, NULL);
	for (i = 0; i < CROWD; i++)
		p->crowd[i].is_there = 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;
	size_t i;

	/* However a test went. */
	atomic_store(&p->is_over, 1);
	disk_is(DISK_WORKS);
	end(p);
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

	if (m->waits) {
		sem_post(&m->place->begun);
		while (sem_wait(&m->place->go) != 0)
			;
	}
	e = add_long(c, db, m->id, m->pages);
	atomic_store(&m->has_written, 1);
	return e;
}

static void *
member(void *arg)
{
	struct member *m = arg;

	atomic_store(&m->number, gettid());
	m->result = m->is_alone ? db_keep_log(&m->c, m->db)
	    : db_transaction(&m->c, m->db, member_tx, m);
	atomic_store(&m->is_told, 1);
	return NULL;
}

static void
run_thread(struct member *m, void *(*run)(void *arg))
{
	assert_int_equal(pthread_create(&m->thread, NULL, run, m), 0);
	m->is_there = 1;
}

static void
join(struct member *m)
{
	run_thread(m, member);
	assert_true(unit_comes_to_sleep(&m->number));
}

/* The others stand in line behind the first one, who waits to go on. */
static void
gather(struct place *p)
{
	size_t i;

	p->crowd[0].waits = 1;
	run_thread(&p->crowd[0], member);
	while (sem_wait(&p->begun) != 0)
		;
	for (i = 1; i < CROWD; i++)
		join(&p->crowd[i]);
}

static void
start(struct place *p)
{
	gather(p);
	sem_post(&p->go);
}

static int
is_set(atomic_int *flag)
{
	int64_t until = now_monotonic() + LONG_AGO * NOW_SECOND;

	while (!atomic_load(flag) && now_monotonic() < until)
		usleep(1000);
	return atomic_load(flag);
}

static int
told(struct place *p)
{
	int n = 0;

	for (size_t i = 0; i < CROWD; i++)
		n += atomic_load(&p->crowd[i].is_told);
	return n;
}

/* --- What is to be ------------------------------------------------------------ */

static void
nobody_is_told_before_it_is_on_the_disk(void **state)
{
	struct place *p = *state;
	size_t i;

	disk_is(DISK_WAITS);
	start(p);
	assert_true(disk_is_awaited());
	/* The others write, while the first one's is on its way. */
	for (i = 0; i < CROWD; i++)
		assert_true(is_set(&p->crowd[i].has_written));
	usleep(SOON);
	assert_int_equal(told(p), 0);
	disk_is(DISK_WORKS);
	end(p);
	for (i = 0; i < CROWD; i++)
		assert_int_equal(p->crowd[i].result, OK);
	assert_int_equal(count(p), CROWD + 1);
}

static void
who_waits_shares_a_sync(void **state)
{
	struct place *p = *state;
	int before = disk_syncs();

	start(p);
	end(p);
	/* One for the first, and one for the others. */
	assert_in_range(disk_syncs() - before, 1, 2);
}

static void
no_other_program_writes_before(void **state)
{
	struct place *p = *state;
	struct gate *gate;

	assert_int_equal(gate_open(&p->c, p->url + strlen("sqlite:"), &gate),
	    OK);
	disk_is(DISK_WAITS);
	start(p);
	assert_true(disk_is_awaited());
	assert_true(is_set(&p->crowd[CROWD - 1].has_written));
	assert_int_equal(gate_take(&p->c, gate, now_monotonic() + SOON),
	    E_BUSY);
	disk_is(DISK_WORKS);
	end(p);
	ctx_forgive(&p->c);
	assert_int_equal(gate_take(&p->c, gate, now_monotonic() +
	    LONG_AGO * NOW_SECOND), OK);
	gate_release(gate);
	gate_free(gate);
}

/* Who only wants to be alone passes through no gate, and syncs nothing. */
static void
nor_where_somebody_comes_who_wants_to_be_alone(void **state)
{
	struct place *p = *state;
	struct gate *gate;
	size_t i;

	assert_int_equal(gate_open(&p->c, p->url + strlen("sqlite:"), &gate),
	    OK);
	disk_is(DISK_WAITS);
	p->crowd[CROWD - 1].is_alone = 1;
	start(p);
	assert_true(disk_is_awaited());
	assert_true(is_set(&p->crowd[CROWD - 2].has_written));
	assert_int_equal(gate_take(&p->c, gate, now_monotonic() + SOON),
	    E_BUSY);
	disk_is(DISK_WORKS);
	end(p);
	for (i = 0; i < CROWD; i++)
		assert_int_equal(p->crowd[i].result, OK);
	gate_free(gate);
}

static void *
write_on(void *arg)
{
	struct member *m = arg;
	int n;

	for (n = 0; m->result == OK && !atomic_load(&m->place->is_over); n++) {
		ctx_reset(&m->c);
		m->result = db_transaction(&m->c, m->db, add,
		    arena_printf(m->c.mem, "%s%d", m->id, n));
	}
	return NULL;
}

/* Somebody of ours waits all the time; but it is not only us. */
static void
another_program_gets_through(void **state)
{
	struct place *p = *state;
	struct gate *gate;
	size_t i;

	assert_int_equal(gate_open(&p->c, p->url + strlen("sqlite:"), &gate),
	    OK);
	disk_is(DISK_IS_SLOW);
	for (i = 0; i < CROWD; i++)
		run_thread(&p->crowd[i], write_on);
	usleep(SOON);
	for (i = 0; i < CROWD; i++) {
		assert_int_equal(gate_take(&p->c, gate, now_monotonic() +
		    NOW_SECOND), OK);
		gate_release(gate);
	}
	atomic_store(&p->is_over, 1);
	end(p);
	for (i = 0; i < CROWD; i++)
		assert_int_equal(p->crowd[i].result, OK);
	gate_free(gate);
}

static void
who_is_in_a_log_that_was_not_written_is_told_so(void **state)
{
	struct place *p = *state;
	size_t i;

	disk_is(DISK_FAILS);
	start(p);
	end(p);
	for (i = 0; i < CROWD; i++) {
		assert_int_equal(p->crowd[i].result, E_BUSY);
		assert_non_null(strstr(p->crowd[i].c.why, "disk"));
	}
	/* Nor is anything taken on as long as it fails. */
	assert_int_equal(db_transaction(&p->c, p->db, add, (void *)"more"),
	    E_BUSY);
	ctx_forgive(&p->c);
	disk_is(DISK_WORKS);
	assert_int_equal(db_transaction(&p->c, p->db, add, (void *)"later"),
	    OK);
	/* What was not known to be there may be there. */
	assert_in_range(count(p), 3, CROWD + 2);
}

static void
what_nobody_has_any_more_is_not_taken_for_written(void **state)
{
	struct place *p = *state;

	disk_is(DISK_LOSES);
	assert_int_equal(db_transaction(&p->c, p->db, add, (void *)"lost"),
	    E_BUSY);
	disk_is(DISK_WORKS);
	ctx_forgive(&p->c);
	assert_int_equal(db_transaction(&p->c, p->db, add, (void *)"later"),
	    E_BUSY);
	assert_non_null(strstr(p->c.why, "disk"));
}

/*
 * By who writes, or by who copies it: the kernel has forgotten what it could not
 * write, and takes all for written.
 */
static void
nor_is_it_copied_into_the_database(void **state)
{
	struct place *p = *state;
	int before = disk_copies();
	size_t i;

	disk_is(DISK_WAITS);
	p->crowd[1].waits = 1;
	p->crowd[1].pages = FAR_TOO_LONG;
	start(p);
	assert_true(disk_is_awaited());
	while (sem_wait(&p->begun) != 0)
		;
	disk_is(DISK_LOSES);
	assert_true(is_set(&p->crowd[0].is_told));
	disk_is(DISK_WORKS);
	sem_post(&p->go);
	end(p);
	for (i = 0; i < CROWD; i++)
		assert_int_equal(p->crowd[i].result, E_BUSY);
	usleep(SOON);
	assert_int_equal(disk_copies(), before);
}

/* How many transactions there are in the log. */
static int
count_commits(struct place *p)
{
	unsigned char head[24], page[4096];
	FILE *log = fopen(arena_printf(p->c.mem, "%s/test.db-wal", p->folder),
	    "r");
	int n = 0;

	assert_non_null(log);
	assert_int_equal(fseek(log, 32, SEEK_SET), 0);
	/* The last page of each says how many the database has then. */
	while (fread(head, sizeof(head), 1, log) == 1 &&
	    fread(page, sizeof(page), 1, log) == 1)
		n += (head[4] | head[5] | head[6] | head[7]) != 0;
	fclose(log);
	return n;
}

static void
so_many_share_a_transaction_and_no_more(void **state)
{
	struct place *p = *state;
	struct member more[BATCH_MOST] = { 0 };
	size_t i, all = 0;
	int before;

	gather(p);
	before = count_commits(p);
	for (i = 0; i < COUNT(more); i++) {
		more[i].place = p;
		ctx_init(&more[i].c);
		more[i].id = arena_printf(more[i].c.mem, "more %zu", i);
		assert_int_equal(db_open(&more[i].c, p->url, 0, &more[i].db),
		    OK);
	}
	for (i = 0; i < COUNT(more); i++)
		run_thread(&more[i], member);
	for (i = 0; i < COUNT(more); i++)
		all += unit_comes_to_sleep(&more[i].number);
	sem_post(&p->go);
	end(p);
	for (i = 0; i < COUNT(more); i++) {
		pthread_join(more[i].thread, NULL);
		db_free(more[i].db);
		ctx_free(&more[i].c);
	}
	assert_int_equal(all, COUNT(more));
	for (i = 0; i < COUNT(more); i++)
		assert_int_equal(more[i].result, OK);
	assert_int_equal(count(p), CROWD + BATCH_MOST + 1);
	/* The first one's, so many others', and those of who was left. */
	assert_true(count_commits(p) - before >= 3);
}

/* Then each commit is on the disk before it returns. */
static void
a_log_that_cannot_be_opened_is_synced_by_sqlite(void **state)
{
	struct place *p = *state;
	char *url = arena_printf(p->c.mem, "sqlite:%s/other.db", p->folder);
	struct rlimit before, none;
	struct db *db, *other;
	enum err e;
	int fd;

	assert_int_equal(db_open(&p->c, url, 1, &db), OK);
	assert_int_equal(db_open(&p->c, url, 0, &other), OK);
	assert_int_equal(db_script(&p->c, db,
	    "CREATE TABLE mother (id TEXT PRIMARY KEY)"), OK);
	assert_int_equal(db_keep_log(&p->c, db), OK);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	fd = dup(STDERR_FILENO);
	close(fd);
	none = before;
	none.rlim_cur = (rlim_t)fd;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	e = db_transaction(&p->c, db, add, (void *)"a");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(e, OK);
	assert_int_equal(db_transaction(&p->c, db, add, (void *)"b"), OK);
	db_free(other);
	db_free(db);
}

/* Of the log only what was synced is there after a power cut. */
static void
without_the_flush_they_would_be_told_too_early(void **state)
{
	struct place *p = *state;

	setenv("BOOKPAY_TWIN", "flush", 1);
	if (TWIN("flush")) {
		disk_is(DISK_FAILS);
		start(p);
		end(p);
		assert_int_equal(p->crowd[0].result, OK);
	}
	unsetenv("BOOKPAY_TWIN");
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nobody_is_told_before_it_is_on_the_disk),
		TEST(who_waits_shares_a_sync),
		TEST(no_other_program_writes_before),
		TEST(nor_where_somebody_comes_who_wants_to_be_alone),
		TEST(another_program_gets_through),
		TEST(who_is_in_a_log_that_was_not_written_is_told_so),
		TEST(what_nobody_has_any_more_is_not_taken_for_written),
		TEST(nor_is_it_copied_into_the_database),
		TEST(so_many_share_a_transaction_and_no_more),
		TEST(a_log_that_cannot_be_opened_is_synced_by_sqlite),
		TEST(without_the_flush_they_would_be_told_too_early),
	};

	return cmocka_run_group_tests_name("flush", tests, NULL, NULL);
}
