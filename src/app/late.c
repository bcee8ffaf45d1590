#include "app/late.h"

#include <pthread.h>
#include <stdlib.h>

#include "app/shop.h"
#include "db/db.h"

struct late {
	const struct conf *conf;
	pthread_mutex_t lock;
	struct db *db; /* NULL: not open yet */
};

enum err
late_open(struct ctx *c, const struct conf *conf, void **ret)
{
	struct late *l = calloc(1, sizeof(*l));
	struct db *db;

	if (l == NULL)
		abort();
	l->conf = conf;
	pthread_mutex_init(&l->lock, NULL);
	/* Now, when all of it can be opened; or else when it is there. */
	if (late_db(c, l, &db) != OK)
		ctx_forgive(c);
	*ret = l;
	return OK;
}

void
late_close(void *late)
{
	struct late *l = late;

	db_free(l->db);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

enum err
late_db(struct ctx *c, void *late, struct db **ret)
{
	struct late *l = late;
	enum err e = OK;

	pthread_mutex_lock(&l->lock);
	if (l->db == NULL)
		e = shop_open_db(c, l->conf, &l->db);
	*ret = l->db;
	pthread_mutex_unlock(&l->lock);
	return e;
}

const struct conf *
late_conf(const void *late)
{
	return ((const struct late *)late)->conf;
}
