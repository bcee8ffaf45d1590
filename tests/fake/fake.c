#include "fake.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "deliver.h"

enum { OPTIONS_MAX = 32, TICK_MS = 25, REQUESTS_MAX = 5000 };

static const char *const common[] = { "port", "port-file", "speed", "contract",
	"parallel", "seed", "public-url", NULL };

static const char common_usage[] =
	"  --port N          listen there; 0 (the default) takes a free port\n"
	"  --port-file F     write the port there once ready\n"
	"  --contract DIR    the folder with the vendor's sample bodies\n"
	"  --public-url URL  what our own links start with\n"
	"  --speed X         how many times faster than life (1000)\n"
	"  --parallel N      deliveries at once to one receiver (1)\n"
	"  --seed N          of the chances (the clock)\n"
	"Both fakes are steered by\n"
	"  POST /_fake/behave  deliveries: {lose, loseTypes, repeat, reorder,\n"
	"                      delayMs}; API: {answer429, answer409,\n"
	"                      answer500, cut, slowMs, times, after, stick, paths,\n"
	"                      resetSeconds}; lists: {pageMax, lagMs}.\n"
	"                      after: it is done, only the answer is\n"
	"                      spoilt; stick: it is not done, but the 500\n"
	"                      stays with the key; paths: only what begins\n"
	"                      so.  {} behaves well again, {keep: true, ...}\n"
	"                      changes only what it names; GET shows it\n"
	"  POST /_fake/clock   {ahead: seconds}: of the true time.  What was\n"
	"                      to happen meanwhile is due at once; {} goes\n"
	"                      back.  Signatures keep the true time\n"
	"  POST /_fake/keys    {keys: [...]}: what callers may send as Bearer\n"
	"                      from now on, as while one is replaced\n"
	"  POST /_fake/flush   try all that waits once, now; {\"lost\":true}\n"
	"                      also what got lost for good\n"
	"  POST /_fake/send    {\"body\", \"secret\"?, \"url\"?} sign and send it\n"
	"  GET  /_fake/deliveries[?body=1]   GET /_fake/requests\n"
	"  GET  /_fake/books   the truth, to compare with\n";

void
fake_init(struct fake *f, const char *contract)
{
	sigset_t set;

	/* Every thread inherits this; only fake_serve takes the signals. */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	pthread_mutex_init(&f->mu, NULL);
	pthread_cond_init(&f->cv, NULL);
	f->requests = cJSON_CreateArray();
	behave_init(&f->behave);
	f->speed = 1000;
	f->parallel = 1;
	f->seed = (unsigned)now_ms();
	f->contract = contract;
}

void
fake_free(struct fake *f)
{
	cJSON_Delete(f->requests);
	cJSON_Delete(f->keys);
	behave_free(&f->behave);
	pthread_cond_destroy(&f->cv);
	pthread_mutex_destroy(&f->mu);
}

static void
usage_exit(const char *usage, int status)
{
	FILE *out = status == 0 ? stdout : stderr;

	fputs(usage, out);
	fputs(common_usage, out);
	exit(status);
}

static int
own_option(struct fake *f, const char *name, char *value)
{
	if (strcmp(name, "port") == 0)
		f->port = (int)strtol(value, NULL, 10);
	else if (strcmp(name, "port-file") == 0)
		f->port_file = value;
	else if (strcmp(name, "speed") == 0)
		f->speed = strtod(value, NULL);
	else if (strcmp(name, "contract") == 0)
		f->contract = value;
	else if (strcmp(name, "parallel") == 0)
		f->parallel = (int)strtol(value, NULL, 10);
	else if (strcmp(name, "seed") == 0)
		f->seed = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "public-url") == 0)
		f->public_url = value;
	else
		return 0;
	return 1;
}

static int
add_options(struct option *o, int n, const char *const *names)
{
	for (; *names != NULL; names++, n++) {
		o[n].name = *names;
		o[n].has_arg = required_argument;
		o[n].val = 'o';
	}
	return n;
}

/* @FILE is its first line: a command line is for everybody to read. */
static char *
value_of(char *value)
{
	char line[1024];
	FILE *f;

	if (value[0] != '@')
		return value;
	f = fopen(value + 1, "r");
	if (f == NULL || fgets(line, sizeof(line), f) == NULL) {
		perror(value + 1);
		exit(2);
	}
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	value = strdup(line);
	if (value == NULL)
		abort();
	return value;
}

