/*
 * token: sign-ins as a service makes them, by a secret of its own.
 */
#ifndef UNIT_TOKEN_H
#define UNIT_TOKEN_H

#include <string.h>

#include <openssl/evp.h>

#include "base/hash.h"
#include "unit.h"

#define TOKEN_SECRET "a-secret-of-a-sign-in-service-0123456789"
#define TOKEN_HEAD "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"

static inline char *
token_base64(struct ctx *c, const void *bytes, size_t len)
{
	char *text = arena_alloc(c->mem, len / 3 * 4 + 5), *p;

	EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
	for (p = text; *p != '\0'; p++)
		*p = (char)(*p == '+' ? '-' : *p == '/' ? '_' : *p);
	text[strcspn(text, "=")] = '\0';
	return text;
}

/* The token of these claims under head, signed by secret. */
static inline char *
token_make(struct ctx *c, const char *head, const char *claims,
    const char *secret)
{
	char *text = arena_printf(c->mem, "%s.%s",
	    token_base64(c, head, strlen(head)),
	    token_base64(c, claims, strlen(claims)));
	const struct hash_part part = { text, strlen(text) };
	unsigned char mac[HASH_SIZE];

	hash_mac(secret, strlen(secret), &part, 1, mac);
	return arena_printf(c->mem, "%s.%s", text,
	    token_base64(c, mac, sizeof(mac)));
}

#endif
