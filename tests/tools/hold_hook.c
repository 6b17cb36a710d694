// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * hold_hook INTERFACE HOOK VERDICT [first]: a program of somebody else's. It attaches a BPF program that returns the number
 * VERDICT, says "attached", and stays until a signal ends it, and the link with it. HOOK is tcx_ingress, tcx_egress,
 * netkit_primary or netkit_peer. Behind the programs that are there, or before them.
 */
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hook {
	const char *name;
	unsigned int type; /* enum bpf_attach_type of Linux 6.7 */
};

static const struct hook hooks[] = {
	{"tcx_ingress", 46},
	{"tcx_egress", 47},
	{"netkit_primary", 54},
	{"netkit_peer", 55},
};

static const struct hook *find(const char *name)
{
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if (strcmp(hooks[i].name, name) == 0)
			return &hooks[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_link_create_opts, options);
	const struct hook *hook = argc > 3 ? find(argv[2]) : NULL;
	unsigned int ifindex = hook ? if_nametoindex(argv[1]) : 0;
	int fd;

	if (!ifindex) {
		fprintf(stderr, "usage: hold_hook INTERFACE HOOK VERDICT [first]\n");
		return 2;
	}
	program[0].imm = (int)strtol(argv[3], NULL, 10);
	/* BPF_F_BEFORE with nothing to stand before. */
	options.flags = argc > 4 ? 1u << 3 : 0;
	fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "held", "GPL", program, 2, NULL);
	if (fd < 0) {
		perror("hold_hook: load");
		return 1;
	}
	if (bpf_link_create(fd, (int)ifindex, (enum bpf_attach_type)hook->type, &options) < 0) {
		perror("hold_hook: attach");
		return 1;
	}
	puts("attached");
	fflush(stdout);
	for (;;)
		pause();
}
