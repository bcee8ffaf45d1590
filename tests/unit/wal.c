/*
 * The log of SQLite: who copies it into the database, and when; and what of it
 * gets to the disk where nothing was written.
 */
#include "db/db.h"
#include "disk.h"
#include "unit.h"

/* Pages: not long for anybody, for who is alone, and for everybody. */
enum { SHORT = 3000, LONG = 5000, FAR_TOO_LONG = 9000 };

/* Of a row, half a page of the table and half of its index. */
enum { BYTES_OF_PAGE = 1024 };

static const char schema[] = "CREATE TABLE mother (id TEXT PRIMARY KEY)";
static const char sql_add[] =
	"INSERT INTO mother (id) VALUES (hex(randomblob($1)))";

struct place {
	struct ctx c;
	char *folder, *url;
	struct db *db, *other;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	ctx_init(&p->c);
	p->folder = unit_folder(&p->c);
	p->url = arena_printf(p->c.mem, "sqlite:%s/test.db", p->folder);
	assert_int_equal(db_open(&p->c, p->url, 1, &p->db), OK);
	assert_int_equal(db_keep_log(&p->c, p->db), OK);
	assert_int_equal(db_script(&p->c, p->db, schema), OK);
	*state = p;
	return 0;
}

/* Where it is open twice there are threads that help. */
static int
set_up_with_help(void **state)
{
	struct place *p;

	set_up(state);
	p = *state;
	assert_int_equal(db_open(&p->c, p->url, 0, &p->other), OK);
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	db_free(p->other);
	db_free(p->db);
	unit_remove(&p->c, p->folder);
	ctx_free(&p->c);
	free(p);
	return 0;
}

static enum err
add(struct ctx *c, struct db *db, void *arg)
{
	const int *pages = arg;

	return db_run(c, db, sql_add, NULL,
	    DB_VALUES(DB_INT(*pages * BYTES_OF_PAGE)));
}

static enum err
do_nothing(struct ctx *c, struct db *db, void *arg)
{
	(void)c;
	(void)db;
	(void)arg;
	return OK;
}

/* Does who adds so many pages copy the log then? */
static int
who_adds_copies(struct place *p, int pages)
{
	int before = disk_own_copies();

	assert_int_equal(db_transaction(&p->c, p->db, add, &pages), OK);
	return disk_own_copies() > before;
}

static void
who_is_alone_copies_a_long_log_himself(void **state)
{
	assert_false(who_adds_copies(*state, SHORT));
	assert_true(who_adds_copies(*state, LONG));
}

static void
who_has_help_leaves_it_to_that(void **state)
{
	assert_false(who_adds_copies(*state, LONG));
}

static void
but_not_one_that_is_far_too_long(void **state)
{
	assert_true(who_adds_copies(*state, FAR_TOO_LONG));
}

static int
who_does_nothing_syncs(struct place *p)
{
	int before = disk_own_syncs();

	assert_int_equal(db_transaction(&p->c, p->db, do_nothing, NULL), OK);
	return disk_own_syncs() > before;
}

/* What it was told is there, and may not be on the disk yet. */
static void
who_comes_first_syncs_for_who_was_killed(void **state)
{
	assert_true(who_does_nothing_syncs(*state));
	assert_false(who_does_nothing_syncs(*state));
}

int
main(void)
{
#define TEST(fn, set_up) \
	cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_is_alone_copies_a_long_log_himself, set_up),
		TEST(who_has_help_leaves_it_to_that, set_up_with_help),
		TEST(but_not_one_that_is_far_too_long, set_up_with_help),
		TEST(who_comes_first_syncs_for_who_was_killed,
		    set_up_with_help),
	};

	return cmocka_run_group_tests_name("wal", tests, NULL, NULL);
}
