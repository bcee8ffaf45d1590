/*
 * confine_database: what a database that is a server needs, by its URL.
 */
#include <stdlib.h>
#include <string.h>

#include "base/confine_part.h"
#include "base/hex.h"
#include "base/text.h"

enum { PORT_DNS = 53, PORT_POSTGRESQL = 5432 };

/* Up to the first of these characters; what is written as %2F is one. */
static char *
decoded(struct ctx *c, const char *text, const char *end)
{
	size_t len = strcspn(text, end), i, n = 0;
	char *out = arena_copy(c->mem, text, len);
	unsigned char byte;

	for (i = 0; i < len; i++) {
		if (out[i] == '%' && i + 2 < len &&
		    hex_bytes(out + i + 1, 2, &byte, 1)) {
			out[n++] = (char)byte;
			i += 2;
		} else {
			out[n++] = out[i];
		}
	}
	out[n] = '\0';
	return out;
}

/* What comes behind ? or & and name, or NULL. */
static char *
parameter(struct ctx *c, const char *url, const char *name)
{
	const char *at = strchr(url, '?');
	size_t len = strlen(name);

	for (; at != NULL; at = strchr(at, '&')) {
		at++;
		if (strncmp(at, name, len) == 0 && at[len] == '=')
			return decoded(c, at + len + 1, "&");
	}
	return NULL;
}

/* Is it a folder with a socket?  That is where it is if nobody says. */
static int
is_folder(const char *host)
{
	return *host == '\0' || *host == '/' || *host == '@';
}

static void
add_port(struct confine_plan *plan, long number)
{
	if (plan->port_count < CONFINE_PORTS_MAX && number > 0 &&
	    number <= UINT16_MAX)
		plan->ports[plan->port_count++] = (unsigned short)number;
}

/* One of the hosts, and its port if it names one. */
static void
add_host(struct confine_plan *plan, const char *host, const char *port)
{
	const char *colon = strchr(host[0] == '[' ? host + strcspn(host, "]")
	    : host, ':');
	long number = PORT_POSTGRESQL;

	if (is_folder(host)) {
		plan->who |= CONFINE_LOCAL;
		return;
	}
	if (colon != NULL && colon[1] != '\0')
		number = strtol(colon + 1, NULL, 10);
	else if (port != NULL)
		number = strtol(port, NULL, 10);
	plan->who |= CONFINE_CALLERS;
	add_port(plan, number);
}

/* hosts are parted by commas, and so are the ports, if there are some. */
static void
add_hosts(struct ctx *c, struct confine_plan *plan, const char *hosts,
    const char *ports)
{
	for (;;) {
		add_host(plan, decoded(c, hosts, ","), ports);
		if (ports != NULL && strchr(ports, ',') != NULL)
			ports = strchr(ports, ',') + 1;
		hosts = strchr(hosts, ',');
		if (hosts == NULL)
			return;
		hosts++;
	}
}

static void
add_file(struct confine_plan *plan, const char *path)
{
	if (!text_blank(path))
		plan->files[plan->file_count++] = path;
}

void
confine_database_plan(struct ctx *c, const char *url,
    struct confine_plan *plan)
{
	const char *host = strstr(url, "://"), *at;
	const char *hosts = parameter(c, url, "hostaddr");
	const char *home = getenv("HOME");

	if (hosts == NULL)
		hosts = parameter(c, url, "host");
	host = host == NULL ? "" : host + 3;
	at = strchr(host, '@');
	if (at != NULL && at < host + strcspn(host, "/?"))
		host = at + 1;
	if (hosts == NULL)
		hosts = arena_copy(c->mem, host, strcspn(host, "/?"));
	add_hosts(c, plan, hosts, parameter(c, url, "port"));
	add_port(plan, PORT_DNS);
	/* It reads them again with each connection. */
	add_file(plan, parameter(c, url, "sslrootcert"));
	add_file(plan, parameter(c, url, "sslcert"));
	add_file(plan, parameter(c, url, "sslkey"));
	if (!text_blank(home))
		add_file(plan, arena_printf(c->mem, "%s/.postgresql", home));
}
