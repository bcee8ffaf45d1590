/* What a worker would call now: its real calls, to a server that refuses. */
#include <string.h>

#include "app/chores.h"
#include "app/shop.h"
#include "base/buf.h"
#include "base/log.h"
#include "db/db.h"
#include "loopback.h"
#include "story.h"
#include "web/http.h"
#include "world.h"

enum { CALLS_MAX = 16, CALL_SIZE = 1 << 14 };

/* The first line, the idempotency key and the body of a request. */
static void
add_call(struct buf *out, const char *request)
{
	const char *key = strstr(request, "Idempotency-Key: ");
	const char *body = strstr(request, "\r\n\r\n");

	buf_printf(out, "%.*s", (int)strcspn(request, "\r"), request);
	if (key != NULL)
		buf_printf(out, " %.*s", (int)strcspn(key, "\r"), key);
	buf_printf(out, " %s\n", body == NULL ? "" : body + 4);
}

/*
 * One try of each job is enough: the answer is always the same.  All are due,
 * as when they become so depends on when we heard of their reason.
 */
static void
work(struct world *w, struct shop *shop)
{
	int64_t late = w->c.now + DAYS(6);
	int found = 1, i;

	assert_int_equal(db_script(&w->c, w->db, "UPDATE job SET due_at = 1"),
	    OK);
	for (i = 0; found && i < CALLS_MAX; i++) {
		w->c.now = late;
		assert_int_equal(chores_one(&w->c, shop, &found), OK);
		assert_int_equal(db_script(&w->c, w->db,
		    "UPDATE job SET dead_at = 1 WHERE attempts > 0"), OK);
	}
}

/* A call that is repeated as it was is one call. */
static char *
without_repeats(struct ctx *c, char *lines)
{
	struct buf out = buf_make(c->mem, CALLS_MAX * CALL_SIZE);
	size_t len, last = 0;

	for (; *lines != '\0'; lines += len) {
		len = strcspn(lines, "\n") + 1;
		if (len != last || strncmp(lines, lines - last, len) != 0)
			buf_add(&out, lines, len);
		last = len;
	}
	return out.bytes;
}

char *
story_calls(struct world *w)
{
	struct buf out = buf_make(w->c.mem, CALLS_MAX * CALL_SIZE);
	const struct loopback_step no = { .bytes = loopback_reply(&w->c, 404,
	    "Connection: close\r\nContent-Type: application/json\r\n",
	    "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"no\"},"
	    "\"title\":\"Resource Not Found\",\"message\":\"no\"}") };
	struct loopback_step steps[CALLS_MAX];
	struct loopback *server;
	struct shop shop = { .public_url = "https://book.example.com",
		.db = w->db };
	int i;

	for (i = 0; i < CALLS_MAX; i++)
		steps[i] = no;
	log_open("stories", "error");
	server = loopback_start(steps, CALLS_MAX);
	shop.stripe = (struct stripe){ .http = http_new("stories"),
		.base = loopback_url(server), .key = "sk_test_1" };
	shop.calendly = (struct calendly){ .http = shop.stripe.http,
		.base = loopback_url(server), .token = "pat_1" };
	work(w, &shop);
	for (i = 0; i < loopback_requests(server) && i < CALLS_MAX; i++)
		add_call(&out, loopback_request(server, i));
	http_free(shop.stripe.http);
	loopback_stop(server);
	return without_repeats(&w->c, story_sorted(&w->c,
	    world_undrawn(w, out.bytes)));
}
