/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Filters of system calls (seccomp(2)), by libseccomp: what is not on a process's list fails with EPERM in all of its
 * threads, present and to come, for good. A build without the library has none.
 */
#ifndef RCODEWATCH_SECCOMP_FILTER_H
#define RCODEWATCH_SECCOMP_FILTER_H

#include <stdbool.h>

enum seccomp_state {
	SECCOMP_NONE, /* not filtered yet */
	SECCOMP_FILTERED,
	SECCOMP_NOT_BUILT, /* without libseccomp, or with a sanitizer, which makes calls of its own */
	SECCOMP_REFUSED,   /* by the kernel */
};

/*
 * For the main process of `run`, once it has no privilege to lose: no other program, no process of its own, no BPF call but those
 * on maps that are there, no socket but of IP, netlink and Unix, nothing that looks into other processes. Logs a
 * warning where there is no filter: then it goes on without.
 */
void seccomp_filter_main(void);
/* For the attacher, once it has loaded: no file, no socket but of netlink, no BPF call but for attaching. The same. */
void seccomp_filter_attacher(void);
enum seccomp_state seccomp_filter_state(void);
bool seccomp_filter_built_in(void);

#endif
