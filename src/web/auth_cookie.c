#include "web/auth_cookie.h"

#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/hex.h"
#include "base/json.h"
#include "web/req.h"

static const char encoded[] = "base64-";

/* The cookies called name, name.0 … name.9. */
struct pieces {
	const char *name;
	const char *whole;
	const char *piece[AUTH_COOKIE_PIECES];
};

static void
keep_piece(void *arg, const char *name, const char *value)
{
	struct pieces *p = arg;
	const char *rest = name + strlen(p->name);

	/* Of two with one name the browser sends the closer one first. */
	if (*rest == '\0' && p->whole == NULL)
		p->whole = value;
	if (rest[0] == '.' && rest[1] >= '0' && rest[1] <= '9' &&
	    rest[2] == '\0' && p->piece[rest[1] - '0'] == NULL)
		p->piece[rest[1] - '0'] = value;
}

static const char *
cookie_value(struct ctx *c, const struct req *rq, const char *name)
{
	struct pieces p = { .name = name };
	struct buf joined;
	size_t i;

	req_cookies(c, rq, name, keep_piece, &p);
	if (p.whole != NULL || p.piece[0] == NULL)
		return p.whole;
	joined = buf_make(c->mem, AUTH_COOKIE_MAX);
	for (i = 0; i < COUNT(p.piece) && p.piece[i] != NULL; i++)
		buf_text(&joined, p.piece[i]);
	return joined.bytes;
}

/* In place. */
static void
decode_percents(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text == '%' && hex_bytes(text + 1, strnlen(text + 1, 2),
		    to, 1)) {
			to++;
			text += 2;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* The token in a service's own JSON; NULL if there is none. */
static const char *
token_of_json(struct ctx *c, const char *text)
{
	struct cJSON *tree;

	if (json_parse(c, text, strlen(text), &tree) != OK) {
		ctx_forgive(c);
		return NULL;
	}
	/* Older ones are a list with the token in front. */
	return *text == '[' ? json_item_text(tree, 0)
			    : json_text(tree, "access_token");
}

const char *
auth_cookie_token(struct ctx *c, const struct req *rq, const char *name)
{
	const char *value = cookie_value(c, rq, name);
	size_t len;
	char *text;

	if (value == NULL || *value == '\0' || strlen(value) > AUTH_COOKIE_MAX)
		return NULL;
	text = arena_dup(c->mem, value);
	decode_percents(text);
	len = sizeof(encoded) - 1;
	if (strncmp(text, encoded, len) == 0)
		text = (char *)base64_bytes(c->mem, text + len,
		    strlen(text + len), &len);
	if (text == NULL)
		return NULL;
	return *text == '{' || *text == '[' ? token_of_json(c, text) : text;
}
