#include "loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/ctx.h"

enum { REQUESTS_MAX = 16, REQUEST_SIZE = 128 << 10 };

struct loopback {
	const struct loopback_step *steps;
	size_t step_count;
	int fd;
	char url[64];
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	int requests, connections;
	char *request[REQUESTS_MAX];
};

static void
die(const char *what)
{
	perror(what);
	abort();
}

/* How long the request in bytes will be; 0 while that cannot be told. */
static size_t
request_length(const char *bytes)
{
	const char *end = strstr(bytes, "\r\n\r\n"), *p;
	size_t body = 0;

	if (end == NULL)
		return 0;
	for (p = bytes; p < end; p = strstr(p, "\r\n") + 2)
		if (strncasecmp(p, "Content-Length:", 15) == 0)
			body = (size_t)strtoul(p + 15, NULL, 10);
	return (size_t)(end - bytes) + 4 + body;
}

/* One whole request, in malloc's memory; NULL if the client went away. */
static char *
receive(int fd)
{
	char *bytes = calloc(1, REQUEST_SIZE + 1);
	size_t len = 0, want;
	ssize_t n;

	if (bytes == NULL)
		die("calloc");
	for (;;) {
		want = request_length(bytes);
		if (want != 0 && len >= want)
			return bytes;
		n = len == REQUEST_SIZE
		    ? 0
		    : recv(fd, bytes + len, REQUEST_SIZE - len, 0);
		if (n <= 0) {
			free(bytes);
			return NULL;
		}
		len += (size_t)n;
	}
}

/* Answers one request; 0 when the connection is over. */
static int
serve_one(struct loopback *l, int fd)
{
	static const struct loopback_step over = { 0 };
	const struct loopback_step *step = &over;
	char *bytes = receive(fd);
	struct pollfd client = { .fd = fd, .events = POLLIN };
	size_t len, sent;
	ssize_t n = 0;

	if (bytes == NULL)
		return 0;
	pthread_mutex_lock(&l->lock);
	if ((size_t)l->requests < l->step_count)
		step = &l->steps[l->requests];
	if (l->requests < REQUESTS_MAX)
		l->request[l->requests] = bytes;
	else
		free(bytes);
	l->requests++;
	pthread_mutex_unlock(&l->lock);
	if (step->bytes == NULL)
		return 0;
	/* A client that gives up closes: there is something to read. */
	poll(&client, 1, step->delay_ms);
	len = step->len == 0 ? strlen(step->bytes) : step->len;
	for (sent = 0; sent < len && n >= 0; sent += (size_t)n)
		n = send(fd, step->bytes + sent, len - sent, MSG_NOSIGNAL);
	return step->keep && n >= 0;
}

static void *
serve(void *arg)
{
	struct loopback *l = arg;
	int fd;

	while ((fd = accept(l->fd, NULL, NULL)) >= 0) {
		pthread_mutex_lock(&l->lock);
		l->connections++;
		pthread_mutex_unlock(&l->lock);
		while (serve_one(l, fd))
			continue;
		shutdown(fd, SHUT_WR);
		close(fd);
	}
	return NULL;
}

struct loopback *
loopback_start(const struct loopback_step *steps, size_t n)
{
	struct loopback *l = calloc(1, sizeof(*l));
	struct sockaddr_in addr = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(addr);

	if (l == NULL)
		die("calloc");
	l->steps = steps;
	l->step_count = n;
	pthread_mutex_init(&l->lock, NULL);
	l->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (l->fd < 0 ||
	    bind(l->fd, (struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    listen(l->fd, 16) != 0 ||
	    getsockname(l->fd, (struct sockaddr *)&addr, &len) != 0)
		die("loopback");
	snprintf(l->url, sizeof(l->url), "http://127.0.0.1:%d",
	    ntohs(addr.sin_port));
	if (pthread_create(&l->thread, NULL, serve, l) != 0)
		die("pthread_create");
	return l;
}

const char *
loopback_url(const struct loopback *l)
{
	return l->url;
}

int
loopback_requests(struct loopback *l)
{
	int n;

	pthread_mutex_lock(&l->lock);
	n = l->requests;
	pthread_mutex_unlock(&l->lock);
	return n;
}

int
loopback_connections(struct loopback *l)
{
	int n;

	pthread_mutex_lock(&l->lock);
	n = l->connections;
	pthread_mutex_unlock(&l->lock);
	return n;
}

const char *
loopback_request(struct loopback *l, int i)
{
	const char *text = "";

	pthread_mutex_lock(&l->lock);
	if (i < REQUESTS_MAX && l->request[i] != NULL)
		text = l->request[i];
	pthread_mutex_unlock(&l->lock);
	return text;
}

void
loopback_stop(struct loopback *l)
{
	int i;

	/* Wakes the accept; a connection kept open ends with its client. */
	shutdown(l->fd, SHUT_RDWR);
	pthread_join(l->thread, NULL);
	close(l->fd);
	pthread_mutex_destroy(&l->lock);
	for (i = 0; i < REQUESTS_MAX; i++)
		free(l->request[i]);
	free(l);
}

char *
loopback_reply(struct ctx *c, int status, const char *headers,
    const char *body)
{
	return arena_printf(c->mem,
	    "HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n%s", status, headers,
	    (int)strlen(body), body);
}
