#include "unit.h"

#include <string.h>

#include "base/now.h"
#include "base/zone.h"
#include "witness.h"

enum { DAY = 86400 };

static int
no_tzdir(void **state)
{
	unsetenv("TZDIR");
	return unit_ctx_new(state);
}

#define WITH_ZONES(test) \
	cmocka_unit_test_setup_teardown(test, no_tzdir, unit_ctx_free)

static struct zone *
loaded(struct ctx *c, const char *name)
{
	struct zone *zone;

	if (zone_load(c, name, &zone) != OK)
		fail_msg("refused: %s: %s", name, c->why);
	return zone;
}

static void
an_instant_is_shown_as_people_there_see_it(void **state)
{
	struct ctx *c = *state;
	struct zone *zone = loaded(c, "America/New_York");
	struct zone_time t;

	assert_string_equal(zone_name(zone), "America/New_York");
	zone_local(zone, 1796911200 * NOW_SECOND + 999999, &t);
	assert_int_equal(t.year, 2026);
	assert_int_equal(t.month, 12);
	assert_int_equal(t.day, 10);
	assert_int_equal(t.weekday, 3);
	assert_int_equal(t.hour, 9);
	assert_int_equal(t.minute, 0);
	assert_int_equal(t.second, 0);
	assert_int_equal(t.east, -5 * 3600);
	assert_string_equal(t.word, "EST");
	zone_local(zone, 1783000800 * NOW_SECOND, &t);
	assert_int_equal(t.east, -4 * 3600);
	assert_string_equal(t.word, "EDT");
}

static void
a_moment_before_1970_belongs_to_the_second_it_began_in(void **state)
{
	struct ctx *c = *state;
	struct zone_time t;

	zone_local(loaded(c, "UTC"), -1, &t);
	assert_int_equal(t.year, 1969);
	assert_int_equal(t.weekday, 2);
	assert_int_equal(t.hour, 23);
	assert_int_equal(t.second, 59);
	zone_local(loaded(c, "UTC"), -NOW_SECOND, &t);
	assert_int_equal(t.second, 59);
}

static void
the_ends_of_time_are_answered(void **state)
{
	struct ctx *c = *state;
	struct zone *zone = loaded(c, "Europe/Dublin");
	struct zone_time t;

	zone_local(zone, INT64_MIN, &t);
	assert_true(t.year < -290000);
	zone_local(zone, INT64_MAX, &t);
	assert_true(t.year > 290000);
}

static void
text_is_for_people(void **state)
{
	static const struct {
		const char *zone;
		int64_t seconds;
		const char *text;
	} texts[] = {
		{ "America/New_York", 1796911200,
		    "Thu 10 Dec 2026, 09:00 (America/New_York)" },
		{ "Asia/Kolkata", 1796911200,
		    "Thu 10 Dec 2026, 19:30 (Asia/Kolkata)" },
		{ "Australia/Lord_Howe", 1796911200,
		    "Fri 11 Dec 2026, 01:00 (Australia/Lord_Howe)" },
		{ "Asia/Calcutta", 1772323140,
		    "Sun 1 Mar 2026, 05:29 (Asia/Calcutta)" },
		{ "UTC", 0, "Thu 1 Jan 1970, 00:00 (UTC)" },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		assert_string_equal(zone_text(c, loaded(c, texts[i].zone),
		    texts[i].seconds * NOW_SECOND), texts[i].text);
}

#define SIXTEEN "AAAAAAAAAAAAAAAA"
#define SIXTY_FOUR SIXTEEN SIXTEEN SIXTEEN SIXTEEN

static void
a_name_that_cannot_be_a_zone_is_refused(void **state)
{
	static const char *const bad[] = { "", "/", "/etc/passwd",
		"/usr/share/zoneinfo/UTC", "..", "../zoneinfo/UTC",
		"America/../UTC", "./UTC", "America//New_York", "UTC ", " UTC",
		"UTC\n", "Etc/GMT\t", "Europe\\Dublin", "UTC%",
		"EST5EDT,M3.2.0,M11.1.0", ":UTC", "<UTC>0", "Zo\xc3\xab",
		"A'; rm -rf /",
		/* in the folder, but not of the database */
		"localtime", "posixrules", "posix/UTC", "right/UTC",
		"tzdata.zi", "zone1970.tab", "leapseconds", "utc", "+VERSION",
		/* longer than a name is */
		SIXTY_FOUR "A" };
	struct ctx *c = *state;
	struct zone *zone = NULL;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		if (zone_load(c, bad[i], &zone) != E_BADREQ)
			fail_msg("accepted: %s", bad[i]);
		assert_non_null(c->say);
		/* What came from outside does not go into the log. */
		assert_string_equal(c->why, "This is not a time zone.");
		ctx_forgive(c);
	}
	assert_null(zone);
}

