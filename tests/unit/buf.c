#include "unit.h"

#include <string.h>

#include "base/buf.h"

static void
a_new_buffer_is_empty_text(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 10);

	assert_string_equal(b.bytes, "");
	assert_int_equal(b.len, 0);
	assert_false(buf_full(&b));
}

static void
pieces_are_joined(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 100);

	buf_text(&b, "one ");
	buf_add(&b, "two\0three", 5);
	buf_add(&b, NULL, 0);
	buf_printf(&b, " %d%%", 4);
	assert_int_equal(b.len, 12);
	assert_memory_equal(b.bytes, "one two\0t 4%", 13);
}

static void
it_grows_byte_by_byte(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 5000);
	size_t i;

	for (i = 0; i < 5000; i++) {
		char byte = (char)('a' + i % 26);

		buf_add(&b, &byte, 1);
		assert_int_equal(b.len, i + 1);
		assert_int_equal(b.bytes[i + 1], '\0');
	}
	for (i = 0; i < 5000; i++)
		assert_int_equal(b.bytes[i], 'a' + (int)(i % 26));
	assert_false(buf_full(&b));
}

static void
the_ceiling_can_be_reached_but_not_passed(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 4);

	buf_text(&b, "1234");
	assert_false(buf_full(&b));
	buf_text(&b, "");
	assert_false(buf_full(&b));
	buf_text(&b, "5");
	assert_true(buf_full(&b));
	assert_string_equal(b.bytes, "1234");
}

static void
what_does_not_fit_is_dropped_with_all_that_follows(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 4);

	buf_text(&b, "12");
	buf_text(&b, "345");
	buf_text(&b, "6"); /* would fit, but the text has a hole already */
	assert_true(buf_full(&b));
	assert_string_equal(b.bytes, "12");
	assert_int_equal(b.len, 2);
}

static void
a_huge_length_does_not_wrap_around(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 4);

	buf_text(&b, "12");
	buf_add(&b, "3", SIZE_MAX - 1);
	assert_true(buf_full(&b));
	assert_string_equal(b.bytes, "12");
}

static void
a_ceiling_of_nothing_holds_nothing(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 0);

	buf_text(&b, "1");
	assert_true(buf_full(&b));
	assert_string_equal(b.bytes, "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(a_new_buffer_is_empty_text),
		WITH_CTX(pieces_are_joined),
		WITH_CTX(it_grows_byte_by_byte),
		WITH_CTX(the_ceiling_can_be_reached_but_not_passed),
		WITH_CTX(what_does_not_fit_is_dropped_with_all_that_follows),
		WITH_CTX(a_huge_length_does_not_wrap_around),
		WITH_CTX(a_ceiling_of_nothing_holds_nothing),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
