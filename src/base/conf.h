/*
 * conf: the configuration of a program, read once at start.
 *
 * KEY=value lines as systemd's EnvironmentFile and a shell both read them:
 * '#' comments, a value with blanks or shell characters in single or double
 * quotes.  The environment overrides the file.  KEY_FILE=path takes the value
 * from that file.  What is wrong is refused with the line and the reason:
 * a key we do not know, a file with secrets that others can read, a secret
 * that is blank or short, or that the program does not need.  An unset key is
 * NULL, or its default.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct conf;

/* Several values of one key (secrets while they are rotated). */
struct conf_list {
	const char *const *values;
	size_t count;
};

/*
 * Reads path for program; NULL means $BOOKPAY_CONFIG, or what conf_path finds
 * in the folder that configure settled on.  A secret that program does not
 * need is refused, and its KEY_FILE is not even opened; "bookpay" reads all.
 * One that comes from the environment is wiped there: threads come later.
 * *ret lives until conf_free, which wipes the secrets.  E_BADREQ with the
 * reason in c->why.
 */
enum err conf_load(struct ctx *c, const char *program, const char *path,
    struct conf **ret) MUST_USE;
void conf_free(struct conf *conf);

/* The file of program in folder: PROGRAM.conf, or else bookpay.conf. */
const char *conf_path(struct ctx *c, const char *folder, const char *program);

/*
 * The value of key; NULL if it is not set.  key must be one we know, and that
 * the program reads: the table in conf.c says which.
 */
const char *conf_get(const struct conf *conf, const char *key);

/* The comma-separated values of key; count 0 if it is not set. */
struct conf_list conf_list(const struct conf *conf, const char *key);

/* The number key holds (conf_load has checked that it is one). */
int64_t conf_number(const struct conf *conf, const char *key);

/* Is word one of the comma-separated values of key? */
int conf_names(const struct conf *conf, const char *key, const char *word);

/*
 * E_BADREQ, naming the first missing key, unless all keys (NULL-terminated)
 * are set.
 */
enum err conf_require(struct ctx *c, const struct conf *conf,
    const char *const *keys) MUST_USE;

/* --- For who looks after configurations -------------------------------- */

/* The keys and the programs there are, in an order; NULL after the last. */
const char *conf_name(size_t i);
const char *conf_program(size_t i);

/* Does program need key? */
int conf_reads(const char *program, const char *key);
int conf_is_secret(const char *key);

/*
 * The value of key if it was given, NULL if it is the default or not set.
 * *ret_file is the path if KEY_FILE gave it, or else NULL.
 */
const char *conf_given(const struct conf *conf, const char *key,
    const char **ret_file);

#endif
