/*
 * guess: could somebody guess the next of our ids from those they have seen?
 *
 *	guess ours|counter|seeded COUNT
 *
 * Makes COUNT ids of 128 bits, some more in a child process, and prints
 *
 *	again N		ids that came twice
 *	shared N	ids of the child that are among the parent's, who share
 *			whatever a generator keeps in memory
 *	sigma N		of all bits the one that is furthest from being set in
 *			half of the ids, or from differing from the id before
 *			in half of them, in standard deviations
 *
 * Besides ours there are two sources that one can guess, to see them found:
 * a counter, and 128 bits spread out from a random seed of 32.  What a hash
 * makes of a counter looks as good as ours; only "shared" tells.
 */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/hex.h"

enum { ID_BYTES = 16, BITS = ID_BYTES * 8, CHILD = 1000 };

struct id {
	unsigned char bytes[ID_BYTES];
};

typedef void source(struct arena *a, struct id *ret);

static void
ours(struct arena *a, struct id *ret)
{
	const char *text = hash_id(a, "");

	if (!hex_bytes(text, strlen(text), ret->bytes, ID_BYTES))
		abort();
}

static void
counter(struct arena *a, struct id *ret)
{
	static uint64_t n = 1795400000;

	(void)a;
	n++;
	*ret = (struct id){ { 0 } };
	memcpy(ret->bytes, &n, sizeof(n));
}

static void
seeded(struct arena *a, struct id *ret)
{
	uint64_t x, y;
	uint32_t seed;

	(void)a;
	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		abort();
	x = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
	y = (x ^ x >> 31) * UINT64_C(0xbf58476d1ce4e5b9);
	memcpy(ret->bytes, &x, sizeof(x));
	memcpy(ret->bytes + sizeof(x), &y, sizeof(y));
}

static void
make(source *from, struct id *ids, size_t n)
{
	struct arena *a = arena_new();
	size_t i;

	for (i = 0; i < n; i++) {
		from(a, &ids[i]);
		arena_reset(a);
	}
	arena_free(a);
}

static void
make_in_child(source *from, struct id *ids, size_t n)
{
	size_t got = 0;
	int ends[2];
	ssize_t r;
	pid_t pid;

	if (pipe(ends) != 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		make(from, ids, n);
		_exit(write(ends[1], ids, n * sizeof(*ids)) < 0);
	}
	close(ends[1]);
	while ((r = read(ends[0], (char *)ids + got,
	    n * sizeof(*ids) - got)) > 0)
		got += (size_t)r;
	waitpid(pid, NULL, 0);
	assert(got == n * sizeof(*ids));
}

static int
bit(const struct id *id, int i)
{
	return id->bytes[i / 8] >> i % 8 & 1;
}

static double
worst_bit(const struct id *ids, size_t n)
{
	double worst = 0, half = (double)n / 2, sigma = sqrt((double)n) / 2;
	size_t k, set, changed;
	int i;

	for (i = 0; i < BITS; i++) {
		set = changed = 0;
		for (k = 0; k < n; k++) {
			set += (size_t)bit(&ids[k], i);
			changed += k > 0 && bit(&ids[k], i) !=
			    bit(&ids[k - 1], i);
		}
		worst = fmax(worst, fabs((double)set - half) / sigma);
		worst = fmax(worst, fabs((double)changed - half) / sigma);
	}
	return worst;
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		source *from;
	} sources[] = { { "ours", ours }, { "counter", counter },
		{ "seeded", seeded } };
	static struct id theirs[CHILD];
	size_t n = argc == 3 ? strtoul(argv[2], NULL, 10) : 0, i, again = 0,
	       shared = 0;
	struct id *ids = calloc(n + 1, sizeof(*ids));
	source *from = NULL;

	for (i = 0; argc == 3 && i < 3; i++)
		if (strcmp(sources[i].name, argv[1]) == 0)
			from = sources[i].from;
	if (from == NULL || n == 0 || ids == NULL)
		return 2;
	make(from, ids, 1); /* whatever it keeps is there to be shared */
	make_in_child(from, theirs, CHILD);
	make(from, ids, n);
	printf("sigma %.0f\n", worst_bit(ids, n));
	qsort(ids, n, sizeof(*ids), compare);
	for (i = 1; i < n; i++)
		again += compare(&ids[i - 1], &ids[i]) == 0;
	for (i = 0; i < CHILD; i++)
		shared += bsearch(&theirs[i], ids, n, sizeof(*ids),
		    compare) != NULL;
	printf("again %zu\nshared %zu\n", again, shared);
	free(ids);
	return 0;
}
