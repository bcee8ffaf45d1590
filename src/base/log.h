/*
 * log: one JSON object per line on stderr, each by a single write.
 *
 * Fields of every line: time, level, program.  What else a line has, its
 * writer adds.  Never a secret, an e-mail address or a name.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

#include "base/buf.h"
#include "base/ctx.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Set once in main, before threads start.  program must outlive them. */
void log_open(const char *program, const char *least_level);

/* A line to add members to and to hand to log_write; lives in c. */
struct buf log_line(struct ctx *c, enum log_level level);
void log_text(struct buf *line, const char *name, const char *text);
void log_int(struct buf *line, const char *name, int64_t value);
void log_write(enum log_level level, struct buf *line);

/* A line that says just one thing. */
void log_say(struct ctx *c, enum log_level level, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

#endif
