/*
 * start: how long a program takes from its start to its first answer.
 *
 *	start --port N --socket PATH --path P [...] [--times N] -- PROGRAM...
 *	start --path P [--body FILE ...] [--times N] -- PROGRAM...
 *
 * With a socket, PROGRAM serves FastCGI on it, and nginx at the port passes
 * requests on to it: from its start to the answer's last byte.  Without, it is
 * plain CGI: from its start to its end.  Every answer must be a success.  In
 * the end one line of JSON says how it went.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/ctx.h"
#include "histogram.h"
#include "message.h"

enum { ANSWER_MAX = 16 * 1024, BACKLOG = 16, VARIABLES = 64 };

static struct message message;
static long port, first = 1, times = 20;
static const char *socket_path;
static char **program;

static int64_t
micros(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void
die(const char *what)
{
	perror(what);
	exit(2);
}

/* Reads until the other side ends, or (HTTP) the answer is there. */
static size_t
read_answer(int fd, char *into, int http)
{
	size_t got = 0;
	ssize_t n;

	while (got < ANSWER_MAX - 1 &&
	    (n = read(fd, into + got, ANSWER_MAX - 1 - got)) > 0) {
		got += (size_t)n;
		into[got] = '\0';
		if (http && strstr(into, "\r\n\r\n") != NULL)
			break;
	}
	into[got] = '\0';
	return got;
}

static pid_t
run(int in, int out, char **environment)
{
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (child > 0)
		return child;
	dup2(in, STDIN_FILENO);
	if (out >= 0)
		dup2(out, STDOUT_FILENO);
	execve(program[0], program, environment);
	perror(program[0]);
	_exit(127);
}

/* --- FastCGI behind nginx ------------------------------------------------------- */

static int
listen_at(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	unlink(path);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, BACKLOG) != 0)
		die(path);
	return fd;
}

static int
call(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("connect");
	return fd;
}

static int64_t
serve_once(int64_t number)
{
	char request[MESSAGE_MAX], answer[ANSWER_MAX];
	size_t len = message_write(&message, number, request);
	int in = listen_at(socket_path), http = call();
	int64_t start = micros(), took;
	pid_t child = run(in, -1, environ);

	close(in);
	if (write(http, request, len) != (ssize_t)len)
		die("write");
	read_answer(http, answer, 1);
	took = micros() - start;
	close(http);
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	if (strncmp(answer, "HTTP/1.1 200", 12) != 0) {
		fputs(answer, stderr);
		exit(1);
	}
	return took;
}

/* --- Plain CGI -------------------------------------------------------------------- */

static char *
variable(const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 2;
	char *text = malloc(size);

	if (text == NULL)
		abort();
	snprintf(text, size, "%s=%s", name, value);
	return text;
}

/* HTTP_STRIPE_SIGNATURE out of Stripe-Signature. */
static char *
header_variable(const char *header, const char *value)
{
	char name[MESSAGE_HEADER_MAX], *at;

	snprintf(name, sizeof(name), "HTTP_%s", header);
	for (at = name; *at != '\0'; at++)
		*at = *at == '-' ? '_'
		    : *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
	return variable(name, value);
}

static void
make_environment(const struct message_made *made, char **ret)
{
	const char *script = getenv("SCRIPT_FILENAME");
	const char *config = getenv("BOOKPAY_CONFIG");
	char length[32];
	size_t n = 0;

	snprintf(length, sizeof(length), "%zu", made->body_len);
	ret[n++] = variable("GATEWAY_INTERFACE", "CGI/1.1");
	ret[n++] = variable("REDIRECT_STATUS", "200");
	ret[n++] = variable("REQUEST_METHOD",
	    message.body == NULL ? "GET" : "POST");
	ret[n++] = variable("DOCUMENT_URI", made->path);
	ret[n++] = variable("CONTENT_TYPE", "application/json");
	ret[n++] = variable("CONTENT_LENGTH", length);
	if (message.signature != NULL)
		ret[n++] = header_variable(message.signature,
		    made->signature);
	if (message.guest != NULL)
		ret[n++] = variable("HTTP_AUTHORIZATION",
		    made->authorization);
	if (script != NULL)
		ret[n++] = variable("SCRIPT_FILENAME", script);
	if (config != NULL)
		ret[n++] = variable("BOOKPAY_CONFIG", config);
	ret[n] = NULL;
}

static int64_t
cgi_once(int64_t number)
{
	struct message_made made;
	char answer[ANSWER_MAX], *environment[VARIABLES];
	int in[2], out[2], status;
	int64_t start;
	pid_t child;
	size_t i;

	message_make(&message, number, &made);
	make_environment(&made, environment);
	if (pipe(in) != 0 || pipe(out) != 0)
		die("pipe");
	/* It fits into the pipe. */
	if (write(in[1], made.body, made.body_len) != (ssize_t)made.body_len)
		die("write");
	close(in[1]);
	start = micros();
	child = run(in[0], out[1], environment);
	close(out[1]);
	read_answer(out[0], answer, 0);
	waitpid(child, &status, 0);
	start = micros() - start;
	close(in[0]);
	close(out[0]);
	for (i = 0; environment[i] != NULL; i++)
		free(environment[i]);
	if (status != 0 || (strncmp(answer, "Status: ", 8) == 0 &&
	    strncmp(answer, "Status: 200", 11) != 0)) {
		fputs(answer, stderr);
		exit(1);
	}
	return start;
}

/* --- Start ---------------------------------------------------------------------- */

static void
usage(void)
{
	fputs("usage: start [--port N --socket PATH] " MESSAGE_USAGE "\n"
	    "    [--first N] [--times N] -- PROGRAM...\n", stderr);
	exit(2);
}

static int
take_option(const char *name, const char *value)
{
	if (strcmp(name, "--port") == 0)
		port = strtol(value, NULL, 10);
	else if (strcmp(name, "--times") == 0)
		times = strtol(value, NULL, 10);
	else if (strcmp(name, "--first") == 0)
		first = strtol(value, NULL, 10);
	else if (strcmp(name, "--socket") == 0)
		socket_path = value;
	else
		return message_option(&message, name, value);
	return 1;
}

int
main(int argc, char **argv)
{
	struct histogram h = { .count = 0 };
	long i;
	int a;

	for (a = 1; a + 1 < argc && strcmp(argv[a], "--") != 0; a += 2)
		if (!take_option(argv[a], argv[a + 1]))
			usage();
	if (a + 1 >= argc || message.path == NULL ||
	    (socket_path != NULL && port == 0))
		usage();
	program = argv + a + 1;
	if (!message_open(&message))
		die(message.body_file);
	for (i = 0; i < times; i++)
		histogram_add(&h, socket_path == NULL ? cgi_once(first + i)
		    : serve_once(first + i));
	fputs("{", stdout);
	histogram_print(&h, stdout);
	puts("}");
	return 0;
}
