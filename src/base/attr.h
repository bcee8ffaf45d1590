/*
 * attr: promises the compiler checks for us.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

/* Ignoring the result of such a function does not compile. */
#define MUST_USE __attribute__((warn_unused_result))

/* The format string and its arguments are checked like printf's. */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
