// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/kernel_probe.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "util/log.h"

#ifndef CAP_BPF
#define CAP_PERFMON 38 /* both of kernel 5.8 */
#define CAP_BPF     39
#endif

/* lo, in every network namespace. */
#define LOOPBACK_IFINDEX 1
/* BPF_TCX_INGRESS of kernel 6.6. */
#define ATTACH_TCX_INGRESS ((enum bpf_attach_type)46)

static void read_release(struct kernel_facts *facts)
{
	struct utsname names;
	unsigned long major, minor = 0;
	char *rest;

	if (uname(&names))
		return;
	snprintf(facts->release, sizeof(facts->release), "%s", names.release);
	major = strtoul(names.release, &rest, 10);
	if (*rest == '.')
		minor = strtoul(rest + 1, NULL, 10);
	if (major && major < 256 && minor < 256)
		facts->version = KERNEL(major, minor);
	/* Both flavours of a preemptible kernel say so in their build's line. */
	facts->preempt_rt = strstr(names.version, "PREEMPT_RT") ? TRISTATE_YES : TRISTATE_NO;
}

/* The first character of a file of /proc or /sys, or 0. */
static int first_character(const char *path)
{
	FILE *file = fopen(path, "re");
	int c;

	if (!file)
		return 0;
	c = fgetc(file);
	fclose(file);
	return c == EOF ? 0 : c;
}

/* Whether the kernel compiles a program that is loaded to see that; TRISTATE_UNKNOWN if it may not be loaded. */
static enum tristate probe_jit(void)
{
	const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, NULL, "Dual BSD/GPL", code,
			       sizeof(code) / sizeof(code[0]), NULL);
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info);
	enum tristate jit = TRISTATE_UNKNOWN;

	if (fd < 0)
		return jit;
	if (!bpf_obj_get_info_by_fd(fd, &info, &size))
		jit = info.jited_prog_len ? TRISTATE_YES : TRISTATE_NO;
	close(fd);
	return jit;
}

static void read_jit(struct kernel_facts *facts)
{
	/* Readable by root only; a kernel built with CONFIG_BPF_JIT_ALWAYS_ON has 1 and no choice. */
	int c = first_character("/proc/sys/net/core/bpf_jit_enable");

	if (c)
		facts->jit = c == '0' ? TRISTATE_NO : TRISTATE_YES;
	else if (facts->cap_bpf)          /* else the kernel gives lengths of programs as 0 */
		facts->jit = probe_jit(); /* network namespaces but the first have no such file */
}

static void read_capabilities(struct kernel_facts *facts)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
	bool admin;

	if (syscall(SYS_capget, &header, data) < 0)
		return;
	admin = data[0].effective & 1u << CAP_SYS_ADMIN;
	facts->cap_sys_admin = admin;
	facts->cap_sys_resource = data[0].effective & 1u << CAP_SYS_RESOURCE;
	facts->cap_net_admin = data[0].effective & 1u << CAP_NET_ADMIN;
	/* kernel/bpf/syscall.c, bpf_capable(): CAP_SYS_ADMIN stands in for both. */
	facts->cap_bpf = admin || data[1].effective & 1u << (CAP_BPF - 32);
	facts->cap_perfmon = admin || data[1].effective & 1u << (CAP_PERFMON - 32);
}

static enum tristate has_member(const struct btf *btf, const char *structure, const char *name)
{
	int id = btf__find_by_name_kind(btf, structure, BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;

	for (__u32 i = 0; type && i < btf_vlen(type); i++) {
		const char *member = btf__name_by_offset(btf, btf_members(type)[i].name_off);

		if (member && !strcmp(member, name))
			return TRISTATE_YES;
	}
	return TRISTATE_NO;
}

/* The kernel's own types tell what it was built with, and anybody may read them: 5 MB of them. */
static void read_btf(struct kernel_facts *facts)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf)
		return;
	facts->xdp_links = btf__find_by_name_kind(btf, "bpf_xdp_link", BTF_KIND_STRUCT) > 0
				   ? TRISTATE_YES
				   : TRISTATE_NO;
	/* Of the same release as the helpers that read such frames, bpf_xdp_load_bytes() among them. */
	facts->xdp_frags = has_member(btf, "bpf_prog_aux", "xdp_has_frags");
	/* The hook can be left out of a kernel that has the type: with privileges it was probed instead. */
	if (facts->tcx == TRISTATE_UNKNOWN)
		facts->tcx = btf__find_by_name_kind(btf, "tcx_link", BTF_KIND_STRUCT) > 0
				     ? TRISTATE_YES
				     : TRISTATE_NO;
	btf__free(btf);
}

static void probe_tcx(struct kernel_facts *facts)
{
	LIBBPF_OPTS(bpf_prog_query_opts, query);
	int error = bpf_prog_query_opts(LOOPBACK_IFINDEX, ATTACH_TCX_INGRESS, &query);

	log_debug("programs at tcx of the loopback interface: %s",
		  error ? strerror(-error) : "can be listed");
	if (!error || error == -ENODEV)
		facts->tcx = TRISTATE_YES;
	else if (error == -EINVAL)
		facts->tcx = TRISTATE_NO;
}

static void read_features(struct kernel_facts *facts)
{
	facts->btf = access("/sys/kernel/btf/vmlinux", R_OK) ? TRISTATE_NO : TRISTATE_YES;
	probe_tcx(facts);
	/* It came after the other two, in 6.6: reading types would take a tenth of the time of a start. */
	if (facts->tcx == TRISTATE_YES)
		facts->xdp_links = facts->xdp_frags = TRISTATE_YES;
	else if (facts->btf == TRISTATE_YES)
		read_btf(facts);
}

static void read_memlock(struct kernel_facts *facts)
{
	struct rlimit limit;

	/* 5.11 charges maps to the memory cgroup instead; a release says so surely enough, as no
	 * distribution is known to have taken that change back to an older one. */
	if (facts->version)
		facts->memlock = facts->version < KERNEL(5, 11) ? TRISTATE_YES : TRISTATE_NO;
	facts->memlock_limit = UINT64_MAX;
	if (!getrlimit(RLIMIT_MEMLOCK, &limit) && limit.rlim_cur != RLIM_INFINITY)
		facts->memlock_limit = limit.rlim_cur;
}

void kernel_read(struct kernel_facts *facts)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	*facts = (struct kernel_facts){
		.page_size = sysconf(_SC_PAGESIZE),
		.cpus = cpus > 0 ? (unsigned int)cpus : 1,
	};
	read_release(facts);
	read_capabilities(facts);
	read_jit(facts);
	read_features(facts);
	read_memlock(facts);
	log_debug("kernel %s, %u CPUs: BTF %s, tcx %s, XDP links %s, XDP frags %s, JIT %s",
		  facts->release, facts->cpus, tristate_name(facts->btf), tristate_name(facts->tcx),
		  tristate_name(facts->xdp_links), tristate_name(facts->xdp_frags),
		  tristate_name(facts->jit));
	log_debug("capabilities: CAP_BPF %s, CAP_NET_ADMIN %s, CAP_PERFMON %s",
		  facts->cap_bpf ? "yes" : "no", facts->cap_net_admin ? "yes" : "no",
		  facts->cap_perfmon ? "yes" : "no");
}
