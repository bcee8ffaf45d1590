/*
 * log: one JSON object per line on stderr, each by a single write.
 *
 * Fields of every line: time, level, program.  What else a line has, its
 * writer adds.  Never a secret, an e-mail address or a name.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/ctx.h"

struct cJSON;

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Set once in main, before threads start.  program must outlive them. */
void log_open(const char *program, const char *least_level);

/* A line to fill and to hand to log_write; lives in c. */
struct cJSON *log_line(struct ctx *c, enum log_level level);
void log_write(struct ctx *c, enum log_level level, struct cJSON *line);

/* A line that says just one thing. */
void log_say(struct ctx *c, enum log_level level, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

#endif
