#include "base/base64.h"

#include <stdint.h>
#include <string.h>

static int
value_of(char digit)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *at = memchr(digits, digit, sizeof(digits) - 1);

	return at == NULL ? -1 : (int)(at - digits);
}

unsigned char *
base64_bytes(struct arena *a, const char *text, size_t len, size_t *ret_len)
{
	unsigned char *bytes;
	uint32_t bits = 0;
	size_t i, n = 0;
	int held = 0, value;

	if (len % 4 == 1)
		return NULL;
	bytes = arena_alloc(a, len / 4 * 3 + 3);
	for (i = 0; i < len; i++) {
		value = value_of(text[i]);
		if (value < 0)
			return NULL;
		bits = (bits << 6 | (uint32_t)value) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[n++] = (unsigned char)(bits >> held);
		}
	}
	if ((bits & ((1u << held) - 1)) != 0)
		return NULL;
	*ret_len = n;
	return bytes;
}
