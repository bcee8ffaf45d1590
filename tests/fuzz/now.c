/*
 * Fuzz: times in text.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/now.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t first, second;
	struct ctx c;
	char *text;

	ctx_init(&c);
	text = arena_copy(c.mem, data, size);
	if (now_parse(text, &first) == OK) {
		if (first < 0)
			abort();
		text = now_text(c.mem, first);
		/* To the second, and but for the last hours of 9999, which an
		 * offset may move into the year 10000. */
		if (strlen(text) == 20 && (now_parse(text, &second) != OK ||
		    second != first - first % NOW_SECOND))
			abort();
	}
	ctx_free(&c);
	return 0;
}
