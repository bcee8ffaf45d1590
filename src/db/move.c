#include "db/move.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/text.h"
#include "db/db.h"
#include "db/move_tables.h"

/* The longest key of a row: "checkout-…", "PAYMENT_FAILED:pi_…". */
enum { KEY_SIZE = 600 };

/* No row is longer: bodies are bounded where they come in (a megabyte). */
enum { ROW_SIZE = 2 * 1024 * 1024 };

/* A page from one side, from the other, and as what is hashed. */
#define PAGE_SIZE ((size_t)3 * MOVE_PAGE * ROW_SIZE)

/* A hash as four numbers that can be added up. */
enum { HASH_WORDS = 4, HASH_DIGITS = 16 };

/* What all rows of a table amount to, whatever their order. */
struct sum {
	int64_t rows;
	uint64_t words[HASH_WORDS];
};

/* The work on one table. */
struct mover {
	const struct move *move;
	const struct move_table *table;
	struct ctx page; /* the rows in hand live here */
	struct sum sum;  /* of the rows that went by */
	int64_t changed;
	int64_t put_off; /* as they collide with rows that are still to change */
};

/* Called for each page of rows; what it says goes on in m->page. */
typedef enum err page_work(struct mover *m, const struct db_rows *rows);

/* --- pages ------------------------------------------------------------------ */

static const struct db_value *
row_of(const struct db_rows *rows, size_t i)
{
	return rows->values + i * rows->columns;
}

static void
begin_pages(struct mover *m)
{
	ctx_init(&m->page);
	arena_allow(m->page.mem, PAGE_SIZE);
}

static enum err
each_page(struct ctx *c, struct mover *m, struct db *db, const char *sql,
    page_work *work)
{
	char after[KEY_SIZE] = "";
	struct db_rows rows;
	int64_t seen = 0;
	enum err e;

	do {
		ctx_reset(&m->page);
		e = db_query(&m->page, db, sql, &rows,
		    DB_VALUES(DB_TEXT(after), DB_INT(MOVE_PAGE)));
		if (e != OK || rows.count == 0)
			break;
		e = work(m, &rows);
		snprintf(after, sizeof(after), "%s",
		    row_of(&rows, rows.count - 1)->string);
		seen += (int64_t)rows.count;
		if (m->move->progress != NULL)
			m->move->progress(m->table->name, seen);
	} while (e == OK && rows.count == MOVE_PAGE);
	return e == OK ? OK : ctx_fail(c, e, "%s: %s", m->table->name,
	    m->page.why);
}

/* Those of the keys of rows that db has. */
static enum err
look_up(struct mover *m, struct db *db, const char *sql,
    const struct db_rows *rows, struct db_rows *ret)
{
	struct db_value keys[MOVE_PAGE];
	size_t i;

	for (i = 0; i < MOVE_PAGE; i++)
		keys[i] = i < rows->count ? row_of(rows, i)[0]
					  : (struct db_value)DB_NONE;
	return db_query(&m->page, db, sql, ret, keys, MOVE_PAGE);
}

/* Mostly row i on one side is row i on the other. */
static const struct db_value *
find(const struct db_rows *rows, const char *key, size_t i)
{
	size_t n;

	for (n = 0; n < rows->count; n++, i++)
		if (strcmp(row_of(rows, i % rows->count)->string, key) == 0)
			return row_of(rows, i % rows->count);
	return NULL;
}

/* --- sums ------------------------------------------------------------------- */

/* Type, length and bytes of each value: no two rows are the same text. */
static const char *
hash_of(struct ctx *c, const struct db_value *values, size_t n)
{
	struct buf b = buf_make(c->mem, ROW_SIZE);
	size_t i;

	for (i = 0; i < n; i++)
		if (values[i].type == DB_INTEGER)
			buf_printf(&b, "i%lld,", (long long)values[i].integer);
		else if (values[i].type == DB_NULL)
			buf_text(&b, "n,");
		else
			buf_printf(&b, "t%zu:%s,", strlen(values[i].string),
			    values[i].string);
	assert(!buf_full(&b));
	return hash_text(c->mem, b.bytes, b.len);
}

static enum err
add_to_sum(struct mover *m, const struct db_rows *rows)
{
	char digits[HASH_DIGITS + 1] = "";
	const char *hash;
	size_t i, word;

	for (i = 0; i < rows->count; i++) {
		hash = hash_of(&m->page, row_of(rows, i) + 1,
		    rows->columns - 1);
		for (word = 0; word < HASH_WORDS; word++) {
			memcpy(digits, hash + word * HASH_DIGITS, HASH_DIGITS);
			m->sum.words[word] += strtoull(digits, NULL, 16);
		}
		m->sum.rows++;
	}
	return OK;
}

