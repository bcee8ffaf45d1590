/*
 * Which values are to be kept from others.
 */
#include "base/conf_check.h"
#include "unit.h"

static void
a_database_with_a_password_is_a_secret(void **state)
{
	static const struct conf_key key = { "DATABASE_URL", CONF_DATABASE,
		NULL, 0, 0, 0 };
	static const struct {
		const char *url;
		int is_secret;
	} cases[] = {
		{ "sqlite:/var/lib/a@b:c.db", 0 },
		{ "sqlite:/var/lib/password=", 0 },
		{ "postgresql://%2Frun/shop", 0 },
		{ "postgresql://shop@db.example:5432/shop?sslmode=require", 0 },
		{ "postgresql://db.example:5432/shop?user=a@b", 0 },
		{ "postgresql://shop:opensesame@db.example/shop", 1 },
		{ "postgresql://shop@db.example/shop?password=opensesame", 1 },
		{ "postgresql://db.example/shop?sslpassword=opensesame", 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (conf_check_secrecy(&key, cases[i].url) !=
		    cases[i].is_secret)
			fail_msg("%s", cases[i].url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_database_with_a_password_is_a_secret),
	};

	return cmocka_run_group_tests_name("conf_check", tests, NULL, NULL);
}
