#include "app/fit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/shop.h"
#include "db/db.h"

/* Where the rows are, if that is a file; or NULL. */
static const char *
database_path(const struct conf *conf)
{
	static const char scheme[] = "sqlite:";
	const char *url = conf_get(conf, "DATABASE_URL");

	return strncmp(url, scheme, sizeof(scheme) - 1) == 0
	    ? url + sizeof(scheme) - 1 : NULL;
}

static enum err
check_ours(struct ctx *c, const char *path)
{
	return access(path, R_OK | W_OK) == 0 ? OK
	    : ctx_fail(c, E_INTERNAL, "%s cannot be written by this user: %s",
	    path, strerror(errno));
}

/* Nobody else may do this with it. */
static enum err
check_others(struct ctx *c, const char *path, mode_t bad, const char *mend)
{
	struct stat st;

	/* In a folder for all, like /tmp, each has his own files. */
	if (stat(path, &st) != 0 || (st.st_mode & bad) == 0 ||
	    (S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX)))
		return OK;
	return ctx_fail(c, E_INTERNAL, "%s has mode %04o, which lets others "
	    "%s it: chmod %s %s", path, (unsigned int)(st.st_mode & 07777),
	    st.st_mode & bad & S_IROTH ? "read" : "change", mend, path);
}

static enum err
check_files(struct ctx *c, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder = slash == NULL ? "."
	    : arena_printf(c->mem, "%.*s/", (int)(slash - path), path);
	enum err e;

	e = check_ours(c, path);
	if (e == OK) /* where its log is made */
		e = check_ours(c, folder);
	if (e == OK)
		e = check_others(c, path, S_IRWXO, "o=");
	if (e == OK)
		e = check_others(c, folder, S_IWOTH, "o-w");
	return e;
}

enum err
fit_check(struct ctx *c, const struct conf *conf)
{
	const char *path = database_path(conf);
	struct db *db = NULL;
	enum err e = OK;

	/* Of one that is not there, the database has better words. */
	if (path != NULL && access(path, F_OK) == 0)
		e = check_files(c, path);
	if (e == OK)
		e = shop_open_db(c, conf, &db);
	db_free(db);
	return e;
}
