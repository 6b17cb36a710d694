// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "one_cpu.h"

#include <sched.h>

#include "attacher/libbpf_log.h"

int stay_on_cpu(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

int stay_on_first_cpu(void **state)
{
	(void)state;
	libbpf_log_init(false);
	return stay_on_cpu(0);
}
