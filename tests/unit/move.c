/*
 * All rows of one database get into another, and stay the same in both.
 */
#include <string.h>

#include "db/db.h"
#include "db/migrate.h"
#include "db/move.h"
#include "db/move_tables.h"
#include "unit.h"

struct place {
	struct ctx c;
	struct move move;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	int applied;

	assert_non_null(p);
	ctx_init(&p->c);
	assert_int_equal(db_open(&p->c, "sqlite::memory:", 1, &p->move.from), OK);
	assert_int_equal(db_open(&p->c, "sqlite::memory:", 1, &p->move.to), OK);
	assert_int_equal(migrate_run(&p->c, p->move.from, &applied), OK);
	assert_int_equal(migrate_run(&p->c, p->move.to, &applied), OK);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	db_free(p->move.from);
	db_free(p->move.to);
	ctx_free(&p->c);
	free(p);
	return 0;
}

static void
script(struct place *p, struct db *db, const char *text)
{
	if (db_script(&p->c, db, text) != OK)
		fail_msg("%s: %s", text, p->c.why);
}

/* The one value that sql says there. */
static int64_t
number(struct place *p, struct db *db, const char *sql)
{
	struct db_rows rows;

	assert_int_equal(db_query(&p->c, db, sql, &rows, NULL, 0), OK);
	return rows.values[0].integer;
}

/* How much a pass changes. */
static int64_t
pass(struct place *p)
{
	int64_t changed = -1;

	if (move_pass(&p->c, &p->move, &changed) != OK)
		fail_msg("%s", p->c.why);
	return changed;
}

static void
finish(struct place *p, struct move_result *ret)
{
	if (move_finish(&p->c, &p->move, ret) != OK)
		fail_msg("%s", p->c.why);
}

static const char a_builder[] =
	"INSERT INTO builder (id, name, timezone, created_at)"
	" VALUES ('robin', 'Robin', 'UTC', 1)";
static const char its_types[] =
	"INSERT INTO session_type (id, builder, title, minutes, amount,"
	" currency, calendly_type, created_at) VALUES"
	" ('a', 'robin', 'A', 30, 100, 'usd', 'x', 1),"
	" ('b', 'robin', 'B', 30, 90000000, 'usd', NULL, 1)";

/* --- what is moved ------------------------------------------------------------ */

static void
every_table_of_the_schema_is_moved_with_every_column(void **state)
{
	static const char sql_tables[] =
		"SELECT name, (SELECT group_concat(c.name, ', ')"
		" FROM pragma_table_info(t.name) c) FROM sqlite_master t"
		" WHERE type = 'table' AND name NOT LIKE 'schema\\_%'"
		" ESCAPE '\\' ORDER BY rowid";
	struct place *p = *state;
	struct db_rows rows;
	size_t i;

	assert_int_equal(db_query(&p->c, p->move.from, sql_tables, &rows,
	    NULL, 0), OK);
	assert_int_equal(rows.count, move_tables_count);
	for (i = 0; i < rows.count; i++) {
		const struct db_value *v = rows.values + 2 * i;

		assert_string_equal(move_tables[i].name, v[0].string);
		if (strstr(move_tables[i].sql_add, arena_printf(p->c.mem,
		    "(%s)", v[1].string)) == NULL)
			fail_msg("not all of %s (%s)", v[0].string,
			    v[1].string);
	}
}

