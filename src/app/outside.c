#include "app/outside.h"

#include "app/shop.h"
#include "web/http.h"

void
outside_prepare(void)
{
	http_global_init();
}

static void
add_stripe(struct shop *shop)
{
	shop->stripe = (struct stripe){
		.http = http_new("bookpay/" VERSION),
		.base = conf_get(shop->conf, "STRIPE_API_BASE"),
		.key = conf_get(shop->conf, "STRIPE_SECRET_KEY"),
	};
}

/* Both share one handle: a thread calls one of them at a time. */
static void
add_both(struct shop *shop)
{
	add_stripe(shop);
	shop->calendly = (struct calendly){
		.http = shop->stripe.http,
		.base = conf_get(shop->conf, "CALENDLY_API_BASE"),
		.token = conf_get(shop->conf, "CALENDLY_TOKEN"),
	};
}

enum err
outside_open(struct ctx *c, const struct conf *conf, void **ret)
{
	enum err e = shop_open(c, conf, ret);

	if (e == OK)
		add_both(*ret);
	return e;
}

enum err
outside_open_stripe(struct ctx *c, const struct conf *conf, void **ret)
{
	enum err e = shop_open(c, conf, ret);

	if (e == OK)
		add_stripe(*ret);
	return e;
}

enum err
outside_open_plain(struct ctx *c, const struct conf *conf, void **ret)
{
	enum err e = shop_open_plain(c, conf, ret);

	if (e == OK)
		add_both(*ret);
	return e;
}

void
outside_close(void *arg)
{
	struct shop *shop = arg;

	http_free(shop->stripe.http);
	shop_close(shop);
}
