/*
 * What PostgreSQL does otherwise: connections are lost, transactions are
 * refused for others' sake and run again.  On a server of its own, or on that
 * of BOOKPAY_TEST_DATABASE.
 */
#define _GNU_SOURCE /* gettid */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/now.h"
#include "db/db.h"
#include "db/migrate.h"
#include "place.h"
#include "unit.h"

static const char schema[] =
	"CREATE TABLE account (id TEXT PRIMARY KEY, n BIGINT NOT NULL);"
	"CREATE TABLE seat (id TEXT PRIMARY KEY, slot INTEGER NOT NULL);"
	"CREATE INDEX seat_slot ON seat (slot);"
	"INSERT INTO account (id, n) VALUES ('a', 0), ('b', 0);";
static const char sql_get[] = "SELECT n FROM account WHERE id = $1";
static const char sql_set[] = "UPDATE account SET n = $2 WHERE id = $1";
static const char sql_raise[] = "UPDATE account SET n = n + 1 WHERE id = $1";
static const char sql_taken[] = "SELECT COUNT(*) FROM seat WHERE slot = $1";
static const char sql_seats[] = "SELECT COUNT(*) FROM seat";
static const char sql_take[] = "INSERT INTO seat (id, slot) VALUES ($1, $2)";
static const char sql_kill_others[] =
	"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
	" WHERE datname = current_database() AND pid <> pg_backend_pid()"
	" AND application_name = 'bookpay'";

/* The other one is as if in another program; the third is killed by nobody. */
struct shop {
	struct ctx c;
	char *url;
	struct db *db, *other, *killer;
	const char *link; /* to the server's folder, in one test */
	int runs; /* of a piece of work */
	enum err met; /* what the other one was told */
};

/* --- a server ------------------------------------------------------------- */

static char folder[] = "/tmp/bookpay-pg-XXXXXX";

static int
bash(const char *what)
{
	char line[400];

	snprintf(line, sizeof(line), "bash -c '. \"${srcdir:-.}\"/tests/lib/"
	    "postgres.sh; %s' >/dev/null", what);
	return system(line) == 0;
}

static int
start_server(void **state)
{
	char what[200], url[200];

	(void)state;
	if (place_is_postgres() || !bash("pg_there"))
		return 0;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(what, sizeof(what), "pg_start %s && pg_database unit", folder);
	if (!bash(what))
		return -1;
	snprintf(url, sizeof(url), "postgresql://bookpay@%%2Ftmp%%2F%s/unit",
	    folder + strlen("/tmp/"));
	return setenv("BOOKPAY_TEST_DATABASE", url, 1);
}

static int
stop_server(void **state)
{
	char what[200];

	(void)state;
	if (access(folder, F_OK) != 0)
		return 0;
	snprintf(what, sizeof(what), "pg_stop %s", folder);
	return bash(what) ? 0 : -1;
}

/* By connections of its own: those of a program have one URL. */
static struct db *
open_as(struct shop *s, const char *name)
{
	struct db *db;

	assert_int_equal(db_open(&s->c, arena_printf(s->c.mem,
	    "%s&application_name=%s", s->url, name), 0, &db), OK);
	return db;
}

static int
set_up(void **state)
{
	struct shop *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	*state = s;
	ctx_init(&s->c);
	if (!place_is_postgres())
		return 0;
	s->url = place_new(&s->c, NULL);
	assert_int_equal(db_open(&s->c, s->url, 0, &s->db), OK);
	s->other = open_as(s, "other");
	s->killer = open_as(s, "killer");
	assert_int_equal(db_script(&s->c, s->db, schema), OK);
	return 0;
}

static int
tear_down(void **state)
{
	struct shop *s = *state;

	db_free(s->db);
	db_free(s->other);
	db_free(s->killer);
	if (s->url != NULL)
		place_drop(s->url);
	ctx_free(&s->c);
	free(s);
	return 0;
}