static void
a_name_nobody_gave_a_zone_is_refused(void **state)
{
	static const char *const bad[] = { "Nowhere", "America",
		"America/Gotham", "America/", "UTC/", "UTC/Zero", "X",
		SIXTY_FOUR };
	struct ctx *c = *state;
	struct zone *zone = NULL;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(zone_load(c, bad[i], &zone), E_BADREQ);
		assert_string_equal(c->say, "There is no such time zone.");
		ctx_forgive(c);
	}
	assert_null(zone);
}

/* Of all kinds: whole, half and quarter hours, both hemispheres, aliases. */
static const char *const zones[] = { "UTC", "Etc/GMT+12", "America/New_York",
	"America/Vancouver", "America/Los_Angeles", "America/Phoenix",
	"America/Sao_Paulo", "America/St_Johns", "America/Nuuk",
	"America/Santiago", "Africa/Cairo", "Africa/Casablanca",
	"Africa/El_Aaiun", "Antarctica/Troll", "Asia/Calcutta", "Asia/Gaza",
	"Asia/Jerusalem", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran",
	"Asia/Tokyo", "Atlantic/Azores", "Australia/Eucla",
	"Australia/Lord_Howe", "Australia/Sydney", "CET", "EST5EDT",
	"Europe/Dublin", "Europe/Kyiv", "Europe/London", "Europe/Moscow",
	"Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati" };

static void
compare(const char *line, int64_t seconds, void *arg)
{
	char ours[WITNESS_LINE];
	struct zone_time t;
	int off, west;

	zone_local(arg, seconds * NOW_SECOND, &t);
	off = abs(t.east);
	/* date shows a time nobody kept ("-00") as -00:00. */
	west = t.east < 0 || strcmp(t.word, "-00") == 0;
	snprintf(ours, sizeof(ours), "%04d-%02d-%02d %d %02d:%02d:%02d "
	    "%c%02d:%02d:%02d %s", t.year, t.month, t.day, t.weekday + 1,
	    t.hour, t.minute, t.second, west ? '-' : '+', off / 3600,
	    off / 60 % 60, off % 60, t.word);
	if (strcmp(ours, line) != 0)
		fail_msg("%s at %" PRId64 ": date says %s, we %s",
		    zone_name(arg), seconds, line, ours);
}

static int32_t
east_at(const struct zone *zone, int64_t seconds)
{
	struct zone_time t;

	zone_local(zone, seconds * NOW_SECOND, &t);
	return t.east;
}

/*
 * From 1970 to 2060, day by day from 2026 on, and where the clocks change
 * the seconds before and after.
 */
static size_t
moments(const struct zone *zone, int64_t *ret, size_t room)
{
	int64_t t, low, high, mid, step;
	size_t n = 0;

	for (t = 0; t < 2871763200 && n + 4 < room; t += step) {
		ret[n++] = t;
		step = t < 1767225600 ? 20 * DAY + 3601 : DAY + 37;
		low = t;
		high = t + step;
		if (east_at(zone, low) == east_at(zone, high))
			continue;
		while (high - low > 1) {
			mid = low + (high - low) / 2;
			if (east_at(zone, mid) == east_at(zone, low))
				low = mid;
			else
				high = mid;
		}
		ret[n++] = low;
		ret[n++] = high;
	}
	return n;
}

