/*
 * What is committed gets to the disk while others write, and nobody is told
 * before.  The disk is played: it waits, or fails, as a test wants it.
 */
#define _GNU_SOURCE /* to find out what a descriptor is */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/now.h"
#include "db/db.h"
#include "db/gate.h"
#include "unit.h"

enum { CROWD = 4, SLOW = 5000, SOON = 50000, LONG_AGO = 10 };

static const char sql_add[] = "INSERT INTO mother (id) VALUES ($1)";
static const char sql_count[] = "SELECT count(*) FROM mother";

/* --- A disk ------------------------------------------------------------------ */

enum { WORKS, IS_SLOW, WAITS, FAILS, LOSES };
static atomic_int disk;
static sem_t asked, answered;
static atomic_int syncs;

static int
is_log(int fd)
{
	char link[64], path[4096];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	return n > 4 && memcmp(path + n - 4, "-wal", 4) == 0;
}

/* What it did not take is not in memory any more: as it was is read again. */
static void
forget(int fd)
{
	const unsigned char old = 0xee;
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(pwrite(fd, &old, 1, st.st_size - 1), 1);
}

/* In place of the C library's, for SQLite as well. */
int
fdatasync(int fd)
{
	if (!is_log(fd))
		return (int)syscall(SYS_fdatasync, fd);
	atomic_fetch_add(&syncs, 1);
	if (disk == WAITS) {
		sem_post(&asked);
		while (sem_wait(&answered) != 0)
			;
	}
	if (disk == IS_SLOW)
		usleep(SLOW);
	if (disk == LOSES)
		forget(fd);
	if (disk == FAILS || disk == LOSES) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

/* --- Who writes --------------------------------------------------------------- */

struct place;

struct member {
	struct place *place;
	struct ctx c;
	struct db *db;
	pthread_t thread;
	int is_there; /* the thread */
	const char *id;
	int waits; /* in its transaction, for the others to come */
	atomic_int has_written, is_told;
	enum err result;
};

struct place {
	struct ctx c;
	char *folder, *url;
	struct db *db;
	sem_t begun;
	atomic_int coming, is_over;
	struct member crowd[CROWD];
};

static enum err
add(struct ctx *c, struct db *db, void *arg)
{
	return db_run(c, db, sql_add, NULL, DB_VALUES(DB_TEXT(arg)));
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
	sem_init(&asked, 0, 0);
	sem_init(&answered, 0, 0);
	disk = WORKS;
	assert_int_equal(db_open(&p->c, p->url, 1, &p->db), OK);
	assert_int_equal(db_script(&p->c, p->db,
	    "CREATE TABLE mother (id TEXT PRIMARY KEY)"), OK);
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

/* The disk takes its time for as long as it is asked. */
static void
let_it_work(void)
{
	disk = WORKS;
	for (size_t i = 0; i < CROWD; i++)
		sem_post(&answered);
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
	let_it_work();
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

/* The first one's transaction ends when the others stand in line. */
static enum err
member_tx(struct ctx *c, struct db *db, void *arg)
{
	struct member *m = arg;
	enum err e = add(c, db, (void *)m->id);

	if (m->waits) {
		sem_post(&m->place->begun);
		while (atomic_load(&m->place->coming) < CROWD)
			usleep(1000);
		/* They are on their way into the line, which nobody sees. */
		usleep(SOON);
	}
	atomic_store(&m->has_written, 1);
	return e;
}

static void *
member(void *arg)
{
	struct member *m = arg;

	atomic_fetch_add(&m->place->coming, 1);
	m->result = db_transaction(&m->c, m->db, member_tx, m);
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
start(struct place *p)
{
	size_t i;

	p->crowd[0].waits = 1;
	for (i = 0; i < CROWD; i++) {
		run_thread(&p->crowd[i], member);
		if (i == 0)
			while (sem_wait(&p->begun) != 0)
				;
	}
}

/* Does the disk have something to do? */
static int
is_asked(void)
{
	int64_t until = now_monotonic() + LONG_AGO * NOW_SECOND;

	while (sem_trywait(&asked) != 0 && now_monotonic() < until)
		usleep(1000);
	return now_monotonic() < until;
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

	disk = WAITS;
	start(p);
	assert_true(is_asked());
	/* The others write, while the first one's is on its way. */
	for (i = 0; i < CROWD; i++)
		assert_true(is_set(&p->crowd[i].has_written));
	usleep(SOON);
	assert_int_equal(told(p), 0);
	let_it_work();
	end(p);
	for (i = 0; i < CROWD; i++)
		assert_int_equal(p->crowd[i].result, OK);
	assert_int_equal(count(p), CROWD + 1);
}

static void
who_waits_shares_a_sync(void **state)
{
	struct place *p = *state;
	int before = atomic_load(&syncs);

	start(p);
	end(p);
	/* One for the first, and one for the others. */
	assert_in_range(atomic_load(&syncs) - before, 1, 2);
}

static void
no_other_program_writes_before(void **state)
{
	struct place *p = *state;
	struct gate *gate;

	assert_int_equal(gate_open(&p->c, p->url + strlen("sqlite:"), &gate),
	    OK);
	disk = WAITS;
	start(p);
	assert_true(is_asked());
	assert_true(is_set(&p->crowd[CROWD - 1].has_written));
	assert_int_equal(gate_take(&p->c, gate, now_monotonic() + SOON),
	    E_BUSY);
	let_it_work();
	end(p);
	ctx_forgive(&p->c);
	assert_int_equal(gate_take(&p->c, gate, now_monotonic() +
	    LONG_AGO * NOW_SECOND), OK);
	gate_release(gate);
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
	disk = IS_SLOW;
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

	disk = FAILS;
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
	disk = WORKS;
	assert_int_equal(db_transaction(&p->c, p->db, add, (void *)"later"),
	    OK);
	/* What was not known to be there may be there. */
	assert_in_range(count(p), 3, CROWD + 2);
}

static void
what_nobody_has_any_more_is_not_taken_for_written(void **state)
{
	struct place *p = *state;

	disk = LOSES;
	assert_int_equal(db_transaction(&p->c, p->db, add, (void *)"lost"),
	    E_BUSY);
	disk = WORKS;
	ctx_forgive(&p->c);
	assert_int_equal(db_transaction(&p->c, p->db, add, (void *)"later"),
	    E_BUSY);
	assert_non_null(strstr(p->c.why, "disk"));
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
		disk = FAILS;
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
		TEST(another_program_gets_through),
		TEST(who_is_in_a_log_that_was_not_written_is_told_so),
		TEST(what_nobody_has_any_more_is_not_taken_for_written),
		TEST(a_log_that_cannot_be_opened_is_synced_by_sqlite),
		TEST(without_the_flush_they_would_be_told_too_early),
	};

	return cmocka_run_group_tests_name("flush", tests, NULL, NULL);
}
