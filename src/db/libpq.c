#include "db/libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "base/text.h"

struct libpq libpq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char *problem; /* why it is not loaded; kept as long as the process */

#define LIBPQ_ROW(name) { #name, offsetof(struct libpq, name) },
static const struct {
	const char *name;
	size_t offset;
} rows[] = {
	LIBPQ_FUNCTIONS(LIBPQ_ROW)
};

static void
load(void)
{
	/* The fifth is the one of all versions since 8.0. */
	void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL), *symbol;
	size_t i;

	if (library == NULL) {
		problem = strdup(dlerror());
		return;
	}
	for (i = 0; i < COUNT(rows); i++) {
		symbol = dlsym(library, rows[i].name);
		if (symbol == NULL) {
			problem = strdup(dlerror());
			return;
		}
		memcpy((char *)&libpq + rows[i].offset, &symbol,
		    sizeof(symbol));
	}
}

enum err
libpq_load(struct ctx *c)
{
	pthread_once(&once, load);
	if (problem != NULL)
		return ctx_fail(c, E_BUSY, "postgresql: %s", problem);
	return OK;
}
