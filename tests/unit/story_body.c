/* The bodies of a story's deliveries: recorded ones, with a few changes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "app/request.h"
#include "base/json.h"
#include "base/now.h"
#include "sample.h"
#include "story.h"
#include "world.h"

enum { PART_MAX = 64 };

/* A delivery while it is made. */
struct making {
	struct story *story;
	const struct story_step *step;
	cJSON *whole;  /* what comes in */
	cJSON *object; /* what it is about: fields are its own */
	struct story_delivery *delivery;
};

/* --- fields ------------------------------------------------------------- */

#define PLACE "https://api.calendly.com/scheduled_events/" \
	"5c4ed000-0000-4000-8000-0000000000"
#define PERSON "/invitees/1417e000-0000-4000-8000-0000000000"

/* "@08" is an invitee's URI, a bare time unix seconds, all else JSON. */
static cJSON *
value_of(struct making *m, int line, const char *text)
{
	struct ctx *c = m->story->c;
	int64_t moment;
	cJSON *value = NULL;

	if (text[0] == '@' && strlen(text) == 3)
		text = arena_printf(c->mem, "\"" PLACE "%s" PERSON "%s\"",
		    text + 1, text + 1);
	else if (now_parse(text, &moment) == OK)
		text = arena_printf(c->mem, "%" PRId64, moment / NOW_SECOND);
	if (json_parse(c, text, strlen(text), &value) != OK)
		story_fault(m->story, line, "%s is not a value", text);
	return value;
}

/* The object that holds the last part of path; that part is *ret_key. */
static cJSON *
holder(cJSON *in, const char *path, char ret_key[PART_MAX])
{
	size_t len;

	for (;; path += len + 1) {
		len = strcspn(path, ".");
		snprintf(ret_key, PART_MAX, "%.*s", (int)len, path);
		if (path[len] == '\0' || in == NULL)
			return in;
		in = cJSON_GetObjectItemCaseSensitive(in, ret_key);
	}
}

/* A member that is not there is a typo, unless a plus says that it is new. */
static void
put(struct making *m, int line, const char *path, cJSON *value, int absent)
{
	int is_new = path[0] == '+' || m->delivery->request != NULL;
	char key[PART_MAX];
	cJSON *in;

	path += path[0] == '+';
	in = strncmp(path, "event.", 6) == 0
	    ? holder(m->whole, path + 6, key) : holder(m->object, path, key);
	if (in == NULL ||
	    (cJSON_GetObjectItemCaseSensitive(in, key) == NULL) != is_new) {
		story_fault(m->story, line, is_new
		    ? "%s is there already" : "there is no %s to change", path);
		return;
	}
	cJSON_DeleteItemFromObjectCaseSensitive(in, key);
	if (!absent && value != NULL)
		json_set_copy(in, key, value);
}

static void
put_text(struct making *m, const char *path, const char *text)
{
	put(m, m->step->line, path,
	    value_of(m, m->step->line, arena_printf(m->story->c->mem, "\"%s\"",
	    text)), 0);
}

static void
put_fields(struct making *m)
{
	const struct story_field *f = m->step->fields;

	for (; f < m->step->fields + m->step->field_count; f++) {
		if (strcmp(f->path, "clock") == 0)
			m->delivery->clock = story_moment(m->story, f->line,
			    f->value);
		else if (strcmp(f->value, "absent") == 0)
			put(m, f->line, f->path, NULL, 1);
		else
			put(m, f->line, f->path,
			    value_of(m, f->line, f->value), 0);
	}
}

/* --- numbered attempts -------------------------------------------------- */

/* "as 2": of the second attempt's session, or of its payment. */
static void
put_number(struct making *m, const char *n)
{
	static const struct {
		const char *object, *path, *prefix;
	} names[] = {
		{ "checkout.session", "id", "cs_test_" },
		{ "checkout.session", "payment_intent", "pi_" },
		{ "checkout.session", "+metadata.checkoutId",
		    "checkout-" WORLD_BOOKING "-" },
		{ "payment_intent", "id", "pi_" },
		{ "charge", "payment_intent", "pi_" },
		{ "refund", "payment_intent", "pi_" },
		{ "dispute", "payment_intent", "pi_" },
	};
	const char *object = json_text(m->object, "object");
	struct arena *a = m->story->c->mem;
	size_t i;

	for (i = 0; i < COUNT(names); i++)
		if (object != NULL && strcmp(names[i].object, object) == 0 &&
		    (names[i].path[0] == '+' ||
		    json_text(m->object, names[i].path) != NULL))
			put_text(m, names[i].path, arena_printf(a, "%s%s",
			    names[i].prefix, n));
}

