#include "base/conf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
conf_file_wipe(struct conf_file *f)
{
	explicit_bzero(f->text, f->len);
	free(f->text);
}

enum err
conf_file_read(struct ctx *c, const char *path, struct conf_file *ret)
{
	struct conf_file f = { .text = calloc(1, CONF_FILE_MAX + 1) };
	struct stat st;
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		if (fd >= 0)
			close(fd);
		free(f.text);
		return ctx_fail(c, E_BADREQ, "%s: %s", path, strerror(errno));
	}
	if (f.text == NULL)
		abort();
	while (f.len < CONF_FILE_MAX &&
	    (n = read(fd, f.text + f.len, CONF_FILE_MAX - f.len)) > 0)
		f.len += (size_t)n;
	close(fd);
	if (n < 0 || f.len == CONF_FILE_MAX || strlen(f.text) != f.len) {
		conf_file_wipe(&f);
		return ctx_fail(c, E_BADREQ,
		    "%s: cannot be read, is longer than %d bytes, or holds a "
		    "NUL byte", path, CONF_FILE_MAX);
	}
	f.mode = st.st_mode;
	*ret = f;
	return OK;
}

int
conf_file_is_open(const struct conf_file *f)
{
	return (f->mode & (S_IRWXO | S_IWGRP)) != 0;
}
