#include "base/help.h"

#include <stdio.h>
#include <string.h>

#include "base/conf.h"

enum { LINE = 78 };

static void
print_usage(FILE *to, const struct help *h)
{
	fprintf(to, "usage: %s [%s--check | --help | --version]\n%s\n",
	    h->program, h->options, h->does);
}

static void
print_keys(const char *program)
{
	const char *key;
	size_t i, at = LINE;

	for (i = 0; (key = conf_name(i)) != NULL; i++) {
		if (!conf_reads(program, key))
			continue;
		if (at + 1 + strlen(key) > LINE)
			at = (size_t)printf("\n   ") - 1;
		at += (size_t)printf(" %s", key);
	}
	putchar('\n');
}

static void
print_help(const struct help *h)
{
	print_usage(stdout, h);
	printf("\n"
	    "  --check    say what is wrong with configuration, database,\n"
	    "             schema or permissions, and end: 0 if nothing is\n"
	    "  --help     print this, and end\n"
	    "  --version  print the version, and end\n"
	    "\n"
	    "The configuration is $BOOKPAY_CONFIG, or\n"
	    "%s/%s.conf, or bookpay.conf there.\n"
	    "These keys of it count, and are overridden by the environment:",
	    CONF_DIR, h->program);
	print_keys(h->program);
	printf("\nSee %s(8) and bookpay.conf(5).\n", h->program);
}

int
help_answer(const struct help *h, int argc, char **argv,
    const char *const *known)
{
	const char *word = argc == 2 ? argv[1] : "";

	if (strcmp(word, "--help") == 0) {
		print_help(h);
		return 0;
	}
	if (strcmp(word, "--version") == 0)
		return printf("%s (bookpay) %s\n", h->program, VERSION) < 0;
	while (argc == 2 && *known != NULL)
		if (strcmp(word, *known++) == 0)
			return -1;
	if (argc == 1)
		return -1;
	print_usage(stderr, h);
	return 2;
}
