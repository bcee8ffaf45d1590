/*
 * fake-calendly: plays api.calendly.com, the booking pages of calendly.com
 * and the embed script of assets.calendly.com, as facts/calendly.md says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendly.h"
#include "deliver.h"

#ifndef FAKE_CONTRACT
#define FAKE_CONTRACT "tests/contract"
#endif

enum { TYPES_MAX = 32 };

static const char usage[] =
	"usage: fake-calendly --token T [--webhook-url URL --signing-key K]\n"
	"                     [--redirect-url URL] [options]\n"
	"  --token T            what the caller must send as Bearer\n"
	"  --webhook-url URL    the subscription there is from the start\n"
	"  --signing-key K      its key\n"
	"  --redirect-url URL   where the browser goes after booking\n"
	"  --event-type UUID:SLUG:MINUTES:NAME  one more (repeat)\n"
	"Booking page: /robin-coach/<slug>; embed: /assets/external/widget.js\n"
	"Steering:\n"
	"  POST /_fake/book        {eventType, startTime, name, email,\n"
	"                          timezone?, redirect?, utmContent?, utm?,\n"
	"                          answers?}\n"
	"  POST /_fake/cancel      {inviteeUri, by: invitee|host, reason?}\n"
	"  POST /_fake/reschedule  {inviteeUri, startTime, by?, keepTracking?}\n"
	"  POST /_fake/no-show     {inviteeUri, undo?}\n"
	"  POST /_fake/disable     {subscription?}: as after a day of failures;\n"
	"                          all, if none is named\n"
	"  POST /_fake/delete      {subscription?}: a person deletes it\n"
	"behave knows doubleEncode (of the redirect's values) and refuseReason\n"
	"(a cancellation with a reason gets 400), too.\n"
	"Options:\n";

static const char *const own_names[] = { "token", "webhook-url", "signing-key",
	"redirect-url", "event-type", NULL };

struct settings {
	struct cal cal;
	const char *types[TYPES_MAX];
	int ntypes;
};

static void
own_option(void *arg, const char *name, char *value)
{
	struct settings *s = arg;

	if (strcmp(name, "token") == 0)
		s->cal.token = value;
	else if (strcmp(name, "webhook-url") == 0)
		s->cal.webhook_url = value;
	else if (strcmp(name, "signing-key") == 0)
		s->cal.signing_key = value;
	else if (strcmp(name, "redirect-url") == 0)
		s->cal.redirect_url = value;
	else if (s->ntypes < TYPES_MAX)
		s->types[s->ntypes++] = value;
}

static void
handler(void *arg, struct hreq *rq, struct hresp *rs)
{
	struct cal *cal = arg;
	int done = 1;

	if (cal_asset(rq, rs))
		return;
	pthread_mutex_lock(&cal->f.mu);
	if (strncmp(rq->path, "/_fake/", 7) == 0) {
		if (!cal_steer(cal, rq, rs) && !fake_steer(&cal->f, rq, rs))
			hresp_refuse(rs, 404, "nothing here: %s %s",
			    rq->method, rq->path);
	} else {
		done = cal_page(cal, rq, rs);
	}
	pthread_mutex_unlock(&cal->f.mu);
	if (!done)
		cal_api(cal, rq, rs);
}

static void
tick(void *arg)
{
	(void)arg;
}

static void
release(struct cal *cal)
{
	store_free(&cal->types);
	store_free(&cal->events);
	store_free(&cal->invitees);
	store_free(&cal->no_shows);
	store_free(&cal->subs);
	store_free(&cal->links);
	cJSON_Delete(cal->samples);
	fake_free(&cal->f);
}

int
main(int argc, char **argv)
{
	static struct settings s;
	struct cal *cal = &s.cal;
	struct deliver_conf conf = {
		.signature_header = "Calendly-Webhook-Signature",
		.user_agent = "Calendly",
		.give_up = 24 * 3600,
		.timeout_s = 15,
		.alive = hook_alive,
		.result = hook_result,
		.arg = cal,
	};
	int i, status;

	fake_init(&cal->f, FAKE_CONTRACT "/calendly");
	fake_options(&cal->f, argc, argv, usage, own_names, own_option, &s);
	if (cal->token == NULL) {
		fputs(usage, stderr);
		return 2;
	}
	cal->samples = cJSON_CreateObject();
	cal_seed(cal);
	for (i = 0; i < s.ntypes; i++) {
		if (!cal_add_type(cal, s.types[i])) {
			fprintf(stderr, "not UUID:SLUG:MINUTES:NAME: %s\n",
			    s.types[i]);
			return 2;
		}
	}
	hook_seed(cal);
	deliver_start(&cal->f, &conf);
	status = fake_serve(&cal->f, handler, tick, cal);
	release(cal);
	return status;
}
