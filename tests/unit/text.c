#include "unit.h"

#include <string.h>

#include "base/text.h"

#define BYTES(literal) { literal, sizeof(literal) - 1 }

struct bytes {
	const char *bytes;
	size_t len;
};

static const struct bytes well_formed[] = {
	BYTES(""),
	BYTES("plain"),
	BYTES("\0"),
	BYTES("\x7f"),
	BYTES("\xc2\x80"),         /* the least of two bytes */
	BYTES("\xdf\xbf"),         /* the greatest */
	BYTES("\xe0\xa0\x80"),     /* the least of three */
	BYTES("\xed\x9f\xbf"),     /* before the surrogates */
	BYTES("\xee\x80\x80"),     /* after them */
	BYTES("\xef\xbf\xbf"),     /* the greatest of three */
	BYTES("\xf0\x90\x80\x80"), /* the least of four */
	BYTES("\xf4\x8f\xbf\xbf"), /* the last there is */
	BYTES("Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80"),
};

static const struct bytes malformed[] = {
	BYTES("\x80"),             /* nothing to continue */
	BYTES("\xbf"),
	BYTES("a\x80z"),
	BYTES("\xc0\x80"),         /* overlong NUL */
	BYTES("\xc0\xaf"),         /* overlong slash */
	BYTES("\xc1\xbf"),
	BYTES("\xe0\x80\xaf"),
	BYTES("\xe0\x9f\xbf"),
	BYTES("\xf0\x80\x80\xaf"),
	BYTES("\xf0\x8f\xbf\xbf"),
	BYTES("\xed\xa0\x80"),     /* surrogates */
	BYTES("\xed\xbf\xbf"),
	BYTES("\xf4\x90\x80\x80"), /* behind the last */
	BYTES("\xf5\x80\x80\x80"),
	BYTES("\xf7\xbf\xbf\xbf"),
	BYTES("\xf8\x88\x80\x80\x80"),
	BYTES("\xfc\x84\x80\x80\x80\x80"),
	BYTES("\xfe"),
	BYTES("\xff"),
	BYTES("\xc3"),             /* cut short */
	BYTES("\xe2\x82"),
	BYTES("\xf0\x9f\x98"),
	BYTES("\xc3z"),            /* broken off */
	BYTES("\xe2z\xac"),
	BYTES("\xe2\x82\xe2"),
	BYTES("\xf0\x9f\x98z"),
};

/* In memory of just that size, so that a sanitizer sees a step too far. */
static int
is_utf8(const struct bytes *b)
{
	char *copy = malloc(b->len);
	int answer;

	if (b->len > 0)
		memcpy(copy, b->bytes, b->len);
	answer = text_utf8(copy, b->len);
	free(copy);
	return answer;
}

static void
well_formed_utf8_is_recognized(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(well_formed); i++)
		if (!is_utf8(&well_formed[i]))
			fail_msg("refused: number %zu", i);
}

static void
overlong_surrogate_and_broken_utf8_is_not(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(malformed); i++)
		if (is_utf8(&malformed[i]))
			fail_msg("accepted: number %zu", i);
}

/* Writes point as UTF-8 would if it knew no exceptions. */
static size_t
encode(unsigned int point, char *ret)
{
	size_t n = point < 0x80 ? 1 : point < 0x800 ? 2
	    : point < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t i;

	for (i = n; i-- > 1; point >>= 6)
		ret[i] = (char)(0x80 | (point & 0x3f));
	ret[0] = (char)(lead[n] | point);
	return n;
}

static void
every_character_of_unicode_is_text_and_no_other(void **state)
{
	unsigned int point;
	char bytes[4];

	(void)state;
	for (point = 0; point < 0x120000; point++) {
		int want = point <= 0x10ffff &&
		    (point < 0xd800 || point > 0xdfff);
		size_t n = encode(point, bytes);

		if (text_utf8(bytes, n) != want)
			fail_msg("U+%X", point);
		if (text_utf8(bytes, n - 1) != (n == 1))
			fail_msg("U+%X cut short", point);
	}
}

static void
control_characters_are_not_plain(void **state)
{
	char text[] = "a?b", two[] = "a\xc2?b";
	int byte;

	(void)state;
	assert_true(text_plain(""));
	assert_true(text_plain("Zo\xc3\xab O'Brien \xf0\x9f\x98\x80"));
	assert_true(text_plain("\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xaa"));
	assert_false(text_plain("a\xe2\x80\xa8"));
	assert_false(text_plain("\xe2\x80\xae" "b"));
	assert_false(text_plain("\xe2\x81\xa6"));
	for (byte = 1; byte < 0x80; byte++) {
		text[1] = (char)byte;
		assert_int_equal(text_plain(text), byte >= 0x20 && byte < 0x7f);
	}
	for (byte = 0x80; byte < 0xc0; byte++) {
		two[2] = (char)byte;
		assert_int_equal(text_plain(two), byte >= 0xa0);
	}
}

static void
only_says_no_to_nothing(void **state)
{
	(void)state;
	assert_true(text_only("abba", "ab"));
	assert_false(text_only("abc", "ab"));
	assert_false(text_only("", "ab"));
	assert_false(text_only("a", ""));
}

