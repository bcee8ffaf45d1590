/*
 * confine_part: what the parts of confine share.
 */
#ifndef BASE_CONFINE_PART_H
#define BASE_CONFINE_PART_H

#include <stddef.h>

#include "base/ctx.h"

/* For whom a row of a table is. */
enum {
	CONFINE_ALL = 1 << 0,
	CONFINE_CALLERS = 1 << 1,
	CONFINE_SANITIZED = 1 << 2, /* built to find its own errors */
	CONFINE_FAULTY = 1 << 3,    /* built to be killed anywhere */
	CONFINE_LOCAL = 1 << 4,     /* whose database is a server here */
};

/* How this build is: CONFINE_SANITIZED or 0. */
#if defined(__SANITIZE_ADDRESS__)
#define CONFINE_BUILT CONFINE_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONFINE_BUILT CONFINE_SANITIZED
#endif
#endif
#ifndef CONFINE_BUILT
#define CONFINE_BUILT 0
#endif

/* The first version of Landlock that guards ports. */
enum { CONFINE_PORTS_MAX = 16, CONFINE_FILES_MAX = 4, CONFINE_ABI_PORTS = 4 };

/* Who is confined, and what was configured. */
struct confine_plan {
	unsigned int who;
	const char *database; /* path, or NULL */
	const char *folder;   /* it reads what is in there; or NULL */
	const char *files[CONFINE_FILES_MAX]; /* that its library reads */
	size_t file_count;
	size_t port_count;    /* it may connect to these */
	unsigned short ports[CONFINE_PORTS_MAX];
};

/* What a database that is a server needs: its ports, or its socket. */
void confine_database_plan(struct ctx *c, const char *url,
    struct confine_plan *plan);

/* *ret_abi: the version of Landlock in force; 0: the kernel has none. */
enum err confine_files_restrict(struct ctx *c,
    const struct confine_plan *plan, int *ret_abi) MUST_USE;

/* See confine_outgrown. */
int confine_files_replaced(void);

/* *ret_on: is it in force? */
enum err confine_syscalls_filter(struct ctx *c,
    const struct confine_plan *plan, int *ret_on) MUST_USE;

#endif
