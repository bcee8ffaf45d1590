#include "base/log.h"

#include <stdarg.h>
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

struct cJSON *
log_line(struct ctx *c, enum log_level level)
{
	struct cJSON *line = json_object(c);

	json_set_text(line, "time", now_text(c->mem, now_real()));
	json_set_text(line, "level", names[level]);
	json_set_text(line, "program", program);
	return line;
}

void
log_write(struct ctx *c, enum log_level level, struct cJSON *line)
{
	char *text;
	ssize_t ignored;

	if (level < least)
		return;
	text = arena_printf(c->mem, "%s\n", json_print(c, line));
	/* A full disk or a closed pipe must not stop the answer. */
	ignored = write(STDERR_FILENO, text, strlen(text));
	(void)ignored;
}

void
log_say(struct ctx *c, enum log_level level, const char *fmt, ...)
{
	struct cJSON *line = log_line(c, level);
	va_list ap;

	va_start(ap, fmt);
	json_set_text(line, "why", arena_vprintf(c->mem, fmt, ap));
	va_end(ap);
	log_write(c, level, line);
}
