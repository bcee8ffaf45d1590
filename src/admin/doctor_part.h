/*
 * doctor_part: what the checks of bookpay doctor share.
 */
#ifndef ADMIN_DOCTOR_PART_H
#define ADMIN_DOCTOR_PART_H

#include "base/conf.h"
#include "base/ctx.h"
#include "provider/calendly.h"
#include "provider/stripe.h"

struct cJSON;
struct db;
struct http;

/* The worse, the larger. */
enum doctor_state {
	DOCTOR_FINE,
	DOCTOR_WARNING,
	DOCTOR_UNKNOWN, /* could not be looked at */
	DOCTOR_WRONG,
};

struct doctor {
	struct ctx *c;
	struct conf *conf;    /* NULL: it could not be read */
	const char *conf_why; /* why not */
	struct db *db;        /* NULL: it could not be opened */
	const char *db_why;
	struct http *http;
	const char *url;          /* PUBLIC_BASE_URL; NULL: not set */
	struct stripe stripe;     /* key NULL: not configured */
	struct calendly calendly; /* token NULL: not configured */

	struct cJSON *answer;
	const char *check, *why; /* of the check that is made */
	size_t found;            /* by it */
	size_t count[DOCTOR_WRONG + 1];
};

/* A check: says what it finds, which may be nothing. */
typedef void doctor_check(struct doctor *d);

/* Found: in words, with what mends it, a command or a sentence; or NULL. */
void doctor_say(struct doctor *d, enum doctor_state state,
    const char *remedy, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* The next call of others takes no longer than until then. */
int64_t doctor_deadline(void);

/* This machine. */
doctor_check doctor_here_configuration, doctor_here_keys, doctor_here_files;
doctor_check doctor_here_database, doctor_here_disk, doctor_here_zones;
doctor_check doctor_here_mail;

/* How the world sees it. */
doctor_check doctor_front_clock, doctor_front_url, doctor_front_paths;
doctor_check doctor_front_sizes;

/* The providers. */
doctor_check doctor_hooks_stripe, doctor_hooks_calendly;
doctor_check doctor_hooks_payments;

#endif
