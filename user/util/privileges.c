// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "util/environment.h"
#include "util/log.h"

#ifndef CAP_BPF
#define CAP_PERFMON 38 /* both of kernel 5.8 */
#define CAP_BPF     39
#endif

#define SET(cap) (UINT64_C(1) << (cap))
#define SET_NONE UINT64_C(0)

/*
 * What using maps and making links, of descriptors that are there, takes besides CAP_NET_ADMIN: nothing since
 * commit c8644cd0efe7 of Linux 5.19; before that CAP_BPF, if kernel.unprivileged_bpf_disabled is set.
 */
static uint64_t set_maps(void)
{
	unsigned long major, minor;
	struct utsname system;
	char *end;

	if (uname(&system) < 0)
		return SET(CAP_BPF);
	major = strtoul(system.release, &end, 10);
	minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
	return major > 5 || (major == 5 && minor >= 19) ? SET_NONE : SET(CAP_BPF);
}

static int drop_bounding_set(uint64_t kept)
{
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++) {
		if (cap < 64 && (kept & SET(cap)))
			continue;
		/* Without CAP_SETPCAP it cannot be lowered; no_new_privs makes it idle then. */
		if (prctl(PR_CAPBSET_DROP, cap) < 0 && errno != EPERM)
			return -errno;
	}
	return 0;
}

/* Leave this thread what @kept allows of what it has. 0 or a negative errno. */
static int keep(uint64_t kept)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].permitted &= (__u32)(kept >> 32 * i);
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data) < 0)
		return -errno;
	return 0;
}

void privileges_none(void)
{
	/* Having less is always allowed; if a filter forbids the call, it goes on with the little
	 * that privileges_drop() has left. */
	keep(SET_NONE);
}

void privileges_read_maps(void)
{
	keep(set_maps());
}

/* An error is logged by the caller. */
static int forbid_gains(uint64_t kept)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return drop_bounding_set(kept);
}

static int refuse(int err)
{
	if (err)
		log_error("cannot give up privileges: %s: refusing to run with more than needed",
			  strerror(-err));
	return err;
}

static int give_up(uint64_t kept)
{
	int err = forbid_gains(kept);

	if (!err)
		err = keep(kept);
	if (!err)
		environment_given_up();
	return refuse(err);
}

int privileges_give_up(void)
{
	/* Of a file with capabilities: what the user may not read must not be read for them. */
	return give_up(environment_untrusted() ? SET_NONE : SET(CAP_DAC_READ_SEARCH));
}

int privileges_keep_ending(void)
{
	return give_up(SET(CAP_KILL));
}

/* Become @user, with what @kept allows of what there is. 0 or a negative errno, logged. */
static int become(const struct run_user *user, uint64_t kept)
{
	int err = forbid_gains(kept);

	/* Otherwise the change of user would take all capabilities. */
	if (!err && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		err = -errno;
	if (err)
		return refuse(err);
	err = run_user_become(user);
	if (err)
		return err;
	err = keep(kept);
	if (!err && prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0)
		err = -errno;
	/* Last, as a change of user sets it anew. Other daemons run as nobody, too. */
	if (!err && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		err = -errno;
	log_debug("running as user %u, group %u; capabilities kept: %#llx", geteuid(), getegid(),
		  (unsigned long long)kept);
	/* Nothing may lead back. */
	if (!err && user->change && (setresuid(0, 0, 0) == 0 || setresgid(0, 0, 0) == 0))
		err = -EPERM;
	return refuse(err);
}

int privileges_drop(const struct run_user *user)
{
	return become(user, set_maps());
}

bool privileges_maps_need(void)
{
	return set_maps() != SET_NONE;
}

int privileges_drop_for_loading(const struct run_user *user)
{
	return become(user, SET(CAP_BPF) | SET(CAP_NET_ADMIN) | SET(CAP_PERFMON));
}

int privileges_keep_attaching(void)
{
	return refuse(keep(SET(CAP_NET_ADMIN) | set_maps()));
}

int privileges_keep_detaching(void)
{
	return refuse(keep(SET(CAP_NET_ADMIN)));
}

/* ---- without -------------------------------------------------------------------- */

struct call {
	int (*function)(void *arg);
	void *arg;
	int result;
};

static void *call_without(void *arg)
{
	struct call *call = arg;
	int err = refuse(keep(SET_NONE));

	call->result = err ? err : call->function(call->arg);
	return NULL;
}

int privileges_call_without(int (*function)(void *arg), void *arg)
{
	struct call call = {.function = function, .arg = arg};
	pthread_t thread;
	int err = -pthread_create(&thread, NULL, call_without, &call);

	if (err) {
		log_error("cannot start a thread: %s", strerror(-err));
		return err;
	}
	pthread_join(thread, NULL);
	return call.result;
}
