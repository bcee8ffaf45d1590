/*
 * text: questions about bytes from outside.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Well-formed UTF-8 (no overlong forms, no surrogates)? */
int text_utf8(const char *bytes, size_t len);

/* Free of control characters (a tab, a CR, a DEL …)?  Text is UTF-8. */
int text_plain(const char *text);

/* Does every byte of text stand in allowed, and is text not empty? */
int text_only(const char *text, const char *allowed);

/* Both NULL, or both the same text? */
int text_same(const char *a, const char *b);

/* Text (UTF-8) for a terminal: a blank for each control character. */
char *text_shown(struct arena *a, const char *text);

/* NULL and "" are both nothing said. */
int text_blank(const char *text);

/* Decimal digits only, no sign, at most 18 of them.  0 if it is not so. */
int text_number(const char *text, size_t len, int64_t *ret_value);

/* Something@something.tld, plain ASCII or UTF-8, at most 254 bytes? */
int text_email(const char *text);

/* The parts of a list separated by sep, blanks around them cut, in a. */
char **text_split(struct arena *a, const char *list, char sep,
    size_t *ret_count);

#endif
