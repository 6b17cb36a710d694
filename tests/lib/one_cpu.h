/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tests that run programs: counters are per CPU, and those of one are compared. */
#ifndef RCODEWATCH_TESTS_ONE_CPU_H
#define RCODEWATCH_TESTS_ONE_CPU_H

/* Stay on CPU @cpu from here on. 0, or -1 with errno set. */
int stay_on_cpu(unsigned int cpu);

/* A group's set-up for cmocka: stay on the first CPU, libbpf's messages not shown. @state is not used. */
int stay_on_first_cpu(void **state);

#endif
