/*
 * wipe: memory that may hold secrets, or what people told us, is emptied
 * before others get it: what lies in freed memory ends up in a core file, or
 * in an answer that has a mistake.
 */
#ifndef BASE_WIPE_H
#define BASE_WIPE_H

#include <stddef.h>

/* free and realloc, for what malloc gave. */
void wipe_free(void *memory);
void *wipe_realloc(void *memory, size_t size);

#endif
