/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What this process itself costs. */
#ifndef RCODEWATCH_PROCESS_H
#define RCODEWATCH_PROCESS_H

#include <stdint.h>

struct process_cost {
	double cpu_s;               /* user and system, of all threads */
	double start_s;             /* since 1970-01-01 UTC; 0: not known */
	uint64_t resident, virtual; /* bytes; 0: not known */
	uint64_t fds, fds_max;      /* fds 0: not known */
};

/*
 * Fill in what can be found out; some of it is in /proc, which may not be there. start_s is the same each
 * time. To be called in one thread only.
 */
void process_cost_read(struct process_cost *cost);

#endif
