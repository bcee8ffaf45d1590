/*
 * flood: many bad clients at once, to see what is left for the good ones.
 *
 *	flood MODE --port N [--path P] [--connections N] [--senders N]
 *	    [--seconds N]
 *
 *	forge      deliveries signed by nobody, as many as there is room for
 *	half-open  half a request, and nothing more
 *	slow-body  a body of one byte per second
 *	slow-read  an answer taken by one byte per second
 *
 * The clients are 127.0.0.2 and its neighbours, as many as --senders says;
 * whoever is thrown out comes again.  In the end one line of JSON says how it
 * went.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/ctx.h"

enum {
	HEAD_MAX = 2048,  /* of an answer: what is looked at */
	EVENTS = 512,
	AT_ONCE = 400,    /* connections that are made in one go */
	PAUSE_MS = 10,    /* before those that failed are made again */
	SMALL_BUFFER = 1024,
	SECOND_MS = 1000
};

struct mode {
	const char *name;
	const char *request; /* printf format, of the path */
	int asks_again;      /* reads the answer whole, then asks again */
	int drips;           /* sends one byte per second */
	int sips;            /* reads one byte per second */
};

static const struct mode modes[] = {
	{ "forge",
	    "POST %s HTTP/1.1\r\nHost: flood\r\n"
	    "Content-Type: application/json\r\n"
	    "Stripe-Signature: t=1,v1=00000000000000000000000000000000"
	    "00000000000000000000000000000000\r\n"
	    "Content-Length: 2\r\n\r\n{}",
	    1, 0, 0 },
	{ "half-open", "POST %s HTTP/1.1\r\nHost: flood\r\nX-Never-Ends: ", 0,
	    0, 0 },
	{ "slow-body",
	    "POST %s HTTP/1.1\r\nHost: flood\r\n"
	    "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{",
	    0, 1, 0 },
	{ "slow-read", "GET %s HTTP/1.1\r\nHost: flood\r\n\r\n", 0, 0, 1 },
};

struct connection {
	int fd;      /* -1: none */
	size_t sent; /* of the request */
	size_t len;
	int64_t not_before; /* milliseconds: nobody comes back at once */
	char head[HEAD_MAX]; /* of the answer, ends in NUL */
};

static const struct mode *mode;
static const char *path = "/api/webhooks/stripe";
static long port, connections = 100, senders = 1, seconds = 10;
static char request[1024];
static size_t request_len;
static struct connection *all;
static int poller;

/* What happened. */
static long open_now, open_most, thrown_out, answers, by_status[600];

static int64_t
milliseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * SECOND_MS + ts.tv_nsec / 1000000;
}

static void
die(const char *what)
{
	perror(what);
	exit(2);
}

/* --- One connection ---------------------------------------------------------- */

static void
lost(struct connection *k)
{
	close(k->fd);
	*k = (struct connection){ .fd = -1,
		.not_before = milliseconds() + SECOND_MS };
	open_now--;
	thrown_out++;
}

/* 127.0.0.2 and so on: nginx counts clients by their address. */
static struct sockaddr_in
address(long last, long at)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)at) };

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)last);
	return a;
}

/* 0: not now. */
static int
call(struct connection *k)
{
	struct sockaddr_in from = address(1 + (k - all) % senders, 0);
	struct sockaddr_in to = address(0, port);
	struct epoll_event want = { .events = EPOLLOUT, .data.ptr = k };
	int one = 1, small = SMALL_BUFFER, fd;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	if (mode->sips)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) != 0 ||
	    (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0 &&
	    errno != EINPROGRESS) ||
	    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &want) != 0) {
		close(fd);
		return 0;
	}
	*k = (struct connection){ .fd = fd };
	if (++open_now > open_most)
		open_most = open_now;
	return 1;
}

/* What to hear of from now on. */
static void
listen_for(struct connection *k, uint32_t events)
{
	struct epoll_event want = { .events = events, .data.ptr = k };

	if (epoll_ctl(poller, EPOLL_CTL_MOD, k->fd, &want) != 0)
		die("epoll_ctl");
}

static void
say(struct connection *k)
{
	ssize_t n = send(k->fd, request + k->sent, request_len - k->sent,
	    MSG_NOSIGNAL);

	if (n < 0) {
		if (errno != EAGAIN)
			lost(k);
		return;
	}
	k->sent += (size_t)n;
	if (k->sent == request_len)
		listen_for(k, mode->sips ? EPOLLRDHUP : EPOLLIN);
}

/* Is a whole answer in k->head?  Ours are short. */
static int
answered(const struct connection *k)
{
	const char *body = strstr(k->head, "\r\n\r\n");
	const char *length = strstr(k->head, "Content-Length: ");

	if (body == NULL || length == NULL)
		return 0;
	return k->len >= (size_t)(body + 4 - k->head) +
	    strtoul(length + 16, NULL, 10);
}

