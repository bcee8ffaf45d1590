#include "base/confine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/confine_part.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/text.h"

enum { PORT_DNS = 53, PORT_HTTP = 80, PORT_HTTPS = 443, PORT_PROXY = 1080 };

/* The port an URL names, or would have if it named none. */
static unsigned short
port_of(const char *url, unsigned short otherwise)
{
	const char *host = strstr(url, "://"), *at;
	int64_t port;

	host = host == NULL ? url : host + 3;
	at = strchr(host, '@');
	if (at != NULL && at < host + strcspn(host, "/"))
		host = at + 1;
	/* In an address of IPv6 there are other colons. */
	if (*host == '[')
		host += strcspn(host, "]");
	host += strcspn(host, ":/");
	if (*host == ':' && text_number(host + 1,
	    strspn(host + 1, "0123456789"), &port) && port <= UINT16_MAX)
		return (unsigned short)port;
	return otherwise;
}

static void
add_port(struct confine_plan *plan, const char *url, unsigned short otherwise)
{
	if (!text_blank(url) && plan->port_count < CONFINE_PORTS_MAX)
		plan->ports[plan->port_count++] = port_of(url, otherwise);
}

static void
add_api(struct confine_plan *plan, const char *base)
{
	add_port(plan, base, strncmp(base, "https:", 6) == 0 ? PORT_HTTPS
	    : PORT_HTTP);
}

/* Where Stripe and Calendly are, and what stands on the way to them. */
static void
add_ports(struct confine_plan *plan, const struct conf *conf,
    unsigned int needs)
{
	/* Those that libcurl looks for; plain http goes by no proxy. */
	static const char *const proxies[] = { "https_proxy", "HTTPS_PROXY",
		"all_proxy", "ALL_PROXY" };
	size_t i;

	if (needs & CONFINE_CALLS_STRIPE)
		add_api(plan, conf_get(conf, "STRIPE_API_BASE"));
	if (needs & CONFINE_CALLS_CALENDLY)
		add_api(plan, conf_get(conf, "CALENDLY_API_BASE"));
	if (plan->port_count < CONFINE_PORTS_MAX)
		plan->ports[plan->port_count++] = PORT_DNS;
	for (i = 0; i < COUNT(proxies); i++)
		add_port(plan, getenv(proxies[i]), PORT_PROXY);
}

static struct confine_plan
plan_for(struct ctx *c, const struct conf *conf, unsigned int needs)
{
	static const char sqlite[] = "sqlite:", postgres[] = "postgresql:";
	const char *url = conf_get(conf, "DATABASE_URL");
	struct confine_plan plan = { .who = CONFINE_ALL | CONFINE_BUILT };

	if (FAULT_FILE() != NULL)
		plan.who |= CONFINE_FAULTY;
	if (url != NULL && strncmp(url, sqlite, sizeof(sqlite) - 1) == 0)
		plan.database = url + sizeof(sqlite) - 1;
	if (needs & CONFINE_READS_METRICS)
		plan.folder = conf_get(conf, "METRICS_DIR");
	if (url != NULL && strncmp(url, postgres, sizeof(postgres) - 1) == 0)
		confine_database_plan(c, url, &plan);
	if (needs & CONFINE_CALLS) {
		plan.who |= CONFINE_CALLERS;
		add_ports(&plan, conf, needs);
	}
	return plan;
}

static void
report(struct ctx *c, const struct confine_plan *plan, int abi, int filtered)
{
	int any_port = plan->port_count > 0 && abi < CONFINE_ABI_PORTS;
	int all = abi > 0 && filtered && !any_port;

	log_say(c, all ? LOG_DEBUG : LOG_WARN, "confined: files %s%s, "
	    "system calls %s",
	    abi > 0 ? arena_printf(c->mem, "by Landlock %d", abi)
	    : "not (the kernel has no Landlock)",
	    abi > 0 && any_port ? " (which knows no ports)" : "",
	    filtered ? "by seccomp" : "not (the kernel has no seccomp)");
}

enum err
confine_start(struct ctx *c, const struct conf *conf, unsigned int needs)
{
	struct confine_plan plan;
	int abi = 0, filtered = 0;
	enum err e;

	if (strcmp(conf_get(conf, "CONFINE"), "off") == 0) {
		log_say(c, LOG_WARN, "not confined: CONFINE is off");
		return OK;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return ctx_fail(c, E_INTERNAL, "confine: no_new_privs");
	plan = plan_for(c, conf, needs);
	/* The filter does not know the calls that set up Landlock. */
	e = confine_files_restrict(c, &plan, &abi);
	if (e == OK)
		e = confine_syscalls_filter(c, &plan, &filtered);
	if (e != OK)
		return e;
	report(c, &plan, abi, filtered);
	return OK;
}

const char *
confine_outgrown(void)
{
	return confine_files_replaced() ? "a file that is read for names or "
	    "TLS was replaced: ending, to be started again" : NULL;
}
