/*
 * What a schema file does to rows in batches: all of them, once, however often
 * it is stopped in between.  The schema is this test's own.
 */
#include <string.h>

#include "db/db.h"
#include "db/migrate.h"
#include "db/schema.h"
#include "unit.h"

static const struct schema_batch batches[] = {
	{ "SELECT MAX(id) FROM (SELECT id FROM item WHERE id > $1"
	  " ORDER BY id LIMIT 2) AS page",
	    "UPDATE item SET first = first + 1 WHERE id > $1 AND id <= $2" },
	{ "SELECT MAX(id) FROM (SELECT id FROM item WHERE id > $1"
	  " ORDER BY id LIMIT 3) AS page",
	    "UPDATE item SET second = first WHERE id > $1 AND id <= $2" },
	{ NULL, NULL },
};

const struct schema_file schema_files[] = {
	{ "0001_item.sql",
	    "CREATE TABLE item (id TEXT PRIMARY KEY,"
	    " first INTEGER NOT NULL DEFAULT 0);\n"
	    "INSERT INTO item (id) VALUES ('a'), ('b'), ('c'), ('d'), ('e');\n",
	    NULL },
	{ "0002_second.sql",
	    "ALTER TABLE item ADD COLUMN second INTEGER NOT NULL DEFAULT 0;\n"
	    "-- Batch:\nThis is in the list of batches.\n",
	    batches },
	{ "0003_third.sql",
	    "ALTER TABLE item ADD COLUMN third INTEGER;\n", NULL },
	{ NULL, NULL, NULL },
};

struct place {
	struct ctx c;
	struct db *db;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	ctx_init(&p->c);
	assert_int_equal(db_open(&p->c, "sqlite::memory:", 1, &p->db), OK);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	db_free(p->db);
	ctx_free(&p->c);
	free(p);
	return 0;
}

static void
script(struct place *p, const char *text)
{
	assert_int_equal(db_script(&p->c, p->db, text), OK);
}

static int64_t
number(struct place *p, const char *sql)
{
	struct db_rows rows;

	assert_int_equal(db_query(&p->c, p->db, sql, &rows, NULL, 0), OK);
	return rows.values[0].integer;
}

static void
finished(struct place *p)
{
	static const char wrong[] = "SELECT COUNT(*) FROM item"
				    " WHERE first <> 1 OR second <> 1";
	static const char rest[] = "SELECT COUNT(*) FROM schema_progress";

	assert_int_equal(migrate_check(&p->c, p->db), OK);
	assert_int_equal(number(p, wrong), 0);
	assert_int_equal(number(p, rest), 0);
}

static void
batches_go_through_all_rows_page_by_page(void **state)
{
	struct place *p = *state;
	int applied;

	assert_int_equal(migrate_run(&p->c, p->db, &applied), OK);
	assert_int_equal(applied, 3);
	finished(p);
	assert_int_equal(migrate_run(&p->c, p->db, &applied), OK);
	assert_int_equal(applied, 0);
	finished(p);
}

/* As it was before the second file. */
static void
first_file_only(struct place *p)
{
	int applied;

	assert_int_equal(migrate_run(&p->c, p->db, &applied), OK);
	script(p, "DELETE FROM schema_version WHERE number > 1;"
		  "DELETE FROM schema_since WHERE number > 1;"
		  "ALTER TABLE item DROP COLUMN second;"
		  "ALTER TABLE item DROP COLUMN third;"
		  "UPDATE item SET first = 0");
}

/* Stopped while it works on the row of that name. */
static void
stopped_at(struct place *p, const char *column, const char *id)
{
	int applied;

	script(p, arena_printf(p->c.mem, "CREATE TRIGGER stop BEFORE UPDATE OF"
	    " %s ON item WHEN NEW.id = '%s' BEGIN"
	    " SELECT RAISE(ABORT, 'stopped'); END", column, id));
	assert_int_not_equal(migrate_run(&p->c, p->db, &applied), OK);
	ctx_forgive(&p->c);
	script(p, "DROP TRIGGER stop");
}

static void
who_is_stopped_in_the_middle_goes_on_there(void **state)
{
	static const char done[] = "SELECT SUM(first) FROM item";
	struct place *p = *state;
	int applied;

	first_file_only(p);
	stopped_at(p, "first", "c");
	assert_int_equal(number(p, done), 2);
	assert_int_equal(migrate_check(&p->c, p->db), E_BUSY);
	assert_non_null(strstr(p->c.why, "bookpay migrate"));
	ctx_forgive(&p->c);
	stopped_at(p, "second", "e");
	assert_int_equal(number(p, done), 5);
	assert_int_equal(migrate_run(&p->c, p->db, &applied), OK);
	assert_int_equal(applied, 2);
	finished(p);
}

static void
what_was_begun_with_another_file_is_refused(void **state)
{
	struct place *p = *state;
	int applied;

	assert_int_equal(migrate_run(&p->c, p->db, &applied), OK);
	script(p, "DELETE FROM schema_version WHERE number > 1;"
		  "INSERT INTO schema_progress VALUES (2, 'other', 0, '')");
	assert_int_equal(migrate_run(&p->c, p->db, &applied), E_BUSY);
	assert_non_null(strstr(p->c.why, "begun with another content"));
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(batches_go_through_all_rows_page_by_page),
		TEST(who_is_stopped_in_the_middle_goes_on_there),
		TEST(what_was_begun_with_another_file_is_refused),
	};

	return cmocka_run_group_tests_name("migrate_batch", tests, NULL, NULL);
}
