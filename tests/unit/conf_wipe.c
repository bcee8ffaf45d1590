#include "unit.h"

#include <limits.h>
#include <string.h>

#include "base/conf.h"
#include "base/conf_file.h"
#include "base/wipe.h"

#define LINK "0123456789abcdef0123456789abcdef"

enum { NEEDLE = 32 };

/* The test must not hold the secret itself: it keeps the complement. */
static const char masked[NEEDLE] = "\x8e\x9d\x8c\x93\x9a\x99\x8b\x97\x96\x8c"
				   "\xa0\x8c\x9a\x9c\x8d\x9a\x8b\xa0\x96\x8c"
				   "\xa0\x91\x90\x8b\xa0\x93\x9a\x99\x8b\xa0"
				   "\x86\x90";

static int
holds_secret(const char *bytes, size_t len)
{
	size_t at, i;

	for (at = 0; at + NEEDLE <= len; at++) {
		for (i = 0; i < NEEDLE; i++)
			if ((char)~bytes[at + i] != masked[i])
				break;
		if (i == NEEDLE)
			return 1;
	}
	return 0;
}

/* Is the secret in [from, to) of this process? */
static int
range_holds_secret(int mem, off_t from, off_t to)
{
	static char chunk[1 << 16];
	int found = 0;

	/* Chunks overlap, so that no border hides it. */
	for (; !found && from < to; from += sizeof(chunk) - NEEDLE) {
		ssize_t n = pread(mem, chunk, sizeof(chunk), from);

		found = n > 0 && holds_secret(chunk, (size_t)n);
	}
	explicit_bzero(chunk, sizeof(chunk));
	return found;
}

/*
 * Is it anywhere the process writes?  Left out: a sanitizer's vast shadow, and
 * the stack, where the dynamic loader saves vector registers at will.
 */
static int
memory_holds_secret(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY), found = 0;
	unsigned long from, to;
	char line[PATH_MAX + 100], mode[8];

	assert_non_null(maps);
	while (!found && fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 &&
		    mode[1] == 'w' && to - from < (64UL << 20) &&
		    strstr(line, "[stack]") == NULL)
			found = range_holds_secret(mem, (off_t)from,
			    (off_t)to);
	close(mem);
	fclose(maps);
	return found;
}

/* Writes a file of before, the secret and after, leaving no copy behind. */
static void
write_secret(const char *path, const char *before, const char *after)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	char secret[NEEDLE];
	size_t i;

	for (i = 0; i < NEEDLE; i++)
		secret[i] = (char)~masked[i];
	assert_int_equal(write(fd, before, strlen(before)), strlen(before));
	assert_int_equal(write(fd, secret, NEEDLE), NEEDLE);
	assert_int_equal(write(fd, after, strlen(after)), strlen(after));
	explicit_bzero(secret, sizeof(secret));
	close(fd);
}

/* Behind what free itself writes over. */
#define BEFORE "Authorization: Bearer, and some more of a request: "

static void
what_a_request_held_is_wiped_when_it_ends(void **state)
{
	struct ctx *c = *state;
	char *folder = unit_folder(c);
	struct conf_file f;
	struct ctx request;

	assert_int_equal(chdir(folder), 0);
	write_secret("body", BEFORE, "");
	ctx_init(&request);
	assert_int_equal(conf_file_read(c, "body", &f), OK);
	arena_dup(request.mem, f.text);
	conf_file_wipe(&f);
	assert_int_equal(memory_holds_secret(), 1);
	ctx_free(&request);
	assert_int_equal(memory_holds_secret(), 0);
	assert_int_equal(chdir("/"), 0);
	unit_remove(c, folder);
}

static void
what_moves_leaves_nothing_behind(void **state)
{
	struct ctx *c = *state;
	char *folder = unit_folder(c), *text, *next;
	struct conf_file f;

	assert_int_equal(chdir(folder), 0);
	write_secret("body", BEFORE, "");
	assert_int_equal(conf_file_read(c, "body", &f), OK);
	text = strdup(f.text);
	conf_file_wipe(&f);
	assert_non_null(text);
	next = malloc(100); /* in its way */
	text = wipe_realloc(text, 4096);
	assert_non_null(text);
	assert_string_equal(text + strlen(BEFORE) + NEEDLE, "");
	explicit_bzero(text, strlen(text));
	assert_int_equal(memory_holds_secret(), 0);
	wipe_free(text);
	wipe_free(NULL);
	text = wipe_realloc(NULL, 10);
	text = wipe_realloc(text, 5);
	wipe_free(text);
	free(next);
	assert_int_equal(chdir("/"), 0);
	unit_remove(c, folder);
}

static void
secrets_are_wiped_on_every_path(void **state)
{
	static const struct {
		const char *path, *before, *after;
		int kept; /* until conf_free: shows that we would see it */
	} files[] = {
		{ "bookpay.conf", "STRIPE_SECRET_KEY=", "\n", 1 },
		{ "bookpay.conf", "STRIPE_SECRET_KEY='", "'\n", 1 },
		{ "bookpay.conf", "LINK_SECRET=" LINK ",", "\n", 1 },
		{ "bookpay.conf", "LINK_SECRET=", "," LINK "\n", 1 },
		{ "bookpay.conf", "LINK_SECRET=", ",short\n", 0 },
		{ "bookpay.conf", "LINK_SECRET=", "\nCOLOUR=red", 0 },
		{ "bookpay.conf", "STRIPE_SECRET_KEY=", " \xc3\xa9", 0 },
		{ "bookpay.conf", "LINK_SECRET=", "\nLINK_SECRET=" LINK, 0 },
		{ "link", "", "\n", 1 },
		{ "link", "", "," LINK, 1 },
		{ "link", "", " and more", 0 },
		{ "link", LINK "\n", "", 0 },
	};
	static const char names_file[] = "LINK_SECRET_FILE=link\n";
	struct ctx *c = *state;
	char *folder = unit_folder(c);
	struct conf *conf;
	size_t i;

	assert_int_equal(chdir(folder), 0);
	for (i = 0; i < COUNT(files); i++) {
		unit_write("bookpay.conf", names_file, strlen(names_file),
		    0600);
		write_secret(files[i].path, files[i].before, files[i].after);
		if (conf_load(c, "bookpay", "bookpay.conf", &conf) == OK) {
			assert_int_equal(memory_holds_secret(), files[i].kept);
			conf_free(conf);
		}
		if (memory_holds_secret())
			fail_msg("%s<secret>%s", files[i].before,
			    files[i].after);
	}
	assert_int_equal(chdir("/"), 0);
	unit_remove(c, folder);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(secrets_are_wiped_on_every_path),
		WITH_CTX(what_a_request_held_is_wiped_when_it_ends),
		WITH_CTX(what_moves_leaves_nothing_behind),
	};

	/* The secrets here come from files only. */
	unsetenv("LINK_SECRET");
	unsetenv("STRIPE_SECRET_KEY");
	return cmocka_run_group_tests_name("conf_wipe", tests, NULL, NULL);
}
