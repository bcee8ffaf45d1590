#include "provider/calendly_uri.h"

#include <string.h>

#include "base/ctx.h"
#include "base/text.h"

enum { ID_MAX = 64 };

static const char id_bytes[] = "abcdefghijklmnopqrstuvwxyz"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

static const char *const roots[] = { "https://api.calendly.com/",
	"https://calendly.com/api/v2/" };

int
calendly_uri_is_id(const char *text)
{
	return text != NULL && strlen(text) <= ID_MAX &&
	    text_only(text, id_bytes);
}

static const char *
behind_root(const char *uri)
{
	size_t i;

	for (i = 0; i < COUNT(roots); i++)
		if (strncmp(uri, roots[i], strlen(roots[i])) == 0)
			return uri + strlen(roots[i]);
	return NULL;
}

char *
calendly_uri_id(struct ctx *c, const char *uri, const char *pattern)
{
	const char *p = uri == NULL ? NULL : behind_root(uri), *id = NULL;
	size_t len = 0;

	if (p == NULL)
		return NULL;
	for (; *pattern != '\0'; pattern++) {
		if (*pattern != '*') {
			if (*p++ != *pattern)
				return NULL;
			continue;
		}
		id = p;
		len = strspn(p, id_bytes);
		if (len == 0 || len > ID_MAX)
			return NULL;
		p += len;
	}
	if (*p != '\0' || id == NULL)
		return NULL;
	return arena_copy(c->mem, id, len);
}
