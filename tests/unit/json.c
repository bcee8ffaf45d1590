#include "unit.h"

#include <string.h>

#include "base/json.h"

#define BYTES(literal) { literal, sizeof(literal) - 1 }

struct bytes {
	const char *bytes;
	size_t len;
};

static struct cJSON *
parsed(struct ctx *c, const char *text)
{
	struct cJSON *tree;

	if (json_parse(c, text, strlen(text), &tree) != OK)
		fail_msg("refused: %s: %s", text, c->why);
	return tree;
}

/* Parses from memory of just that size: a sanitizer sees a step too far. */
static enum err
parse_copy(struct ctx *c, const struct bytes *b)
{
	struct cJSON *tree = NULL;
	char *copy = malloc(b->len);
	enum err e;

	if (b->len > 0)
		memcpy(copy, b->bytes, b->len);
	e = json_parse(c, copy, b->len, &tree);
	free(copy);
	if ((e == OK) != (tree != NULL))
		fail_msg("the output does not match the answer");
	return e;
}

static void
values_of_every_type_are_read(void **state)
{
	struct ctx *c = *state;
	struct cJSON *o = parsed(c, " {\"t\":\"text\",\"n\":-42,\"y\":true,"
	    "\"f\":false,\"z\":null,\"o\":{\"a\":[1,{\"b\":2}]}}\r\n\t ");
	int64_t n = 0;

	assert_string_equal(json_text(o, "t"), "text");
	assert_true(json_int(o, "n", &n));
	assert_int_equal(n, -42);
	assert_true(json_true(o, "y"));
	assert_false(json_true(o, "f"));
	assert_true(json_has(o, "f"));
	assert_false(json_has(o, "z"));
	assert_non_null(json_get(json_get(o, "o"), "a"));
}

static void
what_is_absent_or_of_another_type_is_nothing(void **state)
{
	struct ctx *c = *state;
	struct cJSON *o = parsed(c, "{\"t\":\"1\",\"n\":1,\"z\":null,"
	    "\"T\":\"upper\",\"a\":[]}");
	int64_t n = 7;

	assert_null(json_text(o, "n"));
	assert_null(json_text(o, "z"));
	assert_null(json_text(o, "absent"));
	assert_null(json_text(NULL, "t"));
	assert_null(json_get(NULL, "t"));
	assert_null(json_get(json_get(o, "a"), "t"));
	assert_null(json_get(json_get(o, "t"), "t"));
	assert_false(json_int(o, "t", &n));
	assert_false(json_int(o, "z", &n));
	assert_false(json_int(NULL, "n", &n));
	assert_int_equal(n, 7);
	assert_false(json_true(o, "n"));
	assert_false(json_true(o, "t"));
	assert_false(json_true(NULL, "t"));
	assert_false(json_has(o, "absent"));
	assert_false(json_has(NULL, "t"));
	/* keys are told apart by case */
	assert_string_equal(json_text(o, "t"), "1");
	assert_string_equal(json_text(o, "T"), "upper");
}

static const struct bytes not_json[] = {
	BYTES(""),
	BYTES(" "),
	BYTES("{"),
	BYTES("}"),
	BYTES("["),
	BYTES("[1"),
	BYTES("[1,"),
	BYTES("[1,]"),
	BYTES("[,1]"),
	BYTES("[1 2]"),
	BYTES("{\"a\""),
	BYTES("{\"a\":"),
	BYTES("{\"a\":1"),
	BYTES("{\"a\":1,"),
	BYTES("{\"a\":1,}"),
	BYTES("{\"a\" 1}"),
	BYTES("{a:1}"),
	BYTES("{'a':1}"),
	BYTES("{1:1}"),
	BYTES("nul"),
	BYTES("tru"),
	BYTES("True"),
	BYTES("NaN"),
	BYTES("nan"),
	BYTES("Infinity"),
	BYTES("-Infinity"),
	BYTES("-"),
	BYTES("+1"),
	BYTES(".5"),
	BYTES("0x10"),
	BYTES("{\"a\":NaN}"),
	BYTES("{\"a\":Infinity}"),
	BYTES("\""),
	BYTES("\"abc"),
	BYTES("\"\\"),
	BYTES("\"\\\""),
	BYTES("\"\\x\""),
	BYTES("\"\\u12\""),
	BYTES("\"\\u"),
	BYTES("\"\\u00"),
	BYTES("\"\\u12g4\""),
	BYTES("\"\\ud800\""),       /* half a surrogate pair */
	BYTES("\"\\udc00\""),
	BYTES("\"\\ud800\\u0041\""),
	BYTES("// note\n{}"),
	/* text behind the value */
	BYTES("{}x"),
	BYTES("{} {}"),
	BYTES("{}]"),
	BYTES("1 2"),
	BYTES("{}\0"),
	BYTES("{}\v"),
	BYTES("{} // note"),
	/* NUL, written or escaped */
	BYTES("\0"),
	BYTES("\"a\0b\""),
	BYTES("\"a\\u0000b\""),
	BYTES("{\"a\\u0000b\":1}"),
	BYTES("\"\\\\\\u0000\""),
	/* not UTF-8 */
	BYTES("\"\xff\""),
	BYTES("\"\xc0\xaf\""),
	BYTES("\"\xed\xa0\x80\""),
	BYTES("\"\xe2\x82\""),
	BYTES("{}\x80"),
	BYTES("\"\xe9t\xe9\""),
};

