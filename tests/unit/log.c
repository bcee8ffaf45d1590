#include "unit.h"

#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/log.h"
#include "base/now.h"

/* What was written to stderr since caught was called; lives in c. */
static char *
written(struct ctx *c, int fd, int saved)
{
	off_t len = lseek(fd, 0, SEEK_END);
	char *text = arena_alloc(c->mem, (size_t)len + 1);

	assert_int_equal(pread(fd, text, (size_t)len, 0), len);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fd);
	return text;
}

/* stderr goes to a file from here on. */
static int
caught(int *ret_saved)
{
	char path[] = "/tmp/bookpay-unit-log-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	*ret_saved = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	return fd;
}

static void
a_line_is_one_json_object_and_a_newline(void **state)
{
	struct ctx *c = *state;
	int saved, fd = caught(&saved);
	struct cJSON *o;
	int64_t at;
	char *text;

	log_open("checkout", "info");
	log_say(c, LOG_WARN, "two\nlines \"and\" a %s", "\x1b[31mcolour");
	text = written(c, fd, saved);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_null(strchr(text, '\x1b'));
	assert_int_equal(json_parse(c, text, strlen(text), &o), OK);
	assert_string_equal(json_text(o, "level"), "warn");
	assert_string_equal(json_text(o, "program"), "checkout");
	assert_string_equal(json_text(o, "why"),
	    "two\nlines \"and\" a \x1b[31mcolour");
	assert_int_equal(now_parse(json_text(o, "time"), &at), OK);
	assert_true(llabs(at - now_real()) < 60 * NOW_SECOND);
}

static void
a_line_holds_what_its_writer_adds(void **state)
{
	struct ctx *c = *state;
	int saved, fd = caught(&saved);
	struct buf line = log_line(c, LOG_INFO);
	struct cJSON *o;
	int64_t status;
	char *text;

	log_int(&line, "status", 200);
	log_text(&line, "why", NULL);
	log_write(LOG_INFO, &line);
	text = written(c, fd, saved);
	assert_int_equal(json_parse(c, text, strlen(text), &o), OK);
	assert_true(json_int(o, "status", &status));
	assert_int_equal(status, 200);
	assert_non_null(strstr(text, ",\"status\":200,\"why\":null}\n"));
}

/* How many of the four levels are written when least is asked for. */
static size_t
lines_at(struct ctx *c, const char *least)
{
	int saved, fd = caught(&saved), level;
	size_t n = 0;
	char *p;

	log_open("p", least);
	for (level = LOG_DEBUG; level <= LOG_ERROR; level++)
		log_say(c, (enum log_level)level, "%d", level);
	for (p = written(c, fd, saved); *p != '\0'; p++)
		n += *p == '\n';
	return n;
}

static void
lines_below_the_least_level_are_left_out(void **state)
{
	struct ctx *c = *state;

	assert_int_equal(lines_at(c, "debug"), 4);
	assert_int_equal(lines_at(c, "info"), 3);
	assert_int_equal(lines_at(c, "warn"), 2);
	assert_int_equal(lines_at(c, "error"), 1);
}

static void
a_closed_stderr_does_not_matter(void **state)
{
	struct ctx *c = *state;
	int saved = dup(STDERR_FILENO);

	close(STDERR_FILENO);
	log_say(c, LOG_ERROR, "nobody hears this");
	dup2(saved, STDERR_FILENO);
	close(saved);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(a_line_is_one_json_object_and_a_newline),
		WITH_CTX(a_line_holds_what_its_writer_adds),
		WITH_CTX(lines_below_the_least_level_are_left_out),
		WITH_CTX(a_closed_stderr_does_not_matter),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
