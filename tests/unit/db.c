/*
 * Transactions, parameters and failures, on the real database.
 */
#include <string.h>

#include "base/now.h"
#include "db/db.h"
#include "place.h"
#include "unit.h"

static const char schema[] =
	"CREATE TABLE mother (id TEXT PRIMARY KEY);"
	"CREATE TABLE child (id TEXT PRIMARY KEY, n INTEGER CHECK (n < 10),"
	" mother TEXT REFERENCES mother (id));";
static const char sql_add[] = "INSERT INTO mother (id) VALUES ($1)";
static const char sql_add_child[] =
	"INSERT INTO child (id, n, mother) VALUES ($1, $2, $3)";
static const char sql_mothers[] = "SELECT id FROM mother ORDER BY id";
static const char sql_children[] = "SELECT id, n, mother FROM child";

/* A folder with a database file, and two connections to it. */
struct place {
	struct ctx c;
	struct db *db, *other;
	char *folder, *url;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	ctx_init(&p->c);
	p->folder = unit_folder(&p->c);
	p->url = place_new(&p->c, arena_printf(p->c.mem, "%s/test.db",
	    p->folder));
	assert_int_equal(db_open(&p->c, p->url, 1, &p->db), OK);
	assert_int_equal(db_script(&p->c, p->db, schema), OK);
	assert_int_equal(db_open(&p->c, p->url, 0, &p->other), OK);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	db_free(p->db);
	db_free(p->other);
	place_drop(p->url);
	unit_remove(&p->c, p->folder);
	ctx_free(&p->c);
	free(p);
	return 0;
}

/* The one value of a statement, as text or number. */
static struct db_value
value(struct place *p, const char *sql)
{
	struct db_rows rows;

	if (db_query(&p->c, p->db, sql, &rows, NULL, 0) != OK)
		fail_msg("%s", p->c.why);
	assert_int_equal(rows.count * rows.columns, 1);
	return rows.values[0];
}

static size_t
count_mothers(struct place *p, struct db *db)
{
	struct db_rows rows;

	assert_int_equal(db_query(&p->c, db, sql_mothers, &rows, NULL, 0),
	    OK);
	return rows.count;
}

static enum err
add(struct ctx *c, struct db *db, const char *id)
{
	return db_run(c, db, sql_add, NULL, DB_VALUES(DB_TEXT(id)));
}

/* --- transactions -------------------------------------------------------- */

static enum err
add_two(struct ctx *c, struct db *db, void *arg)
{
	const enum err *then = arg;

	assert_int_equal(add(c, db, "a"), OK);
	assert_int_equal(add(c, db, "b"), OK);
	return *then;
}

static void
what_says_ok_is_kept_and_seen_by_others(void **state)
{
	struct place *p = *state;
	enum err then = OK;

	assert_int_equal(db_transaction(&p->c, p->db, add_two, &then), OK);
	assert_int_equal(count_mothers(p, p->other), 2);
}

static void
what_fails_is_undone_and_its_word_passed_on(void **state)
{
	struct place *p = *state;
	enum err then = E_FORBIDDEN;

	assert_int_equal(db_transaction(&p->c, p->db, add_two, &then),
	    E_FORBIDDEN);
	assert_int_equal(count_mothers(p, p->db), 0);
	then = OK;
	assert_int_equal(db_transaction(&p->c, p->db, add_two, &then), OK);
}

static enum err
add_and_attempt(struct ctx *c, struct db *db, void *arg)
{
	enum err then = E_NOTYPE, e;

	(void)arg;
	assert_int_equal(add(c, db, "before"), OK);
	e = db_attempt(c, db, add_two, &then);
	/* Who does not pass that on hides nothing. */
	if (e == E_BUSY)
		return OK;
	assert_int_equal(e, E_NOTYPE);
	then = OK;
	assert_int_equal(db_attempt(c, db, add_two, &then), OK);
	return add(c, db, "c");
}

static void
an_attempt_undoes_its_own_part_only(void **state)
{
	struct place *p = *state;

	assert_int_equal(db_transaction(&p->c, p->db, add_and_attempt, NULL),
	    OK);
	assert_int_equal(count_mothers(p, p->other), 4);
}