/* The one value that sql answers. */
static struct db_value
ask(struct shop *s, const char *sql, const struct db_value *values, size_t n)
{
	struct db_rows rows;

	if (db_query(&s->c, s->killer, sql, &rows, values, n) != OK)
		fail_msg("%s", s->c.why);
	assert_int_equal(rows.count * rows.columns, 1);
	return rows.values[0];
}

static int64_t
account(struct shop *s, const char *id)
{
	return ask(s, sql_get, DB_VALUES(DB_TEXT(id))).integer;
}

static void
kill_connections(struct shop *s)
{
	struct db_rows rows;

	assert_int_equal(db_query(&s->c, s->killer, sql_kill_others, &rows,
	    NULL, 0), OK);
	assert_true(rows.count > 0);
}

static enum err
raise_by_one(struct ctx *c, struct db *db, void *id)
{
	return db_run(c, db, sql_raise, NULL, DB_VALUES(DB_TEXT(id)));
}

static enum err
look(struct ctx *c, struct db *db, void *id)
{
	struct db_rows rows;

	return db_query(c, db, sql_get, &rows, DB_VALUES(DB_TEXT(id)));
}

/* --- values --------------------------------------------------------------- */

static void
sums_truths_and_counts_are_integers(void **state)
{
	static const char sql[] =
		"SELECT SUM(n), COUNT(*), MAX(n) > 5, 1, CAST(NULL AS BIGINT)"
		" FROM account";
	struct shop *s = *state;
	struct db_rows rows;
	size_t i;

	assert_int_equal(db_run(&s->c, s->db, sql_set, NULL,
	    DB_VALUES(DB_TEXT("a"), DB_INT(INT64_MAX))), OK);
	assert_int_equal(db_query(&s->c, s->db, sql, &rows, NULL, 0), OK);
	for (i = 0; i < 4; i++)
		assert_int_equal(rows.values[i].type, DB_INTEGER);
	assert_true(rows.values[0].integer == INT64_MAX);
	assert_int_equal(rows.values[1].integer, 2);
	assert_int_equal(rows.values[2].integer, 1);
	assert_int_equal(rows.values[4].type, DB_NULL);
}

static void
what_is_told_to_be_committed_is_on_the_disk(void **state)
{
	struct shop *s = *state;
	struct db *db;
	struct db_rows rows;

	assert_int_equal(db_open(&s->c, arena_printf(s->c.mem,
	    "%s%%20-csynchronous_commit%%3Doff", s->url), 0, &db), OK);
	assert_int_equal(db_query(&s->c, db, "SHOW synchronous_commit", &rows,
	    NULL, 0), OK);
	assert_string_equal(rows.values[0].string, "on");
	db_free(db);
}

static void
a_server_that_does_not_flush_is_told_of(void **state)
{
	struct shop *s = *state;
	const char *words;

	assert_int_equal(db_trouble(&s->c, s->db, &words), OK);
	if (strcmp(ask(s, "SHOW fsync", NULL, 0).string, "off") == 0)
		assert_string_equal(words, "fsync is off");
	else
		assert_null(words);
}

/* Where B is behind a, as in a dictionary. */
static void
a_database_with_another_order_is_not_filled(void **state)
{
	struct shop *s = *state;
	const char *name = arena_printf(s->c.mem, "unit_order_%d",
	    (int)getpid()), *url = getenv("BOOKPAY_TEST_DATABASE");
	struct db *db;

	if (db_script(&s->c, s->db, arena_printf(s->c.mem, "CREATE DATABASE %s"
	    " TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu"
	    " ICU_LOCALE 'en'", name)) != OK)
		skip(); /* without ICU, or older than 15 */
	url = arena_printf(s->c.mem, "%.*s/%s", (int)(strrchr(url, '/') - url),
	    url, name);
	assert_int_equal(db_open(&s->c, url, 1, &db), E_BUSY);
	assert_non_null(strstr(s->c.why, "LOCALE 'C'"));
	assert_int_equal(db_script(&s->c, s->db, arena_printf(s->c.mem,
	    "DROP DATABASE %s", name)), OK);
}

/* --- connections ---------------------------------------------------------- */

