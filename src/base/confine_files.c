/*
 * confine_files: files and ports, by Landlock.
 *
 * Rules name what may be opened; nothing else can be, nor made, nor removed.
 * What is open already stays so.
 */
#define _GNU_SOURCE /* O_PATH */
#include "base/confine_part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/text.h"

/*
 * Landlock as the kernel has it today: the headers of the machine it is built
 * on may be older.  The numbers are the same on all machines.
 */
enum {
	CREATE_RULESET = 444,
	ADD_RULE = 445,
	RESTRICT_SELF = 446,
	ASK_VERSION = 1,
	RULE_PATH = 1,
	RULE_PORT = 2,
	PORT_BIND = 1 << 0,
	PORT_CONNECT = 1 << 1,
	SCOPE_ALL = 3, /* abstract sockets and processes of others */
	ABI_REFER = 2,
	ABI_TRUNCATE = 3,
	ABI_DEVICES = 5,
	ABI_SCOPES = 6,
};

/* Rights, and groups of them. */
enum {
	EXECUTE = 1 << 0,
	WRITE = 1 << 1,
	READ = 1 << 2,
	LIST = 1 << 3,
	REMOVE = 1 << 5,
	MAKE = 1 << 8,
	REFER = 1 << 13,
	TRUNCATE = 1 << 14,
	DEVICES = 1 << 15,
	OF_FIRST_ABI = REFER - 1,
	OF_FILES = EXECUTE | WRITE | READ | TRUNCATE | DEVICES,
	CHANGE = READ | WRITE | TRUNCATE,
};

struct ruleset {
	uint64_t files, ports, scopes;
};

struct path_rule {
	uint64_t rights;
	int32_t fd;
} __attribute__((packed));

struct port_rule {
	uint64_t rights, port;
};

/* It is read again and again, and without it no call succeeds. */
enum { VITAL = 1 << 16 };

/*
 * What libraries read after the start.  A file, or a folder with all that is
 * in it; who does not have one of them does without.
 */
static const struct place {
	unsigned int who;
	const char *path;
} places[] = {
	{ CONFINE_ALL, "/dev/null" },
	{ CONFINE_ALL, "/dev/urandom" },
	{ CONFINE_ALL, "/usr/share/zoneinfo" },
	{ CONFINE_ALL, "/etc/localtime" },
	{ CONFINE_ALL, "/etc/ssl/openssl.cnf" },
	{ CONFINE_ALL, "/etc/crypto-policies" },
	/* Names of hosts. */
	{ CONFINE_CALLERS | VITAL, "/etc/resolv.conf" },
	{ CONFINE_CALLERS | VITAL, "/etc/nsswitch.conf" },
	{ CONFINE_CALLERS | VITAL, "/etc/hosts" },
	{ CONFINE_CALLERS, "/etc/host.conf" },
	{ CONFINE_CALLERS, "/etc/gai.conf" },
	{ CONFINE_CALLERS, "/etc/services" },
	/* Whom TLS believes. */
	{ CONFINE_CALLERS, "/etc/ssl/certs" },
	{ CONFINE_CALLERS, "/etc/pki/ca-trust" },
	{ CONFINE_CALLERS, "/etc/pki/tls/certs" },
	{ CONFINE_CALLERS, "/usr/share/ca-certificates" },
	{ CONFINE_CALLERS, "/usr/local/share/ca-certificates" },
	/* The ways to look up names are libraries, loaded when asked; and so
	 * is that of a database which health waits for. */
	{ CONFINE_CALLERS | CONFINE_LOCAL, "/etc/ld.so.cache" },
	{ CONFINE_CALLERS | CONFINE_LOCAL, "/lib" },
	{ CONFINE_CALLERS | CONFINE_LOCAL, "/lib64" },
	{ CONFINE_CALLERS | CONFINE_LOCAL, "/usr/lib" },
	{ CONFINE_CALLERS | CONFINE_LOCAL, "/usr/lib64" },
	/* Leaks are looked for in the process itself. */
	{ CONFINE_SANITIZED, "/proc" },
	{ CONFINE_FAULTY, "/proc" }, /* and so are secrets */
};

/* The same, where the environment names another place. */
static const struct place named[] = {
	{ CONFINE_ALL, "TZDIR" },
	{ CONFINE_ALL, "OPENSSL_CONF" },
	{ CONFINE_CALLERS | VITAL, "SSL_CERT_FILE" },
	{ CONFINE_CALLERS, "SSL_CERT_DIR" },
};

/* What is opened beside the database. */
static const char *const database_files[] = { "", "-wal", "-shm", ".gate" };

/*
 * The vital files that were there: set once, before threads.  The names live
 * as long as the process.
 */
static const char *watched[COUNT(places) + COUNT(named)];
static size_t watched_count;

/* A ruleset being made. */
struct making {
	int fd;
	int abi;
	int error; /* errno of what failed first */
};

static struct ruleset
handled(int abi)
{
	struct ruleset all = { .files = OF_FIRST_ABI };

	if (abi >= ABI_REFER)
		all.files |= REFER;
	if (abi >= ABI_TRUNCATE)
		all.files |= TRUNCATE;
	if (abi >= CONFINE_ABI_PORTS)
		all.ports = PORT_BIND | PORT_CONNECT;
	if (abi >= ABI_DEVICES)
		all.files |= DEVICES;
	if (abi >= ABI_SCOPES)
		all.scopes = SCOPE_ALL;
	return all;
}

/* Older kernels take a shorter struct. */
static size_t
size_for(int abi)
{
	return abi >= ABI_SCOPES ? 24 : abi >= CONFINE_ABI_PORTS ? 16 : 8;
}

