// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"

#ifndef CAP_BPF
#define CAP_BPF 39 /* kernel 5.8 */
#endif

static int drop_bounding_set(void)
{
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++) {
		if (cap == CAP_BPF || cap == CAP_NET_ADMIN)
			continue;
		/* Without CAP_SETPCAP it cannot be lowered; no_new_privs makes it idle then. */
		if (prctl(PR_CAPBSET_DROP, cap) < 0 && errno != EPERM)
			return -errno;
	}
	return 0;
}

/* Leave this thread what @kept allows of what it has. 0 or a negative errno. */
static int keep(const __u32 kept[_LINUX_CAPABILITY_U32S_3])
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].permitted &= kept[i];
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data) < 0)
		return -errno;
	return 0;
}

void privileges_none(void)
{
	const __u32 kept[_LINUX_CAPABILITY_U32S_3] = {0};

	/* Having less is always allowed; if a filter forbids the call, it goes on with the little
	 * that privileges_drop() has left. */
	keep(kept);
}

int privileges_drop(void)
{
	const __u32 kept[_LINUX_CAPABILITY_U32S_3] = {1u << CAP_NET_ADMIN, 1u << (CAP_BPF - 32)};
	int err = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		err = -errno;
	if (!err)
		err = drop_bounding_set();
	if (!err)
		err = keep(kept);
	if (err)
		log_error("cannot give up privileges: %s: refusing to run with more than needed",
			  strerror(-err));
	return err;
}
