#include "app/request.h"

#include <string.h>

#include "app/redact.h"
#include "app/translate_request.h"
#include "base/json.h"
#include "base/now.h"
#include "booking/history.h"
#include "booking/seat.h"
#include "db/db.h"

int
request_is_source(const char *source)
{
	static const char *const sources[] = { REQUEST_CLIENT,
		REQUEST_BUILDER, REQUEST_ADMIN, REQUEST_SYSTEM };
	size_t i;

	for (i = 0; i < COUNT(sources); i++)
		if (strcmp(sources[i], source) == 0)
			return 1;
	return 0;
}

struct cJSON *
request_to_book(struct ctx *c, const struct seat_request *rq)
{
	struct cJSON *o = json_object(c);

	json_set_text(o, "bookingId", rq->booking);
	json_set_text(o, "sessionTypeId", rq->session_type);
	json_set_text(o, "eventTypeId", rq->event_type);
	json_set_text(o, "inviteeId", rq->invitee);
	json_set_text(o, "eventId", rq->event);
	json_set_text(o, "startTime", now_text(c->mem, rq->start_at));
	json_set_text(o, "name", rq->name);
	json_set_text(o, "email", rq->email);
	json_set_text(o, "timezone", rq->timezone);
	json_set_text(o, "client", rq->client);
	return o;
}

static enum err
meet(struct ctx *c, struct db *db, const struct request *rq, struct event *ret,
    int *ret_new)
{
	enum err e;

	*ret = (struct event){
		.source = rq->source,
		.dedupe_key = rq->key != NULL ? rq->key
					      : history_id(c, "rq_"),
		.type = rq->type,
		.object_id = rq->object,
		.told_at = c->now,
		.body = json_print(c, rq->body),
	};
	e = redact_door_tx(c, db, ret);
	return e == OK ? event_meet_tx(c, db, ret, ret_new) : e;
}

enum err
request_take_in_tx(struct ctx *c, struct db *db, const struct request *rq,
    struct event_outcome *ret)
{
	struct event ev;
	int is_new;
	enum err e;

	e = meet(c, db, rq, &ev, &is_new);
	if (e != OK)
		return e;
	if (!is_new) {
		event_ignored(c, ret, "asked before");
		return OK;
	}
	e = translate_request_tx(c, db, &ev, ret);
	return e == OK ? event_add_tx(c, db, &ev, ret) : e;
}

enum err
request_note_tx(struct ctx *c, struct db *db, const struct request *rq,
    const char *booking)
{
	struct event_outcome done;
	struct event ev;
	int is_new;
	enum err e;

	e = meet(c, db, rq, &ev, &is_new);
	if (e != OK || !is_new)
		return e;
	event_applied(&done, booking);
	return event_add_tx(c, db, &ev, &done);
}