/* 1: it is there, and a file. */
static int
allow(struct making *m, const char *path, uint64_t rights)
{
	struct path_rule rule = { .rights = rights };
	struct stat st;
	int is_file;

	rule.fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.fd < 0)
		return 0;
	is_file = fstat(rule.fd, &st) == 0 && !S_ISDIR(st.st_mode);
	if (is_file)
		rule.rights &= OF_FILES;
	rule.rights &= handled(m->abi).files;
	if (syscall(ADD_RULE, m->fd, RULE_PATH, &rule, 0) != 0 &&
	    m->error == 0)
		m->error = errno;
	close(rule.fd);
	return is_file;
}

static int
can_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void
allow_reading(struct making *m, const char *path, int vital)
{
	if (allow(m, path, READ | LIST) && vital && can_read(path))
		watched[watched_count++] = path;
}

static char *
folder_of(struct ctx *c, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return arena_dup(c->mem, ".");
	return arena_copy(c->mem, path, (size_t)(slash - path) +
	    (slash == path));
}

/*
 * Where resolv.conf is a link, its folder belongs to a service that writes it
 * anew there: /run/systemd/resolve, /run/NetworkManager.
 */
static void
allow_resolver(struct ctx *c, struct making *m)
{
	char *path = realpath("/etc/resolv.conf", NULL);

	if (path != NULL && strncmp(path, "/run/", 5) == 0)
		allow(m, folder_of(c, path), READ);
	free(path);
}

/*
 * Each file by itself, so that nothing else in the folder can be opened.  They
 * stay the same as long as somebody has the database open.  The last one to
 * close it would remove two of them; but who may remove these may remove the
 * config beside them, too: they are left there, and do no harm.
 */
static void
allow_database(struct ctx *c, struct making *m, const char *database)
{
	/* Behind a link, they are where the link leads. */
	char *real = realpath(database, NULL);
	const char *path = real != NULL ? real : database;
	int missing = 0;
	size_t i;

	for (i = 0; i < COUNT(database_files); i++)
		missing |= !allow(m, arena_printf(c->mem, "%s%s", path,
		    database_files[i]), CHANGE);
	/* Only health starts without: it opens what comes. */
	if (missing)
		allow(m, folder_of(c, path), CHANGE | MAKE | LIST);
	free(real);
}

/* Where a sanitizer is to write what it finds. */
static void
allow_reports(struct ctx *c, struct making *m, const char *variable)
{
	static const char key[] = "log_path=";
	const char *options = getenv(variable);
	const char *path = options == NULL ? NULL : strstr(options, key);

	if (path == NULL)
		return;
	path += sizeof(key) - 1;
	path = arena_copy(c->mem, path, strcspn(path, ":"));
	allow(m, folder_of(c, path), CHANGE | MAKE);
}

static void
allow_files(struct ctx *c, struct making *m, const struct confine_plan *plan)
{
	const char *path;
	size_t i;

	for (i = 0; i < COUNT(places); i++)
		if (places[i].who & plan->who)
			allow_reading(m, places[i].path,
			    places[i].who & VITAL);
	for (i = 0; i < COUNT(named); i++) {
		path = getenv(named[i].path);
		if ((named[i].who & plan->who) && !text_blank(path))
			allow_reading(m, path, named[i].who & VITAL);
	}
	if (plan->who & CONFINE_CALLERS)
		allow_resolver(c, m);
	if (!text_blank(plan->folder))
		allow(m, plan->folder, READ | LIST);
	for (i = 0; i < plan->file_count; i++)
		allow_reading(m, plan->files[i], 0);
	if (plan->database != NULL)
		allow_database(c, m, plan->database);
	if (plan->who & CONFINE_FAULTY)
		allow(m, folder_of(c, FAULT_FILE()), CHANGE | MAKE | REMOVE);
	if (plan->who & CONFINE_SANITIZED) {
		allow_reports(c, m, "ASAN_OPTIONS");
		allow_reports(c, m, "UBSAN_OPTIONS");
	}
}

static void
allow_ports(struct making *m, const struct confine_plan *plan)
{
	struct port_rule rule = { .rights = PORT_CONNECT };
	size_t i;

	for (i = 0; m->abi >= CONFINE_ABI_PORTS && i < plan->port_count; i++) {
		rule.port = plan->ports[i];
		if (syscall(ADD_RULE, m->fd, RULE_PORT, &rule, 0) != 0 &&
		    m->error == 0)
			m->error = errno;
	}
}

enum err
confine_files_restrict(struct ctx *c, const struct confine_plan *plan,
    int *ret_abi)
{
	struct making m = { .fd = -1 };
	struct ruleset all;

	m.abi = (int)syscall(CREATE_RULESET, NULL, (size_t)0, ASK_VERSION);
	if (m.abi <= 0) {
		*ret_abi = 0;
		return OK;
	}
	all = handled(m.abi);
	m.fd = (int)syscall(CREATE_RULESET, &all, size_for(m.abi), 0);
	if (m.fd < 0)
		return ctx_fail(c, E_INTERNAL, "landlock: %s",
		    strerror(errno));
	watched_count = 0;
	allow_files(c, &m, plan);
	allow_ports(&m, plan);
	if (m.error == 0 && syscall(RESTRICT_SELF, m.fd, 0) != 0)
		m.error = errno;
	close(m.fd);
	if (m.error != 0)
		return ctx_fail(c, E_INTERNAL, "landlock: %s",
		    strerror(m.error));
	*ret_abi = m.abi;
	return OK;
}

int
confine_files_replaced(void)
{
	size_t i;

	for (i = 0; i < watched_count; i++)
		if (!can_read(watched[i]) && errno == EACCES)
			return 1;
	return 0;
}
