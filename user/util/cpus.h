/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which CPUs there are, and which slot among the counters each has. */
#ifndef RCODEWATCH_CPUS_H
#define RCODEWATCH_CPUS_H

#include <stddef.h>
#include <stdint.h>

/* More CPU ids than any Linux supports (CONFIG_NR_CPUS is at most 8192). */
#define CPU_IDS_MAX 8192u

struct cpu_slots {
	uint32_t *cpu_slot; /* by CPU id: its slot, or UNASSIGNED if it is not online */
	uint32_t ids;       /* highest possible id + 1 */
	uint32_t online;    /* how many CPUs are online: each has a slot */
};

/*
 * Read the possible and the online CPUs. Memory goes to online CPUs only: a virtual machine may
 * have hundreds of possible ones. 0 or a negative errno; free with cpu_slots_free().
 */
int cpu_slots_read(struct cpu_slots *cpus);
void cpu_slots_free(struct cpu_slots *cpus);

/*
 * Parse the kernel's list format ("0-3,5,8-11": Documentation/admin-guide/cputopology.rst) and set
 * online[id] for each; ids from @size up are errors. The highest id, or -EINVAL.
 */
int cpu_list_parse(const char *list, uint8_t *online, size_t size);

#endif
