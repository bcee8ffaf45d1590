/*
 * replay: corpora as ordinary tests.
 *
 * Feeds each file of the folders given as arguments to the harness it is
 * linked with, and prints TAP.  A folder that is not there, or is empty, is a
 * failure: it would test nothing.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { INPUT_MAX = 4 << 20, PATH_SIZE = 1024 };

static int count, failed;

static void
result(int ok, const char *what)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++count, what);
	failed += !ok;
	/* So that a crash shows which file was the last good one. */
	fflush(stdout);
}

/* In memory of exactly its size, so that a sanitizer sees every overrun. */
static int
feed(const char *path)
{
	FILE *f = fopen(path, "r");
	uint8_t *bytes = NULL;
	long size = -1;
	int ok = 0;

	if (f != NULL && fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	if (size >= 0 && size <= INPUT_MAX)
		bytes = malloc(size == 0 ? 1 : (size_t)size);
	if (bytes != NULL) {
		rewind(f);
		ok = fread(bytes, 1, (size_t)size, f) == (size_t)size;
	}
	if (ok)
		LLVMFuzzerTestOneInput(bytes, (size_t)size);
	free(bytes);
	if (f != NULL)
		fclose(f);
	return ok;
}

static void
feed_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char path[PATH_SIZE];
	int before = count;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		result(feed(path), path);
	}
	if (dir != NULL)
		closedir(dir);
	if (count == before)
		result(0, folder);
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		feed_folder(argv[i]);
	printf("1..%d\n", count);
	return failed != 0 || count == 0;
}
