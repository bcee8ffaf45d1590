/*
 * Fuzz: Calendly's JSON, as a webhook and as an API answer.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "fuzz.h"
#include "provider/calendly_event.h"
#include "provider/calendly_uri.h"

enum { KEY_MAX = 4096 };

static void
check(struct ctx *c, const struct calendly_event *ev)
{
	const char *key = calendly_event_key(c, ev);
	size_t i;

	if (ev->has_invitee != (ev->odd == NULL) ||
	    strncmp(key, ev->event, strlen(ev->event)) != 0)
		abort();
	if (ev->start < 0 || ev->end < 0 || ev->updated_at < 0 ||
	    ev->host_count > CALENDLY_EVENT_HOSTS_MAX)
		abort();
	if (ev->has_invitee && (!calendly_uri_is_id(ev->invitee) ||
	    !calendly_uri_is_id(ev->scheduled)))
		abort();
	if (!ev->has_invitee && (ev->invitee != NULL || ev->hosts != NULL))
		abort();
	for (i = 0; i < ev->host_count; i++)
		if (strncmp(ev->hosts[i], "https://", 8) != 0)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct calendly_resources both;
	struct calendly_event ev;
	struct ctx c;
	const char *text;
	char *envelope;

	ctx_init(&c);
	/* A copy without a NUL behind: lengths must do. */
	text = memcpy(arena_alloc(c.mem, size), data, size);
	if (calendly_event_parse(&c, text, size, &ev) == OK)
		check(&c, &ev);
	both = (struct calendly_resources){ text, size, NULL, 0 };
	if (calendly_event_compose(&c, &both, &envelope) == OK) {
		/* What we compose ourselves we must be able to read. */
		if (calendly_event_parse(&c, envelope, strlen(envelope), &ev) !=
		    OK)
			abort();
		check(&c, &ev);
	}
	ctx_free(&c);
	return 0;
}
