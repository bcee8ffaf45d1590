/*
 * What nobody named is gone.
 */
#include "unit.h"

#include <string.h>

#include "base/json.h"
#include "base/prune.h"

enum { WORD = 1, NO_WORD };

static const struct prune_rule rules[] = { { "a", PRUNE_KEEP },
	{ "o.a", PRUNE_KEEP }, { "o.p.name", WORD }, { "name", WORD },
	{ "own", NO_WORD }, { "mark", WORD } };
static const char *const words[] = { NULL, "erased", NULL };
static const struct prune p = { rules, COUNT(rules), words };

static void
becomes(struct ctx *c, const char *from, const char *to)
{
	struct cJSON *tree;

	assert_int_equal(json_parse(c, from, strlen(from), &tree), OK);
	assert_string_equal(json_print(c, prune_json(c, tree, &p)), to);
}

static void
what_is_named_stays(void **state)
{
	becomes(*state, "{\"a\":\"x\",\"b\":\"y\"}", "{\"a\":\"x\"}");
	becomes(*state, "{\"a\":12345678901}", "{\"a\":12345678901}");
	becomes(*state, "{\"a\":true}", "{\"a\":true}");
	becomes(*state, "{\"a\":null}", "{\"a\":null}");
}

static void
its_path_counts_and_not_its_name(void **state)
{
	becomes(*state, "{\"o\":{\"a\":1,\"b\":2},\"p\":{\"a\":3}}",
	    "{\"o\":{\"a\":1}}");
	becomes(*state, "{\"o.a\":1,\"o\":2}", "{}");
	becomes(*state, "{\"o\":{\"p.name\":\"x\"},\"oo\":{\"a\":1}}",
	    "{\"o\":{}}");
}

static void
words_stand_for_texts(void **state)
{
	becomes(*state, "{\"name\":\"Ada\",\"own\":\"Ada\"}",
	    "{\"name\":\"erased\",\"own\":\"Ada\"}");
	becomes(*state, "{\"o\":{\"p\":{\"name\":\"Ada\",\"n\":1}}}",
	    "{\"o\":{\"p\":{\"name\":\"erased\"}}}");
	becomes(*state, "{\"name\":\"\"}", "{\"name\":\"\"}");
	becomes(*state, "{\"name\":5,\"x\":1}", "{}");
}

static void
lists_and_what_is_in_them_go(void **state)
{
	becomes(*state, "{\"a\":[1],\"o\":[{\"a\":1}],\"name\":[\"Ada\"]}",
	    "{}");
	becomes(*state, "[1,{\"a\":2}]", "{}");
	becomes(*state, "\"Ada\"", "{}");
}

static void
an_object_that_is_named_leaves_a_mark(void **state)
{
	becomes(*state, "{\"mark\":{\"name\":\"Ada\"}}", "{\"mark\":{}}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(what_is_named_stays),
		WITH_CTX(its_path_counts_and_not_its_name),
		WITH_CTX(words_stand_for_texts),
		WITH_CTX(lists_and_what_is_in_them_go),
		WITH_CTX(an_object_that_is_named_leaves_a_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
