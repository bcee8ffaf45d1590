#include "web/resp.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"

enum { REPLY_MAX = 1 << 20 };

void
resp_init(struct ctx *c, struct resp *rs)
{
	*rs = (struct resp){ .status = 200, .data = json_object(c) };
}

void
resp_header(struct ctx *c, struct resp *rs, const char *name, const char *fmt,
    ...)
{
	va_list ap;
	char *value;

	va_start(ap, fmt);
	value = arena_vprintf(c->mem, fmt, ap);
	va_end(ap);
	assert(strpbrk(value, "\r\n") == NULL);
	assert(rs->header_count < RESP_HEADERS);
	rs->headers[rs->header_count++] =
	    arena_printf(c->mem, "%s: %s", name, value);
}

static const char *
failure(struct ctx *c, enum err e)
{
	struct cJSON *body = json_object(c), *error;

	json_set_bool(body, "success", 0);
	error = json_set_object(body, "error");
	json_set_text(error, "code", err_name(e));
	json_set_text(error, "message",
	    c->say != NULL ? c->say : err_words(e));
	json_set_text(error, "requestId", c->request_id);
	return json_print(c, body);
}

static const char *
success(struct ctx *c, const struct resp *rs)
{
	if (rs->text != NULL)
		return rs->text;
	return arena_printf(c->mem, "{\"success\":true,\"data\":%s}",
	    json_print(c, rs->data));
}

const char *
resp_text(struct ctx *c, struct resp *rs, enum err e, size_t *ret_len)
{
	struct buf b = buf_make(c->mem, REPLY_MAX);
	const char *body = NULL, *type = "application/json";
	size_t i;

	if (e != OK)
		rs->status = err_status(e);
	if (rs->status != 204)
		body = e == OK ? success(c, rs) : failure(c, e);
	if (e == OK && rs->text != NULL)
		type = rs->type;
	if (rs->status == 503 && c->retry_after == 0)
		c->retry_after = 2;
	buf_printf(&b, "Status: %d\r\nX-Request-Id: %s\r\n"
	    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n",
	    rs->status, c->request_id);
	if (c->retry_after > 0)
		buf_printf(&b, "Retry-After: %d\r\n", c->retry_after);
	for (i = 0; i < rs->header_count; i++)
		buf_printf(&b, "%s\r\n", rs->headers[i]);
	if (body != NULL)
		buf_printf(&b, "Content-Type: %s\r\nContent-Length: %zu\r\n",
		    type, strlen(body));
	buf_text(&b, "\r\n");
	if (body != NULL)
		buf_text(&b, body);
	*ret_len = b.len;
	return b.bytes;
}
