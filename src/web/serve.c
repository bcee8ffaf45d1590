#include "web/serve.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/confine.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/help.h"
#include "base/json.h"
#include "base/log.h"
#include "base/now.h"
#include "base/nodump.h"
#include "base/text.h"
#include "web/inlet.h"
#include "web/meter.h"
#include "web/origin.h"

/* Of a request's parameters: all their bytes, and how many there are. */
enum { HEADER_MAX = 32 * 1024, PARAMS_MAX = 128, REQUEST_ID_MAX = 64 };

/* Of a body that is refused: so much is let in. */
enum { UNREAD_MAX = 2 * 1024 * 1024 };

/* Threads of a program that says nothing about it. */
enum { FEW_THREADS = 8 };

/* Pieces of the heap: with one for each thread, most of it would be holes. */
enum { HEAPS = 2 };

/* Who waited so long for a thread is not begun: his patience is about to end. */
enum { LINE_MILLISECONDS = 2000 };

/* How often is looked whether the program has outgrown its confinement. */
enum { LOOK_SECONDS = 5 };

extern char **environ;

static size_t
fcgi_get(struct serve_io *io, char *into, size_t len)
{
	FCGX_Request *fcgi = io->stream;
	int n = FCGX_GetStr(into, (int)len, fcgi->in);

	if (n <= 0)
		return 0;
	io->taken += (size_t)n;
	return (size_t)n;
}

static void
fcgi_put(struct serve_io *io, const char *text, size_t len)
{
	FCGX_Request *fcgi = io->stream;

	FCGX_PutStr(text, (int)len, fcgi->out);
}

static size_t
cgi_get(struct serve_io *io, char *into, size_t len)
{
	size_t got = 0;
	ssize_t n;

	while (got < len && (n = read(STDIN_FILENO, into + got, len - got)) > 0)
		got += (size_t)n;
	io->taken += got;
	return got;
}

static void
cgi_put(struct serve_io *io, const char *text, size_t len)
{
	ssize_t n;

	(void)io;
	while (len > 0 && (n = write(STDOUT_FILENO, text, len)) > 0) {
		text += n;
		len -= (size_t)n;
	}
}

/*
 * Reads exactly what was announced.  Less means that the client went away;
 * more than the route takes is refused before a byte is read.
 */
static enum err
read_body(struct ctx *c, const struct service *s, struct serve_io *io,
    struct req *rq)
{
	const char *length = req_param(rq, "CONTENT_LENGTH");
	int64_t len = 0;
	char *body;

	rq->body = "";
	if (length == NULL || s->body_max == 0)
		return OK;
	if (!text_number(length, strlen(length), &len))
		return ctx_fail(c, E_BADREQ, "content length is not a number");
	if ((uint64_t)len > s->body_max && !TWIN("body-max"))
		return ctx_fail(c, E_TOOBIG, "body of %lld bytes",
		    (long long)len);
	body = arena_alloc(c->mem, (size_t)len + 1);
	rq->body_len = io->get(io, body, (size_t)len);
	rq->body = body;
	if (rq->body_len != (size_t)len)
		return ctx_fail(c, E_BADREQ, "body was cut: %zu of %lld bytes",
		    rq->body_len, (long long)len);
	return OK;
}

/* nginx's id for this request, if it looks like one; else one of ours. */
static const char *
request_id(struct ctx *c, const struct req *rq)
{
	static const char hex[] = "0123456789abcdef";
	const char *id = req_param(rq, "REQUEST_ID");

	if (id != NULL && strlen(id) <= REQUEST_ID_MAX && text_only(id, hex))
		return arena_dup(c->mem, id);
	return hash_id(c->mem, "");
}

