/*
 * Fuzz: keys.  The input is what AUTH_JWT_KEY may hold; whatever is taken
 * checks signatures of any bytes without harm, and never approves of them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "fuzz.h"
#include "web/jwk.h"

static void
check_rubbish(const struct jwk_set *set, const uint8_t *data, size_t size)
{
	static const enum jwk_alg algorithms[] = { JWK_HS256, JWK_RS256,
		JWK_ES256, JWK_EDDSA };
	static const size_t lengths[] = { 0, 32, 64, 256 };
	unsigned char signature[256] = { 0 };
	size_t i, j;

	memcpy(signature, data, size < sizeof(signature) ? size
	    : sizeof(signature));
	for (i = 0; i < COUNT(algorithms); i++)
		for (j = 0; j < COUNT(lengths); j++) {
			const struct jwk_signed s = { .alg = algorithms[i],
				.kid = "a", .bytes = data, .len = size,
				.signature = signature,
				.signature_len = lengths[j] };

			/* One that is good for any key of small order. */
			if (jwk_verifies(set, &s) &&
			    algorithms[i] != JWK_EDDSA)
				abort();
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jwk_set *set = NULL;
	struct ctx c;
	unsigned int allowed = size == 0 ? 0 : data[0] & 15u;
	char *text;

	ctx_init(&c);
	text = arena_copy(c.mem, data + (size > 0), size - (size > 0));
	if (jwk_read(&c, text, allowed, &set) == OK) {
		if (allowed == 0)
			abort();
		check_rubbish(set, data, size);
		jwk_free(set);
	} else if (c.why == NULL || set != NULL) {
		abort();
	}
	ctx_free(&c);
	return 0;
}
