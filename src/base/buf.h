/*
 * buf: text that grows, up to a ceiling, in an arena.
 *
 * Past the ceiling further bytes are dropped and buf_full says so: bodies and
 * headers are bounded by name, not by luck.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

#include "base/arena.h"

struct buf {
	struct arena *mem;
	char *bytes; /* always NUL-terminated */
	size_t len;
	size_t size;
	size_t max;
	int full;
};

/* An empty text of at most max bytes, living in a. */
struct buf buf_make(struct arena *a, size_t max);

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_text(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Was anything dropped? */
int buf_full(const struct buf *b);

#endif