static void
a_connection_that_was_lost_in_peace_is_not_missed(void **state)
{
	struct shop *s = *state;
	struct db_rows rows;

	kill_connections(s);
	assert_int_equal(db_query(&s->c, s->db, sql_get, &rows,
	    DB_VALUES(DB_TEXT("a"))), OK);
	kill_connections(s);
	assert_int_equal(raise_by_one(&s->c, s->db, "a"), OK);
	kill_connections(s);
	assert_int_equal(db_transaction(&s->c, s->db, raise_by_one, "a"), OK);
	kill_connections(s);
	assert_int_equal(db_read(&s->c, s->db, look, "a"), OK);
	assert_int_equal(account(s, "a"), 2);
}

static enum err
raise_and_be_killed_once(struct ctx *c, struct db *db, void *arg)
{
	struct shop *s = arg;
	enum err e = raise_by_one(c, db, "a");

	if (e == OK && s->runs++ == 0)
		kill_connections(s);
	return e == OK ? raise_by_one(c, db, "b") : e;
}

static void
a_transaction_whose_connection_is_lost_is_run_again(void **state)
{
	struct shop *s = *state;

	assert_int_equal(db_transaction(&s->c, s->db,
	    raise_and_be_killed_once, s), OK);
	assert_int_equal(s->runs, 2);
	assert_int_equal(account(s, "a"), 1);
	assert_int_equal(account(s, "b"), 1);
}

static enum err
raise_and_count(struct ctx *c, struct db *db, void *arg)
{
	struct shop *s = arg;

	s->runs++;
	return raise_by_one(c, db, "a");
}

/* The server ends the connection while it commits. */
static void
who_does_not_hear_of_his_commit_is_told_busy(void **state)
{
	static const char deadly[] =
		"CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
		" 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid());"
		" RETURN NULL; END';"
		"CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON account"
		" DEFERRABLE INITIALLY DEFERRED"
		" FOR EACH ROW EXECUTE FUNCTION die()";
	struct shop *s = *state;

	assert_int_equal(db_script(&s->c, s->db, deadly), OK);
	assert_int_equal(db_transaction(&s->c, s->db, raise_and_count, s),
	    E_BUSY);
	assert_int_equal(s->runs, 1);
	assert_int_equal(db_script(&s->c, s->db,
	    "DROP TRIGGER die ON account"), OK);
	assert_int_equal(db_transaction(&s->c, s->db, raise_and_count, s),
	    OK);
	assert_int_equal(account(s, "a"), 1);
}

/* As after the server has become another one's standby. */
static void
a_server_that_only_reads_is_given_up_at_once(void **state)
{
	struct shop *s = *state;
	int64_t began = now_monotonic();
	struct db *db;

	assert_int_equal(db_open(&s->c, arena_printf(s->c.mem,
	    "%s%%20-cdefault_transaction_read_only%%3Don", s->url), 0, &db),
	    OK);
	assert_int_equal(db_transaction(&s->c, db, raise_and_count, s),
	    E_BUSY);
	assert_int_equal(s->runs, 2);
	assert_true(now_monotonic() - began < NOW_SECOND);
	db_free(db);
}

static void
a_server_that_is_not_there_is_busy_and_its_password_not_told(void **state)
{
	struct shop *s = *state;
	struct db *db;

	assert_int_equal(db_open(&s->c,
	    "postgresql://me:secret@%2Fnowhere/shop", 0, &db), E_BUSY);
	assert_non_null(strstr(s->c.why, "/nowhere"));
	assert_null(strstr(s->c.why, "secret"));
}

/* --- others --------------------------------------------------------------- */

/* The account is read, and written by the other one before it is written. */
static enum err
raise_what_was_read(struct ctx *c, struct db *db, void *arg)
{
	struct shop *s = arg;
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql_get, &rows, DB_VALUES(DB_TEXT("a")));
	if (e == OK && s->runs++ == 0)
		assert_int_equal(db_transaction(c, s->other, raise_by_one,
		    "a"), OK);
	if (e == OK)
		e = db_run(c, db, sql_set, NULL, DB_VALUES(DB_TEXT("a"),
		    DB_INT(rows.values[0].integer + 1)));
	return e;
}

