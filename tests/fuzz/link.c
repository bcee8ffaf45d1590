/*
 * Fuzz: link tokens.  The input is a token of somebody; and then the matter of
 * one of ours, which must open as it was made and not with one byte changed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/now.h"
#include "fuzz.h"
#include "web/link.h"

/* The first one signs; corpus/link holds tokens of all of them. */
static const char *const secrets[] = { "one-link-secret-of-32-bytes-at-least",
	"two-link-secret-of-32-bytes-at-least" };
static const struct conf_list ours = { secrets, 2 };
static const struct conf_list older = { secrets + 1, 1 };

static const int64_t now = INT64_C(1795442700);

/* Whoever's it is: what opens must be what one of our secrets makes. */
static void
open_theirs(struct ctx *c, const char *token)
{
	const char *subject = link_open(c, ours, LINK_BOOKING, token);
	const char *expiry = strchr(token, '.');
	size_t i, same = 0;

	if (subject == NULL)
		return;
	for (i = 0; i < ours.count; i++) {
		const struct conf_list one = { secrets + i, 1 };
		char *again = link_make(c, one, LINK_BOOKING, subject,
		    strtoll(expiry + 1, NULL, 10));

		same += strcmp(again, token) == 0;
	}
	if (same != 1)
		abort();
}

/* The input's bytes as a subject of the alphabet that subjects are made of. */
static char *
subject_of(struct ctx *c, const uint8_t *data, size_t size)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	char *subject;
	size_t i;

	/* Dot, expiry, dot and signature: 1 + 18 + 1 + 64 at most. */
	if (size > LINK_TOKEN_MAX - 84)
		size = LINK_TOKEN_MAX - 84;
	subject = arena_copy(c->mem, data, size);
	for (i = 0; i < size; i++)
		subject[i] = alphabet[data[i] % 64];
	return subject;
}

static void
must_open(struct ctx *c, const char *token, const char *subject)
{
	const char *opened = link_open(c, ours, LINK_BOOKING, token);

	if (opened == NULL || strcmp(opened, subject) != 0)
		abort();
}

static void
must_not_open(struct ctx *c, struct conf_list list, const char *purpose,
    const char *token)
{
	if (link_open(c, list, purpose, token) != NULL)
		abort();
}

/* data[0] and data[1] say which byte of the token changes, and how. */
static void
open_changed(struct ctx *c, char *token, const uint8_t *data)
{
	size_t at = data[0] % strlen(token);

	if (data[1] == 0)
		return;
	token[at] = (char)(token[at] ^ data[1]);
	must_not_open(c, ours, LINK_BOOKING, token);
}

static void
open_ours(struct ctx *c, const uint8_t *data, size_t size)
{
	char *subject = subject_of(c, data + 2, size - 2), *token;
	int64_t expires = now + data[1];

	token = link_make(c, ours, LINK_BOOKING, subject, expires);
	must_open(c, token, subject);
	must_open(c, link_make(c, older, LINK_BOOKING, subject, expires),
	    subject);
	must_not_open(c, older, LINK_BOOKING, token);
	must_not_open(c, ours, "cancel", token);
	must_not_open(c, ours, LINK_BOOKING,
	    link_make(c, ours, LINK_BOOKING, subject, now - 1 - data[1]));
	open_changed(c, token, data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx c;

	ctx_init(&c);
	c.now = now * NOW_SECOND;
	open_theirs(&c, arena_copy(c.mem, data, size));
	if (size > 2)
		open_ours(&c, data, size);
	ctx_free(&c);
	return 0;
}