static enum err
attempt_a_conflict(struct ctx *c, struct db *db, void *arg)
{
	(void)arg;
	assert_int_equal(add(c, db, "x"), OK);
	return add(c, db, "x");
}

static enum err
survive_a_conflict(struct ctx *c, struct db *db, void *arg)
{
	assert_int_equal(add(c, db, "kept"), OK);
	if (db_attempt(c, db, attempt_a_conflict, arg) != OK)
		ctx_forgive(c);
	return OK;
}

static void
a_broken_constraint_in_an_attempt_leaves_the_rest(void **state)
{
	struct place *p = *state;

	assert_int_equal(db_transaction(&p->c, p->db, survive_a_conflict,
	    NULL), OK);
	assert_int_equal(count_mothers(p, p->other), 1);
}

/* --- others -------------------------------------------------------------- */

static enum err
hold_and_let_other_try(struct ctx *c, struct db *db, void *arg)
{
	struct place *p = arg;
	int64_t began = now_monotonic();
	enum err then = OK;

	assert_int_equal(add(c, db, "mine"), OK);
	assert_int_equal(db_transaction(c, p->other, add_two, &then), E_BUSY);
	/* It waited for its turn, and not for ever. */
	assert_in_range(now_monotonic() - began,
	    DB_BUSY_MILLISECONDS * 900, DB_BUSY_MILLISECONDS * 15000);
	/* Who only reads sees the rows as they were, at once. */
	assert_int_equal(count_mothers(p, p->other), 0);
	return OK;
}

static void
who_waits_too_long_for_the_writer_is_told_busy(void **state)
{
	struct place *p = *state;

	assert_int_equal(db_transaction(&p->c, p->db, hold_and_let_other_try,
	    p), OK);
	assert_int_equal(count_mothers(p, p->other), 1);
}

/* Another program that writes until it is told to stop. */
struct neighbour {
	pid_t pid;
	int began, stop; /* ends of pipes */
};

static enum err
write_slowly(struct ctx *c, struct db *db, void *arg)
{
	const int *ends = arg;
	char byte = 0;

	if (add(c, db, "theirs") != OK || write(ends[0], &byte, 1) != 1 ||
	    read(ends[1], &byte, 1) != 0)
		return E_INTERNAL;
	return OK;
}

static struct neighbour
start_neighbour(struct place *p)
{
	struct neighbour n;
	int began[2], stop[2], ends[2];
	struct db *db;
	struct ctx c;
	char byte;

	assert_int_equal(pipe(began) | pipe(stop), 0);
	n = (struct neighbour){ fork(), began[0], stop[1] };
	if (n.pid == 0) {
		close(stop[1]);
		ends[0] = began[1];
		ends[1] = stop[0];
		ctx_init(&c);
		_exit(db_open(&c, p->url, 0, &db) != OK ||
		    db_transaction(&c, db, write_slowly, ends) != OK);
	}
	close(began[1]);
	close(stop[0]);
	assert_int_equal(read(n.began, &byte, 1), 1);
	return n;
}

static void
stop_neighbour(struct neighbour n)
{
	int status;

	close(n.stop);
	close(n.began);
	assert_int_equal(waitpid(n.pid, &status, 0), n.pid);
	assert_int_equal(status, 0);
}

static void
who_waits_too_long_for_another_program_is_told_busy(void **state)
{
	struct place *p = *state;
	struct neighbour n = start_neighbour(p);
	int64_t began = now_monotonic();
	enum err then = OK;

	assert_int_equal(db_transaction(&p->c, p->db, add_two, &then),
	    E_BUSY);
	assert_in_range(now_monotonic() - began,
	    DB_BUSY_MILLISECONDS * 900, DB_BUSY_MILLISECONDS * 15000);
	stop_neighbour(n);
	/* And the next one has its turn. */
	assert_int_equal(db_transaction(&p->c, p->db, add_two, &then), OK);
	assert_int_equal(count_mothers(p, p->other), 3);
}

