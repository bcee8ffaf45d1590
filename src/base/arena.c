#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/wipe.h"

/*
 * Small objects share a block, and each arena keeps one for the next request:
 * a request makes hundreds.  AddressSanitizer sees an overrun only where each
 * object has a block of its own.
 */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { BLOCK = 0 };
#else
enum { BLOCK = 16 * 1024 };
#endif

/* What is not in use is zero. */
struct block {
	struct block *next;
	size_t size, used;
	alignas(max_align_t) unsigned char bytes[];
};

struct undo {
	struct undo *next;
	arena_undo *fn;
	void *what;
};

struct arena {
	struct block *blocks; /* only in the first is room left */
	struct undo *undos;
	size_t used, max;
};

static void
die(const char *why)
{
	fprintf(stderr, "{\"level\":\"fatal\",\"why\":\"%s\"}\n", why);
	abort();
}

struct arena *
arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		die("out of memory");
	a->max = ARENA_MAX;
	return a;
}

void
arena_allow(struct arena *a, size_t max)
{
	a->max = max;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free(a->blocks);
	free(a);
}

/* Wipes what was in use; one block of the usual size stays. */
static struct block *
clear(struct block *blocks)
{
	struct block *b, *kept = NULL;

	while ((b = blocks) != NULL) {
		blocks = b->next;
		if (kept != NULL || b->size != BLOCK || TWIN("wipe")) {
			wipe_free(b);
			continue;
		}
		if (b->used > 0)
			explicit_bzero(b->bytes, b->used);
		b->used = 0;
		b->next = NULL;
		kept = b;
	}
	return kept;
}

void
arena_reset(struct arena *a)
{
	while (a->undos != NULL) {
		struct undo *u = a->undos;

		a->undos = u->next;
		u->fn(u->what);
	}
	a->blocks = clear(a->blocks);
	a->used = 0;
}

/* A block with room for size more bytes. */
static struct block *
add_block(struct arena *a, size_t size)
{
	size_t room = size > BLOCK / 4 ? size : BLOCK;
	struct block *b = calloc(1, sizeof(*b) + room);

	if (b == NULL)
		die("out of memory");
	b->size = room;
	if (room == BLOCK || a->blocks == NULL) {
		b->next = a->blocks;
		a->blocks = b;
	} else {
		/* It is full at once: the first has room still. */
		b->next = a->blocks->next;
		a->blocks->next = b;
	}
	return b;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	const size_t step = alignof(max_align_t);
	struct block *b = a->blocks;
	size_t whole;
	void *object;

	if (size > a->max || a->used > a->max - size)
		die("a request needs more memory than the arena's limit");
	whole = BLOCK == 0 && size > 0 ? size : (size + step) / step * step;
	if (b == NULL || b->size - b->used < whole)
		b = add_block(a, whole);
	object = b->bytes + b->used;
	b->used += whole;
	a->used += whole + step;
	return object;
}

char *
arena_copy(struct arena *a, const void *bytes, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (len > 0)
		memcpy(copy, bytes, len);
	return copy;
}

char *
arena_dup(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_copy(a, s, strlen(s));
}

/* Printed where it is to stay, as far as there is room: most need not be made
 * twice. */
char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	const struct block *b = a->blocks;
	size_t room = b == NULL ? 0 : b->size - b->used;
	char *there = room == 0 ? NULL : (char *)a->blocks->bytes + b->used;
	va_list again;
	char *s;
	int len;

	va_copy(again, ap);
	len = vsnprintf(there, room, fmt, again);
	va_end(again);
	if (len < 0)
		die("a format string is wrong");
	s = arena_alloc(a, (size_t)len + 1);
	if (s == there)
		return s;
	if (room > 0)
		explicit_bzero(there, room);
	vsnprintf(s, (size_t)len + 1, fmt, ap);
	return s;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void
arena_defer(struct arena *a, arena_undo *undo, void *what)
{
	struct undo *u = arena_alloc(a, sizeof(*u));

	u->fn = undo;
	u->what = what;
	u->next = a->undos;
	a->undos = u;
}
