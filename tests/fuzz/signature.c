/*
 * Fuzz: the signature header.  The input is the header, a NUL and the body;
 * or only a header.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/now.h"
#include "fuzz.h"
#include "provider/signature.h"

static const char *const secrets[] = { "whsec_test_secret", " ", "second" };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct signature_rule stripe = { secrets, 3, 300, 300, 1 };
	struct signature_rule calendly = { secrets, 3, 0, 0, 0 };
	struct ctx c;
	const char *header, *body;
	size_t len;
	enum err e;

	ctx_init(&c);
	c.now = INT64_C(1795442700) * NOW_SECOND;
	header = arena_copy(c.mem, data, size);
	len = strlen(header) < size ? size - strlen(header) - 1 : 0;
	body = arena_copy(c.mem, data + size - len, len);
	e = signature_verify(&c, &stripe, header, body, len);
	/* What the strict rule accepts, the lenient one must. */
	if (e == OK && signature_verify(&c, &calendly, header, body, len) != OK)
		abort();
	if (e != OK && (e != E_SIGNATURE || c.why == NULL))
		abort();
	ctx_free(&c);
	return 0;
}