static const char *
sum_text(struct ctx *c, const struct sum *sum)
{
	return arena_printf(c->mem, "%016llx%016llx%016llx%016llx",
	    (unsigned long long)sum->words[0],
	    (unsigned long long)sum->words[1],
	    (unsigned long long)sum->words[2],
	    (unsigned long long)sum->words[3]);
}

/* --- what is gone ------------------------------------------------------------- */

struct removal {
	const struct move_table *table;
	const struct db_rows *rows, *there;
	int64_t removed;
};

static enum err
remove_tx(struct ctx *c, struct db *db, void *arg)
{
	struct removal *x = arg;
	const struct move_table *table = x->table;
	size_t i;
	enum err e = OK;

	x->removed = 0;
	for (i = 0; e == OK && i < x->rows->count; i++) {
		const struct db_value *key = row_of(x->rows, i);

		if (find(x->there, key->string, i) != NULL)
			continue;
		x->removed++;
		e = db_run(c, db, table->sql_remove, NULL, DB_VALUES(*key));
	}
	return e;
}

/* Rows of the second database that the first does not have. */
static enum err
remove_gone(struct mover *m, const struct db_rows *rows)
{
	struct db_rows there;
	struct removal x = { m->table, rows, &there, 0 };
	enum err e;

	e = look_up(m, m->move->from, m->table->sql_have, rows, &there);
	if (e != OK || there.count == rows->count)
		return e;
	if (m->table->only_grows)
		return ctx_fail(&m->page, E_CONFLICT, "what is there is not a "
		    "copy of this database: begin with an empty one");
	e = db_transaction(&m->page, m->move->to, remove_tx, &x);
	m->changed += x.removed;
	return e;
}

/* --- what is new or changed ----------------------------------------------------- */

struct copying {
	const struct move_table *table;
	const struct db_rows *rows, *there;
	size_t first, last; /* of rows: one behind */
	int64_t changed;
};

static int
same_row(const struct db_value *a, const struct db_value *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (a[i].type != b[i].type || a[i].integer != b[i].integer ||
		    (a[i].type == DB_STRING &&
		    strcmp(a[i].string, b[i].string) != 0))
			return 0;
	return 1;
}

static int
is_there(const struct copying *x, size_t i)
{
	const struct db_value *row = row_of(x->rows, i);
	const struct db_value *old = find(x->there, row->string, i);

	return old != NULL && same_row(row, old, x->rows->columns);
}

static enum err
copy_tx(struct ctx *c, struct db *db, void *arg)
{
	struct copying *x = arg;
	size_t i;
	enum err e = OK;

	x->changed = 0;
	for (i = x->first; e == OK && i < x->last; i++) {
		const struct db_value *row = row_of(x->rows, i);
		int known = find(x->there, row->string, i) != NULL;
		const char *sql = known ? x->table->sql_change
					: x->table->sql_add;

		if (is_there(x, i))
			continue;
		x->changed++;
		e = db_run(c, db, sql, NULL, row + 1, x->table->columns);
	}
	return e;
}

/* One by one, so that only those that collide are put off. */
static enum err
copy_singly(struct mover *m, struct copying *x)
{
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < x->rows->count; i++) {
		x->first = i;
		x->last = i + 1;
		e = db_transaction(&m->page, m->move->to, copy_tx, x);
		if (e == OK)
			m->changed += x->changed;
		if (e != E_CONFLICT)
			continue;
		ctx_forgive(&m->page);
		m->put_off++;
		e = OK;
	}
	return e;
}

static enum err
copy_page(struct mover *m, const struct db_rows *rows)
{
	struct db_rows there;
	struct copying x = { m->table, rows, &there, 0, rows->count, 0 };
	size_t i;
	enum err e;

	e = add_to_sum(m, rows);
	if (e == OK)
		e = look_up(m, m->move->to, m->table->sql_find, rows, &there);
	if (e != OK)
		return e;
	for (i = 0; i < rows->count && is_there(&x, i); i++)
		;
	if (i == rows->count)
		return OK;
	e = db_transaction(&m->page, m->move->to, copy_tx, &x);
	if (e == OK)
		m->changed += x.changed;
	if (e != E_CONFLICT)
		return e;
	ctx_forgive(&m->page);
	return copy_singly(m, &x);
}

/*
 * Two rows may have changed places since the last pass, in what only one of
 * them can have: the second one fits once the first has let go of it.
 */
