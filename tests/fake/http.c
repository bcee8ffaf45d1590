#include "http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct http {
	struct MHD_Daemon *daemon;
	http_handler *fn;
	void *arg;
};

/* One request on its way in. */
struct call {
	char *uri;
	struct buf body;
	int seen, too_long;
};

/* An answer that breaks off: what is left to send before it does. */
struct half {
	char *p;
	size_t n;
};

const char *
hreq_header(const struct hreq *rq, const char *name)
{
	return MHD_lookup_connection_value(rq->conn, MHD_HEADER_KIND, name);
}

int
hreq_is(const struct hreq *rq, const char *method, const char *path)
{
	return strcmp(rq->method, method) == 0 && strcmp(rq->path, path) == 0;
}

void
hresp_header(struct hresp *rs, const char *fmt, ...)
{
	va_list ap;

	if (rs->headers == HTTP_HEADERS_MAX)
		abort();
	va_start(ap, fmt);
	rs->header[rs->headers++] = xvformat(fmt, ap);
	va_end(ap);
}

void
hresp_json(struct hresp *rs, int status, cJSON *o)
{
	char *text = cJSON_PrintUnformatted(o);

	rs->status = status;
	rs->type = "application/json";
	buf_puts(&rs->body, text);
	cJSON_free(text);
	cJSON_Delete(o);
}

void
hresp_refuse(struct hresp *rs, int status, const char *fmt, ...)
{
	cJSON *o = cJSON_CreateObject();
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	js_set_str(o, "error", text);
	hresp_json(rs, status, o);
}

void
hresp_see_other(struct hresp *rs, const char *url)
{
	rs->status = 303;
	rs->type = "text/plain";
	hresp_header(rs, "Location: %s", url);
}

static ssize_t
half_read(void *arg, uint64_t pos, char *out, size_t max)
{
	struct half *h = arg;
	size_t n = h->n - (size_t)pos;

	if (n == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = n < max ? n : max;
	memcpy(out, h->p + pos, n);
	return (ssize_t)n;
}

static void
half_free(void *arg)
{
	struct half *h = arg;

	free(h->p);
	free(h);
}

static struct MHD_Response *
response(struct hresp *rs)
{
	struct MHD_Response *ret;
	struct half *half;

	if (rs->cut == CUT_NO)
		return MHD_create_response_from_buffer(rs->body.n,
		    rs->body.p == NULL ? "" : rs->body.p,
		    MHD_RESPMEM_MUST_COPY);
	half = xalloc(sizeof(*half));
	half->n = rs->body.n / 2;
	half->p = xstrndup(rs->body.p == NULL ? "" : rs->body.p, half->n);
	ret = MHD_create_response_from_callback(rs->body.n + 1, 4096,
	    half_read, half, half_free);
	return ret;
}

static enum MHD_Result
answer(struct MHD_Connection *conn, struct hresp *rs)
{
	struct MHD_Response *r;
	enum MHD_Result ret;
	char *value;
	int i;

	r = response(rs);
	if (r == NULL)
		return MHD_NO;
	if (rs->type != NULL)
		MHD_add_response_header(r, "Content-Type", rs->type);
	for (i = 0; i < rs->headers; i++) {
		value = strstr(rs->header[i], ": ");
		*value = '\0';
		MHD_add_response_header(r, rs->header[i], value + 2);
	}
	ret = MHD_queue_response(conn, (unsigned)rs->status, r);
	MHD_destroy_response(r);
	return ret;
}

static enum MHD_Result
handle(struct http *h, struct MHD_Connection *conn, const char *method,
    struct call *call)
{
	struct hreq rq = { .method = method, .conn = conn };
	struct hresp rs = { .status = 200 };
	enum MHD_Result ret = MHD_NO;
	char *mark;
	int i;

	rq.path = xstrdup(call->uri);
	mark = strchr(rq.path, '?');
	rq.query = mark == NULL ? "" : mark + 1;
	if (mark != NULL)
		*mark = '\0';
	buf_add(&call->body, "", 0);
	rq.body = call->body.p;
	rq.len = call->body.n;
	if (url_decode(rq.path, 0) != 0)
		hresp_refuse(&rs, 400, "broken path");
	else if (call->too_long)
		hresp_refuse(&rs, 413, "body too long");
	else
		h->fn(h->arg, &rq, &rs);
	if (rs.cut != CUT_ALL)
		ret = answer(conn, &rs);
	for (i = 0; i < rs.headers; i++)
		free(rs.header[i]);
	buf_free(&rs.body);
	free(rq.path);
	return ret;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *conn, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **slot)
{
	struct call *call = *slot;

	(void)url;
	(void)version;
	if (!call->seen) {
		call->seen = 1;
		return MHD_YES;
	}
	if (*len == 0)
		return handle(arg, conn, method, call);
	if (call->body.n + *len > HTTP_BODY_MAX)
		call->too_long = 1;
	else
		buf_add(&call->body, data, *len);
	*len = 0;
	return MHD_YES;
}

/* The only place where libmicrohttpd shows the query as it was sent. */
static void *
on_uri(void *arg, const char *uri, struct MHD_Connection *conn)
{
	struct call *call = xalloc(sizeof(*call));

	(void)arg;
	(void)conn;
	call->uri = xstrdup(uri);
	return call;
}

static void
on_done(void *arg, struct MHD_Connection *conn, void **slot,
    enum MHD_RequestTerminationCode why)
{
	struct call *call = *slot;

	(void)arg;
	(void)conn;
	(void)why;
	if (call == NULL)
		return;
	free(call->uri);
	buf_free(&call->body);
	free(call);
	*slot = NULL;
}

struct http *
http_start(int port, http_handler *fn, void *arg)
{
	struct http *h = xalloc(sizeof(*h));
	struct sockaddr_in sa = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	h->fn = fn;
	h->arg = arg;
	h->daemon = MHD_start_daemon(
	    MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC |
	    MHD_USE_THREAD_PER_CONNECTION,
	    (uint16_t)port, NULL, NULL, on_request, h,
	    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&sa,
	    MHD_OPTION_URI_LOG_CALLBACK, on_uri, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL,
	    MHD_OPTION_CONNECTION_TIMEOUT, 60u,
	    MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
	if (h->daemon != NULL)
		return h;
	free(h);
	return NULL;
}

int
http_port(const struct http *h)
{
	const union MHD_DaemonInfo *info;

	info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
	return info == NULL ? -1 : info->port;
}

void
http_stop(struct http *h)
{
	MHD_stop_daemon(h->daemon);
	free(h);
}
