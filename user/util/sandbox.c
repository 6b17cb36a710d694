// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/sandbox.h"

#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CAP_PERFMON
#define CAP_PERFMON 38 /* kernel 5.8 */
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

static uint64_t permitted(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};

	if (syscall(SYS_capget, &header, data) < 0)
		return 0;
	return (uint64_t)data[1].permitted << 32 | data[0].permitted;
}

void sandbox_read(struct sandbox *sandbox)
{
	*sandbox = (struct sandbox){
		.uid = geteuid(),
		.gid = getegid(),
		.capabilities = permitted(),
		.no_new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1,
		.seccomp = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2,
		.dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0,
	};
}

const char *sandbox_capability_name(int capability)
{
	switch (capability) {
	case CAP_NET_ADMIN: return "CAP_NET_ADMIN";
	case CAP_SYS_ADMIN: return "CAP_SYS_ADMIN";
	case CAP_PERFMON: return "CAP_PERFMON";
	case CAP_BPF: return "CAP_BPF";
	default: return NULL;
	}
}
