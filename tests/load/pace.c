/*
 * pace: good clients, so many requests a second, whether answers come or not.
 *
 *	pace --port N --rate N --plan FILE
 *
 * A line of the plan is one kind of request, of these columns between tabs:
 *	name	share	method	path	status	signer	header	body
 * It comes as often as its share of all says, and must be answered with that
 * status.  %n in path, header and body is the number of the request in its
 * kind, from 1000 on, %h half of it, so that each comes twice.  signer is "stripe SECRET" or
 * "calendly SECRET", for who signs the body; a column that is "-" is empty.
 *
 * SIGTERM ends it: what is under way is waited for.  Then one line of JSON says
 * how it went; what failed is said on standard error as well.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
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
#include "base/hash.h"

enum {
	CONNECTIONS = 2000,
	KINDS = 32,
	REQUEST_MAX = 16 * 1024,
	ANSWER_MAX = 64 * 1024,
	EVENTS = 256,
	FIRST = 1000,
	SHOWN = 10,           /* failures that are said in words */
	TICK_MS = 1,
	PATIENCE_MS = 15000,  /* longer than any limit of nginx or ours */
	IDLE_MS = 5000,       /* nginx closes those that are idle for long */
	SLOWEST_MS = PATIENCE_MS + 1000,
};

struct kind {
	const char *name, *method, *path, *signer, *header, *body;
	long share, status;
	long sent, good;
};

struct connection {
	int fd; /* -1: none */
	struct kind *kind; /* what is under way; NULL: idle */
	int64_t since;     /* milliseconds: asked, or idle */
	size_t to_send, sent, len;
	char *request, *answer;
};

static struct kind kinds[KINDS];
static size_t kind_count;
static long shares, port, rate = 100;
static struct connection all[CONNECTIONS];
static int poller;
static volatile sig_atomic_t stopping;

/* What happened; failed ones are in no other count. */
static long asked, failed, under_way, by_time[SLOWEST_MS + 1];

static int64_t
milliseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
die(const char *what)
{
	perror(what);
	exit(2);
}

static void
stop(int signal)
{
	(void)signal;
	stopping = 1;
}

/* --- The plan ----------------------------------------------------------------- */

static void
read_line(char *line)
{
	const char *column[8];
	struct kind *k = &kinds[kind_count];
	size_t i;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < COUNT(column); i++) {
		column[i] = strsep(&line, "\t");
		if (column[i] == NULL || kind_count == KINDS) {
			fprintf(stderr, "pace: a plan of %zu columns, or too "
			    "long\n", i);
			exit(2);
		}
		if (strcmp(column[i], "-") == 0)
			column[i] = "";
	}
	*k = (struct kind){ .name = column[0], .method = column[2],
		.path = column[3], .signer = column[5], .header = column[6],
		.body = column[7], .share = strtol(column[1], NULL, 10),
		.status = strtol(column[4], NULL, 10) };
	shares += k->share;
	kind_count++;
}

static void
read_plan(const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	if (f == NULL)
		die(path);
	while (getline(&line, &room, f) > 0) {
		read_line(line);
		line = NULL; /* the kind keeps it */
		room = 0;
	}
	free(line);
	fclose(f);
	if (shares == 0)
		die("no plan");
}

/* Every kind as often as its share, and evenly. */
static struct kind *
next_kind(void)
{
	static long owed[KINDS];
	size_t i, most = 0;

	for (i = 0; i < kind_count; i++) {
		owed[i] += kinds[i].share;
		if (owed[i] > owed[most])
			most = i;
	}
	owed[most] -= shares;
	return &kinds[most];
}

/* --- One request -------------------------------------------------------------- */

/* text with its numbers, of request number n. */
static void
fill(char *into, size_t size, const char *text, long n)
{
	size_t len = 0;

	for (; *text != '\0' && len + 32 < size; text++) {
		if (text[0] == '%' && (text[1] == 'n' || text[1] == 'h')) {
			len += (size_t)snprintf(into + len, size - len, "%ld",
			    FIRST + (text[1] == 'n' ? n : n / 2));
			text++;
		} else {
			into[len++] = *text;
		}
	}
	into[len] = '\0';
}