static void
put_words(struct making *m, const char *const *words)
{
	if (words[0] == NULL)
		return;
	if (strcmp(words[0], "as") == 0 && words[1] != NULL &&
	    words[2] == NULL && strlen(words[1]) == 1)
		put_number(m, words[1]);
	else
		story_fault(m->story, m->step->line, "\"%s\" says nothing",
		    words[0]);
}

/* --- whence ------------------------------------------------------------- */

static cJSON *
sample(struct making *m, const char *folder, const char *name)
{
	char *path = arena_printf(m->story->c->mem, "tests/contract/%s/%s.json",
	    folder, name);

	if (sample_exists(m->story->c, path))
		return sample_json(m->story->c, path);
	story_fault(m->story, m->step->line, "there is no %s", path);
	return NULL;
}

/* Each line is an event of its own, were it made from the same file. */
static void
from_stripe(struct making *m, const char *name)
{
	m->whole = sample(m, "stripe/events", name);
	m->object = holder(m->whole, "data.object", (char[PART_MAX]){ 0 });
	m->object = cJSON_GetObjectItemCaseSensitive(m->object, "object");
	if (m->object != NULL)
		put_text(m, "event.id", arena_printf(m->story->c->mem,
		    "evt_line_%d", m->step->line));
	if (m->object == NULL)
		m->object = m->whole; /* a thin event has none */
}

/* "created" is the answer to the creation of a session. */
static void
from_answer(struct making *m, const char *name)
{
	int created = strcmp(name, "created") == 0;
	struct making event = *m;

	from_stripe(&event, created ? "checkout.session.completed" : name);
	m->whole = m->object = event.object;
	if (m->whole == NULL || !created)
		return;
	put_text(m, "status", "open");
	put_text(m, "payment_status", "unpaid");
	put(m, m->step->line, "payment_intent",
	    value_of(m, m->step->line, "null"), 0);
	if (m->step->words[2] == NULL)
		put_text(m, "+metadata.checkoutId", WORLD_CHECKOUT);
}

static void
from_calendly(struct making *m, const char *name)
{
	m->whole = sample(m, "calendly/webhooks", name);
	m->object = cJSON_GetObjectItemCaseSensitive(m->whole, "payload");
}

static void
from_reading(struct making *m, const char *name)
{
	from_calendly(m, name);
	put_text(m, "event.event", "invitee.read");
}

/* When somebody asks decides: the earlier one counts, or the larger one. */
static void
from_person(struct making *m, const char *name)
{
	size_t i;

	m->delivery->request = name;
	m->whole = m->object = json_object(m->story->c);
	for (i = 0; i < m->step->field_count; i++)
		if (strcmp(m->step->fields[i].path, "clock") == 0)
			return;
	story_fault(m->story, m->step->line, "when does the clock say so?");
}

static const struct {
	const char *word, *source;
	void (*make)(struct making *m, const char *name);
} sources[] = {
	{ "stripe", "stripe", from_stripe },
	{ "answer", "stripe-api", from_answer },
	{ "calendly", "calendly", from_calendly },
	{ "read", "calendly-api", from_reading },
	{ "client", REQUEST_CLIENT, from_person },
	{ "builder", REQUEST_BUILDER, from_person },
	{ "admin", REQUEST_ADMIN, from_person },
	{ "system", REQUEST_SYSTEM, from_person },
};

void
story_deliver(struct story *s, const struct story_step *step,
    struct story_delivery *ret)
{
	struct making m = { .story = s, .step = step, .delivery = ret };
	const char *word = step->words[0] == NULL ? "" : step->words[0];
	size_t i = 0;

	*ret = (struct story_delivery){ .body = "", .line = step->line };
	while (i < COUNT(sources) && strcmp(sources[i].word, word) != 0)
		i++;
	if (i == COUNT(sources) || step->words[1] == NULL) {
		story_fault(s, step->line, "who tells what?");
		return;
	}
	ret->source = sources[i].source;
	sources[i].make(&m, step->words[1]);
	if (s->why == NULL)
		put_words(&m, step->words + 2);
	if (s->why == NULL)
		put_fields(&m);
	if (s->why == NULL)
		ret->body = json_print(s->c, m.whole);
}
