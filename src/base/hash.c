#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/sha.h>

#include "base/hex.h"

enum { ID_BYTES = 16 };

void
hash_mac(const char *key, size_t key_len, const struct hash_part *parts,
    size_t n, unsigned char ret_mac[HASH_SIZE])
{
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string("digest", (char *)"SHA256", 0),
		OSSL_PARAM_construct_end(),
	};
	size_t i, len;
	int ok;

	assert(key_len > 0);
	ok = mac != NULL &&
	    EVP_MAC_init(mac, (const unsigned char *)key, key_len, params);
	for (i = 0; ok && i < n; i++)
		ok = EVP_MAC_update(mac, parts[i].bytes, parts[i].len);
	ok = ok && EVP_MAC_final(mac, ret_mac, &len, HASH_SIZE);
	EVP_MAC_CTX_free(mac);
	EVP_MAC_free(hmac);
	/* Only a lack of memory comes here; a wrong digest must not. */
	if (!ok)
		abort();
}

char *
hash_text(struct arena *a, const void *bytes, size_t len)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256(bytes, len, digest);
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
