/*
 * schema: the files of schema/, compiled in by scripts/embed-schema.
 */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

/* What is done to rows a page at a time (schema/README). */
struct schema_batch {
	const char *sql_find; /* statement: the last key of the page behind key $1 */
	const char *sql_work; /* statement: what to do with those in ($1, $2] */
};

struct schema_file {
	const char *name; /* "0001_bookings.sql": its number comes first */
	const char *text; /* all of it */
	const struct schema_batch *batches; /* the last has a NULL sql_find; or NULL */
};

/* In order; the last has a NULL name. */
extern const struct schema_file schema_files[];

#endif