static void
what_another_one_changed_meanwhile_is_not_lost(void **state)
{
	struct shop *s = *state;

	assert_int_equal(db_transaction(&s->c, s->db, raise_what_was_read, s),
	    OK);
	assert_int_equal(s->runs, 2);
	assert_int_equal(account(s, "a"), 2);
	assert_null(s->c.why);
}

static enum err
take_seat(struct ctx *c, struct db *db, void *id)
{
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql_taken, &rows, DB_VALUES(DB_INT(7)));
	if (e == OK && rows.values[0].integer > 0)
		e = E_CONFLICT;
	return e != OK ? e : db_run(c, db, sql_take, NULL,
	    DB_VALUES(DB_TEXT(id), DB_INT(7)));
}

static enum err
take_seat_late(struct ctx *c, struct db *db, void *arg)
{
	struct shop *s = arg;
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql_taken, &rows, DB_VALUES(DB_INT(7)));
	if (e == OK && s->runs++ == 0)
		assert_int_equal(db_transaction(c, s->other, take_seat,
		    "theirs"), OK);
	if (e == OK && rows.values[0].integer > 0)
		e = E_CONFLICT;
	return e != OK ? e : db_run(c, db, sql_take, NULL,
	    DB_VALUES(DB_TEXT("mine"), DB_INT(7)));
}

/* Nobody changes a row that the other one has read: it was not there. */
static void
a_seat_is_not_given_twice(void **state)
{
	struct shop *s = *state;

	assert_int_equal(db_transaction(&s->c, s->db, take_seat_late, s),
	    E_CONFLICT);
	assert_int_equal(s->runs, 2);
	assert_int_equal(ask(s, sql_seats, NULL, 0).integer, 1);
}

static enum err
be_overtaken_each_time(struct ctx *c, struct db *db, void *arg)
{
	struct shop *s = arg;
	struct db_rows rows;
	struct ctx other;
	enum err e;

	s->runs++;
	e = db_query(c, db, sql_get, &rows, DB_VALUES(DB_TEXT("a")));
	ctx_init(&other);
	s->met = db_transaction(&other, s->other, raise_by_one, "a");
	ctx_free(&other);
	if (e == OK)
		e = db_run(c, db, sql_set, NULL, DB_VALUES(DB_TEXT("a"),
		    DB_INT(rows.values[0].integer + 100)));
	return e;
}

static void
who_was_refused_three_times_is_alone_at_the_fourth(void **state)
{
	struct shop *s = *state;

	assert_int_equal(db_transaction(&s->c, s->db, be_overtaken_each_time,
	    s), OK);
	assert_int_equal(s->runs, 4);
	assert_int_equal(s->met, E_BUSY);
	assert_int_equal(account(s, "a"), 103);
	/* And then the others have their turn. */
	assert_int_equal(db_transaction(&s->c, s->other, raise_by_one, "a"),
	    OK);
}

/* Behind who is refused, in the same program. */
struct second {
	struct shop *s;
	struct db *db;
	pthread_t thread;
	atomic_int number, has_run;
	int stood_in_line, came_first;
	enum err e;
};

static enum err
raise_second(struct ctx *c, struct db *db, void *arg)
{
	struct second *second = arg;

	atomic_store(&second->has_run, 1);
	return raise_by_one(c, db, "b");
}

static void *
come_second(void *arg)
{
	struct second *second = arg;
	struct ctx c;

	ctx_init(&c);
	atomic_store(&second->number, gettid());
	second->e = db_transaction(&c, second->db, raise_second, second);
	ctx_free(&c);
	return NULL;
}

static enum err
be_overtaken_while_another_waits(struct ctx *c, struct db *db, void *arg)
{
	struct second *second = arg;

	if (second->s->runs == 0) {
		pthread_create(&second->thread, NULL, come_second, second);
		second->stood_in_line = unit_comes_to_sleep(&second->number);
	}
	second->came_first |= atomic_load(&second->has_run);
	return raise_what_was_read(c, db, second->s);
}

