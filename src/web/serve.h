/*
 * serve: the loop that every program with a route runs.
 *
 * FastCGI on descriptor 0, THREADS requests at a time, each thread with its
 * own app (database connection, HTTP handle); or, where there is no FastCGI
 * socket, plain CGI: one request on stdin and stdout.  One log line per
 * request.  SIGTERM lets requests in progress finish.
 */
#ifndef WEB_SERVE_H
#define WEB_SERVE_H

#include <stddef.h>

#include "base/conf.h"
#include "base/ctx.h"
#include "web/req.h"
#include "web/resp.h"

struct service {
	const char *program; /* "checkout" */
	const char *route;   /* "POST /api/stripe/checkout", for the log */
	const char *method;  /* the only one the route knows */
	int repeatable;      /* may a POST be made twice? it is known by a key */
	int cors;            /* may a page of ALLOWED_ORIGINS call it? */
	size_t body_max;     /* 0: no body is read */
	size_t threads;      /* unless THREADS says otherwise; 0: a few */
	unsigned int needs;  /* base/confine.h; 0: calls nobody */
	const char *const *required; /* config keys, NULL-terminated */

	/* Once per process, before threads start; NULL: nothing to do. */
	void (*prepare)(void);
	/* What one thread needs; it lives until close. */
	enum err (*open)(struct ctx *c, const struct conf *conf,
	    void **ret_app);
	void (*close)(void *app);
	/* What --check asks besides; NULL: nothing. */
	enum err (*check)(struct ctx *c, const struct conf *conf);
	/* Answers one request; whatever it allocates lives in c. */
	enum err (*answer)(void *app, struct ctx *c, const struct req *rq,
	    struct resp *rs);
};

/* Where a request comes from and its reply goes. */
struct serve_io {
	char **params; /* NAME=value, NULL at the end */
	size_t (*get)(struct serve_io *io, char *into, size_t len);
	void (*put)(struct serve_io *io, const char *text, size_t len);
	void *stream; /* of get and put; NULL: plain CGI */
	size_t taken; /* of the body, by get */
};

/* One request, start to finish, with what open gave to this thread. */
void serve_one(const struct service *s, const struct conf *conf, void *app,
    struct ctx *c, struct serve_io *io);

/*
 * Runs s until it is told to stop.  What main should return: 0, or with a log
 * line 2 if the program cannot start, or 3 if it must be started again.
 * --check starts, and stops at once; --help and --version tell.
 */
int serve_main(const struct service *s, int argc, char **argv);

#endif
