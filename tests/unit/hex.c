#include "unit.h"

#include <string.h>

#include "base/hex.h"

static void
every_byte_comes_back(void **state)
{
	struct ctx *c = *state;
	unsigned char bytes[256], again[256];
	char *text;
	int i;

	for (i = 0; i < 256; i++)
		bytes[i] = (unsigned char)i;
	text = hex_text(c->mem, bytes, sizeof(bytes));
	assert_int_equal(strlen(text), 512);
	for (i = 0; i < 256; i++) {
		char pair[3];

		snprintf(pair, sizeof(pair), "%02x", i);
		assert_memory_equal(text + 2 * i, pair, 2);
	}
	assert_true(hex_bytes(text, 512, again, sizeof(again)));
	assert_memory_equal(again, bytes, sizeof(bytes));
}

static void
either_case_is_read(void **state)
{
	unsigned char b[4];

	(void)state;
	assert_true(hex_bytes("DEadBEef", 8, b, 4));
	assert_memory_equal(b, "\xde\xad\xbe\xef", 4);
}

static void
nothing_is_nothing(void **state)
{
	struct ctx *c = *state;
	unsigned char b;

	assert_string_equal(hex_text(c->mem, "", 0), "");
	assert_true(hex_bytes("", 0, &b, 0));
}

static void
only_the_exact_length_is_read(void **state)
{
	unsigned char b[4] = "...";

	(void)state;
	assert_false(hex_bytes("aabbcc", 6, b, 2));
	assert_false(hex_bytes("aab", 3, b, 2));
	assert_false(hex_bytes("aa", 2, b, 2));
	assert_false(hex_bytes("", 0, b, 2));
	assert_string_equal(b, "...");
}

static void
one_bad_digit_refuses_all_and_writes_nothing(void **state)
{
	char text[] = "00112233";
	unsigned char b[4];
	size_t at;
	int byte;

	(void)state;
	for (at = 0; at < 8; at++) {
		for (byte = 0; byte < 256; byte++) {
			char was = text[at];
			int good = byte != 0 &&
			    strchr("0123456789abcdefABCDEF", byte) != NULL;

			memset(b, '.', sizeof(b));
			text[at] = (char)byte;
			assert_int_equal(hex_bytes(text, 8, b, 4), good);
			if (!good)
				assert_memory_equal(b, "....", 4);
			text[at] = was;
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(every_byte_comes_back),
		cmocka_unit_test(either_case_is_read),
		WITH_CTX(nothing_is_nothing),
		cmocka_unit_test(only_the_exact_length_is_read),
		cmocka_unit_test(one_bad_digit_refuses_all_and_writes_nothing),
	};

	return cmocka_run_group_tests_name("hex", tests, NULL, NULL);
}
