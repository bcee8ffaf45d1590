/*
 * hash: SHA-256, HMAC-SHA256 and random bytes, by OpenSSL and the kernel.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>

#include "base/arena.h"

enum { HASH_SIZE = 32 };

/* A run of bytes; several of them are hashed as if joined. */
struct hash_part {
	const void *bytes;
	size_t len;
};

/*
 * HMAC-SHA256 of the joined parts.  key must not be empty: an empty key would
 * let anybody sign (SEC-02).
 */
void hash_mac(const char *key, size_t key_len, const struct hash_part *parts,
    size_t n, unsigned char ret_mac[HASH_SIZE]);

/* SHA-256 of bytes as 64 hex digits, in a. */
char *hash_text(struct arena *a, const void *bytes, size_t len);

/* Same bytes?  Takes the same time whatever differs. */
int hash_equal(const void *a, const void *b, size_t len);

/* prefix and 128 random bits in hex: "bk_" + 32 digits.  Lives in a. */
char *hash_id(struct arena *a, const char *prefix);

#endif
