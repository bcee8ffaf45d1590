/*
 * privacy: all that is stored about one person, and how it is forgotten.
 *
 * A person is an address: of bookings, and of those that their seats were moved
 * from and to.  Erasing changes what was stored, and nothing else: sums stay,
 * and the rows are still what the events say (app/verify.h).
 */
#ifndef APP_PRIVACY_H
#define APP_PRIVACY_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct booking;
struct cJSON;
struct db;

enum { PRIVACY_BOOKINGS_MAX = 1000, PRIVACY_WHY_MAX = 20 };

/* What is in the way: of which booking, and why. */
struct privacy_hindrance {
	const char *booking;
	const char *why;
};

struct privacy_erased {
	int64_t bookings, events;
	/* Of these if count > 0, nothing was changed. */
	struct privacy_hindrance hindrances[PRIVACY_WHY_MAX];
	size_t count;
	int asks_calendly; /* a job asks Calendly to forget the address, too */
};

struct privacy_order {
	const char *email;
	int dry_run;
	int has_calendly; /* Calendly can be asked */
};

/*
 * Removes the person from all rows and bodies.  E_NOTFOUND: nobody here has
 * that address.  The file is another matter: db_scrub.
 */
enum err privacy_erase(struct ctx *c, struct db *db,
    const struct privacy_order *order, struct privacy_erased *ret) MUST_USE;

/* All rows about the person, in an object.  E_NOTFOUND as above. */
enum err privacy_export(struct ctx *c, struct db *db, const char *email,
    struct cJSON **ret) MUST_USE;

/*
 * Forgets the person of one booking and of those it was moved from and to, in
 * the system's own name.  *ret_done is 0, and nothing was changed, where one of
 * them ended later than then, or something is under way.
 */
enum err privacy_forget_booking_tx(struct ctx *c, struct db *db,
    const char *booking, int64_t before, int *ret_done) MUST_USE;

#endif