static void
rows_arrive_change_and_go_as_in_the_first(void **state)
{
	struct place *p = *state;

	assert_int_equal(pass(p), 0);
	script(p, p->move.from, a_builder);
	script(p, p->move.from, its_types);
	script(p, p->move.from,
	    "INSERT INTO builder_user VALUES ('robin', 'u1'), ('robin', 'u2');"
	    "INSERT INTO mark VALUES ('m', 1, NULL)");
	assert_int_equal(pass(p), 6);
	assert_int_equal(pass(p), 0);
	assert_int_equal(number(p, p->move.to, "SELECT count(*) FROM"
	    " session_type WHERE amount = 90000000 AND hours IS NULL"), 1);
	script(p, p->move.from, "UPDATE session_type SET title = 'New'"
	    " WHERE id = 'a'; DELETE FROM builder_user WHERE user_id = 'u1';"
	    "UPDATE mark SET at = 2, note = ''");
	assert_int_equal(pass(p), 3);
	assert_int_equal(number(p, p->move.to, "SELECT count(*) FROM"
	    " session_type WHERE title = 'New'"), 1);
	assert_int_equal(number(p, p->move.to,
	    "SELECT count(*) FROM builder_user"), 1);
	assert_int_equal(number(p, p->move.to,
	    "SELECT count(*) FROM mark WHERE at = 2 AND note = ''"), 1);
}

static void
more_rows_than_a_page_arrive(void **state)
{
	struct place *p = *state;

	script(p, p->move.from, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < 350) INSERT INTO mark"
	    " SELECT 'm' || i, i, NULL FROM n");
	assert_int_equal(pass(p), 350);
	script(p, p->move.from, "DELETE FROM mark WHERE at % 2 = 0");
	assert_int_equal(pass(p), 175);
	assert_int_equal(number(p, p->move.to, "SELECT count(*) FROM mark"),
	    175);
}

static void
and_so_does_a_page_of_the_longest(void **state)
{
	struct place *p = *state;

	script(p, p->move.from, "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < 100) INSERT INTO mark"
	    " SELECT 'm' || i, i, hex(zeroblob(500000)) FROM n");
	assert_int_equal(pass(p), 100);
	assert_int_equal(number(p, p->move.to,
	    "SELECT sum(length(note)) FROM mark"), 100000000);
}

static void
what_only_one_row_can_have_may_go_from_one_to_the_other(void **state)
{
	struct place *p = *state;

	script(p, p->move.from, a_builder);
	script(p, p->move.from, its_types);
	assert_int_equal(pass(p), 3);
	script(p, p->move.from,
	    "UPDATE session_type SET calendly_type = NULL WHERE id = 'a';"
	    "UPDATE session_type SET calendly_type = 'x' WHERE id = 'b'");
	assert_int_equal(pass(p), 2);
	/* The one that gets it is looked at first. */
	script(p, p->move.from,
	    "UPDATE session_type SET calendly_type = NULL WHERE id = 'b';"
	    "UPDATE session_type SET calendly_type = 'x' WHERE id = 'a'");
	assert_int_equal(pass(p), 2);
	assert_int_equal(number(p, p->move.to, "SELECT count(*) FROM"
	    " session_type WHERE id = 'a' AND calendly_type = 'x'"), 1);
}

/* --- what is not --------------------------------------------------------------- */

static void
a_database_that_is_no_copy_is_left_as_it_is(void **state)
{
	struct place *p = *state;
	int64_t changed;

	script(p, p->move.to, a_builder);
	script(p, p->move.to, "INSERT INTO mark VALUES ('m', 1, NULL)");
	assert_int_equal(move_pass(&p->c, &p->move, &changed), E_CONFLICT);
	assert_non_null(strstr(p->c.why, "not a copy"));
	assert_int_equal(number(p, p->move.to,
	    "SELECT (SELECT count(*) FROM builder) +"
	    " (SELECT count(*) FROM mark)"), 2);
}

static void
what_differs_in_the_end_is_noticed_and_the_first_goes_on(void **state)
{
	struct place *p = *state;
	struct move_result result;

	script(p, p->move.from, "INSERT INTO mark VALUES ('m', 1, NULL)");
	script(p, p->move.to, "CREATE TRIGGER liar AFTER INSERT ON mark"
	    " BEGIN UPDATE mark SET at = at + 1; END");
	assert_int_equal(move_finish(&p->c, &p->move, &result), E_CONFLICT);
	assert_non_null(strstr(p->c.why, "mark"));
	script(p, p->move.from, "UPDATE mark SET at = 3");
	assert_int_equal(move_check(&p->c, p->move.from), OK);
}

