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
#include "app/fit.h"
#include "app/heal.h"
#include "app/outside.h"
#include "app/retain.h"
#include "app/shop.h"
#include "app/survey.h"
#include "base/conf.h"
#include "base/confine.h"
#include "base/ctx.h"
#include "base/fault.h"
#include "base/help.h"
#include "base/json.h"
#include "base/log.h"
#include "base/nodump.h"
#include "base/now.h"
#include "web/meter.h"

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

/* --- healing, without keeping jobs from being done ------------------------- */

/* While healing goes on, its turn is renewed so often; forgetting ends then. */
#define HOLD (30 * NOW_SECOND)

struct interlude {
	struct ctx c; /* of the jobs in between */
	struct shop *shop;
	int64_t minutes;
	int64_t held; /* when the turn was taken, or last renewed */
};

/* A job that is due goes first. */
static int
between(void *arg, const struct heal_result *so_far)
{
	struct interlude *in = arg;
	enum err e;

	(void)so_far;
	e = work(&in->c, in->shop);
	if (e == OK && now_monotonic() - in->held > HOLD) {
		in->held = now_monotonic();
		ctx_reset(&in->c);
		e = heal_hold(&in->c, in->shop, in->minutes);
	}
	return e != OK || stopping;
}

static void
log_part(struct ctx *c, const struct heal_result *r)
{
	enum log_level level = r->state == HEAL_FINE || r->state == HEAL_OFF
	    ? LOG_INFO : LOG_WARN;
	struct buf line = log_line(c, level);

	log_text(&line, "heal", r->part);
	log_text(&line, "outcome", heal_word(r->state));
	log_int(&line, "looked", r->looked);
	log_int(&line, "new", r->news);
	log_int(&line, "mended", r->mended);
	log_text(&line, "why", *r->note == '\0' ? NULL : r->note);
	log_write(level, &line);
}

static enum err
heal(struct ctx *c, struct shop *shop)
{
	struct interlude in = { .shop = shop, .held = now_monotonic(),
		.minutes = conf_number(shop->conf, "HEAL_MINUTES") };
	const struct heal_order order = { .between = between, .arg = &in };
	struct heal_report report;
	int taken;
	size_t i;
	enum err e;

	ctx_reset(c);
	e = heal_turn(c, shop, in.minutes, &taken);
	if (e != OK || !taken)
		return e;
	ctx_init(&in.c);
	e = heal_run(c, shop, &order, &report);
	for (i = 0; e == OK && i < report.count; i++)
		log_part(c, &report.parts[i]);
	ctx_free(&in.c);
	return e;
}

/* --- what is kept no longer ------------------------------------------------ */

static int
between_steps(void *arg)
{
	struct interlude *in = arg;

	return work(&in->c, in->shop) != OK || stopping;
}

/* There can be more than for a day: what is regular goes on meanwhile. */
static int
between_rests(void *arg)
{
	struct interlude *in = arg;

	return between_steps(in) || now_monotonic() - in->held > HOLD;
}

static enum err
retain(struct ctx *c, struct shop *shop)
{
	struct retain_place place;
	struct interlude in = { .shop = shop, .held = now_monotonic() };
	const struct retain_order order = { between_rests, &in, &place };
	struct retain_result did = { 0 };
	struct buf line;
	int taken;
	enum err e;

	ctx_reset(c);
	e = retain_turn(c, shop, &place, &taken);
	if (e != OK || !taken)
		return e;
	ctx_init(&in.c);
	e = retain_run(c, shop, &order, &did);
	ctx_free(&in.c);
	if (e == OK && did.is_broken_off)
		e = retain_go_on(c, shop, &place);
	if (e != OK)
		return e;
	line = log_line(c, LOG_INFO);
	log_int(&line, "forgotten", did.people);
	log_int(&line, "unrelated", did.unrelated);
	log_int(&line, "jobs", did.jobs);
	log_write(LOG_INFO, &line);
	return OK;
}

/* --- what is counted for those who watch ------------------------------------ */

static enum err
survey(struct ctx *c, struct shop *shop)
{
	struct interlude in = { .shop = shop };
	enum err e;

	ctx_reset(c);
	ctx_init(&in.c);
	e = survey_run(c, shop, between_steps, &in);
	ctx_free(&in.c);
	return e;
}

/* --------------------------------------------------------------------------- */

static int
serve(struct ctx *c, struct shop *shop, int once)
{
	const char *again;
	enum err e;

	do {
		e = work(c, shop);
		if (e == OK && !stopping)
			e = heal(c, shop);
		if (e == OK && !stopping)
			e = retain(c, shop);
		if (e == OK && !stopping)
			e = survey(c, shop);
		/* What was found may have left something to do. */
		if (e == OK && once && !stopping)
			e = work(c, shop);
		if (e != OK)
			log_say(c, LOG_ERROR, "%s", c->why);
		again = once || stopping ? NULL : confine_outgrown();
		if (again != NULL) {
			log_say(c, LOG_WARN, "%s", again);
			return 3;
		}
		/* SIGTERM ends the pause, too. */
		if (!once && !stopping)
			poll(NULL, 0, IDLE_MILLISECONDS);
	} while (!once && !stopping);
	return e == OK ? 0 : 3;
}

static enum err
start(struct ctx *c, int check, struct conf **ret_conf, void **ret_shop)
{
	static const char *const required[] = { "DATABASE_URL",
		"PUBLIC_BASE_URL", "STRIPE_SECRET_KEY", NULL };
	enum err e;

	e = conf_load(c, "worker", NULL, ret_conf);
	if (e != OK)
		return e;
	log_open("worker", conf_get(*ret_conf, "LOG_LEVEL"));
	e = conf_require(c, *ret_conf, required);
	if (e == OK && check)
		e = fit_check(c, *ret_conf);
	if (e != OK)
		return e;
	outside_prepare();
	e = outside_open_plain(c, *ret_conf, ret_shop);
	/* It works just as well where its calls are not counted. */
	if (e == OK && !check && meter_open(c, *ret_conf, "worker") != OK) {
		log_say(c, LOG_WARN, "nothing is counted: %s", c->why);
		ctx_forgive(c);
	}
	return e != OK ? e : confine_start(c, *ret_conf, CONFINE_CALLS);
}

int
main(int argc, char **argv)
{
	const struct sigaction act = { .sa_handler = stop };
	static const char *const options[] = { "--once", "--check", NULL };
	static const struct help help = { "worker", "--once | ",
		"Does what requests and deliveries leave to be done; --once: "
		"what is due now." };
	const char *word = argc == 2 ? argv[1] : "";
	int told = help_answer(&help, argc, argv, options);
	int once = strcmp(word, "--once") == 0;
	int check = strcmp(word, "--check") == 0, status = 0;
	struct conf *conf = NULL;
	void *shop = NULL;
	struct ctx c;

	if (told >= 0)
		return told;
	nodump_set();
	log_open("worker", "info");
	/* A provider that hangs up is no reason to die. */
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	json_global_init();
	ctx_init(&c);
	if (start(&c, check, &conf, &shop) != OK) {
		log_say(&c, LOG_ERROR, "cannot start: %s", c.why);
		status = 2;
	} else if (!check) {
		FAULT_TRY();
		status = serve(&c, shop, once);
	}
	if (shop != NULL)
		outside_close(shop);
	conf_free(conf);
	ctx_free(&c);
	FAULT_POINT("end");
	return status;
}
