/*
 * histogram: how long many things took, without keeping every one: buckets
 * that grow with the time, 1.6 % wide at most.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>
#include <stdio.h>

enum { HISTOGRAM_STEPS = 64, HISTOGRAM_BUCKETS = 32 * HISTOGRAM_STEPS };

struct histogram {
	int64_t counts[HISTOGRAM_BUCKETS];
	int64_t count, sum, most;
};

void histogram_add(struct histogram *h, int64_t micros);

/* So long took at most this part of them (0.99). */
int64_t histogram_at(const struct histogram *h, double part);

/* "count":…,"mean":…,"p50":… and the buckets, one for each doubling. */
void histogram_print(const struct histogram *h, FILE *to);

#endif
