/*
 * stripe_endpoint: where Stripe delivers its webhooks.
 *
 * Stripe disables an endpoint that fails for days.  Its secret is told once,
 * when it is made: so making one is for who may write the configuration; the
 * rest is not.
 */
#ifndef PROVIDER_STRIPE_ENDPOINT_H
#define PROVIDER_STRIPE_ENDPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct ctx;
struct stripe;

struct stripe_endpoint {
	const char *id;
	const char *url;
	const char *const *events; /* "*": all */
	size_t event_count;
	int enabled;
	const char *version; /* of what it brings; NULL: the account's own */
	int64_t created;     /* unix seconds */
	/* What we noted at it; NULL: we did not make it. */
	const char *mark;
};

struct stripe_endpoints {
	struct stripe_endpoint *rows;
	size_t count;
};

/* All there are (Stripe allows 16), in c.  Failures as stripe_verdict. */
enum err stripe_endpoint_list(struct ctx *c, const struct stripe *s,
    int64_t deadline, struct stripe_endpoints *ret) MUST_USE;

/* Enables it, for its events as they are in *want. */
enum err stripe_endpoint_enable(struct ctx *c, const struct stripe *s,
    const struct stripe_endpoint *want, int64_t deadline) MUST_USE;

/* Makes one for url and events of *want, whose events are of STRIPE_VERSION,
 * noted as ours with its mark.  The secret is told this once. */
enum err stripe_endpoint_add(struct ctx *c, const struct stripe *s,
    const struct stripe_endpoint *want, int64_t deadline,
    const char **ret_id, const char **ret_secret) MUST_USE;

/* Changes what is noted at one of ours. */
enum err stripe_endpoint_note(struct ctx *c, const struct stripe *s,
    const char *id, const char *mark, int64_t deadline) MUST_USE;

/* Deletes one; it is fine if there is none. */
enum err stripe_endpoint_remove(struct ctx *c, const struct stripe *s,
    const char *id, int64_t deadline) MUST_USE;

#endif
