/*
 * sample: files of tests/contract, for tests.
 *
 * Paths are relative to the source folder, which automake names in $srcdir.
 * Everything lives in the ctx; what cannot be read fails the test.
 */
#ifndef UNIT_SAMPLE_H
#define UNIT_SAMPLE_H

#include <stddef.h>

struct cJSON;
struct ctx;

/* Is there such a file? */
int sample_exists(struct ctx *c, const char *path);

/* The bytes of a file, with a NUL behind; ret_len may be NULL. */
char *sample_bytes(struct ctx *c, const char *path, size_t *ret_len);

/* The file as JSON. */
struct cJSON *sample_json(struct ctx *c, const char *path);

/* The names of the files in a folder that end in ".json", sorted, NULL
 * behind; or in another suffix. */
char **sample_names(struct ctx *c, const char *folder, size_t *ret_count);
char **sample_names_of(struct ctx *c, const char *folder, const char *suffix,
    size_t *ret_count);

/* cmocka fixtures: *state is a fresh struct ctx. */
int sample_setup(void **state);
int sample_teardown(void **state);

#endif
