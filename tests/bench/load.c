/*
 * load: many clients of one server, and how long each waited.
 *
 *	load --port N --path P [--body FILE ...] [--connections N] [--rate N]
 *	    [--seconds N] [--first N] [--count N] [--around 1] [--repeat PERCENT]
 *	    [--again 1] [--answered FILE]
 *
 * Message after message, from number --first on and --count of them at most
 * (--around: then from the first again).  Without --rate every connection asks
 * anew as soon as it is answered; with it so many are due each second, whether
 * those before are answered or not, and a wait counts from when one was due.
 *
 * --repeat sends so many of a hundred a second time.  --again sends what was
 * not answered by 200 again, as a provider would.  The numbers that were answered
 * by 200 go into --answered.  In the end one line of JSON says how it went.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/ctx.h"
#include "histogram.h"
#include "message.h"

enum {
	ANSWER_MAX = 16 * 1024,
	EVENTS = 256,
	MICROS = 1000000,
	PAUSE = 20000,       /* before what failed is asked again */
	PATIENCE = 10 * MICROS /* for the last answers */
};

struct connection {
	int fd; /* -1: none */
	int busy;
	int64_t number, since, not_before;
	int again;    /* this number is to be sent once more */
	int repeated; /* it was answered before */
	size_t len, sent, got;
	char request[MESSAGE_MAX], answer[ANSWER_MAX];
};

static struct message message;
static long port, connections = 16, rate, seconds = 3, first, most = -1,
    around, repeat, again;
static const char *answered_file;
static FILE *answered;

static struct connection *all;
static int poller;
static int64_t started, ends, next_number, due, sent_of_due;
static struct histogram waits;
static long by_status[600], broken, repeats, in_time;

static int64_t
micros(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * MICROS + ts.tv_nsec / 1000;
}

static void
die(const char *what)
{
	perror(what);
	exit(2);
}

/* --- One connection ---------------------------------------------------------- */

static void
hang_up(struct connection *k)
{
	if (k->fd >= 0)
		close(k->fd);
	k->fd = -1;
}

static void
call(struct connection *k)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	struct epoll_event want = { .events = EPOLLIN | EPOLLOUT | EPOLLET,
		.data.ptr = k };
	int one = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	k->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (k->fd < 0)
		die("socket");
	setsockopt(k->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(k->fd, (struct sockaddr *)&to, sizeof(to)) != 0 &&
	    errno != EINPROGRESS)
		die("connect");
	if (epoll_ctl(poller, EPOLL_CTL_ADD, k->fd, &want) != 0)
		die("epoll");
}

/* 1: something goes out.  0: there is nothing left to be sent. */
static int
choose(struct connection *k)
{
	k->repeated = 0;
	if (k->again)
		return 1;
	if (repeat > 0 && k->got > 0 && next_number % 100 < repeat &&
	    k->number >= 0) {
		k->repeated = 1;
		repeats++;
		next_number++; /* or it would be repeated for ever */
		return 1;
	}
	if (most >= 0 && next_number >= first + most) {
		if (!around)
			return 0;
		next_number = first;
	}
	k->number = next_number++;
	return 1;
}

static void
pump(struct connection *k)
{
	ssize_t n;

	while (k->sent < k->len) {
		n = send(k->fd, k->request + k->sent, k->len - k->sent,
		    MSG_NOSIGNAL);
		if (n <= 0)
			return;
		k->sent += (size_t)n;
	}
}

static void
ask(struct connection *k, int64_t since)
{
	if (!choose(k))
		return;
	if (k->fd < 0)
		call(k);
	k->busy = 1;
	k->since = since;
	k->again = 0;
	k->sent = k->got = 0;
	k->len = message_write(&message, k->number, k->request);
	pump(k);
}

/* --- Answers -------------------------------------------------------------------- */

static void
over(struct connection *k, int status)
{
	int64_t now = micros();

	k->busy = 0;
	if (status == 200) {
		histogram_add(&waits, now - k->since);
		in_time += now <= ends;
		if (answered != NULL && !k->repeated)
			fprintf(answered, "%" PRId64 "\n", k->number);
		return;
	}
	k->not_before = now + PAUSE;
	k->again = again;
}

static void
lost(struct connection *k)
{
	hang_up(k);
	if (!k->busy)
		return; /* a kept one that the server had enough of */
	broken++;
	over(k, 0);
}

/* Is the answer whole? */
static int
is_whole(const struct connection *k)
{
	const char *body = strstr(k->answer, "\r\n\r\n"), *length;

	if (body == NULL)
		return 0;
	length = strcasestr(k->answer, "\r\nContent-Length: ");
	if (length != NULL && length < body)
		return k->got - (size_t)(body + 4 - k->answer) >=
		    (size_t)strtol(length + 18, NULL, 10);
	return k->got >= 5 &&
	    memcmp(k->answer + k->got - 5, "0\r\n\r\n", 5) == 0;
}

