#include "admin/progress.h"

#include <stdio.h>
#include <unistd.h>

void
progress_events(void *arg, int64_t count)
{
	(void)arg;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%lld events", (long long)count);
}

void
progress_pages(int64_t done, int64_t of)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%lld of %lld pages", (long long)done,
		    (long long)of);
}

void
progress_rows(const char *table, int64_t rows)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%-12s %lld rows", table, (long long)rows);
}

void
progress_end(void)
{
	if (isatty(STDERR_FILENO))
		fputc('\n', stderr);
}