static void
ask_about_every_zone(struct ctx *c)
{
	static int64_t when[16000];
	size_t i, n;

	for (i = 0; i < COUNT(zones); i++) {
		struct zone *zone = loaded(c, zones[i]);

		n = moments(zone, when, COUNT(when));
		assert_true(n > 13000 && n < COUNT(when) - 4);
		witness_ask(c, zones[i], "%Y-%m-%d %u %H:%M:%S %::z %Z", when,
		    n, compare, zone);
	}
}

static void
every_clock_goes_as_the_c_library_says(void **state)
{
	ask_about_every_zone(*state);
}

/* Slim files leave to the rule what it says as well; Debian's are not slim. */
static void
slim_files_say_the_same(void **state)
{
	static const char source[] = "/usr/share/zoneinfo/tzdata.zi";
	struct ctx *c = *state;
	char *folder = unit_folder(c);

	if (access(source, R_OK) != 0 || access("/usr/sbin/zic", X_OK) != 0) {
		unit_remove(c, folder);
		skip();
	}
	assert_int_equal(system(arena_printf(c->mem, "/usr/sbin/zic -b slim "
	    "-d %s %s", folder, source)), 0);
	setenv("TZDIR", folder, 1);
	ask_about_every_zone(c);
	unit_remove(c, folder);
}

static void
tzdir_names_the_folder(void **state)
{
	struct ctx *c = *state;
	char *folder = unit_folder(c);
	struct zone *zone;

	setenv("TZDIR", folder, 1);
	assert_int_equal(zone_load(c, "UTC", &zone), E_BADREQ);
	ctx_forgive(c);
	assert_int_equal(symlink("/usr/share/zoneinfo/Asia/Tokyo",
	    arena_printf(c->mem, "%s/Mine", folder)), 0);
	assert_int_equal(east_at(loaded(c, "Mine"), 0), 9 * 3600);
	setenv("TZDIR", "", 1);
	loaded(c, "UTC");
	unit_remove(c, folder);
}

static void
a_file_that_is_no_zone_is_our_trouble(void **state)
{
	struct ctx *c = *state;
	char *folder = unit_folder(c);
	char *path = arena_printf(c->mem, "%s/File", folder);
	char *large = arena_alloc(c->mem, 65537);
	struct zone *zone = NULL;

	setenv("TZDIR", folder, 1);
	unit_write(path, "", 0, 0600);
	assert_int_equal(zone_load(c, "File", &zone), E_INTERNAL);
	assert_string_equal(c->why, "zone File: not a TZif file");
	assert_null(c->say);
	ctx_forgive(c);
	unit_write(path, large, 65537, 0600);
	assert_int_equal(zone_load(c, "File", &zone), E_INTERNAL);
	assert_string_equal(c->why, "zone File: too large");
	ctx_forgive(c);
	unlink(path);
	assert_int_equal(symlink("File", path), 0);
	assert_int_equal(zone_load(c, "File", &zone), E_INTERNAL);
	assert_string_equal(c->why,
	    "zone File: Too many levels of symbolic links");
	assert_null(zone);
	unit_remove(c, folder);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_ZONES(an_instant_is_shown_as_people_there_see_it),
		WITH_ZONES(
		    a_moment_before_1970_belongs_to_the_second_it_began_in),
		WITH_ZONES(the_ends_of_time_are_answered),
		WITH_ZONES(text_is_for_people),
		WITH_ZONES(a_name_that_cannot_be_a_zone_is_refused),
		WITH_ZONES(a_name_nobody_gave_a_zone_is_refused),
		WITH_ZONES(every_clock_goes_as_the_c_library_says),
		WITH_ZONES(slim_files_say_the_same),
		WITH_ZONES(tzdir_names_the_folder),
		WITH_ZONES(a_file_that_is_no_zone_is_our_trouble),
	};

	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
