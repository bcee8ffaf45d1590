/*
 * stripe_rules: what the provider refuses although the schema allows it
 * (facts/stripe.md §6, §11).  Each answers the error itself.
 */
#ifndef FAKE_STRIPE_RULES_H
#define FAKE_STRIPE_RULES_H

#include "stripe.h"

/* The request as a whole, without its items; 0 if refused. */
int rules_session(struct call *c);
/* Its line items as the API shows them; NULL if refused. */
cJSON *rules_items(struct call *c);
double rules_sum(const cJSON *items);
/* Discounts taken off, and the total not too small; 0 if refused. */
int rules_total(struct call *c, struct obj *session);
/* One name, as metadata and e-mail addresses go; 0 if refused. */
int rules_metadata(struct call *c, const char *name);
int rules_email_ok(const char *email);
/* Answers that this parameter is missing; always 0. */
int rules_missing(struct call *c, const char *name);

#endif
