/*
 * fake: what the two fakes have in common: the command line, the lock, how
 * badly to behave, and the steering calls that both understand.
 */
#ifndef FAKE_FAKE_H
#define FAKE_FAKE_H

#include <pthread.h>

#include "behave.h"
#include "http.h"
#include "util.h"

struct deliver;

struct fake {
	pthread_mutex_t mu;	/* holds everything below and all state */
	pthread_cond_t cv;	/* something happened: look again */
	int stopping;
	double speed;	/* how many times faster than life */
	struct behave behave;
	struct deliver *deliver;
	cJSON *requests;	/* API calls seen, oldest first */
	cJSON *keys;	/* what callers may send; NULL: the key there was */
	unsigned seed;
	/* somebody set the clock: let what waits for its time know */
	void (*jumped)(void *arg, int64_t by_ms);
	void *arg;	/* of the call */
	char base[128];	/* our own URL */
	/* from the command line */
	int port, parallel;
	const char *port_file, *contract, *public_url;
};

/* How an API request is to be spoilt. */
enum fault { FAULT_NONE, FAULT_429, FAULT_409, FAULT_500, FAULT_CUT };

/*
 * Reads what both fakes take (--port, --port-file, --speed, --contract,
 * --parallel, --seed, --public-url, --help) and calls `own` with a long
 * option's name and value for the rest, all of which take a value.  Ends the
 * program on a mistake.
 */
void fake_options(struct fake *f, int argc, char **argv, const char *usage,
    const char *const *own_names, void (*own)(void *, const char *, char *),
    void *arg);

/* Fills in the lock and the defaults. */
void fake_init(struct fake *f, const char *contract);
void fake_free(struct fake *f);

/*
 * Serves until SIGTERM or SIGINT; returns the exit status.  `tick` is called
 * every few milliseconds with the lock held.
 */
int fake_serve(struct fake *f, http_handler *fn, void (*tick)(void *),
    void *arg);

/* True with probability p.  Needs the lock. */
int fake_chance(struct fake *f, double p);
/* What is to go wrong with a request to this path.  Needs the lock. */
enum fault fake_fault(struct fake *f, const char *path);
/* How many to show of a list when so many are asked for.  Needs the lock. */
int fake_page(const struct fake *f, int asked);
/* For how many milliseconds lists do not know a new thing.  With the lock. */
int fake_lag(struct fake *f);
/* Wait without the lock, at most this long, less if we are stopping. */
void fake_sleep(struct fake *f, int64_t ms);
/* A real-life time as milliseconds here. */
int64_t fake_ms(const struct fake *f, double real_seconds);

/* Remember an API request for GET /_fake/requests.  Needs the lock. */
void fake_log(struct fake *f, const struct hreq *rq, int status,
    const char *key);

/* May a caller come with this key, which was `first' at the start?  Needs the
 * lock. */
int fake_knows(const struct fake *f, const char *key, const char *first);

/* The steering calls both know; 0 if this is none of them.  Needs the lock. */
int fake_steer(struct fake *f, struct hreq *rq, struct hresp *rs);

#endif
