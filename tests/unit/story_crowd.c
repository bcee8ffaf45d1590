/* Many deliverers at once, as the threads of a program are: each with its own
 * connection to one file. */
#include <pthread.h>
#include <string.h>

#include "db/db.h"
#include "story.h"
#include "world.h"

struct crowd {
	const struct story_delivery *told;
	const size_t *order;
	size_t n;
	int64_t start;
	pthread_mutex_t lock; /* of what follows */
	size_t next;
	const char *failure;
};

struct deliverer {
	struct crowd *crowd;
	struct ctx c;
	struct db *db;
	pthread_t thread;
};

/* The next one to deliver; 0 when all are. */
static int
take(struct crowd *cr, size_t *ret)
{
	int found;

	pthread_mutex_lock(&cr->lock);
	found = cr->next < cr->n && cr->failure == NULL;
	if (found)
		*ret = cr->next++;
	pthread_mutex_unlock(&cr->lock);
	return found;
}

/* A provider sends again what could not be taken in. */
static enum err
deliver(struct deliverer *d, size_t i)
{
	const struct story_delivery *told =
	    &d->crowd->told[d->crowd->order[i]];
	enum err e;

	do {
		ctx_reset(&d->c);
		d->c.now = d->crowd->start + MINUTES(1) * (int64_t)(i + 1);
		e = story_take_in(&d->c, d->db, told);
	} while (e == E_BUSY);
	return e;
}

static void *
deliver_all(void *arg)
{
	struct deliverer *d = arg;
	size_t i;

	while (take(d->crowd, &i))
		if (deliver(d, i) != OK) {
			pthread_mutex_lock(&d->crowd->lock);
			d->crowd->failure = "a delivery was not taken in";
			pthread_mutex_unlock(&d->crowd->lock);
		}
	return NULL;
}

void
story_crowd(const char *url, const struct story_delivery *told,
    const size_t *order, size_t n, int64_t start)
{
	struct crowd crowd = { .told = told, .order = order, .n = n,
		.start = start, .lock = PTHREAD_MUTEX_INITIALIZER };
	struct deliverer all[STORY_CROWD];
	size_t i;

	for (i = 0; i < STORY_CROWD; i++) {
		all[i].crowd = &crowd;
		ctx_init(&all[i].c);
		assert_int_equal(db_open(&all[i].c, url, 0, &all[i].db), OK);
	}
	for (i = 0; i < STORY_CROWD; i++)
		assert_int_equal(pthread_create(&all[i].thread, NULL,
		    deliver_all, &all[i]), 0);
	for (i = 0; i < STORY_CROWD; i++) {
		pthread_join(all[i].thread, NULL);
		db_free(all[i].db);
		ctx_free(&all[i].c);
	}
	if (crowd.failure != NULL)
		fail_msg("%s", crowd.failure);
}