/* The header of the signer's, or nothing. */
static void
sign(char *into, size_t size, const char *signer, const char *body)
{
	const char *secret = strchr(signer, ' ');
	unsigned char mac[HASH_SIZE];
	char now[24], hex[2 * HASH_SIZE + 1];
	size_t i;

	into[0] = '\0';
	if (secret == NULL)
		return;
	snprintf(now, sizeof(now), "%" PRId64 ".", (int64_t)time(NULL));
	hash_mac(secret + 1, strlen(secret + 1), (const struct hash_part[]){
	    { now, strlen(now) }, { body, strlen(body) } }, 2, mac);
	for (i = 0; i < HASH_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", mac[i]);
	snprintf(into, size, "%s-Signature: t=%.*s,v1=%s\r\n",
	    signer[0] == 's' ? "Stripe" : "Calendly-Webhook",
	    (int)strlen(now) - 1, now, hex);
}

static void
write_request(struct connection *c, const struct kind *k)
{
	char path[512], header[2048], signature[256], body[8192];
	int n;

	fill(path, sizeof(path), k->path, k->sent);
	fill(header, sizeof(header), k->header, k->sent);
	fill(body, sizeof(body), k->body, k->sent);
	sign(signature, sizeof(signature), k->signer, body);
	n = snprintf(c->request, REQUEST_MAX,
	    "%s %s HTTP/1.1\r\nHost: pace\r\n%s%s%s"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	    k->method, path, header, *header == '\0' ? "" : "\r\n", signature,
	    strlen(body), body);
	c->to_send = (size_t)n;
	c->sent = c->len = 0;
}

/* --- One connection ------------------------------------------------------------ */

static void
hang_up(struct connection *c)
{
	if (c->kind != NULL)
		under_way--;
	close(c->fd);
	c->fd = -1;
	c->kind = NULL;
}

static void
fails(const char *name, const char *how, const char *words)
{
	if (failed++ < SHOWN)
		fprintf(stderr, "pace: %s: %s %.300s\n", name, how, words);
}

static void
lost(struct connection *c, const char *how)
{
	if (c->kind != NULL)
		fails(c->kind->name, how, "");
	hang_up(c);
}

static void
listen_for(struct connection *c, uint32_t events, int op)
{
	struct epoll_event want = { .events = events, .data.ptr = c };

	if (epoll_ctl(poller, op, c->fd, &want) != 0)
		die("epoll_ctl");
}

static void
say(struct connection *c)
{
	ssize_t n = send(c->fd, c->request + c->sent, c->to_send - c->sent,
	    MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != ENOTCONN)
		lost(c, "hung up on while asking");
	else if (n > 0 && (c->sent += (size_t)n) == c->to_send)
		listen_for(c, EPOLLIN, EPOLL_CTL_MOD);
}

/* Is a whole answer there? */
static int
answered(const struct connection *c)
{
	const char *body = strstr(c->answer, "\r\n\r\n");
	const char *length = strstr(c->answer, "Content-Length: ");

	if (body == NULL)
		return 0;
	if (length == NULL || length > body)
		return strstr(body, "\r\n0\r\n\r\n") != NULL; /* chunked */
	return c->len >= (size_t)(body + 4 - c->answer) +
	    strtoul(length + 16, NULL, 10);
}

static void
judge(struct connection *c, int64_t now)
{
	int64_t took = now - c->since;
	struct kind *k = c->kind;
	char *body = strstr(c->answer, "\r\n\r\n");

	by_time[took < SLOWEST_MS ? took : SLOWEST_MS]++;
	if (strtol(c->answer + 9, NULL, 10) == k->status) {
		k->good++;
	} else {
		c->answer[strcspn(c->answer, "\r")] = '\0';
		fails(k->name, c->answer + 9, body + 4);
	}
	c->kind = NULL;
	c->since = now;
	under_way--;
}

static void
hear(struct connection *c)
{
	ssize_t n = recv(c->fd, c->answer + c->len, ANSWER_MAX - 1 - c->len,
	    0);
	int last;

	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			lost(c, "hung up on without an answer");
		return;
	}
	c->len += (size_t)n;
	c->answer[c->len] = '\0';
	if (c->kind == NULL || !answered(c))
		return;
	last = strstr(c->answer, "\r\nConnection: close") != NULL;
	judge(c, milliseconds());
	if (last)
		hang_up(c);
}

static int
dial(struct connection *c)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return 0;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0 &&
	    errno != EINPROGRESS) {
		close(c->fd);
		c->fd = -1;
		return 0;
	}
	listen_for(c, EPOLLOUT, EPOLL_CTL_ADD);
	return 1;
}

/* --- All of them --------------------------------------------------------------- */

