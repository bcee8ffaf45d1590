/*
 * A database is brought to this build's schema, and one of another is
 * refused with the command to run.
 */
#include <string.h>

#include "db/db.h"
#include "db/migrate.h"
#include "place.h"
#include "unit.h"

struct place {
	struct ctx c;
	struct db *db;
	char *url;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	ctx_init(&p->c);
	p->url = place_new(&p->c, NULL);
	assert_int_equal(db_open(&p->c, p->url, 1, &p->db), OK);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	db_free(p->db);
	place_drop(p->url);
	ctx_free(&p->c);
	free(p);
	return 0;
}

static void
run(struct place *p, int expected)
{
	int applied = -1;

	assert_int_equal(migrate_run(&p->c, p->db, &applied), OK);
	assert_int_equal(applied, expected);
}

/* migrate_check refuses and says how to mend it. */
static void
refused(struct place *p, const char *word)
{
	assert_int_equal(migrate_check(&p->c, p->db), E_BUSY);
	if (strstr(p->c.why, word) == NULL)
		fail_msg("no %s in: %s", word, p->c.why);
	ctx_forgive(&p->c);
}

static void
an_empty_database_is_refused_with_the_command_to_run(void **state)
{
	refused(*state, "bookpay migrate");
}

static void
migrating_twice_does_it_once(void **state)
{
	struct place *p = *state;

	run(p, migrate_version());
	assert_int_equal(migrate_check(&p->c, p->db), OK);
	run(p, 0);
	assert_int_equal(migrate_check(&p->c, p->db), OK);
}

static void
an_older_schema_is_refused_with_the_command_to_run(void **state)
{
	struct place *p = *state;

	run(p, migrate_version());
	assert_int_equal(db_script(&p->c, p->db, "DELETE FROM schema_version"),
	    OK);
	refused(p, "bookpay migrate");
}

static void
a_newer_schema_asks_for_newer_programs(void **state)
{
	struct place *p = *state;
	int applied;

	run(p, migrate_version());
	assert_int_equal(db_script(&p->c, p->db, "INSERT INTO schema_version"
	    " VALUES (9999, '9999_future.sql', 'x', 0)"), OK);
	refused(p, "9999_future.sql");
	assert_int_equal(migrate_run(&p->c, p->db, &applied), E_BUSY);
	assert_non_null(strstr(p->c.why, "newer programs"));
}

static void
set_since(struct place *p, int since)
{
	assert_int_equal(db_run(&p->c, p->db, "INSERT INTO schema_since"
	    " VALUES (9999, $1) ON CONFLICT (number) DO UPDATE"
	    " SET since = excluded.since", NULL,
	    DB_VALUES(DB_INT(since))), OK);
}

/* The programs can be swapped before or after, one by one. */
static void
a_newer_schema_that_works_with_this_build_is_fine(void **state)
{
	struct place *p = *state;
	int applied;

	run(p, migrate_version());
	assert_int_equal(db_script(&p->c, p->db, "INSERT INTO schema_version"
	    " VALUES (9999, '9999_future.sql', 'x', 0)"), OK);
	set_since(p, migrate_version());
	assert_int_equal(migrate_check(&p->c, p->db), OK);
	set_since(p, migrate_version() + 1);
	refused(p, "9999_future.sql");
	/* It does not know how to migrate that one. */
	set_since(p, migrate_version());
	assert_int_equal(migrate_run(&p->c, p->db, &applied), E_BUSY);
}

/* As the builds before schema_since made it. */
static void
an_old_list_of_files_is_brought_up_to_date(void **state)
{
	struct place *p = *state;

	run(p, migrate_version());
	assert_int_equal(db_script(&p->c, p->db,
	    "DROP TABLE schema_since"), OK);
	refused(p, "bookpay migrate");
	run(p, 0);
	assert_int_equal(migrate_check(&p->c, p->db), OK);
}

static void
a_file_that_was_edited_is_noticed(void **state)
{
	struct place *p = *state;
	int applied;

	run(p, migrate_version());
	assert_int_equal(db_script(&p->c, p->db,
	    "UPDATE schema_version SET checksum = 'other'"), OK);
	refused(p, "another content");
	assert_int_equal(migrate_run(&p->c, p->db, &applied), E_BUSY);
}

/* A migration that fails half-way leaves nothing of itself. */
static void
a_migration_is_all_or_nothing(void **state)
{
	static const char sql[] = "SELECT id FROM builder";
	struct place *p = *state;
	struct db_rows rows;
	int applied;

	assert_int_equal(db_script(&p->c, p->db,
	    "CREATE TABLE analytics (in_the_way TEXT)"), OK);
	assert_int_not_equal(migrate_run(&p->c, p->db, &applied), OK);
	/* There is no such table. */
	assert_int_equal(db_query(&p->c, p->db, sql, &rows, NULL, 0),
	    E_INTERNAL);
}

/* style.md §6: what both databases take, each column explained. */
static void
every_column_is_explained(void **state)
{
	struct place *p = *state;
	const char *root = getenv("srcdir");
	char line[400];
	FILE *f = fopen(arena_printf(p->c.mem, "%s/schema/0001_bookings.sql",
	    root == NULL ? "." : root), "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		if (line[0] == '\t' && line[1] >= 'a' && line[1] <= 'z' &&
		    strstr(line, " --") == NULL && strchr(line, ',') != NULL)
			fail_msg("no comment: %s", line);
	fclose(f);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_database_is_refused_with_the_command_to_run),
		TEST(migrating_twice_does_it_once),
		TEST(an_older_schema_is_refused_with_the_command_to_run),
		TEST(a_newer_schema_asks_for_newer_programs),
		TEST(a_newer_schema_that_works_with_this_build_is_fine),
		TEST(an_old_list_of_files_is_brought_up_to_date),
		TEST(a_file_that_was_edited_is_noticed),
		TEST(a_migration_is_all_or_nothing),
		TEST(every_column_is_explained),
	};

	return cmocka_run_group_tests_name("migrate", tests, NULL, NULL);
}
