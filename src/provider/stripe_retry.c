#include "provider/stripe_retry.h"

#include <string.h>

#include "base/text.h"

enum { PAUSE_SECONDS_MAX = 5 };

static int
worth_another(const struct stripe_retry *t)
{
	if (t->status == 0)
		return !t->hopeless;
	if (t->should_retry != NULL && strcmp(t->should_retry, "false") == 0)
		return 0;
	if (t->should_retry != NULL && strcmp(t->should_retry, "true") == 0)
		return 1;
	return t->status == 409 || t->status == 429 || t->status >= 500;
}

int64_t
stripe_retry_pause(const struct stripe_retry *t, unsigned int dice)
{
	int64_t floor = t->second / 2, pause = floor, asked;
	int i;

	if (t->number >= STRIPE_RETRY_TRIES || !worth_another(t))
		return -1;
	for (i = 1; i < t->number; i++)
		pause *= 2;
	if (pause > PAUSE_SECONDS_MAX * t->second)
		pause = PAUSE_SECONDS_MAX * t->second;
	pause = pause / 2 + pause / 2 * (dice % 1000) / 999;
	if (pause < floor)
		pause = floor;
	if (t->retry_after != NULL &&
	    text_number(t->retry_after, strlen(t->retry_after), &asked)) {
		/* Compared before multiplied: it may be any number. */
		if (asked > t->left / t->second)
			return -1;
		if (asked * t->second > pause)
			pause = asked * t->second;
	}
	if (pause + STRIPE_RETRY_ROOM * t->second > t->left)
		return -1;
	return pause;
}