static void
who_is_refused_does_not_go_to_the_end_of_the_line(void **state)
{
	struct shop *s = *state;
	struct second second = { .s = s };

	assert_int_equal(db_open(&s->c, s->url, 0, &second.db), OK);
	assert_int_equal(db_transaction(&s->c, s->db,
	    be_overtaken_while_another_waits, &second), OK);
	pthread_join(second.thread, NULL);
	assert_true(second.stood_in_line);
	assert_false(second.came_first);
	assert_int_equal(second.e, OK);
	assert_int_equal(s->runs, 2);
	assert_int_equal(account(s, "a"), 2);
	assert_int_equal(account(s, "b"), 1);
	db_free(second.db);
}

/* Two who need each other's row. */
struct crossing {
	struct shop *s;
	struct db *db;
	const char *first, *second;
	pthread_barrier_t *both_have_one;
	int runs;
	int64_t alone; /* in the last run: is it asked of all others to wait? */
	enum err e;
};

static enum err
raise_both(struct ctx *c, struct db *db, void *arg)
{
	static const char exclusive[] =
		"SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory'"
		" AND mode = 'ExclusiveLock' AND granted"
		" AND pid = pg_backend_pid()";
	struct crossing *x = arg;
	enum err e = raise_by_one(c, db, (void *)x->first);
	struct db_rows rows;

	if (x->runs++ == 0)
		pthread_barrier_wait(x->both_have_one);
	if (e == OK)
		e = db_query(c, db, exclusive, &rows, NULL, 0);
	if (e == OK)
		x->alone = rows.values[0].integer;
	return e == OK ? raise_by_one(c, db, (void *)x->second) : e;
}

static void *
cross(void *arg)
{
	struct crossing *x = arg;
	struct ctx c;

	ctx_init(&c);
	x->e = db_transaction(&c, x->db, raise_both, x);
	ctx_free(&c);
	return NULL;
}

static void
two_who_wait_for_each_other_both_get_through(void **state)
{
	struct shop *s = *state;
	pthread_barrier_t barrier;
	struct crossing x[2] = {
		{ s, s->db, "a", "b", &barrier, 0, 0, OK },
		{ s, s->other, "b", "a", &barrier, 0, 0, OK },
	};
	pthread_t thread[2];
	int i;

	pthread_barrier_init(&barrier, NULL, 2);
	for (i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, cross, &x[i]);
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&barrier);
	assert_int_equal(x[0].e, OK);
	assert_int_equal(x[1].e, OK);
	assert_true(x[0].runs + x[1].runs > 2);
	/* Who was refused does not risk to cross with the other again. */
	assert_true(x[0].alone + x[1].alone > 0);
	assert_int_equal(account(s, "a"), 2);
	assert_int_equal(account(s, "b"), 2);
}

static enum err
take_x(struct ctx *c, struct db *db, void *arg)
{
	(void)arg;
	return db_run(c, db, sql_take, NULL, DB_VALUES(DB_TEXT("x"),
	    DB_INT(7)));
}

/* Takes a seat without a look, after the other one has taken it. */
static enum err
take_blindly(struct ctx *c, struct db *db, void *arg)
{
	struct shop *s = arg;
	int64_t changed = 0;
	enum err e;

	s->runs++;
	e = db_run(c, db, "UPDATE seat SET slot = 9 WHERE id = 'x'", &changed,
	    NULL, 0);
	if (e == OK && s->runs == 1)
		assert_int_equal(db_transaction(c, s->other, take_x, NULL),
		    OK);
	return e != OK || changed > 0 ? e
	    : db_run(c, db, sql_take, NULL, DB_VALUES(DB_TEXT("x"),
	    DB_INT(9)));
}

static void
a_key_that_came_meanwhile_is_seen_the_second_time(void **state)
{
	struct shop *s = *state;

	assert_int_equal(db_transaction(&s->c, s->db, take_blindly, s), OK);
	assert_int_equal(s->runs, 2);
	s->runs = 0;
	/* One that was there before stays a conflict. */
	assert_int_equal(db_transaction(&s->c, s->db, take_x, s), E_CONFLICT);
}

