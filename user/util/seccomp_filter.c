// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/seccomp_filter.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "util/log.h"

static enum seccomp_state state;

enum seccomp_state seccomp_filter_state(void)
{
	return state;
}

bool seccomp_filter_built_in(void)
{
#ifdef HAVE_SECCOMP
	return true;
#else
	return false;
#endif
}

#ifdef HAVE_SECCOMP

#include <linux/bpf.h>
#include <linux/netlink.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41 /* kernel 5.17: glibc names memory */
#endif

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Memory, threads, time and waiting: what the C library of any process uses. */
static const char *const for_all[] = {
	"brk",
	"clock_getres",
	"clock_gettime",
	"clock_nanosleep",
	"close",
	"epoll_create1",
	"epoll_ctl",
	"epoll_pwait",
	"epoll_wait",
	"eventfd2",
	"exit",
	"exit_group",
	"fcntl",
	"futex",
	"futex_waitv",
	"getegid",
	"geteuid",
	"getgid",
	"getpid",
	"getppid",
	"getrandom",
	"gettid",
	"gettimeofday",
	"getuid",
	"madvise",
	"munmap",
	"mremap",
	"nanosleep",
	"poll",
	"ppoll",
	"pselect6",
	"read",
	"readv",
	"recvfrom",
	"recvmmsg",
	"recvmsg",
	"restart_syscall",
	"rseq",
	"rt_sigaction",
	"rt_sigpending",
	"rt_sigprocmask",
	"rt_sigreturn",
	"rt_sigsuspend",
	"rt_sigtimedwait",
	"sched_getaffinity",
	"sched_yield",
	"select",
	"sendmmsg",
	"sendmsg",
	"sendto",
	"set_robust_list",
	"sigaltstack",
	"time",
	"uname",
	"write",
	"writev",
	"capget",
	"capset",
	"fstat",
	"newfstatat",
	"fstatfs",
	"lseek",
	"getsockname",
	"getsockopt",
	"setsockopt",
	"bind",
	"unlinkat",
	"fchownat",
	"dup",
	"close_range",
};

/* Files and sockets of sinks, the configuration, the control socket and the history. */
static const char *const for_main[] = {
	"accept",
	"accept4",
	"access",
	"adjtimex", /* whether the clock is synchronised, for syslog; setting it takes CAP_SYS_TIME */
	"chmod",
	"chown",
	"clock_adjtime",
	"clock_adjtime64",
	"connect",
	"creat",
	"dup2",
	"dup3",
	"epoll_pwait2",
	"eventfd",
	"faccessat",
	"faccessat2",
	"fallocate",
	"fchmod",
	"fchmodat",
	"fchmodat2",
	"fchown",
	"fdatasync",
	"flock",
	"fsync",
	"ftruncate",
	"getcpu",
	"getcwd",
	"getdents64",
	"getgroups",
	"getpeername",
	"getpgrp",
	"getresgid",
	"getresuid",
	"getrlimit",
	"getrusage",
	"get_robust_list",
	"lchown",
	"listen",
	"lstat",
	"membarrier",
	"mkdir",
	"mkdirat",
	"msync",
	"open",
	"openat",
	"openat2",
	"pause",
	"pipe",
	"pipe2",
	"pread64",
	"preadv",
	"preadv2",
	"pwrite64",
	"pwritev",
	"pwritev2",
	"readlink",
	"readlinkat",
	"rename",
	"renameat",
	"renameat2",
	"rmdir",
	"sched_getparam",
	"sched_getscheduler",
	"sendfile",
	"set_tid_address",
	"shutdown",
	"signalfd4",
	"stat",
	"statfs",
	"statx",
	"sysinfo",
	"timerfd_create",
	"timerfd_gettime",
	"timerfd_settime",
	"times",
	"truncate",
	"umask",
	"unlink",
	"utimensat",
	"wait4",
	"waitid",
};

/* Of bpf(2): elements of maps, and what objects say of themselves. */
static const unsigned int bpf_main[] = {
	BPF_MAP_LOOKUP_ELEM,    BPF_MAP_UPDATE_ELEM,  BPF_MAP_DELETE_ELEM,  BPF_MAP_GET_NEXT_KEY,
	BPF_OBJ_GET_INFO_BY_FD, BPF_MAP_LOOKUP_BATCH, BPF_MAP_UPDATE_BATCH, BPF_MAP_DELETE_BATCH,
};

static const unsigned int bpf_attacher[] = {
	BPF_OBJ_GET_INFO_BY_FD,
	BPF_OBJ_PIN,
	BPF_LINK_CREATE,
	BPF_LINK_UPDATE,
};

/* A call that is not known here is none that could be made. */
static int allow(scmp_filter_ctx filter, const char *name, unsigned int count,
		 const struct scmp_arg_cmp *arguments)
{
	int call = seccomp_syscall_resolve_name(name);
	int err = call == __NR_SCMP_ERROR
			  ? 0
			  : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, count, arguments);

	/* Of another architecture. */
	return err == -EDOM ? 0 : err;
}

static int allow_list(scmp_filter_ctx filter, const char *const *names, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = allow(filter, names[i], 0, NULL);
	return err;
}

static int allow_if(scmp_filter_ctx filter, const char *name, unsigned int argument, uint64_t value)
{
	const struct scmp_arg_cmp is = SCMP_CMP32(argument, SCMP_CMP_EQ, (uint32_t)value, 0);

	return allow(filter, name, 1, &is);
}

/* Where none of @bits is set in an argument. */
static int allow_without(scmp_filter_ctx filter, const char *name, unsigned int argument,
			 uint64_t bits)
{
	const struct scmp_arg_cmp is = SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, bits, 0);

	return allow(filter, name, 1, &is);
}