static enum err
read_request(struct ctx *c, struct serve_io *io, struct req *rq)
{
	size_t total = 0, n = 0;
	char **p;

	*rq = (struct req){ .params = io->params, .body = "" };
	for (p = io->params; *p != NULL; p++, n++)
		total += strlen(*p);
	c->request_id = request_id(c, rq);
	rq->method = req_param(rq, "REQUEST_METHOD");
	rq->path = req_param(rq, "DOCUMENT_URI");
	rq->query = req_param(rq, "QUERY_STRING");
	if (rq->method == NULL)
		rq->method = "";
	/* Apache's CGI names the path otherwise. */
	if (rq->path == NULL)
		rq->path = req_param(rq, "PATH_INFO");
	if (rq->path == NULL)
		rq->path = "";
	if (rq->query == NULL)
		rq->query = "";
	/* The environment of CGI is as long as its server has made it. */
	if (io->stream != NULL && (total > HEADER_MAX || n > PARAMS_MAX))
		return ctx_fail(c, E_TOOBIG,
		    "%zu headers and parameters of %zu bytes", n, total);
	return OK;
}

/*
 * How long it waited for one of our threads: nginx says when it had all of it,
 * by the clock of this machine.  0: nobody says.
 */
static int64_t
time_in_line(const struct req *rq)
{
	const char *text = req_param(rq, "REQUEST_TIME"), *point;
	int64_t seconds, millis, micros;

	point = text == NULL ? NULL : strchr(text, '.');
	if (point == NULL || strlen(point) != 4 ||
	    !text_number(text, (size_t)(point - text), &seconds) ||
	    !text_number(point + 1, 3, &millis))
		return 0;
	micros = now_real() - seconds * NOW_SECOND - millis * 1000;
	return micros > 0 ? micros : 0;
}

static enum err
look_at_line(struct ctx *c, const struct req *rq)
{
	c->waited = time_in_line(rq);
	if (c->waited < LINE_MILLISECONDS * (NOW_SECOND / 1000))
		return OK;
	return ctx_fail(c, E_BUSY, "it waited %lld ms to be begun",
	    (long long)(c->waited * 1000 / NOW_SECOND));
}

/* The browser's question whether a page of another site may call us. */
static enum err
preflight(struct ctx *c, const struct service *s, struct resp *rs)
{
	rs->status = 204;
	resp_header(c, rs, "Access-Control-Allow-Methods", "%s", s->method);
	resp_header(c, rs, "Access-Control-Allow-Headers",
	    "Authorization, Content-Type, Idempotency-Key");
	resp_header(c, rs, "Access-Control-Max-Age", "600");
	return OK;
}

static enum err
answer(void *app, struct ctx *c, const struct service *s,
    const struct conf *conf, struct serve_io *io, struct req *rq,
    struct resp *rs)
{
	enum err e;

	e = read_request(c, io, rq);
	if (e == OK)
		e = look_at_line(c, rq);
	if (e == OK && s->cors)
		e = origin_check(c, conf, rq, rs);
	if (e != OK)
		return e;
	if (s->cors && strcmp(rq->method, "OPTIONS") == 0)
		return preflight(c, s, rs);
	if (strcmp(rq->method, s->method) != 0 && !TWIN("method")) {
		resp_header(c, rs, "Allow", "%s", s->method);
		return ctx_fail(c, E_METHOD, "method is not %s", s->method);
	}
	e = read_body(c, s, io, rq);
	if (e != OK)
		return e;
	return s->answer(app, c, rq, rs);
}

static void
log_request(struct ctx *c, const struct service *s, const struct resp *rs,
    enum err e, int64_t micros)
{
	enum log_level level = rs->status >= 500 ? LOG_ERROR : LOG_INFO;
	struct buf line = log_line(c, level);

	log_text(&line, "requestId", c->request_id);
	log_text(&line, "route", s->route);
	log_int(&line, "status", rs->status);
	log_text(&line, "code", err_name(e));
	log_int(&line, "micros", micros);
	if (c->booking != NULL)
		log_text(&line, "booking", c->booking);
	if (c->why != NULL)
		log_text(&line, "why", c->why);
	log_write(level, &line);
}

void
serve_one(const struct service *s, const struct conf *conf, void *app,
    struct ctx *c, struct serve_io *io)
{
	int64_t start = now_monotonic(), micros;
	struct req rq;
	struct resp rs;
	const char *text;
	size_t len;
	enum err e;