static void
what_is_not_json_is_refused(void **state)
{
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(not_json); i++) {
		if (parse_copy(c, &not_json[i]) != E_BADREQ)
			fail_msg("accepted: %s", not_json[i].bytes);
		assert_non_null(c->why);
		ctx_forgive(c);
	}
}

static void
escapes_become_what_they_stand_for(void **state)
{
	struct ctx *c = *state;
	struct cJSON *o = parsed(c, "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\","
	    "\"b\":\"\\u00e9\\u20ac\\ud83d\\ude00\","
	    "\"c\":\"\\\\u0000\",\"\\u0064\":\"key\"}");

	assert_string_equal(json_text(o, "a"), "\"\\/\b\f\n\r\t");
	assert_string_equal(json_text(o, "b"),
	    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	assert_string_equal(json_text(o, "c"), "\\u0000");
	assert_string_equal(json_text(o, "d"), "key");
}

/* depth times open, then depth times close. */
static enum err
parse_nested(struct ctx *c, size_t depth, const char *open, const char *close)
{
	size_t width = strlen(open), i;
	struct bytes b = { NULL, depth * (width + 1) + 1 };
	char *text = arena_alloc(c->mem, b.len + 1);

	for (i = 0; i < depth; i++) {
		memcpy(text + i * width, open, width);
		text[depth * width + 1 + i] = *close;
	}
	text[depth * width] = '1';
	b.bytes = text;
	return parse_copy(c, &b);
}

static void
nesting_has_a_limit(void **state)
{
	struct ctx *c = *state;

	assert_int_equal(parse_nested(c, JSON_DEPTH_MAX, "[", "]"), OK);
	assert_int_equal(parse_nested(c, JSON_DEPTH_MAX, "{\"a\":", "}"), OK);
	assert_int_equal(parse_nested(c, JSON_DEPTH_MAX + 1, "[", "]"),
	    E_BADREQ);
	assert_string_equal(c->why, "json: nested too deep");
	assert_int_equal(parse_nested(c, JSON_DEPTH_MAX + 1, "{\"a\":", "}"),
	    E_BADREQ);
	assert_int_equal(parse_nested(c, 100000, "[", "]"), E_BADREQ);
}

static void
brackets_in_strings_and_side_by_side_are_not_nesting(void **state)
{
	struct ctx *c = *state;
	char text[1000];
	size_t i;

	memset(text, '[', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[0] = '"';
	text[1] = '\\'; /* a quote in it does not end it */
	text[2] = '"';
	text[sizeof(text) - 2] = '"';
	parsed(c, text);
	memset(text, ' ', sizeof(text) - 1);
	memcpy(text, "[[1]", 4);
	for (i = 1; i <= 100; i++)
		memcpy(text + 4 * i, ",[1]", 4);
	text[404] = ']';
	parsed(c, text);
}

static void
a_whole_number_is_read_only_if_it_is_exact(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} whole[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "1", 1 },
		{ "1.0", 1 },
		{ "1e3", 1000 },
		{ "2147483648", 2147483648 },
		{ "-2147483649", -2147483649 },
		{ "1796911200123456", 1796911200123456 },
		{ "9007199254740991", 9007199254740991 },
		{ "-9007199254740991", -9007199254740991 },
	};
	static const char *const not_whole[] = { "0.5", "1e-1", "-1.000001",
		"1e999", "-1e999", "1e308", "9007199254740992",
		"9007199254740993", "-9007199254740992", "-9007199254740993",
		"9223372036854775807", "9223372036854775808",
		"-9223372036854775808", "18446744073709551616",
		"99999999999999999999999999999999999999999999999999999999999",
		"true", "\"1\"", "[1]", "{}", "null" };
	struct ctx *c = *state;
	int64_t n;
	size_t i;

	for (i = 0; i < COUNT(whole); i++) {
		char *text = arena_printf(c->mem, "{\"n\":%s}",
		    whole[i].text);

		n = -7;
		if (!json_int(parsed(c, text), "n", &n) ||
		    n != whole[i].value)
			fail_msg("misread: %s", whole[i].text);
	}
	for (i = 0; i < COUNT(not_whole); i++) {
		char *text = arena_printf(c->mem, "{\"n\":%s}", not_whole[i]);

		n = -7;
		if (json_int(parsed(c, text), "n", &n) || n != -7)
			fail_msg("read: %s", not_whole[i]);
	}
}

