#include "web/link.h"

#include <string.h>

#include "base/fault.h"
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
link_make(struct ctx *c, struct conf_list secrets,
    const struct link_grant *grant)
{
	char *claim = arena_printf(c->mem, "%s.%lld.%lld", grant->subject,
	    (long long)grant->serial, (long long)grant->expires);
	unsigned char mac[HASH_SIZE];

	sign(secrets.values[0], grant->purpose, claim, strlen(claim), mac);
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

/* The number between *text and the next dot; *text is moved behind that. */
static int
take_number(const char **text, int64_t *ret)
{
	const char *dot = strchr(*text, '.');

	if (dot == NULL || !text_number(*text, (size_t)(dot - *text), ret))
		return 0;
	*text = dot + 1;
	return 1;
}

int
link_open(struct ctx *c, struct conf_list secrets, const char *purpose,
    const char *token, struct link_grant *ret)
{
	struct link_grant grant = { .purpose = purpose };
	unsigned char mac[HASH_SIZE];
	const char *rest;

	if (strlen(token) > LINK_TOKEN_MAX)
		return 0;
	rest = strchr(token, '.');
	if (rest == NULL || rest == token)
		return 0;
	grant.subject = arena_copy(c->mem, token, (size_t)(rest - token));
	rest++;
	if (!take_number(&rest, &grant.serial) ||
	    !take_number(&rest, &grant.expires) ||
	    /* One token has one spelling: ours, in small digits. */
	    strpbrk(rest, "ABCDEF") != NULL ||
	    !hex_bytes(rest, strlen(rest), mac, sizeof(mac)))
		return 0;
	if (!signed_by_one(secrets, purpose, token, (size_t)(rest - 1 - token),
	    mac) && !TWIN("link-mac"))
		return 0;
	if (grant.expires < ctx_seconds(c) && !TWIN("link-expiry"))
		return 0;
	*ret = grant;
	return 1;
}
