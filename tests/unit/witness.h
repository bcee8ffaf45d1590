/*
 * witness: what date(1) says about moments in a zone, to compare with.
 */
#ifndef WITNESS_H
#define WITNESS_H

#include <inttypes.h>
#include <string.h>

#include "unit.h"

enum { WITNESS_LINE = 64 };

/*
 * Calls see(line, seconds, arg) for each of the n moments, with what date
 * prints by format when TZ is tz.
 */
static inline void
witness_ask(struct ctx *c, const char *tz, const char *format,
    const int64_t *seconds, size_t n,
    void (*see)(const char *line, int64_t seconds, void *arg), void *arg)
{
	char line[WITNESS_LINE];
	char *folder = unit_folder(c);
	char *path = arena_printf(c->mem, "%s/moments", folder);
	FILE *f = fopen(path, "w");
	size_t i;

	assert_non_null(f);
	for (i = 0; i < n; i++)
		fprintf(f, "@%" PRId64 "\n", seconds[i]);
	assert_int_equal(fclose(f), 0);
	f = popen(arena_printf(c->mem, "TZ='%s' LC_ALL=C date -f %s '+%s'", tz,
	    path, format), "r");
	assert_non_null(f);
	for (i = 0; i < n; i++) {
		assert_non_null(fgets(line, sizeof(line), f));
		line[strcspn(line, "\n")] = '\0';
		see(line, seconds[i], arg);
	}
	assert_int_equal(pclose(f), 0);
	unit_remove(c, folder);
}

#endif
