/*
 * screen: a booking on one screen, for people.
 */
#ifndef ADMIN_SCREEN_H
#define ADMIN_SCREEN_H

#include "base/ctx.h"

struct cJSON;
struct zone;

/* What bookings show answers to scripts, as text with times in zone; in c. */
char *screen_booking(struct ctx *c, const struct cJSON *booking,
    const struct zone *zone);

#endif
