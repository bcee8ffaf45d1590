#include "web/req.h"

#include <string.h>
#include <strings.h>

#include "base/fault.h"
#include "base/text.h"

static const char segment[] = "abcdefghijklmnopqrstuvwxyz"
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

const char *
req_param(const struct req *rq, const char *name)
{
	size_t len = strlen(name);
	char **p;

	for (p = rq->params; *p != NULL; p++)
		if (strncmp(*p, name, len) == 0 && (*p)[len] == '=')
			return (*p)[len + 1] == '\0' ? NULL : *p + len + 1;
	return NULL;
}

void
req_cookies(struct ctx *c, const struct req *rq, const char *prefix,
    req_found *found, void *arg)
{
	const char *header = req_param(rq, "HTTP_COOKIE");
	size_t n, i, len = strlen(prefix);
	char **pairs, *value;

	if (header == NULL)
		return;
	pairs = text_split(c->mem, header, ';', &n);
	for (i = 0; i < n; i++) {
		value = strchr(pairs[i], '=');
		if (value == NULL || strncmp(pairs[i], prefix, len) != 0)
			continue;
		*value++ = '\0';
		found(arg, pairs[i], value);
	}
}

struct wanted {
	const char *name, *value;
};

static void
keep_exact(void *arg, const char *name, const char *value)
{
	struct wanted *w = arg;

	if (w->value == NULL && strcmp(name, w->name) == 0)
		w->value = value;
}

const char *
req_cookie(struct ctx *c, const struct req *rq, const char *name)
{
	struct wanted w = { .name = name };

	req_cookies(c, rq, name, keep_exact, &w);
	return w.value;
}

const char *
req_between(struct ctx *c, const struct req *rq, const char *prefix,
    const char *suffix, size_t max)
{
	size_t before = strlen(prefix), after = strlen(suffix), len;
	const char *middle = rq->path + before;
	char *part;

	if (strncmp(rq->path, prefix, before) != 0 || strlen(middle) < after)
		return NULL;
	len = strlen(middle) - after;
	if (len > max || strcmp(middle + len, suffix) != 0)
		return NULL;
	part = arena_copy(c->mem, middle, len);
	return text_only(part, segment) ? part : NULL;
}

const char *
req_tail(struct ctx *c, const struct req *rq, const char *prefix, size_t max)
{
	return req_between(c, rq, prefix, "", max);
}

int
req_is_json(const struct req *rq)
{
	static const char json[] = "application/json";
	const char *type = req_param(rq, "CONTENT_TYPE");

	if (TWIN("json-type"))
		return 1;
	if (type == NULL || strncasecmp(type, json, sizeof(json) - 1) != 0)
		return 0;
	type += sizeof(json) - 1;
	if (*type != '\0' && strchr("; \t", *type) == NULL)
		return 0;
	type += strspn(type, "; \t");
	return *type == '\0' || strcasecmp(type, "charset=utf-8") == 0 ||
	    strcasecmp(type, "charset=\"utf-8\"") == 0;
}
