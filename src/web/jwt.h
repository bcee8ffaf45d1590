/*
 * jwt: sign-ins made by somebody else, as signed JSON (RFC 7515, RFC 7519).
 *
 * libcrypto does the cryptography and cJSON the JSON; only the framing is
 * ours.  libjwt as it is packaged has no EdDSA and no JWKS, chooses the check
 * by what the token itself names, and brings a second JSON parser.
 */
#ifndef WEB_JWT_H
#define WEB_JWT_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/ctx.h"

struct cJSON;
struct jwk_set;

/* Longest token that is looked at. */
enum { JWT_MAX = 8192, JWT_SUBJECT_MAX = 255 };

/* What a token must be. */
struct jwt_rules {
	const struct jwk_set *keys;
	const char *issuer;
	struct conf_list audiences; /* none: a token for somebody is not for us */
	int64_t leeway;             /* seconds that two clocks may differ */
};

/*
 * The claims of token, in c, if one of the keys signed it, by the algorithm
 * of that key, for us, and its time is now.  It has a subject then.
 * E_NOAUTH with the reason in c->why otherwise.
 */
enum err jwt_open(struct ctx *c, const struct jwt_rules *rules,
    const char *token, const struct cJSON **ret_claims) MUST_USE;

#endif
