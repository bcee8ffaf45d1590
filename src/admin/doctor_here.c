/*
 * doctor_here: what bookpay doctor finds on this machine.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/doctor_part.h"
#include "base/now.h"
#include "base/text.h"
#include "base/zone.h"
#include "booking/builder.h"
#include "booking/session_type.h"
#include "db/db.h"

/* A disk that writes sooner than this has not written (microseconds). */
enum { TRIES = 9, FLUSH_LEAST = 15 };

/* The rules of a year are out by the middle of it. */
#define HALF_A_YEAR (182 * 86400 * NOW_SECOND)

/* --- Configuration -------------------------------------------------------- */

static const char *
config_path(struct doctor *d)
{
	const char *path = getenv("BOOKPAY_CONFIG");

	return path != NULL ? path : conf_path(d->c, CONF_DIR, "bookpay");
}

void
doctor_here_configuration(struct doctor *d)
{
	static const char *const keys[] = { "DATABASE_URL", "PUBLIC_BASE_URL",
		"STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET" };
	size_t i;

	if (d->conf == NULL) {
		doctor_say(d, DOCTOR_WRONG, "see bookpay.conf(5)", "%s",
		    d->conf_why);
		return;
	}
	for (i = 0; i < COUNT(keys); i++)
		if (conf_get(d->conf, keys[i]) == NULL)
			doctor_say(d, DOCTOR_WRONG, i < 3
			    ? "see bookpay.conf(5)" : "bookpay webhooks sync",
			    "%s is not set", keys[i]);
}

/* --- Keys ----------------------------------------------------------------- */

static int
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* What the beginning of a key says of it; the key itself is not shown. */
static const char *
kind(const char *key)
{
	static const struct {
		const char *begin, *words;
	} kinds[] = {
		{ "sk_", "a secret key of Stripe" },
		{ "rk_", "a restricted key of Stripe" },
		{ "pk_", "a publishable key of Stripe, which is for browsers" },
		{ "whsec_", "the signing secret of a webhook of Stripe" },
		{ "eyJ", "a token of Calendly" },
	};
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		if (begins(key, kinds[i].begin))
			return kinds[i].words;
	return "something else";
}

static void
check_kinds(struct doctor *d, const char *key, const char *const *good)
{
	struct conf_list list = conf_list(d->conf, key);
	size_t i, k;

	for (i = 0; i < list.count; i++) {
		for (k = 0; good[k] != NULL &&
		    !begins(list.values[i], good[k]); k++)
			;
		if (good[k] == NULL)
			doctor_say(d, DOCTOR_WRONG, arena_printf(d->c->mem,
			    "put the right one into %s: %s", key,
			    good[0][0] == 's' ? "see dashboard.stripe.com/"
			    "apikeys" : "bookpay webhooks sync"),
			    "%s holds %s", key, kind(list.values[i]));
	}
}

/* Calendly's own keys have no form that is promised: only what is another's is
 * found. */
static void
check_foreign(struct doctor *d, const char *key)
{
	struct conf_list list = conf_list(d->conf, key);
	size_t i;

	for (i = 0; i < list.count; i++)
		if (strstr(kind(list.values[i]), "Stripe") != NULL)
			doctor_say(d, DOCTOR_WRONG, arena_printf(d->c->mem,
			    "put the right one into %s: see "
			    "calendly.com/integrations/api_webhooks", key),
			    "%s holds %s", key, kind(list.values[i]));
}

/* Does nobody but this machine come by that address? */
static int
is_private(const char *url)
{
	const char *host = strstr(url, "://") + 3;

	return begins(host, "localhost") || begins(host, "127.") ||
	    begins(host, "[::1]");
}

static void
check_mode(struct doctor *d)
{
	const char *key = d->stripe.key;
	int live = begins(key, "sk_live_") || begins(key, "rk_live_");
	int test = begins(key, "sk_test_") || begins(key, "rk_test_");

	if (live && is_private(d->url))
		doctor_say(d, DOCTOR_WRONG, "put a test key into "
		    "STRIPE_SECRET_KEY, or the address that clients use into "
		    "PUBLIC_BASE_URL", "a live key takes real money at %s, "
		    "which only this machine can reach", d->url);
	if (test && !is_private(d->url))
		doctor_say(d, DOCTOR_WARNING, "put the live key into "
		    "STRIPE_SECRET_KEY, and run bookpay webhooks sync",
		    "the key of Stripe is a test key: at %s nobody really "
		    "pays", d->url);
}

