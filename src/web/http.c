#include "web/http.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/fault.h"
#include "base/now.h"
#include "base/wipe.h"

/* More than so many that nobody uses are not kept. */
enum { CONNECT_MS = 5000, LINES_KEPT = 32 };

struct http {
	char *agent;
};

/* What one call at a time goes through: libcurl's handle has its connection. */
struct line {
	CURL *easy;
	struct arena *mem; /* what the last call collected */
	struct line *next;
};

/* Those that nobody uses now, the last one first; and how many clients are. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct line *idle;
static unsigned int lines, clients;

/* One call while it runs. */
struct call {
	struct ctx *c;
	struct buf body;
	struct http_field *fields;
	size_t field_bytes;
	int fields_ended; /* the empty line came */
	const char *why;  /* why we hung up ourselves */
};

void
http_global_init(void)
{
	/* It copies keys into its options and headers, and only frees them. */
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wipe_free,
	    wipe_realloc, strdup, calloc) != CURLE_OK)
		abort();
}

static void
end_line(struct line *l)
{
	curl_easy_cleanup(l->easy);
	arena_free(l->mem);
	free(l);
}

static struct line *
new_line(void)
{
	struct line *l = calloc(1, sizeof(*l));

	if (l == NULL)
		abort();
	l->easy = curl_easy_init();
	l->mem = arena_new();
	if (l->easy == NULL)
		abort();
	return l;
}

static struct line *
pop_line(void)
{
	struct line *l = idle;

	if (l != NULL) {
		idle = l->next;
		lines--;
	}
	return l;
}

static struct line *
take_line(void)
{
	struct line *l;

	pthread_mutex_lock(&lock);
	l = pop_line();
	pthread_mutex_unlock(&lock);
	return l != NULL ? l : new_line();
}

static void
give_line(struct line *l)
{
	int kept;

	pthread_mutex_lock(&lock);
	kept = lines < LINES_KEPT;
	if (kept) {
		l->next = idle;
		idle = l;
		lines++;
	}
	pthread_mutex_unlock(&lock);
	if (!kept)
		end_line(l);
}

struct http *
http_new(const char *agent)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL)
		abort();
	h->agent = strdup(agent);
	if (h->agent == NULL)
		abort();
	pthread_mutex_lock(&lock);
	clients++;
	pthread_mutex_unlock(&lock);
	return h;
}

void
http_free(struct http *h)
{
	struct line *l;

	if (h == NULL)
		return;
	pthread_mutex_lock(&lock);
	if (--clients == 0)
		while ((l = pop_line()) != NULL)
			end_line(l);
	pthread_mutex_unlock(&lock);
	free(h->agent);
	free(h);
}

static size_t
take_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct call *call = arg;

	buf_add(&call->body, bytes, size * n);
	if (!buf_full(&call->body))
		return size * n;
	call->why = "the answer is too big";
	return 0;
}

static char *
trimmed(struct arena *a, const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p) != NULL)
		p++;
	while (p < end && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	return arena_copy(a, p, (size_t)(end - p));
}

static size_t
take_header(char *line, size_t size, size_t n, void *arg)
{
	struct call *call = arg;
	struct arena *a = call->c->mem;
	const char *end = line + size * n;
	const char *colon = memchr(line, ':', size * n);
	struct http_field *field;

	call->field_bytes += size * n;
	if (call->field_bytes > HTTP_HEADERS_MAX) {
		call->why = "the headers are too big";
		return 0;
	}
	/* A status line begins anew: what came before was a 1xx answer. */
	if (size * n >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		call->fields = NULL;
		call->fields_ended = 0;
		return size * n;
	}
	if (*line == '\r' || *line == '\n')
		call->fields_ended = 1;
	if (colon != NULL && colon > line) {
		field = arena_alloc(a, sizeof(*field));
		field->name = trimmed(a, line, colon);
		field->value = trimmed(a, colon + 1, end);
		field->next = call->fields;
		call->fields = field;
	}
	return size * n;
}

/* The list of header lines; the caller frees it. */
static struct curl_slist *
header_lines(const char *const *headers)
{
	/* An empty Expect stops libcurl from waiting for "100 Continue". */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *more;

	for (; list != NULL && headers != NULL && *headers != NULL; headers++) {
		assert(strpbrk(*headers, "\r\n") == NULL);
		more = curl_slist_append(list, *headers);
		if (more == NULL)
			abort();
		list = more;
	}
	if (list == NULL)
		abort();
	return list;
}