	ctx_reset(c);
	resp_init(c, &rs);
	e = answer(app, c, s, conf, io, &rq, &rs);
	text = resp_text(c, &rs, e, &len);
	FAULT_POINT("reply");
	FAULT_TRY();
	io->put(io, text, len);
	micros = now_monotonic() - start;
	meter_request(rs.status, micros);
	log_request(c, s, &rs, e, micros);
}

/* So much of the body is to come; without a length, all that is let in. */
static int64_t
unread(const struct serve_io *io)
{
	const struct req rq = { .params = io->params };
	const char *length = req_param(&rq, "CONTENT_LENGTH");
	int64_t len;

	if (length == NULL)
		return req_param(&rq, "HTTP_TRANSFER_ENCODING") == NULL
		    ? 0 : UNREAD_MAX;
	if (!text_number(length, strlen(length), &len))
		return UNREAD_MAX;
	return len - (int64_t)io->taken;
}

/* One worker thread. */
struct worker {
	pthread_t thread;
	const struct service *service;
	const struct conf *conf;
	void *app;
};

static atomic_int stopping;

static void *
work(void *arg)
{
	struct worker *w = arg;
	FCGX_Request fcgi;
	struct serve_io io = { .get = fcgi_get, .put = fcgi_put,
		.stream = &fcgi };
	struct ctx c;

	ctx_init(&c);
	inlet_open(&fcgi);
	while (!atomic_load(&stopping)) {
		if (!inlet_next(&fcgi))
			continue;
		io.params = fcgi.envp;
		io.taken = 0;
		serve_one(w->service, w->conf, w->app, &c, &io);
		inlet_done(&fcgi, unread(&io) == 0);
		arena_reset(c.mem);
	}
	FCGX_Free(&fcgi, 1);
	ctx_free(&c);
	return NULL;
}

/* Waits for SIGTERM or SIGINT: NULL; or why it is to be started again. */
static const char *
wait_for_a_reason(const sigset_t *stops)
{
	const struct timespec pause = { .tv_sec = LOOK_SECONDS };

	const char *why = NULL;

	while (why == NULL && sigtimedwait(stops, NULL, &pause) < 0)
		why = confine_outgrown();
	return why;
}

/* Waits for the workers, each of which finishes the request it has. */
static void
end_threads(struct worker *workers, size_t n)
{
	size_t i;

	atomic_store(&stopping, 1);
	inlet_shut();
	for (i = 0; i < n; i++)
		inlet_wake(workers[i].thread);
	for (i = 0; i < n; i++)
		pthread_join(workers[i].thread, NULL);
}

/* NULL, or why it is to be started again. */
static const char *
run_threads(struct worker *workers, size_t n)
{
	sigset_t stops;
	size_t i;
	const struct service *service = workers->service;
	const char *again;

	/* What only asks may be asked twice, and what has a key be told. */
	inlet_prepare(service->repeatable ||
	    strcmp(service->method, "GET") == 0);
	mallopt(M_ARENA_MAX, HEAPS);
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stops, NULL);
	for (i = 0; i < n; i++)
		if (pthread_create(&workers[i].thread, NULL, work,
		    &workers[i]) != 0)
			abort();
	again = wait_for_a_reason(&stops);
	end_threads(workers, n);
	return again;
}

/*
 * The server waits for the end of the answer, and need not for the database to
 * be closed: what was answered is committed, should it kill us now.  One that
 * speaks to us through a socket would lose the answer with a body that was not
 * read.
 */
static void
cgi_end(const struct serve_io *io)
{
	int64_t left = unread(io);
	char rest[4096];
	ssize_t n;

	if (left > UNREAD_MAX)
		left = UNREAD_MAX;
	while (left > 0 && (n = read(STDIN_FILENO, rest, sizeof(rest))) > 0)
		left -= n;
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
}

static void
run_cgi(struct ctx *c, struct worker *w)
{
	struct serve_io io = { .params = environ, .get = cgi_get,
		.put = cgi_put };

	serve_one(w->service, w->conf, w->app, c, &io);
	cgi_end(&io);
}