void
fake_options(struct fake *f, int argc, char **argv, const char *usage,
    const char *const *own_names, void (*own)(void *, const char *, char *),
    void *arg)
{
	struct option o[OPTIONS_MAX] = { 0 };
	int c, i = 0, n;
	char *value;

	n = add_options(o, 0, common);
	n = add_options(o, n, own_names);
	o[n].name = "help";
	o[n].val = 'h';
	while ((c = getopt_long(argc, argv, "h", o, &i)) != -1) {
		if (c == 'h')
			usage_exit(usage, 0);
		if (c != 'o')
			usage_exit(usage, 2);
		value = value_of(optarg);
		if (!own_option(f, o[i].name, value))
			own(arg, o[i].name, value);
	}
	if (optind < argc || f->speed <= 0)
		usage_exit(usage, 2);
}

int
fake_chance(struct fake *f, double p)
{
	return p > 0 && rand_r(&f->seed) < p * ((double)RAND_MAX + 1);
}

enum fault
fake_fault(struct fake *f, const char *path)
{
	struct behave *b = &f->behave;

	if (b->times == 0 || !behave_hits(b, path))
		return FAULT_NONE;
	if (b->times > 0)
		b->times--;
	if (fake_chance(f, b->answer429))
		return FAULT_429;
	if (fake_chance(f, b->answer409))
		return FAULT_409;
	if (fake_chance(f, b->answer500))
		return FAULT_500;
	return fake_chance(f, b->cut) ? FAULT_CUT : FAULT_NONE;
}

int
fake_page(const struct fake *f, int asked)
{
	int max = f->behave.page_max;

	return max > 0 && asked > max ? max : asked;
}

int
fake_lag(struct fake *f)
{
	int max = f->behave.lag_ms;

	return max <= 0 ? 0 : rand_r(&f->seed) % (max + 1);
}

static void
timed_wait(struct fake *f, int64_t ms)
{
	int64_t until = real_ms() + ms;
	struct timespec ts = { .tv_sec = (time_t)(until / 1000),
		.tv_nsec = (long)(until % 1000) * 1000000 };

	pthread_cond_timedwait(&f->cv, &f->mu, &ts);
}

void
fake_sleep(struct fake *f, int64_t ms)
{
	int64_t until = mono_ms() + ms;

	while (!f->stopping && mono_ms() < until)
		timed_wait(f, until - mono_ms());
}

int64_t
fake_ms(const struct fake *f, double real_seconds)
{
	return (int64_t)(real_seconds * 1000 / f->speed);
}

void
fake_log(struct fake *f, const struct hreq *rq, int status, const char *key)
{
	cJSON *o = cJSON_CreateObject();
	char at[32];

	time_micro(at, now_ms());
	js_set_str(o, "at", at);
	js_set_str(o, "method", rq->method);
	js_set_str(o, "path", rq->path);
	js_set_str(o, "query", rq->query);
	js_set_str(o, "idempotencyKey", key);
	js_set_num(o, "status", status);
	js_set_str(o, "body", rq->body);
	cJSON_AddItemToArray(f->requests, o);
	if (cJSON_GetArraySize(f->requests) > REQUESTS_MAX)
		cJSON_DeleteItemFromArray(f->requests, 0);
}

static void
set_behave(struct fake *f, const cJSON *in, struct hresp *rs)
{
	const char *unknown = behave_set(&f->behave, in);

	if (unknown != NULL)
		hresp_refuse(rs, 400, "no behaviour called %s", unknown);
	else
		hresp_json(rs, 200, behave_show(&f->behave));
}

/* What was to happen in the time that is skipped is due at once. */
static void
set_clock(struct fake *f, const cJSON *in, struct hresp *rs)
{
	double ahead = js_num(in, "ahead", 0);
	int64_t by = (int64_t)(ahead * 1000) - now_ahead();
	char at[32];
	cJSON *o;

	now_set_ahead((int64_t)(ahead * 1000));
	if (by > 0) {
		deliver_jump(f, fake_ms(f, (double)by / 1000));
		if (f->jumped != NULL)
			f->jumped(f->arg, fake_ms(f, (double)by / 1000));
	}
	time_utc(at, now_ms() / 1000, 1);
	o = cJSON_CreateObject();
	js_set_num(o, "ahead", ahead);
	js_set_str(o, "now", at);
	hresp_json(rs, 200, o);
}

static void
flush(struct fake *f, const cJSON *in, struct hresp *rs)
{
	hresp_json(rs, 200, deliver_flush(f, js_true(in, "lost")));
}

static void
set_keys(struct fake *f, const cJSON *in, struct hresp *rs)
{
	const cJSON *keys = cJSON_GetObjectItem(in, "keys");

	if (!cJSON_IsArray(keys)) {
		hresp_refuse(rs, 400, "keys: an array, please");
		return;
	}
	cJSON_Delete(f->keys);
	f->keys = cJSON_Duplicate(keys, 1);
	hresp_json(rs, 200, cJSON_CreateObject());
}

