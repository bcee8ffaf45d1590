#include "base/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/now.h"
#include "base/text.h"
#include "base/zone_rule.h"

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NAME_BYTES CAPITALS "abcdefghijklmnopqrstuvwxyz0123456789_+-/"

enum {
	NAME_LONGEST = 64,
	FILE_MAX = 64 * 1024, /* the largest today has 4 KB */
	EAST_MOST = 26 * 3600 - 1,
};

struct zone {
	const char *name;
	size_t count; /* of turns: at[i] is when kind[i] begins */
	int64_t *at;
	unsigned char *kind;
	struct zone_kind *kinds;
	struct zone_rule *rule; /* what holds after the turns, or NULL */
};

/* The bytes not read yet. */
struct input {
	const unsigned char *bytes;
	size_t len;
};

/* What a header counts, in the file's order. */
enum { ISUT, ISSTD, LEAPS, TURNS, KINDS, CHARS, COUNTS };

struct header {
	int version;
	uint64_t counts[COUNTS];
};

/* The next n bytes, or NULL (and none are taken) if there are fewer. */
static const unsigned char *
take(struct input *in, uint64_t n)
{
	const unsigned char *bytes = in->bytes;

	if (n > in->len)
		return NULL;
	in->bytes += n;
	in->len -= (size_t)n;
	return bytes;
}

static uint64_t
big_endian(const unsigned char *bytes, size_t size)
{
	uint64_t value = 0;

	while (size-- > 0)
		value = value << 8 | *bytes++;
	return value;
}

static int64_t
time_at(const unsigned char *bytes, size_t size)
{
	if (size == 4)
		return (int32_t)big_endian(bytes, 4);
	return (int64_t)big_endian(bytes, 8);
}

static int
read_header(struct input *in, struct header *ret)
{
	const unsigned char *p = take(in, 44);
	int i;

	if (p == NULL || memcmp(p, "TZif", 4) != 0)
		return 0;
	ret->version = p[4];
	for (i = 0; i < COUNTS; i++)
		ret->counts[i] = big_endian(p + 20 + 4 * i, 4);
	return 1;
}

/* Bytes behind a header; counts of 32 bits cannot overflow it. */
static uint64_t
body_size(const struct header *h, size_t time_size)
{
	const uint64_t *n = h->counts;

	return n[TURNS] * (time_size + 1) + n[KINDS] * 6 + n[CHARS] +
	    n[LEAPS] * (time_size + 4) + n[ISSTD] + n[ISUT];
}

/* Why the turns cannot be read, or NULL. */
static const char *
read_turns(struct arena *a, struct zone *zone, const struct header *h,
    size_t time_size, struct input *in)
{
	size_t n = (size_t)h->counts[TURNS], i;
	const unsigned char *at = take(in, n * time_size);
	const unsigned char *kind = take(in, n);

	zone->at = arena_alloc(a, n * sizeof(*zone->at));
	zone->kind = arena_alloc(a, n);
	zone->count = n;
	for (i = 0; i < n; i++) {
		zone->at[i] = time_at(at + i * time_size, time_size);
		zone->kind[i] = kind[i];
		if (i > 0 && zone->at[i] <= zone->at[i - 1])
			return "its turns are out of order";
		if (kind[i] >= h->counts[KINDS])
			return "a turn to an unknown kind";
	}
	return NULL;
}

static const char *
read_kinds(struct arena *a, struct zone *zone, const struct header *h,
    struct input *in)
{
	size_t n = (size_t)h->counts[KINDS], i;
	const unsigned char *p = take(in, n * 6);
	struct input chars = { .len = (size_t)h->counts[CHARS] };

	chars.bytes = take(in, chars.len);
	zone->kinds = arena_alloc(a, n * sizeof(*zone->kinds));
	for (i = 0; i < n; i++, p += 6) {
		struct zone_kind *kind = &zone->kinds[i];
		size_t skip = p[5];

		kind->east = (int32_t)big_endian(p, 4);
		if (kind->east < -EAST_MOST || kind->east > EAST_MOST)
			return "a kind is too far from UTC";
		if (skip >= chars.len || memchr(chars.bytes + skip, '\0',
		    chars.len - skip) == NULL)
			return "a kind without a word";
		kind->word = arena_dup(a, (const char *)chars.bytes + skip);
		if (!text_only(kind->word, NAME_BYTES))
			return "a kind with a strange word";
	}
	return NULL;
}

static const char *
read_body(struct arena *a, struct zone *zone, const struct header *h,
    size_t time_size, struct input *in)
{
	struct input body = { .len = (size_t)body_size(h, time_size) };
	const char *why;

	if (h->counts[KINDS] == 0)
		return "it has no kinds of time";
	/* Its instants would not be ours: we do not count leap seconds. */
	if (h->counts[LEAPS] != 0)
		return "it counts leap seconds";
	body.bytes = take(in, body_size(h, time_size));
	if (body.bytes == NULL)
		return "it is cut short";
	why = read_turns(a, zone, h, time_size, &body);
	return why != NULL ? why : read_kinds(a, zone, h, &body);
}