void
doctor_here_keys(struct doctor *d)
{
	static const char *const secret[] = { "sk_", "rk_", NULL };
	static const char *const signing[] = { "whsec_", NULL };

	if (d->conf == NULL) {
		doctor_say(d, DOCTOR_UNKNOWN, NULL, "no configuration");
		return;
	}
	check_kinds(d, "STRIPE_SECRET_KEY", secret);
	check_kinds(d, "STRIPE_WEBHOOK_SECRET", signing);
	check_foreign(d, "CALENDLY_TOKEN");
	check_foreign(d, "CALENDLY_WEBHOOK_SIGNING_KEY");
	if (d->stripe.key != NULL && d->url != NULL)
		check_mode(d);
}

/* --- Files ---------------------------------------------------------------- */

/* Where the database is; NULL: nowhere that has a file. */
static const char *
database_path(const struct doctor *d)
{
	const char *url = d->conf == NULL ? NULL
	    : conf_get(d->conf, "DATABASE_URL");

	return url == NULL || !begins(url, "sqlite:/") ? NULL
						       : url + strlen("sqlite:");
}

/* The folder of path. */
static char *
folder_of(struct doctor *d, const char *path)
{
	return arena_printf(d->c->mem, "%.*s",
	    (int)(strrchr(path, '/') - path), path);
}

static void
check_file(struct doctor *d, const char *path, mode_t bad, const char *mend)
{
	struct stat st;

	if (stat(path, &st) != 0 || (st.st_mode & bad) == 0 ||
	    (S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX)))
		return;
	doctor_say(d, DOCTOR_WRONG, arena_printf(d->c->mem, "chmod %s %s",
	    mend, path), "%s has mode %04o: others can %s it", path,
	    (unsigned int)(st.st_mode & 07777),
	    st.st_mode & bad & S_IRWXO & ~S_IWOTH ? "read" : "change");
}

void
doctor_here_files(struct doctor *d)
{
	const char *path = database_path(d), *key, *file;
	size_t i;

	check_file(d, config_path(d), S_IWOTH | S_IWGRP, "go-w");
	for (i = 0; d->conf != NULL && (key = conf_name(i)) != NULL; i++)
		if (conf_given(d->conf, key, &file) != NULL && file != NULL)
			check_file(d, file, S_IWOTH | S_IWGRP, "go-w");
	if (path == NULL)
		return;
	check_file(d, path, S_IRWXO, "o=");
	check_file(d, arena_printf(d->c->mem, "%s-wal", path), S_IRWXO, "o=");
	check_file(d, folder_of(d, path), S_IWOTH, "o-w");
}

/* --- Database ------------------------------------------------------------- */

