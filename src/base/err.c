#include "base/err.h"

#include <assert.h>
#include <stddef.h>

#include "base/attr.h"

static const struct {
	int status;
	const char *name;
	const char *words;
} list[] = {
#define ERR_ROW(code, status, name, words) { status, name, words },
	ERR_LIST(ERR_ROW)
#undef ERR_ROW
};

int
err_status(enum err e)
{
	assert((size_t)e < COUNT(list));
	return list[e].status;
}

const char *
err_name(enum err e)
{
	assert((size_t)e < COUNT(list));
	return list[e].name;
}

const char *
err_words(enum err e)
{
	assert((size_t)e < COUNT(list));
	return list[e].words;
}
