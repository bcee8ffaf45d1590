/*
 * Fuzz: the config file.
 */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/ctx.h"
#include "fuzz.h"

enum { INPUT_MAX = 64 << 10 };

static void
load(struct ctx *c, const char *program, const char *path)
{
	struct conf *conf;

	ctx_reset(c);
	if (conf_load(c, program, path, &conf) == OK)
		conf_free(conf);
	else if (c->why == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx c;
	char path[64];
	int fd;

	if (size > INPUT_MAX)
		return 0;
	fd = memfd_create("conf", MFD_CLOEXEC);
	if (fd < 0 || fchmod(fd, 0600) != 0 ||
	    write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ctx_init(&c);
	load(&c, "bookpay", path);
	load(&c, "stripe-webhook", path);
	ctx_free(&c);
	close(fd);
	return 0;
}
