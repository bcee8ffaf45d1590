/*
 * fake-calendly, time: zones, and which times can be booked: every day from
 * 08:00 to 18:00 UTC, as long as there is a seat.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "calendly.h"

enum { DAY = 24 * 3600, OPEN_H = 8, CLOSE_H = 18, STEP_MIN = 30 };

int
zone_ok(const char *zone)
{
	char path[256];

	if (zone == NULL || *zone == '\0' || *zone == '/' ||
	    strstr(zone, "..") != NULL || strlen(zone) > 64)
		return 0;
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", zone);
	return strcmp(zone, "UTC") == 0 || access(path, R_OK) == 0;
}

/* Only ever called with the lock: the zone belongs to the whole process. */
static void
local(const char *zone, int64_t t, struct tm *ret)
{
	time_t when = (time_t)t;

	setenv("TZ", zone_ok(zone) ? zone : "UTC", 1);
	tzset();
	localtime_r(&when, ret);
}

void
zone_iso(char ret[40], const char *zone, int64_t t)
{
	struct tm tm;
	size_t n;
	long off;

	local(zone, t, &tm);
	n = strftime(ret, 40, "%Y-%m-%dT%H:%M:%S", &tm);
	off = tm.tm_gmtoff / 60;
	snprintf(ret + n, 40 - n, "%c%02ld:%02ld", off < 0 ? '-' : '+',
	    labs(off) / 60 % 100, labs(off) % 60);
}

void
zone_text(char ret[64], const char *zone, int64_t t)
{
	struct tm tm;

	local(zone, t, &tm);
	strftime(ret, 64, "%a %d %b %Y, %H:%M", &tm);
}

int64_t
event_start(const struct obj *event)
{
	return time_parse(js_str(event->json, "start_time"));
}

static int64_t
event_end(const struct obj *event)
{
	return time_parse(js_str(event->json, "end_time"));
}

int
seats_left(struct cal *cal, const struct obj *type, int64_t start)
{
	int64_t end = start + (int64_t)js_num(type->json, "duration", 0) * 60;
	int limit = (int)js_num(type->priv, "limit", 1), i;
	const struct obj *e;

	for (i = 0; i < cal->events.n; i++) {
		e = cal->events.v[i];
		if (strcmp(js_str(e->json, "status"), "active") != 0 ||
		    strcmp(js_str(e->json, "event_type"),
		    js_str(type->json, "uri")) != 0)
			continue;
		if (event_start(e) == start)
			return limit - (int)js_num(cJSON_GetObjectItem(e->json,
			    "invitees_counter"), "active", 0);
		if (event_start(e) < end && event_end(e) > start)
			return 0;
	}
	return limit;
}

int
slots(struct cal *cal, const struct obj *type, int64_t from, int64_t to,
    int64_t *ret, int max)
{
	int64_t length = (int64_t)js_num(type->json, "duration", 0) * 60;
	int64_t step = length > STEP_MIN * 60 ? length : STEP_MIN * 60;
	int64_t day, t, now = now_ms() / 1000;
	int n = 0;

	for (day = from - from % DAY; day < to; day += DAY)
		for (t = day + OPEN_H * 3600;
		    t + length <= day + CLOSE_H * 3600; t += step)
			if (t >= from && t < to && t > now && n < max &&
			    seats_left(cal, type, t) > 0)
				ret[n++] = t;
	return n;
}
