#include "base/wipe.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"

void
wipe_free(void *memory)
{
	if (memory != NULL && !TWIN("wipe"))
		explicit_bzero(memory, malloc_usable_size(memory));
	free(memory);
}

/* realloc itself would leave a copy behind when it moves. */
void *
wipe_realloc(void *memory, size_t size)
{
	size_t old = memory != NULL ? malloc_usable_size(memory) : 0;
	void *moved = malloc(size);

	if (moved == NULL)
		return NULL;
	if (memory != NULL)
		memcpy(moved, memory, old < size ? old : size);
	wipe_free(memory);
	return moved;
}
