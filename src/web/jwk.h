/*
 * jwk: the keys that sign-ins are checked with.
 *
 * Each key has one algorithm, by its own type: an RSA key checks RS256 and
 * nothing else, so that nobody can use the public half of a pair as if it
 * were a secret (SEC-12).
 */
#ifndef WEB_JWK_H
#define WEB_JWK_H

#include <stddef.h>

#include "base/ctx.h"

/* More keys than any rotation needs are refused. */
enum { JWK_KEYS_MAX = 32, JWK_SECRET_MIN = 32, JWK_RSA_MIN = 2048 };

enum jwk_alg {
	JWK_NONE = 0,
	JWK_HS256 = 1 << 0,
	JWK_RS256 = 1 << 1,
	JWK_ES256 = 1 << 2,
	JWK_EDDSA = 1 << 3,
};

struct jwk_set;

/* The algorithm called name as in RFC 7518; JWK_NONE for any other. */
enum jwk_alg jwk_alg_named(const char *name);

/*
 * The keys of text: public keys or certificates in PEM, a JSON Web Key Set or
 * one such key, or secrets separated by commas.  Of a set, keys for something
 * else than the algorithms in allowed are left out.  E_BADREQ: a private key,
 * a weak key, something unreadable, or nothing left.  *ret lives until
 * jwk_free, which wipes the secrets.
 */
enum err jwk_read(struct ctx *c, const char *text, unsigned int allowed,
    struct jwk_set **ret) MUST_USE;
void jwk_free(struct jwk_set *set);

struct jwk_signed {
	enum jwk_alg alg;
	const char *kid; /* which key signed, or NULL */
	const void *bytes;
	size_t len;
	const unsigned char *signature; /* as in RFC 7518 */
	size_t signature_len;
};

/*
 * Did a key of set for that algorithm sign?  A kid leaves out the keys with
 * another one.
 */
int jwk_verifies(const struct jwk_set *set, const struct jwk_signed *s);

#endif
