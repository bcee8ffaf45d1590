#include "booking/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/now.h"
#include "base/text.h"

/* A step takes four bytes or more to write and some fifty in words. */
enum { POLICY_MAX = 200, WORDS_MAX = 4096, HOURS_MAX = 8760,
	HOUR_SECONDS = 3600 };

/*
 * Reads the step at *p ("24:100") and moves to the next one; 0 at the end or
 * where it does not read.
 */
static int
step(const char **p, int *ret_hours, int *ret_percent)
{
	const char *start = *p + strspn(*p, " ");
	size_t hours_len = strcspn(start, ":");
	int64_t hours, percent;
	size_t percent_len;

	if (start[hours_len] != ':')
		return 0;
	percent_len = strcspn(start + hours_len + 1, " ");
	if (!text_number(start, hours_len, &hours) || hours > HOURS_MAX ||
	    !text_number(start + hours_len + 1, percent_len, &percent) ||
	    percent > 100)
		return 0;
	*ret_hours = (int)hours;
	*ret_percent = (int)percent;
	*p = start + hours_len + 1 + percent_len;
	return 1;
}

enum err
policy_check(struct ctx *c, const char *text)
{
	const char *p = text == NULL ? "" : text;
	int hours, percent, last = HOURS_MAX + 1, good;

	good = text != NULL && strlen(p) <= POLICY_MAX;
	while (good && step(&p, &hours, &percent)) {
		good = hours < last;
		last = hours;
	}
	if (!good || p[strspn(p, " ")] != '\0')
		return ctx_refuse(c, E_BADREQ, "A policy reads like "
		    "\"24:100 12:50\": hours before the start, falling, and "
		    "the percentage that is paid back.");
	return OK;
}

int
policy_percent(const char *text, int64_t start, int64_t now)
{
	const char *p = text;
	int hours, percent;

	while (step(&p, &hours, &percent))
		if (start - now >= hours * HOUR_SECONDS * NOW_SECOND)
			return percent;
	return 0;
}

static const char *
before(struct ctx *c, int hours)
{
	if (hours == 0)
		return "until the start";
	if (hours % 24 == 0 && hours > 24)
		return arena_printf(c->mem, "until %d days before the start",
		    hours / 24);
	return arena_printf(c->mem, "until %d hour%s before the start", hours,
	    hours == 1 ? "" : "s");
}

char *
policy_words(struct ctx *c, const char *text)
{
	struct buf b = buf_make(c->mem, WORDS_MAX);
	const char *p = text;
	int hours, percent;

	while (step(&p, &hours, &percent)) {
		buf_text(&b, b.len == 0 ? "Cancel " : ", ");
		buf_printf(&b, "%s and get %s back", before(c, hours),
		    percent == 100 ? "everything"
		    : arena_printf(c->mem, "%d%%", percent));
	}
	buf_text(&b, b.len == 0 ? "Not refundable if you cancel"
				: "; later, nothing is paid back");
	buf_text(&b, ". If we cancel, you get everything back.");
	return b.bytes;
}
