/*
 * hooks: what has to be true of the webhooks at both providers.
 */
#ifndef APP_HOOKS_H
#define APP_HOOKS_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct ctx;
struct db;

/*
 * Types of events that we use, NULL behind.  They are counted by their places
 * (web/meter.h): a new one comes last.
 */
extern const char *const hooks_calendly_types[];
extern const char *const hooks_stripe_types[];

/* How many types are there, up to NULL? */
size_t hooks_count(const char *const *types);

/* Is word in the list? */
int hooks_name(const char *const *list, size_t n, const char *word);

/* How many of types (NULL behind) are not in the list? */
size_t hooks_lack(const char *const *list, size_t n,
    const char *const *types);

/*
 * Are there builders at Calendly besides user (a URI)?  A subscription of one
 * user tells of that user's events only.
 */
enum err hooks_others(struct ctx *c, struct db *db, const char *user,
    int *ret) MUST_USE;

/* Does url lead to our receiver, whatever query it has? */
int hooks_lead_to(const char *url, const char *receiver);

#endif
