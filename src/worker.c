/*
 * worker: does the jobs that requests and deliveries leave behind.
 *
 * As a service it waits for what is due; `worker --once` does what is due now
 * and ends, for cron.  Any number of workers can run, and each can be killed
 * at any moment.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "app/chores.h"
#include "app/outside.h"
#include "base/conf.h"
#include "base/ctx.h"
#include "base/log.h"

/* How long a job that is due may wait for an idle worker. */
enum { IDLE_MILLISECONDS = 1000 };

static volatile sig_atomic_t stopping;

static void
stop(int signal)
{
	(void)signal;
	stopping = 1;
}

/* Does jobs until none is due. */
static enum err
work(struct ctx *c, struct shop *shop)
{
	int found = 1;
	enum err e = OK;

	while (e == OK && found && !stopping) {
		ctx_reset(c);
		e = chores_one(c, shop, &found);
	}
	return e;
}

static int
serve(struct ctx *c, struct shop *shop, int once)
{
	enum err e;

	do {
		e = work(c, shop);
		if (e != OK)
			log_say(c, LOG_ERROR, "%s", c->why);
		/* SIGTERM ends the pause, too. */
		if (!once && !stopping)
			poll(NULL, 0, IDLE_MILLISECONDS);
	} while (!once && !stopping);
	return e == OK ? 0 : 3;
}

static enum err
start(struct ctx *c, struct conf **ret_conf, void **ret_shop)
{
	static const char *const required[] = { "DATABASE_URL",
		"PUBLIC_BASE_URL", "STRIPE_SECRET_KEY", NULL };
	enum err e;

	e = conf_load(c, NULL, ret_conf);
	if (e != OK)
		return e;
	log_open("worker", conf_get(*ret_conf, "LOG_LEVEL"));
	e = conf_require(c, *ret_conf, required);
	if (e != OK)
		return e;
	outside_prepare();
	return outside_open(c, *ret_conf, ret_shop);
}

int
main(int argc, char **argv)
{
	const struct sigaction act = { .sa_handler = stop };
	const char *word = argc == 2 ? argv[1] : "";
	int once = strcmp(word, "--once") == 0;
	int check = strcmp(word, "--check") == 0, status = 0;
	struct conf *conf = NULL;
	void *shop = NULL;
	struct ctx c;

	if (strcmp(word, "--version") == 0)
		return printf("worker (bookpay) %s\n", VERSION) < 0;
	if (argc > 1 && !once && !check) {
		fprintf(stderr,
		    "usage: worker [--once | --check | --version]\n");
		return 2;
	}
	log_open("worker", "info");
	/* A provider that hangs up is no reason to die. */
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	ctx_init(&c);
	if (start(&c, &conf, &shop) != OK) {
		log_say(&c, LOG_ERROR, "cannot start: %s", c.why);
		status = 2;
	} else if (!check) {
		status = serve(&c, shop, once);
	}
	if (shop != NULL)
		outside_close(shop);
	conf_free(conf);
	ctx_free(&c);
	return status;
}
