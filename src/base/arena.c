#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

struct object {
	struct object *next;
	alignas(max_align_t) unsigned char bytes[];
};

struct undo {
	struct undo *next;
	arena_undo *fn;
	void *what;
};

struct arena {
	struct object *objects;
	struct undo *undos;
	size_t used;
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
	return a;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free(a);
}

void
arena_reset(struct arena *a)
{
	struct object *o;

	while (a->undos != NULL) {
		struct undo *u = a->undos;

		a->undos = u->next;
		u->fn(u->what);
	}
	while ((o = a->objects) != NULL) {
		a->objects = o->next;
		wipe_free(o);
	}
	a->used = 0;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct object *o;

	if (size > ARENA_MAX || a->used > ARENA_MAX - size)
		die("a request needs more memory than the arena's limit");
	o = calloc(1, sizeof(*o) + size);
	if (o == NULL)
		die("out of memory");
	o->next = a->objects;
	a->objects = o;
	a->used += sizeof(*o) + size;
	return o->bytes;
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

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *s;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		die("a format string is wrong");
	s = arena_alloc(a, (size_t)len + 1);
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
