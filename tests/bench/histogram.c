#include "histogram.h"

#include <inttypes.h>

/* Below 2 * STEPS every microsecond has its own; then STEPS per doubling. */
static int
bucket(int64_t micros)
{
	int shift = 0, at;

	while (micros >> shift >= 2 * HISTOGRAM_STEPS)
		shift++;
	at = shift * HISTOGRAM_STEPS + (int)(micros >> shift);
	return at < HISTOGRAM_BUCKETS ? at : HISTOGRAM_BUCKETS - 1;
}

/* The largest time in a bucket. */
static int64_t
edge(int at)
{
	int shift = at / HISTOGRAM_STEPS - 1;

	if (shift <= 0)
		return at;
	return ((int64_t)(at - shift * HISTOGRAM_STEPS + 1) << shift) - 1;
}

void
histogram_add(struct histogram *h, int64_t micros)
{
	if (micros < 0)
		micros = 0;
	h->counts[bucket(micros)]++;
	h->count++;
	h->sum += micros;
	if (micros > h->most)
		h->most = micros;
}

int64_t
histogram_at(const struct histogram *h, double part)
{
	int64_t seen = 0, wanted = (int64_t)((double)h->count * part);
	int i;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->counts[i];
		if (seen > wanted)
			return edge(i) < h->most ? edge(i) : h->most;
	}
	return h->most;
}

void
histogram_print(const struct histogram *h, FILE *to)
{
	const char *comma = "";
	int64_t count = 0;
	int i;

	fprintf(to, "\"count\":%" PRId64 ",\"mean\":%" PRId64 ",\"p50\":%"
	    PRId64 ",\"p90\":%" PRId64 ",\"p99\":%" PRId64 ",\"p999\":%"
	    PRId64 ",\"max\":%" PRId64 ",\"histogram\":[", h->count,
	    h->count == 0 ? 0 : h->sum / h->count, histogram_at(h, 0.5),
	    histogram_at(h, 0.9), histogram_at(h, 0.99),
	    histogram_at(h, 0.999), h->most);
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		count += h->counts[i];
		if ((i + 1) % HISTOGRAM_STEPS != 0 || count == 0)
			continue;
		fprintf(to, "%s[%" PRId64 ",%" PRId64 "]", comma, edge(i),
		    count);
		comma = ",";
		count = 0;
	}
	fputs("]", to);
}
