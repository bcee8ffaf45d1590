/*
 * hash: SHA-256 by OpenSSL's own functions for it.
 *
 * They are out of fashion, as they ask no provider; but to make the providers
 * takes longer than all the rest of a webhook's start as CGI.
 */
#define OPENSSL_API_COMPAT 0x10100000L
#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "base/hex.h"

enum { ID_BYTES = 16, INNER = 0x36, OUTER = 0x5c };

/* RFC 2104: a hash that begins with the key, a block long, changed by pad. */
static void
begin_mac(SHA256_CTX *hash, const unsigned char block[SHA256_CBLOCK], int pad)
{
	unsigned char padded[SHA256_CBLOCK];
	size_t i;

	for (i = 0; i < sizeof(padded); i++)
		padded[i] = block[i] ^ (unsigned char)pad;
	SHA256_Init(hash);
	SHA256_Update(hash, padded, sizeof(padded));
	explicit_bzero(padded, sizeof(padded));
}

void
hash_mac(const char *key, size_t key_len, const struct hash_part *parts,
    size_t n, unsigned char ret_mac[HASH_SIZE])
{
	unsigned char block[SHA256_CBLOCK] = { 0 }, inside[HASH_SIZE];
	SHA256_CTX hash;
	size_t i;

	assert(key_len > 0);
	if (key_len <= sizeof(block)) {
		memcpy(block, key, key_len);
	} else {
		SHA256_Init(&hash);
		SHA256_Update(&hash, key, key_len);
		SHA256_Final(block, &hash);
	}
	begin_mac(&hash, block, INNER);
	for (i = 0; i < n; i++)
		SHA256_Update(&hash, parts[i].bytes, parts[i].len);
	SHA256_Final(inside, &hash);
	begin_mac(&hash, block, OUTER);
	SHA256_Update(&hash, inside, sizeof(inside));
	SHA256_Final(ret_mac, &hash);
	explicit_bzero(block, sizeof(block));
	explicit_bzero(&hash, sizeof(hash));
}

char *
hash_text(struct arena *a, const void *bytes, size_t len)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	SHA256_CTX hash;

	SHA256_Init(&hash);
	SHA256_Update(&hash, bytes, len);
	SHA256_Final(digest, &hash);
	return hex_text(a, digest, sizeof(digest));
}

int
hash_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

char *
hash_id(struct arena *a, const char *prefix)
{
	unsigned char bytes[ID_BYTES];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		abort();
	return arena_printf(a, "%s%s", prefix,
	    hex_text(a, bytes, sizeof(bytes)));
}
