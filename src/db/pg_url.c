#include "db/pg_url.h"

#include <ctype.h>
#include <string.h>

static int
escapes_are_whole(const char *p)
{
	for (; (p = strchr(p, '%')) != NULL; p++)
		if (!isxdigit((unsigned char)p[1]) ||
		    !isxdigit((unsigned char)p[2]))
			return 0;
	return 1;
}

/* "host", "host:port", "[::1]:port", or nothing. */
static int
is_host(const char *p, const char *end)
{
	const char *after = p;

	if (p < end && *p == '[') {
		after = memchr(p, ']', (size_t)(end - p));
		if (after == NULL)
			return 0;
		after++;
	} else
		while (after < end && *after != ':')
			after++;
	if (after < end && *after++ != ':')
		return 0;
	while (after < end && isdigit((unsigned char)*after))
		after++;
	return after == end;
}

static int
are_hosts(const char *p, const char *end)
{
	const char *comma;

	while ((comma = memchr(p, ',', (size_t)(end - p))) != NULL) {
		if (!is_host(p, comma))
			return 0;
		p = comma + 1;
	}
	return is_host(p, end);
}

int
pg_url_is_plain(const char *url)
{
	const char *p = strstr(url, "://"), *end, *at, *slash;

	if (p == NULL || !escapes_are_whole(url))
		return 0;
	p += 3;
	end = p + strcspn(p, "?");
	at = memchr(p, '@', (size_t)(end - p));
	slash = memchr(p, '/', (size_t)(end - p));
	if (at != NULL && ((slash != NULL && slash < at) ||
	    memchr(at + 1, '@', (size_t)(end - at - 1)) != NULL))
		return 0;
	return are_hosts(at == NULL ? p : at + 1, slash == NULL ? end : slash);
}
