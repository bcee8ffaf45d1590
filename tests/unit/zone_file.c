#include "unit.h"

#include <string.h>

#include "base/now.h"
#include "base/zone.h"

static int32_t
east_at(const struct zone *zone, int64_t seconds)
{
	struct zone_time t;

	zone_local(zone, seconds * NOW_SECOND, &t);
	return t.east;
}

/*
 * A small file: AAA until 2001, BBB until 2033, then the rule.  The first
 * header counts nothing, so that the second stands at byte 44.
 */
#define ZEROES_15 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ZEROES_24 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const char small[] =
    "TZif2" ZEROES_15 ZEROES_24
    "TZif2" ZEROES_15
    "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\2" "\0\0\0\2" "\0\0\0\10"
    "\0\0\0\0\x3b\x9a\xca\x00" "\0\0\0\0\x77\x35\x94\x00" "\1\0"
    "\0\0\x0e\x10\0\0" "\0\0\x1c\x20\1\4" "AAA\0BBB\0"
    "\nCCC-3\n";

enum {
	SMALL = sizeof(small) - 1,
	VERSION_AT = 48,
	LEAPS = 72, TURNS = 76, KINDS = 80, CHARS = 84,
	AT = 88, KIND = 104, EAST = 106, WORD = 111, WORDS = 118, FOOTER = 126,
};

static void
the_table_holds_first_and_then_the_rule(void **state)
{
	struct ctx *c = *state;
	struct zone *zone;

	assert_int_equal(zone_parse(c, "Small", small, SMALL, &zone), OK);
	assert_int_equal(east_at(zone, INT32_MIN), 3600);
	assert_int_equal(east_at(zone, 999999999), 3600);
	assert_int_equal(east_at(zone, 1000000000), 7200);
	assert_int_equal(east_at(zone, 1999999999), 7200);
	assert_int_equal(east_at(zone, 2000000000), 3 * 3600);
	assert_int_equal(east_at(zone, INT32_MAX), 3 * 3600);
}

static void
without_a_rule_the_last_turn_stays(void **state)
{
	struct ctx *c = *state;
	struct zone *zone;
	char bytes[SMALL];

	memcpy(bytes, small, SMALL);
	bytes[FOOTER + 1] = '\n';
	assert_int_equal(zone_parse(c, "Small", bytes, FOOTER + 2, &zone), OK);
	assert_int_equal(east_at(zone, 1999999999), 7200);
	assert_int_equal(east_at(zone, INT32_MAX), 3600);
}

static void
a_file_of_version_1_has_turns_of_32_bits(void **state)
{
	static const char old[] =
	    "TZif\0" ZEROES_15
	    "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\2" "\0\0\0\2" "\0\0\0\10"
	    "\xff\xff\xff\xfe" "\x3b\x9a\xca\x00" "\1\0"
	    "\0\0\x0e\x10\0\0" "\0\0\x1c\x20\1\4" "AAA\0BBB\0";
	struct ctx *c = *state;
	struct zone *zone;

	assert_int_equal(zone_parse(c, "Old", old, sizeof(old) - 1, &zone),
	    OK);
	assert_int_equal(east_at(zone, -3), 3600);
	assert_int_equal(east_at(zone, -2), 7200);
	assert_int_equal(east_at(zone, 999999999), 7200);
	assert_int_equal(east_at(zone, 1000000000), 3600);
	assert_int_equal(zone_parse(c, "Old", old, sizeof(old) - 2, &zone),
	    E_INTERNAL);
}

static void
later_versions_are_read_like_the_second(void **state)
{
	struct ctx *c = *state;
	struct zone *zone;
	char bytes[SMALL], version;

	memcpy(bytes, small, SMALL);
	for (version = '2'; version <= '4'; version++) {
		bytes[4] = bytes[VERSION_AT] = version;
		assert_int_equal(zone_parse(c, "Small", bytes, SMALL, &zone),
		    OK);
		assert_int_equal(east_at(zone, INT32_MAX), 3 * 3600);
	}
}

/* What damage to one place of the small file is called. */
static const struct {
	size_t at;
	const char *bytes;
	size_t len;
	const char *why;
} damages[] = {
	{ 0, "X", 1, "not a TZif file" },
	{ 28, "\x7f\xff\xff\xff", 4, "it is cut short" },
	{ 20, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 24,
	    "it is cut short" },
	{ 44, "X", 1, "it is cut short" },
	{ LEAPS + 3, "\1", 1, "it counts leap seconds" },
	{ TURNS, "\xff\xff\xff\xff", 4, "it is cut short" },
	{ TURNS + 3, "\3", 1, "it is cut short" },
	{ KINDS, "\xff\xff\xff\xff", 4, "it is cut short" },
	{ KINDS + 3, "\0", 1, "it has no kinds of time" },
	{ CHARS, "\xff\xff\xff\xff", 4, "it is cut short" },
	{ CHARS + 3, "\0", 1, "a kind without a word" },
	{ CHARS + 3, "\4", 1, "a kind without a word" },
	{ CHARS + 3, "\7", 1, "a kind without a word" },
	{ CHARS + 3, "\11", 1, "its last line is missing" },
	{ AT, "\1", 1, "its turns are out of order" },
	{ AT, "\0\0\0\0\x77\x35\x94\x00", 8, "its turns are out of order" },
	{ KIND + 1, "\2", 1, "a turn to an unknown kind" },
	{ KIND, "\xff", 1, "a turn to an unknown kind" },
	{ EAST, "\0\1\x6d\xa0", 4, "a kind is too far from UTC" },
	{ EAST, "\xff\xfe\x92\x60", 4, "a kind is too far from UTC" },
	{ EAST, "\x80\0\0\0", 4, "a kind is too far from UTC" },
	{ EAST, "\x7f\xff\xff\xff", 4, "a kind is too far from UTC" },
	{ WORD, "\10", 1, "a kind without a word" },
	{ WORD, "\xff", 1, "a kind without a word" },
	{ WORD, "\3", 1, "a kind with a strange word" },
	{ WORDS, "\n", 1, "a kind with a strange word" },
	{ WORDS, "<", 1, "a kind with a strange word" },
	{ FOOTER, "x", 1, "its last line is missing" },
	{ SMALL - 1, "x", 1, "its last line is missing" },
	{ FOOTER + 1, "\0", 1, "its last line is not a rule" },
	{ FOOTER + 1, "CCC3\0", 5, "its last line is not a rule" },
	{ SMALL - 2, "x", 1, "its last line is not a rule" },
};

