/*
 * Form text: the vectors of the providers' own libraries.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "provider/form.h"
#include "sample.h"

enum { MAX = 1000 };

static void
names_and_values_are_escaped_like_the_libraries_do(void **state)
{
	struct ctx *c = *state;
	struct buf one = buf_make(c->mem, MAX), two = buf_make(c->mem, MAX);

	form_add(&one, "test", "1");
	form_add(&one, "foo", "baz");
	form_add(&one, "somethingElse", "::\"\"%&");
	form_add(&one, "nested[1]", "2");
	form_add(&one, "nested[a n o t h e r]", "");
	assert_string_equal(one.bytes,
	    "test=1&foo=baz&somethingElse=%3A%3A%22%22%25%26&nested[1]=2"
	    "&nested[a%20n%20o%20t%20h%20e%20r]=");
	form_int(&two, "a", 3);
	form_add(&two, "b", "+foo?");
	form_add(&two, "c", "bar&baz");
	form_add(&two, "d[a]", "a");
	form_add(&two, "d[b]", "b");
	form_int(&two, "e[0]", 0);
	form_int(&two, "e[1]", 1);
	form_add(&two, "f", "");
	assert_string_equal(two.bytes, "a=3&b=%2Bfoo%3F&c=bar%26baz"
				       "&d[a]=a&d[b]=b&e[0]=0&e[1]=1&f=");
}

static void
a_text_that_says_nothing_is_left_out(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, MAX);

	form_text(&b, "a", NULL);
	form_text(&b, "b", "");
	form_text(&b, "c", "x");
	form_text(&b, "d", NULL);
	assert_string_equal(b.bytes, "c=x");
}

static void
every_byte_survives(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, MAX);

	form_escape(&b, "Az09-._~ \xc3\xab\n[]{}/#");
	assert_string_equal(b.bytes,
	    "Az09-._~%20%C3%AB%0A%5B%5D%7B%7D%2F%23");
}

static void
numbers_may_be_large_and_negative(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, MAX);

	form_int(&b, "a", INT64_MIN);
	form_int(&b, "created[gte]", 1234567890);
	assert_string_equal(b.bytes,
	    "a=-9223372036854775808&created[gte]=1234567890");
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, sample_setup, \
    sample_teardown)
	const struct CMUnitTest tests[] = {
		TEST(names_and_values_are_escaped_like_the_libraries_do),
		TEST(a_text_that_says_nothing_is_left_out),
		TEST(every_byte_survives),
		TEST(numbers_may_be_large_and_negative),
	};

	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
