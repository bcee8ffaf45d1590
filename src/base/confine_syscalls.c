/*
 * confine_syscalls: what may be asked of the kernel, by seccomp.
 *
 * What no table names does not exist for the program (ENOSYS): so libraries,
 * too, find their second way where a newer one uses a newer call.  What people
 * and tests look for is said to be forbidden (EPERM).
 */
#define _GNU_SOURCE /* CLONE_THREAD, F_GETLK64 */
#include "base/confine_part.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct calls {
	unsigned int who;
	const char *names;
};

static const struct calls allowed[] = {
	/* Files; which of them is Landlock's to say. */
	{ CONFINE_ALL, "open openat close read readv pread64 preadv write "
	    "writev pwrite64 pwritev lseek dup dup2 dup3 "
	    "fstat fstat64 stat stat64 lstat lstat64 newfstatat fstatat64 "
	    "statx access faccessat faccessat2 readlink readlinkat getcwd "
	    "fsync fdatasync ftruncate ftruncate64 fallocate statfs fstatfs "
	    "getdents64 umask _llseek" },
	/* Memory; see also narrow. */
	{ CONFINE_ALL, "brk munmap mremap madvise msync mincore" },
	/* Threads and locks. */
	{ CONFINE_ALL, "futex futex_time64 set_robust_list get_robust_list "
	    "rseq sched_yield sched_getaffinity gettid set_tid_address "
	    "membarrier exit exit_group restart_syscall arch_prctl" },
	/* Signals that come. */
	{ CONFINE_ALL, "rt_sigaction rt_sigprocmask rt_sigreturn "
	    "rt_sigtimedwait rt_sigtimedwait_time64 rt_sigpending "
	    "rt_sigsuspend sigaltstack sigreturn" },
	/* Time and chance. */
	{ CONFINE_ALL, "clock_gettime clock_gettime64 clock_getres "
	    "gettimeofday time nanosleep clock_nanosleep "
	    "clock_nanosleep_time64 getrandom timer_create timer_settime "
	    "timer_settime64 timer_delete" },
	/* Who we are. */
	{ CONFINE_ALL, "getpid getppid getuid geteuid getgid getegid "
	    "getresuid getresgid getpgrp getrlimit ugetrlimit getrusage uname "
	    "sysinfo getcpu" },
	/* Those who come to the socket that we were given. */
	{ CONFINE_ALL, "accept accept4 getpeername getsockname getsockopt "
	    "shutdown poll ppoll ppoll_time64 select _newselect pselect6 "
	    "pselect6_time64 epoll_create1 epoll_ctl epoll_wait epoll_pwait" },
	/* A conversation with those we call. */
	{ CONFINE_CALLERS, "connect setsockopt recv recvfrom recvmsg recvmmsg recvmmsg_time64 pipe pipe2 "
	    "eventfd2" },
	{ CONFINE_LOCAL, "connect setsockopt recv recvfrom recvmsg" },
	/* At the end, a leak is looked for by a thread that traces. */
	{ CONFINE_SANITIZED, "clone ptrace wait4 kill tgkill prctl mmap "
	    "mprotect getdents set_tid_address pipe pipe2 ioctl prlimit64" },
	/* To die, and to leave a note of it. */
	{ CONFINE_FAULTY, "flock rename renameat renameat2 unlink unlinkat "
	    "pause" },
};

static const struct calls forbidden[] = {
	{ CONFINE_ALL, "execve execveat fork vfork process_vm_readv "
	    "process_vm_writev pidfd_open pidfd_getfd bind listen mount "
	    "umount2 chroot pivot_root setns unshare bpf keyctl add_key "
	    "request_key perf_event_open userfaultfd io_uring_setup "
	    "init_module finit_module chmod fchmod fchmodat chown fchown "
	    "lchown fchownat link linkat symlink symlinkat mknod mknodat "
	    "mkdir mkdirat rmdir setuid setgid setresuid setresgid capset" },
};

/* But to these they are not. */
static const struct calls forbidden_unless[] = {
	{ CONFINE_CALLERS, "socketpair" },
	{ CONFINE_CALLERS | CONFINE_LOCAL, "socket connect" },
	{ CONFINE_SANITIZED, "ptrace" },
	{ CONFINE_FAULTY, "unlink unlinkat" },
	{ CONFINE_SANITIZED | CONFINE_FAULTY, "kill" },
};

#define SOCKET(family, type, protocol)                                         \
	{ CONFINE_CALLERS, "socket", 3, {                                      \
	    { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = (family) },              \
	    { .arg = 1, .op = SCMP_CMP_MASKED_EQ, .datum_a = 0xf,              \
	    .datum_b = (type) },                                               \
	    { .arg = 2, .op = SCMP_CMP_EQ, .datum_a = (protocol) } } }

