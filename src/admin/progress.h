/*
 * progress: a number that grows, for whoever waits at a terminal.
 */
#ifndef ADMIN_PROGRESS_H
#define ADMIN_PROGRESS_H

#include <stdint.h>

/* Shows so many events on stderr, if that is a terminal; arg is not looked
 * at (app/replay.h). */
void progress_events(void *arg, int64_t count);

/* Shows how many pages of a copy are done (db/copy.h). */
void progress_pages(int64_t done, int64_t of);

/* Shows how many rows of a table are looked at (db/move.h). */
void progress_rows(const char *table, int64_t rows);

/* The line is over. */
void progress_end(void);

#endif
