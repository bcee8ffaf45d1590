#include "app/shop.h"

#include <stdlib.h>

#include "db/db.h"
#include "db/migrate.h"
#include "web/auth.h"

enum err
shop_open_db(struct ctx *c, const struct conf *conf, struct db **ret)
{
	struct db *db;
	enum err e;

	e = db_open(c, conf_get(conf, "DATABASE_URL"), 0, &db);
	if (e != OK)
		return e;
	/* Of the threads of a program, the first one looks. */
	if (!db_is_shared(db)) {
		e = db_keep_log(c, db);
		if (e == OK)
			e = migrate_check(c, db);
	}
	if (e != OK) {
		db_free(db);
		return e;
	}
	*ret = db;
	return OK;
}

enum err
shop_open_plain(struct ctx *c, const struct conf *conf, void **ret)
{
	struct shop *shop = calloc(1, sizeof(*shop));
	enum err e;

	if (shop == NULL)
		abort();
	shop->conf = conf;
	shop->public_url = conf_get(conf, "PUBLIC_BASE_URL");
	e = shop_open_db(c, conf, &shop->db);
	if (e != OK) {
		shop_close(shop);
		return e;
	}
	*ret = shop;
	return OK;
}

enum err
shop_open(struct ctx *c, const struct conf *conf, void **ret)
{
	struct shop *shop;
	void *opened;
	enum err e;

	e = shop_open_plain(c, conf, &opened);
	if (e != OK)
		return e;
	shop = opened;
	e = auth_new(c, conf, &shop->auth);
	if (e != OK) {
		shop_close(shop);
		return e;
	}
	*ret = shop;
	return OK;
}

void
shop_close(void *arg)
{
	struct shop *shop = arg;

	auth_free(shop->auth);
	db_free(shop->db);
	free(shop);
}
