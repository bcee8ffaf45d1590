/*
 * policy: what a client gets back who cancels.
 *
 * A policy is text, "24:100 12:50": cancelled at least 24 hours before the
 * start 100 % are paid back, at least 12 hours 50 %, later nothing.  Hours
 * fall from left to right.  An empty policy pays nothing back.  Whatever the
 * builder cancels is paid back in full.
 */
#ifndef BOOKING_POLICY_H
#define BOOKING_POLICY_H

#include <stdint.h>

#include "base/ctx.h"

/* E_BADREQ with words unless text reads as a policy. */
enum err policy_check(struct ctx *c, const char *text) MUST_USE;

/* Percent that go back when cancelled at `now` for a start at `start`. */
int policy_percent(const char *text, int64_t start, int64_t now);

/* The policy in a sentence or two for people, in c. */
char *policy_words(struct ctx *c, const char *text);

#endif