/* An idle connection, or else a new one; NULL: none can be had. */
static struct connection *
one_to_ask(void)
{
	struct connection *none = NULL;
	size_t i;

	for (i = 0; i < CONNECTIONS; i++) {
		if (all[i].fd >= 0 && all[i].kind == NULL)
			return &all[i];
		if (all[i].fd < 0 && none == NULL)
			none = &all[i];
	}
	return none;
}

static void
ask(int64_t now)
{
	struct connection *c = one_to_ask();
	struct kind *k = next_kind();

	asked++;
	if (c == NULL) {
		fails(k->name, "no connection is left", "");
		k->sent++;
		return;
	}
	if (c->request == NULL) {
		c->request = malloc(REQUEST_MAX);
		c->answer = malloc(ANSWER_MAX);
		if (c->request == NULL || c->answer == NULL)
			abort();
	}
	write_request(c, k);
	k->sent++;
	if (c->fd >= 0)
		listen_for(c, EPOLLOUT, EPOLL_CTL_MOD);
	else if (!dial(c)) {
		fails(k->name, "cannot connect", strerror(errno));
		return;
	}
	c->kind = k;
	c->since = now;
	under_way++;
}

static void
look_at_watch(int64_t now)
{
	size_t i;

	for (i = 0; i < CONNECTIONS; i++) {
		struct connection *c = &all[i];

		if (c->fd < 0)
			continue;
		if (c->kind == NULL && now - c->since > IDLE_MS)
			hang_up(c);
		else if (c->kind != NULL && now - c->since > PATIENCE_MS)
			lost(c, "no answer");
	}
}

static void
happen(const struct epoll_event *e)
{
	struct connection *c = e->data.ptr;

	if (c->fd < 0)
		return;
	if (e->events & EPOLLOUT)
		say(c);
	else
		hear(c);
}

static void
run(void)
{
	struct epoll_event events[EVENTS];
	int64_t start = milliseconds(), now = start, next_look = start;
	int i, n;

	while (!stopping || under_way > 0) {
		now = milliseconds();
		while (!stopping && asked < (now - start) * rate / 1000)
			ask(now);
		if (now >= next_look) {
			look_at_watch(now);
			next_look = now + 200;
		}
		n = epoll_wait(poller, events, EVENTS, TICK_MS);
		for (i = 0; i < n; i++)
			happen(&events[i]);
	}
}

/* Milliseconds within which this share of all were answered. */
static int
within(double share)
{
	long total = 0, so_far = 0;
	int i;

	for (i = 0; i <= SLOWEST_MS; i++)
		total += by_time[i];
	for (i = 0; i < SLOWEST_MS; i++) {
		so_far += by_time[i];
		if ((double)so_far >= share * (double)total)
			break;
	}
	return i;
}

static void
report(int64_t took)
{
	size_t i;

	printf("{\"asked\":%ld,\"failed\":%ld,\"perSecond\":%" PRId64
	    ",\"p50\":%d,\"p99\":%d,\"most\":%d,\"good\":{", asked, failed,
	    asked * 1000 / (took == 0 ? 1 : took), within(.5), within(.99),
	    within(1));
	for (i = 0; i < kind_count; i++)
		printf("%s\"%s\":%ld", i == 0 ? "" : ",", kinds[i].name,
		    kinds[i].good);
	printf("}}\n");
}

/* --- Start ---------------------------------------------------------------------- */

static void
read_arguments(int argc, char **argv)
{
	const char *plan = NULL;
	int a;

	for (a = 1; a + 1 < argc; a += 2) {
		if (strcmp(argv[a], "--port") == 0)
			port = strtol(argv[a + 1], NULL, 10);
		if (strcmp(argv[a], "--rate") == 0)
			rate = strtol(argv[a + 1], NULL, 10);
		if (strcmp(argv[a], "--plan") == 0)
			plan = argv[a + 1];
	}
	if (plan == NULL || a != argc || port <= 0 || rate <= 0) {
		fputs("usage: pace --port N --rate N --plan FILE\n", stderr);
		exit(2);
	}
	read_plan(plan);
}

int
main(int argc, char **argv)
{
	const struct sigaction act = { .sa_handler = stop };
	struct rlimit files;
	int64_t start;
	size_t i;

	read_arguments(argc, argv);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	poller = epoll_create1(EPOLL_CLOEXEC);
	if (poller < 0)
		die("epoll_create1");
	for (i = 0; i < CONNECTIONS; i++)
		all[i].fd = -1;
	start = milliseconds();
	run();
	report(milliseconds() - start);
	for (i = 0; i < CONNECTIONS; i++) {
		free(all[i].request);
		free(all[i].answer);
	}
	return failed > 0;
}