static enum err
read_twice(struct ctx *c, struct db *db, void *arg)
{
	struct place *p = arg;
	size_t before = count_mothers(p, db);

	assert_int_equal(add(c, p->other, "new"), OK);
	assert_int_equal(count_mothers(p, db), before);
	return OK;
}

static void
a_reader_sees_one_moment(void **state)
{
	struct place *p = *state;

	assert_int_equal(db_read(&p->c, p->db, read_twice, p), OK);
	assert_int_equal(count_mothers(p, p->db), 1);
}

/* --- statements ---------------------------------------------------------- */

static void
parameters_are_bound_by_name_in_any_order(void **state)
{
	static const char backwards[] =
		"SELECT $3, $1, $2, $1 WHERE $2 = 2";
	struct place *p = *state;
	struct db_rows rows;

	assert_int_equal(db_query(&p->c, p->db, backwards, &rows,
	    DB_VALUES(DB_TEXT("one"), DB_INT(2), DB_NONE)), OK);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.columns, 4);
	assert_int_equal(rows.values[0].type, DB_NULL);
	assert_string_equal(rows.values[1].string, "one");
	assert_int_equal(rows.values[2].integer, 2);
	assert_string_equal(rows.values[3].string, "one");
}

static void
a_value_of_one_call_is_gone_in_the_next(void **state)
{
	static const char sql[] = "SELECT $1";
	struct place *p = *state;
	struct db_rows rows;

	assert_int_equal(db_query(&p->c, p->db, sql, &rows,
	    DB_VALUES(DB_TEXT("secret"))), OK);
	assert_int_equal(db_query(&p->c, p->db, sql, &rows, NULL, 0), OK);
	assert_int_equal(rows.values[0].type, DB_NULL);
}

static void
null_and_nothing_are_not_the_same(void **state)
{
	struct place *p = *state;
	struct db_rows rows;

	assert_int_equal(add(&p->c, p->db, ""), OK);
	assert_int_equal(db_run(&p->c, p->db, sql_add_child, NULL,
	    DB_VALUES(DB_TEXT("x"), DB_NONE, DB_TEXT(NULL))), OK);
	assert_int_equal(db_query(&p->c, p->db, sql_children, &rows, NULL, 0),
	    OK);
	assert_int_equal(rows.values[1].type, DB_NULL);
	assert_int_equal(rows.values[2].type, DB_NULL);
	assert_null(rows.values[2].string);
	assert_string_equal(value(p, sql_mothers).string, "");
}

static void
all_of_an_integer_comes_back(void **state)
{
	static const char sql[] = "SELECT $1";
	static const int64_t values[] = { 0, -1, INT64_MAX, INT64_MIN };
	struct place *p = *state;
	struct db_rows rows;
	size_t i;

	for (i = 0; i < COUNT(values); i++) {
		assert_int_equal(db_query(&p->c, p->db, sql, &rows,
		    DB_VALUES(DB_INT(values[i]))), OK);
		assert_true(rows.values[0].integer == values[i]);
	}
}

struct pair {
	const char *id;
	int64_t n;
	const char *mother;
};

static void
rows_go_in_and_out_as_structs(void **state)
{
	static const struct db_field fields[] = {
		DB_FIELD_TEXT(pair, id),
		DB_FIELD_INT(pair, n),
		DB_FIELD_TEXT(pair, mother),
	};
	static const struct db_table table = DB_TABLE(pair, fields, NULL);
	const struct pair pair = { "x", 7, NULL };
	struct place *p = *state;
	const struct pair *back;
	struct db_list list;
	int64_t changed;

	assert_int_equal(db_select(&p->c, p->db, sql_children, &table, &list,
	    NULL, 0), OK);
	assert_int_equal(list.count, 0);
	assert_int_equal(db_put(&p->c, p->db, sql_add_child, &table, &pair,
	    &changed), OK);
	assert_int_equal(changed, 1);
	assert_int_equal(db_select(&p->c, p->db, sql_children, &table, &list,
	    NULL, 0), OK);
	assert_int_equal(list.count, 1);
	back = list.rows;
	assert_string_equal(back->id, "x");
	assert_int_equal(back->n, 7);
	assert_null(back->mother);
}

