#include "app/outside.h"

#include "app/shop.h"
#include "web/http.h"

void
outside_prepare(void)
{
	http_global_init();
}

enum err
outside_open(struct ctx *c, const struct conf *conf, void **ret)
{
	struct http *http;
	struct shop *shop;
	void *opened;
	enum err e;

	e = shop_open(c, conf, &opened);
	if (e != OK)
		return e;
	shop = opened;
	/* Both share one handle: a thread calls one of them at a time. */
	http = http_new("bookpay/" VERSION);
	shop->stripe = (struct stripe){
		.http = http,
		.base = conf_get(conf, "STRIPE_API_BASE"),
		.key = conf_get(conf, "STRIPE_SECRET_KEY"),
	};
	shop->calendly = (struct calendly){
		.http = http,
		.base = conf_get(conf, "CALENDLY_API_BASE"),
		.token = conf_get(conf, "CALENDLY_TOKEN"),
	};
	*ret = shop;
	return OK;
}

void
outside_close(void *arg)
{
	struct shop *shop = arg;

	http_free(shop->stripe.http);
	shop_close(shop);
}