static void
same_and_blank_take_null(void **state)
{
	(void)state;
	assert_true(text_same(NULL, NULL));
	assert_true(text_same("", ""));
	assert_true(text_same("a", "a"));
	assert_false(text_same(NULL, ""));
	assert_false(text_same("", NULL));
	assert_false(text_same("a", "A"));
	assert_false(text_same("a", "ab"));
	assert_true(text_blank(NULL));
	assert_true(text_blank(""));
	assert_false(text_blank(" "));
}

static void
a_number_is_digits_only(void **state)
{
	static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "1.0",
		"0x1", "1e3", "a", "\xd9\xa1", "1234567890123456789" };
	int64_t n = -7;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		if (text_number(bad[i], strlen(bad[i]), &n))
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(n, -7);
	assert_true(text_number("0", 1, &n));
	assert_int_equal(n, 0);
	assert_true(text_number("007", 3, &n));
	assert_int_equal(n, 7);
	assert_true(text_number("12x", 2, &n));
	assert_int_equal(n, 12);
	assert_true(text_number("999999999999999999", 18, &n));
	assert_true(n == 999999999999999999);
}

static void
an_address_has_a_name_and_a_domain(void **state)
{
	static const char *const good[] = { "a@b.co", "a.b+c_d-e@x.y.example",
		"o'brien@example.com", "zo\xc3\xab@ex\xc3\xa4mple.com",
		"!#$%&*/=?^`{|}~@example.com" };
	static const char *const bad[] = { "", "@", "a", "a@", "@b.co", "a@b",
		"a@b.", "a@.co", "a@b..co", "a@.b.co", "a.b@c", "a@b@c.co",
		"@@b.co", "a b@c.co", " a@b.co", "a@b.co ", "a@b .co", "a@b.co\n", "a@b.co\r\nBcc: x",
		"a\t@b.co", "a@b.co\x7f", "a\xc2\x85@b.co", "<a@b.co>",
		"\"a\"@b.co", "a,b@c.co", "a;b@c.co", "a:b@c.co", "a\\@b.co",
		"a(x)@b.co", "a@[1.2.3.4]" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		if (!text_email(good[i]))
			fail_msg("refused: %s", good[i]);
	for (i = 0; i < COUNT(bad); i++)
		if (text_email(bad[i]))
			fail_msg("accepted: %s", bad[i]);
}

static void
an_address_has_at_most_254_bytes(void **state)
{
	char text[256];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text + 249, "@b.co", 6);
	assert_int_equal(strlen(text), 254);
	assert_true(text_email(text));
	memset(text, 'a', sizeof(text));
	memcpy(text + 250, "@b.co", 6);
	assert_false(text_email(text));
}

static void
a_list_is_cut_at_its_separators(void **state)
{
	struct ctx *c = *state;
	size_t n;
	char **parts = text_split(c->mem, " a ,b\tc,\t,d ", ',', &n);

	assert_int_equal(n, 4);
	assert_string_equal(parts[0], "a");
	assert_string_equal(parts[1], "b\tc");
	assert_string_equal(parts[2], "");
	assert_string_equal(parts[3], "d");
	assert_null(parts[4]);
}

static void
an_empty_list_has_one_empty_part(void **state)
{
	struct ctx *c = *state;
	size_t n;
	char **parts = text_split(c->mem, "", ',', &n);

	assert_int_equal(n, 1);
	assert_string_equal(parts[0], "");
	parts = text_split(c->mem, ",", ',', &n);
	assert_int_equal(n, 2);
	assert_string_equal(parts[0], "");
	assert_string_equal(parts[1], "");
}

static void
what_a_terminal_would_obey_is_blank(void **state)
{
	struct ctx *c = *state;

	assert_string_equal(text_shown(c->mem, "a\x1b[2Jb\tc\x7f\nd"),
	    "a [2Jb c  d");
	assert_string_equal(text_shown(c->mem, "\xc2\x9b" "1m\xc3\xa9\xc2\xa0"),
	    " 1m\xc3\xa9\xc2\xa0");
	/* Ends of lines, and what turns the direction of writing. */
	assert_string_equal(text_shown(c->mem, "a\xe2\x80\xa8" "b\xe2\x80\xae"
	    "c\xe2\x81\xa9" "d\xe2\x80\x8f\xe2\x82\xac"),
	    "a b c d\xe2\x80\x8f\xe2\x82\xac");
	assert_string_equal(text_shown(c->mem, ""), "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed_utf8_is_recognized),
		cmocka_unit_test(overlong_surrogate_and_broken_utf8_is_not),
		cmocka_unit_test(
		    every_character_of_unicode_is_text_and_no_other),
		cmocka_unit_test(control_characters_are_not_plain),
		cmocka_unit_test(only_says_no_to_nothing),
		cmocka_unit_test(same_and_blank_take_null),
		cmocka_unit_test(a_number_is_digits_only),
		cmocka_unit_test(an_address_has_a_name_and_a_domain),
		cmocka_unit_test(an_address_has_at_most_254_bytes),
		WITH_CTX(what_a_terminal_would_obey_is_blank),
		WITH_CTX(a_list_is_cut_at_its_separators),
		WITH_CTX(an_empty_list_has_one_empty_part),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