/* Only with such arguments. */
static const struct narrow {
	unsigned int who;
	const char *name;
	unsigned int count;
	struct scmp_arg_cmp args[3];
} narrow[] = {
	/* Locks and flags: the first eight.  Not whom the kernel signals. */
	{ CONFINE_ALL, "fcntl fcntl64", 1, { { .arg = 1,
	    .op = SCMP_CMP_MASKED_EQ, .datum_a = 0xfffffff8,
	    .datum_b = 0 } } },
	{ CONFINE_ALL, "fcntl fcntl64", 1, { { .arg = 1, .op = SCMP_CMP_EQ,
	    .datum_a = F_DUPFD_CLOEXEC } } },
	{ CONFINE_ALL, "fcntl fcntl64", 1, { { .arg = 1, .op = SCMP_CMP_EQ,
	    .datum_a = F_OFD_GETLK } } },
	{ CONFINE_ALL, "fcntl fcntl64", 1, { { .arg = 1, .op = SCMP_CMP_EQ,
	    .datum_a = F_OFD_SETLK } } },
	{ CONFINE_ALL, "fcntl fcntl64", 1, { { .arg = 1, .op = SCMP_CMP_EQ,
	    .datum_a = F_OFD_SETLKW } } },
	{ CONFINE_ALL, "fcntl64", 1, { { .arg = 1, .op = SCMP_CMP_EQ,
	    .datum_a = F_GETLK64 } } },
	{ CONFINE_ALL, "fcntl64", 1, { { .arg = 1, .op = SCMP_CMP_EQ,
	    .datum_a = F_SETLK64 } } },
	{ CONFINE_ALL, "fcntl64", 1, { { .arg = 1, .op = SCMP_CMP_EQ,
	    .datum_a = F_SETLKW64 } } },
	/* Threads and no processes. */
	{ CONFINE_ALL, "clone", 1, { { .arg = 0, .op = SCMP_CMP_MASKED_EQ,
	    .datum_a = CLONE_THREAD, .datum_b = CLONE_THREAD } } },
	/* No memory becomes code; libraries are loaded as they are. */
	{ CONFINE_ALL, "mprotect", 1, { { .arg = 2, .op = SCMP_CMP_MASKED_EQ,
	    .datum_a = PROT_EXEC, .datum_b = 0 } } },
	{ CONFINE_ALL, "mmap", 1, { { .arg = 2, .op = SCMP_CMP_MASKED_EQ,
	    .datum_a = PROT_EXEC, .datum_b = 0 } } },
	{ CONFINE_CALLERS | CONFINE_LOCAL, "mmap", 1, { { .arg = 2, .op = SCMP_CMP_MASKED_EQ,
	    .datum_a = PROT_WRITE, .datum_b = 0 } } },
	/* Limits are read, not set. */
	{ CONFINE_ALL, "prlimit64", 1, { { .arg = 2, .op = SCMP_CMP_EQ,
	    .datum_a = 0 } } },
	{ CONFINE_ALL, "prctl", 1, { { .arg = 0, .op = SCMP_CMP_EQ,
	    .datum_a = PR_SET_NAME } } },
	/* Of the ways to speak over the internet, those whose ports Landlock
	 * knows: TCP by its number or as what there is, and UDP for names. */
	SOCKET(AF_INET, SOCK_STREAM, IPPROTO_IP),
	SOCKET(AF_INET, SOCK_STREAM, IPPROTO_TCP),
	SOCKET(AF_INET, SOCK_DGRAM, IPPROTO_IP),
	SOCKET(AF_INET, SOCK_DGRAM, IPPROTO_UDP),
	SOCKET(AF_INET6, SOCK_STREAM, IPPROTO_IP),
	SOCKET(AF_INET6, SOCK_STREAM, IPPROTO_TCP),
	SOCKET(AF_INET6, SOCK_DGRAM, IPPROTO_IP),
	SOCKET(AF_INET6, SOCK_DGRAM, IPPROTO_UDP),
	/* A server on this machine; but Landlock does not know which. */
	{ CONFINE_LOCAL, "socket", 2, { { .arg = 0, .op = SCMP_CMP_EQ,
	    .datum_a = AF_UNIX }, { .arg = 1, .op = SCMP_CMP_MASKED_EQ,
	    .datum_a = 0xf, .datum_b = SOCK_STREAM } } },
	{ CONFINE_CALLERS, "ioctl", 1, { { .arg = 1, .op = SCMP_CMP_EQ,
	    .datum_a = FIONBIO } } },
	{ CONFINE_CALLERS, "ioctl", 1, { { .arg = 1, .op = SCMP_CMP_EQ,
	    .datum_a = FIONREAD } } },
	/* Landlock sees only who connects before he sends. */
	{ CONFINE_CALLERS | CONFINE_LOCAL, "send sendto sendmmsg", 1, { { .arg = 3,
	    .op = SCMP_CMP_MASKED_EQ, .datum_a = MSG_FASTOPEN,
	    .datum_b = 0 } } },
	{ CONFINE_CALLERS | CONFINE_LOCAL, "sendmsg", 1, { { .arg = 2,
	    .op = SCMP_CMP_MASKED_EQ, .datum_a = MSG_FASTOPEN,
	    .datum_b = 0 } } },
	/* By which libcurl's threads wake each other; one for datagrams could
	 * write to everybody who has a name. */
	{ CONFINE_CALLERS, "socketpair", 2, { { .arg = 0, .op = SCMP_CMP_EQ,
	    .datum_a = AF_UNIX }, { .arg = 1, .op = SCMP_CMP_MASKED_EQ,
	    .datum_a = 0xf, .datum_b = SOCK_STREAM } } },
};

