/*
 * meter: what programs count for those who watch them.
 *
 * Each program has one file in METRICS_DIR, which all its threads and
 * processes add to, and which stays when they end.  It holds numbers only, of
 * which each is read and written whole; so a reader needs no lock, and who is
 * killed leaves nothing half done.
 */
#ifndef WEB_METER_H
#define WEB_METER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/ctx.h"

/* Those who deliver to us, and whom we call. */
enum meter_peer { METER_STRIPE, METER_CALENDLY, METER_PEERS };

/* What became of a delivery. */
enum meter_outcome {
	METER_APPLIED,
	METER_IGNORED,
	METER_PARKED,
	METER_FAILED,
	METER_DUPLICATE,
	METER_REFUSED,    /* it was not signed as it should be */
	METER_UNREADABLE, /* it was signed, and is no event */
	METER_ERROR,      /* it could not be stored now */
	METER_OUTCOMES,
};

/* What became of a call: an answer by its status, or none. */
enum meter_answer {
	METER_NONE,
	METER_2XX,
	METER_3XX,
	METER_4XX,
	METER_429,
	METER_5XX,
	METER_ANSWERS,
};

/* Types of events that have a number of their own begin behind these. */
enum { METER_OTHER, METER_UNKNOWN, METER_NAMED, METER_TYPES = 40 };

/* Times: up to half a millisecond, up to one, to two … and longer. */
enum { METER_BUCKETS = 17, METER_LEAST = 500 };
struct meter_times {
	_Atomic uint64_t buckets[METER_BUCKETS];
	_Atomic uint64_t micros;
};

/* The file. */
struct meter {
	char magic[16];
	uint64_t size;
	_Atomic uint64_t answers[METER_ANSWERS]; /* ours, to requests */
	struct meter_times requests;
	_Atomic uint64_t calls[METER_PEERS][METER_ANSWERS];
	struct meter_times times[METER_PEERS];
	_Atomic uint64_t
	    deliveries[METER_PEERS][METER_TYPES][METER_OUTCOMES];
};

/*
 * Opens the file of program, for the process: in main, before it is confined
 * and before threads.  A file that is none of ours, or of another build, is
 * replaced.  Nothing is counted before, nor if METRICS_DIR is not set.
 * E_INTERNAL if it cannot be opened, with the reason.
 */
enum err meter_open(struct ctx *c, const struct conf *conf,
    const char *program) MUST_USE;
void meter_close(void);

/* One request was answered; one call came to its end (status 0: without an
 * answer); one delivery was taken in, or not. */
void meter_request(int status, int64_t micros);
void meter_call(enum meter_peer peer, int status, int64_t micros);
void meter_delivery(enum meter_peer peer, size_t type,
    enum meter_outcome outcome);

/* The most that bucket i counts, in microseconds; the last one has no end. */
int64_t meter_limit(size_t i);

/* What program has counted so far; 0: there is no such file. */
int meter_read(struct ctx *c, const char *folder, const char *program,
    struct meter *ret);

#endif