/* The footer is a line: newline, rule or nothing, newline. */
static const char *
read_footer(struct arena *a, struct zone *zone, struct input *in)
{
	const unsigned char *start = take(in, 1);
	const unsigned char *end =
	    start == NULL ? NULL : memchr(in->bytes, '\n', in->len);
	char *text;

	if (end == NULL || *start != '\n')
		return "its last line is missing";
	text = arena_copy(a, in->bytes, (size_t)(end - in->bytes));
	if (end == in->bytes)
		return NULL;
	zone->rule = arena_alloc(a, sizeof(*zone->rule));
	if (strlen(text) != (size_t)(end - in->bytes) ||
	    !zone_rule_parse(a, text, zone->rule))
		return "its last line is not a rule";
	return NULL;
}

static const char *
read_zone(struct arena *a, struct zone *zone, struct input *in)
{
	struct header h;
	const char *why;

	if (!read_header(in, &h))
		return "not a TZif file";
	if (h.version < '2')
		return read_body(a, zone, &h, 4, in);
	/* First comes the table again in 32 bits, for readers of long ago. */
	if (take(in, body_size(&h, 4)) == NULL || !read_header(in, &h))
		return "it is cut short";
	why = read_body(a, zone, &h, 8, in);
	return why != NULL ? why : read_footer(a, zone, in);
}

enum err
zone_parse(struct ctx *c, const char *name, const void *bytes, size_t len,
    struct zone **ret)
{
	struct zone *zone = arena_alloc(c->mem, sizeof(*zone));
	struct input in = { .bytes = bytes, .len = len };
	const char *why = read_zone(c->mem, zone, &in);

	if (why != NULL)
		return ctx_fail(c, E_INTERNAL, "zone %s: %s", name, why);
	zone->name = arena_dup(c->mem, name);
	*ret = zone;
	return OK;
}

/*
 * The database's names begin with a capital; the small ones in its folder are
 * the machine's own (localtime, right/…) and mean nothing to a browser.
 */
static int
is_name(const char *name)
{
	return strlen(name) <= NAME_LONGEST && text_only(name, NAME_BYTES) &&
	    strchr(CAPITALS, name[0]) != NULL && strstr(name, "//") == NULL;
}

static int
is_missing(int error)
{
	return error == ENOENT || error == ENOTDIR;
}

/* Without the name: words are logged, too, and people write it. */
static const char no_such[] = "There is no such time zone.";

/* Parses what fd holds. */
static enum err
load_fd(struct ctx *c, const char *name, int fd, struct zone **ret)
{
	struct stat st;
	char *bytes;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return ctx_refuse(c, E_BADREQ, no_such);
	if (st.st_size > FILE_MAX)
		return ctx_fail(c, E_INTERNAL, "zone %s: too large", name);
	bytes = arena_alloc(c->mem, (size_t)st.st_size);
	if (read(fd, bytes, (size_t)st.st_size) != (ssize_t)st.st_size)
		return ctx_fail(c, E_INTERNAL, "zone %s: cannot be read", name);
	return zone_parse(c, name, bytes, (size_t)st.st_size, ret);
}

enum err
zone_load(struct ctx *c, const char *name, struct zone **ret)
{
	const char *folder = getenv("TZDIR");
	enum err e;
	int fd;

	if (!is_name(name))
		return ctx_refuse(c, E_BADREQ, "This is not a time zone.");
	if (text_blank(folder))
		folder = "/usr/share/zoneinfo";
	fd = open(arena_printf(c->mem, "%s/%s", folder, name),
	    O_RDONLY | O_CLOEXEC);
	if (fd < 0 && is_missing(errno))
		return ctx_refuse(c, E_BADREQ, no_such);
	if (fd < 0)
		return ctx_fail(c, E_INTERNAL, "zone %s: %s", name,
		    strerror(errno));
	e = load_fd(c, name, fd, ret);
	close(fd);
	return e;
}

const char *
zone_name(const struct zone *zone)
{
	return zone->name;
}

static const struct zone_kind *
kind_at(const struct zone *zone, int64_t seconds)
{
	size_t low = 0, high = zone->count, mid;

	/* Number of turns up to then. */
	while (low < high) {
		mid = low + (high - low) / 2;
		if (zone->at[mid] <= seconds)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == zone->count && zone->rule != NULL)
		return zone_rule_at(zone->rule, seconds);
	return &zone->kinds[low == 0 ? 0 : zone->kind[low - 1]];
}

void
zone_local(const struct zone *zone, int64_t micros, struct zone_time *ret)
{
	int64_t seconds = micros / NOW_SECOND - (micros % NOW_SECOND < 0);
	const struct zone_kind *kind = kind_at(zone, seconds);
	time_t wall = (time_t)(seconds + kind->east);
	struct tm tm;

	gmtime_r(&wall, &tm);
	*ret = (struct zone_time){
		.year = tm.tm_year + 1900,
		.month = tm.tm_mon + 1,
		.day = tm.tm_mday,
		.weekday = (tm.tm_wday + 6) % 7,
		.hour = tm.tm_hour,
		.minute = tm.tm_min,
		.second = tm.tm_sec,
		.east = kind->east,
		.word = kind->word,
	};
}

char *
zone_text(struct ctx *c, const struct zone *zone, int64_t micros)
{
	/* Not strftime: the pages are English whatever the locale is. */
	static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct zone_time t;

	zone_local(zone, micros, &t);
	return arena_printf(c->mem, "%s %d %s %d, %02d:%02d (%s)",
	    days[t.weekday], t.day, months[t.month - 1], t.year, t.hour,
	    t.minute, zone->name);
}