static void
take(struct connection *k)
{
	long status = strtol(k->answer + strlen("HTTP/1.1 "), NULL, 10);

	by_status[status > 0 && status < 600 ? status : 0]++;
	if (strstr(k->answer, "\r\nConnection: close") != NULL)
		hang_up(k);
	over(k, (int)status);
}

static void
happen(struct connection *k)
{
	ssize_t n;

	if (k->busy)
		pump(k);
	for (;;) {
		n = recv(k->fd, k->answer + k->got, ANSWER_MAX - 1 - k->got, 0);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			lost(k);
			return;
		}
		k->got += (size_t)n;
		k->answer[k->got] = '\0';
		if (k->busy && is_whole(k)) {
			take(k);
			return;
		}
	}
}

/* --- All of them ------------------------------------------------------------------ */

/* Whoever is free asks, if it is time to.  How many still wait for an answer. */
static long
go_on(int64_t now)
{
	long i, busy = 0;

	for (i = 0; i < connections; i++) {
		struct connection *k = &all[i];

		if (!k->busy && now >= k->not_before &&
		    (now < ends || k->again)) {
			if (rate == 0)
				ask(k, now);
			else if (due <= now && now < ends) {
				ask(k, due);
				due = started + ++sent_of_due * MICROS / rate;
			}
		}
		busy += k->busy || k->again;
	}
	return busy;
}

static int64_t
pause_until(int64_t now)
{
	int64_t until = now + PAUSE;

	if (rate > 0 && due < until)
		until = due;
	return until > now ? until - now : 0;
}

static void
run(void)
{
	struct epoll_event events[EVENTS];
	struct timespec wait = { 0 };
	int64_t now = micros();
	int i, n;

	started = due = now;
	ends = now + seconds * MICROS;
	while (go_on(now) > 0 || now < ends) {
		if (now > ends + PATIENCE ||
		    (most >= 0 && !around && next_number >= first + most &&
		    go_on(now) == 0))
			break;
		wait.tv_nsec = pause_until(now) * 1000;
		n = epoll_pwait2(poller, events, EVENTS, &wait, NULL);
		for (i = 0; i < n; i++)
			happen(events[i].data.ptr);
		now = micros();
	}
	if (now < ends)
		ends = now;
}

static void
report(void)
{
	double took = (double)(ends - started) / MICROS;
	const char *comma = "";
	size_t i;

	printf("{\"seconds\":%.3f,\"connections\":%ld,\"rate\":%ld,"
	    "\"perSecond\":%.1f,\"broken\":%ld,\"repeats\":%ld,\"next\":%"
	    PRId64 ",\"status\":{", took, connections, rate,
	    (double)in_time / took, broken, repeats, next_number);
	for (i = 0; i < COUNT(by_status); i++) {
		if (by_status[i] == 0)
			continue;
		printf("%s\"%zu\":%ld", comma, i, by_status[i]);
		comma = ",";
	}
	fputs("},", stdout);
	histogram_print(&waits, stdout);
	puts("}");
}

/* --- Start ---------------------------------------------------------------------- */

static void
usage(void)
{
	fputs("usage: load --port N " MESSAGE_USAGE "\n"
	    "    [--connections N] [--rate N] [--seconds N] [--first N]\n"
	    "    [--count N] [--around 1] [--repeat PERCENT] [--again 1]\n"
	    "    [--answered FILE]\n", stderr);
	exit(2);
}

static int
take_option(const char *name, const char *value)
{
	const struct {
		const char *name;
		long *number;
	} options[] = { { "--port", &port }, { "--connections", &connections },
		{ "--rate", &rate }, { "--seconds", &seconds },
		{ "--first", &first }, { "--count", &most },
		{ "--around", &around }, { "--repeat", &repeat },
		{ "--again", &again } };
	size_t i;

	if (strcmp(name, "--answered") == 0) {
		answered_file = value;
		return 1;
	}
	for (i = 0; i < COUNT(options); i++)
		if (strcmp(name, options[i].name) == 0) {
			*options[i].number = strtol(value, NULL, 10);
			return 1;
		}
	return message_option(&message, name, value);
}

int
main(int argc, char **argv)
{
	long i;
	int a;

	for (a = 1; a + 1 < argc; a += 2)
		if (!take_option(argv[a], argv[a + 1]))
			usage();
	if (a != argc || port <= 0 || connections <= 0 || message.path == NULL)
		usage();
	if (!message_open(&message))
		die(message.body_file);
	if (answered_file != NULL &&
	    (answered = fopen(answered_file, "a")) == NULL)
		die(answered_file);
	all = calloc((size_t)connections, sizeof(*all));
	poller = epoll_create1(EPOLL_CLOEXEC);
	if (all == NULL || poller < 0)
		die("start");
	for (i = 0; i < connections; i++)
		all[i].fd = all[i].number = -1;
	next_number = first;
	run();
	report();
	if (answered != NULL)
		fclose(answered);
	return 0;
}
