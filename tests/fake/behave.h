/*
 * behave: how badly a fake is to behave, as POST /_fake/behave says.
 */
#ifndef FAKE_BEHAVE_H
#define FAKE_BEHAVE_H

#include "util.h"

/* Numbers without a comment are probabilities. */
struct behave {
	double lose, repeat, reorder;
	double twin;	/* a change makes two events; Stripe only */
	double answer429, answer500, answer409, cut;
	double double_encode;
	int delay_ms;	/* of deliveries, at most */
	int slow_ms;	/* of API answers */
	int lag_ms;	/* until lists show what is new, at most */
	int page_max;	/* of a list, whatever is asked for; 0: as asked */
	int reset_s;	/* what a 429 says to wait; -1: what is true */
	int clock_s;	/* how far ahead its clock is; Stripe only */
	int times;	/* API requests left to spoil; -1: no end */
	int after;	/* spoil the answer, not the operation */
	int stick;	/* a 500 that did nothing stays with its key */
	int refuse_reason;	/* of a cancellation; Calendly only */
	cJSON *lose_types;	/* lose only these; NULL: all */
	cJSON *paths;	/* spoil only what begins so; NULL: all */
};

void behave_init(struct behave *b);
void behave_free(struct behave *b);
/*
 * Takes over what the steering call says: all of it, or, with "keep", what it
 * names.  NULL, or the name that is none of ours.
 */
const char *behave_set(struct behave *b, const cJSON *in);
cJSON *behave_show(const struct behave *b);
/* Are requests to this path to be spoilt? */
int behave_hits(const struct behave *b, const char *path);

#endif
