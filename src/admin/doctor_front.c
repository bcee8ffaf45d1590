/*
 * doctor_front: what bookpay doctor sees from outside, by the address that
 * clients and providers use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/doctor_part.h"
#include "base/json.h"
#include "base/now.h"
#include "web/http.h"

/* More than a webhook ever brought; the receivers take 1 MiB. */
enum { WEBHOOK_SIZE = 512 * 1024 };

static const char *const receivers[] = { "/api/webhooks/stripe",
	"/api/webhooks/calendly" };

static void
ask(struct doctor *d, const struct http_request *rq, struct http_answer *ret)
{
	struct http_request call = *rq;

	call.deadline = doctor_deadline();
	http_call(d->c, d->http, &call, ret);
}

/* --- Clock ---------------------------------------------------------------- */

/* "Sun, 06 Nov 1994 08:49:37 GMT" as microseconds; 0: it is no such thing. */
static int64_t
read_date(struct doctor *d, const char *text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char day[3], month[4], year[5], time[9];
	const char *at;
	int64_t micros;

	if (text == NULL || sscanf(text, "%*3s, %2s %3s %4s %8s", day, month,
	    year, time) != 4 || (at = strstr(months, month)) == NULL ||
	    now_parse(arena_printf(d->c->mem, "%s-%02d-%sT%sZ", year,
	    (int)(at - months) / 3 + 1, day, time), &micros) != OK)
		return 0;
	return micros;
}

/* By how many seconds ours is ahead of theirs. */
static void
compare_clocks(struct doctor *d, const char *base, int64_t theirs,
    int64_t ours)
{
	static const char mend[] = "timedatectl set-ntp true";
	int64_t tolerance = conf_number(d->conf, "WEBHOOK_TOLERANCE");
	long long ahead = (long long)((ours - theirs) / NOW_SECOND);
	enum doctor_state state = llabs(ahead) * 2 > tolerance ? DOCTOR_WRONG
	    : DOCTOR_WARNING;

	if (llabs(ahead) > 10)
		doctor_say(d, state, mend, "the clock of this machine is %lld "
		    "seconds %s that of %s", llabs(ahead),
		    ahead > 0 ? "ahead of" : "behind", base);
}

void
doctor_front_clock(struct doctor *d)
{
	struct http_answer a;
	int64_t theirs;

	if (d->conf == NULL) {
		doctor_say(d, DOCTOR_UNKNOWN, NULL, "no configuration");
		return;
	}
	/* Without a key: whatever the answer is, it has a date. */
	ask(d, &(const struct http_request){ .method = "GET",
		.url = arena_printf(d->c->mem, "%s/v1/events", d->stripe.base) }, &a);
	theirs = a.status == 0 ? 0 : read_date(d, http_header(&a, "Date"));
	if (theirs == 0)
		doctor_say(d, DOCTOR_UNKNOWN, "let this machine call it, and "
		    "try again", "%s does not tell the time: %s",
		    d->stripe.base, a.status == 0 ? a.why : "no date");
	else
		compare_clocks(d, d->stripe.base, theirs, now_real());
}

/* --- The public address ---------------------------------------------------- */

/* Is the answer JSON, as our programs and nginx's pages for them give? */
static int
is_ours(struct doctor *d, const struct http_answer *a)
{
	struct ctx aside = *d->c;
	struct cJSON *o;

	return a->status != 0 &&
	    json_parse(&aside, a->body, a->body_len, &o) == OK &&
	    json_is_bool(o, "success");
}

static int
redirects(const struct http_answer *a)
{
	return a->status >= 300 && a->status < 400;
}

static const char *
target(const struct http_answer *a)
{
	const char *location = http_header(a, "Location");

	return location == NULL ? "nowhere" : location;
}