static int allow_bpf(scmp_filter_ctx filter, const unsigned int *commands, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = allow_if(filter, "bpf", 0, commands[i]);
	return err;
}

/* Of route and link messages, of sockets' and of devices' details. */
static int allow_netlink(scmp_filter_ctx filter, bool all)
{
	const int protocols[] = {NETLINK_ROUTE, NETLINK_SOCK_DIAG, NETLINK_GENERIC};
	int err = 0;

	for (size_t i = 0; i < (all ? LENGTH(protocols) : 1) && !err; i++) {
		const struct scmp_arg_cmp are[] = {
			SCMP_CMP32(0, SCMP_CMP_EQ, AF_NETLINK, 0),
			SCMP_CMP32(2, SCMP_CMP_EQ, (uint32_t)protocols[i], 0),
		};

		err = allow(filter, "socket", LENGTH(are), are);
	}
	return err;
}

/* IP without raw sockets, which would need a capability anyway. */
static int allow_sockets(scmp_filter_ctx filter)
{
	const int families[] = {AF_INET, AF_INET6, AF_UNIX};
	const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
	int err = allow_netlink(filter, true);

	for (size_t i = 0; i < LENGTH(families); i++)
		for (size_t t = 0; t < LENGTH(types) && !err; t++) {
			const struct scmp_arg_cmp are[] = {
				SCMP_CMP32(0, SCMP_CMP_EQ, (uint32_t)families[i], 0),
				SCMP_CMP64(1, SCMP_CMP_MASKED_EQ, 0xf, (uint64_t)types[t]),
			};

			err = allow(filter, "socket", LENGTH(are), are);
		}
	return err ? err : allow_if(filter, "socketpair", 0, AF_UNIX);
}

/* Of signals, only to threads of its own: pthread_kill() and abort(). */
static int allow_threads(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp thread = SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD,
						      CLONE_THREAD);
	const int clone3 = seccomp_syscall_resolve_name("clone3");
	int err = allow(filter, "clone", 1, &thread);

	/* Its flags are in memory, where no filter looks: the C library goes on with clone(). */
	if (!err && clone3 != __NR_SCMP_ERROR)
		err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), clone3, 0);
	if (!err)
		err = allow_if(filter, "tgkill", 0, (uint64_t)getpid());
	return err;
}

/* No code that was written: libraries come from files. */
static int allow_memory(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp code[] = {
		SCMP_CMP32(2, SCMP_CMP_EQ, PROT_READ | PROT_EXEC, 0),
	};
	int err = allow_without(filter, "mmap", 2, PROT_EXEC);

	if (!err)
		err = allow(filter, "mmap", LENGTH(code), code);
	return err ? err : allow_without(filter, "mprotect", 2, PROT_EXEC);
}

static int allow_odds(scmp_filter_ctx filter)
{
	const int controls[] = {PR_SET_NAME, PR_GET_NAME,         PR_CAPBSET_READ, PR_GET_DUMPABLE,
				PR_SET_VMA,  PR_GET_NO_NEW_PRIVS, PR_GET_SECCOMP};
	/* Limits are read. */
	const struct scmp_arg_cmp reads = SCMP_CMP64(2, SCMP_CMP_EQ, 0, 0);
	int err = allow(filter, "prlimit64", 1, &reads);

	for (size_t i = 0; i < LENGTH(controls) && !err; i++)
		err = allow_if(filter, "prctl", 0, (uint64_t)controls[i]);
	return err;
}

/* Terminals can be written into as if it were typed, from which a shell reads. */
static int allow_ioctl(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp others[] = {
		SCMP_CMP32(1, SCMP_CMP_NE, TIOCSTI, 0),
	};

	return allow(filter, "ioctl", LENGTH(others), others);
}

static int fill_main(scmp_filter_ctx filter)
{
	int err = allow_list(filter, for_main, LENGTH(for_main));

	if (!err)
		err = allow_bpf(filter, bpf_main, LENGTH(bpf_main));
	if (!err)
		err = allow_sockets(filter);
	if (!err)
		err = allow_threads(filter);
	return err ? err : allow_ioctl(filter);
}

static int fill_attacher(scmp_filter_ctx filter)
{
	int err = allow_bpf(filter, bpf_attacher, LENGTH(bpf_attacher));

	if (!err)
		err = allow_netlink(filter, false);
	return err ? err : allow_if(filter, "tgkill", 0, (uint64_t)getpid());
}

static void load(int (*fill)(scmp_filter_ctx filter), const char *whose)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int err = filter ? 0 : -ENOMEM;

	if (!err)
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (!err)
		err = allow_list(filter, for_all, LENGTH(for_all));
	if (!err)
		err = allow_memory(filter);
	if (!err)
		err = allow_odds(filter);
	if (!err)
		err = fill(filter);
	if (!err)
		err = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	state = err ? SECCOMP_REFUSED : SECCOMP_FILTERED;
	if (err)
		log_warning("system calls of %s are not filtered: %s: that takes a kernel with "
			    "CONFIG_SECCOMP_FILTER",
			    whose, strerror(-err));
	else
		log_debug("system calls of %s are filtered", whose);
}

void seccomp_filter_main(void)
{
	load(fill_main, "the main process");
}

void seccomp_filter_attacher(void)
{
	load(fill_attacher, "the process that attaches");
}

#else

/* The main process says it. */
void seccomp_filter_main(void)
{
	state = SECCOMP_NOT_BUILT;
	log_warning("system calls are not filtered: this rcodewatch was built without libseccomp");
}

void seccomp_filter_attacher(void)
{
	state = SECCOMP_NOT_BUILT;
}

#endif