void
doctor_here_database(struct doctor *d)
{
	if (d->conf == NULL || conf_get(d->conf, "DATABASE_URL") == NULL)
		doctor_say(d, DOCTOR_UNKNOWN, NULL, "no configuration");
	else if (d->db == NULL)
		doctor_say(d, DOCTOR_WRONG, "bookpay migrate", "%s",
		    d->db_why != NULL ? d->db_why : "it cannot be opened");
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Microseconds that a flush takes; -1: it does not work. */
static int64_t
time_flush(int fd)
{
	int64_t took[TRIES], begin;
	size_t i;

	for (i = 0; i < TRIES; i++) {
		begin = now_monotonic();
		if (pwrite(fd, "bookpay", 7, 0) != 7 || fdatasync(fd) != 0)
			return -1;
		took[i] = now_monotonic() - begin;
	}
	qsort(took, TRIES, sizeof(*took), compare);
	return took[TRIES / 2];
}

/* What can be asked of a server, whose disk is elsewhere. */
static void
check_server(struct doctor *d)
{
	const char *what;

	if (d->db == NULL || db_trouble(d->c, d->db, &what) != OK)
		doctor_say(d, DOCTOR_UNKNOWN, NULL, "no database");
	else if (what != NULL)
		doctor_say(d, DOCTOR_WRONG, "switch it on in postgresql.conf, "
		    "and restart the server", "%s: a power cut loses what was "
		    "paid, or the whole database", what);
}

void
doctor_here_disk(struct doctor *d)
{
	const char *path = database_path(d);
	char *draft;
	int64_t took;
	int fd;

	if (path == NULL) {
		check_server(d);
		return;
	}
	draft = arena_printf(d->c->mem, "%s-doctor.XXXXXX", path);
	fd = mkstemp(draft);
	if (fd < 0) {
		doctor_say(d, DOCTOR_WRONG, "run it as the user of the "
		    "programs, and let that one own the folder",
		    "nothing can be written beside %s: %s", path,
		    strerror(errno));
		return;
	}
	unlink(draft);
	took = time_flush(fd);
	if (took < 0)
		doctor_say(d, DOCTOR_WRONG, "move the database to a disk that "
		    "works, and change DATABASE_URL", "nothing can be flushed "
		    "to the disk of %s: %s", path, strerror(errno));
	else if (took < FLUSH_LEAST)
		doctor_say(d, DOCTOR_WARNING, "move the database to a disk, "
		    "and change DATABASE_URL", "a flush of %s takes %lld "
		    "microseconds: that is memory, or a disk that says so "
		    "without writing", path, (long long)took);
	close(fd);
}

/* --- Time zones, mail ----------------------------------------------------- */

/* The first line of file in folder, behind prefix, or NULL. */
static char *
read_version(struct doctor *d, const char *folder, const char *file,
    const char *prefix)
{
	FILE *f = fopen(arena_printf(d->c->mem, "%s/%s", folder, file), "r");
	char line[64], *text = NULL;

	if (f == NULL)
		return NULL;
	if (fgets(line, sizeof(line), f) != NULL && begins(line, prefix)) {
		line[strcspn(line, "\r\n")] = '\0';
		text = arena_dup(d->c->mem, line + strlen(prefix));
	}
	fclose(f);
	return text;
}

static void
check_version(struct doctor *d)
{
	static const char mend[] = "apt-get install --only-upgrade tzdata, or "
	    "as the system's packages are upgraded, and restart the programs";
	const char *folder = getenv("TZDIR"), *version;
	int64_t year;

	if (text_blank(folder))
		folder = "/usr/share/zoneinfo";
	version = read_version(d, folder, "tzdata.zi", "# version ");
	if (version == NULL)
		version = read_version(d, folder, "+VERSION", "");
	if (version == NULL || strlen(version) < 4 ||
	    !text_number(version, 4, &year))
		doctor_say(d, DOCTOR_WARNING, mend, "%s does not say how old "
		    "it is", folder);
	else if (strncmp(version, now_text(d->c->mem, d->c->now -
	    HALF_A_YEAR), 4) < 0)
		doctor_say(d, DOCTOR_WARNING, mend, "the rules of the time "
		    "zones are those of %s", version);
}

static enum err
builders_tx(struct ctx *c, struct db *db, void *arg)
{
	return builder_list_tx(c, db, arg);
}

void
doctor_here_zones(struct doctor *d)
{
	struct builder_list list = { 0 };
	struct zone *zone;
	size_t i;

	check_version(d);
	if (d->db == NULL || db_read(d->c, d->db, builders_tx, &list) != OK)
		return;
	for (i = 0; i < list.count; i++)
		if (zone_load(d->c, list.rows[i].timezone, &zone) != OK)
			doctor_say(d, DOCTOR_WRONG, arena_printf(d->c->mem,
			    "apt-get install tzdata, or bookpay builders set "
			    "%s --timezone ZONE", list.rows[i].id),
			    "there is no time zone %s, which %s has",
			    list.rows[i].timezone, list.rows[i].id);
}

static enum err
types_tx(struct ctx *c, struct db *db, void *arg)
{
	return session_type_list_tx(c, db, 1, arg);
}

void
doctor_here_mail(struct doctor *d)
{
	struct session_type_list list = { 0 };
	size_t i, direct = 0;

	if (d->db == NULL || db_read(d->c, d->db, types_tx, &list) != OK) {
		doctor_say(d, DOCTOR_UNKNOWN, NULL, "no database");
		return;
	}
	for (i = 0; i < list.count; i++)
		direct += list.rows[i].direct != 0;
	if (direct > 0)
		doctor_say(d, DOCTOR_WARNING, "switch on the mails to "
		    "customers at dashboard.stripe.com/settings/emails; "
		    "bookpay bookings link ID makes a link to send",
		    "%zu session types are booked without Calendly, and "
		    "bookpay itself sends no mail", direct);
}
