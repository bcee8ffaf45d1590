/*
 * arena: memory that lives as long as one request.
 *
 * Allocation never fails: out of memory, or more than the arena's limit, ends
 * the process (the supervisor starts a new one, the open transaction rolls
 * back, the provider sends again).  Each object is its own malloc, so that
 * AddressSanitizer sees every overrun.  Objects are wiped before they are
 * freed.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;

/* Bytes one request may hold: far above need, far below the machine. */
#define ARENA_MAX ((size_t)32 << 20)

struct arena *arena_new(void);

/* For work that is no request: so many bytes instead of ARENA_MAX. */
void arena_allow(struct arena *a, size_t max);

/* Frees everything in the arena and the arena; NULL is fine. */
void arena_free(struct arena *a);

/* Runs the deferred functions, last one first, and frees all objects. */
void arena_reset(struct arena *a);

/* size zeroed bytes, aligned for any object; never NULL. */
void *arena_alloc(struct arena *a, size_t size);

/* A copy of len bytes plus a terminating NUL. */
char *arena_copy(struct arena *a, const void *bytes, size_t len);

/* A copy of s; NULL stays NULL. */
char *arena_dup(struct arena *a, const char *s);

char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    PRINTF_LIKE(2, 0);

/*
 * Calls undo(what) when the arena is reset: for what malloc did not make (a
 * JSON tree, a curl list).
 */
typedef void arena_undo(void *what);
void arena_defer(struct arena *a, arena_undo *undo, void *what);

#endif
