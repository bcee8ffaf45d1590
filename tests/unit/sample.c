#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "sample.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "base/json.h"

enum { FILES_MAX = 100, SAMPLE_MAX = 4 << 20 };

static char *
located(struct ctx *c, const char *path)
{
	const char *root = getenv("srcdir");

	return arena_printf(c->mem, "%s/%s", root == NULL ? "." : root, path);
}

int
sample_exists(struct ctx *c, const char *path)
{
	return access(located(c, path), R_OK) == 0;
}

char *
sample_bytes(struct ctx *c, const char *path, size_t *ret_len)
{
	FILE *f = fopen(located(c, path), "r");
	char *bytes;
	long size;

	if (f == NULL)
		fail_msg("%s is missing", path);
	assert_int_equal(0, fseek(f, 0, SEEK_END));
	size = ftell(f);
	assert_in_range(size, 1, SAMPLE_MAX);
	rewind(f);
	bytes = arena_alloc(c->mem, (size_t)size + 1);
	assert_int_equal(size, fread(bytes, 1, (size_t)size, f));
	fclose(f);
	if (ret_len != NULL)
		*ret_len = (size_t)size;
	return bytes;
}

struct cJSON *
sample_json(struct ctx *c, const char *path)
{
	struct cJSON *o = NULL;
	size_t len;
	char *bytes = sample_bytes(c, path, &len);

	if (json_parse(c, bytes, len, &o) != OK)
		fail_msg("%s: %s", path, c->why);
	return o;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
sample_names_of(struct ctx *c, const char *folder, const char *suffix,
    size_t *ret_count)
{
	DIR *dir = opendir(located(c, folder));
	char **names = arena_alloc(c->mem, (FILES_MAX + 1) * sizeof(*names));
	const struct dirent *entry;
	size_t n = 0;

	if (dir == NULL)
		fail_msg("%s is missing", folder);
	while ((entry = readdir(dir)) != NULL) {
		const char *dot = strrchr(entry->d_name, '.');

		if (dot == NULL || strcmp(dot, suffix) != 0)
			continue;
		assert_true(n < FILES_MAX);
		names[n++] = arena_dup(c->mem, entry->d_name);
	}
	closedir(dir);
	qsort(names, n, sizeof(*names), by_name);
	*ret_count = n;
	return names;
}

char **
sample_names(struct ctx *c, const char *folder, size_t *ret_count)
{
	return sample_names_of(c, folder, ".json", ret_count);
}

int
sample_setup(void **state)
{
	struct ctx *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	ctx_init(c);
	*state = c;
	return 0;
}

int
sample_teardown(void **state)
{
	ctx_free(*state);
	free(*state);
	return 0;
}
