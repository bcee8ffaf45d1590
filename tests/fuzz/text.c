/*
 * Fuzz: the questions about bytes from outside, each asked in another way.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hex.h"
#include "base/text.h"
#include "fuzz.h"

static void
check_number(const char *text, size_t len)
{
	int64_t value = -1;
	size_t digits = strspn(text, "0123456789");

	if (!text_number(text, len, &value)) {
		if (value != -1 || (digits == len && len > 0 && len <= 18))
			abort();
		return;
	}
	if (digits != len || len > 18 || value != strtoll(text, NULL, 10))
		abort();
}

static void
check_email(const char *text, size_t len)
{
	const char *at = strchr(text, '@');

	if (!text_email(text))
		return;
	if (len > 254 || at == NULL || at == text || strchr(at, '.') == NULL ||
	    strchr(at + 1, '@') != NULL || strpbrk(text, " <>,;\r\n") != NULL)
		abort();
}

/* Put together again, the parts are what was cut. */
static void
check_split(struct ctx *c, const char *text)
{
	size_t n, i, sum = 0, seps = 0;
	char **parts = text_split(c->mem, text, ',', &n);
	const char *p;

	for (i = 0; i < n; i++) {
		sum += strlen(parts[i]);
		if (strchr(parts[i], ',') != NULL || parts[i][0] == ' ' ||
		    strstr(text, parts[i]) == NULL)
			abort();
	}
	for (p = text; *p != '\0'; p++)
		seps += *p == ',';
	if (n > seps + 1 || sum + seps > strlen(text))
		abort();
}

/* What a terminal gets has nothing in it that would steer it. */
static void
check_shown(struct ctx *c, const char *text)
{
	const char *shown = text_shown(c->mem, text);

	if (!text_plain(shown) || strlen(shown) > strlen(text) ||
	    (text_plain(text) && strcmp(shown, text) != 0))
		abort();
}

static void
check_hex(struct ctx *c, const void *bytes, size_t len)
{
	const char *text = hex_text(c->mem, bytes, len);
	unsigned char *again = arena_alloc(c->mem, len + 1);

	if (!hex_bytes(text, len * 2, again, len) ||
	    memcmp(again, bytes, len) != 0)
		abort();
	/* Whatever it is, it must not write more than it may. */
	(void)hex_bytes(bytes, len, again, len / 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes;
	struct ctx c;
	char *text;

	ctx_init(&c);
	/* A copy without a NUL behind: lengths must do. */
	bytes = memcpy(arena_alloc(c.mem, size), data, size);
	check_hex(&c, bytes, size);
	if (text_utf8(bytes, size) && memchr(bytes, '\0', size) == NULL) {
		text = arena_copy(c.mem, bytes, size);
		check_number(text, size);
		check_email(text, size);
		check_split(&c, text);
		check_shown(&c, text);
	}
	ctx_free(&c);
	return 0;
}