static void
what_changed_nothing_says_so(void **state)
{
	static const char quiet[] = "INSERT INTO mother (id) VALUES ($1)"
				    " ON CONFLICT (id) DO NOTHING";
	struct place *p = *state;
	int64_t changed;

	assert_int_equal(db_run(&p->c, p->db, quiet, &changed,
	    DB_VALUES(DB_TEXT("a"))), OK);
	assert_int_equal(changed, 1);
	assert_int_equal(db_run(&p->c, p->db, quiet, &changed,
	    DB_VALUES(DB_TEXT("a"))), OK);
	assert_int_equal(changed, 0);
}

static void
constraints_are_conflicts(void **state)
{
	struct place *p = *state;

	assert_int_equal(add(&p->c, p->db, "a"), OK);
	assert_int_equal(add(&p->c, p->db, "a"), E_CONFLICT);
	assert_int_equal(db_run(&p->c, p->db, sql_add_child, NULL,
	    DB_VALUES(DB_TEXT("x"), DB_INT(10), DB_NONE)), E_CONFLICT);
	/* Foreign keys are on. */
	assert_int_equal(db_run(&p->c, p->db, sql_add_child, NULL,
	    DB_VALUES(DB_TEXT("x"), DB_INT(1), DB_TEXT("nobody"))),
	    E_CONFLICT);
	assert_non_null(p->c.why);
}

static void
a_statement_that_is_wrong_is_our_fault(void **state)
{
	static const char sql[] = "SELECT nothing FROM nowhere";
	struct place *p = *state;
	struct db_rows rows;

	assert_int_equal(db_query(&p->c, p->db, sql, &rows, NULL, 0),
	    E_INTERNAL);
}

/* --- files --------------------------------------------------------------- */

static void
what_is_committed_survives_a_power_cut(void **state)
{
	struct place *p = *state;

	assert_string_equal(value(p, "PRAGMA journal_mode").string, "wal");
	assert_int_equal(value(p, "PRAGMA synchronous").integer, 2);
	assert_int_equal(value(p, "PRAGMA foreign_keys").integer, 1);
	assert_int_equal(value(p, "PRAGMA trusted_schema").integer, 0);
}

static void
a_file_that_is_not_there_is_made_only_when_asked(void **state)
{
	struct place *p = *state;
	char *url = arena_printf(p->c.mem, "sqlite:%s/none.db", p->folder);
	struct db *db;

	assert_int_equal(db_open(&p->c, url, 0, &db), E_BUSY);
	assert_int_not_equal(access(url + 7, F_OK), 0);
	assert_int_equal(db_open(&p->c, url, 1, &db), OK);
	db_free(db);
}

static void
an_unknown_backend_is_named_without_the_password(void **state)
{
	struct place *p = *state;
	struct db *db;

	assert_int_equal(db_open(&p->c, "oracle://me:secret@host/", 0, &db),
	    E_BADREQ);
	assert_non_null(strstr(p->c.why, "oracle"));
	assert_null(strstr(p->c.why, "secret"));
}

/* libpq would take parts of it for something else, and say so. */
static void
a_url_that_is_misread_is_refused_without_the_password(void **state)
{
	static const char *const urls[] = { "u:Geheim%zz9@localhost/db",
		"u:Geheim9@[::1/db", "u:Geheim9@[::1]x/db",
		"u:Geh@eim9@localhost/db", "u:Geh/eim9@localhost/db",
		"u:Geheim9", "u:Geheim%4", "u:x@h:1,h:Geh/db" };
	struct place *p = *state;
	struct db *db;
	size_t i;

	for (i = 0; i < COUNT(urls); i++) {
		ctx_forgive(&p->c);
		assert_int_equal(db_open(&p->c, arena_printf(p->c.mem,
		    "postgresql://%s", urls[i]), 0, &db), E_BADREQ);
		assert_null(strstr(p->c.why, "Geh"));
		assert_null(strstr(p->c.why, "eim"));
	}
}