static enum err
copy_table(struct ctx *c, struct mover *m)
{
	int64_t before;
	enum err e;

	do {
		before = m->changed;
		m->put_off = 0;
		m->sum = (struct sum){ 0 };
		e = each_page(c, m, m->move->from, m->table->sql_page,
		    copy_page);
	} while (e == OK && m->put_off > 0 && m->changed > before);
	if (e == OK && m->put_off > 0)
		return ctx_fail(c, E_CONFLICT, "%s: %lld rows collide with "
		    "others that are there: begin with an empty database",
		    m->table->name, (long long)m->put_off);
	return e;
}

/* --- passes --------------------------------------------------------------------- */

/* First whether it is a copy at all, before anything is changed in it. */
static enum err
pass(struct ctx *c, struct mover *m, struct sum *sums)
{
	size_t i;
	int grows;
	enum err e = OK;

	for (grows = 1; grows >= 0; grows--)
		for (i = move_tables_count; e == OK && i > 0; i--) {
			m->table = &move_tables[i - 1];
			if (m->table->only_grows == grows)
				e = each_page(c, m, m->move->to,
				    m->table->sql_keys, remove_gone);
		}
	for (i = 0; e == OK && i < move_tables_count; i++) {
		m->table = &move_tables[i];
		e = copy_table(c, m);
		sums[i] = m->sum;
	}
	return e;
}

struct passing {
	struct move move;
	struct sum *sums;
	int64_t changed;
	struct move_result result;
};

static enum err
pass_tx(struct ctx *c, struct db *from, void *arg)
{
	struct passing *x = arg;
	struct mover m = { .move = &x->move };
	enum err e;

	x->move.from = from;
	begin_pages(&m);
	e = pass(c, &m, x->sums);
	x->changed = m.changed;
	ctx_free(&m.page);
	return e;
}

/* What arrived there, read again from the start. */
static enum err
compare(struct ctx *c, struct passing *x)
{
	struct move_sum *sums =
	    arena_alloc(c->mem, move_tables_count * sizeof(*sums));
	struct mover m = { .move = &x->move };
	const char *there;
	size_t i;
	enum err e = OK;

	begin_pages(&m);
	for (i = 0; e == OK && i < move_tables_count; i++) {
		m.table = &move_tables[i];
		m.sum = (struct sum){ 0 };
		e = each_page(c, &m, x->move.to, m.table->sql_page,
		    add_to_sum);
		there = sum_text(c, &m.sum);
		sums[i] = (struct move_sum){ m.table->name, x->sums[i].rows,
			sum_text(c, &x->sums[i]) };
		if (e == OK && (m.sum.rows != sums[i].rows ||
		    !text_same(there, sums[i].hash)))
			e = ctx_fail(c, E_CONFLICT, "%s: %lld rows, and %lld "
			    "there, or not the same: nothing was switched",
			    m.table->name, (long long)sums[i].rows,
			    (long long)m.sum.rows);
	}
	ctx_free(&m.page);
	x->result = (struct move_result){ sums, move_tables_count };
	return e;
}

static enum err
finish_tx(struct ctx *c, struct db *from, void *arg)
{
	struct passing *x = arg;
	enum err e;

	e = move_check(c, from);
	if (e == OK)
		e = pass_tx(c, from, x);
	if (e == OK)
		e = compare(c, x);
	if (e == OK)
		e = db_script(c, from, move_tables_shut);
	return e;
}

static struct passing
passing_of(struct ctx *c, const struct move *m)
{
	return (struct passing){
		.move = *m,
		.sums = arena_alloc(c->mem,
		    move_tables_count * sizeof(struct sum)),
	};
}

enum err
move_check(struct ctx *c, struct db *db)
{
	const char *sql = move_tables_is_shut;
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql, &rows, NULL, 0);
	if (e == OK && rows.values[0].integer > 0)
		e = ctx_fail(c, E_CONFLICT, "this database was moved already: "
		    "DATABASE_URL is to name the other one");
	return e;
}

enum err
move_pass(struct ctx *c, const struct move *m, int64_t *ret_changed)
{
	struct passing x = passing_of(c, m);
	enum err e;

	e = db_read(c, m->from, pass_tx, &x);
	if (e == OK)
		*ret_changed = x.changed;
	return e;
}

enum err
move_finish(struct ctx *c, const struct move *m, struct move_result *ret)
{
	struct passing x = passing_of(c, m);
	enum err e;

	e = db_transaction(c, m->from, finish_tx, &x);
	if (e == OK)
		*ret = x.result;
	return e;
}