/* Signals only to ourselves. */
static const struct calls to_self[] = {
	{ CONFINE_ALL, "tgkill rt_tgsigqueueinfo" },
	{ CONFINE_FAULTY, "kill" },
};

/* One word of *names, which moves on; 0 at the end. */
static int
next_name(const char **names, char *into, size_t size)
{
	size_t len;

	*names += strspn(*names, " ");
	len = strcspn(*names, " ");
	if (len == 0 || len >= size)
		return 0;
	memcpy(into, *names, len);
	into[len] = '\0';
	*names += len;
	return 1;
}

/* The first failure; 0: none.  A call that this machine never had is none. */
static int
add(scmp_filter_ctx filter, uint32_t action, const char *names,
    unsigned int count, const struct scmp_arg_cmp *args)
{
	char name[32];
	int rc = 0, number;

	while (rc == 0 && next_name(&names, name, sizeof(name))) {
		number = seccomp_syscall_resolve_name(name);
		if (number >= 0)
			rc = seccomp_rule_add_array(filter, action, number,
			    count, args);
		if (rc == -EEXIST)
			rc = 0;
	}
	return rc;
}

static int
add_narrow(scmp_filter_ctx filter, unsigned int who)
{
	const struct scmp_arg_cmp self = { .arg = 0, .op = SCMP_CMP_EQ,
		.datum_a = (scmp_datum_t)getpid() };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < COUNT(narrow); i++)
		if (narrow[i].who & who)
			rc = add(filter, SCMP_ACT_ALLOW, narrow[i].name,
			    narrow[i].count, narrow[i].args);
	for (i = 0; rc == 0 && i < COUNT(to_self); i++)
		if (to_self[i].who & who)
			rc = add(filter, SCMP_ACT_ALLOW, to_self[i].names, 1,
			    &self);
	return rc;
}

static int
add_all(scmp_filter_ctx filter, unsigned int who)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < COUNT(allowed); i++)
		if (allowed[i].who & who)
			rc = add(filter, SCMP_ACT_ALLOW, allowed[i].names, 0,
			    NULL);
	for (i = 0; rc == 0 && i < COUNT(forbidden); i++)
		if (forbidden[i].who & who)
			rc = add(filter, SCMP_ACT_ERRNO(EPERM),
			    forbidden[i].names, 0, NULL);
	for (i = 0; rc == 0 && i < COUNT(forbidden_unless); i++)
		if (!(forbidden_unless[i].who & who))
			rc = add(filter, SCMP_ACT_ERRNO(EPERM),
			    forbidden_unless[i].names, 0, NULL);
	if (rc == 0)
		rc = add_narrow(filter, who);
	return rc;
}

/* A kernel that has it says that NULL is no filter; others, no such thing. */
static int
is_there(void)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 &&
	    errno == EFAULT;
}

enum err
confine_syscalls_filter(struct ctx *c, const struct confine_plan *plan,
    int *ret_on)
{
	scmp_filter_ctx filter;
	int rc;

	*ret_on = is_there();
	if (!*ret_on)
		return OK;
	filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	if (filter == NULL)
		return ctx_fail(c, E_INTERNAL, "seccomp: no filter");
	/* Calls as other machines make them, where the kernel takes those. */
	rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_ERRNO(ENOSYS));
	/* A tree: the kernel tries all numbers when it takes the filter. */
	if (rc == 0)
		rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = add_all(filter, plan->who);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	if (rc != 0)
		return ctx_fail(c, E_INTERNAL, "seccomp: %s", strerror(-rc));
	return OK;
}