static enum err
parse_request(struct ctx *c, const char *text)
{
	struct cJSON *tree = NULL;
	enum err e = json_parse_request(c, text, strlen(text), &tree);

	assert_int_equal(e == OK, tree != NULL);
	return e;
}

static void
a_request_is_an_object(void **state)
{
	static const char *const bad[] = { "[]", "1", "\"a\"", "null", "true",
		"[{}]" };
	struct ctx *c = *state;
	size_t i;

	assert_int_equal(parse_request(c, "{}"), OK);
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(parse_request(c, bad[i]), E_BADREQ);
		assert_string_equal(c->say, "The body must be an object.");
		ctx_forgive(c);
	}
	assert_int_equal(parse_request(c, "{"), E_BADREQ);
	assert_string_equal(c->say, "The body is not valid JSON in UTF-8.");
}

static void
a_request_names_no_key_twice_at_any_depth(void **state)
{
	static const char *const bad[] = {
		"{\"a\":1,\"a\":1}",
		"{\"a\":1,\"b\":2,\"a\":3}",
		"{\"a\":1,\"\\u0061\":2}",
		"{\"\":1,\"\":2}",
		"{\"x\":{\"a\":1,\"a\":2}}",
		"{\"x\":[0,[{\"y\":{\"a\":1,\"b\":1,\"b\":2}}]]}",
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		if (parse_request(c, bad[i]) != E_BADREQ)
			fail_msg("accepted: %s", bad[i]);
		assert_string_equal(c->say, "The body names a key twice.");
		ctx_forgive(c);
	}
	assert_int_equal(parse_request(c, "{\"a\":{\"a\":[{\"a\":1},"
	    "{\"a\":1}]},\"A\":[\"a\",\"a\"],\"b\":\"a\"}"), OK);
	/* A provider's body may: the signature has vouched for it. */
	parsed(c, bad[0]);
}

static void
a_megabyte_of_anything_is_dealt_with(void **state)
{
	static const char *const units[] = { "[", "{\"a\":", "1,", "\"", "\\",
		"-", "9", "e9", " ", "\\u0041", "{},", "[],", "\xf0\x9f" };
	struct ctx *c = *state;
	struct bytes b = { NULL, 1 << 20 };
	char *text = arena_alloc(c->mem, b.len);
	size_t i, at;

	b.bytes = text;
	for (i = 0; i < COUNT(units); i++) {
		size_t width = strlen(units[i]);

		for (at = 0; at + width <= b.len; at += width)
			memcpy(text + at, units[i], width);
		if (units[i][0] != '9' && parse_copy(c, &b) != E_BADREQ)
			fail_msg("accepted: many %s", units[i]);
		text[0] = '[';
		if (parse_copy(c, &b) != E_BADREQ)
			fail_msg("accepted: [ and many %s", units[i]);
	}
}

static void
a_large_array_is_read_whole(void **state)
{
	struct ctx *c = *state;
	size_t len = 1 << 20, i;
	char *text = arena_alloc(c->mem, len + 1);

	memset(text, '0', len);
	for (i = 0; i < len; i += 2)
		text[i] = ',';
	text[0] = '[';
	text[len - 2] = ' ';
	text[len - 1] = ']';
	parsed(c, text);
}

