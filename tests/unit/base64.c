#include "unit.h"

#include <string.h>

#include "base/base64.h"

static void
bytes_are_read_as_the_standard_says(void **state)
{
	/* RFC 4648, section 10; the last two have the two special digits. */
	static const struct {
		const char *text, *bytes;
	} cases[] = {
		{ "", "" },
		{ "Zg", "f" },
		{ "Zm8", "fo" },
		{ "Zm9v", "foo" },
		{ "Zm9vYg", "foob" },
		{ "Zm9vYmE", "fooba" },
		{ "Zm9vYmFy", "foobar" },
		{ "-_-_", "\xfb\xff\xbf" },
		{ "__8", "\xff\xff" },
	};
	struct ctx *c = *state;
	unsigned char *bytes;
	size_t i, len;

	for (i = 0; i < COUNT(cases); i++) {
		bytes = base64_bytes(c->mem, cases[i].text,
		    strlen(cases[i].text), &len);
		assert_non_null(bytes);
		assert_int_equal(len, strlen(cases[i].bytes));
		/* With the NUL behind them. */
		assert_memory_equal(bytes, cases[i].bytes, len + 1);
	}
}

/* Else one signature would have several spellings. */
static void
other_spellings_are_refused(void **state)
{
	static const char *const texts[] = { "Z", "A", "Zm9vA", "Zg==", "Zm8=",
		"Zh", "Zm9", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9vY", "Zm.v", "Z\xc3\xa9v" };
	struct ctx *c = *state;
	size_t i, len = 7;

	for (i = 0; i < COUNT(texts); i++)
		if (base64_bytes(c->mem, texts[i], strlen(texts[i]), &len) !=
		    NULL)
			fail_msg("%s", texts[i]);
	assert_null(base64_bytes(c->mem, "Zm\0v", 4, &len));
	assert_int_equal(len, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(bytes_are_read_as_the_standard_says),
		WITH_CTX(other_spellings_are_refused),
	};

	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
