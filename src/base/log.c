#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/now.h"

static const char *const names[] = { "debug", "info", "warn", "error" };

/* Process-wide and constant after main's first lines. */
static const char *program = "bookpay";
static enum log_level least = LOG_INFO;

void
log_open(const char *name, const char *least_level)
{
	size_t i;

	program = name;
	for (i = 0; i < COUNT(names); i++)
		if (strcmp(least_level, names[i]) == 0)
			least = (enum log_level)i;
}

/* Names need no escape. */
static void
begin_member(struct buf *line, const char *name)
{
	buf_text(line, line->len == 0 ? "{\"" : ",\"");
	buf_text(line, name);
	buf_text(line, "\":");
}

void
log_text(struct buf *line, const char *name, const char *text)
{
	begin_member(line, name);
	json_quote(line, text);
}

void
log_int(struct buf *line, const char *name, int64_t value)
{
	char digits[32];

	begin_member(line, name);
	snprintf(digits, sizeof(digits), "%lld", (long long)value);
	buf_text(line, digits);
}

struct buf
log_line(struct ctx *c, enum log_level level)
{
	struct buf line = buf_make(c->mem, SIZE_MAX);

	log_text(&line, "time", now_text(c->mem, now_real()));
	log_text(&line, "level", names[level]);
	log_text(&line, "program", program);
	return line;
}

void
log_write(enum log_level level, struct buf *line)
{
	ssize_t ignored;

	if (level < least)
		return;
	buf_text(line, "}\n");
	/* A full disk or a closed pipe must not stop the answer. */
	ignored = write(STDERR_FILENO, line->bytes, line->len);
	(void)ignored;
}

void
log_say(struct ctx *c, enum log_level level, const char *fmt, ...)
{
	struct buf line = log_line(c, level);
	va_list ap;

	va_start(ap, fmt);
	log_text(&line, "why", arena_vprintf(c->mem, fmt, ap));
	va_end(ap);
	log_write(level, &line);
}
