/*
 * calendly_hook: webhook subscriptions at Calendly.
 *
 * One cannot be changed, nor brought to life again: it is replaced.  Its
 * signing key is never told.
 */
#ifndef PROVIDER_CALENDLY_HOOK_H
#define PROVIDER_CALENDLY_HOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct calendly;
struct ctx;

struct calendly_hook {
	const char *id;
	const char *url;          /* where it delivers; NULL: not said */
	const char *scope;        /* "user" or "organization" */
	const char *user;         /* URI, of scope "user" */
	const char *organization; /* URI */
	const char *const *events;
	size_t event_count;
	int64_t created_at; /* microseconds */
	int active;         /* Calendly disables one that fails for a day */
	int retrying;       /* its last delivery failed */
};

struct calendly_hooks {
	struct calendly_hook *rows;
	size_t count;
};

/* Whose: of the organization, or of one user in it. */
struct calendly_owner {
	const char *organization; /* URI */
	const char *user;         /* URI; NULL: scope "organization" */
};

/* All of that owner's; they live in c.  Failures as calendly_invitee_read. */
enum err calendly_hook_list(struct ctx *c, const struct calendly *cal,
    const struct calendly_owner *owner, int64_t deadline,
    struct calendly_hooks *ret) MUST_USE;

/*
 * Makes one: url, scope, user, organization and events of *want, deliveries
 * signed with key.  E_CONFLICT: there is one with this URL.  E_BADREQ: Calendly
 * does not like the URL, or such a scope.  A lost answer is E_CALENDLY: list
 * them to know.
 */
enum err calendly_hook_add(struct ctx *c, const struct calendly *cal,
    const struct calendly_hook *want, const char *key,
    int64_t deadline) MUST_USE;

/* Deletes one; it is fine if there is none. */
enum err calendly_hook_remove(struct ctx *c, const struct calendly *cal,
    const char *id, int64_t deadline) MUST_USE;

#endif
