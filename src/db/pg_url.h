/*
 * pg_url: is a PostgreSQL's URL one that libpq understands as it is meant?
 *
 * Where it does not, it repeats in its messages what it took for a host or a
 * port: with a password that has an @, a / or a % in it, parts of that.
 */
#ifndef DB_PG_URL_H
#define DB_PG_URL_H

/* url begins with its scheme.  0: what is special in it must be escaped. */
int pg_url_is_plain(const char *url);

#endif