int
fake_knows(const struct fake *f, const char *key, const char *first)
{
	const cJSON *known;
	int found = f->keys == NULL && strcmp(key, first) == 0;

	cJSON_ArrayForEach(known, f->keys)
		found |= cJSON_IsString(known) &&
		    strcmp(known->valuestring, key) == 0;
	return found;
}

static int
show(struct fake *f, struct hreq *rq, struct hresp *rs)
{
	cJSON *o;

	if (hreq_is(rq, "GET", "/_fake/deliveries")) {
		hresp_json(rs, 200, deliver_list(f,
		    strstr(rq->query, "body=1") != NULL));
	} else if (hreq_is(rq, "GET", "/_fake/requests")) {
		o = cJSON_CreateObject();
		js_set(o, "requests", cJSON_Duplicate(f->requests, 1));
		hresp_json(rs, 200, o);
	} else if (hreq_is(rq, "GET", "/_fake/behave")) {
		hresp_json(rs, 200, behave_show(&f->behave));
	} else {
		return 0;
	}
	return 1;
}

static const struct {
	const char *path;
	void (*fn)(struct fake *f, const cJSON *in, struct hresp *rs);
} posts[] = {
	{ "/_fake/behave", set_behave },
	{ "/_fake/clock", set_clock },
	{ "/_fake/flush", flush },
	{ "/_fake/keys", set_keys },
};

int
fake_steer(struct fake *f, struct hreq *rq, struct hresp *rs)
{
	cJSON *in;
	size_t i;

	for (i = 0; i < sizeof(posts) / sizeof(*posts); i++) {
		if (!hreq_is(rq, "POST", posts[i].path))
			continue;
		in = cJSON_Parse(rq->len == 0 ? "{}" : rq->body);
		if (cJSON_IsObject(in))
			posts[i].fn(f, in, rs);
		else
			hresp_refuse(rs, 400, "the body is not a JSON object");
		cJSON_Delete(in);
		return 1;
	}
	return show(f, rq, rs);
}

static void
write_port(const struct fake *f, int port)
{
	char tmp[1024];
	FILE *fp;

	if (f->port_file == NULL)
		return;
	snprintf(tmp, sizeof(tmp), "%s.tmp", f->port_file);
	fp = fopen(tmp, "w");
	if (fp == NULL || fprintf(fp, "%d\n", port) < 0 || fclose(fp) != 0 ||
	    rename(tmp, f->port_file) != 0) {
		perror(f->port_file);
		exit(3);
	}
}

static void
set_base(struct fake *f, int port)
{
	size_t n;

	if (f->public_url == NULL)
		snprintf(f->base, sizeof(f->base), "http://127.0.0.1:%d", port);
	else
		snprintf(f->base, sizeof(f->base), "%s", f->public_url);
	n = strlen(f->base);
	if (n > 0 && f->base[n - 1] == '/')
		f->base[n - 1] = '\0';
}

struct ticker {
	struct fake *f;
	void (*tick)(void *);
	void *arg;
};

static void *
ticking(void *arg)
{
	struct ticker *t = arg;

	pthread_mutex_lock(&t->f->mu);
	while (!t->f->stopping) {
		t->tick(t->arg);
		fake_sleep(t->f, TICK_MS);
	}
	pthread_mutex_unlock(&t->f->mu);
	return NULL;
}

int
fake_serve(struct fake *f, http_handler *fn, void (*tick)(void *), void *arg)
{
	struct ticker t = { .f = f, .tick = tick, .arg = arg };
	pthread_t thread;
	struct http *h;
	sigset_t set;
	int sig;

	pthread_mutex_lock(&f->mu);
	h = http_start(f->port, fn, arg);
	if (h == NULL) {
		fprintf(stderr, "cannot listen on 127.0.0.1:%d\n", f->port);
		exit(3);
	}
	set_base(f, http_port(h));
	pthread_mutex_unlock(&f->mu);
	if (pthread_create(&thread, NULL, ticking, &t) != 0)
		abort();
	write_port(f, http_port(h));
	fprintf(stderr, "ready on %s\n", f->base);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigwait(&set, &sig);
	pthread_mutex_lock(&f->mu);
	f->stopping = 1;
	pthread_cond_broadcast(&f->cv);
	pthread_mutex_unlock(&f->mu);
	http_stop(h);
	pthread_join(thread, NULL);
	deliver_stop(f);
	return 0;
}