static void
count_answer(struct connection *k)
{
	long status = strtol(k->head + 9, NULL, 10);

	answers++;
	if (status >= 0 && (size_t)status < COUNT(by_status))
		by_status[status]++;
	k->len = k->sent = 0;
}

static void
hear(struct connection *k)
{
	ssize_t n;

	if (k->len == HEAD_MAX - 1)
		k->len = 0; /* longer than ours: only that it ends counts */
	n = recv(k->fd, k->head + k->len, HEAD_MAX - 1 - k->len, 0);
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			lost(k);
		return;
	}
	k->len += (size_t)n;
	k->head[k->len] = '\0';
	if (!answered(k))
		return;
	count_answer(k);
	/* Who was to be slow was refused: nginx lets him go. */
	if (mode->asks_again)
		say(k);
}

/* --- All of them ------------------------------------------------------------- */

static void
call_missing(int64_t now)
{
	long i, made = 0;

	for (i = 0; i < connections && made < AT_ONCE; i++)
		if (all[i].fd < 0 && all[i].not_before <= now && ++made &&
		    !call(&all[i]))
			return;
}

/* Once a second. */
static void
move_slowly(void)
{
	char byte;
	long i;

	for (i = 0; i < connections; i++) {
		struct connection *k = &all[i];

		if (k->fd < 0 || k->sent < request_len)
			continue;
		if (mode->drips && send(k->fd, " ", 1, MSG_NOSIGNAL) < 0 &&
		    errno != EAGAIN)
			lost(k);
		else if (mode->sips && recv(k->fd, &byte, 1, 0) == 0)
			lost(k);
	}
}

static void
happen(const struct epoll_event *e)
{
	struct connection *k = e->data.ptr;

	if (k->fd < 0)
		return;
	if (e->events & (EPOLLERR | EPOLLHUP))
		lost(k);
	else if (e->events & EPOLLOUT)
		say(k);
	else if (e->events & EPOLLIN)
		hear(k);
	else
		lost(k);
}

static void
run(void)
{
	struct epoll_event events[EVENTS];
	int64_t now = milliseconds(), end = now + seconds * SECOND_MS;
	int64_t next_call = now, next_move = now + SECOND_MS;
	int i, n;

	for (; now < end; now = milliseconds()) {
		if (now >= next_call) {
			call_missing(now);
			next_call = now + PAUSE_MS;
		}
		if (now >= next_move) {
			move_slowly();
			next_move = now + SECOND_MS;
		}
		n = epoll_wait(poller, events, EVENTS, PAUSE_MS);
		for (i = 0; i < n; i++)
			happen(&events[i]);
	}
}

static void
report(int64_t took)
{
	const char *comma = "";
	size_t i;

	printf("{\"mode\":\"%s\",\"open\":%ld,\"openMost\":%ld,"
	    "\"thrownOut\":%ld,\"answers\":%ld,\"perSecond\":%" PRId64
	    ",\"status\":{", mode->name, open_now, open_most, thrown_out,
	    answers, answers * SECOND_MS / (took == 0 ? 1 : took));
	for (i = 0; i < COUNT(by_status); i++) {
		if (by_status[i] == 0)
			continue;
		printf("%s\"%zu\":%ld", comma, i, by_status[i]);
		comma = ",";
	}
	printf("}}\n");
}

/* --- Start --------------------------------------------------------------------- */

static void
usage(void)
{
	fputs("usage: flood forge|half-open|slow-body|slow-read --port N\n"
	    "    [--path P] [--connections N] [--senders N] [--seconds N]\n",
	    stderr);
	exit(2);
}

static void
read_arguments(int argc, char **argv)
{
	const struct {
		const char *name;
		long *number;
	} options[] = { { "--port", &port }, { "--connections", &connections },
		{ "--senders", &senders }, { "--seconds", &seconds } };
	size_t i;
	int a;

	for (i = 0; argc > 1 && i < COUNT(modes); i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			mode = &modes[i];
	for (a = 2; a + 1 < argc; a += 2) {
		if (strcmp(argv[a], "--path") == 0)
			path = argv[a + 1];
		for (i = 0; i < COUNT(options); i++)
			if (strcmp(argv[a], options[i].name) == 0)
				*options[i].number =
				    strtol(argv[a + 1], NULL, 10);
	}
	if (mode == NULL || a != argc || port <= 0 || connections <= 0 ||
	    senders <= 0 || senders > 200)
		usage();
}

int
main(int argc, char **argv)
{
	struct rlimit files;
	int64_t start;
	long i;

	read_arguments(argc, argv);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	request_len = (size_t)snprintf(request, sizeof(request),
	    mode->request, path);
	if (request_len >= sizeof(request))
		usage();
	all = calloc((size_t)connections, sizeof(*all));
	poller = epoll_create1(EPOLL_CLOEXEC);
	if (all == NULL || poller < 0)
		die("start");
	for (i = 0; i < connections; i++)
		all[i].fd = -1;
	start = milliseconds();
	run();
	report(milliseconds() - start);
	free(all);
	return 0;
}
