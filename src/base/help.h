/*
 * help: what a program says of itself when it is asked, and asked wrongly.
 */
#ifndef BASE_HELP_H
#define BASE_HELP_H

struct help {
	const char *program; /* "checkout", as conf.h knows it */
	const char *options; /* besides --check, --help, --version: "[--once | " */
	const char *does;    /* a sentence */
};

/*
 * Answers --help and --version on stdout, or a lone word that is no option of
 * the program's (known, NULL-terminated) by the usage on stderr.  -1: neither,
 * go on; or else the exit status.
 */
int help_answer(const struct help *h, int argc, char **argv,
    const char *const *known);

#endif
