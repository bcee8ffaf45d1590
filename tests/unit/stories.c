/*
 * The main promise, story by story: whatever order the deliveries come in, and
 * however often, on one deliverer and on many, the rows end the same.
 *
 * A story is a file of tests/stories; its README says how one is written.
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "place.h"
#include "sample.h"
#include "story.h"
#include "web/http.h"
#include "world.h"

enum { TOLD_MAX = 16, ORDER_MAX = 64, ALL_ORDERS_OF = 7, FILES_MAX = 200 };

/* Sanitizers are slow, and look for something else. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED
enum { SAMPLE = 80, REPEATED = 20, ROUNDS = 2, EVERY = 0 };
#else
enum { SAMPLE = 2000, REPEATED = 100, ROUNDS = 6, EVERY = 1 };
#endif

/* Half of the orders each: as fast on two processors, and on one no slower. */
enum { PROCESSES = 2 };

/* A worker is asked for its calls after one order of so many. */
enum { CALLS_EVERY = 100 };

/* A story with its bodies made, and the world it is played in. */
struct play {
	struct ctx c; /* outlives the orders: the world's does not */
	struct story story;
	struct story_delivery told[TOLD_MAX];
	size_t count;
	struct world *w;
	int64_t start;
	const char *first; /* the rows after the order as it is written */
	const char *calls; /* what a worker would call then */
	int has_jobs;
	uint64_t dice;
	int part;      /* of PROCESSES: this process plays every other order */
	uint64_t turn; /* how many orders there were */
};

/* The deliveries by number, in the order they come; some may repeat. */
struct order {
	size_t n;
	size_t told[ORDER_MAX];
};

/* The same numbers every time: a failure can be looked at again. */
static size_t
roll(struct play *p, size_t sides)
{
	p->dice ^= p->dice << 13;
	p->dice ^= p->dice >> 7;
	p->dice ^= p->dice << 17;
	return (size_t)(p->dice % sides);
}

/* --- opening ------------------------------------------------------------- */

static void
check(const struct story *s)
{
	if (s->why != NULL)
		fail_msg("%s", s->why);
}

static void
open_play(struct play *p, const char *file)
{
	void *w;
	size_t i;

	*p = (struct play){ .dice = 88172645463325252u };
	ctx_init(&p->c);
	story_read(&p->c, file, sample_bytes(&p->c, arena_printf(p->c.mem,
	    "tests/stories/%s", file), NULL), &p->story);
	for (i = 0; i < p->story.count; i++)
		if (strcmp(p->story.steps[i].keyword, "told") == 0) {
			assert_true(p->count < TOLD_MAX);
			story_deliver(&p->story, &p->story.steps[i],
			    &p->told[p->count++]);
		}
	check(&p->story);
	world_new(&w);
	p->w = w;
	story_begin(&p->story, p->w);
	check(&p->story);
	p->start = p->w->c.now;
	world_keep(p->w);
}

static void
close_play(struct play *p)
{
	void *w = p->w;

	world_free(&w);
	ctx_free(&p->c);
}

/* --- playing one order --------------------------------------------------- */

/* The rows after it; they live until the next. */
static const char *
played(struct play *p, const struct order *o)
{
	size_t i;

	ctx_reset(&p->w->c);
	world_put_back(p->w);
	p->w->c.now = p->start;
	for (i = 0; i < o->n; i++) {
		p->w->c.now += MINUTES(1);
		if (!story_tell(&p->w->c, p->w->db, &p->told[o->told[i]]))
			fail_msg("busy, and nobody else is there");
	}
	return world_dump(p->w);
}

static const char *
order_text(struct play *p, const struct order *o)
{
	struct buf what = buf_make(p->c.mem, 1000);
	size_t i;

	buf_printf(&what, "%s, told in the order of lines", p->story.file);
	for (i = 0; i < o->n; i++)
		buf_printf(&what, " %d", p->told[o->told[i]].line);
	return what.bytes;
}

/* Now and then: a server has to be started for it. */
static void
check_calls(struct play *p, const struct order *o)
{
	if (p->has_jobs && p->turn % CALLS_EVERY < PROCESSES)
		world_same(p->calls, story_calls(p->w), order_text(p, o));
}

/* Fails where the rows differ from the first, and says after which order. */
static void
compare(struct play *p, const struct order *o)
{
	const char *dump;

	if (p->turn++ % PROCESSES != (uint64_t)p->part)
		return;
	dump = played(p, o);
	if (strcmp(dump, p->first) == 0) {
		check_calls(p, o);
		return;
	}
	world_same(p->first, dump, order_text(p, o));
}

static struct order
as_written(const struct play *p)
{
	struct order o = { .n = p->count };
	size_t i;

	for (i = 0; i < o.n; i++)
		o.told[i] = i;
	return o;
}

/* --- many orders --------------------------------------------------------- */

/* The next permutation in lexical order; 0 after the last one. */
static int
advance(struct order *o)
{
	size_t i, j, t, n = o->n, *told = o->told;

	for (i = n - 1; i > 0 && told[i - 1] > told[i]; i--)
		;
	if (i == 0)
		return 0;
	for (j = n - 1; told[j] < told[i - 1]; j--)
		;
	t = told[i - 1], told[i - 1] = told[j], told[j] = t;
	for (j = n - 1; i < j; i++, j--)
		t = told[i], told[i] = told[j], told[j] = t;
	return 1;
}

static void
shuffle(struct play *p, struct order *o)
{
	size_t i, j, t;

	for (i = o->n; i > 1; i--) {
		j = roll(p, i);
		t = o->told[i - 1];
		o->told[i - 1] = o->told[j];
		o->told[j] = t;
	}
}

static size_t
factorial(size_t n)
{
	return n < 2 ? 1 : n * factorial(n - 1);
}

