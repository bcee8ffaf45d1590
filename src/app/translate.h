/*
 * translate: what a provider said, in the words of the business.
 *
 * booking and provider never meet; here the few fields of a stored event go
 * from one to the other as plain values.
 */
#ifndef APP_TRANSLATE_H
#define APP_TRANSLATE_H

#include "base/ctx.h"

struct db;
struct event;
struct event_outcome;

/* Sources of events. */
#define TRANSLATE_STRIPE "stripe"
#define TRANSLATE_STRIPE_API "stripe-api"
#define TRANSLATE_CALENDLY "calendly"
#define TRANSLATE_CALENDLY_API "calendly-api"

/* Reads ev's body again and adds what it says to the facts. */
enum err translate_apply_tx(struct ctx *c, struct db *db,
    const struct event *ev, struct event_outcome *ret) MUST_USE;

#endif
