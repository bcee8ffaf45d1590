/*
 * schema: the files of schema/, compiled in by scripts/embed-schema.
 */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

struct schema_file {
	const char *name; /* "0001_bookings.sql": its number comes first */
	const char *text;
};

/* In order; the last has a NULL name. */
extern const struct schema_file schema_files[];

#endif
