/*
 * survey: what a worker counts for those who watch, because to count it takes
 * too long for who asks: the bookings that a person has to see to, and the
 * money there is in all.
 */
#ifndef APP_SURVEY_H
#define APP_SURVEY_H

#include <stdint.h>

#include "base/ctx.h"

struct db;
struct mark_list;
struct shop;

/* Called between the steps: anything but 0 ends the survey there. */
typedef int survey_between(void *arg);

/*
 * Counts what has not been counted for a while, in small steps, and notes it
 * in marks; nothing where another worker is at it.
 */
enum err survey_run(struct ctx *c, struct shop *shop, survey_between *between,
    void *arg) MUST_USE;

/* Of all marks, how many bookings need a person, and when that was counted;
 * 0: it was not yet. */
int64_t survey_attention(const struct mark_list *marks, int64_t *ret_at);

#endif