/* The same server by a link to its folder, which can be taken away. */
static char *
by_link(struct shop *s)
{
	const char *link = s->link;
	const char *host = strchr(s->url, '@') + 1;
	size_t len = strcspn(host, "/");
	struct buf path = buf_make(s->c.mem, 1000), way;
	size_t i;

	for (i = 0; i < len; i += host[i] == '%' ? 3 : 1)
		buf_add(&path, host[i] == '%' ? "/" : host + i, 1);
	assert_int_equal(symlink(path.bytes, link), 0);
	way = buf_make(s->c.mem, 1000);
	buf_add(&way, s->url, (size_t)(host - s->url));
	for (i = 0; link[i] != '\0'; i++)
		buf_add(&way, link[i] == '/' ? "%2F" : link + i,
		    link[i] == '/' ? 3 : 1);
	buf_text(&way, host + len);
	return way.bytes;
}



static enum err
lose_the_server(struct ctx *c, struct db *db, void *arg)
{
	struct shop *s = arg;

	if (raise_by_one(c, db, "a") != OK)
		return E_INTERNAL;
	unlink(s->link);
	kill_connections(s);
	return raise_by_one(c, db, "b");
}

static enum err
attempt_it(struct ctx *c, struct db *db, void *arg)
{
	return db_attempt(c, db, lose_the_server, arg);
}

static void
a_server_that_goes_in_an_attempt_is_not_asked_for_ever(void **state)
{
	struct shop *s = *state;
	char *home = unit_folder(&s->c);
	struct db *db;

	s->link = arena_printf(s->c.mem, "%s/link", home);
	assert_int_equal(db_open(&s->c, by_link(s), 0, &db), OK);
	alarm(30);
	assert_int_equal(db_transaction(&s->c, db, attempt_it, s), E_BUSY);
	alarm(0);
	db_free(db);
	unit_remove(&s->c, home);
	assert_int_equal(account(s, "a"), 0);
}

/* --- what fails inside ---------------------------------------------------- */

static enum err
forgive_an_attempt(struct ctx *c, struct db *db, void *arg)
{
	enum err e;

	/* Whoever takes an attempt's failure for the event's own fault … */
	e = db_attempt(c, db, raise_what_was_read, arg);
	if (e != OK)
		ctx_forgive(c);
	return db_run(c, db, sql_raise, NULL, DB_VALUES(DB_TEXT("b")));
}

static void
an_attempt_that_others_spoiled_spoils_all(void **state)
{
	struct shop *s = *state;

	assert_int_equal(db_transaction(&s->c, s->db, forgive_an_attempt, s),
	    OK);
	/* … is run again, too. */
	assert_int_equal(s->runs, 2);
	assert_int_equal(account(s, "a"), 2);
	assert_int_equal(account(s, "b"), 1);
}

static enum err
overlook_a_conflict(struct ctx *c, struct db *db, void *arg)
{
	(void)arg;
	if (raise_by_one(c, db, "a") != OK)
		return E_INTERNAL;
	if (db_run(c, db, "INSERT INTO account (id, n) VALUES ('a', 1)", NULL,
	    NULL, 0) == OK)
		return E_INTERNAL;
	ctx_forgive(c);
	return OK;
}

/* After a statement that failed PostgreSQL's COMMIT rolls back, and is fine. */
static void
what_was_not_committed_is_not_said_to_be(void **state)
{
	struct shop *s = *state;

	assert_int_equal(db_transaction(&s->c, s->db, overlook_a_conflict,
	    NULL), E_CONFLICT);
	assert_int_equal(account(s, "a"), 0);
}

/* --- many ----------------------------------------------------------------- */

enum { MANY = 20, EACH = 10 };

static atomic_int raised; /* so often, with what came to nothing */

static enum err
raise_and_add(struct ctx *c, struct db *db, void *id)
{
	atomic_fetch_add(&raised, 1);
	return raise_by_one(c, db, id);
}