/* Who cannot count answers all the same. */
static void
start_counting(struct ctx *c, const struct conf *conf, const char *program)
{
	if (meter_open(c, conf, program) == OK)
		return;
	log_say(c, LOG_WARN, "nothing is counted: %s", c->why);
	ctx_forgive(c);
}

/* Opens an app for each of n workers; how many worked goes to *ret_opened. */
static enum err
open_apps(struct ctx *c, struct worker *workers, size_t n, size_t *ret_opened)
{
	size_t i;
	enum err e = OK;

	for (i = 0; i < n; i++) {
		e = workers[i].service->open(c, workers[i].conf,
		    &workers[i].app);
		if (e != OK)
			break;
	}
	*ret_opened = i;
	return e;
}

static size_t
threads_of(const struct service *s, const struct conf *conf)
{
	if (conf_get(conf, "THREADS") != NULL)
		return (size_t)conf_number(conf, "THREADS");
	return s->threads > 0 ? s->threads : FEW_THREADS;
}

static enum err
start(struct ctx *c, const struct service *s, struct conf *conf, int check,
    const char **ret_again)
{
	int cgi = FCGX_IsCGI();
	size_t n = cgi || check ? 1 : threads_of(s, conf), opened, i;
	struct worker *workers;
	enum err e;

	workers = calloc(n, sizeof(*workers));
	if (workers == NULL)
		abort();
	for (i = 0; i < n; i++) {
		workers[i].service = s;
		workers[i].conf = conf;
	}
	if (!check)
		start_counting(c, conf, s->program);
	e = open_apps(c, workers, n, &opened);
	if (e == OK)
		e = confine_start(c, conf, s->needs);
	if (e == OK && !check) {
		if (cgi)
			run_cgi(c, workers);
		else
			*ret_again = run_threads(workers, n);
	}
	for (i = 0; i < opened; i++)
		s->close(workers[i].app);
	meter_close();
	free(workers);
	return e;
}

/* Told something, and no more is to do: the exit status, or -1. */
static int
say(const struct service *s, int argc, char **argv)
{
	static const char *const options[] = { "--check", NULL };
	char does[128];
	const struct help help = { s->program, "", does };

	/* A web server hands words of a query to CGI programs so. */
	if (getenv("REQUEST_METHOD") != NULL)
		return -1;
	snprintf(does, sizeof(does), "Answers %s over FastCGI on descriptor 0, "
	    "or as CGI.", s->route);
	return help_answer(&help, argc, argv, options);
}

int
serve_main(const struct service *s, int argc, char **argv)
{
	int check = argc == 2 && strcmp(argv[1], "--check") == 0 &&
	    getenv("REQUEST_METHOD") == NULL;
	int told = say(s, argc, argv);
	const char *again = NULL;
	struct conf *conf = NULL;
	struct ctx c;
	enum err e;

	if (told >= 0)
		return told;
	nodump_set();
	json_global_init();
	ctx_init(&c);
	log_open(s->program, "info");
	FCGX_Init();
	e = conf_load(&c, s->program, NULL, &conf);
	if (e == OK) {
		log_open(s->program, conf_get(conf, "LOG_LEVEL"));
		if (!TWIN("no-secret"))
			e = conf_require(&c, conf, s->required);
	}
	if (e == OK && s->cors)
		e = origin_settings(&c, conf);
	if (e == OK && check && s->check != NULL)
		e = s->check(&c, conf);
	if (e == OK && s->prepare != NULL)
		s->prepare();
	if (e == OK)
		e = start(&c, s, conf, check, &again);
	if (e != OK)
		log_say(&c, LOG_ERROR, "cannot start: %s", c.why);
	if (again != NULL)
		log_say(&c, LOG_WARN, "%s", again);
	conf_free(conf);
	ctx_free(&c);
	FAULT_POINT("end");
	return e != OK ? 2 : again != NULL ? 3 : 0;
}
