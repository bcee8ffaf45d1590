#include "base/text.h"

#include <ctype.h>
#include <string.h>

#include "base/fault.h"

enum { EMAIL_MAX = 254, NUMBER_DIGITS = 18 };

/* Bytes of the UTF-8 sequence that starts here; 0 if it is malformed. */
static size_t
sequence(const unsigned char *p, size_t left)
{
	static const struct {
		unsigned char mask, lead;
		unsigned int min;
	} forms[] = { { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 },
		{ 0xf0, 0xe0, 0x800 }, { 0xf8, 0xf0, 0x10000 } };
	unsigned int point;
	size_t n, i;

	for (n = 0; n < COUNT(forms); n++)
		if ((p[0] & forms[n].mask) == forms[n].lead)
			break;
	if (n == COUNT(forms) || n >= left)
		return 0;
	point = p[0] & (unsigned char)~forms[n].mask;
	for (i = 1; i <= n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (p[i] & 0x3f);
	}
	if (point < forms[n].min || point > 0x10ffff ||
	    (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return n + 1;
}

/* Are the next eight bytes ASCII? */
static int
is_plain_eight(const unsigned char *p)
{
	uint64_t eight;

	memcpy(&eight, p, sizeof(eight));
	return (eight & UINT64_C(0x8080808080808080)) == 0;
}

int
text_utf8(const char *bytes, size_t len)
{
	const unsigned char *p = (const unsigned char *)bytes;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = len >= 8 && is_plain_eight(p) ? 8 : sequence(p, len);
		if (n == 0)
			return 0;
	}
	return 1;
}

/*
 * Bytes of the control character that starts here; 0: there is none.  Beside C0
 * and C1, ends of lines and paragraphs, and those that turn the direction of
 * writing around: with them a text can look like another (U+2028 to U+202E,
 * U+2066 to U+2069).
 */
static size_t
control(const unsigned char *p)
{
	if (*p < 0x20 || *p == 0x7f)
		return 1;
	if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
		return 2;
	if (*p != 0xe2)
		return 0;
	return (p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae) ||
	    (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9) ? 3 : 0;
}

int
text_plain(const char *text)
{
	const unsigned char *p;

	for (p = (const unsigned char *)text; *p != '\0'; p++)
		if (control(p) > 0)
			return 0;
	return 1;
}

char *
text_shown(struct arena *a, const char *text)
{
	char *shown = arena_dup(a, text), *to = shown;
	const unsigned char *p;
	size_t n;

	if (TWIN("shown"))
		return shown;
	for (p = (const unsigned char *)text; *p != '\0'; p += n) {
		n = control(p);
		*to++ = n > 0 ? ' ' : (char)*p;
		if (n == 0)
			n = 1;
	}
	*to = '\0';
	return shown;
}

int
text_only(const char *text, const char *allowed)
{
	return *text != '\0' && text[strspn(text, allowed)] == '\0';
}

int
text_same(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

int
text_blank(const char *text)
{
	return text == NULL || *text == '\0';
}

int
text_number(const char *text, size_t len, int64_t *ret_value)
{
	int64_t value = 0;
	size_t i;

	if (len == 0 || len > NUMBER_DIGITS)
		return 0;
	for (i = 0; i < len; i++) {
		if (!isdigit((unsigned char)text[i]))
			return 0;
		value = value * 10 + (text[i] - '0');
	}
	*ret_value = value;
	return 1;
}

int
text_email(const char *text)
{
	const char *at = strrchr(text, '@');
	const char *dot = at == NULL ? NULL : strrchr(at, '.');

	/* Stripe refuses what no domain can be, and the seat is held by then. */
	if (at == NULL || at == text || dot == NULL || at[1] == '.' ||
	    dot[1] == '\0' || strstr(at, "..") != NULL ||
	    strlen(text) > EMAIL_MAX)
		return 0;
	return text_plain(text) && strpbrk(text, " ,;:<>()[]\\\"") == NULL &&
	    memchr(text, '@', (size_t)(at - text)) == NULL;
}

char **
text_split(struct arena *a, const char *list, char sep, size_t *ret_count)
{
	size_t n = 1, i;
	const char *p, *end;
	char **parts;

	for (p = list; *p != '\0'; p++)
		n += *p == sep;
	parts = arena_alloc(a, (n + 1) * sizeof(*parts));
	for (i = 0, p = list; i < n; i++, p = end + 1) {
		size_t len;

		end = strchr(p, sep);
		if (end == NULL)
			end = p + strlen(p);
		for (len = (size_t)(end - p);
		    len > 0 && (*p == ' ' || *p == '\t'); len--)
			p++;
		while (len > 0 && (p[len - 1] == ' ' || p[len - 1] == '\t'))
			len--;
		parts[i] = arena_copy(a, p, len);
	}
	*ret_count = n;
	return parts;
}