static void
play_orders(struct play *p)
{
	struct order o = as_written(p);
	size_t i;

	if (o.n <= ALL_ORDERS_OF && (EVERY || factorial(o.n) <= SAMPLE)) {
		do
			compare(p, &o);
		while (advance(&o));
		return;
	}
	for (i = 0; i < SAMPLE; i++) {
		shuffle(p, &o);
		compare(p, &o);
	}
}

static void
insert(struct order *o, size_t at, size_t told)
{
	memmove(o->told + at + 1, o->told + at,
	    (o->n - at) * sizeof(*o->told));
	o->told[at] = told;
	o->n++;
}

/* Each delivery once more, at each place of some order. */
static void
play_one_twice(struct play *p)
{
	struct order o;
	size_t told, at;

	for (told = 0; told < p->count; told++)
		for (at = 0; at <= p->count; at++) {
			o = as_written(p);
			shuffle(p, &o);
			insert(&o, at, told);
			compare(p, &o);
		}
}

/* Anything any number of times, anywhere. */
static void
play_repeated(struct play *p)
{
	struct order o;
	size_t i, more;

	for (i = 0; i < REPEATED; i++) {
		o = as_written(p);
		shuffle(p, &o);
		for (more = 1 + roll(p, 2 * p->count); more > 0; more--)
			insert(&o, roll(p, o.n + 1), roll(p, p->count));
		compare(p, &o);
	}
}

static void
play_part(struct play *p, int part)
{
	p->part = part;
	play_orders(p);
	play_one_twice(p);
	play_repeated(p);
}

/* --- many deliverers ------------------------------------------------------ */

/* In memory where the system has files there: a commit waits for the disk. */
static char *
crowd_folder(struct ctx *c)
{
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 0);
	return unit_folder(c);
}

/* Each delivery at least twice, in the order that the lot and the threads
 * make. */
static void
play_crowd(struct play *p, struct world *w, const char *url)
{
	struct order o = as_written(p);
	size_t i;

	for (i = 0; i < p->count; i++)
		insert(&o, o.n, i);
	for (i = roll(p, p->count + 1); i > 0; i--)
		insert(&o, o.n, roll(p, p->count));
	shuffle(p, &o);
	world_put_back(w);
	story_crowd(url, p->told, o.told, o.n, p->start);
	world_same(p->first, world_dump(w), order_text(p, &o));
	ctx_reset(&w->c);
}

static void
play_crowds(struct play *p)
{
	char *folder = crowd_folder(&p->c);
	struct world *w = world_new_at(arena_printf(p->c.mem, "%s/crowd",
	    folder));
	void *state = w;
	int i;

	story_begin(&p->story, w);
	world_keep(w);
	for (i = 0; i < ROUNDS; i++)
		play_crowd(p, w, w->url);
	world_free(&state);
	unit_remove(&p->c, folder);
}

/* --- a story ------------------------------------------------------------- */

/* "end row …": a line of the rows, or a part of one, where words for people
 * do not say enough. */
static void
check_rows(struct play *p)
{
	const struct story_step *step = p->story.steps;

	for (; step < p->story.steps + p->story.count; step++)
		if (strcmp(step->keyword, "end") == 0 &&
		    strncmp(step->rest, "row ", 4) == 0 &&
		    strstr(p->first, step->rest + 4) == NULL)
			fail_msg("%s:%d: there is no such row in\n%s",
			    p->story.file, step->line, p->first);
}

static void
check_end(struct play *p)
{
	const char *is = story_end(p->w), *should = story_expected(&p->story);

	check(&p->story);
	if (strcmp(is, should) != 0)
		fail_msg("%s should end so:\n%s\nand ends so:\n%s",
		    p->story.file, should, is);
}

/* A child ends with its failure: cmocka is not to go on in it. */
static pid_t
start_part(struct play *p, int part)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child != 0)
		return child;
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	play_part(p, part);
	_exit(0);
}

static void
it_ends_the_same_in_every_order(void **state)
{
	struct play p;
	struct order o;
	pid_t child;
	int status;

	open_play(&p, *state);
	o = as_written(&p);
	p.first = arena_dup(p.c.mem, played(&p, &o));
	check_end(&p);
	check_rows(&p);
	p.has_jobs = strstr(p.first, "\njob ") != NULL;
	p.calls = arena_dup(p.c.mem, story_calls(p.w));
	child = start_part(&p, 1);
	play_part(&p, 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status != 0)
		fail_msg("the other process failed");
	play_crowds(&p);
	close_play(&p);
}

/* Named by what happens in it. */
static struct CMUnitTest
test_of(struct ctx *c, char *file)
{
	struct story s;

	story_read(c, file, sample_bytes(c, arena_printf(c->mem,
	    "tests/stories/%s", file), NULL), &s);
	return (struct CMUnitTest){ .name = s.name,
		.test_func = it_ends_the_same_in_every_order,
		.initial_state = file };
}

/* All stories, or those whose files are named. */
int
main(int argc, char **argv)
{
	static struct CMUnitTest tests[FILES_MAX];
	char **files = argv + 1;
	size_t n = (size_t)(argc - 1), i;
	struct ctx c;
	int failed;

	/* Each process plays on its copy of the same memory. */
	if (place_is_postgres()) {
		puts("1..0 # SKIP the stories are played in memory");
		return 0;
	}
	http_global_init();
	ctx_init(&c);
	if (n == 0)
		files = sample_names_of(&c, "tests/stories", ".story", &n);
	for (i = 0; i < n && i < FILES_MAX; i++)
		tests[i] = test_of(&c, files[i]);
	failed = _cmocka_run_group_tests("stories", tests, i, NULL, NULL);
	ctx_free(&c);
	return failed;
}
