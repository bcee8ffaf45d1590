/*
 * resp: the reply, written once after the route has returned.
 */
#ifndef WEB_RESP_H
#define WEB_RESP_H

#include <stddef.h>

#include "base/ctx.h"

struct cJSON;

enum { RESP_HEADERS = 16 };

struct resp {
	int status;          /* 200 unless the route says otherwise */
	struct cJSON *data;  /* of a success; never NULL */
	const char *text;    /* instead of data, of type; or NULL */
	const char *type;
	const char *headers[RESP_HEADERS]; /* "Name: value", in ctx */
	size_t header_count;
};

void resp_init(struct ctx *c, struct resp *rs);

/*
 * Adds a header line.  A value with a CR or LF in it is a bug of ours and
 * asserts: header text is never taken from a request unchecked.
 */
void resp_header(struct ctx *c, struct resp *rs, const char *name,
    const char *fmt, ...) PRINTF_LIKE(4, 5);

/*
 * The whole reply as CGI wants it ("Status: …", headers, blank line, body)
 * for a route that returned e.  Lives in c.
 */
const char *resp_text(struct ctx *c, struct resp *rs, enum err e,
    size_t *ret_len);

#endif
