/*
 * hex: bytes as lower-case hexadecimal text, and back.
 */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stddef.h>

#include "base/arena.h"

/* 2 * len digits and a NUL, in a. */
char *hex_text(struct arena *a, const void *bytes, size_t len);

/* Reads exactly 2 * len hex digits of either case; 0 if they are not. */
int hex_bytes(const char *text, size_t text_len, void *ret_bytes, size_t len);

#endif