static void
what_is_written_reads_back(void **state)
{
	static const char text[] = "\"\\\b\f\n\r\t\x01\x1f/\x7f\xc3\xa9";
	struct ctx *c = *state;
	struct cJSON *o = json_object(c), *p, *list;
	int64_t n;

	json_set_text(o, "text", text);
	json_set_text(o, "none", NULL);
	json_set_int(o, "big", 1796911200123456);
	json_set_bool(o, "yes", 1);
	json_set_int(json_set_object(o, "in"), "n", -1);
	list = json_set_array(o, "list");
	json_set_bool(json_push_object(list), "no", 0);
	json_push_text(list, "last");
	json_set_copy(o, "copy", json_get(o, "in"));
	/* What was not printed yet can be read, too. */
	assert_true(json_int(o, "big", &n) && n == 1796911200123456);

	p = parsed(c, json_print(c, o));
	assert_string_equal(json_text(p, "text"), text);
	assert_non_null(json_get(p, "none"));
	assert_false(json_has(p, "none"));
	assert_true(json_int(p, "big", &n));
	assert_true(n == 1796911200123456);
	assert_true(json_true(p, "yes"));
	assert_true(json_int(json_get(p, "in"), "n", &n));
	assert_int_equal(n, -1);
	assert_true(json_int(json_get(p, "copy"), "n", &n));
	assert_int_equal(n, -1);
}

static void
members_are_printed_compact_and_in_order(void **state)
{
	struct ctx *c = *state;
	struct cJSON *o = json_object(c), *list;

	json_set_text(o, "b", "x");
	json_set_text(o, "a", NULL);
	json_set_int(o, "n", 2500);
	json_set_bool(o, "t", 2);
	list = json_set_array(o, "l");
	json_push_text(list, "1");
	json_set_int(json_push_object(list), "i", 0);
	json_set_object(o, "o");
	assert_string_equal(json_print(c, o), "{\"b\":\"x\",\"a\":null,"
	    "\"n\":2500,\"t\":true,\"l\":[\"1\",{\"i\":0}],\"o\":{}}");
}

/* Its pieces are then of two kinds. */
static void
what_was_read_can_be_added_to(void **state)
{
	static const char text[] = "{\"a\":{\"b\":[1]}}";
	struct ctx *c = *state;
	struct cJSON *o;

	assert_int_equal(json_parse(c, text, sizeof(text) - 1, &o), OK);
	json_set_text(o, "c", "x");
	json_push_copy(json_set_array(o, "d"), json_get(o, "a"));
	assert_string_equal(json_print(c, o), "{\"a\":{\"b\":[1]},\"c\":\"x\","
	    "\"d\":[{\"b\":[1]}]}");
}

static void
what_is_quoted_is_as_it_is_printed(void **state)
{
	struct ctx *c = *state;
	struct cJSON *o = json_object(c);
	struct buf b = buf_make(c->mem, 8192);
	char all[256 + 64];
	int i;

	for (i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	snprintf(all + 255, sizeof(all) - 255, "%s", "plain \\\"\xc3\xa9\xf0\x9f\x8e\xb9 and the rest\n\x1f");
	json_set_text(o, "a", all);
	json_set_text(o, "b", "");
	json_set_text(o, "c", NULL);
	buf_text(&b, "{\"a\":");
	json_quote(&b, all);
	buf_text(&b, ",\"b\":");
	json_quote(&b, "");
	buf_text(&b, ",\"c\":");
	json_quote(&b, NULL);
	buf_text(&b, "}");
	assert_string_equal(b.bytes, json_print(c, o));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(values_of_every_type_are_read),
		WITH_CTX(what_is_absent_or_of_another_type_is_nothing),
		WITH_CTX(what_is_not_json_is_refused),
		WITH_CTX(escapes_become_what_they_stand_for),
		WITH_CTX(nesting_has_a_limit),
		WITH_CTX(brackets_in_strings_and_side_by_side_are_not_nesting),
		WITH_CTX(a_whole_number_is_read_only_if_it_is_exact),
		WITH_CTX(a_request_is_an_object),
		WITH_CTX(a_request_names_no_key_twice_at_any_depth),
		WITH_CTX(a_megabyte_of_anything_is_dealt_with),
		WITH_CTX(a_large_array_is_read_whole),
		WITH_CTX(what_is_written_reads_back),
		WITH_CTX(members_are_printed_compact_and_in_order),
		WITH_CTX(what_was_read_can_be_added_to),
		WITH_CTX(what_is_quoted_is_as_it_is_printed),
	};

	json_global_init();
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
