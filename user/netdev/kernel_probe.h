/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the running kernel can do and what it lets this process do: probed, never changed. */
#ifndef RCODEWATCH_KERNEL_PROBE_H
#define RCODEWATCH_KERNEL_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/tristate.h"

/* As KERNEL_VERSION() of linux/version.h, which stands for the headers' kernel. */
#define KERNEL(major, minor) ((uint32_t)(major) << 16 | (uint32_t)(minor) << 8)
/* The oldest kernel that the programs are tested on. */
#define KERNEL_FLOOR KERNEL(5, 10)

struct kernel_facts {
	char release[65];
	uint32_t version;         /* of its release, KERNEL(major, minor) without the patch level */
	long page_size;           /* bytes */
	unsigned int cpus;        /* that can come online: what drivers reserve queues for */
	enum tristate btf;        /* /sys/kernel/btf/vmlinux: needed to load the programs */
	enum tristate xdp_links;  /* BPF links for XDP (5.9): detached when their process ends */
	enum tristate xdp_frags;  /* XDP programs that take frames of several buffers (5.18) */
	enum tristate tcx;        /* BPF links for tc (6.6) */
	enum tristate jit;        /* programs are compiled rather than interpreted */
	enum tristate preempt_rt; /* bottom halves can be preempted: counters may lose increments */
	enum tristate memlock;    /* maps count against RLIMIT_MEMLOCK (before 5.11) */
	uint64_t memlock_limit;   /* bytes; UINT64_MAX: none */
	bool cap_bpf;             /* or CAP_SYS_ADMIN, which contains it; and so for the next two */
	bool cap_perfmon;
	bool cap_net_admin;
	bool cap_sys_resource; /* raising the memory lock limit */
	bool cap_sys_admin;    /* names and links of others' programs */
};

void kernel_read(struct kernel_facts *facts);

#endif
