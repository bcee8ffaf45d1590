#include "post.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "util.h"

enum { ANSWER_MAX = 65536 };

struct target {
	char host[128], port[8];
	const char *path;
};

static int
parse_url(const char *url, struct target *ret)
{
	size_t n;

	if (strncmp(url, "http://", 7) != 0)
		return -1;
	url += 7;
	n = strcspn(url, ":/?");
	if (n == 0 || n >= sizeof(ret->host))
		return -1;
	memcpy(ret->host, url, n);
	ret->host[n] = '\0';
	url += n;
	snprintf(ret->port, sizeof(ret->port), "80");
	if (*url == ':') {
		n = strcspn(++url, "/?");
		if (n == 0 || n >= sizeof(ret->port))
			return -1;
		memcpy(ret->port, url, n);
		ret->port[n] = '\0';
		url += n;
	}
	ret->path = *url == '\0' ? "/" : url;
	return 0;
}

static int
is_loopback(const struct sockaddr *sa)
{
	const struct sockaddr_in *in = (const void *)sa;

	return sa->sa_family == AF_INET &&
	    (ntohl(in->sin_addr.s_addr) >> 24) == 127;
}

static int
dial(const struct target *t, int timeout_s, char ret[256])
{
	struct addrinfo hints = { .ai_family = AF_INET,
		.ai_socktype = SOCK_STREAM };
	struct timeval tv = { .tv_sec = timeout_s };
	struct addrinfo *ai;
	int fd;

	if (getaddrinfo(t->host, t->port, &hints, &ai) != 0) {
		snprintf(ret, 256, "no such host");
		return -1;
	}
	fd = -1;
	if (!is_loopback(ai->ai_addr)) {
		snprintf(ret, 256, "not a loopback address");
	} else {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
		if (connect(fd, ai->ai_addr, ai->ai_addrlen) != 0) {
			snprintf(ret, 256, "connect: %s", strerror(errno));
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(ai);
	return fd;
}

static int
write_all(int fd, const char *p, size_t n)
{
	ssize_t w;

	for (; n > 0; p += w, n -= (size_t)w) {
		w = send(fd, p, n, MSG_NOSIGNAL);
		if (w <= 0)
			return -1;
	}
	return 0;
}

/* Everything up to the end of the stream: we asked for Connection: close. */
static int
read_all(int fd, struct buf *b)
{
	char chunk[4096];
	ssize_t n;

	while ((n = recv(fd, chunk, sizeof(chunk), 0)) > 0) {
		if (b->n < ANSWER_MAX)
			buf_add(b, chunk, (size_t)n);
	}
	return n == 0 || b->n > 0 ? 0 : -1;
}

static int
status_of(const struct buf *b, char ret[256])
{
	const char *body;
	int status;

	if (b->p == NULL || sscanf(b->p, "HTTP/1.%*d %d", &status) != 1) {
		snprintf(ret, 256, "the answer is not HTTP");
		return -1;
	}
	body = strstr(b->p, "\r\n\r\n");
	snprintf(ret, 256, "%s", body == NULL ? "" : body + 4);
	return status;
}

int
post_send(const char *url, const char *headers, const char *body,
    int timeout_s, char ret[256])
{
	struct buf rq = { 0 }, rs = { 0 };
	struct target t;
	int fd, status = -1;

	if (parse_url(url, &t) != 0) {
		snprintf(ret, 256, "not an http:// URL");
		return -1;
	}
	fd = dial(&t, timeout_s, ret);
	if (fd < 0)
		return -1;
	buf_printf(&rq, "POST %s HTTP/1.1\r\nHost: %s:%s\r\n%s"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n", t.path, t.host,
	    t.port, headers, strlen(body));
	buf_puts(&rq, body);
	if (write_all(fd, rq.p, rq.n) != 0 || read_all(fd, &rs) != 0)
		snprintf(ret, 256, "no answer: %s", strerror(errno));
	else
		status = status_of(&rs, ret);
	close(fd);
	buf_free(&rq);
	buf_free(&rs);
	return status;
}
