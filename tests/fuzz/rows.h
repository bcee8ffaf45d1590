/*
 * rows: a database in memory with the rows that tests/contract's bodies are
 * about, for harnesses that change it.
 */
#ifndef FUZZ_ROWS_H
#define FUZZ_ROWS_H

#include <stdint.h>

struct ctx;
struct db;

/* The moment in which all inputs are played, unix seconds. */
#define ROWS_NOW INT64_C(1795442700)

/* A booking to be paid, by its session; of a person strangers must not see. */
#define ROWS_BOOKING "bkg_01JDB2V6Q3T8K9M4X7Y1Z0ABCD"
#define ROWS_SESSION                                                           \
	"cs_test_a1Kq7Zc0mV2nT5sR8wY3bH6jL9pD4fG1xN0eU7iO5aS2dF8gH3jK6lQ9"
#define ROWS_NAME "Ada Client"
#define ROWS_EMAIL "ada.client@example.com"

/* The same person's, with an id such as we make, not asked to pay yet. */
#define ROWS_OWN "bk_0123456789abcdef0123456789abcdef"

/* The database of the process, as it is before every input. */
struct db *rows_make(struct ctx *c);

/* How many rows there are. */
int64_t rows_size(struct ctx *c);

/* Aborts if the rows say what they must never say. */
void rows_check(struct ctx *c);

#endif
