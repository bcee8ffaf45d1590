#define _GNU_SOURCE /* semaphores by the clock of now_monotonic */
#include "db/line.h"

#include <errno.h>
#include <time.h>

#include "base/now.h"

void
line_init(struct line *l)
{
	*l = (struct line){ .last = &l->first };
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->news, NULL);
}

void
line_end(struct line *l)
{
	pthread_cond_destroy(&l->news);
	pthread_mutex_destroy(&l->lock);
}

static void
append(struct line *l, struct waiter *w)
{
	*l->last = w;
	l->last = &w->next;
	l->count++;
	pthread_cond_signal(&l->news);
}

static void
take_out(struct line *l, struct waiter *w)
{
	struct waiter **at = &l->first;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	if (w->next == NULL)
		l->last = at;
	w->next = NULL;
	w->state = TAKEN;
	l->count--;
}

/* 0: he has been taken. */
static int
leave(struct line *l, struct waiter *w)
{
	int waits;

	pthread_mutex_lock(&l->lock);
	waits = w->state == WAITING;
	if (waits)
		take_out(l, w);
	pthread_mutex_unlock(&l->lock);
	return waits;
}

/*
 * Each waits for something of his own: who is woken needs no lock that others
 * hold who were woken with him.
 */
static int
wait_until_moved(struct line *l, struct waiter *w, int64_t deadline)
{
	const struct timespec until = { .tv_sec = deadline / NOW_SECOND,
		.tv_nsec = deadline % NOW_SECOND * 1000 };
	int rc;

	while ((rc = sem_clockwait(&w->moved, CLOCK_MONOTONIC, &until)) != 0 &&
	    errno == EINTR)
		;
	if (rc == 0)
		return 1;
	if (leave(l, w))
		return 0;
	/* What has begun is waited for: its outcome is still to come. */
	while (sem_wait(&w->moved) != 0)
		;
	return 1;
}

int
line_join(struct line *l, struct waiter *w, int64_t deadline)
{
	int leads, moved;

	sem_init(&w->moved, 0, 0);
	pthread_mutex_lock(&l->lock);
	leads = !l->is_led;
	if (leads)
		w->state = LEADING;
	else
		append(l, w);
	l->is_led = 1;
	pthread_mutex_unlock(&l->lock);
	moved = leads || wait_until_moved(l, w, deadline);
	sem_destroy(&w->moved);
	return moved;
}

/* The lock is held. */
static struct waiter *
first_to_take(const struct line *l)
{
	return l->first == NULL || l->first->is_alone ? NULL : l->first;
}

int
line_waits(struct line *l)
{
	int waits;

	pthread_mutex_lock(&l->lock);
	waits = first_to_take(l) != NULL;
	pthread_mutex_unlock(&l->lock);
	return waits;
}

size_t
line_length(struct line *l)
{
	size_t count;

	pthread_mutex_lock(&l->lock);
	count = l->count;
	pthread_mutex_unlock(&l->lock);
	return count;
}

struct waiter *
line_take(struct line *l)
{
	struct waiter *w;

	pthread_mutex_lock(&l->lock);
	w = first_to_take(l);
	if (w != NULL)
		take_out(l, w);
	pthread_mutex_unlock(&l->lock);
	return w;
}

struct waiter *
line_await(struct line *l, atomic_int *is_busy)
{
	struct waiter *w = NULL;

	pthread_mutex_lock(&l->lock);
	while (l->first == NULL && atomic_load(is_busy))
		pthread_cond_wait(&l->news, &l->lock);
	if (atomic_load(is_busy))
		w = first_to_take(l);
	if (w != NULL)
		take_out(l, w);
	pthread_mutex_unlock(&l->lock);
	return w;
}

void
line_nudge(struct line *l)
{
	pthread_mutex_lock(&l->lock);
	pthread_cond_signal(&l->news);
	pthread_mutex_unlock(&l->lock);
}

static void
move(struct waiter *w, int state)
{
	w->state = state;
	sem_post(&w->moved);
}

void
line_done(struct waiter *w)
{
	move(w, DONE);
}

void
line_pass_on(struct line *l)
{
	struct waiter *next;

	pthread_mutex_lock(&l->lock);
	next = l->first;
	if (next != NULL)
		take_out(l, next);
	else
		l->is_led = 0;
	pthread_mutex_unlock(&l->lock);
	if (next != NULL)
		move(next, LEADING);
}
