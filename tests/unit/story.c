#include "story.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/now.h"
#include "base/text.h"

static const char *const keywords[] = { "story", "clock", "type", "booking",
	"attempt", "before", "told", "end" };

void
story_fault(struct story *s, int line, const char *fmt, ...)
{
	va_list ap;

	if (s->why != NULL)
		return;
	va_start(ap, fmt);
	s->why = arena_printf(s->c->mem, "%s:%d: %s", s->file, line,
	    arena_vprintf(s->c->mem, fmt, ap));
	va_end(ap);
}

/* text without the blanks around it. */
static char *
trimmed(struct ctx *c, const char *text, size_t len)
{
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	while (len > 0 && isspace((unsigned char)*text))
		text++, len--;
	return arena_copy(c->mem, text, len);
}

static void
read_field(struct story *s, int line, const char *text)
{
	struct story_step *step = &s->steps[s->count == 0 ? 0 : s->count - 1];
	const char *sign = strstr(text, " = ");

	if (s->count == 0 || sign == NULL) {
		story_fault(s, line, "an indented line is \"field = value\", "
		    "below the step it changes");
		return;
	}
	if (step->field_count == STORY_FIELDS) {
		story_fault(s, line, "too many fields");
		return;
	}
	step->fields[step->field_count++] = (struct story_field){
		.line = line,
		.path = trimmed(s->c, text, (size_t)(sign - text)),
		.value = trimmed(s->c, sign + 3, strlen(sign + 3)),
	};
}

static void
split(struct story *s, struct story_step *step)
{
	const char *at = step->rest;
	size_t n = 0, len;

	for (; *at != '\0'; at += len + strspn(at + len, " \t")) {
		len = strcspn(at, " \t");
		if (n < STORY_WORDS)
			step->words[n] = arena_copy(s->c->mem, at, len);
		n++;
	}
}

static int
is_keyword(const char *word)
{
	size_t i;

	for (i = 0; i < COUNT(keywords); i++)
		if (strcmp(keywords[i], word) == 0)
			return 1;
	return 0;
}

static void
read_step(struct story *s, int line, const char *text)
{
	struct story_step *step = &s->steps[s->count];
	size_t len = strcspn(text, " \t");

	if (s->count == STORY_STEPS) {
		story_fault(s, line, "too many lines");
		return;
	}
	step->line = line;
	step->keyword = arena_copy(s->c->mem, text, len);
	step->rest = trimmed(s->c, text + len, strlen(text + len));
	if (!is_keyword(step->keyword))
		story_fault(s, line, "\"%s\" is no word of a story",
		    step->keyword);
	split(s, step);
	if (strcmp(step->keyword, "story") == 0)
		s->name = step->rest;
	s->count++;
}

void
story_read(struct ctx *c, const char *file, const char *text,
    struct story *ret)
{
	size_t len;
	int line;

	*ret = (struct story){ .c = c, .file = file, .name = "" };
	for (line = 1; *text != '\0'; line++) {
		const char *all;

		len = strcspn(text, "\n");
		all = trimmed(c, text, len);
		if (*all != '\0' && *all != '#' && isspace((unsigned char)*text))
			read_field(ret, line, all);
		else if (*all != '\0' && *all != '#')
			read_step(ret, line, all);
		text += len + (text[len] == '\n');
	}
	if (text_blank(ret->name))
		story_fault(ret, 1, "no line \"story\" says what happens");
}

int64_t
story_moment(struct story *s, int line, const char *text)
{
	int64_t moment = 0;

	if (text == NULL || now_parse(text, &moment) != OK)
		story_fault(s, line, "%s is not a time like "
		    "2026-12-10T14:00:00Z", text == NULL ? "nothing" : text);
	return moment;
}
