/*
 * webhooks_part: what the parts of bookpay webhooks share.
 */
#ifndef ADMIN_WEBHOOKS_PART_H
#define ADMIN_WEBHOOKS_PART_H

#include "base/conf.h"
#include "base/ctx.h"
#include "base/now.h"

struct cJSON;
struct shop;

/* So long two deliver beside each other, while the programs get to know the
 * new secret and the old one has deliveries to repeat. */
#define WEBHOOKS_OVERLAP (86400 * NOW_SECOND)

/* More than there are endpoints or subscriptions of ours. */
enum { WEBHOOKS_DROPPED_MAX = 128 };

struct webhooks {
	struct ctx *c;
	const struct shop *shop;
	int dry_run, rotate;
	struct cJSON *answer;
	const char *provider; /* whose turn it is */
	/* Prints of secrets that are needed no more. */
	const char *dropped[WEBHOOKS_DROPPED_MAX];
	size_t dropped_count;
};

/* What is done, or would be, in words. */
void webhooks_tell(struct webhooks *w, const char *action, const char *fmt,
    ...) PRINTF_LIKE(3, 4);

/* By what a secret is known at the provider: tells nothing of it. */
char *webhooks_print(struct ctx *c, const char *secret);

/* Is it the print of one of these secrets? */
int webhooks_knows(struct ctx *c, const struct conf_list *secrets,
    const char *print);

int64_t webhooks_deadline(void);

/*
 * Puts the secrets of key into the files it is read from, the new one (or
 * NULL) first, without those that were dropped; and says so.
 */
enum err webhooks_store(struct webhooks *w, const char *key,
    const char *secret) MUST_USE;

/* The secret with that print is needed no more. */
enum err webhooks_store_drop(struct webhooks *w, const char *key,
    const char *print) MUST_USE;

/* Can that be done?  E_CONFLICT: the environment sets it. */
enum err webhooks_store_can(struct webhooks *w, const char *key) MUST_USE;

enum err webhooks_stripe(struct webhooks *w) MUST_USE;
enum err webhooks_calendly(struct webhooks *w) MUST_USE;

#endif