static void
set_policy(CURL *easy, const char *url)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L); /* there are threads */
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION,
	    TWIN("redirect") ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	/* One option under two names: the old one warns since 7.85. */
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS,
	    (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	/* Plain http is only for this machine: no proxy has a part in it. */
	if (strncasecmp(url, "http://", 7) == 0)
		curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
}

static void
set_request(CURL *easy, const struct http_request *rq)
{
	curl_easy_setopt(easy, CURLOPT_URL, rq->url);
	if (rq->bearer != NULL) {
		/* Not as a header line: those would be left in the heap. */
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, rq->bearer);
	}
	if (rq->body != NULL || strcmp(rq->method, "POST") == 0) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)(rq->body == NULL ? 0 : rq->body_len));
		/* The bytes are not copied: they outlive the call. */
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
		    rq->body == NULL ? "" : rq->body);
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, rq->method);
}

/* Would another try end the same way? */
static int
permanent(CURLcode code)
{
	switch (code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CIPHER:
	case CURLE_WRITE_ERROR: /* it is us who hung up: too big */
		return 1;
	default:
		return 0;
	}
}

static struct http_answer
answer_of(struct call *call, CURL *easy, CURLcode code)
{
	struct http_answer a = { .fields = call->fields };
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	/* strerror and not the error buffer: that one may hold URLs. */
	if (code != CURLE_OK)
		a.why = call->why != NULL ? call->why
					  : curl_easy_strerror(code);
	else if (status == 0 || !call->fields_ended)
		a.why = "the answer was cut short"; /* libcurl lets it pass */
	if (a.why != NULL) {
		a.hopeless = permanent(code);
		return a;
	}
	a.status = (int)status;
	a.body = arena_copy(call->c->mem, call->body.bytes, call->body.len);
	a.body_len = call->body.len;
	return a;
}

/* Other protocols are libcurl's to refuse, but it says so with the same code
 * as for an answer whose first bytes are not HTTP. */
static int
speaks_http(const char *url)
{
	return strncasecmp(url, "http://", 7) == 0 ||
	    strncasecmp(url, "https://", 8) == 0;
}

/* Keeps connections and TLS sessions, forgets the last request. */
static void
perform(struct line *l, const struct http *h, const struct http_request *rq,
    struct call *call, int64_t left, struct http_answer *ret)
{
	struct curl_slist *fields = header_lines(rq->headers);
	CURLcode code;

	curl_easy_reset(l->easy);
	set_policy(l->easy, rq->url);
	set_request(l->easy, rq);
	curl_easy_setopt(l->easy, CURLOPT_HTTPHEADER, fields);
	curl_easy_setopt(l->easy, CURLOPT_USERAGENT, h->agent);
	curl_easy_setopt(l->easy, CURLOPT_TIMEOUT_MS, (long)left);
	curl_easy_setopt(l->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(l->easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(l->easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(l->easy, CURLOPT_HEADERDATA, call);
	FAULT_POINT("call");
	code = curl_easy_perform(l->easy);
	FAULT_POINT("answered");
	*ret = answer_of(call, l->easy, code);
	/* The handle must not keep pointers to what ends here. */
	curl_easy_reset(l->easy);
	curl_slist_free_all(fields);
}

void
http_call(struct ctx *c, struct http *h, const struct http_request *rq,
    struct http_answer *ret)
{
	struct call call = { .c = c };
	int64_t left = (rq->deadline - now_monotonic()) / 1000;
	struct line *l;

	if (left <= 0) {
		*ret = (struct http_answer){ .why = "no time left to call" };
		return;
	}
	if (!speaks_http(rq->url)) {
		*ret = (struct http_answer){ .why = "not a web address",
			.hopeless = 1 };
		return;
	}
	l = take_line();
	arena_reset(l->mem);
	call.body = buf_make(l->mem, HTTP_BODY_MAX);
	perform(l, h, rq, &call, left, ret);
	give_line(l);
}

const char *
http_header(const struct http_answer *a, const char *name)
{
	const struct http_field *field;

	for (field = a->fields; field != NULL; field = field->next)
		if (strcasecmp(field->name, name) == 0)
			return field->value;
	return NULL;
}
