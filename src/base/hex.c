#include "base/hex.h"

static const char digits[] = "0123456789abcdef";

char *
hex_text(struct arena *a, const void *bytes, size_t len)
{
	const unsigned char *in = bytes;
	char *text = arena_alloc(a, 2 * len + 1);
	size_t i;

	for (i = 0; i < len; i++) {
		text[2 * i] = digits[in[i] >> 4];
		text[2 * i + 1] = digits[in[i] & 0xf];
	}
	return text;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
hex_bytes(const char *text, size_t text_len, void *ret_bytes, size_t len)
{
	unsigned char *out = ret_bytes;
	size_t i;

	if (text_len != 2 * len)
		return 0;
	for (i = 0; i < text_len; i++)
		if (digit(text[i]) < 0)
			return 0;
	for (i = 0; i < len; i++)
		out[i] = (unsigned char)(digit(text[2 * i]) << 4 |
		    digit(text[2 * i + 1]));
	return 1;
}
