#include "base/ctx.h"

#include <stdarg.h>
#include <stddef.h>

#include "base/now.h"

void
ctx_init(struct ctx *c)
{
	*c = (struct ctx){ .mem = arena_new() };
	ctx_reset(c);
}

void
ctx_free(struct ctx *c)
{
	arena_free(c->mem);
	*c = (struct ctx){ 0 };
}

void
ctx_reset(struct ctx *c)
{
	arena_reset(c->mem);
	*c = (struct ctx){
		.mem = c->mem,
		.now = now_real(),
		.request_id = "-",
	};
}

int64_t
ctx_seconds(const struct ctx *c)
{
	return c->now / NOW_SECOND;
}

enum err
ctx_fail(struct ctx *c, enum err e, const char *fmt, ...)
{
	va_list ap;

	if (c->why == NULL) {
		va_start(ap, fmt);
		c->why = arena_vprintf(c->mem, fmt, ap);
		va_end(ap);
	}
	return e;
}

enum err
ctx_refuse(struct ctx *c, enum err e, const char *fmt, ...)
{
	va_list ap;
	const char *words;

	va_start(ap, fmt);
	words = arena_vprintf(c->mem, fmt, ap);
	va_end(ap);
	if (c->say == NULL)
		c->say = words;
	if (c->why == NULL)
		c->why = words;
	return e;
}

void
ctx_forgive(struct ctx *c)
{
	c->why = NULL;
	c->say = NULL;
	c->retry_after = 0;
}