/* --- the end -------------------------------------------------------------------- */

static void
after_the_last_pass_nobody_writes_to_the_first(void **state)
{
	static const char sql_set[] = "UPDATE mark SET at = 5";
	static const char sql_add[] = "INSERT INTO mark VALUES ('n', 1, NULL)"
		" ON CONFLICT DO NOTHING";
	struct place *p = *state;
	struct move_result result, again;
	size_t i;

	script(p, p->move.from, "INSERT INTO mark VALUES ('m', 1, NULL)");
	finish(p, &result);
	for (i = 0; i < result.count; i++)
		assert_int_equal(result.sums[i].rows,
		    strcmp(result.sums[i].table, "mark") == 0);
	assert_int_equal(db_run(&p->c, p->move.from, sql_set, NULL, NULL, 0),
	    E_BUSY);
	assert_non_null(strstr(p->c.why, "moved to another"));
	assert_int_equal(db_run(&p->c, p->move.from, sql_add, NULL, NULL, 0),
	    E_BUSY);
	assert_int_equal(number(p, p->move.from,
	    "SELECT count(*) FROM mark WHERE at = 1"), 1);
	assert_int_equal(db_run(&p->c, p->move.to, sql_set, NULL, NULL, 0),
	    OK);
	/* Who moves it once more would overwrite what was done since. */
	ctx_forgive(&p->c);
	assert_int_equal(move_finish(&p->c, &p->move, &again), E_CONFLICT);
	assert_int_equal(number(p, p->move.to,
	    "SELECT count(*) FROM mark WHERE at = 5"), 1);
}

static void
the_hash_is_of_every_value(void **state)
{
	static const char *const texts[] = {
		"INSERT INTO mark VALUES ('a', 1, 'b'), ('c', 2, NULL)",
		"INSERT INTO mark VALUES ('a', 1, 'b'), ('c', 2, '')",
		"INSERT INTO mark VALUES ('a', 2, 'b'), ('c', 1, NULL)",
		"INSERT INTO mark VALUES ('a', 1, NULL), ('c', 2, 'b')",
		"INSERT INTO mark VALUES ('c', 2, NULL), ('a', 1, 'b')",
	};
	const char *hashes[COUNT(texts)] = { NULL };
	struct move_result result;
	struct place *p;
	void *inner;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		set_up(&inner);
		p = inner;
		script(p, p->move.from, texts[i]);
		finish(p, &result);
		for (j = 0; j < result.count; j++)
			if (strcmp(result.sums[j].table, "mark") == 0)
				hashes[i] = strdup(result.sums[j].hash);
		tear_down(&inner);
	}
	for (i = 0; i < COUNT(texts) - 1; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(hashes[i], hashes[j]);
	/* Rows may come in any order. */
	assert_string_equal(hashes[0], hashes[COUNT(texts) - 1]);
	for (i = 0; i < COUNT(texts); i++)
		free((void *)hashes[i]);
}

#define WITH_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLACE(every_table_of_the_schema_is_moved_with_every_column),
		WITH_PLACE(rows_arrive_change_and_go_as_in_the_first),
		WITH_PLACE(more_rows_than_a_page_arrive),
		WITH_PLACE(and_so_does_a_page_of_the_longest),
		WITH_PLACE(what_only_one_row_can_have_may_go_from_one_to_the_other),
		WITH_PLACE(a_database_that_is_no_copy_is_left_as_it_is),
		WITH_PLACE(what_differs_in_the_end_is_noticed_and_the_first_goes_on),
		WITH_PLACE(after_the_last_pass_nobody_writes_to_the_first),
		cmocka_unit_test(the_hash_is_of_every_value),
	};

	return cmocka_run_group_tests_name("move", tests, NULL, NULL);
}