static void
damage_is_told_apart(void **state)
{
	struct ctx *c = *state;
	struct zone *zone = NULL;
	char *bytes = malloc(SMALL);
	size_t i;

	for (i = 0; i < COUNT(damages); i++) {
		memcpy(bytes, small, SMALL);
		memcpy(bytes + damages[i].at, damages[i].bytes,
		    damages[i].len);
		if (zone_parse(c, "S", bytes, SMALL, &zone) != E_INTERNAL)
			fail_msg("accepted: damage %zu", i);
		assert_string_equal(c->why, arena_printf(c->mem, "zone S: %s",
		    damages[i].why));
		ctx_forgive(c);
	}
	assert_null(zone);
	free(bytes);
}

static void
the_furthest_kinds_allowed_are_read(void **state)
{
	struct ctx *c = *state;
	struct zone *zone;
	char bytes[SMALL];

	memcpy(bytes, small, SMALL);
	memcpy(bytes + EAST, "\0\1\x6d\x9f", 4);
	assert_int_equal(zone_parse(c, "Far", bytes, SMALL, &zone), OK);
	assert_int_equal(east_at(zone, 0), 26 * 3600 - 1);
}

/* The bytes of a real file, in memory of just that size. */
static unsigned char *
file_bytes(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "r");
	unsigned char *bytes = malloc(65536);

	assert_non_null(f);
	*ret_len = fread(bytes, 1, 65536, f);
	fclose(f);
	return realloc(bytes, *ret_len);
}

/* Parses and, if it is a zone, looks at it; the answer is one of two. */
static enum err
survive(struct ctx *c, const void *bytes, size_t len)
{
	static const int64_t when[] = { INT64_MIN, 0,
		1796911200 * NOW_SECOND, 4102444800 * NOW_SECOND, INT64_MAX };
	struct zone_time t;
	struct zone *zone;
	enum err e = zone_parse(c, "Any", bytes, len, &zone);
	size_t i;

	for (i = 0; e == OK && i < COUNT(when); i++) {
		zone_local(zone, when[i], &t);
		assert_in_range(t.month, 1, 12);
		assert_in_range(t.weekday, 0, 6);
	}
	assert_true(e == OK || e == E_INTERNAL);
	ctx_reset(c);
	return e;
}

static void
every_beginning_of_a_file_is_refused(void **state)
{
	struct ctx *c = *state;
	size_t len, n;
	unsigned char *bytes = file_bytes(
	    "/usr/share/zoneinfo/Africa/Casablanca", &len);

	for (n = 0; n < len; n++) {
		unsigned char *copy = malloc(n);

		if (n > 0)
			memcpy(copy, bytes, n);
		assert_int_equal(survive(c, copy, n), E_INTERNAL);
		free(copy);
	}
	assert_int_equal(survive(c, bytes, len), OK);
	free(bytes);
}

static void
no_changed_byte_does_harm(void **state)
{
	static const unsigned char flips[] = { 0xff, 0x01, 0x80, 0x7f };
	struct ctx *c = *state;
	size_t len, at, i;
	unsigned char *bytes = file_bytes(
	    "/usr/share/zoneinfo/Europe/Dublin", &len);

	for (at = 0; at < len; at++) {
		for (i = 0; i < COUNT(flips); i++) {
			bytes[at] ^= flips[i];
			survive(c, bytes, len);
			bytes[at] ^= flips[i];
		}
	}
	free(bytes);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(the_table_holds_first_and_then_the_rule),
		WITH_CTX(without_a_rule_the_last_turn_stays),
		WITH_CTX(a_file_of_version_1_has_turns_of_32_bits),
		WITH_CTX(later_versions_are_read_like_the_second),
		WITH_CTX(damage_is_told_apart),
		WITH_CTX(the_furthest_kinds_allowed_are_read),
		WITH_CTX(every_beginning_of_a_file_is_refused),
		WITH_CTX(no_changed_byte_does_harm),
	};

	return cmocka_run_group_tests_name("zone_file", tests, NULL, NULL);
}
