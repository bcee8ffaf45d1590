/*
 * confine: what a program may still do once it has started.
 *
 * Who finds a way to run code of his own in a program gets what that program
 * needs and no more: its database and the files libraries read; no socket, or
 * where it calls Stripe and Calendly the ports of their APIs; never another
 * program, another process, or another file.  Landlock guards files and ports,
 * seccomp the system calls.  What is denied is an error to who tries it, and
 * kills nobody.
 */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include "base/conf.h"
#include "base/ctx.h"

/* What a program does besides answering, and using its database. */
enum {
	CONFINE_CALLS_STRIPE = 1 << 0,
	CONFINE_CALLS_CALENDLY = 1 << 1,
	CONFINE_CALLS = CONFINE_CALLS_STRIPE | CONFINE_CALLS_CALENDLY,
	CONFINE_READS_METRICS = 1 << 2, /* what others have counted */
};

/*
 * For good, for this thread and those it starts: so in main, when all is open
 * and before threads.  Nothing if CONFINE is "off".  Where the kernel cannot
 * do all of it, the rest is done, and the log says so.  E_INTERNAL if it could
 * and does not.
 */
enum err confine_start(struct ctx *c, const struct conf *conf,
    unsigned int needs) MUST_USE;

/*
 * NULL; or, for the log, why the program must be started again: a file that it
 * may read was replaced, as DHCP clients replace resolv.conf, and Landlock
 * knows only the old one.
 */
const char *confine_outgrown(void);

#endif