static void *
raise_often(void *arg)
{
	struct shop *s = arg;
	enum err *failed = NULL;
	struct db *db;
	struct ctx c;
	int i;

	ctx_init(&c);
	assert_int_equal(db_open(&c, s->url, 0, &db), OK);
	for (i = 0; i < EACH; i++)
		if (db_transaction(&c, db, raise_and_add, "a") != OK)
			failed = &s->met;
	db_free(db);
	ctx_free(&c);
	return failed;
}

static void
many_threads_share_some_connections(void **state)
{
	static const char connections[] =
		"SELECT COUNT(*) FROM pg_stat_activity"
		" WHERE datname = current_database()"
		" AND application_name = 'bookpay'";
	struct shop *s = *state;
	pthread_t thread[MANY];
	void *failed;
	int i;

	atomic_store(&raised, 0);
	for (i = 0; i < MANY; i++)
		pthread_create(&thread[i], NULL, raise_often, s);
	for (i = 0; i < MANY; i++) {
		pthread_join(thread[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(account(s, "a"), MANY * EACH);
	/* None is refused for another's sake. */
	assert_int_equal(raised, MANY * EACH);
	/* Those of the tests before may be about to go. */
	for (i = 0; i < 100 && ask(s, connections, NULL, 0).integer > 8; i++)
		usleep(50000);
	assert_in_range(ask(s, connections, NULL, 0).integer, 1, 8);
}

static void *
migrate(void *arg)
{
	struct shop *s = arg;
	struct db *db;
	struct ctx c;
	int applied, i;
	enum err e;

	ctx_init(&c);
	assert_int_equal(db_open(&c, s->url, 0, &db), OK);
	/* Who waits for another for two seconds is told to come again. */
	for (i = 0, e = E_BUSY; e == E_BUSY && i < 20; i++) {
		ctx_forgive(&c);
		e = migrate_run(&c, db, &applied);
	}
	if (e != OK) {
		print_error("%s\n", c.why);
		s->met = e;
	}
	db_free(db);
	ctx_free(&c);
	return NULL;
}

static void
several_may_migrate_at_once(void **state)
{
	struct shop *s = *state;
	pthread_t thread[3];
	size_t i;

	for (i = 0; i < COUNT(thread); i++)
		pthread_create(&thread[i], NULL, migrate, s);
	for (i = 0; i < COUNT(thread); i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(s->met, OK);
	assert_int_equal(migrate_check(&s->c, s->db), OK);
}

static void
there_is_no_postgresql(void **state)
{
	(void)state;
	skip();
}

int
main(void)
{
	int there = start_server(NULL) == 0 && place_is_postgres(), failed;
#define TEST(fn) { #fn, there ? fn : there_is_no_postgresql, set_up, \
	tear_down, NULL }
	const struct CMUnitTest tests[] = {
		TEST(sums_truths_and_counts_are_integers),
		TEST(what_is_told_to_be_committed_is_on_the_disk),
		TEST(a_server_that_does_not_flush_is_told_of),
		TEST(a_database_with_another_order_is_not_filled),
		TEST(a_connection_that_was_lost_in_peace_is_not_missed),
		TEST(a_transaction_whose_connection_is_lost_is_run_again),
		TEST(who_does_not_hear_of_his_commit_is_told_busy),
		TEST(a_server_that_only_reads_is_given_up_at_once),
		TEST(a_server_that_is_not_there_is_busy_and_its_password_not_told),
		TEST(a_server_that_goes_in_an_attempt_is_not_asked_for_ever),
		TEST(what_another_one_changed_meanwhile_is_not_lost),
		TEST(a_seat_is_not_given_twice),
		TEST(who_was_refused_three_times_is_alone_at_the_fourth),
		TEST(who_is_refused_does_not_go_to_the_end_of_the_line),
		TEST(two_who_wait_for_each_other_both_get_through),
		TEST(a_key_that_came_meanwhile_is_seen_the_second_time),
		TEST(an_attempt_that_others_spoiled_spoils_all),
		TEST(what_was_not_committed_is_not_said_to_be),
		TEST(many_threads_share_some_connections),
		TEST(several_may_migrate_at_once),
	};

	failed = cmocka_run_group_tests_name("postgres", tests, NULL, NULL);
	stop_server(NULL);
	return failed;
}
