/*
 * Fuzz: JSON in, and what we print of it in again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/json.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cJSON *o, *again;
	struct ctx c;
	const char *text;
	char *printed;

	json_global_init();
	ctx_init(&c);
	text = memcpy(arena_alloc(c.mem, size), data, size);
	if (json_parse(&c, text, size, &o) == OK) {
		printed = json_print(&c, o);
		if (json_parse(&c, printed, strlen(printed), &again) != OK)
			abort();
		/* Printing is stable from then on. */
		if (strcmp(json_print(&c, again), printed) != 0)
			abort();
	}
	if (json_parse_request(&c, text, size, &o) == OK &&
	    (size == 0 || memchr(text, '{', size) == NULL))
		abort();
	ctx_free(&c);
	return 0;
}
