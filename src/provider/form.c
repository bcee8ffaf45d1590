#include "provider/form.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

static const char unreserved[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

static void
escape(struct buf *b, const char *text, const char *also)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *p;

	for (p = (const unsigned char *)text; *p != '\0'; p++) {
		const char code[] = { '%', digits[*p >> 4], digits[*p & 0xf] };

		if (strchr(unreserved, *p) != NULL || strchr(also, *p) != NULL)
			buf_add(b, p, 1);
		else
			buf_add(b, code, sizeof(code));
	}
}

void
form_escape(struct buf *b, const char *text)
{
	escape(b, text, "");
}

void
form_add(struct buf *b, const char *name, const char *value)
{
	if (b->len > 0)
		buf_add(b, "&", 1);
	escape(b, name, "[]");
	buf_add(b, "=", 1);
	escape(b, value, "");
}

void
form_text(struct buf *b, const char *name, const char *value)
{
	if (!text_blank(value))
		form_add(b, name, value);
}

void
form_int(struct buf *b, const char *name, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRId64, value);
	form_add(b, name, digits);
}