static void
what_is_no_database_is_refused(void **state)
{
	struct place *p = *state;
	char *path = arena_printf(p->c.mem, "%s/text", p->folder);
	struct db *db;

	unit_write(path, "This is no database, it is a text.\n", 35, 0600);
	assert_int_not_equal(db_open(&p->c, arena_printf(p->c.mem,
	    "sqlite:%s", path), 0, &db), OK);
}

/* As a user who may read the file and not write it. */
static void
write_as_nobody(void *arg)
{
	struct place *p = arg;
	struct db *db;
	enum err e;

	if (geteuid() == 0 && setuid(65534) != 0)
		_exit(0);
	e = db_open(&p->c, p->url, 0, &db);
	if (e == OK)
		e = add(&p->c, db, "x");
	if (e == E_BUSY)
		abort();
}

static void
a_file_that_cannot_be_written_is_busy_and_not_lost(void **state)
{
	struct place *p = *state;

	db_free(p->other);
	db_free(p->db);
	p->db = p->other = NULL;
	assert_int_equal(chmod(p->folder, 0755), 0);
	assert_int_equal(chmod(p->url + 7, 0444), 0);
	assert_true(unit_aborts(write_as_nobody, p));
}

/* While it reads, what it sees must stay in the log. */
static enum err
scrub_beside(struct ctx *c, struct db *db, void *arg)
{
	struct place *p = arg;
	int64_t since;

	assert_int_equal(count_mothers(p, db), 0);
	assert_int_equal(add(&p->c, p->db, "later"), OK);
	since = now_monotonic();
	assert_int_equal(db_scrub(&p->c, p->db, 0), E_BUSY);
	/* Nobody could write meanwhile. */
	assert_true(now_monotonic() - since < NOW_SECOND);
	ctx_forgive(&p->c);
	(void)c;
	return OK;
}

static void
the_log_is_emptied_when_nobody_reads_and_writers_do_not_wait(void **state)
{
	struct place *p = *state;
	struct ctx reader;

	ctx_init(&reader);
	assert_int_equal(db_read(&reader, p->other, scrub_beside, p), OK);
	assert_int_equal(db_scrub(&p->c, p->db, 0), OK);
	ctx_free(&reader);
}

static void
not_of_postgres(void **state)
{
	(void)state;
	skip();
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
/* Of its files and its one writer. */
#define SQLITE(fn) \
	{ #fn, place_is_postgres() ? not_of_postgres : fn, set_up, tear_down, \
	    NULL }
	const struct CMUnitTest tests[] = {
		TEST(what_says_ok_is_kept_and_seen_by_others),
		TEST(what_fails_is_undone_and_its_word_passed_on),
		TEST(an_attempt_undoes_its_own_part_only),
		TEST(a_broken_constraint_in_an_attempt_leaves_the_rest),
		SQLITE(who_waits_too_long_for_the_writer_is_told_busy),
		SQLITE(who_waits_too_long_for_another_program_is_told_busy),
		TEST(a_reader_sees_one_moment),
		TEST(parameters_are_bound_by_name_in_any_order),
		TEST(a_value_of_one_call_is_gone_in_the_next),
		TEST(null_and_nothing_are_not_the_same),
		TEST(all_of_an_integer_comes_back),
		TEST(rows_go_in_and_out_as_structs),
		TEST(what_changed_nothing_says_so),
		TEST(constraints_are_conflicts),
		TEST(a_statement_that_is_wrong_is_our_fault),
		SQLITE(what_is_committed_survives_a_power_cut),
		SQLITE(a_file_that_is_not_there_is_made_only_when_asked),
		TEST(an_unknown_backend_is_named_without_the_password),
		TEST(a_url_that_is_misread_is_refused_without_the_password),
		SQLITE(what_is_no_database_is_refused),
		SQLITE(a_file_that_cannot_be_written_is_busy_and_not_lost),
		SQLITE(the_log_is_emptied_when_nobody_reads_and_writers_do_not_wait),
	};

	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
