/*
 * What the URL of a database says about what its library will need.
 */
#include <string.h>

#include "base/confine_part.h"
#include "unit.h"

enum { LOCAL = CONFINE_LOCAL, CALLERS = CONFINE_CALLERS };

/* Ports and files as text; the port of names comes last. */
static const struct {
	const char *url;
	unsigned int who;
	const char *ports, *files;
} cases[] = {
	{ "postgresql:///shop", LOCAL, " 53", "" },
	{ "postgresql://%2Frun%2Fpostgresql/shop", LOCAL, " 53", "" },
	{ "postgresql://me:p%40ss@%2frun/shop", LOCAL, " 53", "" },
	{ "postgresql:///shop?host=/run/postgresql&user=me", LOCAL, " 53", "" },
	{ "postgresql://db.example", CALLERS, " 5432 53", "" },
	{ "postgresql://db.example:6000/shop", CALLERS, " 6000 53", "" },
	{ "postgresql://me:pass@db.example:6000/shop", CALLERS, " 6000 53",
	    "" },
	{ "postgresql://me@[2001:db8::1]:6000/shop", CALLERS, " 6000 53", "" },
	{ "postgresql://[2001:db8::1]/shop", CALLERS, " 5432 53", "" },
	{ "postgresql://a:6000,b,c:6001/shop", CALLERS, " 6000 5432 6001 53",
	    "" },
	{ "postgresql:///shop?host=a,b&port=6000,6001", CALLERS,
	    " 6000 6001 53", "" },
	{ "postgresql:///shop?host=a,b&port=6000", CALLERS, " 6000 6000 53",
	    "" },
	{ "postgresql://db.example/shop?hostaddr=192.0.2.1&port=6000", CALLERS,
	    " 6000 53", "" },
	{ "postgresql://db.example/shop?sslmode=verify-full"
	    "&sslrootcert=%2Fetc%2Fdb.pem&sslkey=/etc/key", CALLERS,
	    " 5432 53", " /etc/db.pem /etc/key" },
	{ "postgresql://%2Frun,db.example/shop", LOCAL | CALLERS, " 5432 53",
	    "" },
	{ "postgresql://db.example:99999/shop", CALLERS, " 53", "" },
	{ "postgresql:", LOCAL, " 53", "" },
};

static void
what_is_needed_is_in_the_url(void **state)
{
	struct ctx *c = *state;
	size_t i, k;

	unsetenv("HOME");
	for (i = 0; i < COUNT(cases); i++) {
		struct confine_plan plan = { 0 };
		const char *ports = "", *files = "";

		confine_database_plan(c, cases[i].url, &plan);
		for (k = 0; k < plan.port_count; k++)
			ports = arena_printf(c->mem, "%s %d", ports,
			    plan.ports[k]);
		for (k = 0; k < plan.file_count; k++)
			files = arena_printf(c->mem, "%s %s", files,
			    plan.files[k]);
		if (plan.who != cases[i].who ||
		    strcmp(ports, cases[i].ports) != 0 ||
		    strcmp(files, cases[i].files) != 0)
			fail_msg("%s: %x%s%s", cases[i].url, plan.who, ports,
			    files);
	}
}

static void
no_url_has_too_many_hosts(void **state)
{
	struct confine_plan plan = { 0 };
	struct ctx *c = *state;
	const char *url = "postgresql://a";
	int i;

	for (i = 0; i < 100; i++)
		url = arena_printf(c->mem, "%s,a", url);
	confine_database_plan(c, url, &plan);
	assert_int_equal(plan.port_count, CONFINE_PORTS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(what_is_needed_is_in_the_url),
		WITH_CTX(no_url_has_too_many_hosts),
	};

	return cmocka_run_group_tests_name("confine_database", tests, NULL,
	    NULL);
}
