#include "base/buf.h"

#include <stdarg.h>
#include <string.h>

enum { FIRST_SIZE = 256 };

struct buf
buf_make(struct arena *a, size_t max)
{
	return (struct buf){ .mem = a, .bytes = arena_copy(a, "", 0),
		.max = max };
}

static void
grow(struct buf *b, size_t need)
{
	size_t size = b->size == 0 ? FIRST_SIZE : b->size;
	char *bytes;

	while (size < need)
		size *= 2;
	bytes = arena_alloc(b->mem, size);
	memcpy(bytes, b->bytes, b->len);
	b->bytes = bytes;
	b->size = size;
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (b->full || len > b->max - b->len) {
		b->full = 1;
		return;
	}
	if (b->len + len + 1 > b->size)
		grow(b, b->len + len + 1);
	if (len > 0)
		memcpy(b->bytes + b->len, bytes, len);
	b->len += len;
	b->bytes[b->len] = '\0';
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_text(b, arena_vprintf(b->mem, fmt, ap));
	va_end(ap);
}

int
buf_full(const struct buf *b)
{
	return b->full;
}
