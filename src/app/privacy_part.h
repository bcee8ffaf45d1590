/*
 * privacy_part: who a person is, for privacy.c and privacy_export.c.
 */
#ifndef APP_PRIVACY_PART_H
#define APP_PRIVACY_PART_H

#include <stddef.h>

#include "app/privacy.h"

struct privacy_set {
	struct booking *bookings[PRIVACY_BOOKINGS_MAX];
	size_t count;
};

/* The bookings of an address, and those that they moved from and to. */
enum err privacy_find_tx(struct ctx *c, struct db *db, const char *email,
    struct privacy_set *ret) MUST_USE;

#endif
