#include "web/link.h"

#include <string.h>

#include "base/hash.h"
#include "base/hex.h"
#include "base/text.h"

static void
sign(const char *secret, const char *purpose, const char *claim,
    size_t claim_len, unsigned char ret_mac[HASH_SIZE])
{
	const struct hash_part parts[] = {
		{ purpose, strlen(purpose) },
		{ "\n", 1 },
		{ claim, claim_len },
	};

	hash_mac(secret, strlen(secret), parts, COUNT(parts), ret_mac);
}

char *
link_make(struct ctx *c, struct conf_list secrets, const char *purpose,
    const char *subject, int64_t expires_seconds)
{
	char *claim = arena_printf(c->mem, "%s.%lld", subject,
	    (long long)expires_seconds);
	unsigned char mac[HASH_SIZE];

	sign(secrets.values[0], purpose, claim, strlen(claim), mac);
	return arena_printf(c->mem, "%s.%s", claim,
	    hex_text(c->mem, mac, sizeof(mac)));
}

/* All secrets are tried, found or not: time tells nothing. */
static int
signed_by_one(struct conf_list secrets, const char *purpose,
    const char *claim, size_t claim_len, const unsigned char mac[HASH_SIZE])
{
	unsigned char ours[HASH_SIZE];
	size_t i;
	int good = 0;

	for (i = 0; i < secrets.count; i++) {
		sign(secrets.values[i], purpose, claim, claim_len, ours);
		good |= hash_equal(ours, mac, HASH_SIZE);
	}
	return good;
}

const char *
link_open(struct ctx *c, struct conf_list secrets, const char *purpose,
    const char *token)
{
	unsigned char mac[HASH_SIZE];
	const char *dot, *last;
	int64_t expires;

	if (strlen(token) > LINK_TOKEN_MAX)
		return NULL;
	dot = strchr(token, '.');
	last = strrchr(token, '.');
	if (dot == NULL || dot == token || dot == last ||
	    !text_number(dot + 1, (size_t)(last - dot - 1), &expires) ||
	    /* One token has one spelling: ours, in small digits. */
	    strpbrk(last, "ABCDEF") != NULL ||
	    !hex_bytes(last + 1, strlen(last + 1), mac, sizeof(mac)))
		return NULL;
	if (!signed_by_one(secrets, purpose, token, (size_t)(last - token),
	    mac) || expires < ctx_seconds(c))
		return NULL;
	return arena_copy(c->mem, token, (size_t)(dot - token));
}
