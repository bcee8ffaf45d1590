/*
 * form: application/x-www-form-urlencoded text, as Stripe's bodies and
 * everybody's query strings want it.
 *
 * Names are written with their brackets, "metadata[bookingId]", which stay as
 * they are; every other byte that is not a letter, a digit or one of - . _ ~
 * becomes %XX (a space %20).
 */
#ifndef PROVIDER_FORM_H
#define PROVIDER_FORM_H

#include <stdint.h>

struct buf;

/* Appends name=value, after an & if b is not empty. */
void form_add(struct buf *b, const char *name, const char *value);

/* The same, but nothing for NULL or "": to Stripe an empty value means
 * "unset", and for most fields it is an error. */
void form_text(struct buf *b, const char *name, const char *value);

void form_int(struct buf *b, const char *name, int64_t value);

/* Appends text alone, escaped as a value: for a path segment. */
void form_escape(struct buf *b, const char *text);

#endif
