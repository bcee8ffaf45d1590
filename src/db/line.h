/*
 * line: those who wait for one thing that one at a time can have.
 *
 * Whoever finds that nobody has it leads at once.  Who leads can do the work
 * of those behind him, and passes the lead on in the end.
 */
#ifndef DB_LINE_H
#define DB_LINE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum waiter_state { WAITING, TAKEN, LEADING, DONE };

/* One who waits: the first member of what lives on his stack meanwhile. */
struct waiter {
	int is_alone; /* he wants to lead: nobody can do his work for him */
	atomic_int state; /* enum waiter_state */
	sem_t moved; /* posted once: he leads, or is done */
	struct waiter *next;
};

struct line {
	pthread_mutex_t lock; /* of the rest */
	struct waiter *first;
	struct waiter **last;
	size_t count;
	int is_led;
	pthread_cond_t news; /* for who leads */
};

void line_init(struct line *l);
void line_end(struct line *l);

/*
 * Waits until w leads or is done: 1; 0: not until that time on now_monotonic's
 * clock, and nobody has taken it.
 */
int line_join(struct line *l, struct waiter *w, int64_t deadline);

/* For who leads: the first in line, if it need not lead; or NULL.  It will
 * wait for line_done. */
struct waiter *line_take(struct line *l);

/* For who leads: would line_take find one?  And how many wait in all? */
int line_waits(struct line *l);
size_t line_length(struct line *l);

/*
 * The same, but as long as *is_busy nobody is not yet NULL: somebody may come.
 * Who sets it to 0 calls line_nudge then.
 */
struct waiter *line_await(struct line *l, atomic_int *is_busy);
void line_nudge(struct line *l);

/* w may be gone before this returns. */
void line_done(struct waiter *w);

/* The first in line leads, or nobody. */
void line_pass_on(struct line *l);

#endif