void
doctor_front_url(struct doctor *d)
{
	struct http_answer a;
	char *url;

	if (d->url == NULL) {
		doctor_say(d, DOCTOR_UNKNOWN, NULL,
		    "PUBLIC_BASE_URL is not set");
		return;
	}
	url = arena_printf(d->c->mem, "%s/readyz", d->url);
	ask(d, &(const struct http_request){ .method = "GET", .url = url },
	    &a);
	if (a.status == 0)
		doctor_say(d, DOCTOR_WRONG, "start nginx, and see that the "
		    "name and the certificate of PUBLIC_BASE_URL are right",
		    "%s cannot be reached from here: %s", url, a.why);
	else if (redirects(&a))
		doctor_say(d, DOCTOR_WRONG, "put the address that answers "
		    "into PUBLIC_BASE_URL", "%s leads to %s", url, target(&a));
	else if (!is_ours(d, &a))
		doctor_say(d, DOCTOR_WRONG, "include nginx/bookpay.conf in the "
		    "server of that name", "%s is answered by something else "
		    "(status %d)", url, a.status);
	else if (a.status != 200)
		doctor_say(d, DOCTOR_WRONG, "start the programs, and see their "
		    "log", "%s says that the programs are not ready "
		    "(status %d)", url, a.status);
}

/* --- The receivers --------------------------------------------------------- */

static char *
receiver(struct doctor *d, size_t i)
{
	return arena_printf(d->c->mem, "%s%s", d->url, receivers[i]);
}

/* Without a signature: what answers as it should says 401, and keeps
 * nothing. */
static void
deliver(struct doctor *d, const char *url, const char *body,
    struct http_answer *ret)
{
	static const char *const headers[] = {
		"Content-Type: application/json", NULL };

	ask(d, &(const struct http_request){ .method = "POST", .url = url,
		.headers = headers, .body = body, .body_len = strlen(body) },
	    ret);
}

static void
check_path(struct doctor *d, const char *url)
{
	struct http_answer a;

	deliver(d, url, "{}", &a);
	if (a.status == 0)
		doctor_say(d, DOCTOR_WRONG, "start nginx, or let it answer",
		    "%s cannot be reached from here: %s", url, a.why);
	else if (redirects(&a))
		doctor_say(d, DOCTOR_WRONG, "take the redirect out of nginx "
		    "for this path, or put the address that answers into "
		    "PUBLIC_BASE_URL and run bookpay webhooks sync",
		    "%s leads to %s", url, target(&a));
	else if (a.status >= 500 && is_ours(d, &a))
		doctor_say(d, DOCTOR_WRONG, "start its program, and see its "
		    "log", "%s does not work (status %d)", url, a.status);
	else if (a.status != 401 || !is_ours(d, &a))
		doctor_say(d, DOCTOR_WRONG, "include nginx/bookpay.conf in the "
		    "server of that name, without a password before it",
		    "%s is answered by something else (status %d)", url,
		    a.status);
}

void
doctor_front_paths(struct doctor *d)
{
	size_t i;

	if (d->url == NULL) {
		doctor_say(d, DOCTOR_UNKNOWN, NULL,
		    "PUBLIC_BASE_URL is not set");
		return;
	}
	for (i = 0; i < COUNT(receivers); i++)
		check_path(d, receiver(d, i));
}

void
doctor_front_sizes(struct doctor *d)
{
	char *body;
	struct http_answer a;
	size_t i;

	if (d->url == NULL) {
		doctor_say(d, DOCTOR_UNKNOWN, NULL,
		    "PUBLIC_BASE_URL is not set");
		return;
	}
	body = arena_alloc(d->c->mem, WEBHOOK_SIZE + 1);
	memset(body, ' ', WEBHOOK_SIZE);
	body[WEBHOOK_SIZE] = '\0';
	for (i = 0; i < COUNT(receivers); i++) {
		deliver(d, receiver(d, i), body, &a);
		if (a.status == 413)
			doctor_say(d, DOCTOR_WRONG, "client_max_body_size 1m; "
			    "in nginx, as nginx/bookpay.conf has it",
			    "%s does not take %d KiB", receiver(d, i),
			    WEBHOOK_SIZE / 1024);
	}
}
