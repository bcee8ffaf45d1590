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

static const char *const purposes[] = { LINK_BOOKING, LINK_SEE };

/* Whoever's it is: what opens must be what one of our secrets makes. */
static void
open_theirs(struct ctx *c, const char *token)
{
	struct link_grant grant;
	size_t i, same = 0, opened = 0, p;

	for (p = 0; p < COUNT(purposes); p++) {
		if (!link_open(c, ours, purposes[p], token, &grant))
			continue;
		opened++;
		for (i = 0; i < ours.count; i++) {
			const struct conf_list one = { secrets + i, 1 };

			same += strcmp(link_make(c, one, &grant), token) == 0;
		}
	}
	if (same != opened || opened > 1)
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

	/* Two numbers and the signature: 2 * (1 + 18) + 1 + 64 at most. */
	if (size > LINK_TOKEN_MAX - 103)
		size = LINK_TOKEN_MAX - 103;
	subject = arena_copy(c->mem, data, size);
	for (i = 0; i < size; i++)
		subject[i] = alphabet[data[i] % 64];
	return subject;
}

static void
must_open(struct ctx *c, const char *token, const struct link_grant *grant)
{
	struct link_grant opened;

	if (!link_open(c, ours, grant->purpose, token, &opened) ||
	    strcmp(opened.subject, grant->subject) != 0 ||
	    opened.serial != grant->serial ||
	    opened.expires != grant->expires)
		abort();
}

static void
must_not_open(struct ctx *c, struct conf_list list, const char *purpose,
    const char *token)
{
	struct link_grant opened;

	if (link_open(c, list, purpose, token, &opened))
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
	struct link_grant grant = {
		.purpose = LINK_BOOKING,
		.subject = subject_of(c, data + 2, size - 2),
		.serial = data[0],
		.expires = now + data[1],
	};
	char *token;

	token = link_make(c, ours, &grant);
	must_open(c, token, &grant);
	must_open(c, link_make(c, older, &grant), &grant);
	must_not_open(c, older, LINK_BOOKING, token);
	must_not_open(c, ours, LINK_SEE, token);
	open_changed(c, token, data);
	grant.expires = now - 1 - data[1];
	must_not_open(c, ours, LINK_BOOKING, link_make(c, ours, &grant));
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
