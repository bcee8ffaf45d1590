/*
 * calendly: what the files of fake-calendly share.  Everything that takes a
 * struct cal needs the lock of its struct fake.
 */
#ifndef FAKE_CALENDLY_H
#define FAKE_CALENDLY_H

#include "deliver.h"
#include "fake.h"
#include "store.h"

/* What every URI in a body starts with, whatever port we listen on. */
#define CAL_API "https://api.calendly.com"
#define CAL_SITE "https://calendly.com"
#define CAL_USER CAL_API "/users/f1c0a001-0000-4000-8000-000000000001"
#define CAL_ORG CAL_API "/organizations/0a6b0001-0000-4000-8000-000000000001"

struct cal {
	struct fake f;
	const char *token, *webhook_url, *signing_key, *redirect_url;
	struct store types, events, invitees, no_shows, subs, links;
	cJSON *samples;	/* contract files read so far */
	int window_left;	/* calls left in this minute */
	int64_t window_end;
};

/* One API request being answered. */
struct ccall {
	struct cal *cal;
	struct hreq *rq;
	struct hresp *rs;
	cJSON *query;	/* form_parse of the query */
	cJSON *body;	/* of a POST; NULL if it is not an object */
	char id[ID_MAX], id2[ID_MAX];	/* what stood for {…} in the path */
};

/* base */
/* A copy of a file of the contract. */
cJSON *cal_sample(struct cal *cal, const char *file);
void cal_seed(struct cal *cal);
/* --event-type UUID:SLUG:MINUTES:NAME; 0 if it is not that. */
int cal_add_type(struct cal *cal, const char *spec);
/* By uuid, slug or URI. */
struct obj *cal_type(struct cal *cal, const char *name);
/* The last part of a URI. */
const char *cal_tail(const char *uri);
/* Answers with an error body of the contract. */
void cal_error(struct ccall *c, int status, const char *file);
/* 400 that names a parameter. */
void cal_invalid(struct ccall *c, const char *param, const char *text);
/* {"resource": o}; takes over o. */
void cal_resource(struct ccall *c, int status, cJSON *o);
/* {"collection", "pagination"} of what is asked for; takes over all. */
void cal_collection(struct ccall *c, const char *path, cJSON *all);

/* time */
/* Is this a time zone the system knows? */
int zone_ok(const char *zone);
/* 2026-12-10T09:00:00-05:00 */
void zone_iso(char ret[40], const char *zone, int64_t t);
/* Thu 10 Dec 2026, 09:00 */
void zone_text(char ret[64], const char *zone, int64_t t);
int64_t event_start(const struct obj *event);
/* The starts that can still be booked in [from, to); n of them. */
int slots(struct cal *cal, const struct obj *type, int64_t from, int64_t to,
    int64_t *ret, int max);
/* Seats left at this time. */
int seats_left(struct cal *cal, const struct obj *type, int64_t start);

/* book */
struct booking {
	struct obj *type;
	int64_t start;
	const char *name, *first, *last, *email, *timezone, *phone;
	const char *method;	/* "api" or NULL */
	const cJSON *tracking, *answers, *guests;	/* or NULL */
	struct obj *old;	/* rescheduled from here, or NULL */
};
/* The invitee, or NULL if the time is taken.  Sends no webhook. */
struct obj *book(struct cal *cal, const struct booking *b);
struct obj *event_of(struct cal *cal, const struct obj *invitee);
/* Cancels one invitee, or the whole event if the host does it, and sends the
 * webhooks; 0 if it was canceled before. */
int cancel(struct cal *cal, struct obj *invitee, int by_host,
    const char *reason);
/* The new invitee, or NULL if that cannot be. */
struct obj *reschedule(struct cal *cal, struct obj *invitee, int64_t start,
    int by_host, int keep_tracking);
struct obj *no_show(struct cal *cal, struct obj *invitee);
void no_show_undo(struct cal *cal, struct obj *invitee);
/* Where Calendly sends the browser; NULL if nowhere.  The caller frees. */
char *redirect_url(struct cal *cal, const struct obj *invitee,
    const char *target);

/* hook */
/* Tell every subscription that asked for it. */
void hook_emit(struct cal *cal, const char *event, const struct obj *invitee);
void hook_seed(struct cal *cal);
enum endpoint hook_alive(void *arg, const char *endpoint);
void hook_result(void *arg, const char *endpoint, int ok, int final);
/* Turned off as after a day of failures, or deleted by a person.  How many;
 * name NULL: all. */
int hook_end(struct cal *cal, const char *name, int gone);
void hook_create(struct ccall *c);
void hook_list(struct ccall *c);
void hook_get(struct ccall *c);
void hook_delete(struct ccall *c);

/* api: takes the lock itself. */
void cal_api(struct cal *cal, struct hreq *rq, struct hresp *rs);
void invitee_create(struct ccall *c);
void invitees_forget(struct ccall *c);
void user_get(struct ccall *c);
void types_list(struct ccall *c);
void type_get(struct ccall *c);
void times_list(struct ccall *c);
void events_list(struct ccall *c);
void event_get(struct ccall *c);
void invitees_list(struct ccall *c);
void invitee_get(struct ccall *c);
void event_cancel(struct ccall *c);
void link_create(struct ccall *c);
void no_show_create(struct ccall *c);
void no_show_get(struct ccall *c);
void no_show_delete(struct ccall *c);

/* The site; 0 if the path is none of its. */
int cal_page(struct cal *cal, struct hreq *rq, struct hresp *rs);
int cal_asset(struct hreq *rq, struct hresp *rs);
/* What is there, for tests to compare with. */
cJSON *cal_books(struct cal *cal);
int cal_steer(struct cal *cal, struct hreq *rq, struct hresp *rs);

#endif
