// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A library that a test has the loader put into a program: a thread of its own, as code of a fault in any library would
 * be there, waits for the file INTRUDER_GO and tries what the program must not be able to do. Each attempt is a line
 * "NAME ERRNO" (0: it worked) in the file INTRUDER_OUT, which is opened at the start. With INTRUDER_KILLS_FORKS, a process
 * that the program forks is killed at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int out = -1;
static const char *go;

static void tell(const char *name, long result)
{
	dprintf(out, "%s %d\n", name, result < 0 ? errno : 0);
}

static long bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static void try_bpf(void)
{
	struct bpf_insn code[] = {{.code = 0xb7}, {.code = 0x95}}; /* r0 = 0; exit */
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (unsigned long)code,
		.insn_cnt = 2,
		.license = (unsigned long)"GPL",
	};
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
	union bpf_attr id = {.prog_id = 0};
	union bpf_attr link = {.link_create = {.prog_fd = (unsigned)-1}};

	tell("load", bpf(BPF_PROG_LOAD, &load));
	tell("map", bpf(BPF_MAP_CREATE, &map));
	tell("next_id", bpf(BPF_PROG_GET_NEXT_ID, &id));
	/* Where it gets through, the descriptor is none: EBADF. */
	tell("attach", bpf(BPF_LINK_CREATE, &link));
}

static void try_memory(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char byte;
	struct iovec to = {&byte, 1}, from = {(void *)&out, 1};

	tell("writable_code", page == MAP_FAILED ? -1 : 0);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	tell("make_code", mprotect(page, 4096, PROT_READ | PROT_EXEC));
	tell("other_memory",
	     process_vm_readv(getppid(), &to, 1, &from, 1, 0) < 0 && errno == EFAULT ? 0 : -1);
}

static void try_processes(void)
{
	static char *const arguments[] = {(char *)"true", NULL};
	struct timex clock = {0};
	pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (child == 0)
		_exit(0);
	tell("fork", child);
	if (child > 0)
		waitpid(child, NULL, 0);
	tell("ptrace", ptrace(PTRACE_SEIZE, getppid(), NULL, NULL));
	tell("unshare", unshare(CLONE_NEWUTS));
	tell("setuid", syscall(SYS_setuid, 0));
	/* What it says takes no right; a tick as long as it is, to be set, does. */
	tell("clock", clock_adjtime(CLOCK_REALTIME, &clock));
	clock.modes = ADJ_TICK;
	tell("set_clock", clock_adjtime(CLOCK_REALTIME, &clock));
	tell("exec", execve("/nowhere/true", arguments, NULL));
}

static void try_files(void)
{
	const char *others_file = getenv("INTRUDER_FILE");

	tell("file", others_file ? open(others_file, O_RDONLY | O_CLOEXEC) : -1);
	tell("packet_socket", socket(AF_PACKET, SOCK_DGRAM, 0));
	tell("vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
	tell("alg_socket", socket(AF_ALG, SOCK_SEQPACKET, 0));
	tell("raw_socket", socket(AF_INET, SOCK_RAW, 1));
	tell("ip_socket", socket(AF_INET, SOCK_DGRAM, 0));
}

static void *intrude(void *unused)
{
	(void)unused;
	while (access(go, F_OK) != 0)
		usleep(20000);
	try_bpf();
	try_memory();
	try_files();
	try_processes();
	dprintf(out, "done 0\n");
	return NULL;
}

static void end(void)
{
	raise(SIGKILL);
}

__attribute__((constructor)) static void start(void)
{
	const char *to = getenv("INTRUDER_OUT");
	pthread_t thread;

	if (getenv("INTRUDER_KILLS_FORKS"))
		pthread_atfork(NULL, NULL, end);
	go = getenv("INTRUDER_GO");
	if (!go || !to)
		return;
	out = open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	/* The attacher is a copy of the program without this thread. */
	pthread_create(&thread, NULL, intrude, NULL);
}
