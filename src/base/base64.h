/*
 * base64: bytes as text in the alphabet that is safe in addresses (RFC 4648,
 * section 5), without padding, as tokens and keys are written.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>

#include "base/arena.h"

/*
 * The bytes of text, in a, with a NUL behind them; NULL if it is not the one
 * spelling of some bytes: a foreign or padding character, a length that
 * cannot be, bits set that no byte uses.
 */
unsigned char *base64_bytes(struct arena *a, const char *text, size_t len,
    size_t *ret_len);

#endif
